/* sweep.c - what is free again.
 *
 * At the end of a collection the bytes of gc_meta are gone through, by all markers, a
 * cache line of them for 1 KB of objects: those of the dead are cleared. After one of
 * the young, only blocks in which something was allocated. Objects are not touched;
 * holes are looked for, and cleared, when a thread wants one, by the bits of
 * heap.occupied, which are written here. What lies behind the cursor of a thread stays
 * as it is.
 *
 * A line is looked at as numbers of 64 bits, one for each of its granules. With S where
 * objects that live begin and N where none ends, the bits of N from such a beginning on
 * are ones up to the object's end: the sum N + S has a one there, and its carry says
 * that an object goes on in the next line. (E << 1) - S, E being those ends, has a one
 * for each granule of these objects.
 */
#include "loader/gc/gc_private.h"
#include "loader/gc/markers_private.h"

#include <emmintrin.h>
#include <string.h>

enum {
    POISON = 0xdb,
    AHEAD = 8 * LINE,
    LEAST_HOLE = 8,  /* granules; smaller ones are used in tight blocks alone */
    LEAST_TIGHT = 2, /* both: powers of 2 */
    ROOM = BLOCK_GRANULES / 8, /* in holes; less is not worth looking for them */
    GAP = 16,                  /* lines side by side; the same */
    PART = 64,                 /* blocks that a thread takes at once */
};

/* -- a line -------------------------------------------------------------------- */

typedef struct Line {
    uint64_t starts, ends, marked;
} Line;

static Line line_at(const uint8_t *meta)
{
    const __m128i mark = _mm_set1_epi8((char)heap.mark);
    Line line = {0, 0, 0};
    for (int i = 0; i < LINE; i += 16) {
        __m128i bytes = _mm_load_si128((const __m128i *)(const void *)(meta + i)),
                marked = _mm_cmpeq_epi8(_mm_and_si128(bytes, mark), mark);
        line.starts |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(bytes, 7))
                       << i;
        line.ends |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_slli_epi16(bytes, 6))
                     << i;
        line.marked |= (uint64_t)(uint32_t)_mm_movemask_epi8(marked) << i;
    }
    return line;
}

/* Clears the bytes whose bit is not set. */
static void keep_bytes(uint8_t *meta, uint64_t bits)
{
    for (size_t i = 0; i < LINE; i += 8, bits >>= 8) {
        uint64_t word, each = (bits & 0xff) * 0x0101010101010101u & 0x8040201008040201u;
        memcpy(&word, meta + i, sizeof word);
        word &= ((each + 0x7f7f7f7f7f7f7f7fu) >> 7 & 0x0101010101010101u) * 0xff;
        memcpy(meta + i, &word, sizeof word);
    }
}

/* Which granules of a line live. open: an object that lives goes on from the line
 * before, and then into the next. */
static uint64_t sweep_line(uint8_t *meta, bool *open)
{
    Line line = line_at(meta);
    uint64_t starts = line.starts & line.marked, sum;
    bool more = __builtin_add_overflow(~line.ends, starts, &sum);
    more |= __builtin_add_overflow(sum, (uint64_t)*open, &sum);
    uint64_t ends = sum & line.ends, kept = starts | ends,
             occupied = (ends << 1) - starts - *open;
    if (!kept && line.starts | line.ends)
        memset(meta, 0, LINE);
    else if (kept != (line.starts | line.ends))
        keep_bytes(meta, kept);
    *open = more;
    return occupied;
}

/* -- a block ------------------------------------------------------------------- */

uint64_t *sweep_occupied(size_t block)
{
    return heap.occupied + block * LINES;
}

static uint32_t count(uint64_t bits)
{
    return (uint32_t)__builtin_popcountl(bits);
}

/* One in which nobody allocates. open: an object that lives goes on from the block
 * before, and then into the next. */
