/* roots.c - where references lie outside the heap: ranges of C globals, and blocks that
 * live until they are freed, with the static fields of types among them. Every word of
 * both may be a reference.
 */
#include "loader/gc/gc_private.h"

#include <assert.h>
#include <stdlib.h>

#include "common/base/mem.h"

typedef struct Range {
    void *start;
    size_t size;
} Range;

typedef struct RootBlock {
    size_t size;
    size_t index; /* in blocks */
    _Alignas(16) char data[];
} RootBlock;

/* All under the lock. */
static Range *ranges;
static size_t n_ranges, ranges_room;
static RootBlock **blocks;
static size_t n_blocks, blocks_room;

void gc_root(void *start, size_t size)
{
    gc_lock();
    if (n_ranges == ranges_room) {
        ranges_room = ranges_room ? ranges_room * 2 : 16;
        ranges = mem_resize(ranges, ranges_room, sizeof *ranges);
    }
    ranges[n_ranges++] = (Range){start, size};
    gc_unlock();
}

static void block_add(RootBlock *block)
{
    gc_lock();
    if (n_blocks == blocks_room) {
        blocks_room = blocks_room ? blocks_room * 2 : 256;
        blocks = mem_resize(blocks, blocks_room, sizeof *blocks);
    }
    block->index = n_blocks;
    blocks[n_blocks++] = block;
    gc_unlock();
}

void *gc_try_uncollectable(size_t size)
{
    if (size > SIZE_MAX / 2)
        return NULL;
    RootBlock *block = calloc(1, sizeof *block + size);
    if (!block)
        return NULL;
    block->size = size;
    block_add(block);
    return block->data;
}

void *gc_alloc_uncollectable(size_t size)
{
    void *p;
    while (!(p = gc_try_uncollectable(size)))
        mem_short(size);
    return p;
}

void gc_free(void *p)
{
    if (!p)
        return;
    RootBlock *block = (RootBlock *)((char *)p - offsetof(RootBlock, data));
    gc_lock();
    assert(blocks[block->index] == block);
    blocks[block->index] = blocks[--n_blocks];
    blocks[block->index]->index = block->index;
    gc_unlock();
    free(block);
}

void roots_mark(void)
{
    for (size_t i = 0; i < n_ranges; i++)
        mark_range(ranges[i].start, (char *)ranges[i].start + ranges[i].size);
    for (size_t i = 0; i < n_blocks; i++)
        mark_range(blocks[i]->data, blocks[i]->data + blocks[i]->size);
    stacks_visit(mark_stack);
    slots_mark_strong();
    finalizables_mark_ready();
}
