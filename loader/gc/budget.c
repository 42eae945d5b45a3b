/* budget.c - how large the heap may become, and what is allocated before a collection.
 *
 * A container's limit, or what the program's host says, is asked for when the heap
 * grows for the first time: small programs never do. Between collections a part of what
 * lives may be allocated, less when little room is left, or when much of it lived last
 * time: a collection takes as long as what it finds. A full one comes when what lives
 * has grown by a fifth since the last. The heap is to be no more than an eighth larger
 * than what lives and what may be allocated.
 */
#include "loader/gc/gc_private.h"

#include <unistd.h>

#include "common/base/cgroup.h"
#include "common/base/mem.h"

enum {
    LEAST_BUDGET = 14 << 20,
    MOST_BUDGET = 64 << 20,
    LEAST_GROWTH = 10 << 20, /* of what lives, from one full collection to the next */
    LEAST_LIMIT = 20 << 20,
    RESERVE = 32 << 20, /* bytes that only the runtime itself may use (mem.h) */
};

static uint64_t wanted_limit; /* bytes; 0: what a container leaves */
static unsigned wanted_percent;
static size_t budget_most = MOST_BUDGET; /* by what lived last time */

void gc_limit(uint64_t bytes, unsigned percent)
{
    wanted_limit = bytes;
    wanted_percent = percent;
}

uint64_t gc_machine_bytes(void)
{
    uint64_t all = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE),
             limit = cgroup_memory("");
    return limit && limit < all ? limit : all;
}

/* As much of a container's memory as .NET takes by default, and never less than a
 * little. */
static uint64_t default_limit(void)
{
    uint64_t limit = cgroup_memory("") / 4 * 3;
    return limit && limit < LEAST_LIMIT ? LEAST_LIMIT : limit;
}

uint64_t gc_limit_bytes(void)
{
    return wanted_limit     ? wanted_limit
           : wanted_percent ? gc_machine_bytes() / 100 * wanted_percent
                            : default_limit();
}

void budget_limit(void)
{
    uint64_t limit = gc_limit_bytes();
    if (limit && limit < heap.most)
        heap.most = limit;
}

static size_t within(size_t n, size_t low, size_t high)
{
    return n < low ? low : n > high ? high : n;
}

void budget_learn(size_t taken, size_t lived)
{
    budget_most = within(lived > taken / 4 ? budget_most / 2 : budget_most * 2,
                         LEAST_BUDGET, MOST_BUDGET);
}

void budget_set(bool full)
{
    size_t growth = heap.live / 5;
    if (full)
        heap.full_from = heap.live + (growth < LEAST_GROWTH ? LEAST_GROWTH : growth);
    size_t left = heap.most > heap.live ? heap.most - heap.live : 0,
           wanted = within(heap.live / 5, LEAST_BUDGET, budget_most);
    heap.budget = wanted < left / 2 ? wanted : left / 2;
    if (heap.budget < LEAST_BUDGET)
        heap.full_from = 0;
    heap.enough = (heap.live + heap.budget) / 8 * 9;
}

/* The reserve is given up: a little of it is the runtime's. */
static void on_short(void)
{
    heap.most = heap.size + RESERVE / 4;
}

void budget_start(void)
{
    heap.budget = heap.full_from = LEAST_BUDGET;
    mem_reserve(RESERVE, on_short);
}

void budget_take_reserve_back(void)
{
    if (!mem_has_reserve() && heap.size - heap.live >= RESERVE)
        mem_reserve(RESERVE, on_short);
}
