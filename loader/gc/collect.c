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
 * with the other mark, when what lives has grown by half since the last full one.
 */
#include "loader/gc/gc_private.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/cgroup.h"
#include "common/base/log.h"
#include "common/base/mem.h"

enum {
    LEAST_BUDGET = 16 << 20,
    MOST_BUDGET = 64 << 20,
    LEAST_GROWTH = 16 << 20, /* of what lives, from one full collection to the next */
    LEAST_LIMIT = 20 << 20,
    RESERVE = 32 << 20, /* bytes that only the runtime itself may use (mem.h) */
};

static uint32_t paused;        /* how many said so; under the lock */
static uint64_t n_collections; /* atomic, like the next three */
static uint64_t n_full;
static uint64_t pause_total;  /* ns */
static uint64_t taken_before; /* bytes, up to the last collection */
static uint64_t region_until; /* gc_allocated_bytes; 0: none */

static bool verifying; /* CODICIL_GC_VERIFY */

static uint64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

/* -- limits -------------------------------------------------------------------- */

/* As much of a container's memory as .NET takes by default, and never less than a
 * little. */
static void limit_heap(void)
{
    uint64_t limit = cgroup_memory("") / 4 * 3;
    if (limit)
        heap.most = limit < LEAST_LIMIT ? LEAST_LIMIT : limit;
}

/* A heap that does not grow does not ask what would limit it. */
static void set_budget(bool full)
{
    static bool asked;
    if (!asked)
        limit_heap();
    asked = true;
    if (full)
        heap.full_from =
            heap.live + (heap.live / 2 < LEAST_GROWTH ? LEAST_GROWTH : heap.live / 2);
    size_t left = heap.most > heap.live ? heap.most - heap.live : 0,
           wanted = heap.live / 4;
    wanted = wanted < LEAST_BUDGET  ? LEAST_BUDGET
             : wanted > MOST_BUDGET ? MOST_BUDGET
                                    : wanted;
    heap.budget = wanted < left / 2 ? wanted : left / 2;
    if (heap.budget < LEAST_BUDGET)
        heap.full_from = 0;
}

/* The reserve is given up: a little of it is the runtime's. */
static void on_short(void)
{
    heap.most = heap.size + RESERVE / 4;
}

static void take_reserve_back(void)
{
    if (!mem_has_reserve() && heap.size - heap.live >= RESERVE)
        mem_reserve(RESERVE, on_short);
}

/* -- a collection; under the lock ---------------------------------------------- */

static void mark_all(bool full)
{
    heap.full = full;
    if (full)
        heap.mark ^= META_MARKS;
    roots_mark();
    if (!full)
        cards_follow();
    mark_follow(full);
    if (!full && verifying)
        verify_young();
    ephemerons_mark_end();
    mark_end();
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
    __atomic_add_fetch(&taken_before, heap.taken, __ATOMIC_RELAXED);
    mark_all(full);
    sweep(full);
    cards_end();
    start_world();
    set_budget(full);
    if (full)
        heap_release();
    take_reserve_back();
    __atomic_add_fetch(&n_collections, 1, __ATOMIC_RELAXED);
    __atomic_add_fetch(&n_full, full, __ATOMIC_RELAXED);
    __atomic_add_fetch(&pause_total, now_ns() - start, __ATOMIC_RELAXED);
}

bool collect_is_due(void)
{
    if (region_until && taken_before + heap.taken > region_until)
        gc_region_end();
    return heap.taken > heap.budget && !paused;
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
    heap.budget = heap.full_from = LEAST_BUDGET;
    mem_reserve(RESERVE, on_short);
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

/* -- regions without collections ----------------------------------------------- */

bool gc_in_region(void)
{
    return __atomic_load_n(&region_until, __ATOMIC_ACQUIRE) != 0;
}

/* The program counts what its objects take; what threads have for themselves comes on
 * top. */
bool gc_region_start(uint64_t bytes)
{
    enum { HOLES = 4 << 20 };
    uint64_t none = 0, room = bytes + bytes / 4 + HOLES;
    if (!__atomic_compare_exchange_n(&region_until, &none, gc_allocated_bytes() + room,
                                     false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return false;
    gc_pause(true);
    return true;
}

bool gc_region_end(void)
{
    if (!__atomic_exchange_n(&region_until, 0, __ATOMIC_ACQ_REL))
        return false;
    gc_pause(false);
    return true;
}
