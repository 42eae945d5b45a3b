/* waithandle.h - events, mutexes and semaphores: what System.Threading.WaitHandle waits
 * for.
 *
 * A handle is a pointer to a counted WaitObject, used as an IntPtr by managed code.
 * Threads can be waited for, too. bool functions that return false set a pending
 * exception where their comment says so.
 */
#ifndef LOADER_VM_WAITHANDLE_H
#define LOADER_VM_WAITHANDLE_H

#include "loader/vm/thread.h"

typedef struct WaitObject WaitObject;

/* Results of waits, as WaitHandle expects them. */
enum {
    WAIT_SIGNALED = 0,     /* + index of the handle */
    WAIT_ABANDONED = 0x80, /* + index: its owner ended without releasing the mutex */
    WAIT_TIMED_OUT = 0x102,
    WAIT_FAILED = 0x7fffffff,
    WAIT_MAX = 64,
};

/* name: NULL or UTF-8; an object of the same name and kind is shared within the
 * process. */
WaitObject *event_create(bool manual_reset, bool initial, const char *name,
                         bool *created);
WaitObject *mutex_create(bool initially_owned, const char *name, bool *created);
WaitObject *semaphore_create(int32_t initial, int32_t maximum, const char *name,
                             bool *created);
/* An existing named one, or NULL. kind: 'e', 'm', 's'. */
WaitObject *wait_object_open(char kind, const char *name);
/* One more user, who closes it too. */
WaitObject *wait_object_share(WaitObject *object);
void wait_object_close(WaitObject *object);
char wait_object_kind(const WaitObject *object);

bool event_set(WaitObject *event); /* false: not an event */
bool event_reset(WaitObject *event);
bool mutex_release(WaitObject *mutex); /* false: not owned by this thread; no pending */
/* false: would pass its maximum; no pending. *previous: count before. */
bool semaphore_release(WaitObject *semaphore, int32_t count, int32_t *previous);

/* Waits for one or all of n handles. ms: -1 for ever. A WAIT_* result; WAIT_FAILED may
 * come with a pending exception (interrupted). */
int32_t wait_objects(WaitObject **objects, int32_t n, bool all, int32_t ms);
int32_t wait_object_always(WaitObject *object, int32_t ms); /* one; no interruption */
/* Signals an event, mutex or semaphore, then waits for another object. */
int32_t wait_signal_and_wait(WaitObject *signal, WaitObject *wait, int32_t ms);
/* Mutexes that an ending thread still owns become abandoned. */
void wait_thread_ends(Thread *thread);

#endif
