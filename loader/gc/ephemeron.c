/* ephemeron.c - the arrays behind ConditionalWeakTable.
 *
 * Ephemeron[] is {object key; object value}[]. The collector marks neither. When it has
 * marked all else, values of marked keys are marked here, with all that they reach,
 * until nothing is added; a key that is unmarked then becomes the tombstone and loses
 * its value.
 */
#include "loader/gc/gc_private.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "common/base/mem.h"
#include "loader/gc/object.h"

static GC_hidden_pointer *arrays; /* under the allocation lock */
static size_t n_arrays, room;

enum { PENDING_ROOM = 1 << 20 }; /* memory is only used as it fills */

static void **pending; /* marked, not yet followed */
static size_t n_pending;
static bool overflowed; /* some that are marked were not followed wholly */

static Object *tombstone; /* a root */

void gc_set_tombstone(Object *object)
{
    gc_root(&tombstone, sizeof tombstone);
    tombstone = object;
}

Object *gc_tombstone(void)
{
    return tombstone;
}

void *ephemerons_prepare(void *none)
{
    size_t size = PENDING_ROOM * sizeof *pending;
    while (!pending && (pending = mmap(NULL, size, PROT_READ | PROT_WRITE,
                                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                                       0)) == MAP_FAILED) {
        pending = NULL;
        mem_short(size);
    }
    return none;
}

static void *ephemerons_add(void *array)
{
    ephemerons_prepare(NULL);
    if (n_arrays == room) {
        room = room ? room * 2 : 32;
        arrays = mem_resize(arrays, room, sizeof *arrays);
    }
    arrays[n_arrays++] = GC_HIDE_POINTER(array);
    return NULL;
}

void gc_register_ephemerons(Array *array)
{
    GC_call_with_alloc_lock(ephemerons_add, array);
}

/* -- marking what a value reaches; the world is stopped, malloc may be locked -- */

static void mark_one(void *p)
{
    if (!p || GC_base(p) != p || GC_is_marked(p))
        return;
    if (n_pending == PENDING_ROOM) {
        overflowed = true;
        return;
    }
    GC_set_mark_bit(p);
    pending[n_pending++] = p;
}

static void mark_words(void **words, const Type *type)
{
    for (uint32_t i = 0; i < type->ref_words; i++)
        if (type->ref_map[i / 64] >> (i % 64) & 1)
            mark_one(words[i]);
}

static void mark_precise(Object *object)
{
    const Type *type = object->vtable->type, *elem = object->vtable->elem;
    if (!elem) {
        mark_words(type_is_valuetype(type) ? object_value(object) : (void **)object,
                   type);
        return;
    }
    if (elem == elem->world->known.ephemeron)
        return;
    Array *array = (Array *)object;
    for (uint32_t i = 0; i < array->length; i++)
        mark_words((void **)(array_data(array) + (size_t)i * object->vtable->elem_size),
                   elem);
}

static void follow_pending(void)
{
    while (n_pending) {
        size_t size;
        void **p = pending[--n_pending];
        int kind = GC_get_kind_and_size(p, &size);
        if (kind == gc_kinds[GC_KIND_PRECISE])
            mark_precise((Object *)p);
        else if (kind != gc_kinds[GC_KIND_ATOMIC])
            for (size_t i = 0; i < size / sizeof *p; i++)
                mark_one(p[i]);
    }
}

/* Free objects on the lists of threads are marked, too: what their first word leads to,
 * if anything, is no vtable. */
static void follow_again(void *object, size_t size, void *none)
{
    (void)size;
    (void)none;
    void *first = *(void **)object;
    if (!first || GC_base(first))
        return;
    pending[n_pending++] = object;
    follow_pending();
}

void mark_reachable(void *object)
{
    mark_one(object);
    follow_pending();
    while (overflowed) { /* what was left is reached from something that is marked */
        overflowed = false;
        GC_enumerate_reachable_objects_inner(follow_again, NULL);
    }
}

bool ephemeron_mark_value(Object *key, Object *value)
{
    if (!key || !object_is_dead(value) || object_is_dead(key))
        return false;
    mark_reachable(value);
    return true;
}

/* Are there values that only now are found to live? */
static bool array_mark_values(Array *array)
{
    Object **entries = (Object **)array->data;
    bool more = false;
    for (uint32_t i = 0; i < array->length; i++)
        more |= ephemeron_mark_value(entries[2 * i], entries[2 * i + 1]);
    return more;
}

static void ephemerons_clear_dead(Array *array)
{
    Object **entries = (Object **)array->data;
    for (uint32_t i = 0; i < array->length; i++) {
        Object *key = entries[2 * i];
        if (key == tombstone || !object_is_dead(key))
            continue;
        entries[2 * i] = tombstone;
        entries[2 * i + 1] = NULL;
    }
}

static void mark_values(void)
{
    bool more = true;
    while (more) {
        more = pairs_mark_values();
        for (size_t i = 0; i < n_arrays; i++) {
            Array *array = GC_REVEAL_POINTER(arrays[i]);
            more |= GC_is_marked(array) && array_mark_values(array);
        }
    }
}

static void clear_dead(void)
{
    size_t kept = 0;
    for (size_t i = 0; i < n_arrays; i++) {
        Array *array = GC_REVEAL_POINTER(arrays[i]);
        if (!GC_is_marked(array))
            continue;
        ephemerons_clear_dead(array);
        arrays[kept++] = arrays[i];
    }
    n_arrays = kept;
    pairs_clear_dead();
}

void ephemerons_mark_end(void)
{
    mark_values();
    slots_clear_dead(GC_SLOT_WEAK);
    finalizables_mark_dead();
    mark_values();
    slots_clear_dead(GC_SLOT_LONG);
    slots_clear_dead(GC_SLOT_COUNTED);
    clear_dead();
    finalizables_keep_blocks();
}
