/* mark.c - what lives.
 *
 * Objects that were found and not yet marked and followed lie on a stack of their own.
 * Words of which it is not known whether they are references may lead into an object; a
 * reference in an object leads to where one begins.
 *
 * A long array is followed by pieces, with what each leads to in between: so the stack
 * stays as small as the caches are. It has an end where address space is short. What
 * roots lead to is followed before that; what an object leads to is left out then, and
 * all objects that are marked are followed once more when the stack is empty.
 */
#include "loader/gc/gc_private.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "common/base/mem.h"
#include "loader/gc/markers_private.h"
#include "loader/gc/object.h"

/* Of the thread that collects; it has all roots. */
static Marker *const own = &markers[0];

enum {
    REST = 1,    /* a bit of an entry: an array is followed from this address on */
    PIECE = 512, /* elements */
    MANY = 512,  /* entries that are followed before there are more */
};

static bool left_out; /* something was; atomic */

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

/* Of what lies on a full stack only that stays which has no mark, until that is the
 * half of it: so whoever begins again marks more than the time before. */
static __attribute__((noinline)) void push_last(Marker *m, void *object)
{
    if (!m->is_clean) {
        size_t n = 0;
        for (size_t i = 0; i < m->n; i++)
            if (!heap_is_marked(m->stack[i]))
                m->stack[n++] = m->stack[i];
        m->n = n;
        m->is_clean = n > m->room / 2;
    }
    if (m->n < m->room)
        m->stack[m->n++] = object;
    else if (!heap_is_marked(object))
        __atomic_store_n(&left_out, true, __ATOMIC_RELAXED);
}

static inline void push_found(Marker *m, void *object)
{
    if (__builtin_expect(m->n < m->room, 1))
        m->stack[m->n++] = object;
    else
        push_last(m, object);
}

/* Where nothing was allocated nothing is young: the table of blocks is small, that of
 * granules is not. */
static inline void push(Marker *m, void *object)
{
    size_t offset = heap_offset(object);
    if (offset < heap.size &&
        (heap.full || heap.blocks[offset >> BLOCK_SHIFT].flags & BLOCK_YOUNG))
        push_found(m, object);
}

/* Of what is no object, so that nothing of it may be left out: has the stack so much
 * room? */
static void make_room(Marker *m, size_t n)
{
    if (m->room - m->n < n)
        marker_follow(m);
}

void mark_object(void *object)
{
    make_room(own, 1);
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
            push_found(m, object);
    }
}

void mark_range(void *low, void *high)
{
    enum { WORDS = LEAST_STACK / 2 };
    void **at = low, **end = high;
    for (; at < end; at += WORDS) {
        make_room(own, WORDS);
        push_range(own, at, end - at > WORDS ? at + WORDS : end);
    }
}

__attribute__((no_sanitize("address"))) void mark_stack(void *low, void *high)
{
    void **at = (void **)(((uintptr_t)low + 7) & ~(uintptr_t)7);
    for (; (char *)(at + 1) <= (char *)high; at++) {
        void *object = heap_object_around(*at);
        if (!object)
            continue;
        cards_keep(object, *at);
        make_room(own, 1);
        if (!heap_is_marked(object))
            push_found(own, object);
    }
}

/* -- what an object leads to: what lies in [low, high) of it -------------------- */

typedef struct Part {
    char *low, *high;
} Part;

static const Part whole = {NULL, (char *)UINTPTR_MAX};

static inline void push_in(Marker *m, void **at, Part part)
{
    if ((char *)at >= part.low && (char *)at < part.high)
        push(m, *at);
}

static void follow_map(Marker *m, void **words, const Type *type, Part part)
{
    for (uint32_t i = 0; i < type->ref_words; i++)
        if (type->ref_map[i / 64] >> (i % 64) & 1)
            push_in(m, &words[i], part);
}

static inline void follow_fields(Marker *m, Object *object, const VTable *vtable,
                                 Part part)
{
    void **words = (void **)object;
    if (!vtable->gc_descr) {
        follow_map(m, type_is_valuetype(vtable->type) ? object_value(object) : words,
                   vtable->type, part);
        return;
    }
    for (uint64_t bits = vtable->gc_descr; bits; bits &= bits - 1)
        push_in(m, &words[__builtin_ctzl(bits)], part);
}

/* Of the elements those that lie in the part, if only with an end. */
static void elements_in(Array *array, size_t size, Part part, size_t *first,
                        size_t *end)
{
    char *data = (char *)array_data(array);
    *first = part.low <= data ? 0 : (size_t)(part.low - data) / size;
    *end = part.high <= data ? 0 : ((size_t)(part.high - data) + size - 1) / size;
    if (*end > array->length)
        *end = array->length;
}

/* Cuts off what lies behind a piece, for later. */
static size_t piece_end(Marker *m, Array *array, size_t size, size_t first, size_t end)
{
    if (end - first <= PIECE)
        return end;
    push_found(m, (char *)array_data(array) + (first + PIECE) * size + REST);
    return first + PIECE;
}

