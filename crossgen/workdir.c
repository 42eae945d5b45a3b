/* workdir.c - see workdir.h. */
#include "crossgen/workdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"

#define LOCK_NAME "lock"

enum { PATH_ROOM = 4096, TRIES = 20 };

/* Locks the file of that name in the directory; -1: it is not there, or its run lives.
 * A lock whose file was removed meanwhile is none. */
static int lock_take(const char *dir, int flags)
{
    char path[PATH_ROOM];
    struct stat opened, there;
    if (!file_join(path, sizeof path, dir, LOCK_NAME))
        return -1;
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
    if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB) && !fstat(fd, &opened) &&
        !lstat(path, &there) && opened.st_ino == there.st_ino &&
        opened.st_dev == there.st_dev)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static bool is_own_dir(const char *path)
{
    struct stat st;
    return !lstat(path, &st) && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           !(st.st_mode & 077);
}

/* Without a lock it is only removed when it is empty: its run died before it had made
 * one, or is about to make one and then tries again. */
static void remove_dead(const char *path)
{
    int lock = lock_take(path, 0);
    if (lock < 0) {
        rmdir(path);
        return;
    }
    file_remove_tree(path);
    close(lock);
}

static void sweep(const char *base, const char *prefix)
{
    char path[PATH_ROOM];
    const struct dirent *entry;
    size_t n = strlen(prefix);
    DIR *list = opendir(base);
    while (list && (entry = readdir(list)))
        if (!strncmp(entry->d_name, prefix, n) && strlen(entry->d_name) == n + 6 &&
            file_join(path, sizeof path, base, entry->d_name) && is_own_dir(path))
            remove_dead(path);
    if (list)
        closedir(list);
}

bool workdir_open(WorkDir *dir, const char *base, const char *prefix, Err *err)
{
    const char *given = secure_getenv("TMPDIR");
    if (!base)
        base = given && *given ? given : "/tmp";
    sweep(base, prefix);
    dir->lock = -1;
    for (int i = 0; dir->lock < 0 && i < TRIES; i++) {
        int n = snprintf(dir->path, sizeof dir->path, "%s/%sXXXXXX", base, prefix);
        if (n >= (int)sizeof dir->path)
            errno = ENAMETOOLONG;
        if (n >= (int)sizeof dir->path || !mkdtemp(dir->path))
            break;
        dir->lock = lock_take(dir->path, O_CREAT);
        if (dir->lock < 0)
            rmdir(dir->path);
    }
    if (dir->lock >= 0)
        return true;
    *dir->path = '\0';
    return err_set(err, ERR_IO, "no directory for intermediate files in %.200s: %s",
                   base, strerror(errno));
}

void workdir_close(WorkDir *dir, bool keep)
{
    char path[PATH_ROOM];
    if (!*dir->path)
        return;
    if (!keep)
        file_remove_tree(dir->path);
    else if (file_join(path, sizeof path, dir->path, LOCK_NAME))
        unlink(path);
    close(dir->lock);
    *dir->path = '\0';
}
