/* markers.c - threads that mark, and sweep, together.
 *
 * Each has a stack of its own. Who has much to follow while others have nothing puts
 * some of it into a pool, from which these take it; a run has ended when all who take
 * part wait at the pool and it is empty. Who wakes up late finds less to do, or that
 * all is done: nobody waits for a thread that does not run. Before they follow, all do
 * a first thing together, of which each takes one part after the other.
 *
 * The threads are no threads of managed code: they have all signals blocked, and touch
 * the heap only while the world is stopped.
 */
#include "loader/gc/markers_private.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <stdint.h>
#include <sys/mman.h>

#include "common/base/mem.h"
#include "loader/gc/gc_private.h"

enum {
    KEEP = 128 << 10, /* entries whose memory stays between collections */
    POOL = 64 << 10,
    POOL_PART = 4096, /* that one takes at once */
};

Marker markers[MARKERS];
size_t markers_room = SIZE_MAX, markers_from = 32 << 20;
static int n_markers = 1; /* that there are */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
/* Under the lock. */
static void *pool[POOL];
static size_t n_pool; /* atomic */
static int n_running; /* take part in this run, so far */
static int n_waiting; /* of them, at the pool; atomic */
static unsigned n_runs;
static bool running; /* atomic */
static MarkersFirst *first_thing;

/* -- stacks -------------------------------------------------------------------- */

static bool try_stack(Marker *m, size_t room)
{
    void *p = mmap(NULL, room * sizeof *m->stack, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return false;
    m->stack = p;
    m->room = room;
    return true;
}

/* As many entries as there may be references, pages that are not used cost nothing; or
 * a small part of them where address space does. */
static size_t room_wanted(void)
{
    enum { PART = 32 };
    size_t room = heap.room / sizeof(void *);
    if (mem_address_space() != SIZE_MAX)
        room /= PART;
    room = room < markers_room ? room : markers_room;
    return room < LEAST_STACK ? LEAST_STACK : room;
}

static bool stack_prepare(Marker *m)
{
    if (m->stack)
        return true;
    size_t room = room_wanted();
    while (!try_stack(m, room)) {
        if (room == LEAST_STACK)
            return false;
        room = room / 2 < LEAST_STACK ? LEAST_STACK : room / 2;
    }
    return true;
}

void mark_end(void)
{
    for (int i = 0; i < n_markers; i++) {
        Marker *m = &markers[i];
        if (m->most > KEEP)
            madvise(m->stack + KEEP, (m->room - KEEP) * sizeof *m->stack,
                    MADV_DONTNEED);
        m->most = 0;
    }
}

/* -- the pool ------------------------------------------------------------------ */

/* Of the older half: it leads to more. The newest take their places. */
void marker_share(Marker *m)
{
    if (!__atomic_load_n(&running, __ATOMIC_RELAXED) ||
        !__atomic_load_n(&n_waiting, __ATOMIC_RELAXED) ||
        __atomic_load_n(&n_pool, __ATOMIC_RELAXED))
        return;
    pthread_mutex_lock(&lock);
    size_t n = m->n / 2;
    n = n > POOL - n_pool ? POOL - n_pool : n;
    memcpy(pool + n_pool, m->stack, n * sizeof *pool);
    __atomic_store_n(&n_pool, n_pool + n, __ATOMIC_RELAXED);
    m->n -= n;
    memcpy(m->stack, m->stack + m->n, n * sizeof *m->stack);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

/* False: there is nothing left for anybody, and no other takes part any more. Who is
 * slow to see that may find that the next run has begun: it has no part in that yet. */
static bool take(Marker *m)
{
    pthread_mutex_lock(&lock);
    unsigned run = n_runs;
    __atomic_store_n(&n_waiting, n_waiting + 1, __ATOMIC_RELAXED);
    while (!n_pool && n_waiting < n_running && run == n_runs)
        pthread_cond_wait(&changed, &lock);
    size_t n = run != n_runs ? 0 : n_pool < POOL_PART ? n_pool : POOL_PART;
    memcpy(m->stack, pool + n_pool - n, n * sizeof *pool);
    __atomic_store_n(&n_pool, n_pool - n, __ATOMIC_RELAXED);
    m->n = n;
    if (n) {
        __atomic_store_n(&n_waiting, n_waiting - 1, __ATOMIC_RELAXED);
    } else if (run == n_runs) {
        __atomic_store_n(&running, false, __ATOMIC_RELAXED);
        pthread_cond_broadcast(&changed);
    }
    pthread_mutex_unlock(&lock);
    return n != 0;
}

static void run(Marker *m, MarkersFirst *first)
{
    if (first)
        first(m);
    do
        marker_follow(m);
    while (take(m));
}

/* -- threads ------------------------------------------------------------------- */

static void *marker_main(void *data)
{
    Marker *m = data;
    unsigned seen = 0;
    for (;;) {
        pthread_mutex_lock(&lock);
        while (!running || seen == n_runs)
            pthread_cond_wait(&changed, &lock);
        seen = n_runs;
        n_running++;
        MarkersFirst *first = first_thing;
        pthread_mutex_unlock(&lock);
        run(m, first);
    }
    return NULL;
}

static int n_wanted(void)
{
    cpu_set_t cpus;
    int n = sched_getaffinity(0, sizeof cpus, &cpus) ? 1 : CPU_COUNT(&cpus);
    return n < MARKERS ? n : MARKERS;
}

/* With fewer if there is no memory for more. */
static void start_threads(void)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (int n = n_wanted(); n_markers < n; n_markers++) {
        pthread_t thread;
        if (!stack_prepare(&markers[n_markers]) ||
            pthread_create(&thread, NULL, marker_main, &markers[n_markers]))
            break;
        pthread_detach(thread);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* The world still goes on: malloc may be called. */
void mark_start(void)
{
    static bool started;
    if (markers_worth(heap.live * 4) && !started) {
        started = true;
        start_threads();
    }
    if (!stack_prepare(&markers[0]))
        mem_end(LEAST_STACK * sizeof(void *));
}

void markers_run(bool together, MarkersFirst *first)
{
    if (!together || n_markers == 1) {
        if (first)
            first(&markers[0]);
        marker_follow(&markers[0]);
        return;
    }
    pthread_mutex_lock(&lock);
    n_running = 1;
    first_thing = first;
    __atomic_store_n(&n_waiting, 0, __ATOMIC_RELAXED);
    n_runs++;
    __atomic_store_n(&running, true, __ATOMIC_RELAXED);
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
    run(&markers[0], first);
}
