/* mono_io_path.c - System.IO.MonoIO's paths, directories and searches. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "loader/library/mono/io/mono_io.h"
#include "loader/gc/barrier.h"
#include "loader/vm/string.h"
#include "loader/library/mono/services/disk.h"

enum { ERROR_FILE_NOT_FOUND = 2, ERROR_NO_MORE_FILES = 18 };

char *mono_io_path(const uint16_t *path)
{
    uint32_t n = 0;
    while (path && path[n])
        n++;
    char *name = string_to_utf8(string_from_utf16(path, n));
    return name ? name : mem_alloc(1);
}

typedef int PathCall(const char *path);

/* A system call that says -1 and errno. */
static int32_t path_call(const uint16_t *path, PathCall *call, int32_t *error)
{
    char *name = mono_io_path(path);
    int code = call(name) ? errno : 0;
    free(name);
    return mono_io_finish(code, error);
}

static int make_directory(const char *path)
{
    return mkdir(path, 0777);
}

int32_t mono_io_create_directory(const uint16_t *path, int32_t *error)
{
    return path_call(path, make_directory, error);
}

int32_t mono_io_remove_directory(const uint16_t *path, int32_t *error)
{
    return path_call(path, rmdir, error);
}

int32_t mono_io_set_directory(const uint16_t *path, int32_t *error)
{
    return path_call(path, chdir, error);
}

int32_t mono_io_delete(const uint16_t *path, int32_t *error)
{
    return path_call(path, unlink, error);
}

String *mono_io_get_directory(int32_t *error)
{
    char *name = getcwd(NULL, 0);
    mono_io_finish(name ? 0 : errno, error);
    String *result = name ? string_from_utf8(name) : NULL;
    free(name);
    return result;
}

int32_t mono_io_copy(const uint16_t *from, const uint16_t *to, int32_t overwrite,
                     int32_t *error)
{
    enum { ERROR_FILE_EXISTS = 80 };
    char *source = mono_io_path(from), *target = mono_io_path(to);
    int code = disk_copy(source, target, overwrite);
    *error = code == EEXIST ? ERROR_FILE_EXISTS : mono_io_error(code);
    free(source);
    free(target);
    return !code;
}

int32_t mono_io_move(const uint16_t *from, const uint16_t *to, int32_t *error)
{
    char *source = mono_io_path(from), *target = mono_io_path(to);
    int code = disk_move(source, target);
    free(source);
    free(target);
    return mono_io_finish(code, error);
}

int32_t mono_io_replace(const uint16_t *from, const uint16_t *to,
                        const uint16_t *backup, int32_t ignore_errors, int32_t *error)
{
    char *source = mono_io_path(from), *target = mono_io_path(to);
    char *saved = backup ? mono_io_path(backup) : NULL;
    (void)ignore_errors;
    int code = disk_replace(source, target, saved);
    free(source);
    free(target);
    free(saved);
    return mono_io_finish(code, error);
}

int32_t mono_io_get_attributes(const uint16_t *path, int32_t *error)
{
    MonoIoStat facts = {.attributes = -1};
    mono_io_stat(path, &facts, error);
    return facts.attributes;
}

int32_t mono_io_set_attributes(const uint16_t *path, int32_t attributes, int32_t *error)
{
    char *name = mono_io_path(path);
    int code = disk_set_attributes(name, attributes);
    free(name);
    return mono_io_finish(code, error);
}

int32_t mono_io_stat(const uint16_t *path, MonoIoStat *out, int32_t *error)
{
    DiskFacts facts;
    char *name = mono_io_path(path);
    int code = disk_facts(name, &facts);
    free(name);
    if (!code)
        *out = (MonoIoStat){facts.attributes,  0,
                            facts.length,      facts.creation_time,
                            facts.access_time, facts.write_time};
    return mono_io_finish(code, error);
}

/* -- searches: the handle is the DiskSearch ------------------------------------ */

static bool find_step(DiskSearch *search, String **name, int32_t *attributes)
{
    const char *found;
    bool more = disk_search_next(search, &found, attributes);
    if (more)
        gc_store(name, string_from_utf8(found));
    return more;
}

int64_t mono_io_find_first(const uint16_t *pattern, String **name, int32_t *attributes,
                           int32_t *error)
{
    DiskSearch *search;
    char *path = mono_io_path(pattern);
    int code = disk_search_open(path, &search);
    free(path);
    if (!mono_io_finish(code, error))
        return -1;
    if (find_step(search, name, attributes))
        return (int64_t)(intptr_t)search;
    *error = ERROR_FILE_NOT_FOUND;
    disk_search_close(search);
    return -1;
}

int32_t mono_io_find_next(int64_t handle, String **name, int32_t *attributes,
                          int32_t *error)
{
    bool more = find_step((DiskSearch *)(intptr_t)handle, name, attributes);
    *error = more ? 0 : ERROR_NO_MORE_FILES;
    return more;
}

int32_t mono_io_find_close(int64_t handle)
{
    disk_search_close((DiskSearch *)(intptr_t)handle);
    return 1;
}
