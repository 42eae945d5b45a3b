#include "common/base/file.h"
#include "common/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { TEMP_SIZE = 4096 };

static bool file_map(File *file, Err *err)
{
    if (fstat(file->fd, &file->stat))
        return err_set(err, ERR_IO, "%s: %s", file->path, strerror(errno));
    if (!S_ISREG(file->stat.st_mode))
        return err_set(err, ERR_IO, "%s: %s", file->path,
                       S_ISDIR(file->stat.st_mode) ? "is a directory"
                                                   : "not a regular file");
    size_t size = (size_t)file->stat.st_size;
    if (!size)
        return true;
    void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, file->fd, 0);
    if (p == MAP_FAILED)
        return err_set(err, ERR_IO, "%s: %s", file->path, strerror(errno));
    file->bytes = (Bytes){p, size};
    return true;
}

bool file_open(File *file, const char *path, bool keep_fd, Err *err)
{
    *file = (File){.fd = -1, .path = NULL};
    file->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file->fd < 0)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    file->path = mem_strdup(path);
    if (!file->path || !file_map(file, err)) {
        file_close(file);
        return false;
    }
    if (!keep_fd) {
        close(file->fd);
        file->fd = -1;
    }
    return true;
}

void file_close(File *file)
{
    if (file->bytes.size)
        munmap((void *)file->bytes.data, file->bytes.size);
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    *file = (File){.fd = -1, .path = NULL};
}

/* The kernel caches a file in pieces as large as those it was written in, and maps each
 * whole where a page of it is touched: an image written at once costs 2 MB a touch. */
bool file_write_all(int fd, Bytes bytes)
{
    enum { CHUNK = 1 << 17 };
    while (bytes.size) {
        ssize_t n = write(fd, bytes.data, bytes.size < CHUNK ? bytes.size : CHUNK);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        bytes.data += n;
        bytes.size -= (size_t)n;
    }
    return true;
}

static bool write_into(const char *path, Bytes bytes, Err *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    bool ok = fd >= 0 && file_write_all(fd, bytes);
    if (!ok)
        err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

/* A file without a name cannot be left behind by who is killed while writing it; it
 * gets the name temp when it is whole. Where the file system has none such, it is
 * written under that name. Returns its descriptor, -1 on failure. */
static int temp_open(const char *path, char *temp, bool *named)
{
    char dir[TEMP_SIZE];
    const char *slash = strrchr(path, '/');
    snprintf(dir, sizeof dir, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    int fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    *named = fd < 0;
    return fd < 0 ? mkostemp(temp, O_CLOEXEC) : fd;
}

/* Gives it a name like that of mkostemp. */
static bool temp_link(int fd, char *temp)
{
    char self[40], *tail = temp + strlen(temp) - 6;
    snprintf(self, sizeof self, "/proc/self/fd/%d", fd);
    for (unsigned i = 0; i < 1000; i++) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        snprintf(tail, 7, "%06x",
                 ((unsigned)now.tv_nsec ^ (unsigned)getpid() << 4 ^ i) & 0xffffff);
        if (!linkat(AT_FDCWD, self, AT_FDCWD, temp, AT_SYMLINK_FOLLOW))
            return true;
        if (errno != EEXIST)
            return false;
    }
    return false;
}

static bool replace(const char *path, Bytes bytes, unsigned mode, Err *err)
{
    char temp[TEMP_SIZE];
    bool named;
    if (snprintf(temp, sizeof temp, "%s.XXXXXX", path) >= (int)sizeof temp)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(ENAMETOOLONG));
    int fd = temp_open(path, temp, &named);
    if (fd < 0)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    bool ok = file_write_all(fd, bytes) && !fchmod(fd, mode);
    if (ok && !named)
        ok = named = temp_link(fd, temp);
    ok = !close(fd) && ok;
    if (ok && !rename(temp, path))
        return true;
    err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
    if (named)
        unlink(temp);
    return false;
}

bool file_write(const char *path, Bytes bytes, unsigned mode, Err *err)
{
    struct stat st;
    bool there = !stat(path, &st);
    if (there && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode))
        return write_into(path, bytes, err);
    char *target = there ? realpath(path, NULL) : NULL;
    bool ok = replace(target ? target : path, bytes, mode, err);
    free(target);
    return ok;
}

void file_keep_standard(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", O_RDWR); /* the lowest free number: fd */
}

bool file_exists(const char *path)
{
    struct stat st;
    return !stat(path, &st);
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

bool file_dir(char *out, size_t size, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dir = !slash ? "." : slash == path ? "/" : path;
    size_t n = dir == path ? (size_t)(slash - path) : 1;
    snprintf(out, size, "%.*s", (int)n, dir);
    return n < size;
}

bool file_join(char *out, size_t size, const char *dir, const char *name)
{
    int n = snprintf(out, size, "%s/%s", dir, name);
    return n >= 0 && (size_t)n < size;
}

bool file_sibling(char *out, size_t size, const char *path, const char *ending)
{
    const char *name = file_name(path), *dot = strrchr(name, '.');
    size_t stem = dot ? (size_t)(dot - path) : strlen(path);
    int n = snprintf(out, size, "%.*s%s", (int)stem, path, ending);
    return n >= 0 && (size_t)n < size;
}

bool file_make_dirs(const char *path, unsigned mode, Err *err)
{
    char part[4096];
    if (strlen(path) >= sizeof part)
        return err_set(err, ERR_IO, "%s: %s", path, strerror(ENAMETOOLONG));
    for (size_t i = 1;; i++) {
        if (path[i] && path[i] != '/')
            continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, mode) && errno != EEXIST)
            return err_set(err, ERR_IO, "%s: %s", part, strerror(errno));
        if (!path[i])
            return true;
    }
}

static int remove_entry(const char *path, const struct stat *st, int type,
                        struct FTW *walk)
{
    (void)st, (void)type, (void)walk;
    (void)remove(path);
    return 0;
}

void file_remove_tree(const char *path)
{
    (void)nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}
