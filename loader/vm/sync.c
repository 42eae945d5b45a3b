/* sync.c - interruptible waits. */
#include "loader/vm/sync.h"

#include <stdlib.h>

#include "common/base/lock.h"
#include "common/base/mem.h"
#include "loader/vm/thread.h"
#include "loader/vm/exception.h"

void sync_cond_init(pthread_cond_t *cond)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(cond, &attr);
    pthread_condattr_destroy(&attr);
}

ThreadSync *sync_new(void)
{
    ThreadSync *sync = mem_alloc(sizeof *sync);
    lock_init(&sync->guard, LOCK_INTERRUPT);
    lock_init(&sync->sleep_lock, LOCK_WAIT);
    sync_cond_init(&sync->cond);
    return sync;
}

void sync_free(ThreadSync *sync)
{
    pthread_cond_destroy(&sync->cond);
    lock_destroy(&sync->guard);
    lock_destroy(&sync->sleep_lock);
    free(sync);
}

struct timespec *sync_deadline(int32_t ms, struct timespec *room)
{
    if (ms < 0)
        return NULL;
    clock_gettime(CLOCK_MONOTONIC, room);
    room->tv_sec += ms / 1000;
    room->tv_nsec += (long)(ms % 1000) * 1000000;
    if (room->tv_nsec >= 1000000000) {
        room->tv_sec++;
        room->tv_nsec -= 1000000000;
    }
    return room;
}

/* Under sync->guard. */
static bool interruption_taken(ThreadSync *sync)
{
    bool interrupted = sync->interrupted;
    sync->interrupted = false;
    return interrupted;
}

SyncResult sync_wait_always(pthread_cond_t *cond, Lock *mutex,
                            const struct timespec *deadline)
{
    Thread *self = thread_self();
    thread_set_state(self, THREAD_WAIT_SLEEP_JOIN);
    int rc = lock_wait(mutex, cond, deadline);
    thread_clear_state(self, THREAD_WAIT_SLEEP_JOIN);
    return rc ? SYNC_TIMED_OUT : SYNC_WOKEN;
}

SyncResult sync_wait(pthread_cond_t *cond, Lock *mutex, const struct timespec *deadline)
{
    ThreadSync *sync = thread_self()->sync;
    lock_acquire(&sync->guard);
    bool interrupted = interruption_taken(sync);
    if (!interrupted) {
        sync->waiting_lock = mutex;
        sync->waiting_cond = cond;
    }
    lock_release(&sync->guard);
    if (interrupted)
        return SYNC_INTERRUPTED;
    SyncResult result = sync_wait_always(cond, mutex, deadline);
    lock_acquire(&sync->guard);
    sync->waiting_lock = NULL;
    sync->waiting_cond = NULL;
    interrupted = interruption_taken(sync);
    lock_release(&sync->guard);
    return interrupted ? SYNC_INTERRUPTED : result;
}

void sync_interrupt(Thread *thread)
{
    ThreadSync *sync = thread->sync;
    lock_acquire(&sync->guard);
    sync->interrupted = true;
    Lock *lock = sync->waiting_lock;
    pthread_cond_t *cond = sync->waiting_cond;
    lock_release(&sync->guard);
    if (!cond)
        return;
    lock_acquire(lock); /* the thread is in its wait, or past it */
    pthread_cond_broadcast(cond);
    lock_release(lock);
}

bool sync_raise_interrupted(void)
{
    return exception_set("System.Threading.ThreadInterruptedException", NULL);
}

bool sync_check_interrupted(void)
{
    ThreadSync *sync = thread_self()->sync;
    lock_acquire(&sync->guard);
    bool interrupted = interruption_taken(sync);
    lock_release(&sync->guard);
    return !interrupted || sync_raise_interrupted();
}
