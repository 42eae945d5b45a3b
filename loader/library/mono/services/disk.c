/* disk.c - open files. */
#include "loader/library/mono/services/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

int disk_open(const char *name, int flags, int32_t access, int32_t share, int *fd)
{
    struct stat st;
    int code = 0;
    *fd = open(name, flags | O_CLOEXEC, 0666);
    if (*fd < 0)
        return errno;
    if (fstat(*fd, &st))
        code = errno;
    else if (S_ISDIR(st.st_mode))
        code = EACCES;
    else if (!file_share_open(*fd, &st, access, share))
        code = ETXTBSY;
    if (code) {
        close(*fd);
        *fd = -1;
    }
    return code;
}

int disk_close(int fd)
{
    file_share_close(fd);
    return close(fd) ? errno : 0;
}

int64_t disk_read(int fd, void *bytes, size_t n)
{
    ssize_t got;
    do
        got = read(fd, bytes, n);
    while (got < 0 && errno == EINTR);
    return got;
}

int64_t disk_write(int fd, const void *bytes, size_t n)
{
    ssize_t put;
    do
        put = write(fd, bytes, n);
    while (put < 0 && errno == EINTR);
    return put;
}

int disk_flush(int fd)
{
    return fsync(fd) && errno != EINVAL && errno != EROFS ? errno : 0;
}

int disk_type(int fd, DiskType *type)
{
    struct stat st;
    *type = DISK_UNKNOWN;
    if (fstat(fd, &st))
        return errno;
    bool disk = S_ISREG(st.st_mode) || S_ISDIR(st.st_mode) || S_ISBLK(st.st_mode);
    *type = disk ? DISK_FILE : S_ISCHR(st.st_mode) ? DISK_CHARACTER : DISK_PIPE;
    return 0;
}

static struct timespec time_of(int64_t filetime)
{
    enum { TICKS = 10000000 };
    const int64_t epoch = 11644473600;
    if (filetime < 0)
        return (struct timespec){0, UTIME_OMIT};
    return (struct timespec){filetime / TICKS - epoch, filetime % TICKS * 100};
}

int disk_set_times(int fd, int64_t access, int64_t write)
{
    struct timespec times[2] = {time_of(access), time_of(write)};
    return futimens(fd, times) ? errno : 0;
}

int disk_lock(int fd, int64_t position, int64_t length, short type)
{
    struct flock lock = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = position, .l_len = length};
    return fcntl(fd, F_SETLK, &lock) ? errno : 0;
}
