/* collect.c - a collection, and when there is one.
 *
 * Threads are given memory up to a budget; who is about to go beyond it collects first.
 * A collection stops the world, and
 *
 *     marks what roots and stacks lead to                      roots.c, mark.c
 *     and, of the young: what old objects lead to              cards.c
 *     decides about ephemerons, weak slots and finalizers      ephemeron.c
 *     sweeps                                                   sweep.c
 *
 * What has a mark is old. A collection of the young leaves the marks as they are, so it
 * goes through no old object but where somebody has written to it. A full one begins
 * with the other mark, when what lives has grown by a part since the last full one.
 */
#include "loader/gc/gc_private.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static uint32_t paused;        /* how many said so; under the lock */
static uint64_t n_collections; /* atomic, like the next three */
static uint64_t n_full;
static uint64_t pause_total;  /* ns */
static GcReport last[2];      /* of the young, full; under the lock */
static uint64_t taken_before; /* bytes, up to the last collection */

static bool verifying; /* CODICIL_GC_VERIFY */

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* -- a collection; under the lock ---------------------------------------------- */

static void mark_all(bool full)
{
    heap.full = full;
    if (full)
        heap.mark ^= META_MARKS;
    cards_start(full);
    roots_mark();
    mark_follow(full);
    if (!full && verifying)
        verify_young();
    ephemerons_mark_end();
    mark_end();
}

static void report(bool full, uint64_t pause)
{
    GcReport *of = &last[full];
    *of = (GcReport){
        .number = __atomic_add_fetch(&n_collections, 1, __ATOMIC_RELAXED),
        .pause = pause,
        .longest = pause > of->longest ? pause : of->longest,
        .live = heap.live,
        .heap = heap.size,
    };
    __atomic_add_fetch(&n_full, full, __ATOMIC_RELAXED);
    __atomic_add_fetch(&pause_total, pause, __ATOMIC_RELAXED);
}

void collect_locked(bool full)
{
    if (paused)
        return;
    uint64_t start = now_ns();
    mark_start();
    stop_world();
    for (GcThread *thread = gc_threads; thread; thread = thread->next)
        holes_charge(thread);
    holes_forget_spares();
    __atomic_add_fetch(&taken_before, heap.taken, __ATOMIC_RELAXED);
    mark_all(full);
    size_t before = heap.live, taken = heap.taken;
    sweep();
    start_world();
    if (!full)
        budget_learn(taken, heap.live - before);
    budget_set(full);
    if (full)
        heap_release((heap.budget + heap.budget / 2) >> BLOCK_SHIFT);
    budget_take_reserve_back();
    idle_notify();
    report(full, now_ns() - start);
}

void collect_due(void)
{
    region_check(taken_before + heap.taken);
    if (heap.taken <= heap.budget || paused)
        return;
    bool full = collect_next_is_full();
    collect_locked(full);
    notice_give(full);
}

bool collect_next_is_full(void)
{
    return heap.live >= heap.full_from;
}

static void collect(bool full)
{
    gc_lock();
    collect_locked(full);
    gc_unlock();
    finalizer_notify();
}

void gc_collect(void)
{
    collect(true);
}

void gc_collect_young(void)
{
    collect(false);
}

void gc_pause(bool pause)
{
    __atomic_add_fetch(&paused, pause ? 1 : -1, __ATOMIC_ACQ_REL);
}

void collect_start(void)
{
    verifying = secure_getenv("CODICIL_GC_VERIFY");
    budget_start();
}

/* -- what it tells ------------------------------------------------------------- */

uint64_t gc_heap_bytes(void)
{
    return heap.size;
}

/* With all of the caller's own. */
static size_t taken(void)
{
    gc_lock();
    holes_charge(&gc_thread);
    size_t n = heap.taken;
    gc_unlock();
    return n;
}

uint64_t gc_used_bytes(void)
{
    return taken() + heap.live;
}

uint64_t gc_old_bytes(void)
{
    return heap.live;
}

bool gc_is_old(const Object *object)
{
    return heap_is_marked(object);
}

uint64_t gc_allocated_bytes(void)
{
    return taken() + __atomic_load_n(&taken_before, __ATOMIC_RELAXED);
}

uint64_t gc_collections(void)
{
    return __atomic_load_n(&n_collections, __ATOMIC_RELAXED);
}

uint64_t gc_full_collections(void)
{
    return __atomic_load_n(&n_full, __ATOMIC_RELAXED);
}

uint64_t gc_pause_ns(void)
{
    return __atomic_load_n(&pause_total, __ATOMIC_RELAXED);
}

GcReport gc_report(bool full)
{
    gc_lock();
    GcReport report = last[full];
    gc_unlock();
    return report;
}
