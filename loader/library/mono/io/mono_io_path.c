/* mono_io_path.c - System.IO.MonoIO's paths, directories and searches. */
#include <stdio.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "loader/library/mono/io/mono_io.h"
#include "loader/gc/object.h"
#include "loader/vm/string.h"

enum {
    ATTR_READONLY = 1,
    ATTR_DIRECTORY = 0x10,
    ATTR_NORMAL = 0x80,
    ATTR_REPARSE_POINT = 0x400,
    ERROR_NO_MORE_FILES = 18,
};

char *mono_io_path(const uint16_t *path)
{
    uint32_t n = 0;
    while (path && path[n])
        n++;
    char *name = string_to_utf8(string_from_utf16(path, n));
    return name ? name : mem_alloc(1);
}

static int32_t finish(int failed, int32_t *error)
{
    *error = failed ? mono_io_error(errno) : 0;
    return !failed;
}

int32_t mono_io_create_directory(const uint16_t *path, int32_t *error)
{
    char *name = mono_io_path(path);
    int32_t ok = finish(mkdir(name, 0777), error);
    free(name);
    return ok;
}

int32_t mono_io_remove_directory(const uint16_t *path, int32_t *error)
{
    char *name = mono_io_path(path);
    int32_t ok = finish(rmdir(name), error);
    free(name);
    return ok;
}

String *mono_io_get_directory(int32_t *error)
{
    char *name = getcwd(NULL, 0);
    String *result = name ? string_from_utf8(name) : NULL;
    finish(!name, error);
    free(name);
    return result;
}

int32_t mono_io_set_directory(const uint16_t *path, int32_t *error)
{
    char *name = mono_io_path(path);
    int32_t ok = finish(chdir(name), error);
    free(name);
    return ok;
}

static int copy_bytes(int in, int out)
{
    char buffer[65536];
    for (;;) {
        ssize_t n = read(in, buffer, sizeof buffer);
        if (n <= 0)
            return n < 0;
        for (ssize_t at = 0; at < n;) {
            ssize_t written = write(out, buffer + at, (size_t)(n - at));
            if (written < 0)
                return 1;
            at += written;
        }
    }
}

static bool copy_file(const char *from, const char *to, bool overwrite, int32_t *error)
{
    int32_t ignored;
    struct stat st;
    int in = mono_io_open(from, O_RDONLY, ACCESS_READ, SHARE_READ, error);
    if (in < 0)
        return false;
    int flags = O_WRONLY | O_CREAT | (overwrite ? 0 : O_EXCL);
    int out = mono_io_open(to, flags, ACCESS_WRITE, SHARE_NONE, error);
    if (out >= 0)
        finish(fstat(in, &st) || fchmod(out, st.st_mode & 0777) || ftruncate(out, 0) ||
                   copy_bytes(in, out) ||
                   futimens(out, (struct timespec[]){st.st_atim, st.st_mtim}),
               error);
    if (out >= 0)
        mono_io_close(out, &ignored);
    mono_io_close(in, &ignored);
    return !*error;
}

int32_t mono_io_copy(const uint16_t *from, const uint16_t *to, int32_t overwrite,
                     int32_t *error)
{
    char *source = mono_io_path(from), *target = mono_io_path(to);
    int32_t ok = copy_file(source, target, overwrite, error);
    free(source);
    free(target);
    return ok;
}

int32_t mono_io_move(const uint16_t *from, const uint16_t *to, int32_t *error)
{
    char *source = mono_io_path(from), *target = mono_io_path(to);
    struct stat st;
    bool exists = !lstat(target, &st);
    if (exists)
        errno = EEXIST;
    int32_t ok = finish(exists || rename(source, target), error);
    if (!ok && !exists && errno == EXDEV && copy_file(source, target, false, error))
        ok = finish(unlink(source), error);
    free(source);
    free(target);
    return ok;
}

int32_t mono_io_delete(const uint16_t *path, int32_t *error)
{
    char *name = mono_io_path(path);
    int32_t ok = finish(unlink(name), error);
    free(name);
    return ok;
}

int32_t mono_io_replace(const uint16_t *from, const uint16_t *to,
                        const uint16_t *backup, int32_t ignore_errors, int32_t *error)
{
    char *source = mono_io_path(from), *target = mono_io_path(to);
    char *saved = backup ? mono_io_path(backup) : NULL;
    int failed = saved && rename(target, saved);
    (void)ignore_errors;
    finish(failed || rename(source, target), error);
    free(source);
    free(target);
    free(saved);
    return *error == 0;
}

