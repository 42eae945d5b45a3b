#include "loader/library/coreclr/threading/wait_table.h"

#include "common/base/lock.h"
#include "common/base/mem.h"

enum { HANDLE_SHIFT = 2, USES_SHIFT = 32 }; /* handles are multiples of 4, as .NET's */

typedef struct Place {
    WaitObject *object; /* NULL: free */
    uint32_t uses;
    uint32_t next_free; /* index + 1 */
} Place;

static Lock lock = LOCK_INIT(LOCK_HANDLES);
static Place *places;
static uint32_t n_places, first_free;

static void *handle_of(uint32_t index)
{
    return (void *)((uintptr_t)places[index].uses << USES_SHIFT | (uintptr_t)(index + 1)
                                                                      << HANDLE_SHIFT);
}

void *wait_table_add(WaitObject *object)
{
    lock_acquire(&lock);
    if (!first_free) {
        uint32_t n = n_places ? n_places * 2 : 64;
        places = mem_resize(places, n, sizeof *places);
        for (uint32_t i = n; i > n_places; i--) {
            places[i - 1] = (Place){.uses = 1, .next_free = first_free};
            first_free = i;
        }
        n_places = n;
    }
    uint32_t index = first_free - 1;
    first_free = places[index].next_free;
    places[index].object = object;
    void *handle = handle_of(index);
    lock_release(&lock);
    return handle;
}

/* With the lock held. NULL: nothing lies there. */
static Place *place_of(void *handle)
{
    uint32_t index = ((uint32_t)(uintptr_t)handle >> HANDLE_SHIFT) - 1;
    return index < n_places && places[index].object && handle_of(index) == handle
               ? &places[index]
               : NULL;
}

WaitObject *wait_table_get(void *handle)
{
    lock_acquire(&lock);
    const Place *place = place_of(handle);
    WaitObject *object = place ? wait_object_share(place->object) : NULL;
    lock_release(&lock);
    return object;
}

bool wait_table_remove(void *handle)
{
    lock_acquire(&lock);
    Place *place = place_of(handle);
    WaitObject *object = place ? place->object : NULL;
    if (place) {
        place->object = NULL;
        place->uses = (place->uses + 1) & INT32_MAX; /* a handle is never -1 */
        place->next_free = first_free;
        first_free = (uint32_t)(place - places) + 1;
    }
    lock_release(&lock);
    wait_object_close(object);
    return object;
}
