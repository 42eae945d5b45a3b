/* stress.c - CODICIL_GC_STRESS: collections where nobody expects them.
 *
 * "50": at every 50th allocation. "500us": so often at any instruction, by a thread of
 * its own; objects are then allocated as always. What is swept is overwritten.
 */
#include "loader/gc/gc_private.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/log.h"

enum { FULL_EVERY = 8 }; /* the others are of the young */

static unsigned every;      /* allocations */
static unsigned count;      /* atomic */
static useconds_t interval; /* us */

bool stress_counts(void)
{
    return every != 0;
}

void stress_allocation(void)
{
    unsigned n = __atomic_add_fetch(&count, 1, __ATOMIC_RELAXED);
    if (n % every)
        return;
    if (n / every % FULL_EVERY)
        gc_collect_young();
    else
        gc_collect();
}

static void *stress_main(void *unused)
{
    for (unsigned n = 1;; n++) {
        usleep(interval);
        if (n % FULL_EVERY)
            gc_collect_young();
        else
            gc_collect();
    }
    return unused;
}

static void start_thread(void)
{
    sigset_t all, before;
    pthread_t thread;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, stress_main, NULL))
        log_line(LOG_WARN, "no thread for CODICIL_GC_STRESS can be started");
    else
        pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void stress_start(const char *wanted)
{
    char *unit;
    unsigned long n = strtoul(wanted, &unit, 10);
    if (!n || n > UINT32_MAX || (*unit && strcmp(unit, "us") != 0)) {
        log_line(LOG_WARN, "CODICIL_GC_STRESS: %s is neither a number nor one of us",
                 wanted);
        return;
    }
    heap.poison = true;
    if (*unit) {
        interval = (useconds_t)n;
        start_thread();
    } else {
        every = (unsigned)n;
    }
}
