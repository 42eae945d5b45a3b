/* mark.c - what lives.
 *
 * Objects that were marked and not yet followed lie on a stack of their own. Words of
 * which it is not known whether they are references may lead into an object; a
 * reference in an object leads to where one begins.
 */
#include "loader/gc/gc_private.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "common/base/mem.h"
#include "loader/gc/object.h"

static void **stack;
static size_t n_stack, room;

enum { KEEP = 64 << 10 }; /* entries whose memory stays between collections */

/* As many as there may be references: pages that are not used cost nothing. */
void mark_start(void)
{
    size_t wanted = heap.size / 8 + 4096;
    if (wanted <= room)
        return;
    if (stack)
        munmap(stack, room * sizeof *stack);
    room = heap.room / 8;
    while ((stack = mmap(NULL, room * sizeof *stack, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) ==
           MAP_FAILED) {
        stack = NULL;
        if (room / 2 < wanted)
            mem_end(room * sizeof *stack);
        room /= 2;
    }
    madvise(stack, room * sizeof *stack, MADV_HUGEPAGE);
}

void mark_end(void)
{
    if (room > KEEP)
        madvise(stack + KEEP, (room - KEEP) * sizeof *stack, MADV_DONTNEED);
}

/* -- marks --------------------------------------------------------------------- */

static inline bool mark(uint8_t *meta)
{
    if (*meta & heap.mark)
        return false;
    *meta = (uint8_t)((*meta & ~META_MARKS) | heap.mark);
    return true;
}

void mark_object(void *object)
{
    if (heap_offset(object) < heap.size)
        stack[n_stack++] = object;
}

void mark_alone(void *object)
{
    if (heap_is_object(object))
        mark(meta_of(object));
}

static inline void mark_word(void *word)
{
    void *object = heap_object_around(word);
    if (object && !(*meta_of(object) & heap.mark))
        stack[n_stack++] = object;
}

/* Other threads' stacks are words of this one's alone to read. */
__attribute__((no_sanitize("address"))) void mark_range(void *low, void *high)
{
    void **at = (void **)(((uintptr_t)low + 7) & ~(uintptr_t)7);
    for (; (char *)(at + 1) <= (char *)high; at++)
        mark_word(*at);
}

/* -- what an object leads to --------------------------------------------------- */

static void follow_map(void **words, const Type *type)
{
    for (uint32_t i = 0; i < type->ref_words; i++)
        if (type->ref_map[i / 64] >> (i % 64) & 1)
            mark_object(words[i]);
}

static void follow_fields(Object *object, const VTable *vtable)
{
    void **words = (void **)object;
    if (!vtable->gc_descr) {
        follow_map(type_is_valuetype(vtable->type) ? object_value(object) : words,
                   vtable->type);
        return;
    }
    for (uint64_t bits = vtable->gc_descr; bits; bits &= bits - 1)
        mark_object(words[__builtin_ctzl(bits)]);
}

static void follow_refs(Array *array)
{
    void **element = (void **)(void *)array_data(array);
    for (uint32_t i = 0; i < array->length; i++)
        mark_object(element[i]);
}

static void follow_elements(Array *array, const VTable *vtable)
{
    for (uint32_t i = 0; i < array->length; i++)
        follow_map((void **)(void *)(array_data(array) + (size_t)i * vtable->elem_size),
                   vtable->elem);
}

static void follow_words(void *object)
{
    mark_range(object, (char *)object + heap_object_size(object));
}

static void follow(void *p, uint8_t meta)
{
    if (meta & (META_WORDS | META_ATOMIC)) {
        if (meta & META_WORDS)
            follow_words(p);
        return;
    }
    Object *object = p;
    const VTable *vtable = object->vtable;
    switch ((GcKind)vtable->gc_kind) {
    case GC_KIND_ATOMIC:
    case GC_KIND_EPHEMERONS: /* ephemeron.c marks these when all else is marked */
        return;
    case GC_KIND_WORDS:
        follow_words(p);
        return;
    case GC_KIND_FIELDS:
        follow_fields(object, vtable);
        return;
    case GC_KIND_REFS:
        follow_refs((Array *)object);
        return;
    case GC_KIND_ELEMENTS:
        follow_elements((Array *)object, vtable);
        return;
    }
}

/* What is no object after all (a stale number) has no start here. */
static void visit(void *p)
{
    uint8_t *meta = meta_of(p);
    if (*meta & META_START && !((uintptr_t)p & (GRANULE - 1)) && mark(meta))
        follow(p, *meta);
}

void mark_follow(void)
{
    enum { AHEAD = 16 };
    void *queue[AHEAD] = {NULL};
    for (unsigned i = 0, empty = 0; empty < AHEAD; i++) {
        void *p = queue[i % AHEAD];
        if (p)
            visit(p);
        empty = n_stack ? 0 : empty + 1;
        queue[i % AHEAD] = n_stack ? stack[--n_stack] : NULL;
        if (queue[i % AHEAD]) {
            __builtin_prefetch(meta_of(queue[i % AHEAD]), 1);
            __builtin_prefetch(queue[i % AHEAD]);
        }
    }
}

void mark_reachable(void *object)
{
    mark_object(object);
    mark_follow();
}
