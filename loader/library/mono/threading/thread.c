/* thread.c - System.Threading.Thread, InternalThread, Timer. */
#include "loader/vm/thread.h"

#include <sched.h>
#include <sys/resource.h>
#include <time.h>

#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/member.h"

static void construct_internal(Object *self)
{
    thread_construct_internal(self);
}

static Object *current_thread(void)
{
    return thread_self()->managed;
}

static int32_t start(Object *self, Object *delegate)
{
    return thread_start(self, delegate);
}

static int32_t join(Object *self, int32_t ms)
{
    bool ended = false;
    Thread *thread = thread_of_managed(self);
    if (!thread) {
        exception_set("System.Threading.ThreadStateException",
                      "Thread has not been started.");
        return 0;
    }
    return thread_join(thread, ms, &ended) && ended;
}

static void sleep_ms(int32_t ms)
{
    thread_sleep(ms);
}

static int32_t yield_processor(void)
{
    sched_yield();
    return 1;
}

static void memory_barrier(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void spin_wait(void)
{
    __builtin_ia32_pause();
}

static int32_t domain_id(void)
{
    return 0;
}

static String *get_name(Object *internal)
{
    return thread_name(thread_of_internal(internal));
}

/* The pool's threads have a name already, and take others. */
static bool is_of_pool(Object *internal)
{
    return *field_thread_is_pooled(internal);
}

static void set_name(Object *internal, const uint16_t *chars, int32_t length)
{
    Thread *thread = thread_of_internal(internal);
    if (thread->library.named) {
        exception_set("System.InvalidOperationException",
                      "Thread.Name can only be set once.");
        return;
    }
    thread->library.named = chars && !is_of_pool(internal);
    thread_set_name(thread, chars ? string_from_utf16(chars, (uint32_t)length) : NULL);
}

static void set_state(Object *internal, uint32_t bits)
{
    thread_set_state(thread_of_internal(internal), bits);
}

static void clear_state(Object *internal, uint32_t bits)
{
    thread_clear_state(thread_of_internal(internal), bits);
}

static uint32_t get_state(Object *internal)
{
    return thread_get_state(thread_of_internal(internal));
}

static void interrupt(Object *self)
{
    Thread *thread = thread_of_managed(self);
    if (thread)
        thread_interrupt(thread);
}

static void set_priority(Object *self, int32_t priority)
{
    thread_set_priority(self, priority);
}

static void no_abort(void)
{
    exception_set("System.PlatformNotSupportedException",
                  "Threads can't be aborted or suspended.");
}

/* What goes from one domain into another is copied; there is one. */
static Object *same_object(Object *object)
{
    return object;
}

static Object *no_object(void)
{
    return NULL;
}

static int32_t max_stack_size(void)
{
    struct rlimit limit;
    bool limited = !getrlimit(RLIMIT_STACK, &limit) && limit.rlim_max < INT32_MAX;
    return limited ? (int32_t)limit.rlim_max : INT32_MAX;
}

static int64_t time_monotonic(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 10000000 + t.tv_nsec / 100;
}

#define VOLATILE_ACCESS(name, T)                                                       \
    static T read_##name(T *at)                                                        \
    {                                                                                  \
        T value;                                                                       \
        __atomic_load(at, &value, __ATOMIC_ACQUIRE);                                   \
        return value;                                                                  \
    }                                                                                  \
    static void write_##name(T *at, T value)                                           \
    {                                                                                  \
        if (sizeof(T) == sizeof(Object *))                                             \
            gc_writes(at);                                                             \
        __atomic_store(at, &value, __ATOMIC_RELEASE);                                  \
    }

VOLATILE_ACCESS(i4, int32_t)
VOLATILE_ACCESS(i8, int64_t)
VOLATILE_ACCESS(r4, float)
VOLATILE_ACCESS(r8, double)
VOLATILE_ACCESS(object, Object *)

/* Small results are extended to 32 bits. */
#define VOLATILE_SMALL(name, T)                                                        \
    static int32_t read_##name(T *at)                                                  \
    {                                                                                  \
        return __atomic_load_n(at, __ATOMIC_ACQUIRE);                                  \
    }                                                                                  \
    static void write_##name(T *at, int32_t value)                                     \
    {                                                                                  \
        __atomic_store_n(at, (T)value, __ATOMIC_RELEASE);                              \
    }

VOLATILE_SMALL(i1, int8_t)
VOLATILE_SMALL(u1, uint8_t)
VOLATILE_SMALL(i2, int16_t)
VOLATILE_SMALL(u2, uint16_t)

const IcallRow icalls_thread[] = {
    ICALL("ConstructInternalThread", NULL, construct_internal),
    ICALL("GetCurrentThread", NULL, current_thread),
    ICALL("Thread_internal", NULL, start),
    ICALL("JoinInternal", NULL, join),
    ICALL("SleepInternal", NULL, sleep_ms),
    ICALL("YieldInternal", NULL, yield_processor),
    ICALL("MemoryBarrier", NULL, memory_barrier),
    ICALL("SpinWait_nop", NULL, spin_wait),
    ICALL("GetDomainID", NULL, domain_id),
    ICALL("GetName_internal", NULL, get_name),
    ICALL("SetName_icall", NULL, set_name),
    ICALL("SetState", NULL, set_state),
    ICALL("ClrState", NULL, clear_state),
    ICALL("GetState", NULL, get_state),
    ICALL("InterruptInternal", NULL, interrupt),
    ICALL("GetPriorityNative", NULL, thread_priority),
    ICALL("SetPriorityNative", NULL, set_priority),
    ICALL("Abort_internal", NULL, no_abort),
    ICALL("ResetAbortNative", NULL, no_abort),
    ICALL("SuspendInternal", NULL, no_abort),
    ICALL("ResumeInternal", NULL, no_abort),
    ICALL("GetAbortExceptionState", NULL, no_object),
    ICALL("ByteArrayToRootDomain", NULL, same_object),
    ICALL("ByteArrayToCurrentDomain", NULL, same_object),
    ICALL("SystemMaxStackStize", NULL, max_stack_size),
    ICALL("VolatileRead", "(byte&)", read_u1),
    ICALL("VolatileRead", "(sbyte&)", read_i1),
    ICALL("VolatileRead", "(int16&)", read_i2),
    ICALL("VolatileRead", "(uint16&)", read_u2),
    ICALL("VolatileRead", "(int&)", read_i4),
    ICALL("VolatileRead", "(uint&)", read_i4),
    ICALL("VolatileRead", "(single&)", read_r4),
    ICALL("VolatileRead", "(double&)", read_r8),
    ICALL("VolatileRead", "(object&)", read_object),
    ICALL("VolatileRead", NULL, read_i8),
    ICALL("VolatileWrite", "(byte&,byte)", write_u1),
    ICALL("VolatileWrite", "(sbyte&,sbyte)", write_i1),
    ICALL("VolatileWrite", "(int16&,int16)", write_i2),
    ICALL("VolatileWrite", "(uint16&,uint16)", write_u2),
    ICALL("VolatileWrite", "(int&,int)", write_i4),
    ICALL("VolatileWrite", "(uint&,uint)", write_i4),
    ICALL("VolatileWrite", "(single&,single)", write_r4),
    ICALL("VolatileWrite", "(double&,double)", write_r8),
    ICALL("VolatileWrite", "(object&,object)", write_object),
    ICALL("VolatileWrite", NULL, write_i8),
    ICALLS_END,
};

const IcallRow icalls_internal_thread[] = {
    ICALL("Thread_free_internal", NULL, thread_free_internal),
    ICALLS_END,
};

const IcallRow icalls_timer[] = {
    ICALL("GetTimeMonotonic", NULL, time_monotonic),
    ICALLS_END,
};
