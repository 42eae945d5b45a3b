/* lock.c - the checks behind lock.h. Each thread has a list of the locks it holds, in
 * the order in which it took them; a lock taken again is counted. */
#include "common/base/lock.h"

#include <stddef.h>

#include "common/base/log.h"

enum { HELD_MAX = 16 };

typedef struct Held {
    const void *lock;
    LockRank rank;
    unsigned times;
} Held;

static __thread struct {
    Held at[HELD_MAX];
    size_t n;
} held;

static const struct {
    const char *name;
    bool again;
} ranks[] = {
#define LOCK_RANK(rank, again) {#rank, again},
#include "common/base/lock_ranks.def"
#undef LOCK_RANK
};

static Held *held_find(const void *lock)
{
    for (size_t i = 0; i < held.n; i++)
        if (held.at[i].lock == lock)
            return &held.at[i];
    return NULL;
}

void lock_check_order(const void *lock, LockRank rank)
{
    if (held_find(lock)) {
        if (!ranks[rank].again)
            log_fatal("lock %s is taken twice", ranks[rank].name);
        return;
    }
    for (size_t i = 0; i < held.n; i++)
        if (held.at[i].rank >= rank)
            log_fatal("lock %s is taken while %s is held", ranks[rank].name,
                      ranks[held.at[i].rank].name);
}

void lock_check_taken(const void *lock, LockRank rank)
{
    Held *found = held_find(lock);
    if (found) {
        found->times++;
        return;
    }
    if (held.n == HELD_MAX)
        log_fatal("lock %s is one too many", ranks[rank].name);
    held.at[held.n++] = (Held){lock, rank, 1};
}

void lock_check_released(const void *lock)
{
    Held *found = held_find(lock);
    if (!found)
        log_fatal("a lock is released that is not held");
    if (--found->times)
        return;
    size_t after = held.n - (size_t)(found - held.at) - 1;
    for (size_t i = 0; i < after; i++)
        found[i] = found[i + 1];
    held.n--;
}

void lock_check_wait(const void *lock)
{
    const Held *found = held_find(lock);
    if (!found)
        log_fatal("a thread waits with a lock that it does not hold");
    if (found->times != 1 || held.n != 1)
        log_fatal("a thread waits with lock %s and holds %s", ranks[found->rank].name,
                  held.n > 1 ? ranks[held.at[held.at == found].rank].name : "it twice");
}

void lock_check_none(void)
{
    if (held.n)
        log_fatal("lock %s is held where something raises or managed code is called",
                  ranks[held.at[held.n - 1].rank].name);
}

void lock_init_mutex(pthread_mutex_t *mutex, LockRank rank)
{
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_settype(&attr, ranks[rank].again ? PTHREAD_MUTEX_RECURSIVE
                                                       : PTHREAD_MUTEX_DEFAULT);
    pthread_mutex_init(mutex, &attr);
    pthread_mutexattr_destroy(&attr);
}
