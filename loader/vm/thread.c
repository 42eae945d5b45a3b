/* thread.c - threads of managed code. */
#include "loader/vm/thread.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#endif
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/gc/gc.h"
#include "loader/vm/methods.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/stack.h"
#include "loader/vm/sync.h"
#include "loader/vm/waithandle.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"
#include "loader/vm/member.h"

enum { DEFAULT_STACK = 8 << 20, LEAST_STACK = 256 << 10, MAIN_GUARD = 256 << 10 };

__thread Thread *thread_current __attribute__((tls_model("initial-exec")));

static Thread *threads;         /* under vm.lock */
static int32_t last_managed_id; /* atomic */
static Lock end_lock = LOCK_INIT(LOCK_LEAF);
static pthread_cond_t end_cond; /* CLOCK_MONOTONIC; made by the first thread */
static uint32_t n_foreground;   /* under end_lock: started and not ended */

/* -- the managed objects ------------------------------------------------------- */

Thread *thread_of_internal(Object *internal)
{
    return internal ? *field_thread_handle(internal) : NULL;
}

/* A class library may keep what the runtime needs in an object of its own, or in the
 * Thread itself. */
static bool thread_is_split(void)
{
    return vm.world->known.internal_thread != NULL;
}

static Object *thread_internal(Object *managed)
{
    return thread_is_split() ? *field_thread_internal(managed) : managed;
}

Thread *thread_of_managed(Object *managed)
{
    return managed ? thread_of_internal(thread_internal(managed)) : NULL;
}

/* -- state --------------------------------------------------------------------- */

uint32_t thread_get_state(const Thread *thread)
{
    return __atomic_load_n(&thread->state, __ATOMIC_ACQUIRE);
}

/* A thread that becomes background or foreground counts for the end of the program. */
static void thread_count_background(Thread *thread, bool background)
{
    lock_acquire(&end_lock);
    uint32_t state = thread_get_state(thread);
    bool runs = !(state & (THREAD_UNSTARTED | THREAD_STOPPED));
    if (runs && thread->background != background) {
        n_foreground += background ? -1u : 1u;
        pthread_cond_broadcast(&end_cond);
    }
    thread->background = background;
    lock_release(&end_lock);
}

void thread_set_state(Thread *thread, uint32_t bits)
{
    if (bits & THREAD_BACKGROUND)
        thread_count_background(thread, true);
    __atomic_or_fetch(&thread->state, bits, __ATOMIC_ACQ_REL);
}

void thread_clear_state(Thread *thread, uint32_t bits)
{
    if (bits & THREAD_BACKGROUND)
        thread_count_background(thread, false);
    __atomic_and_fetch(&thread->state, ~bits, __ATOMIC_ACQ_REL);
}

String *thread_name(Thread *thread)
{
    return (String *)thread->name;
}

void thread_set_name(Thread *thread, String *name)
{
    thread->name = (Object *)name;
    if (!name)
        return;
    char *text = string_to_utf8(name);
    if (strlen(text) > 15)
        text[15] = '\0';
    lock_acquire(&end_lock); /* what has ended has no pthread any more */
    if (thread->pthread && !(thread_get_state(thread) & THREAD_STOPPED))
        pthread_setname_np(thread->pthread, text);
    lock_release(&end_lock);
    free(text);
}

/* -- making -------------------------------------------------------------------- */

static Thread *thread_new(void)
{
    Thread *thread = gc_alloc_uncollectable(sizeof *thread);
    thread->sync = sync_new();
    thread->managed_id = __atomic_add_fetch(&last_managed_id, 1, __ATOMIC_RELAXED);
    return thread;
}

void thread_set_apartment(Thread *thread, ApartmentState state)
{
    thread->apartment = (uint8_t)state;
    if (thread_is_split())
        *field_thread_apartment(thread->internal) = (uint8_t)state;
}

static bool thread_make_internal(Thread *thread, Object *managed)
{
    thread->internal =
        thread_is_split() ? object_new(vm.world->known.internal_thread) : managed;
    if (!thread->internal)
        return false;
    *field_thread_handle(thread->internal) = thread;
    *field_thread_managed_id(thread->internal) = thread->managed_id;
    *field_thread_priority(thread->internal) = PRIORITY_NORMAL;
    thread_set_apartment(thread, APARTMENT_UNKNOWN);
    return true;
}

/* NULL: pending exception. The Thread may not have been asked for anything yet. */
static Object *thread_internal_of(Object *managed)
{
    if (!thread_of_managed(managed) && !thread_construct_internal(managed))
        return NULL;
    return thread_internal(managed);
}

