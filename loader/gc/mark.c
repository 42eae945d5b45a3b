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
#include "loader/gc/markers_private.h"
#include "loader/gc/object.h"

/* Of the thread that collects; it has all roots. */
static Marker *const own = &markers[0];

/* -- marks --------------------------------------------------------------------- */

/* Two markers may both be told that they were first: each follows the object then. */
static inline bool mark(uint8_t *meta)
{
    uint8_t old = __atomic_load_n(meta, __ATOMIC_RELAXED);
    if (old & heap.mark)
        return false;
    __atomic_store_n(meta, (uint8_t)((old & ~META_MARKS) | heap.mark),
                     __ATOMIC_RELAXED);
    return true;
}

static inline void push(Marker *m, void *object)
{
    if (heap_offset(object) < heap.size)
        m->stack[m->n++] = object;
}

void mark_object(void *object)
{
    push(own, object);
}

void mark_alone(void *object)
{
    if (heap_is_object(object))
        mark(meta_of(object));
}

/* Any word may lead to an object, or into it. Other threads' stacks are words of this
 * one's alone to read. */
__attribute__((no_sanitize("address"))) static void push_range(Marker *m, void *low,
                                                               void *high)
{
    void **at = (void **)(((uintptr_t)low + 7) & ~(uintptr_t)7);
    for (; (char *)(at + 1) <= (char *)high; at++) {
        void *object = heap_object_around(*at);
        if (object && !heap_is_marked(object))
            m->stack[m->n++] = object;
    }
}

void mark_range(void *low, void *high)
{
    push_range(own, low, high);
}

/* -- what an object leads to --------------------------------------------------- */

static void follow_map(Marker *m, void **words, const Type *type)
{
    for (uint32_t i = 0; i < type->ref_words; i++)
        if (type->ref_map[i / 64] >> (i % 64) & 1)
            push(m, words[i]);
}

static void follow_fields(Marker *m, Object *object, const VTable *vtable)
{
    void **words = (void **)object;
    if (!vtable->gc_descr) {
        follow_map(m, type_is_valuetype(vtable->type) ? object_value(object) : words,
                   vtable->type);
        return;
    }
    for (uint64_t bits = vtable->gc_descr; bits; bits &= bits - 1)
        push(m, words[__builtin_ctzl(bits)]);
}

static void follow_refs(Marker *m, Array *array)
{
    void **element = (void **)(void *)array_data(array);
    for (uint32_t i = 0; i < array->length; i++)
        push(m, element[i]);
}

static void follow_elements(Marker *m, Array *array, const VTable *vtable)
{
    for (uint32_t i = 0; i < array->length; i++)
        follow_map(m,
                   (void **)(void *)(array_data(array) + (size_t)i * vtable->elem_size),
                   vtable->elem);
}

static void follow_words(Marker *m, void *object)
{
    push_range(m, object, (char *)object + heap_object_size(object));
}

static void follow(Marker *m, void *p, uint8_t meta)
{
    if (meta & (META_WORDS | META_ATOMIC)) {
        if (meta & META_WORDS)
            follow_words(m, p);
        return;
    }
    Object *object = p;
    const VTable *vtable = object->vtable;
    switch ((GcKind)vtable->gc_kind) {
    case GC_KIND_ATOMIC:
    case GC_KIND_EPHEMERONS: /* ephemeron.c marks these when all else is marked */
        return;
    case GC_KIND_WORDS:
        follow_words(m, p);
        return;
    case GC_KIND_FIELDS:
        follow_fields(m, object, vtable);
        return;
    case GC_KIND_REFS:
        follow_refs(m, (Array *)object);
        return;
    case GC_KIND_ELEMENTS:
        follow_elements(m, (Array *)object, vtable);
        return;
    }
}

/* What is no object after all (a stale number) has no start here. */
static void visit(Marker *m, void *p)
{
    uint8_t *meta = meta_of(p);
    if (*meta & META_START && !((uintptr_t)p & (GRANULE - 1)) && mark(meta))
        follow(m, p, *meta);
}

void marker_follow(Marker *m)
{
    enum { AHEAD = 16 };
    void *queue[AHEAD] = {NULL};
    for (unsigned i = 0, empty = 0; empty < AHEAD; i++) {
        void **place = &queue[i % AHEAD], *p = *place;
        if (p)
            visit(m, p);
        if (m->n > SHARE_FROM)
            marker_share(m);
        empty = m->n ? 0 : empty + 1;
        *place = m->n ? m->stack[--m->n] : NULL;
        if (*place) {
            __builtin_prefetch(meta_of(*place), 1);
            __builtin_prefetch(*place);
        }
    }
}

void mark_follow(void)
{
    markers_run();
}

void mark_reachable(void *object)
{
    mark_object(object);
    marker_follow(own);
}
