/* lock.h - mutexes with a place in the order of all locks (lock_ranks.def).
 *
 * Builds with CODICIL_CHECKS (debug, san, stress) end the process when a thread takes a
 * lock while it holds one of the same or a later rank, waits with two, or raises or
 * calls managed code with any. In others a Lock is a pthread mutex and nothing more.
 */
#ifndef COMMON_BASE_LOCK_H
#define COMMON_BASE_LOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <time.h>
#ifdef __SANITIZE_THREAD__
#include <unistd.h>
#endif

typedef enum LockRank {
#define LOCK_RANK(rank, again) LOCK_##rank,
#include "common/base/lock_ranks.def"
#undef LOCK_RANK
    LOCK_RANKS
} LockRank;

typedef struct Lock {
    pthread_mutex_t mutex;
#ifdef CODICIL_CHECKS
    LockRank rank;
#endif
} Lock;

/* Static locks; AGAIN: of a rank whose holder may take it once more. */
#ifdef CODICIL_CHECKS
#define LOCK_INIT(rank)                                                                \
    {                                                                                  \
        PTHREAD_MUTEX_INITIALIZER, rank                                                \
    }
#define LOCK_INIT_AGAIN(rank)                                                          \
    {                                                                                  \
        PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP, rank                                   \
    }
#else
#define LOCK_INIT(rank)                                                                \
    {                                                                                  \
        PTHREAD_MUTEX_INITIALIZER                                                      \
    }
#define LOCK_INIT_AGAIN(rank)                                                          \
    {                                                                                  \
        PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP                                         \
    }
#endif

/* The checks, by the calling thread's list of what it holds; lock.c. They abort. */
void lock_check_order(const void *lock, LockRank rank); /* before it is taken */
void lock_check_taken(const void *lock, LockRank rank);
void lock_check_released(const void *lock);
void lock_check_wait(const void *lock); /* it alone is held, once */
void lock_check_none(void);

#ifdef CODICIL_CHECKS
#define LOCK_CHECK(call) call
#else
#define LOCK_CHECK(call) ((void)0)
#endif

/* What is known of the rank decides whether it may be taken again. */
void lock_init_mutex(pthread_mutex_t *mutex, LockRank rank);

static inline void lock_init(Lock *lock, LockRank rank)
{
    lock_init_mutex(&lock->mutex, rank);
#ifdef CODICIL_CHECKS
    lock->rank = rank;
#endif
}

static inline void lock_destroy(Lock *lock)
{
    pthread_mutex_destroy(&lock->mutex);
}

/* ThreadSanitizer holds back the signals of a thread that waits for a mutex; the
 * collector's could not stop it. */
static inline void mutex_lock(pthread_mutex_t *mutex)
{
#ifdef __SANITIZE_THREAD__
    while (pthread_mutex_trylock(mutex))
        usleep(10);
#else
    pthread_mutex_lock(mutex);
#endif
}

static inline void lock_acquire(Lock *lock)
{
    LOCK_CHECK(lock_check_order(lock, lock->rank));
    mutex_lock(&lock->mutex);
    LOCK_CHECK(lock_check_taken(lock, lock->rank));
}

/* Never waits, so any order will do; false: somebody else has it. */
static inline bool lock_try(Lock *lock)
{
    if (pthread_mutex_trylock(&lock->mutex))
        return false;
    LOCK_CHECK(lock_check_taken(lock, lock->rank));
    return true;
}

static inline void lock_release(Lock *lock)
{
    LOCK_CHECK(lock_check_released(lock));
    pthread_mutex_unlock(&lock->mutex);
}

/* Waits for the condition, with the lock released meanwhile. deadline NULL: for ever;
 * else by CLOCK_MONOTONIC, whatever the condition's own. Returns 0 or ETIMEDOUT. */
static inline int lock_wait(Lock *lock, pthread_cond_t *cond,
                            const struct timespec *deadline)
{
    LOCK_CHECK(lock_check_wait(lock));
    LOCK_CHECK(lock_check_released(lock));
    int code =
        deadline ? pthread_cond_clockwait(cond, &lock->mutex, CLOCK_MONOTONIC, deadline)
                 : pthread_cond_wait(cond, &lock->mutex);
    LOCK_CHECK(lock_check_taken(lock, lock->rank));
    return code;
}

/* The calling thread holds none: where something raises or enters managed code. */
static inline void lock_assert_none(void)
{
    LOCK_CHECK(lock_check_none());
}

#endif
