/* sweep.c - what is free again.
 *
 * At the end of a collection the bytes of gc_meta are gone through, a cache line of
 * them for 1 KB of objects: those of the dead are cleared. After one of the young, only
 * blocks in which something was allocated. Objects are not touched; holes are looked
 * for, and cleared, when a thread wants one. What lies behind the cursor of a thread
 * stays as it is.
 */
#include "loader/gc/gc_private.h"

#include <string.h>

enum {
    POISON = 0xdb,
    FULL = BLOCK_GRANULES - BLOCK_GRANULES / 8,
};

static uint64_t word_at(const uint8_t *meta)
{
    uint64_t word;
    memcpy(&word, meta, sizeof word);
    return word;
}

/* The first byte from `at` on that is not zero; end: none. Both are multiples of 8 off
 * the block's start, or the caller goes byte by byte to there. */
static const uint8_t *skip_zeros(const uint8_t *at, const uint8_t *end)
{
    while (at < end && ((uintptr_t)at & 7))
        if (*at)
            return at;
        else
            at++;
    while (at < end && !word_at(at))
        at += 8;
    while (at < end && !*at)
        at++;
    return at < end ? at : end;
}

static uint8_t *object_end(uint8_t *start)
{
    while (!(*start & META_END))
        start++;
    return start;
}

/* Whether a granule is behind the cursor of a thread that allocates in this block. */
static bool is_given(const char *p)
{
    for (const GcThread *t = gc_threads; t; t = t->next)
        if ((p >= t->small.cursor && p < t->small.limit) ||
            (p >= t->medium.cursor && p < t->medium.limit))
            return true;
    return false;
}

static char *address_of(const uint8_t *meta)
{
    return heap.base + ((size_t)(meta - gc_meta) << GRANULE_SHIFT);
}

/* Under stress what is left of a dead object is seen by who still uses it. */
static void forget(uint8_t *first, uint8_t *last)
{
    if (heap.poison)
        memset(address_of(first), POISON, (size_t)(last + 1 - first) << GRANULE_SHIFT);
    memset(first, 0, (size_t)(last + 1 - first));
}

/* Granules that live, of a block in which nobody allocates. Words without a mark are
 * cleared as a whole, unless an object that lives began before them and ends after. */
static size_t sweep_words(uint8_t *first)
{
    const uint64_t marks = heap.mark * 0x0101010101010101u;
    const uint8_t *open = NULL; /* where that one began */
    size_t live = 0;
    for (uint8_t *at = first; at < first + BLOCK_GRANULES; at += sizeof marks) {
        uint64_t word = word_at(at);
        if (!word || (!open && !(word & marks))) {
            if (word)
                memset(at, 0, sizeof word);
            continue;
        }
        for (uint8_t *byte = at; byte < at + sizeof word; byte++) {
            if (!open && *byte & heap.mark)
                open = byte;
            if (!open) {
                *byte = 0;
            } else if (*byte & META_END) {
                live += (size_t)(byte + 1 - open);
                open = NULL;
            }
        }
    }
    return live;
}

/* The same of one in which somebody does. */
static size_t sweep_objects(uint8_t *first)
{
    uint8_t *end = first + BLOCK_GRANULES;
    size_t live = 0;
    for (uint8_t *at = first; (at = (uint8_t *)skip_zeros(at, end)) < end;) {
        uint8_t *last = object_end(at);
        if (*at & heap.mark || is_given(address_of(at)))
            live += (size_t)(last + 1 - at);
        else
            forget(at, last);
        at = last + 1;
    }
    return live;
}

/* What changes of heap.live. */
static size_t sweep_small(size_t i)
{
    Block *block = &heap.blocks[i];
    bool owned = block->flags & BLOCK_OWNED;
    uint32_t before = block->n,
             live = (uint32_t)(owned || heap.poison
                                   ? sweep_objects(meta_of(block_start(i)))
                                   : sweep_words(meta_of(block_start(i))));
    *block = (Block){
        .kind = live || owned ? BLOCK_SMALL : BLOCK_FREE,
        .flags = (uint8_t)((owned ? BLOCK_OWNED | BLOCK_YOUNG : 0) |
                           (live < FULL ? BLOCK_HAS_ROOM : 0)),
        .n = live,
    };
    return (live - (size_t)before) << GRANULE_SHIFT;
}

static size_t sweep_large(size_t i)
{
    Block *block = &heap.blocks[i];
    uint32_t n = block->n;
    uint8_t *meta = meta_of(block_start(i));
    size_t counted = block->flags & BLOCK_YOUNG ? 0 : (size_t)n << BLOCK_SHIFT;
    if (*meta & heap.mark) {
        block->flags = 0;
        return ((size_t)n << BLOCK_SHIFT) - counted;
    }
    *meta = 0;
    for (uint32_t k = 0; k < n; k++)
        block[k] = (Block){.kind = BLOCK_FREE};
    return 0 - counted;
}

/* Where nothing was allocated all are old, and what is old lives. */
void sweep(bool full)
{
    for (size_t i = 0; i < heap.size >> BLOCK_SHIFT; i++) {
        const Block *block = &heap.blocks[i];
        if (!full && !(block->flags & BLOCK_YOUNG))
            continue;
        if (block->kind == BLOCK_SMALL)
            heap.live += sweep_small(i);
        else if (block->kind == BLOCK_LARGE)
            heap.live += sweep_large(i);
    }
    heap.taken = 0;
    heap_rewind();
}

/* Which byte of a word that is not zero has the last one of a bit; -1: none. */
static int last_byte(uint64_t bits)
{
    return bits ? (63 - __builtin_clzl(bits)) / 8 : -1;
}

/* A hole has a word of zeros at least, so that the others need no look at each byte. */
bool sweep_find_hole(int32_t block, const char *from, size_t need, Hole *hole)
{
    const uint64_t each = 0x0101010101010101u;
    const uint8_t *end = meta_of(block_start((size_t)block)) + BLOCK_GRANULES;
    const uint8_t *run = gc_meta + (heap_offset(from) >> GRANULE_SHIFT);
    const uint8_t *at = (const uint8_t *)((uintptr_t)run & ~(uintptr_t)7);
    uint64_t seen = ~(uint64_t)0
                    << (run - at) * 8; /* bytes of the word from there on */
    bool open = false, room = false;   /* in an object; behind one, a word of zeros */
    for (; at < end; at += sizeof each, seen = ~(uint64_t)0) {
        uint64_t word = word_at(at) & seen;
        if (!word) {
            room = !open;
            continue;
        }
        const uint8_t *limit = at + __builtin_ctzl(word) / 8;
        if (room && (size_t)(limit - run) << GRANULE_SHIFT >= need) {
            *hole = (Hole){address_of(run), address_of(limit), block};
            return true;
        }
        int start = last_byte(word & each * META_START),
            stop = last_byte(word & each * META_END);
        open = start > stop || (open && stop < 0);
        run = open ? run : at + stop + 1;
        room = false;
    }
    if (!room || (size_t)(end - run) << GRANULE_SHIFT < need)
        return false;
    *hole = (Hole){address_of(run), address_of(end), block};
    return true;
}
