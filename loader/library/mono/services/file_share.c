/* file_share.c - what is known of opened files: sharing, and deletion at the end. What
 * the first handle of a file allows counts until the last one is closed, as Mono has
 * it: the classes' users have come to rely on the combinations that it accepts. */
#include "loader/library/mono/services/file_share.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/lock.h"

enum { N_BUCKETS = 256 };

typedef struct Shared {
    dev_t device;
    ino_t inode;
    int32_t share;
    uint32_t n_handles;
    struct Shared *next;
} Shared;

typedef struct Opened {
    Shared *shared;
    char *delete_name; /* NULL: it stays */
} Opened;

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Shared *buckets[N_BUCKETS];
static Opened *of_fd; /* by descriptor */
static size_t fd_room;

static Shared **shared_find(const struct stat *st)
{
    Shared **link = &buckets[st->st_ino % N_BUCKETS];
    while (*link && ((*link)->inode != st->st_ino || (*link)->device != st->st_dev))
        link = &(*link)->next;
    return link;
}

static bool allows(const Shared *shared, int32_t access, int32_t share)
{
    if (!shared->share || !share)
        return false;
    if (shared->share == SHARE_READ)
        return access == ACCESS_READ;
    if (shared->share == SHARE_WRITE)
        return access == ACCESS_WRITE;
    return true;
}

/* With the lock held. False: no memory. */
static bool fd_reserve(int fd)
{
    size_t room = fd_room ? fd_room : 64;
    while (room <= (size_t)fd)
        room *= 2;
    if (room == fd_room)
        return true;
    Opened *grown = realloc(of_fd, room * sizeof *grown);
    if (!grown)
        return false;
    memset(grown + fd_room, 0, (room - fd_room) * sizeof *grown);
    of_fd = grown;
    fd_room = room;
    return true;
}

bool file_share_open(int fd, const struct stat *st, int32_t access, int32_t share)
{
    lock_acquire(&lock);
    Shared **link = shared_find(st), *shared = *link;
    bool ok = !shared || allows(shared, access, share);
    if (ok && fd_reserve(fd)) {
        if (!shared && (shared = *link = calloc(1, sizeof *shared)))
            *shared = (Shared){st->st_dev, st->st_ino, share, 0, NULL};
        of_fd[fd] = (Opened){shared, NULL};
        if (shared)
            shared->n_handles++;
    }
    lock_release(&lock);
    return ok;
}

void file_share_delete_later(int fd, const char *name)
{
    lock_acquire(&lock);
    if ((size_t)fd < fd_room)
        of_fd[fd].delete_name = strdup(name);
    lock_release(&lock);
}

void file_share_close(int fd)
{
    Opened opened = {NULL, NULL};
    lock_acquire(&lock);
    if (fd >= 0 && (size_t)fd < fd_room) {
        opened = of_fd[fd];
        of_fd[fd] = (Opened){NULL, NULL};
    }
    Shared *shared = opened.shared;
    if (shared && !--shared->n_handles) {
        struct stat st = {.st_dev = shared->device, .st_ino = shared->inode};
        *shared_find(&st) = shared->next;
        free(shared);
    }
    lock_release(&lock);
    if (opened.delete_name)
        unlink(opened.delete_name);
    free(opened.delete_name);
}