static void follow_refs(Marker *m, Array *array, Part part)
{
    void **element = (void **)(void *)array_data(array);
    size_t i, end;
    elements_in(array, sizeof *element, part, &i, &end);
    for (end = piece_end(m, array, sizeof *element, i, end); i < end; i++)
        push(m, element[i]);
}

static void follow_elements(Marker *m, Array *array, const VTable *vtable, Part part)
{
    char *data = (char *)array_data(array);
    size_t i, end;
    elements_in(array, vtable->elem_size, part, &i, &end);
    for (end = piece_end(m, array, vtable->elem_size, i, end); i < end; i++)
        follow_map(m, (void **)(void *)(data + i * vtable->elem_size), vtable->elem,
                   part);
}

static void follow_words(Marker *m, void *p, Part part)
{
    char *low = p, *high = low + heap_object_size(p);
    push_range(m, part.low > low ? part.low : low, part.high < high ? part.high : high);
}

static inline void follow_object(Marker *m, Object *object, Part part)
{
    const VTable *vtable = object->vtable;
    switch ((GcKind)vtable->gc_kind) {
    case GC_KIND_ATOMIC:
    case GC_KIND_EPHEMERONS: /* ephemeron.c marks these when all else is marked */
        return;
    case GC_KIND_WORDS:
        follow_words(m, object, part);
        return;
    case GC_KIND_FIELDS:
        follow_fields(m, object, vtable, part);
        return;
    case GC_KIND_REFS:
        follow_refs(m, (Array *)object, part);
        return;
    case GC_KIND_ELEMENTS:
        follow_elements(m, (Array *)object, vtable, part);
        return;
    }
}

/* C stores into its blocks without a word. */
static void follow_block(Marker *m, void *block, Part part)
{
    cards_keep_all(block);
    follow_words(m, block, part);
}

static inline void follow(Marker *m, void *p, uint8_t meta, Part part)
{
    if (meta & META_WORDS)
        follow_block(m, p, part);
    else if (!(meta & META_ATOMIC))
        follow_object(m, p, part);
}

void mark_part(Marker *m, void *object, char *low, char *high)
{
    if (m->n > MANY)
        marker_follow(m);
    make_room(m, LEAST_STACK / 2);
    follow(m, object, meta_byte(object), (Part){low, high});
}

static void visit_rest(Marker *m, char *at)
{
    void *object = heap_object_around(at);
    if (object && heap_is_marked(object))
        follow(m, object, meta_byte(object), (Part){at, whole.high});
}

/* What is no object after all (a stale number) has no start here. */
static void visit(Marker *m, void *p)
{
    if ((uintptr_t)p & REST)
        visit_rest(m, (char *)p - REST);
    else if (meta_byte(p) & META_START && !((uintptr_t)p & (GRANULE - 1)) &&
             mark(meta_of(p)))
        follow(m, p, meta_byte(p), whole);
}

void marker_follow(Marker *m)
{
    enum { AHEAD = 16 };
    void *queue[AHEAD] = {NULL};
    for (unsigned i = 0, empty = 0; empty < AHEAD; i++) {
        void **place = &queue[i % AHEAD], *p = *place;
        if (p)
            visit(m, p);
        if (m->n > SHARE_FROM) {
            m->most = m->n > m->most ? m->n : m->most;
            marker_share(m);
        }
        m->is_clean = false;
        empty = m->n ? 0 : empty + 1;
        *place = m->n ? m->stack[--m->n] : NULL;
        if (*place) {
            __builtin_prefetch(meta_of(*place), 1);
            __builtin_prefetch(*place);
        }
    }
}

static void follow_marked(char *low, char *high)
{
    for (char *at = low; at < high; at += GRANULE) {
        uint8_t meta = meta_byte(at);
        if (!(meta & META_START) || !(meta & heap.mark))
            continue;
        follow(own, at, meta, whole);
        make_room(own, LEAST_STACK / 2);
    }
}

/* Each time there are more of them. */
static void follow_left_out(void)
{
    while (__atomic_exchange_n(&left_out, false, __ATOMIC_RELAXED)) {
        for (size_t i = 0; i < heap.size >> BLOCK_SHIFT; i++)
            if (heap.blocks[i].kind == BLOCK_SMALL)
                follow_marked(block_start(i), block_start(i + 1));
            else if (heap.blocks[i].kind == BLOCK_LARGE)
                follow_marked(block_start(i), block_start(i) + GRANULE);
        marker_follow(own);
    }
}

/* What is young and lives is little; the cards of a large heap are not. */
void mark_follow(bool full)
{
    if (full)
        markers_run(markers_worth(heap.live * 4), NULL);
    else
        markers_run(markers_worth(heap.size / 4), cards_follow);
    cards_end();
    follow_left_out();
}

void mark_reachable(void *object)
{
    mark_object(object);
    marker_follow(own);
    follow_left_out();
}
