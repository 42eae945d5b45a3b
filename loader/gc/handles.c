/* handles.c - handles that are numbers: index << 3 | kind + 1, so zero is none. Each
 * stands for a slot (slots.c).
 */
#include "common/base/lock.h"
#include "loader/gc/gc_private.h"

#include <assert.h>
#include <stdlib.h>

#include "common/base/mem.h"

enum { CHUNK = 256, MAX_CHUNKS = 1 << 16, MAX_KIND = 7 };

static Object ***chunks[MAX_CHUNKS]; /* slots by index; NULL: free */
static uint32_t n_used;              /* ever */
static uint32_t *free_indexes;       /* a stack */
static uint32_t n_free, room;
static Lock lock = LOCK_INIT(LOCK_LEAF);

static Object ***entry_at(uint32_t index)
{
    if (index / CHUNK >= MAX_CHUNKS ||
        index >= __atomic_load_n(&n_used, __ATOMIC_ACQUIRE))
        return NULL;
    return &chunks[index / CHUNK][index % CHUNK];
}

static bool index_take(uint32_t *index)
{
    if (n_free) {
        *index = free_indexes[--n_free];
        return true;
    }
    *index = n_used;
    if (*index / CHUNK >= MAX_CHUNKS)
        return false;
    if (*index % CHUNK == 0 &&
        !(chunks[*index / CHUNK] = calloc(CHUNK, sizeof(Object **))))
        return false;
    __atomic_store_n(&n_used, *index + 1, __ATOMIC_RELEASE);
    return true;
}

static void index_give(uint32_t index)
{
    if (n_free == room) {
        room = room ? room * 2 : 64;
        free_indexes = mem_resize(free_indexes, room, sizeof *free_indexes);
    }
    free_indexes[n_free++] = index;
}

int gc_handle_kind(uint32_t handle)
{
    return (int)(handle & MAX_KIND) - 1;
}

uint32_t gc_handle_new(Object *object, int kind)
{
    assert(kind >= 0 && kind < MAX_KIND);
    Object **slot =
        gc_slot_new(object, kind > GC_SLOT_PINNED ? GC_SLOT_NORMAL : (GcSlotKind)kind);
    if (!slot)
        return 0;
    uint32_t index;
    lock_acquire(&lock);
    bool ok = index_take(&index);
    if (ok)
        __atomic_store_n(entry_at(index), slot, __ATOMIC_RELEASE);
    lock_release(&lock);
    if (ok)
        return index << 3 | (uint32_t)(kind + 1);
    gc_slot_free(slot);
    return 0;
}

/* NULL: no such handle is in use. */
static Object **slot_of(uint32_t handle)
{
    Object ***entry = entry_at(handle >> 3);
    return entry && gc_handle_kind(handle) >= 0
               ? __atomic_load_n(entry, __ATOMIC_ACQUIRE)
               : NULL;
}

Object *gc_handle_get(uint32_t handle)
{
    Object **slot = slot_of(handle);
    return slot ? __atomic_load_n(slot, __ATOMIC_ACQUIRE) : NULL;
}

void gc_handle_set(uint32_t handle, Object *object)
{
    Object **slot = slot_of(handle);
    if (slot)
        __atomic_store_n(slot, object, __ATOMIC_RELEASE);
}

void gc_handle_free(uint32_t handle)
{
    lock_acquire(&lock);
    Object **slot = slot_of(handle);
    if (slot) {
        __atomic_store_n(entry_at(handle >> 3), NULL, __ATOMIC_RELEASE);
        index_give(handle >> 3);
    }
    lock_release(&lock);
    if (slot)
        gc_slot_free(slot);
}
