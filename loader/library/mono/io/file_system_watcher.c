/* file_system_watcher.c - System.IO.FileSystemWatcher. */
#include <stddef.h>
#include <stdint.h>

#include "loader/library/mono/table.h"

/* The managed one, over inotify. */
static int32_t watcher_kind(void)
{
    return 6;
}

const IcallRow icalls_file_system_watcher[] = {
    ICALL("InternalSupportsFSW", NULL, watcher_kind),
    ICALLS_END,
};