static void sweep_lines(size_t block, bool *open)
{
    uint64_t *occupied = sweep_occupied(block);
    uint8_t *meta = meta_of(block_start(block));
    for (size_t i = 0; i < LINES; i++) {
        __builtin_prefetch(meta + i * LINE + AHEAD, 1);
        occupied[i] = sweep_line(meta + i * LINE, open);
    }
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

/* Of an object, or of so much of it. */
static size_t granules_of(const uint8_t *start, size_t most)
{
    size_t n = 1;
    while (n < most && !(start[n - 1] & META_END))
        n++;
    return n;
}

/* n granules of a block, the last of which ends an object or the block. */
static void keep_object(uint64_t *occupied, size_t i, size_t n)
{
    for (size_t k = i; k < i + n; k++)
        occupied[k / LINE] |= (uint64_t)1 << k % LINE;
}

/* What goes on from the block before. Returns its granules here. */
static size_t sweep_crossing(uint64_t *occupied, uint8_t *meta, bool *open)
{
    size_t n = granules_of(meta, BLOCK_GRANULES);
    bool ends = meta[n - 1] & META_END;
    if (*open)
        keep_object(occupied, 0, n);
    else
        memset(meta, 0, n);
    *open = *open && !ends;
    return n;
}

/* The same of one in which somebody does: object by object. */
static void sweep_objects(size_t block, bool *open)
{
    uint64_t *occupied = sweep_occupied(block);
    uint8_t *meta = meta_of(block_start(block));
    memset(occupied, 0, LINES * sizeof *occupied);
    size_t i = 0, n;
    if (heap.blocks[block].flags & BLOCK_CROSSED)
        i = sweep_crossing(occupied, meta, open);
    for (; i < BLOCK_GRANULES; i += n) {
        n = 1;
        if (!(meta[i] & META_START))
            continue;
        n = granules_of(meta + i, BLOCK_GRANULES - i);
        bool ends = meta[i + n - 1] & META_END,
             lives = meta[i] & heap.mark ||
                     is_given(block_start(block) + (i << GRANULE_SHIFT));
        if (lives)
            keep_object(occupied, i, n);
        else
            memset(meta + i, 0, n);
        *open = lives && !ends;
    }
}

/* Under stress what is left of a dead object is seen by who still uses it. It may lie
 * in other blocks, too: then one thread sweeps all of them. */
static void poison(size_t block)
{
    const uint8_t *meta = meta_of(block_start(block));
    for (size_t i = 0; i < BLOCK_GRANULES; i++) {
        char *p = block_start(block) + (i << GRANULE_SHIFT);
        if (meta[i] & META_START && !(meta[i] & heap.mark) && !is_given(p))
            memset(p, POISON, granules_of(meta + i, SIZE_MAX) << GRANULE_SHIFT);
    }
}

/* Where so many free granules begin; next: of the line behind it. */
static uint64_t holes_of(uint64_t occupied, uint64_t next, unsigned least)
{
    unsigned __int128 free = ~((unsigned __int128)next << 64 | occupied);
    for (unsigned n = 1; n < least; n *= 2)
        free &= free >> n;
    return (uint64_t)free;
}

static uint64_t line_after(const uint64_t *occupied, size_t i)
{
    return i + 1 < LINES ? occupied[i + 1] : ~(uint64_t)0;
}

typedef struct Found {
    uint32_t live; /* granules */
    uint32_t room; /* of those that are free: where holes begin */
    uint32_t gap;  /* lines side by side */
} Found;

static Found look_at(const uint64_t *occupied)
{
    Found found = {0, 0, 0};
    for (size_t k = 0, free = 0; k < LINES; k++) {
        found.live += count(occupied[k]);
        found.room += count(holes_of(occupied[k], line_after(occupied, k), LEAST_HOLE));
        free = occupied[k] ? 0 : free + 1;
        found.gap = free > found.gap ? (uint32_t)free : found.gap;
    }
    return found;
}

/* What changes of heap.live. Where somebody allocates, what the bits say of it is not
 * true any more when he leaves. */
static size_t sweep_small(size_t i, bool *open)
{
    Block *block = &heap.blocks[i];
    bool owned = block->flags & BLOCK_OWNED, crossed = *open;
    uint32_t before = block->n;
    if (heap.poison)
        poison(i);
    if (owned)
        sweep_objects(i, open);
    else
        sweep_lines(i, open);
    Found found = look_at(sweep_occupied(i));
    uint8_t flags = owned ? BLOCK_OWNED | BLOCK_YOUNG
                          : (found.room >= ROOM ? BLOCK_HAS_ROOM : 0) |
                                (found.gap >= GAP ? BLOCK_GAP : 0);
    bool stays = found.live || owned;
    block->flags = stays ? flags | (crossed ? BLOCK_CROSSED : 0) : 0;
    block->n = found.live;
    if (!stays)
        __atomic_store_n(&block->kind, BLOCK_FREE, __ATOMIC_RELAXED);
    return (found.live - (size_t)before) << GRANULE_SHIFT;
}

/* Those behind its first one another thread may look at: it sees blocks that are not
 * its to sweep, before and after. */
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
        __atomic_store_n(&block[k].kind, BLOCK_FREE, __ATOMIC_RELAXED);
    block->flags = 0;
    return 0 - counted;
}

