/* stop.c - threads, and how they are stopped.
 *
 * Who wants to stop the world has the lock, and sends each registered thread a signal.
 * Its handler notes the stack pointer, tells that the thread stands still, and waits
 * until the number of the stop is no longer the current one. The registers lie in the
 * signal's frame, so on the stack. A thread that is still on its way out of the handler
 * when the next stop begins sees another number, leaves, and gets the next signal.
 */
#include "loader/gc/gc_private.h"

#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "common/base/lock.h"
#include "common/base/log.h"

enum { STOP_SIGNAL = SIGPWR };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
GcThread *gc_threads;

/* Odd while the world is stopped; atomic. Also a futex. */
static uint32_t stop_number;
static sem_t answers;
extern void *__libc_stack_end; /* of the first thread */

void gc_lock(void)
{
    mutex_lock(&lock);
}

void gc_unlock(void)
{
    pthread_mutex_unlock(&lock);
}

static void wait_while(uint32_t number)
{
    while (__atomic_load_n(&stop_number, __ATOMIC_ACQUIRE) == number)
        syscall(SYS_futex, &stop_number, FUTEX_WAIT_PRIVATE, number, NULL, NULL, 0);
}

/* In a handler of another signal, which has a stack of its own: from there nobody finds
 * the thread's. The signal comes again when that handler has ended. */
static bool put_off(ucontext_t *context)
{
    uintptr_t low = (uintptr_t)context->uc_stack.ss_sp,
              at = (uintptr_t)context->uc_mcontext.gregs[REG_RSP];
    if (at < low || at - low > context->uc_stack.ss_size)
        return false;
    sigaddset(&context->uc_sigmask, STOP_SIGNAL);
    pthread_kill(pthread_self(), STOP_SIGNAL);
    return true;
}

/* Only what a handler may do. A sanitizer calls it like a function: then what the
 * thread has in registers lies in this frame at best. */
static void on_stop(int signal, siginfo_t *info, void *context)
{
    (void)signal, (void)info;
    __builtin_unwind_init();
    int saved = errno;
    uint32_t number = __atomic_load_n(&stop_number, __ATOMIC_ACQUIRE);
    GcThread *self = &gc_thread;
    if (number % 2 && self->registered &&
        __atomic_load_n(&self->stopped, __ATOMIC_RELAXED) != number &&
        !put_off(context)) {
        self->stopped_at = __builtin_alloca(GRANULE);
        __atomic_store_n(&self->stopped, number, __ATOMIC_RELEASE);
        sem_post(&answers);
        wait_while(number);
    }
    errno = saved;
}

void gc_signals(int out[2])
{
    out[0] = out[1] = STOP_SIGNAL;
}

/* Was it blocked before? */
static bool mask_stop_signal(int how)
{
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, STOP_SIGNAL);
    pthread_sigmask(how, &set, &old);
    return sigismember(&old, STOP_SIGNAL) == 1;
}

int gc_sigmask(int how, const void *set, void *old)
{
    int code = pthread_sigmask(how, set, old);
    if (set && gc_thread.registered)
        mask_stop_signal(SIG_UNBLOCK);
    return code;
}

int gc_sigprocmask(int how, const void *set, void *old)
{
    errno = gc_sigmask(how, set, old);
    return errno ? -1 : 0;
}

static void thread_link(void)
{
    GcThread *t = &gc_thread;
    t->id = pthread_self();
    t->registered = true;
    gc_lock();
    t->next = gc_threads;
    gc_threads = t;
    gc_unlock();
}

void stop_start(void)
{
    struct sigaction action = {.sa_sigaction = on_stop,
                               .sa_flags = SA_SIGINFO | SA_RESTART};
    sigfillset(&action.sa_mask);
    sigdelset(&action.sa_mask, SIGSEGV);
    sigdelset(&action.sa_mask, SIGBUS);
    sigaction(STOP_SIGNAL, &action, NULL);
    sem_init(&answers, 0, 0);
    mask_stop_signal(SIG_UNBLOCK);
    gc_thread.stack_base = __libc_stack_end;
    thread_link();
}

static void find_stack(GcThread *t)
{
    pthread_attr_t attributes;
    void *low;
    size_t size;
    if (pthread_getattr_np(pthread_self(), &attributes))
        log_fatal("the collector can't find a thread's stack");
    pthread_attr_getstack(&attributes, &low, &size);
    pthread_attr_destroy(&attributes);
    t->stack_low = low;
    t->stack_base = (char *)low + size;
}

/* Threads of a host may have all signals blocked. Who is linked answers. */
void gc_register_thread(void)
{
    if (gc_thread.registered)
        return;
    find_stack(&gc_thread);
    gc_thread.was_blocked = mask_stop_signal(SIG_UNBLOCK);
    thread_link();
}

void gc_unregister_thread(void)
{
    GcThread *t = &gc_thread;
    bool was_blocked = t->was_blocked;
    if (!t->registered)
        return;
    gc_lock();
    for (GcThread **at = &gc_threads; *at; at = &(*at)->next)
        if (*at == t) {
            *at = t->next;
            break;
        }
    holes_drop(t);
    *t = (GcThread){.small = {.block = NO_BLOCK}, .medium = {.block = NO_BLOCK}};
    gc_unlock();
    if (was_blocked)
        mask_stop_signal(SIG_BLOCK);
}

void gc_watch_stack(void *low, char **top)
{
    gc_lock();
    gc_thread.watched_low = low;
    gc_thread.watched_top = top;
    gc_unlock();
}

void stop_world(void)
{
    uint32_t number = stop_number + 1;
    __atomic_store_n(&stop_number, number, __ATOMIC_RELEASE);
    int sent = 0;
    for (GcThread *t = gc_threads; t; t = t->next)
        if (t != &gc_thread && !pthread_kill(t->id, STOP_SIGNAL))
            sent++;
    while (sent)
        if (!sem_wait(&answers))
            sent--;
}

void start_world(void)
{
    __atomic_store_n(&stop_number, stop_number + 1, __ATOMIC_RELEASE);
    syscall(SYS_futex, &stop_number, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
}

/* What callers hold in registers that a call preserves lies in this frame: no frame on
 * the way here need have saved it. */
static __attribute__((noinline)) void visit_own(void visit(void *low, void *high))
{
    __builtin_unwind_init();
    char *lowest = __builtin_alloca(GRANULE);
    visit(lowest, gc_thread.stack_base);
    __asm__ volatile("" : : "r"(lowest) : "memory"); /* it stays until here */
}

void stacks_visit(void visit(void *low, void *high))
{
    for (GcThread *t = gc_threads; t; t = t->next) {
        if (t != &gc_thread)
            visit(t->stopped_at, t->stack_base);
        if (t->watched_low)
            visit(t->watched_low, *t->watched_top);
    }
    visit_own(visit);
}
