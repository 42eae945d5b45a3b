/* alloc.c - how threads get memory for objects.
 *
 * A thread allocates by moving a cursor through a hole of a block that it owns: between
 * objects that live, or a whole block. Objects of more than MEDIUM bytes come from
 * whole blocks only, or holes that are too small for them would be given up; larger
 * ones lie across blocks (gap.c), and the largest have blocks of their own. Holes in
 * which few objects fit are used when the heap would become larger than it has to be.
 * What a thread leaves when it ends is for others until the next collection.
 *
 * A thread may be stopped at any instruction here. An object exists from the moment
 * when its first granule's META_START is set: then its end is marked, its vtable is
 * there, and all else is zero. The cursor moves last. What lies behind a cursor belongs
 * to the thread, not to the collector: no collection looks for holes there, nor forgets
 * an object that the thread is about to have.
 */
#include "loader/gc/gc_private.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/mem.h"
#include "loader/gc/object.h"

enum {
    MEDIUM = GC_FAST_MOST,
    KERNEL_CLEARS = 256 << 10, /* bytes from which on fresh pages are cheaper */
    HEADROOM_UP_TO = 64 << 10,
    SPARES = 64,
    LEAST_SPARE = 1 << 10,
};

__thread GcThread gc_thread = {.small = {.block = NO_BLOCK},
                               .medium = {.block = NO_BLOCK}};

static inline size_t rounded(size_t size)
{
    return (size + GRANULE - 1) & ~(size_t)(GRANULE - 1);
}

/* -- holes; under the lock but for the next one --------------------------------- */

static uint64_t used_by(const GcThread *t)
{
    return t->allocated - (uint64_t)(t->small.limit - t->small.cursor) -
           (uint64_t)(t->medium.limit - t->medium.cursor);
}

/* A thread that is stopped between two holes seems to have used less than it has. */
void holes_charge(GcThread *thread)
{
    uint64_t used = used_by(thread);
    if (used <= thread->charged)
        return;
    heap.taken += used - thread->charged;
    thread->charged = used;
}

/* What is left of it is given up. */
static void hole_end(const Hole *hole)
{
    gc_thread.allocated -= (uint64_t)(hole->limit - hole->cursor);
}

static void hole_leave(Hole *hole)
{
    holes_charge(&gc_thread);
    hole_end(hole);
    if (hole->block != NO_BLOCK)
        heap.blocks[hole->block].flags &= (uint8_t)~BLOCK_OWNED;
    *hole = (Hole){.block = NO_BLOCK};
}

/* What threads that ended had left, for others until the next collection. */
typedef struct Spares {
    Hole holes[SPARES];
    uint32_t n;
} Spares;

static Spares spare_small, spare_medium;

static void hole_spare(Hole *hole, Spares *spares)
{
    size_t left = (size_t)(hole->limit - hole->cursor);
    holes_charge(&gc_thread);
    if (left >= LEAST_SPARE && spares->n < SPARES) {
        hole_end(hole);
        spares->holes[spares->n++] = *hole;
        *hole = (Hole){.block = NO_BLOCK};
    } else {
        heap.taken += left;
        hole_leave(hole);
    }
}

void holes_drop(GcThread *thread)
{
    hole_spare(&thread->small, &spare_small);
    hole_spare(&thread->medium, &spare_medium);
}

static void forget(Spares *spares)
{
    while (spares->n)
        heap.blocks[spares->holes[--spares->n].block].flags &= (uint8_t)~BLOCK_OWNED;
}

void holes_forget_spares(void)
{
    forget(&spare_small);
    forget(&spare_medium);
}

/* A thread that is stopped in here has no hole, or one that is all zero. */
static void hole_enter(Hole *hole, const Hole *found, bool clean)
{
    size_t size = (size_t)(found->limit - found->cursor);
    if (!clean)
        memset(found->cursor, 0, size);
    hole_end(hole);
    __atomic_store_n(&hole->limit, hole->cursor, __ATOMIC_RELEASE);
    __atomic_store_n(&hole->block, found->block, __ATOMIC_RELEASE);
    __atomic_store_n(&hole->cursor, found->cursor, __ATOMIC_RELEASE);
    __atomic_store_n(&hole->limit, found->limit, __ATOMIC_RELEASE);
    gc_thread.allocated += size;
}

/* In the block that the thread is in: it is nobody else's. Without the lock. */
static bool enter_next(Hole *hole, size_t size)
{
    Hole found;
    if (hole->block == NO_BLOCK ||
        !sweep_find_hole(hole->block, hole->limit, size,
                         heap.blocks[hole->block].flags & BLOCK_TIGHT, &found))
        return false;
    hole_enter(hole, &found, false);
    return true;
}

static void block_own(int32_t index, uint8_t tight)
{
    uint8_t *flags = &heap.blocks[index].flags;
    *flags = (*flags & BLOCK_CROSSED) | BLOCK_OWNED | BLOCK_YOUNG | tight;
}

static bool enter_spare(Hole *hole, size_t size)
{
    Spares *spares = hole == &gc_thread.small ? &spare_small : &spare_medium;
    if (!spares->n)
        return false;
    Hole found = spares->holes[spares->n - 1];
    if ((size_t)(found.limit - found.cursor) < size)
        return false;
    spares->n--;
    hole_leave(hole);
    hole_enter(hole, &found, true);
    return true;
}

static bool enter_free(Hole *hole)
{
    int32_t index = heap_take_block();
    if (index == NO_BLOCK)
        return false;
    Hole whole = {block_start((size_t)index), block_start((size_t)index + 1), index};
    bool clean = heap.blocks[index].flags & BLOCK_CLEAN;
    hole_leave(hole);
    block_own(index, 0);
    hole_enter(hole, &whole, clean);
    return true;
}

