/* gap.c - objects of a block's size, side by side.
 *
 * In blocks of their own objects of 33 or 70 KB would leave half of the memory unused.
 * They lie one behind the other instead, across the limits of blocks: in gaps, which
 * are free blocks, and lines of 1 KB in which nothing lived when they were swept. All
 * threads share one gap, under the lock. It is left when an object does not fit, free
 * blocks behind it included, and looked for again, further on; every collection begins
 * anew.
 *
 * The blocks of a gap are those of small objects: sweep.c finds what is free in them,
 * for small objects, too. BLOCK_CROSSED says that an object goes on into a block from
 * the one before.
 */
#include "loader/gc/gc_private.h"

#include <string.h>

enum { LINE_BYTES = LINE * GRANULE };
_Static_assert(LARGEST_GAP <= GROW_STEP, "one step is enough");

static Hole gap = {.block = NO_BLOCK};
static size_t next;       /* blocks below have no gap */
static size_t none_from;  /* bytes: below `none_until` there is no gap so large */
static size_t none_until; /* block */

static size_t block_of(const char *p)
{
    return heap_offset(p) >> BLOCK_SHIFT;
}

static size_t n_blocks(void)
{
    return heap.size >> BLOCK_SHIFT;
}

void gap_rewind(void)
{
    gap = (Hole){.block = NO_BLOCK};
    next = none_until = 0;
    none_from = SIZE_MAX;
}

/* -- looking for one ----------------------------------------------------------- */

static bool is_free(size_t i)
{
    return heap.blocks[i].kind == BLOCK_FREE;
}

/* Where nothing was allocated since it was swept. */
static bool has_gap(size_t i)
{
    const Block *block = &heap.blocks[i];
    return block->kind == BLOCK_SMALL &&
           (block->flags & (BLOCK_GAP | BLOCK_OWNED | BLOCK_YOUNG)) == BLOCK_GAP;
}

typedef struct Run {
    char *start;
    size_t size;
} Run;

static void run_add(Run *run, char *at, size_t size)
{
    if (!run->size)
        run->start = at;
    run->size += size;
}

/* The lines of a block, until they are enough. */
static void run_add_lines(Run *run, size_t i, size_t need)
{
    const uint64_t *occupied = sweep_occupied(i);
    for (size_t k = 0; k < LINES && run->size < need; k++)
        if (occupied[k])
            run->size = 0;
        else
            run_add(run, block_start(i) + k * LINE_BYTES, LINE_BYTES);
}

static size_t look_from(size_t need)
{
    size_t back = LARGEST_GAP >> BLOCK_SHIFT; /* an end of it may have been seen */
    if (need < none_from || none_until < next + back)
        return next;
    return none_until - back;
}

static bool find(size_t need, Run *run)
{
    *run = (Run){NULL, 0};
    for (size_t i = look_from(need); i < n_blocks(); i++) {
        if (is_free(i))
            run_add(run, block_start(i), BLOCK_SIZE);
        else if (has_gap(i))
            run_add_lines(run, i, need);
        else
            run->size = 0;
        if (run->size >= need)
            return true;
    }
    none_from = need;
    none_until = n_blocks();
    return false;
}

/* -- entering it --------------------------------------------------------------- */

/* What was clean stays known to be so: its flags are the collector's from then on. */
static void take(size_t i)
{
    Block *block = &heap.blocks[i];
    if (is_free(i))
        *block = (Block){.kind = BLOCK_SMALL, .flags = block->flags & BLOCK_CLEAN};
    block->flags = (block->flags & (BLOCK_CLEAN | BLOCK_CROSSED)) | BLOCK_YOUNG;
}

static bool enter(size_t need)
{
    Run run;
    if (!find(need, &run))
        return false;
    size_t last = block_of(run.start + need - 1);
    bool whole = is_free(last);
    for (size_t i = block_of(run.start); i <= last; i++)
        take(i);
    gap = (Hole){run.start, whole ? block_start(last + 1) : run.start + run.size,
                 NO_BLOCK};
    next = block_of(run.start);
    return true;
}

/* By the free blocks behind it. */
static bool extend(size_t need)
{
    if (!gap.limit)
        return false;
    size_t size = (size_t)(gap.limit - gap.cursor);
    if (size >= need)
        return true;
    if (heap_offset(gap.limit) % BLOCK_SIZE)
        return false;
    size_t first = block_of(gap.limit), end = first;
    for (; size < need; size += BLOCK_SIZE, end++)
        if (end >= n_blocks() || !is_free(end))
            return false;
    for (size_t i = first; i < end; i++)
        take(i);
    gap.limit = block_start(end);
    return true;
}

/* -- objects ------------------------------------------------------------------- */

static void clear(char *p, size_t size)
{
    for (size_t left = size, n; left; p += n, left -= n) {
        size_t i = block_of(p), here = (size_t)(block_start(i + 1) - p);
        n = left < here ? left : here;
        if (!(heap.blocks[i].flags & BLOCK_CLEAN))
            memset(p, 0, n);
    }
}

void *gap_take(size_t size, VTable *vtable, uint8_t bits)
{
    if (!extend(size) && !enter(size) && !(heap_grow(GROW_STEP) && enter(size)))
        return NULL;
    size_t first = block_of(gap.cursor), last = block_of(gap.cursor + size - 1);
    clear(gap.cursor, size);
    for (size_t i = first + 1; i <= last; i++)
        heap.blocks[i].flags |= BLOCK_CROSSED;
    gc_thread.allocated += size;
    holes_charge(&gc_thread);
    return hole_take(&gap, size, vtable, bits);
}
