/* store.c - answers in the per-user cache. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/dir.h"
#include "common/base/file.h"
#include "common/base/mem.h"
#include "common/framework/answer.h"

enum { PATH_SIZE = 4096, MAX_BYTES = 4 << 20, KEPT = 128 };

#define DIRECTORY "host"

/* -- Loading -------------------------------------------------------------------------
 */

/* All of it, if nobody else can have written it. */
static bool read_all(int fd, Buffer *out)
{
    struct stat st;
    uint8_t chunk[16384];
    ssize_t n;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode) ||
        (st.st_uid != geteuid() && st.st_uid != 0) ||
        st.st_mode & (S_IWGRP | S_IWOTH) || st.st_size > MAX_BYTES)
        return false;
    while ((n = read(fd, chunk, sizeof chunk)) > 0 && out->size <= MAX_BYTES)
        buffer_put(out, chunk, (size_t)n);
    return !n;
}

bool answer_load(const char *cache, const Question *question,
                 HostProperties *properties)
{
    char name[ANSWER_NAME];
    Err ignored = ERR_INIT;
    Buffer file = BUFFER_INIT;
    int root = dir_open_own(AT_FDCWD, cache, &ignored);
    int dir = root < 0 ? -1 : dir_open_own(root, DIRECTORY, &ignored);
    question_name(question, name);
    int fd = dir < 0 ? -1 : dir_open_file(dir, name);
    bool ok = fd >= 0 && read_all(fd, &file) &&
              answer_read(buffer_bytes(&file), question, properties);
    if (fd >= 0 && !ok)
        unlinkat(dir, name, 0);
    for (int i = 0; i < 3; i++) {
        const int open_ones[] = {fd, dir, root};
        if (open_ones[i] >= 0)
            close(open_ones[i]);
    }
    buffer_free(&file);
    return ok;
}

/* -- Storing -------------------------------------------------------------------------
 */

/* Removes the file that was written longest ago, but not this one, while there are too
 * many. */
static void keep_some(int dir, const char *newest)
{
    for (;;) {
        const struct dirent *entry;
        char oldest[300] = "";
        struct stat st;
        time_t time = 0;
        size_t n = 0;
        DIR *list = dir_list(dir);
        while (list && (entry = readdir(list))) {
            if (*entry->d_name == '.' || !strcmp(entry->d_name, newest) ||
                fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
                continue;
            n++;
            if (!*oldest || st.st_mtime < time) {
                time = st.st_mtime;
                snprintf(oldest, sizeof oldest, "%s", entry->d_name);
            }
        }
        if (list)
            closedir(list);
        if (n < KEPT || unlinkat(dir, oldest, 0))
            return;
    }
}

static int open_to_write(const char *cache, Err *err)
{
    char parent[PATH_SIZE];
    bool made;
    const char *slash = strrchr(cache, '/');
    snprintf(parent, sizeof parent, "%.*s", slash ? (int)(slash - cache) : 0, cache);
    if (*parent && !file_make_dirs(parent, 0700, err))
        return -1;
    int root = dir_make_own(AT_FDCWD, cache, &made, err);
    int dir = root < 0 ? -1 : dir_make_own(root, DIRECTORY, &made, err);
    if (root >= 0)
        close(root);
    return dir;
}

bool answer_store(const char *cache, const Question *question,
                  const HostProperties *properties, struct timespec asked, Err *err)
{
    char name[ANSWER_NAME];
    Buffer file = BUFFER_INIT;
    int dir = -1;
    bool ok = answer_write(&file, question, properties, asked) ||
              err_set(err, ERR_IO, "a file that decides it has just changed");
    ok = ok && (dir = open_to_write(cache, err)) >= 0;
    question_name(question, name);
    if (ok) {
        ok = dir_write(dir, name, buffer_bytes(&file), 0600, err);
        keep_some(dir, name);
        close(dir);
    }
    buffer_free(&file);
    return ok;
}
