/* drive_info.c - System.IO.DriveInfo. */
#include <stdlib.h>
#include <sys/statvfs.h>

#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/string.h"

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

const IcallRow icalls_drive_info[] = {
    ICALL("GetDiskFreeSpaceInternal", NULL, disk_free),
    ICALL("GetDriveTypeInternal", NULL, drive_type),
    ICALL("GetDriveFormatInternal", NULL, drive_format),
    ICALLS_END,
};
