/* new.h - objects that fit into the hole that the calling thread allocates from: the
 * way of nearly all, without a call. alloc.c has the others, and says why a thread may
 * be stopped at any instruction of it.
 */
#ifndef LOADER_GC_NEW_H
#define LOADER_GC_NEW_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loader/gc/barrier.h"
#include "loader/gc/object.h"

enum { GRANULE = 1 << GRANULE_SHIFT };

/* A byte of gc_meta says of a granule. An object's mark is the one of the last
 * collection that it has lived through, or none: it is younger. */
enum { /* META_START (layout.h): an object begins here; META_END: one ends here */
       META_MARK_A = 4,
       META_MARK_B = 8,
       META_MARKS = META_MARK_A | META_MARK_B,
       META_WORDS = 16,  /* not an object: a block for C, any word of which may be a
                          * reference */
       META_ATOMIC = 32, /* the same without references */
};
extern uint8_t *gc_meta;

/* Memory that a thread allocates from; all of it is zero. */
typedef struct Hole {
    char *cursor, *limit;
    int32_t block; /* NO_BLOCK: none */
} Hole;

typedef struct GcThread {
    Hole small;
    uint64_t slack; /* bytes that objects were given more than asked for */
    Hole medium;
    uint64_t allocated; /* bytes of holes and of large objects */
    uint64_t charged;   /* of which heap.taken knows; under the lock */
    struct GcThread *next;
    bool registered;
    bool essential;    /* the caller sees a failure */
    bool was_blocked;  /* stop.c's signal, when the thread was registered */
    void *watched_low; /* gc_watch_stack */
    char **watched_top;
    /* stop.c */
    pthread_t id;
    char *stack_low, *stack_base;
    char *stopped_at; /* its stack pointer */
    uint32_t stopped; /* atomic: number of the last stop that it has seen */
} GcThread;

_Static_assert(offsetof(GcThread, small.cursor) == HOLE_CURSOR_OFFSET, "layout.h");
_Static_assert(offsetof(GcThread, small.limit) == HOLE_LIMIT_OFFSET, "layout.h");
_Static_assert(offsetof(GcThread, slack) == HOLE_SLACK_OFFSET, "layout.h");

extern __thread GcThread gc_thread __attribute__((tls_model("initial-exec")));

/* What compiled code finds that by: helpers gc_hole and gc_marks. */
static inline void *gc_hole_value(void)
{
    return (void *)((char *)&gc_thread.small - (char *)__builtin_thread_pointer());
}
static inline void *gc_marks_value(void)
{
    return gc_meta - ((uintptr_t)gc_cards.base >> GRANULE_SHIFT);
}

static inline uint8_t *meta_of(const void *p)
{
    return &gc_meta[(size_t)((const char *)p - gc_cards.base) >> GRANULE_SHIFT];
}

/* size: of whole granules; it fits. bits: META_WORDS, META_ATOMIC or 0. */
static inline void *hole_take(Hole *hole, size_t size, VTable *vtable, uint8_t bits)
{
    char *p = hole->cursor;
    uint8_t *meta = meta_of(p);
    size_t last = (size >> GRANULE_SHIFT) - 1;
    if (vtable)
        __atomic_store_n((VTable **)(void *)p, vtable, __ATOMIC_RELAXED);
    if (last)
        __atomic_store_n(&meta[last], META_END, __ATOMIC_RELEASE);
    __atomic_store_n(meta, META_START | bits | (last ? 0 : META_END), __ATOMIC_RELEASE);
    __atomic_store_n(&hole->cursor, p + size, __ATOMIC_RELEASE);
    return p;
}

static inline bool hole_fits(const Hole *hole, size_t size)
{
    return (size_t)(hole->limit - hole->cursor) >= size;
}

/* NULL: it takes more than that. size: at most GC_FAST_MOST. */
static inline void *gc_new_fast(VTable *vtable, size_t size)
{
    size_t rounded = (size + GRANULE - 1) & ~(size_t)(GRANULE - 1);
    if (!vtable->plain_words || !hole_fits(&gc_thread.small, rounded))
        return NULL;
    gc_thread.slack += rounded - ((size + 7) & ~(size_t)7);
    return hole_take(&gc_thread.small, rounded, vtable, 0);
}

#endif