/* -- all of them ---------------------------------------------------------------- */

static bool is_entered(const Block *block)
{
    return (block->flags & (BLOCK_CROSSED | BLOCK_LEFT)) == BLOCK_CROSSED;
}

/* Where nothing was allocated all are old, and what is old lives. */
static size_t sweep_blocks(size_t i, size_t end)
{
    size_t live = 0;
    bool swept = false, open = false; /* the block before */
    for (; i < end; i++) {
        const Block *block = &heap.blocks[i];
        uint8_t kind = __atomic_load_n(&block->kind, __ATOMIC_RELAXED);
        if (kind == BLOCK_FREE || kind == BLOCK_REST ||
            !(heap.full || block->flags & BLOCK_YOUNG)) {
            swept = false;
        } else if (kind == BLOCK_LARGE) {
            live += sweep_large(i);
            swept = false;
        } else {
            open = swept ? open : is_entered(block);
            live += sweep_small(i, &open);
            swept = true;
        }
    }
    return live;
}

static size_t next_part; /* block; atomic */

/* Whoever sweeps the part before may be late. */
static void look_at_parts(void)
{
    for (size_t i = 0; i < heap.size >> BLOCK_SHIFT; i += PART) {
        Block *block = &heap.blocks[i];
        if (block->flags & BLOCK_CROSSED) {
            const void *object = heap_object_around(block_start(i));
            if (!object || !heap_is_marked(object))
                block->flags |= BLOCK_LEFT;
        }
    }
}

static void sweep_parts(Marker *marker)
{
    (void)marker;
    size_t n = heap.size >> BLOCK_SHIFT, i;
    while ((i = __atomic_fetch_add(&next_part, PART, __ATOMIC_RELAXED)) < n)
        __atomic_fetch_add(&heap.live, sweep_blocks(i, i + PART < n ? i + PART : n),
                           __ATOMIC_RELAXED);
}

void sweep(void)
{
    next_part = 0;
    look_at_parts();
    markers_run(!heap.poison && markers_worth(heap.full ? heap.size : heap.taken),
                sweep_parts);
    heap.taken = 0;
    heap_rewind();
    gap_rewind();
}

/* The first granule from `at` on that is occupied; BLOCK_GRANULES: none. */
static size_t next_occupied(const uint64_t *occupied, size_t at)
{
    uint64_t seen = ~(uint64_t)0 << at % LINE;
    for (size_t i = at / LINE; i < LINES; i++, seen = ~(uint64_t)0) {
        uint64_t bits = occupied[i] & seen;
        if (bits)
            return i * LINE + (size_t)__builtin_ctzl(bits);
    }
    return BLOCK_GRANULES;
}

/* The first one from `at` on where a hole is, or goes on. */
static size_t next_hole(const uint64_t *occupied, size_t at, unsigned least)
{
    uint64_t seen = ~(uint64_t)0 << at % LINE;
    for (size_t i = at / LINE; i < LINES; i++, seen = ~(uint64_t)0) {
        uint64_t bits = holes_of(occupied[i], line_after(occupied, i), least) & seen;
        if (bits)
            return i * LINE + (size_t)__builtin_ctzl(bits);
    }
    return BLOCK_GRANULES;
}

bool sweep_find_hole(int32_t block, const char *from, size_t need, bool tight,
                     Hole *hole)
{
    const uint64_t *occupied = sweep_occupied((size_t)block);
    char *start = block_start((size_t)block);
    unsigned least = tight ? LEAST_TIGHT : LEAST_HOLE;
    size_t at = (size_t)(from - start) >> GRANULE_SHIFT, end;
    for (; (at = next_hole(occupied, at, least)) < BLOCK_GRANULES; at = end) {
        end = next_occupied(occupied, at);
        if ((end - at) << GRANULE_SHIFT >= need) {
            *hole = (Hole){start + (at << GRANULE_SHIFT),
                           start + (end << GRANULE_SHIFT), block};
            return true;
        }
    }
    return false;
}
