/* gc_private.h - what the files of the collector share.
 *
 * heap.c     address space, blocks, what is known of each granule
 * barrier.h  which parts of the heap were written to (public)
 * cards.c    what old objects in these parts refer to
 * new.h      how threads get memory for most objects, alloc.c for the others,
 * gap.c      of them for those of about a block's size
 * roots.c    where references lie outside the heap
 * stop.c     threads: who they are, how they are stopped
 * mark.c     what lives
 * markers.c  threads that find that out together
 * sweep.c    what is free again
 * verify.c   has nothing been missed?
 * stress.c   collections where nobody expects them
 * collect.c  the order of a collection
 * budget.c   when there is one, and how large the heap may become
 * region.c   when there is none, because the program said so
 * notice.c   programs that want to know of full ones
 * idle.c     memory goes back
 */
#ifndef LOADER_GC_PRIVATE_H
#define LOADER_GC_PRIVATE_H

#include <pthread.h>

#include "loader/gc/barrier.h"
#include "loader/gc/gc.h"
#include "loader/gc/new.h"

/* VTable.gc_kind: which words of an object are references. */
typedef enum GcKind {
    GC_KIND_ATOMIC,   /* none */
    GC_KIND_WORDS,    /* any may be one, or a number that looks like it */
    GC_KIND_FIELDS,   /* those of VTable.gc_descr, bit i for word i; 0: the type says */
    GC_KIND_REFS,     /* all elements of an array */
    GC_KIND_ELEMENTS, /* of each element those that its type says */
    GC_KIND_EPHEMERONS,
} GcKind;

/* -- heap.c -------------------------------------------------------------------- */

enum {
    BLOCK_SHIFT = 16,
    BLOCK_SIZE = 1 << BLOCK_SHIFT,
    BLOCK_GRANULES = BLOCK_SIZE / GRANULE,
    GROW_STEP = 2 << 20, /* what the heap grows by, at least: a huge page */
    LINE = 64,           /* granules: a bit each of a word of Heap.occupied */
    LINES = BLOCK_GRANULES / LINE,
    LARGEST_SMALL = 32 << 10, /* bytes; larger objects lie across blocks */
    LARGEST_GAP = 256 << 10,  /* bytes; larger ones have blocks of their own */
    NO_BLOCK = -1,
};

typedef enum BlockKind {
    BLOCK_FREE,
    BLOCK_SMALL, /* objects of up to LARGEST_GAP */
    BLOCK_LARGE, /* the first one of a larger object */
    BLOCK_REST,  /* the others */
} BlockKind;

typedef struct Block {
    uint8_t kind;
    uint8_t flags;
    uint32_t n; /* small: granules that lived when it was swept; large: how many blocks;
                 * rest: how far back the first one is */
} Block;

enum {
    BLOCK_CLEAN = 1,    /* free, and all its bytes are zero */
    BLOCK_OWNED = 2,    /* a thread allocates in it */
    BLOCK_HAS_ROOM = 4, /* small: holes were seen when it was swept */
    BLOCK_YOUNG = 8,    /* something was allocated in it since it was swept */
    BLOCK_TIGHT = 16,   /* owned: the smallest holes are used, too */
    BLOCK_GAP = 32,     /* small: many free lines side by side, when it was swept */
    BLOCK_CROSSED = 64, /* small: an object goes on into it from the block before */
    BLOCK_LEFT = 128,   /* and is dead, while blocks are swept; of some */
};

typedef struct Heap {
    char *base;
    size_t size, room; /* bytes in use of what is reserved */
    size_t most;       /* what size may grow to */
    size_t enough;     /* beyond that it grows when the smallest holes are used */
    Block *blocks;
    uint64_t *occupied; /* a bit for each granule of a small block: whether an object
                         * lived there when it was swept */
    uint8_t mark;       /* of this collection, or the last */
    size_t live;        /* bytes that the last collection found */
    size_t taken;       /* bytes that were allocated since then (holes_charge) */
    bool full;          /* this collection */
    size_t budget;      /* so many may be, before the next one */
    size_t full_from;   /* bytes that live, from which on the next one is full */
    bool poison;        /* what is swept is overwritten */
} Heap;

extern Heap heap;

void heap_start(void);
/* More blocks, all clean; false: there is no room. Under the lock, as the next two. */
bool heap_grow(size_t bytes);
int32_t heap_take_block(void);     /* a free one; NO_BLOCK: none */
int32_t heap_take_run(uint32_t n); /* free ones side by side */
int32_t heap_take_recycled(void);  /* a small one with holes */
int32_t heap_take_tight(void);     /* one that is not full, with whatever holes */
void heap_rewind(void);            /* after a sweep: looks from the start again */
/* Gives back what is free, but for so many blocks. */
void heap_release(size_t kept);

/* Others may mark meanwhile. */
static inline uint8_t meta_at(size_t granule)
{
    return __atomic_load_n(&gc_meta[granule], __ATOMIC_RELAXED);
}
static inline uint8_t meta_byte(const void *p)
{
    return __atomic_load_n(meta_of(p), __ATOMIC_RELAXED);
}

static inline size_t heap_offset(const void *p)
{
    return (size_t)((const char *)p - heap.base);
}
static inline char *block_start(size_t block)
{
    return heap.base + (block << BLOCK_SHIFT);
}
/* Is it where an object begins? Of any word. */
static inline bool heap_is_object(const void *p)
{
    size_t offset = heap_offset(p);
    return offset < heap.size && !(offset & (GRANULE - 1)) &&
           meta_at(offset >> GRANULE_SHIFT) & META_START;
}
/* The object around an address, or NULL. Of any word. */
void *heap_object_around(const void *p);
/* Bytes of one, rounded up as it was allocated. */
size_t heap_object_size(const void *object);

