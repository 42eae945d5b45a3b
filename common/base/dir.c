#include "common/base/dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"

static bool dir_is_own(int fd, const char *name, Err *err)
{
    struct stat st;
    if (fstat(fd, &st))
        return err_set(err, ERR_IO, "%s: %s", name, strerror(errno));
    if (st.st_uid != geteuid() && st.st_uid != 0)
        return err_set(err, ERR_IO, "%s: belongs to user %u", name,
                       (unsigned)st.st_uid);
    if (st.st_mode & (S_IWGRP | S_IWOTH))
        return err_set(err, ERR_IO,
                       "%s: others than its owner can write it (mode %04o)", name,
                       (unsigned)st.st_mode & 07777);
    return true;
}

int dir_open_own(int at, const char *name, Err *err)
{
    int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && dir_is_own(fd, name, err))
        return fd;
    if (fd >= 0)
        close(fd);
    else if (errno == ELOOP || errno == ENOTDIR)
        err_set(err, ERR_IO, "%s: a symbolic link, or no directory", name);
    else if (errno != ENOENT)
        err_set(err, ERR_IO, "%s: %s", name, strerror(errno));
    return -1;
}

int dir_make_own(int at, const char *name, bool *made, Err *err)
{
    *made = !mkdirat(at, name, 0700);
    if (!*made && errno != EEXIST) {
        err_set(err, ERR_IO, "%s: %s", name, strerror(errno));
        return -1;
    }
    int fd = dir_open_own(at, name, err);
    if (fd < 0 && !err->kind)
        err_set(err, ERR_IO, "%s: %s", name, strerror(ENOENT));
    return fd;
}

int dir_open_file(int dir, const char *name)
{
    return openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

DIR *dir_list(int dir)
{
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = fd < 0 ? NULL : fdopendir(fd);
    if (fd >= 0 && !list)
        close(fd);
    return list;
}

bool dir_write(int dir, const char *name, Bytes bytes, unsigned mode, Err *err)
{
    char temp[300];
    uint64_t number = 0;
    (void)!getrandom(&number, sizeof number, GRND_NONBLOCK);
    snprintf(temp, sizeof temp, "%.200s.%016llx", name, (unsigned long long)number);
    int fd =
        openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_IO, "%s: %s", name, strerror(errno));
    bool ok = file_write_all(fd, bytes) && !fchmod(fd, mode);
    ok = !close(fd) && ok;
    if (ok && !renameat(dir, temp, dir, name))
        return true;
    err_set(err, ERR_IO, "%s: %s", name, strerror(errno));
    unlinkat(dir, temp, 0);
    return false;
}
