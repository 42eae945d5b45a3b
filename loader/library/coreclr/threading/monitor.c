/* monitor.c - System.Threading.Monitor. Its fast paths do not wait; they may raise. */
#include "loader/vm/monitor.h"

#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"

/* Monitor.EnterHelperResult, Monitor.LeaveHelperAction. */
enum { ENTER_CONTENTION = 0, ENTER_ENTERED = 1 };
enum { LEAVE_DONE = 0 };

static int64_t contentions; /* atomic */

static int32_t try_enter_now(Object *object)
{
    bool taken = false;
    return monitor_try_enter(object, 0, &taken) && taken;
}

static int32_t try_enter_fast(Object *object, int32_t ms)
{
    (void)ms;
    return try_enter_now(object) ? ENTER_ENTERED : ENTER_CONTENTION;
}

static int32_t leave_fast(Object *object)
{
    monitor_exit(object);
    return LEAVE_DONE;
}

static int32_t is_entered(Object *object)
{
    return monitor_is_owned(object);
}

static void enter_slow(Object **object)
{
    __atomic_add_fetch(&contentions, 1, __ATOMIC_RELAXED);
    monitor_enter(*object);
}

static int32_t try_enter_slow(Object **object, int32_t ms)
{
    if (ms < -1) {
        exception_set("System.ArgumentOutOfRangeException", NULL);
        return false;
    }
    if (ms)
        __atomic_add_fetch(&contentions, 1, __ATOMIC_RELAXED);
    bool taken = false;
    return monitor_try_enter(*object, ms, &taken) && taken;
}

static void leave_slow(Object **object, int32_t action)
{
    (void)action;
    monitor_exit(*object);
}

static int64_t contention_count(void)
{
    return __atomic_load_n(&contentions, __ATOMIC_RELAXED);
}

static int32_t wait(Object **object, int32_t ms)
{
    bool signaled = false;
    return monitor_wait(*object, ms, &signaled) && signaled;
}

static void pulse(Object **object)
{
    monitor_pulse(*object);
}

static void pulse_all(Object **object)
{
    monitor_pulse_all(*object);
}

const FcallRow fcalls_monitor[] = {
    FCALL("TryEnter_FastPath", NULL, try_enter_now),
    FCALL("TryEnter_FastPath_WithTimeout", NULL, try_enter_fast),
    FCALL("Exit_FastPath", NULL, leave_fast),
    FCALL("IsEnteredNative", NULL, is_entered),
    FCALLS_END,
};

const QcallRow qcalls_monitor[] = {
    QCALL(Monitor_Enter_Slowpath, enter_slow),
    QCALL(Monitor_TryEnter_Slowpath, try_enter_slow),
    QCALL(Monitor_Exit_Slowpath, leave_slow),
    QCALL(Monitor_GetLockContentionCount, contention_count),
    QCALL(Monitor_Wait, wait),
    QCALL(Monitor_Pulse, pulse),
    QCALL(Monitor_PulseAll, pulse_all),
    QCALLS_END,
};