static int32_t attributes_of(const char *name, const struct stat *st)
{
    int32_t attributes = S_ISDIR(st->st_mode) ? ATTR_DIRECTORY : 0;
    struct stat link;
    if (!(st->st_mode & 0222) || (geteuid() && access(name, W_OK)))
        attributes |= ATTR_READONLY;
    if (!lstat(name, &link) && S_ISLNK(link.st_mode))
        attributes |= ATTR_REPARSE_POINT;
    return attributes ? attributes : ATTR_NORMAL;
}

static int stat_follow(const char *name, struct stat *st)
{
    return stat(name, st) && lstat(name, st); /* a dangling link is itself */
}

int32_t mono_io_get_attributes(const uint16_t *path, int32_t *error)
{
    char *name = mono_io_path(path);
    struct stat st;
    int32_t attributes = -1;
    if (finish(stat_follow(name, &st), error))
        attributes = attributes_of(name, &st);
    free(name);
    return attributes;
}

int32_t mono_io_set_attributes(const uint16_t *path, int32_t attributes, int32_t *error)
{
    char *name = mono_io_path(path);
    struct stat st;
    int failed = stat(name, &st);
    if (!failed) {
        mode_t mode =
            attributes & ATTR_READONLY ? st.st_mode & ~(mode_t)0222 : st.st_mode | 0200;
        failed = chmod(name, mode & 07777);
    }
    finish(failed, error);
    free(name);
    return !failed;
}

static int64_t filetime_of(struct timespec t)
{
    return ((int64_t)t.tv_sec + 11644473600) * 10000000 + t.tv_nsec / 100;
}

int32_t mono_io_stat(const uint16_t *path, MonoIoStat *out, int32_t *error)
{
    char *name = mono_io_path(path);
    struct stat st;
    int failed = stat_follow(name, &st);
    if (finish(failed, error)) {
        struct timespec oldest =
            st.st_mtim.tv_sec < st.st_ctim.tv_sec ? st.st_mtim : st.st_ctim;
        out->attributes = attributes_of(name, &st);
        out->length = S_ISDIR(st.st_mode) ? 0 : st.st_size;
        out->creation_time = filetime_of(oldest);
        out->access_time = filetime_of(st.st_atim);
        out->write_time = filetime_of(st.st_mtim);
    }
    free(name);
    return !failed;
}

typedef struct Find {
    DIR *dir;
    char *path;    /* of the directory */
    char *pattern; /* of the names */
} Find;

static bool find_step(Find *find, String **name, int32_t *attributes, int32_t *error)
{
    struct dirent *entry;
    while ((entry = readdir(find->dir))) {
        char full[4096];
        struct stat st;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        if (fnmatch(find->pattern, entry->d_name, FNM_NOESCAPE))
            continue;
        if (!file_join(full, sizeof full, find->path, entry->d_name) ||
            stat_follow(full, &st))
            continue;
        *name = string_from_utf8(entry->d_name);
        *attributes = attributes_of(full, &st);
        *error = 0;
        return true;
    }
    *error = ERROR_NO_MORE_FILES;
    return false;
}

static void find_free(Find *find)
{
    if (find->dir)
        closedir(find->dir);
    free(find->path);
    free(find->pattern);
    free(find);
}

int64_t mono_io_find_first(const uint16_t *pattern, String **name, int32_t *attributes,
                           int32_t *error)
{
    Find *find = mem_alloc(sizeof *find);
    char *path = mono_io_path(pattern);
    char *slash = strrchr(path, '/');
    find->pattern = mem_strdup(slash ? slash + 1 : path);
    find->path = slash == path ? mem_strdup("/")
                               : mem_strndup(slash ? path : ".",
                                             slash ? (size_t)(slash - path) : 1);
    if (!strcmp(find->pattern, "*.*"))
        find->pattern[1] = '\0';
    free(path);
    find->dir = opendir(find->path);
    if (!find->dir) {
        finish(1, error);
        find_free(find);
        return -1;
    }
    if (!find_step(find, name, attributes, error)) {
        *error = 2; /* ERROR_FILE_NOT_FOUND: no match */
        find_free(find);
        return -1;
    }
    return (int64_t)(intptr_t)find;
}

int32_t mono_io_find_next(int64_t handle, String **name, int32_t *attributes,
                          int32_t *error)
{
    return find_step((Find *)(intptr_t)handle, name, attributes, error);
}

int32_t mono_io_find_close(int64_t handle)
{
    find_free((Find *)(intptr_t)handle);
    return 1;
}
