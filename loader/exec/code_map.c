/* code_map.c - a sorted array under a sequence number: odd while it is changed, and
 * whoever saw it change looks again. */
#include "loader/exec/code_map_private.h"

#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#include "common/base/mem.h"
#include "common/base/search.h"

typedef struct CodeRange {
    uintptr_t start, end;
    void *image;
} CodeRange;

static struct {
    uint32_t sequence;
    uint32_t n, room;
    CodeRange *ranges; /* by start; an outgrown array is kept for its readers */
} map;

#define LOAD(place) __atomic_load_n(&(place), __ATOMIC_RELAXED)
#define STORE(place, value) __atomic_store_n(&(place), value, __ATOMIC_RELAXED)

/* The first of n ranges that starts behind ip. */
static uint32_t range_behind(const CodeRange *ranges, uint32_t n, uintptr_t ip)
{
    return search_first(i, 0, n, LOAD(ranges[i].start) <= ip);
}

static void range_set(CodeRange *range, CodeRange value)
{
    STORE(range->start, value.start);
    STORE(range->end, value.end);
    STORE(range->image, value.image);
}

/* Twice the room: a reader of the old array finds as many ranges there as it counted.
 */
static void ranges_grow(void)
{
    uint32_t room = map.room ? 2 * map.room : 64;
    CodeRange *ranges = mem_array(room, sizeof *ranges);
    for (uint32_t i = 0; i < map.n; i++)
        ranges[i] = map.ranges[i];
    __atomic_store_n(&map.ranges, ranges, __ATOMIC_RELEASE);
    map.room = room;
}

void code_map_add(const void *start, const void *end, void *image)
{
    CodeRange range = {(uintptr_t)start, (uintptr_t)end, image};
    if (map.n == map.room)
        ranges_grow();
    STORE(map.sequence, map.sequence + 1);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    uint32_t at = range_behind(map.ranges, map.n, range.start);
    for (uint32_t i = map.n; i > at; i--)
        range_set(&map.ranges[i], map.ranges[i - 1]);
    range_set(&map.ranges[at], range);
    __atomic_store_n(&map.n, map.n + 1, __ATOMIC_RELEASE);
    __atomic_store_n(&map.sequence, map.sequence + 1, __ATOMIC_RELEASE);
}

void *code_map_find(const void *ip)
{
    for (;;) {
        uint32_t sequence = __atomic_load_n(&map.sequence, __ATOMIC_ACQUIRE);
        uint32_t n = __atomic_load_n(&map.n, __ATOMIC_ACQUIRE);
        const CodeRange *ranges = __atomic_load_n(&map.ranges, __ATOMIC_ACQUIRE);
        uint32_t at = range_behind(ranges, n, (uintptr_t)ip);
        bool inside = at && (uintptr_t)ip < LOAD(ranges[at - 1].end);
        void *image = inside ? LOAD(ranges[at - 1].image) : NULL;
        __atomic_thread_fence(__ATOMIC_ACQUIRE);
        if (!(sequence & 1) && sequence == LOAD(map.sequence))
            return image;
        sched_yield();
    }
}
