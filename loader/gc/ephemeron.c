/* ephemeron.c - the arrays behind ConditionalWeakTable.
 *
 * Ephemeron[] is {object key; object value}[]. The collector marks neither. When it has
 * marked all else, values of marked keys are marked here, with all that they reach,
 * until nothing is added; a key that is unmarked then becomes the tombstone and loses
 * its value.
 */
#include "loader/gc/gc_private.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "loader/gc/object.h"

static Array **arrays; /* under the lock */
static size_t n_arrays, room;

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

void gc_register_ephemerons(Array *array)
{
    gc_lock();
    if (n_arrays == room) {
        room = room ? room * 2 : 32;
        arrays = mem_resize(arrays, room, sizeof *arrays);
    }
    arrays[n_arrays++] = array;
    gc_unlock();
}

/* -- with the world stopped ---------------------------------------------------- */

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
            more |= heap_is_marked(arrays[i]) && array_mark_values(arrays[i]);
        }
    }
}

static void clear_dead(void)
{
    size_t kept = 0;
    for (size_t i = 0; i < n_arrays; i++) {
        if (!heap_is_marked(arrays[i]))
            continue;
        ephemerons_clear_dead(arrays[i]);
        arrays[kept++] = arrays[i];
    }
    n_arrays = kept;
    pairs_clear_dead();
}

void ephemerons_mark_end(void)
{
    mark_values();
    slots_clear_dead(GC_SLOT_WEAK);
    finalizables_mark_dead(heap.full);
    mark_values();
    slots_clear_dead(GC_SLOT_LONG);
    slots_clear_dead(GC_SLOT_COUNTED);
    clear_dead();
    finalizables_keep_blocks();
}
