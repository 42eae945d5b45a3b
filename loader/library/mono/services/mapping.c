/* mapping.c - mapped files, and named memory that is shared within this process. */
#include "loader/library/mono/services/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/lock.h"
#include "common/base/mem.h"

enum {
    MODE_CREATE_NEW = 1,
    MODE_CREATE,
    MODE_OPEN,
    MODE_OPEN_OR_CREATE,
    MODE_TRUNCATE
};

enum { ACCESS_COPY_ON_WRITE = 3 };

typedef struct Access {
    int open, prot;
} Access;

static const Access accesses[] = {
    {O_RDWR, PROT_READ | PROT_WRITE},
    {O_RDONLY, PROT_READ},
    {O_WRONLY, PROT_WRITE},
    [ACCESS_COPY_ON_WRITE] = {O_RDWR, PROT_READ | PROT_WRITE},
    {O_RDONLY, PROT_READ | PROT_EXEC},
    {O_RDWR, PROT_READ | PROT_WRITE | PROT_EXEC},
};

static const Access *access_find(int32_t access)
{
    size_t n = sizeof accesses / sizeof *accesses;
    return (uint32_t)access < n ? &accesses[access] : NULL;
}

struct Mapping {
    int fd;
    uint32_t n_users;
    char *name; /* NULL: has none */
    struct Mapping *next;
};

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Mapping *named;

/* With the lock held. */
static Mapping *mapping_find(const char *name)
{
    Mapping *m = name ? named : NULL;
    while (m && strcmp(m->name, name))
        m = m->next;
    return m;
}

/* With the lock held. Takes fd over. */
static Mapping *mapping_new(int fd, const char *name)
{
    Mapping *m = mem_alloc(sizeof *m);
    *m = (Mapping){fd, 1, name ? mem_strdup(name) : NULL, named};
    if (name)
        named = m;
    return m;
}

static MappingError error_of(int code)
{
    switch (code) {
    case EACCES:
        return MAPPING_DENIED;
    case EEXIST:
        return MAPPING_EXISTS;
    case ENOENT:
        return MAPPING_NOT_FOUND;
    case ENAMETOOLONG:
        return MAPPING_NAME_TOO_LONG;
    default:
        return MAPPING_NOT_OPENED;
    }
}

static MappingError capacity_check(int64_t *capacity, int64_t size)
{
    if (!*capacity)
        *capacity = size;
    return *capacity < size ? MAPPING_FILE_IS_LARGER : MAPPING_OK;
}

/* -- opening ----------------------------------------------------------------- */

static MappingError mode_check(int32_t mode, const struct stat *st, int64_t *capacity)
{
    if (mode < MODE_CREATE_NEW || mode > MODE_TRUNCATE)
        return MAPPING_BAD_MODE;
    if (st && mode == MODE_CREATE_NEW)
        return MAPPING_EXISTS;
    if (!st && (mode == MODE_OPEN || mode == MODE_TRUNCATE))
        return MAPPING_NOT_FOUND;
    if (!*capacity && mode == MODE_CREATE_NEW)
        return MAPPING_FILE_IS_LARGER;
    return capacity_check(capacity, st ? st->st_size : 0);
}

static MappingError path_open(const char *path, int32_t mode, int32_t access,
                              int64_t *capacity, int *fd)
{
    static const int mode_flags[] = {
        [MODE_CREATE_NEW] = O_CREAT | O_EXCL,
        [MODE_CREATE] = O_CREAT | O_TRUNC,
        [MODE_OPEN] = 0,
        [MODE_OPEN_OR_CREATE] = O_CREAT,
        [MODE_TRUNCATE] = O_TRUNC,
    };
    const Access *wanted = access_find(access);
    struct stat st;
    bool exists = !stat(path, &st);
    MappingError error = mode_check(mode, exists ? &st : NULL, capacity);
    if (error || !wanted)
        return error ? error : MAPPING_NOT_OPENED;
    *fd = open(path, mode_flags[mode] | wanted->open | O_CLOEXEC, 0666);
    if (*fd >= 0 &&
        (*capacity <= (exists ? st.st_size : 0) || !ftruncate(*fd, *capacity)))
        return MAPPING_OK;
    error = error_of(errno);
    if (*fd >= 0)
        close(*fd);
    return error;
}

