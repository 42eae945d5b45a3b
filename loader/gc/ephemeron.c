/* ephemeron.c - the arrays behind ConditionalWeakTable.
 *
 * Ephemeron[] is {object key; object value}[]. Marking an array marks its values; a key
 * that nothing else marked becomes the tombstone when marking ends, and loses its
 * value.
 */
#include "loader/gc/gc_private.h"

#include <stdlib.h>

#include "common/base/log.h"
#include "loader/vm/vm.h"

static GC_hidden_pointer *arrays; /* under the allocation lock */
static size_t n_arrays, room;

static void *ephemerons_add(void *array)
{
    if (n_arrays == room) {
        room = room ? room * 2 : 32;
        arrays = realloc(arrays, room * sizeof *arrays);
        if (!arrays)
            log_fatal("out of memory");
    }
    arrays[n_arrays++] = GC_HIDE_POINTER(array);
    return NULL;
}

void gc_register_ephemerons(Array *array)
{
    GC_call_with_alloc_lock(ephemerons_add, array);
}

static void ephemerons_clear_dead(Array *array)
{
    Object **entries = (Object **)array->data;
    for (uint32_t i = 0; i < array->length; i++) {
        Object *key = entries[2 * i];
        if (!key || key == vm.tombstone || GC_is_marked(key))
            continue;
        entries[2 * i] = vm.tombstone;
        entries[2 * i + 1] = NULL;
    }
}

void ephemerons_mark_end(void)
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
}