int32_t thread_priority(Object *managed)
{
    Object *internal = thread_internal_of(managed);
    return internal ? *field_thread_priority(internal) : 0;
}

bool thread_set_priority(Object *managed, int32_t priority)
{
    Object *internal = thread_internal_of(managed);
    if (!internal)
        return false;
    if (priority < PRIORITY_LOWEST || priority > PRIORITY_HIGHEST)
        return exception_argument("System.ArgumentOutOfRangeException", "value",
                                  "The value is no ThreadPriority.");
    if (thread_get_state(thread_of_internal(internal)) & THREAD_STOPPED)
        return exception_set("System.Threading.ThreadStateException",
                             "Thread is dead; priority cannot be accessed.");
    *field_thread_priority(internal) = priority;
    return true;
}

/* Once it runs, a thread is in some apartment. */
static void thread_choose_apartment(Thread *thread)
{
    if (thread->apartment == APARTMENT_UNKNOWN)
        thread_set_apartment(thread, APARTMENT_MTA);
}

bool thread_construct_internal(Object *managed)
{
    Thread *thread = thread_new();
    thread->state = THREAD_UNSTARTED;
    if (!thread_make_internal(thread, managed))
        return false;
    if (thread_is_split())
        field_thread_internal_set(managed, thread->internal);
    thread->internal = NULL; /* until it runs, only the program keeps it */
    thread->hidden_managed = ~(uintptr_t)managed;
    return true;
}

static bool thread_make_managed(Thread *thread)
{
    thread->managed = object_new(vm.world->known.thread);
    if (!thread->managed || !thread_make_internal(thread, thread->managed))
        return false;
    if (thread_is_split())
        field_thread_internal_set(thread->managed, thread->internal);
    return true;
}

static void thread_tell_id(Thread *thread)
{
    if (thread_is_split())
        *field_thread_native_id(thread->internal) = (int64_t)thread->pthread;
}

/* pthread_getattr_np reads /proc/self/maps for the main thread; its limits are known.
 */
static void main_stack(Thread *thread)
{
    extern void *__libc_stack_end;
    struct rlimit limit;
    size_t size = 8 << 20;
    if (!getrlimit(RLIMIT_STACK, &limit) && limit.rlim_cur != RLIM_INFINITY)
        size = limit.rlim_cur;
    thread->stack_high = __libc_stack_end;
    thread->stack_low = thread->stack_high - size + MAIN_GUARD;
}

static void thread_find_stack(Thread *thread)
{
    thread->pthread = pthread_self();
    thread->is_main = gettid() == getpid();
    if (thread->is_main) {
        main_stack(thread);
        return;
    }
    pthread_attr_t attr;
    void *low;
    size_t size, guard;
    if (pthread_getattr_np(thread->pthread, &attr))
        log_fatal("the stack of a thread can't be found");
    pthread_attr_getstack(&attr, &low, &size);
    pthread_attr_getguardsize(&attr, &guard);
    pthread_attr_destroy(&attr);
    thread->stack_low = (char *)low + guard;
    thread->stack_high = (char *)low + size;
    /* Of a small stack, half is what C code may need. */
    size_t usable = size - guard;
    if (usable / 2 < STACK_RESERVE)
        thread->stack_low -= STACK_RESERVE - usable / 2;
}

/* However a thread of managed code ends: after its method, in native code with
 * pthread_exit, or as the native thread that it is. */
static pthread_key_t end_key;

#ifdef __SANITIZE_ADDRESS__
/* The sanitizer still guards what lay around the variables of frames that pthread_exit
 * has left: everything below this one. */
static void stack_forget_frames(const Thread *thread)
{
    const char *here = __builtin_frame_address(0);
    __asan_unpoison_memory_region(thread->stack_low,
                                  (size_t)(here - thread->stack_low));
}
#else
#define stack_forget_frames(thread) (void)(thread)
#endif

static void thread_ends(void *arg)
{
    const Thread *thread = arg;
    stack_forget_frames(thread);
    if (thread->runs_main) {
        thread_wait_foreground();
        vm_exit(vm.exit_code);
    }
    thread_detach();
}

static void end_key_make(void)
{
    if (pthread_key_create(&end_key, thread_ends))
        log_fatal("no thread-specific data left");
}

