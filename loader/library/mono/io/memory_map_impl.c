/* memory_map_impl.c - System.IO.MemoryMappedFiles.MemoryMapImpl: mapped files, and
 * named memory that is shared within this process. */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/lock.h"
#include "common/base/mem.h"
#include "loader/library/mono/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"

enum { /* what MemoryMapImpl.CreateException knows */
       BAD_CAPACITY = 1,
       CAPACITY_TOO_SMALL,
       FILE_NOT_FOUND,
       FILE_ALREADY_EXISTS,
       PATH_TOO_LONG,
       COULD_NOT_OPEN,
       CAPACITY_NOT_POSITIVE,
       INVALID_FILE_MODE,
       COULD_NOT_MAP,
       ACCESS_IS_DENIED,
};

enum {
    MODE_CREATE_NEW = 1,
    MODE_CREATE,
    MODE_OPEN,
    MODE_OPEN_OR_CREATE,
    MODE_TRUNCATE
};

typedef struct Mapping { /* what a MemoryMappedFile's handle points at */
    int fd;
    uint32_t n_users;
    char *name; /* NULL: has none */
    struct Mapping *next;
} Mapping;

typedef struct View {
    void *address;
    size_t size;
} View;

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Mapping *named;

static char *text_of(const uint16_t *chars, int32_t length)
{
    return chars ? string_to_utf8(string_from_utf16(chars, (uint32_t)length)) : NULL;
}

/* With the lock held. */
static Mapping *mapping_find(const char *name)
{
    Mapping *m = name ? named : NULL;
    while (m && strcmp(m->name, name))
        m = m->next;
    return m;
}

/* With the lock held. Takes fd and name over. */
static Mapping *mapping_new(int fd, char *name)
{
    Mapping *m = mem_alloc(sizeof *m);
    *m = (Mapping){fd, 1, name, named};
    if (name)
        named = m;
    return m;
}

static int32_t error_of(int code)
{
    switch (code) {
    case EACCES:
        return ACCESS_IS_DENIED;
    case EEXIST:
        return FILE_ALREADY_EXISTS;
    case ENOENT:
        return FILE_NOT_FOUND;
    case ENAMETOOLONG:
        return PATH_TOO_LONG;
    default:
        return COULD_NOT_OPEN;
    }
}

/* The capacity 0 is the file's size. */
static int32_t capacity_check(int64_t *capacity, int64_t size)
{
    if (!*capacity)
        *capacity = size;
    return *capacity < size ? CAPACITY_TOO_SMALL : 0;
}

/* -- opening ----------------------------------------------------------------- */

static int open_file(const char *path, int32_t mode, int32_t access, int64_t *capacity,
                     int32_t *error)
{
    static const int mode_flags[] = {
        [MODE_CREATE_NEW] = O_CREAT | O_EXCL,
        [MODE_CREATE] = O_CREAT | O_TRUNC,
        [MODE_OPEN] = 0,
        [MODE_OPEN_OR_CREATE] = O_CREAT,
        [MODE_TRUNCATE] = O_TRUNC,
    };
    /* ReadWrite, Read, Write, CopyOnWrite, ReadExecute, ReadWriteExecute */
    static const int access_flags[] = {O_RDWR, O_RDONLY, O_WRONLY,
                                       O_RDWR, O_RDONLY, O_RDWR};
    struct stat st;
    bool exists = !stat(path, &st);
    if (mode < MODE_CREATE_NEW || mode > MODE_TRUNCATE)
        *error = INVALID_FILE_MODE;
    else if (exists && mode == MODE_CREATE_NEW)
        *error = FILE_ALREADY_EXISTS;
    else if (!exists && (mode == MODE_OPEN || mode == MODE_TRUNCATE))
        *error = FILE_NOT_FOUND;
    else if (!*capacity && mode == MODE_CREATE_NEW)
        *error = CAPACITY_TOO_SMALL;
    else
        *error = capacity_check(capacity, exists ? st.st_size : 0);
    if (*error)
        return -1;
    int fd = open(path, mode_flags[mode] | access_flags[access] | O_CLOEXEC, 0666);
    if (fd < 0 || (*capacity > (exists ? st.st_size : 0) && ftruncate(fd, *capacity)))
        *error = error_of(errno);
    if (fd >= 0 && *error)
        close(fd);
    return *error ? -1 : fd;
}

static int open_memory(int64_t capacity, int32_t *error)
{
    int fd = memfd_create("mapping", MFD_CLOEXEC);
    *error = fd < 0 || ftruncate(fd, capacity) ? COULD_NOT_MAP : 0;
    if (fd >= 0 && *error)
        close(fd);
    return *error ? -1 : fd;
}

