/* platform.c - what machine this is: RuntimeInformation, drives, configuration files.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>

#include "loader/library/mono/io/mono_io.h"
#include "loader/library/mono/reflection/reflection.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/string.h"

static String *architecture(void)
{
    return string_from_utf8("x64");
}

static String *os_name(void)
{
    return string_from_utf8("linux");
}

/* -- drives -------------------------------------------------------------------- */

static char *path_of(const uint16_t *chars, int32_t length)
{
    String *string = string_from_utf16(chars, (uint32_t)length);
    return string ? string_to_utf8(string) : NULL;
}

static int32_t disk_free(const uint16_t *path, int32_t length, uint64_t *available,
                         uint64_t *total, uint64_t *total_free, int32_t *error)
{
    enum { ERROR_PATH_NOT_FOUND = 3 };
    struct statvfs facts;
    char *text = path_of(path, length);
    bool ok = text && !statvfs(text, &facts);
    free(text);
    *available = ok ? (uint64_t)facts.f_bavail * facts.f_frsize : 0;
    *total = ok ? (uint64_t)facts.f_blocks * facts.f_frsize : 0;
    *total_free = ok ? (uint64_t)facts.f_bfree * facts.f_frsize : 0;
    *error = ok ? 0 : ERROR_PATH_NOT_FOUND;
    return ok;
}

static uint32_t drive_type(void)
{
    return 3; /* fixed */
}

static String *drive_format(void)
{
    return string_from_utf8("unknown");
}

/* -- configuration ------------------------------------------------------------- */

static String *no_string(void)
{
    return NULL;
}

static String *machine_config(void)
{
    return string_from_utf8("/etc/mono/4.5/machine.config");
}

/* Of System.IO.FileSystemWatcher: the managed one, over inotify. */
static int32_t watcher_kind(void)
{
    return 6;
}

static int32_t yes(void)
{
    return 1;
}

const IcallRow icalls_runtime_information[] = {
    ICALL("GetRuntimeArchitecture", NULL, architecture),
    ICALL("GetOSName", NULL, os_name),
    ICALLS_END,
};

const IcallRow icalls_drive_info[] = {
    ICALL("GetDiskFreeSpaceInternal", NULL, disk_free),
    ICALL("GetDriveTypeInternal", NULL, drive_type),
    ICALL("GetDriveFormatInternal", NULL, drive_format),
    ICALLS_END,
};

const IcallRow icalls_default_config[] = {
    ICALL("get_bundled_machine_config", NULL, no_string),
    ICALL("get_machine_config_path", NULL, machine_config),
    ICALLS_END,
};

const IcallRow icalls_configuration_host[] = {
    ICALL("get_bundled_machine_config", NULL, no_string),
    ICALL("get_bundled_app_config", NULL, no_string),
    ICALLS_END,
};

const IcallRow icalls_file_system_watcher[] = {
    ICALL("InternalSupportsFSW", NULL, watcher_kind),
    ICALLS_END,
};

const IcallRow icalls_tls_provider_factory[] = {
    ICALL("IsBtlsSupported", NULL, yes),
    ICALLS_END,
};