/* On the thread itself. */
static void thread_enter(Thread *thread)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, end_key_make);
    pthread_setspecific(end_key, thread);
    thread_current = thread;
    gc_register_thread();
    thread_find_stack(thread);
    lock_acquire(&vm.lock);
    thread->next = threads;
    threads = thread;
    lock_release(&vm.lock);
    vm_methods->thread_starts();
}

static void thread_count_start(Thread *thread)
{
    lock_acquire(&end_lock);
    if (!thread->background)
        n_foreground++;
    lock_release(&end_lock);
}

static bool thread_attach_as(const char *name, bool background)
{
    if (thread_current)
        return true;
    if (!__atomic_load_n(&last_managed_id, __ATOMIC_RELAXED)) /* the first is alone */
        sync_cond_init(&end_cond);
    gc_register_thread();
    Thread *thread = thread_new();
    thread->background = background;
    thread->state = background ? THREAD_BACKGROUND : 0;
    thread_enter(thread);
    thread_count_start(thread);
    if (!thread_make_managed(thread))
        return false;
    if (name)
        thread_set_name(thread, string_from_utf8(name));
    thread_tell_id(thread);
    return true;
}

static bool thread_attach_own(const char *name, bool background)
{
    if (!thread_attach_as(name, background))
        return false;
    thread_choose_apartment(thread_self());
    return true;
}

bool thread_attach(const char *name)
{
    return thread_attach_own(name, false);
}

bool thread_attach_background(const char *name)
{
    return thread_attach_own(name, true);
}

bool thread_attach_foreign(void)
{
    return thread_attach_as(NULL, true);
}

static void thread_unlink(Thread *thread)
{
    lock_acquire(&vm.lock);
    for (Thread **at = &threads; *at; at = &(*at)->next)
        if (*at == thread) {
            *at = thread->next;
            break;
        }
    lock_release(&vm.lock);
}

void thread_detach(void)
{
    Thread *thread = thread_self();
    if (!thread)
        return;
    pthread_setspecific(end_key, NULL);
    wait_thread_ends(thread);
    thread_unlink(thread);
    vm_methods->thread_ends();
    if (!thread_is_split() && thread->managed)
        *field_thread_is_dead(thread->managed) = true;
    thread->managed = thread->internal = NULL;
    thread->pending = NULL;
    thread->start = thread->start_arg = NULL;
    thread->statics = NULL;
    thread->n_statics = 0;
    lock_acquire(&end_lock);
    thread_current = NULL;
    if (!thread->background)
        n_foreground--;
    __atomic_and_fetch(&thread->state, ~(uint32_t)THREAD_BACKGROUND, __ATOMIC_ACQ_REL);
    __atomic_or_fetch(&thread->state, THREAD_STOPPED, __ATOMIC_ACQ_REL);
    pthread_cond_broadcast(&end_cond);
    lock_release(&end_lock);
    gc_unregister_thread();
}

void thread_free_internal(Object *internal)
{
    Thread *thread = thread_of_internal(internal);
    uint32_t ended = THREAD_STOPPED | THREAD_UNSTARTED;
    if (!thread || !(thread_get_state(thread) & ended))
        return;
    *field_thread_handle(internal) = NULL;
    sync_free(thread->sync);
    gc_free(thread);
}

/* -- starting ------------------------------------------------------------------ */

static bool thread_run_start(Thread *thread)
{
    uint64_t result[2];
    if (thread->start_method) {
        void *self[] = {&thread->managed};
        return vm_invoke_bottom(thread->start_method, self, result);
    }
    Object *delegate = thread->start;
    Method *invoke = type_find_method(object_type(delegate), "Invoke", -1);
    Err err = ERR_INIT;
    MethodSig *sig = invoke ? method_sig(invoke, &err) : NULL;
    if (!sig)
        return exception_set_err(&err);
    void *args[] = {&delegate, &thread->start_arg};
    return vm_invoke_bottom(invoke, args, result);
}

static void thread_end_by_exception(void)
{
    if (strcmp(object_type(thread_self()->pending)->name, "ThreadAbortException"))
        vm_die(DIED_IN_THREAD);
    exception_take();
}

static void *thread_main(void *arg)
{
    Thread *thread = arg;
    thread_enter(thread);
    if (thread->name)
        thread_set_name(thread, (String *)thread->name);
    thread_choose_apartment(thread);
    thread_tell_id(thread);
    if (!thread_run_start(thread))
        thread_end_by_exception();
    thread_detach();
    return NULL;
}

static int thread_create(size_t stack, void *(*body)(void *), void *arg)
{
    pthread_attr_t attr;
    pthread_t pthread;
    pthread_attr_init(&attr);
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attr, stack);
    int rc = pthread_create(&pthread, &attr, body, arg);
    pthread_attr_destroy(&attr);
    return rc;
}

