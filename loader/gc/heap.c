/* heap.c - the address space of the heap.
 *
 * One range is reserved at the start, and made use of from its beginning in steps of
 * GROW_STEP. It consists of blocks of 64 KB: free, with objects of up to LARGEST_GAP,
 * which may go on into the next, or of one larger object. A byte of gc_meta for each
 * granule of 16 bytes says where objects begin and end and which live: objects
 * themselves are not touched to find that out.
 */
#include "loader/gc/gc_private.h"

#include <emmintrin.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/mem.h"

enum {
    FIRST_HEAP = 8 << 20,
};

uint8_t *gc_meta;
Heap heap = {.mark = META_MARK_A};

/* Where to look next; blocks below are known not to be what is looked for. */
static size_t next_free, next_recycled, next_tight, next_run;

/* -- the range ----------------------------------------------------------------- */

static void *reserve(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                   -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* Half of what else a process needs no address space for: stacks, arenas of malloc. */
static size_t part_of(size_t limit)
{
    const size_t others = 192 << 20;
    return (limit > 2 * others ? limit - others : limit / 2) / 2;
}

/* Four times the machine's memory, and a part of what a limit leaves. */
static size_t room_wanted(void)
{
    const size_t least = (size_t)64 << 30, most = (size_t)1 << 40;
    size_t room = (size_t)sysconf(_SC_PHYS_PAGES) * (size_t)sysconf(_SC_PAGESIZE) * 4;
    room = room < least ? least : room > most ? most : room;
    size_t part = part_of(mem_address_space());
    room = room < part ? room : part;
    return room & ~(size_t)(GROW_STEP - 1);
}

static bool use(void *p, size_t bytes)
{
    return !mprotect(p, bytes, PROT_READ | PROT_WRITE);
}

static void unreserve(void *p, size_t bytes)
{
    if (p)
        munmap(p, bytes);
}

/* Bytes of the tables for so much of the heap. */
static size_t marks_for(size_t bytes)
{
    return bytes / GRANULE;
}
static size_t bits_for(size_t bytes)
{
    return bytes / GRANULE / 8;
}
static size_t cards_for(size_t bytes)
{
    return bytes / CARD_SIZE;
}
static size_t blocks_for(size_t bytes)
{
    return bytes / BLOCK_SIZE * sizeof(Block);
}

static bool try_room(size_t room)
{
    char *base = reserve(room + GROW_STEP);
    gc_meta = reserve(marks_for(room));
    heap.occupied = reserve(bits_for(room));
    gc_cards.cards = reserve(cards_for(room));
    heap.blocks = reserve(blocks_for(room));
    if (base && gc_meta && heap.occupied && gc_cards.cards && heap.blocks &&
        use(heap.blocks, blocks_for(room))) {
        heap.base =
            (char *)(((uintptr_t)base + GROW_STEP - 1) & ~(uintptr_t)(GROW_STEP - 1));
        heap.room = room;
        gc_cards.base = heap.base;
        gc_cards.room = room;
        return true;
    }
    unreserve(base, room + GROW_STEP);
    unreserve(gc_meta, marks_for(room));
    unreserve(heap.occupied, bits_for(room));
    unreserve(gc_cards.cards, cards_for(room));
    unreserve(heap.blocks, blocks_for(room));
    return false;
}

void heap_start(void)
{
    size_t room = room_wanted();
    while (!try_room(room)) {
        room = room / 2 & ~(size_t)(GROW_STEP - 1);
        if (room < 2 * FIRST_HEAP)
            mem_end(FIRST_HEAP);
    }
    heap.most = heap.room - FIRST_HEAP; /* budget.c lets the runtime have that */
    if (!heap_grow(FIRST_HEAP))
        mem_end(FIRST_HEAP);
}

bool heap_grow(size_t bytes)
{
    static bool limited;
    if (heap.size && !limited) {
        limited = true;
        budget_limit();
    }
    bytes = (bytes + GROW_STEP - 1) & ~(size_t)(GROW_STEP - 1);
    size_t left = (heap.most < heap.room ? heap.most : heap.room);
    if (heap.size > left || bytes > left - heap.size)
        return false;
    char *at = heap.base + heap.size;
    if (!use(at, bytes) || !use(gc_meta + marks_for(heap.size), marks_for(bytes)) ||
        !use((char *)heap.occupied + bits_for(heap.size), bits_for(bytes)) ||
        !use(gc_cards.cards + cards_for(heap.size), cards_for(bytes)))
        return false;
    if (heap.size) { /* most of the first part is never touched by small programs */
        madvise(at, bytes, MADV_HUGEPAGE);
        mem_populate(gc_meta + marks_for(heap.size), marks_for(bytes), true);
    }
    size_t first = heap.size >> BLOCK_SHIFT;
    for (size_t i = 0; i < bytes >> BLOCK_SHIFT; i++)
        heap.blocks[first + i] = (Block){.kind = BLOCK_FREE, .flags = BLOCK_CLEAN};
    heap.size += bytes;
    return true;
}

/* -- blocks -------------------------------------------------------------------- */

static size_t n_blocks(void)
{
    return heap.size >> BLOCK_SHIFT;
}

void heap_rewind(void)
{
    next_free = next_recycled = next_tight = next_run = 0;
}

/* All of it is about to be used. */
static void populate(size_t i)
{
    if (i < FIRST_HEAP >> BLOCK_SHIFT && heap.blocks[i].flags & BLOCK_CLEAN) {
        mem_populate(block_start(i), BLOCK_SIZE, true);
        mem_populate(meta_of(block_start(i)), BLOCK_GRANULES, true);
    }
}

int32_t heap_take_block(void)
{
    for (; next_free < n_blocks(); next_free++)
        if (heap.blocks[next_free].kind == BLOCK_FREE) {
            heap.blocks[next_free].kind = BLOCK_SMALL;
            heap.blocks[next_free].n = 0;
            populate(next_free);
            return (int32_t)next_free++;
        }
    return NO_BLOCK;
}

int32_t heap_take_recycled(void)
{
    for (; next_recycled < n_blocks(); next_recycled++) {
        const Block *block = &heap.blocks[next_recycled];
        if (block->kind == BLOCK_SMALL &&
            (block->flags & (BLOCK_HAS_ROOM | BLOCK_OWNED)) == BLOCK_HAS_ROOM) {
            return (int32_t)next_recycled++;
        }
    }
    return NO_BLOCK;
}

int32_t heap_take_tight(void)
{
    enum { FULL = BLOCK_GRANULES - BLOCK_GRANULES / 16 };
    for (; next_tight < n_blocks(); next_tight++) {
        const Block *block = &heap.blocks[next_tight];
        if (block->kind == BLOCK_SMALL && block->n < FULL &&
            !(block->flags & (BLOCK_OWNED | BLOCK_YOUNG)))
            return (int32_t)next_tight++;
    }
    return NO_BLOCK;
}

static void run_take(size_t first, uint32_t n)
{
    heap.blocks[first].kind = BLOCK_LARGE;
    heap.blocks[first].n = n;
    for (uint32_t i = 1; i < n; i++) {
        heap.blocks[first + i].kind = BLOCK_REST;
        heap.blocks[first + i].n = i;
    }
}

int32_t heap_take_run(uint32_t n)
{
    size_t found = 0;
    for (size_t i = next_run; i < n_blocks(); i++) {
        found = heap.blocks[i].kind == BLOCK_FREE ? found + 1 : 0;
        if (found == n) {
            next_run = i + 1;
            run_take(i + 1 - n, n);
            return (int32_t)(i + 1 - n);
        }
    }
    return NO_BLOCK;
}

static bool is_dirty(size_t i)
{
    return heap.blocks[i].kind == BLOCK_FREE && !(heap.blocks[i].flags & BLOCK_CLEAN);
}

static size_t dirty_blocks(void)
{
    size_t n = 0;
    for (size_t i = 0; i < n_blocks(); i++)
        n += is_dirty(i);
    return n;
}

void heap_release(size_t kept)
{
    size_t dirty = dirty_blocks();
    for (size_t end = n_blocks(); dirty > kept && end;) {
        size_t i = end;
        while (i && dirty > kept && is_dirty(i - 1)) {
            i--;
            dirty--;
        }
        if (i < end && madvise(block_start(i), (end - i) << BLOCK_SHIFT, MADV_DONTNEED))
            return;
        for (size_t k = i; k < end; k++)
            heap.blocks[k].flags = BLOCK_CLEAN;
        end = i < end ? i : end - 1;
    }
}

/* -- objects ------------------------------------------------------------------- */

/* Sixteen bytes at once, of which others may mark some meanwhile: those that say where
 * objects begin and end stay as they are. */
#define READS_MARKS __attribute__((no_sanitize("thread")))

/* The last granule below `end`, and not below `first`, at which an object begins or
 * ends; `end`: there is none. first: of 16. */
READS_MARKS static size_t last_limit(size_t first, size_t end)
{
    const __m128i limits = _mm_set1_epi8(META_START | META_END),
                  none = _mm_setzero_si128();
    for (size_t at = (end - 1) & ~(size_t)15; at + 16 > first; at -= 16) {
        __m128i bytes = _mm_load_si128((const __m128i *)(const void *)(gc_meta + at));
        uint32_t found = ~(uint32_t)_mm_movemask_epi8(
                             _mm_cmpeq_epi8(_mm_and_si128(bytes, limits), none)) &
                         (end - at < 16 ? (1u << (end - at)) - 1 : 0xffff);
        if (found)
            return at + 31 - (size_t)__builtin_clz(found);
        if (!at)
            break;
    }
    return end;
}

/* Back to the nearest granule that begins or ends an object; the address's own may end
 * the one that it lies in. In blocks before its own, as far as an object may reach. */
static void *small_around(size_t granule)
{
    enum { FARTHEST = LARGEST_GAP / GRANULE };
    size_t at = granule;
    if (!(meta_at(at) & META_START)) {
        size_t block = granule / BLOCK_GRANULES, first = block * BLOCK_GRANULES;
        at = last_limit(first, granule);
        while (at == granule && block && heap.blocks[block - 1].kind == BLOCK_SMALL &&
               granule - first < FARTHEST) {
            size_t end = first;
            block--;
            first -= BLOCK_GRANULES;
            size_t found = last_limit(first, end);
            at = found == end ? granule : found;
        }
        if (at == granule || meta_at(at) & META_END)
            return NULL;
    }
    return heap.base + (at << GRANULE_SHIFT);
}

void *heap_object_around(const void *p)
{
    size_t offset = heap_offset(p);
    if (offset >= heap.size)
        return NULL;
    size_t i = offset >> BLOCK_SHIFT;
    const Block *block = &heap.blocks[i];
    if (block->kind == BLOCK_SMALL)
        return small_around(offset >> GRANULE_SHIFT);
    if (block->kind == BLOCK_FREE)
        return NULL;
    char *start = block_start(block->kind == BLOCK_REST ? i - block->n : i);
    return meta_byte(start) & META_START ? start : NULL;
}

/* The first byte from `meta` on that ends an object; there is one. */
READS_MARKS static const uint8_t *next_end(const uint8_t *meta)
{
    const __m128i end = _mm_set1_epi8(META_END);
    uintptr_t before = (uintptr_t)meta % 16;
    uint32_t seen = 0xffffu << before;
    for (meta -= before;; meta += 16, seen = 0xffff) {
        __m128i bytes = _mm_load_si128((const __m128i *)(const void *)meta);
        uint32_t found = seen & (uint32_t)_mm_movemask_epi8(
                                    _mm_cmpeq_epi8(_mm_and_si128(bytes, end), end));
        if (found)
            return meta + __builtin_ctz(found);
    }
}

size_t heap_object_size(const void *object)
{
    size_t offset = heap_offset(object);
    const Block *block = &heap.blocks[offset >> BLOCK_SHIFT];
    if (block->kind == BLOCK_LARGE)
        return (size_t)block->n << BLOCK_SHIFT;
    enum { FEW = 16 };
    const uint8_t *first = meta_of(object), *last = first;
    while (!(__atomic_load_n(last, __ATOMIC_RELAXED) & META_END))
        last = last < first + FEW ? last + 1 : next_end(last);
    return (size_t)(last + 1 - first) << GRANULE_SHIFT;
}
