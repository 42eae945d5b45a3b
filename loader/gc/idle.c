/* idle.c - memory goes back to the kernel when nothing has been collected for a while:
 * a program that allocates collects sooner or later, and has then what it needs.
 *
 * A thread of its own, for programs whose heap is worth it, sleeps until a collection
 * has been, and then until there was none for QUIET seconds.
 */
#include "loader/gc/gc_private.h"

#include <limits.h>
#include <linux/futex.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
    QUIET = 2,             /* seconds */
    WORTH_FROM = 32 << 20, /* bytes of the heap */
    STACK = 64 << 10,
};

static uint32_t n_collections; /* atomic; also a futex */

static uint32_t now(void)
{
    return __atomic_load_n(&n_collections, __ATOMIC_ACQUIRE);
}

static void wait_while(uint32_t n)
{
    while (now() == n)
        syscall(SYS_futex, &n_collections, FUTEX_WAIT_PRIVATE, n, NULL, NULL, 0);
}

static void *idle_main(void *unused)
{
    for (uint32_t seen;; wait_while(seen)) {
        do {
            seen = now();
            sleep(QUIET);
        } while (now() != seen);
        gc_lock();
        if (now() == seen)
            heap_release(0);
        gc_unlock();
    }
    return unused;
}

/* False: not now. */
static bool start(void)
{
    sigset_t all, before;
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes,
                              STACK > PTHREAD_STACK_MIN ? STACK : PTHREAD_STACK_MIN);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool ok = !pthread_create(&thread, &attributes, idle_main, NULL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return ok;
}

void idle_notify(void)
{
    static bool started;
    if (!started && heap.size < WORTH_FROM)
        return;
    __atomic_add_fetch(&n_collections, 1, __ATOMIC_RELEASE);
    if (started)
        syscall(SYS_futex, &n_collections, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0);
    else
        started = start();
}