/* With the lock held, path NULL: memory. Takes name over. */
static Mapping *mapping_open(const char *path, int32_t mode, char *name,
                             int64_t *capacity, int32_t access, int32_t *error)
{
    Mapping *known = mapping_find(name);
    int fd = -1;
    *error = 0;
    if (known && (path || mode == MODE_CREATE_NEW))
        *error = FILE_ALREADY_EXISTS;
    else if (known)
        known->n_users++;
    else if (!path && mode == MODE_OPEN)
        *error = FILE_NOT_FOUND;
    else if (!path && *capacity <= 0)
        *error = CAPACITY_NOT_POSITIVE;
    else
        fd = path ? open_file(path, mode, access, capacity, error)
                  : open_memory(*capacity, error);
    if (fd >= 0)
        return mapping_new(fd, name);
    free(name);
    return *error ? NULL : known;
}

/* NOLINTNEXTLINE(readability-function-size): the parameters of the internal call */
static int64_t map_open_file(const uint16_t *path, int32_t path_length, int32_t mode,
                             const uint16_t *name, int32_t name_length,
                             int64_t *capacity, int32_t access, int32_t options,
                             int32_t *error)
{
    (void)options;
    char *file = text_of(path, path_length);
    lock_acquire(&lock);
    Mapping *m =
        mapping_open(file, mode, text_of(name, name_length), capacity, access, error);
    lock_release(&lock);
    free(file);
    return (intptr_t)m;
}

/* NOLINTNEXTLINE(readability-function-size): the parameters of the internal call */
static int64_t map_open_handle(int64_t handle, const uint16_t *name,
                               int32_t name_length, int64_t *capacity, int32_t access,
                               int32_t options, int32_t *error)
{
    (void)access, (void)options;
    struct stat st;
    char *text = text_of(name, name_length);
    lock_acquire(&lock);
    *error = mapping_find(text) ? FILE_ALREADY_EXISTS : 0;
    if (!*error && fstat((int)handle, &st))
        *error = error_of(errno);
    if (!*error)
        *error = !*capacity && !st.st_size ? BAD_CAPACITY
                                           : capacity_check(capacity, st.st_size);
    if (!*error && *capacity > st.st_size && ftruncate((int)handle, *capacity))
        *error = error_of(errno);
    int fd = *error ? -1 : fcntl((int)handle, F_DUPFD_CLOEXEC, 0);
    if (!*error && fd < 0)
        *error = error_of(errno);
    Mapping *m = *error ? NULL : mapping_new(fd, text);
    lock_release(&lock);
    if (!m)
        free(text);
    return (intptr_t)m;
}

static void map_close(Mapping *m)
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

/* -- views ------------------------------------------------------------------- */

/* *size 0: up to the end of the file's last page. */
static int32_t map_view(Mapping *m, int64_t offset, int64_t *size, int32_t access,
                        View **handle, void **base)
{
    static const int prots[] = {PROT_READ | PROT_WRITE,
                                PROT_READ,
                                PROT_WRITE,
                                PROT_READ | PROT_WRITE,
                                PROT_READ | PROT_EXEC,
                                PROT_READ | PROT_WRITE | PROT_EXEC};
    enum { ACCESS_COPY_ON_WRITE = 3 };
    struct stat st;
    int64_t page = sysconf(_SC_PAGESIZE);
    if (!m) { /* disposed */
        exception_set("System.NullReferenceException", NULL);
        return 0;
    }
    if (fstat(m->fd, &st))
        return COULD_NOT_OPEN;
    uint64_t end = (uint64_t)offset + (uint64_t)*size;
    if (end > (uint64_t)st.st_size)
        return ACCESS_IS_DENIED;
    if (offset < 0 || *size < 0)
        return COULD_NOT_MAP;
    int64_t inside = offset % page;
    int64_t n = *size ? *size : (st.st_size + page - 1) / page * page - offset;
    size_t length = (size_t)(n + inside);
    void *address = mmap(NULL, length, prots[access],
                         access == ACCESS_COPY_ON_WRITE ? MAP_PRIVATE : MAP_SHARED,
                         m->fd, offset - inside);
    if (address == MAP_FAILED)
        return COULD_NOT_MAP;
    *handle = malloc(sizeof **handle);
    **handle = (View){address, length};
    *base = (char *)address + inside;
    *size = n;
    return 0;
}

static int32_t map_unmap(View *view)
{
    bool ok = !munmap(view->address, view->size);
    free(view);
    return ok;
}

static void map_flush(Mapping *m)
{
    fsync(m->fd);
}

static void map_set_inheritable(Mapping *m, int32_t inheritable)
{
    fcntl(m->fd, F_SETFD, inheritable ? 0 : FD_CLOEXEC);
}

const IcallRow icalls_memory_map[] = {
    ICALL("OpenFileInternal", NULL, map_open_file),
    ICALL("OpenHandleInternal", NULL, map_open_handle),
    ICALL("CloseMapping", NULL, map_close),
    ICALL("MapInternal", NULL, map_view),
    ICALL("Unmap", NULL, map_unmap),
    ICALL("Flush", NULL, map_flush),
    ICALL("ConfigureHandleInheritability", NULL, map_set_inheritable),
    ICALLS_END,
};