static bool enter_hole_of(Hole *hole, int32_t index, size_t size, uint8_t tight)
{
    Hole found;
    if (!sweep_find_hole(index, block_start((size_t)index), size, tight, &found))
        return false;
    hole_leave(hole);
    block_own(index, tight);
    hole_enter(hole, &found, false);
    return true;
}

static bool enter_recycled(Hole *hole, size_t size)
{
    int32_t index;
    while ((index = heap_take_recycled()) != NO_BLOCK)
        if (enter_hole_of(hole, index, size, 0))
            return true;
    return false;
}

/* Where objects died one by one, among others that live. */
static bool enter_tight(Hole *hole, size_t size)
{
    int32_t index;
    while ((index = heap_take_tight()) != NO_BLOCK)
        if (enter_hole_of(hole, index, size, BLOCK_TIGHT))
            return true;
    return false;
}

static bool refill(Hole *hole, size_t size)
{
    bool small = hole == &gc_thread.small;
    return enter_spare(hole, size) || (small && enter_recycled(hole, size)) ||
           enter_free(hole) ||
           (small && heap.size >= heap.enough && enter_tight(hole, size)) ||
           (heap_grow(GROW_STEP) && enter_free(hole));
}

/* -- large objects; under the lock --------------------------------------------- */

static void clear(char *p, size_t size)
{
    if (size < KERNEL_CLEARS || madvise(p, size, MADV_DONTNEED))
        memset(p, 0, size);
}

static bool run_is_clean(int32_t first, uint32_t n)
{
    bool clean = true;
    for (uint32_t i = 0; i < n; i++) {
        clean = clean && heap.blocks[(uint32_t)first + i].flags & BLOCK_CLEAN;
        heap.blocks[(uint32_t)first + i].flags = 0;
    }
    return clean;
}

static void *take_large(size_t size, VTable *vtable, uint8_t bits)
{
    if (size > heap.room)
        return NULL;
    uint32_t n = (uint32_t)((size + BLOCK_SIZE - 1) >> BLOCK_SHIFT);
    int32_t first = heap_take_run(n);
    if (first == NO_BLOCK && heap_grow((size_t)n << BLOCK_SHIFT))
        first = heap_take_run(n);
    if (first == NO_BLOCK)
        return NULL;
    char *p = block_start((size_t)first);
    if (!run_is_clean(first, n))
        clear(p, size);
    gc_thread.allocated += size;
    holes_charge(&gc_thread);
    heap.blocks[first].flags = BLOCK_YOUNG;
    if (vtable)
        *(VTable **)(void *)p = vtable;
    __atomic_store_n(meta_of(p), META_START | bits, __ATOMIC_RELEASE);
    return p;
}

/* -- one that does not fit ----------------------------------------------------- */

static void *take_locked(Hole *hole, size_t size, VTable *vtable, uint8_t bits)
{
    if (size > LARGEST_SMALL)
        return size > LARGEST_GAP ? take_large(size, vtable, bits)
                                  : gap_take(size, vtable, bits);
    return refill(hole, size) ? hole_take(hole, size, vtable, bits) : NULL;
}

/* With the world going on, most of the memory may have become garbage since there was
 * none left. */
static void *take_slow(Hole *hole, size_t size, VTable *vtable, uint8_t bits)
{
    if (size <= LARGEST_SMALL && hole == &gc_thread.small && enter_next(hole, size))
        return hole_take(hole, size, vtable, bits);
    gc_lock();
    collect_due();
    void *p = take_locked(hole, size, vtable, bits);
    if (!p && !gc_thread.essential) {
        gc_wipe_stack();
        collect_locked(true);
        p = take_locked(hole, size, vtable, bits);
    }
    gc_unlock();
    if (!p && !gc_thread.essential && size <= HEADROOM_UP_TO)
        mem_give_up();
    finalizer_notify();
    return p;
}

static inline void *take(size_t size, VTable *vtable, uint8_t bits)
{
    if (__builtin_expect(size > SIZE_MAX / 2, 0))
        return NULL;
    size_t words = (size + 7) & ~(size_t)7;
    size = rounded(size ? size : 1);
    gc_thread.slack += size - words;
    Hole *hole = size > MEDIUM && !hole_fits(&gc_thread.small, size) ? &gc_thread.medium
                                                                     : &gc_thread.small;
    if (__builtin_expect(size <= LARGEST_SMALL && hole_fits(hole, size), 1))
        return hole_take(hole, size, vtable, bits);
    return take_slow(hole, size, vtable, bits);
}

__attribute__((noinline)) void gc_wipe_stack(void)
{
    enum { DEEPEST = 32 << 10 };
    char *room = __builtin_alloca(DEEPEST);
    memset(room, 0, DEEPEST);
    __asm__ volatile("" : : "r"(room) : "memory");
}

/* -- for the runtime ----------------------------------------------------------- */

Object *gc_alloc_sized(VTable *vtable, size_t size)
{
    if (__builtin_expect(stress_counts(), 0))
        stress_allocation();
    Object *object = take(size, vtable, 0);
    if (object && vtable->flags & VTABLE_HAS_FINALIZER)
        gc_register_finalizer(object);
    return object;
}

Object *gc_alloc_object(VTable *vtable)
{
    return gc_alloc_sized(vtable, vtable->base_size);
}

Object *gc_alloc_scanned(VTable *vtable, size_t size)
{
    return take(size, vtable, META_WORDS);
}

void *gc_alloc(size_t size)
{
    return take(size, NULL, META_WORDS);
}

void *gc_alloc_atomic(size_t size)
{
    return take(size, NULL, META_ATOMIC);
}

uint64_t gc_allocated_here(void)
{
    return used_by(&gc_thread) - gc_thread.slack;
}
