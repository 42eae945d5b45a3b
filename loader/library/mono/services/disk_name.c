/* disk_name.c - files and directories by their names. */
#include "loader/library/mono/services/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/mem.h"

/* -- copies -------------------------------------------------------------------- */

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

static int copy_opened(int in, int out)
{
    struct stat st;
    bool failed = fstat(in, &st) || fchmod(out, st.st_mode & 0777) ||
                  ftruncate(out, 0) || copy_bytes(in, out) ||
                  futimens(out, (struct timespec[]){st.st_atim, st.st_mtim});
    return failed ? errno : 0;
}

int disk_copy(const char *from, const char *to, bool overwrite)
{
    int in, out;
    int code = disk_open(from, O_RDONLY, ACCESS_READ, SHARE_READ, &in);
    if (code)
        return code;
    code = disk_open(to, O_WRONLY | O_CREAT | (overwrite ? 0 : O_EXCL), ACCESS_WRITE,
                     SHARE_NONE, &out);
    if (!code) {
        code = copy_opened(in, out);
        disk_close(out);
    }
    disk_close(in);
    return code;
}

int disk_move(const char *from, const char *to)
{
    struct stat st;
    if (!lstat(to, &st))
        return EEXIST;
    if (!rename(from, to))
        return 0;
    if (errno != EXDEV)
        return errno;
    int code = disk_copy(from, to, false);
    return code ? code : unlink(from) ? errno : 0;
}

int disk_replace(const char *from, const char *to, const char *backup)
{
    return (backup && rename(to, backup)) || rename(from, to) ? errno : 0;
}

/* -- facts --------------------------------------------------------------------- */

static int32_t attributes_of(const char *name, const struct stat *st)
{
    int32_t attributes = S_ISDIR(st->st_mode) ? ATTRIBUTE_DIRECTORY : 0;
    struct stat link;
    if (!(st->st_mode & 0222) || (geteuid() && access(name, W_OK)))
        attributes |= ATTRIBUTE_READONLY;
    if (!lstat(name, &link) && S_ISLNK(link.st_mode))
        attributes |= ATTRIBUTE_REPARSE_POINT;
    return attributes ? attributes : ATTRIBUTE_NORMAL;
}

static int stat_follow(const char *name, struct stat *st)
{
    return stat(name, st) && lstat(name, st); /* a dangling link is itself */
}

static int64_t filetime_of(struct timespec t)
{
    return ((int64_t)t.tv_sec + 11644473600) * 10000000 + t.tv_nsec / 100;
}

int disk_facts(const char *name, DiskFacts *out)
{
    struct stat st;
    if (stat_follow(name, &st))
        return errno;
    struct timespec oldest =
        st.st_mtim.tv_sec < st.st_ctim.tv_sec ? st.st_mtim : st.st_ctim;
    *out = (DiskFacts){.attributes = attributes_of(name, &st),
                       .length = S_ISDIR(st.st_mode) ? 0 : st.st_size,
                       .creation_time = filetime_of(oldest),
                       .access_time = filetime_of(st.st_atim),
                       .write_time = filetime_of(st.st_mtim)};
    return 0;
}

int disk_set_attributes(const char *name, int32_t attributes)
{
    struct stat st;
    if (stat(name, &st))
        return errno;
    mode_t mode = attributes & ATTRIBUTE_READONLY ? st.st_mode & ~(mode_t)0222
                                                  : st.st_mode | 0200;
    return chmod(name, mode & 07777) ? errno : 0;
}

/* -- searches ------------------------------------------------------------------ */

struct DiskSearch {
    DIR *dir;
    char *path;    /* of the directory */
    char *pattern; /* of the names */
};

int disk_search_open(const char *pattern, DiskSearch **out)
{
    DiskSearch *search = mem_alloc(sizeof *search);
    const char *slash = strrchr(pattern, '/');
    search->pattern = mem_strdup(slash ? slash + 1 : pattern);
    search->path =
        slash == pattern
            ? mem_strdup("/")
            : mem_strndup(slash ? pattern : ".", slash ? (size_t)(slash - pattern) : 1);
    if (!strcmp(search->pattern, "*.*"))
        search->pattern[1] = '\0';
    search->dir = opendir(search->path);
    int code = search->dir ? 0 : errno;
    *out = search;
    if (code) {
        disk_search_close(search);
        *out = NULL;
    }
    return code;
}

bool disk_search_next(DiskSearch *search, const char **name, int32_t *attributes)
{
    struct dirent *entry;
    while ((entry = readdir(search->dir))) {
        char full[4096];
        struct stat st;
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, ".."))
            continue;
        if (fnmatch(search->pattern, entry->d_name, FNM_NOESCAPE))
            continue;
        if (!file_join(full, sizeof full, search->path, entry->d_name) ||
            stat_follow(full, &st))
            continue;
        *name = entry->d_name;
        *attributes = attributes_of(full, &st);
        return true;
    }
    return false;
}

void disk_search_close(DiskSearch *search)
{
    if (search->dir)
        closedir(search->dir);
    free(search->path);
    free(search->pattern);
    free(search);
}