/* What a program asks for is meant for compiled code: a call between that and the
 * interpreter takes many times as much. */
static bool thread_create_sized(int32_t wanted, Thread *thread)
{
    enum { PAGE = 4096, INTERP_FACTOR = 12 };
    size_t stack = wanted <= 0            ? DEFAULT_STACK
                   : wanted < LEAST_STACK ? LEAST_STACK
                                          : ((size_t)wanted + PAGE - 1) & ~(PAGE - 1UL);
    return (wanted > 0 && !thread_create(stack * INTERP_FACTOR, thread_main, thread)) ||
           !thread_create(stack, thread_main, thread);
}

static bool thread_start_as(Thread *thread, Object *managed)
{
    if (!(thread_get_state(thread) & THREAD_UNSTARTED))
        return exception_set("System.Threading.ThreadStateException",
                             "Thread has already been started.");
    thread->managed = managed;
    thread->internal = thread_internal(managed);
    if (thread_is_split()) {
        thread->start_arg = *field_thread_start_arg(managed);
        thread->stack_size = *field_thread_stack_size(thread->internal);
    }
    int32_t wanted = thread->stack_size;
    __atomic_and_fetch(&thread->state, ~(uint32_t)THREAD_UNSTARTED, __ATOMIC_ACQ_REL);
    thread_count_start(thread);
    if (thread_create_sized(wanted, thread))
        return true;
    thread_count_background(thread, true);
    thread->state |= THREAD_STOPPED;
    return exception_set_object(vm.out_of_memory);
}

bool thread_start(Object *managed, Object *delegate)
{
    Thread *thread = thread_of_managed(managed);
    if (!thread && !thread_construct_internal(managed))
        return false;
    thread = thread_of_managed(managed);
    thread->start = delegate;
    return thread_start_as(thread, managed);
}

bool thread_start_method(Thread *thread, Method *method)
{
    thread->start_method = method;
    return thread_start_as(thread, (Object *)~thread->hidden_managed);
}

typedef struct RunArgs {
    const char *name;
    void (*body)(void *);
    void *arg;
} RunArgs;

static void *run_main(void *p)
{
    RunArgs args = *(RunArgs *)p;
    free(p);
    if (!thread_attach_background(args.name))
        return NULL;
    args.body(args.arg);
    thread_detach();
    return NULL;
}

bool thread_run(const char *name, void (*body)(void *), void *arg)
{
    RunArgs *args = mem_alloc(sizeof *args);
    *args = (RunArgs){name, body, arg};
    if (!thread_create(DEFAULT_STACK, run_main, args))
        return true;
    free(args);
    return false;
}

/* -- waiting for threads ------------------------------------------------------- */

bool thread_join(Thread *thread, int32_t ms, bool *ended)
{
    *ended = false;
    if (!thread || thread_get_state(thread) & THREAD_UNSTARTED)
        return exception_set("System.Threading.ThreadStateException",
                             "Thread has not been started.");
    struct timespec room, *deadline = sync_deadline(ms, &room);
    SyncResult result = SYNC_WOKEN;
    lock_acquire(&end_lock);
    while (!(*ended = (thread_get_state(thread) & THREAD_STOPPED) != 0) &&
           result == SYNC_WOKEN)
        result = sync_wait(&end_cond, &end_lock, deadline);
    lock_release(&end_lock);
    return result != SYNC_INTERRUPTED || sync_raise_interrupted();
}

bool thread_sleep(int32_t ms)
{
    ThreadSync *sync = thread_self()->sync;
    struct timespec room, *deadline = sync_deadline(ms, &room);
    SyncResult result = SYNC_WOKEN;
    if (ms == 0) {
        sched_yield();
        return sync_check_interrupted();
    }
    lock_acquire(&sync->sleep_lock);
    while (result == SYNC_WOKEN)
        result = sync_wait(&sync->cond, &sync->sleep_lock, deadline);
    lock_release(&sync->sleep_lock);
    return result != SYNC_INTERRUPTED || sync_raise_interrupted();
}

void thread_interrupt(Thread *thread)
{
    sync_interrupt(thread);
}

void thread_wait_foreground(void)
{
    lock_acquire(&end_lock);
    uint32_t own = !thread_self()->background;
    while (n_foreground > own)
        lock_wait(&end_lock, &end_cond, NULL);
    lock_release(&end_lock);
}
