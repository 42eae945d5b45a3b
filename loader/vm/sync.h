/* sync.h - blocking so that other threads can interrupt the wait.
 *
 * All waits of managed code end in sync_wait. Condition variables use CLOCK_MONOTONIC.
 */
#ifndef LOADER_VM_SYNC_H
#define LOADER_VM_SYNC_H

#include <pthread.h>
#include <time.h>

#include "common/base/lock.h"
#include "loader/vm/thread.h"

typedef enum SyncResult { SYNC_WOKEN, SYNC_TIMED_OUT, SYNC_INTERRUPTED } SyncResult;

typedef struct ThreadSync {
    Lock guard;          /* leaf lock of the fields below */
    pthread_cond_t cond; /* of waits that have no condition of their own */
    Lock sleep_lock;
    bool interrupted;
    Lock *waiting_lock; /* what the thread waits with; NULL: nothing */
    pthread_cond_t *waiting_cond;
} ThreadSync;

ThreadSync *sync_new(void);
void sync_free(ThreadSync *sync);
void sync_cond_init(pthread_cond_t *cond);
/* The moment ms from now; NULL for ms < 0. */
struct timespec *sync_deadline(int32_t ms, struct timespec *room);
/* Waits with mutex held. May wake for no reason. INTERRUPTED clears the interruption.
 */
SyncResult sync_wait(pthread_cond_t *cond, Lock *mutex,
                     const struct timespec *deadline);
/* The same, not interruptible. */
SyncResult sync_wait_always(pthread_cond_t *cond, Lock *mutex,
                            const struct timespec *deadline);
void sync_interrupt(Thread *thread);
/* Sets ThreadInterruptedException pending; false. */
bool sync_raise_interrupted(void);
/* The same if the thread has been interrupted since its last wait; else true. */
bool sync_check_interrupted(void);

#endif
