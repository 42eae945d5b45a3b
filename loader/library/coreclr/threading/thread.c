/* thread.c - System.Threading.Thread. The class library's ThreadHandle is a Thread *.
 */
#include "loader/vm/thread.h"

#include <sched.h>
#include <unistd.h>

#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"

static void get_current(Object **out)
{
    *out = thread_self()->managed;
}

static void initialize(Object **managed)
{
    thread_construct_internal(*managed);
}

static void finalize(Object *managed)
{
    thread_free_internal(managed);
}

/* The managed object has it, too. What the process is called stays as it is. */
static void name_changed(Thread *thread, const uint16_t *chars, int32_t length)
{
    if (thread->is_main)
        return;
    thread_set_name(thread, chars ? string_from_utf16(chars, (uint32_t)length) : NULL);
}

/* The name is known already, and the priority in the managed object. */
static void start(Thread *thread, int32_t stack_size, int32_t priority, int32_t pooled,
                  const uint16_t *name)
{
    (void)priority;
    (void)pooled;
    (void)name;
    if (!(thread_get_state(thread) & THREAD_UNSTARTED)) {
        exception_set("System.Threading.ThreadStateException",
                      "Thread is running or terminated; it cannot restart.");
        return;
    }
    thread->stack_size = stack_size;
    thread_start_method(thread, method_thread_start_callback());
}

static int32_t join(Object **managed, int32_t ms)
{
    bool ended = false;
    return thread_join(thread_of_managed(*managed), ms, &ended) && ended;
}

static void sleep_ms(int32_t ms)
{
    thread_sleep(ms);
}

static int32_t yield_thread(void)
{
    return !sched_yield();
}

static void spin_wait(int32_t iterations)
{
    for (int32_t i = 0; i < iterations; i++)
        __builtin_ia32_pause();
}

static int32_t is_background(const Thread *thread)
{
    return thread->background;
}

static void set_background(Thread *thread, int32_t background)
{
    if (background)
        thread_set_state(thread, THREAD_BACKGROUND);
    else
        thread_clear_state(thread, THREAD_BACKGROUND);
}

static int32_t get_state(const Thread *thread)
{
    return (int32_t)thread_get_state(thread);
}

static void set_priority(Object **managed, int32_t priority)
{
    bool dead = thread_get_state(thread_of_managed(*managed)) & THREAD_STOPPED;
    if (!dead && (priority < PRIORITY_LOWEST || priority > PRIORITY_HIGHEST))
        exception_argument("System.ArgumentOutOfRangeException", NULL,
                           "Value of flags is invalid.");
    else
        thread_set_priority(*managed, priority);
}

static uint64_t os_id(void)
{
    return (uint64_t)gettid();
}

static void poll(void)
{
}

static int32_t wants_poll(void)
{
    return false; /* signals stop threads */
}

/* As many turns of SpinWait as .NET finds to take 0.27 us, the longest that it likes.
 */
static int32_t most_spins(void)
{
    return 7;
}

static void no_abort(void)
{
    exception_set("System.PlatformNotSupportedException",
                  "Thread abort is not supported on this platform.");
}

const FcallRow fcalls_thread[] = {
    FCALL("CatchAtSafePoint", NULL, wants_poll),
    FCALL("InternalFinalize", NULL, finalize),
    FCALL("get_OptimalMaxSpinWaitsPerSpinIteration", NULL, most_spins),
    FCALLS_END,
};

const QcallRow qcalls_thread[] = {
    QCALL(ThreadNative_GetCurrentThread, get_current),
    QCALL(ThreadNative_Initialize, initialize),
    QCALL(ThreadNative_InformThreadNameChange, name_changed),
    QCALL(ThreadNative_Start, start),
    QCALL(ThreadNative_Join, join),
    QCALL(ThreadNative_Sleep, sleep_ms),
    QCALL(ThreadNative_YieldThread, yield_thread),
    QCALL(ThreadNative_SpinWait, spin_wait),
    QCALL(ThreadNative_Interrupt, thread_interrupt),
    QCALL(ThreadNative_GetIsBackground, is_background),
    QCALL(ThreadNative_SetIsBackground, set_background),
    QCALL(ThreadNative_GetThreadState, get_state),
    QCALL(ThreadNative_SetPriority, set_priority),
    QCALL(ThreadNative_GetCurrentOSThreadId, os_id),
    QCALL(ThreadNative_PollGC, poll),
    QCALL(ThreadNative_Abort, no_abort),
    QCALL(ThreadNative_ResetAbort, no_abort),
    QCALLS_END,
};
