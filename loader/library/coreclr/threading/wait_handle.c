/* wait_handle.c - System.Threading.WaitHandle, Mutex. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "loader/library/coreclr/table.h"
#include "loader/library/coreclr/threading/wait_table.h"
#include "loader/vm/exception.h"
#include "loader/vm/member.h"
#include "loader/vm/string.h"
#include "loader/vm/sync.h"

enum { FAILED = -1, TOO_MANY_POSTS = ERROR_TOO_MANY_POSTS };

/* An interruption comes before what is signaled: a wait that throws takes nothing, and
 * one that would not have had to wait throws, too. */
static int32_t wait_interruptible(WaitObject **objects, int32_t n, bool all, int32_t ms)
{
    return sync_check_interrupted() ? wait_objects(objects, n, all, ms) : WAIT_FAILED;
}

/* What managed code expects of a wait that was not possible, or interrupted. */
static int32_t result_of(int32_t result)
{
    return result == WAIT_FAILED ? FAILED : result;
}

static int32_t wait_one(void *handle, int32_t ms, int32_t trivial)
{
    (void)trivial;
    WaitObject *object = wait_table_get(handle);
    if (!object)
        return FAILED;
    int32_t result = wait_interruptible(&object, 1, false, ms);
    wait_object_close(object);
    return result_of(result);
}

/* Of the thread pool's threads, which nobody interrupts while they have nothing to do.
 */
static int32_t wait_prioritized(void *handle, int32_t ms)
{
    WaitObject *object = wait_table_get(handle);
    if (!object)
        return FAILED;
    int32_t result = wait_object_always(object, ms);
    wait_object_close(object);
    return result_of(result);
}

static bool has_twice(WaitObject **objects, int32_t n)
{
    for (int32_t i = 1; i < n; i++)
        for (int32_t k = 0; k < i; k++)
            if (objects[i] == objects[k])
                return true;
    return false;
}

static int32_t wait_multiple(void **handles, int32_t n, int32_t all, int32_t ms)
{
    WaitObject *objects[WAIT_MAX];
    if (n < 1 || n > WAIT_MAX)
        return FAILED;
    int32_t got = 0;
    while (got < n && (objects[got] = wait_table_get(handles[got])))
        got++;
    int32_t result = WAIT_FAILED;
    if (got == n && all && has_twice(objects, n))
        exception_set("System.DuplicateWaitObjectException", NULL);
    else if (got == n)
        result = wait_interruptible(objects, n, all, ms);
    for (int32_t i = 0; i < got; i++)
        wait_object_close(objects[i]);
    return result_of(result);
}

/* -- signal and wait ----------------------------------------------------------- */

static int32_t raise(int32_t error, const char *message)
{
    Object *exception = exception_new("System.ApplicationException", message);
    if (exception) {
        *field_exception_hresult(exception) = (int32_t)(0x80070000u | (uint32_t)error);
        exception_set_object(exception);
    }
    return FAILED;
}

static int32_t raise_handle(void)
{
    return raise(ERROR_INVALID_HANDLE,
                 "The handle is invalid.\n (0x80070006 (E_HANDLE))");
}

/* Why an object could not be signaled, says its kind. */
static int32_t signal_failed(const WaitObject *signal)
{
    switch (wait_object_kind(signal)) {
    case 'm':
        return raise(ERROR_NOT_OWNER,
                     "Attempt to release mutex not owned by caller.\n (0x80070120)");
    default:
        return TOO_MANY_POSTS;
    }
}

static int32_t signal_and_wait(void *signal_handle, void *wait_handle, int32_t ms)
{
    WaitObject *signal = wait_table_get(signal_handle);
    WaitObject *wait = wait_table_get(wait_handle);
    int32_t result = WAIT_FAILED;
    if (!signal || !wait)
        raise_handle();
    else if (sync_check_interrupted())
        result = wait_signal_and_wait(signal, wait, ms);
    if (result == WAIT_FAILED && !exception_pending())
        result = signal_failed(signal);
    wait_object_close(signal);
    wait_object_close(wait);
    return result_of(result);
}

const QcallRow qcalls_wait_handle[] = {
    QCALL(WaitHandle_WaitOneCore, wait_one),
    QCALL(WaitHandle_WaitOnePrioritized, wait_prioritized),
    QCALL(WaitHandle_WaitMultipleIgnoringSyncContext, wait_multiple),
    QCALL(WaitHandle_SignalAndWait, signal_and_wait),
    QCALLS_END,
};
