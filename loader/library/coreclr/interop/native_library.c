#include "loader/library/coreclr/interop/native_library.h"

#include <stdio.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/lock.h"
#include "common/base/map.h"
#include "common/base/mem.h"
#include "loader/vm/vm.h"

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Map paths = MAP_INIT; /* name -> path; kept */

const char *native_library_name(const char *dll)
{
    char path[4096], name[512];
    if (!strcmp(dll, "libc")) /* libc.so is a text for ld */
        return "libc.so.6";
    if (strncmp(dll, "libSystem.", 10) != 0)
        return dll;
    lock_acquire(&lock);
    const char *known = map_str_get(&paths, dll);
    if (!known) {
        snprintf(name, sizeof name, "%s.so", dll);
        bool found = file_join(path, sizeof path, vm.world->library_dir, name) &&
                     file_exists(path);
        known = mem_strdup(found ? path : dll);
        map_str_put(&paths, mem_strdup(dll), (void *)known);
    }
    lock_release(&lock);
    return known;
}