static inline bool heap_is_marked(const void *object)
{
    return meta_byte(object) & heap.mark;
}
/* Of an object, once all that lives is marked. */
static inline bool object_is_dead(const void *object)
{
    return object && heap_is_object(object) && !heap_is_marked(object);
}

/* -- alloc.c ------------------------------------------------------------------- */

extern GcThread *gc_threads; /* under the lock */

/* Adds to heap.taken what its objects have taken since the last time; under the lock.
 */
void holes_charge(GcThread *thread);
void holes_drop(GcThread *thread); /* it allocates no more; under the lock */
void holes_forget_spares(void);    /* of threads that ended; the world is stopped */

/* -- gap.c; under the lock ----------------------------------------------------- */

/* size: whole granules, more than LARGEST_SMALL and at most LARGEST_GAP. NULL: there is
 * no room. */
void *gap_take(size_t size, VTable *vtable, uint8_t bits);
void gap_rewind(void); /* after a sweep: looks from the start again */

/* -- stress.c ------------------------------------------------------------------ */

void stress_start(const char *wanted);
bool stress_counts(void); /* allocations: then each is told of */
void stress_allocation(void);

/* -- stop.c -------------------------------------------------------------------- */

void gc_lock(void);
void gc_unlock(void);
void stop_start(void);
/* All other threads, with the lock held. Nothing in between may allocate or log. */
void stop_world(void);
void start_world(void);
/* Calls visit(low, high) for the stacks of all threads. */
void stacks_visit(void visit(void *low, void *high));

/* -- roots.c ------------------------------------------------------------------- */

void roots_mark(void);

void mark_start(void); /* before the world is stopped */

/* -- mark.c; the world is stopped ---------------------------------------------- */

void mark_range(void *low, void *high); /* any word may lead to an object, or into it */
void mark_stack(void *low, void *high); /* the same, and what it finds is kept */
void mark_object(void *object);         /* NULL and what is no object are ignored */
/* All that was marked, to its end; of the young, what old objects lead to, too. */
void mark_follow(bool full);
void mark_reachable(void *object); /* both */
void mark_alone(void *object);     /* and not what it leads to */
void mark_end(void);

/* -- cards.c; the world is stopped --------------------------------------------- */

/* The object around an address, or the part of it near there if it is large, is
 * followed at this collection and the next. */
void cards_keep(void *object, void *address);
void cards_keep_all(void *object); /* all of it, large or not */
void cards_start(bool full);
void cards_end(void); /* they have been gone through */

/* -- sweep.c ------------------------------------------------------------------- */

void sweep(void);
uint64_t *sweep_occupied(size_t block); /* its LINES words of heap.occupied */
/* The next hole of a small block, of `need` bytes at least, at or behind `from`; small
 * ones if it is tight. False: none. */
bool sweep_find_hole(int32_t block, const char *from, size_t need, bool tight,
                     Hole *hole);

/* -- collect.c ----------------------------------------------------------------- */

void collect_locked(bool full);
void collect_due(void); /* if it is; under the lock */
bool collect_next_is_full(void);
void collect_start(void);

/* -- region.c, notice.c; under the lock ---------------------------------------- */

void region_check(uint64_t allocated); /* so many bytes since the start */
void notice_give(bool full);           /* after a collection that was due */

/* -- budget.c ------------------------------------------------------------------ */

void budget_start(void);
void budget_limit(void); /* once, when the heap is about to grow */
/* Of the bytes that were taken before a collection of the young so many live. */
void budget_learn(size_t taken, size_t lived);
void budget_set(bool full); /* after a collection */
void budget_take_reserve_back(void);

/* -- idle.c -------------------------------------------------------------------- */

void idle_notify(void); /* after a collection */

/* -- verify.c ------------------------------------------------------------------ */

void verify_young(void); /* once they are marked */

/* -- ephemeron.c, slots.c, finalizable.c; with the world stopped --------------- */

void ephemerons_mark_end(void); /* marks are complete but these */
bool ephemeron_mark_value(Object *key, Object *value); /* true: marked one more */
void slots_mark_strong(void);
void slots_clear_dead(GcSlotKind kind);
bool pairs_mark_values(void); /* true: marked one more */
void pairs_clear_dead(void);

void finalizables_mark_dead(bool full);
void finalizables_keep_blocks(void);
void finalizables_mark_ready(void);

/* run(object, data) once when the object is garbage; replaces what was registered. */
typedef void FinalizableRun(void *object, void *data);
void finalizable_register(void *object, FinalizableRun *run, void *data);
void finalizable_register_block(void *block, FinalizableRun *run, void *data);
void finalizable_forget(void *object);
bool finalizable_has_news(void); /* once: since it was last asked, some became ready */
bool finalizable_is_ready(void);
bool finalizable_run_next(void);       /* false: nothing is ready */
bool finalizable_make_all_ready(void); /* false: there were none */

void finalizer_start(const GcRuntime *runtime);
void finalizer_notify(void); /* a collection may have been; with no lock held */
void finalizer_add_call(GcCall *call); /* of which finalizer_notify tells */

/* Below the caller's frame. Who waits or collects there does so in frames that do not
 * write all of their words: what lay in them would keep objects alive. */
void gc_wipe_stack(void);

#endif
