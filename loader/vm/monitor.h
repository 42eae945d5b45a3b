/* monitor.h - the lock that every object has (ECMA-335 I.12.6.5).
 *
 * Null objects are the caller's to refuse. Functions that return bool set a pending
 * exception when they return false.
 */
#ifndef LOADER_VM_MONITOR_H
#define LOADER_VM_MONITOR_H

#include "loader/gc/object.h"

bool monitor_enter(Object *object); /* false: ThreadInterruptedException */
/* ms: -1 for ever. *taken: got it. */
bool monitor_try_enter(Object *object, int32_t ms, bool *taken);
bool monitor_exit(Object *object);      /* false: SynchronizationLockException */
bool monitor_is_owned(Object *object);  /* by this thread */
bool monitor_is_locked(Object *object); /* by any thread */

/* Of an object that this thread owns, else SynchronizationLockException. *signaled:
 * woken by a pulse and not by the timeout. */
bool monitor_wait(Object *object, int32_t ms, bool *signaled);
bool monitor_pulse(Object *object);
bool monitor_pulse_all(Object *object);

#endif