MappingError mapping_open_file(const char *path, int32_t mode, int32_t access,
                               const char *name, int64_t *capacity, Mapping **out)
{
    int fd;
    *out = NULL;
    lock_acquire(&lock);
    MappingError error = mapping_find(name)
                             ? MAPPING_EXISTS
                             : path_open(path, mode, access, capacity, &fd);
    if (!error)
        *out = mapping_new(fd, name);
    lock_release(&lock);
    return error;
}

static MappingError memory_new(const char *name, int64_t capacity, Mapping **out)
{
    int fd = memfd_create("mapping", MFD_CLOEXEC);
    if (fd >= 0 && !ftruncate(fd, capacity)) {
        *out = mapping_new(fd, name);
        return MAPPING_OK;
    }
    if (fd >= 0)
        close(fd);
    return MAPPING_NOT_MAPPED;
}

MappingError mapping_open_memory(int32_t mode, const char *name, int64_t capacity,
                                 Mapping **out)
{
    MappingError error = MAPPING_OK;
    lock_acquire(&lock);
    *out = mapping_find(name);
    if (*out && mode == MODE_CREATE_NEW)
        error = MAPPING_EXISTS;
    else if (*out)
        (*out)->n_users++;
    else if (mode == MODE_OPEN)
        error = MAPPING_NOT_FOUND;
    else if (capacity <= 0)
        error = MAPPING_NO_CAPACITY;
    else
        error = memory_new(name, capacity, out);
    lock_release(&lock);
    if (error)
        *out = NULL;
    return error;
}

/* A descriptor of its own for a file that is made as large as asked for. */
static MappingError descriptor_copy(int file, int64_t *capacity, int *fd)
{
    struct stat st;
    if (fstat(file, &st))
        return error_of(errno);
    if (!*capacity && !st.st_size)
        return MAPPING_EMPTY_FILE;
    MappingError error = capacity_check(capacity, st.st_size);
    if (error)
        return error;
    if (*capacity > st.st_size && ftruncate(file, *capacity))
        return error_of(errno);
    *fd = fcntl(file, F_DUPFD_CLOEXEC, 0);
    return *fd < 0 ? error_of(errno) : MAPPING_OK;
}

MappingError mapping_open_descriptor(int file, const char *name, int64_t *capacity,
                                     Mapping **out)
{
    int fd = -1;
    *out = NULL;
    lock_acquire(&lock);
    MappingError error =
        mapping_find(name) ? MAPPING_EXISTS : descriptor_copy(file, capacity, &fd);
    if (!error)
        *out = mapping_new(fd, name);
    lock_release(&lock);
    return error;
}

void mapping_close(Mapping *m)
{
    lock_acquire(&lock);
    if (!--m->n_users) {
        Mapping **link = &named;
        while (*link && *link != m)
            link = &(*link)->next;
        if (*link)
            *link = m->next;
        close(m->fd);
        free(m->name);
        free(m);
    }
    lock_release(&lock);
}

void mapping_flush(Mapping *m)
{
    fsync(m->fd);
}

void mapping_set_inheritable(Mapping *m, bool inheritable)
{
    fcntl(m->fd, F_SETFD, inheritable ? 0 : FD_CLOEXEC);
}

/* -- views ------------------------------------------------------------------- */

MappingError mapping_view_open(Mapping *m, int64_t offset, int64_t *size,
                               int32_t access, MappingView *out)
{
    const Access *wanted = access_find(access);
    struct stat st;
    int64_t page = sysconf(_SC_PAGESIZE);
    if (fstat(m->fd, &st))
        return MAPPING_NOT_OPENED;
    uint64_t end = (uint64_t)offset + (uint64_t)*size;
    if (end > (uint64_t)st.st_size)
        return MAPPING_DENIED;
    if (offset < 0 || *size < 0 || !wanted)
        return MAPPING_NOT_MAPPED;
    int64_t inside = offset % page;
    int64_t n = *size ? *size : (st.st_size + page - 1) / page * page - offset;
    size_t length = (size_t)(n + inside);
    void *address = mmap(NULL, length, wanted->prot,
                         access == ACCESS_COPY_ON_WRITE ? MAP_PRIVATE : MAP_SHARED,
                         m->fd, offset - inside);
    if (address == MAP_FAILED)
        return MAPPING_NOT_MAPPED;
    *out = (MappingView){address, length, (char *)address + inside};
    *size = n;
    return MAPPING_OK;
}

bool mapping_view_close(MappingView *view)
{
    return !munmap(view->address, view->size);
}
