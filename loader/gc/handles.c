/* handles.c - GCHandle and WeakReference.
 *
 * A handle is index << 3 | kind + 1, so zero is none. Strong slots lie in scanned
 * memory; weak slots lie in unscanned memory, hold the complement of the address, and
 * are cleared by the collector.
 */
#include "common/base/lock.h"
#include "loader/gc/gc_private.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/gc/object.h"

enum { CHUNK = 256, MAX_CHUNKS = 1 << 16, HANDLE_WEAK = 0, HANDLE_TRACK = 1 };

typedef struct HandleTable {
    void **chunks[MAX_CHUNKS];
    uint32_t n;     /* slots ever used */
    uint32_t *free; /* stack of free slots */
    uint32_t n_free, room;
    bool scanned;
} HandleTable;

static HandleTable strong = {.scanned = true}, weak;
static Lock lock = LOCK_INIT(LOCK_LEAF);

static bool kind_is_weak(int kind)
{
    return kind == HANDLE_WEAK || kind == HANDLE_TRACK;
}

static HandleTable *table_of(int kind)
{
    return kind_is_weak(kind) ? &weak : &strong;
}

static void **slot_at(HandleTable *table, uint32_t index)
{
    if (index / CHUNK >= MAX_CHUNKS ||
        index >= __atomic_load_n(&table->n, __ATOMIC_ACQUIRE))
        return NULL;
    return &table->chunks[index / CHUNK][index % CHUNK];
}

static bool slot_take(HandleTable *table, uint32_t *index)
{
    if (table->n_free) {
        *index = table->free[--table->n_free];
        return true;
    }
    *index = table->n;
    if (*index / CHUNK >= MAX_CHUNKS)
        return false;
    if (*index % CHUNK == 0) {
        size_t size = CHUNK * sizeof(void *);
        void **chunk = table->scanned ? gc_try_uncollectable(size) : calloc(1, size);
        if (!chunk)
            return false;
        table->chunks[*index / CHUNK] = chunk;
    }
    __atomic_store_n(&table->n, *index + 1, __ATOMIC_RELEASE);
    return true;
}

static void slot_give(HandleTable *table, uint32_t index)
{
    if (table->n_free == table->room) {
        table->room = table->room ? table->room * 2 : 64;
        table->free = mem_resize(table->free, table->room, sizeof *table->free);
    }
    table->free[table->n_free++] = index;
}

static void slot_clear(void **slot, int kind)
{
    if (kind == HANDLE_WEAK)
        GC_unregister_disappearing_link(slot);
    else if (kind == HANDLE_TRACK)
        GC_unregister_long_link(slot);
    __atomic_store_n(slot, NULL, __ATOMIC_RELEASE);
}

static bool slot_fill(void **slot, int kind, Object *object)
{
    if (!kind_is_weak(kind)) {
        __atomic_store_n(slot, (void *)object, __ATOMIC_RELEASE);
        return true;
    }
    if (!object)
        return true;
    *slot = (void *)GC_HIDE_POINTER(object);
    int result = kind == HANDLE_WEAK
                     ? GC_general_register_disappearing_link(slot, object)
                     : GC_register_long_link(slot, object);
    if (result == GC_NO_MEMORY) /* nobody would clear it */
        *slot = NULL;
    return result != GC_NO_MEMORY;
}

int gc_handle_kind(uint32_t handle)
{
    return (int)(handle & 7) - 1;
}

uint32_t gc_handle_new(Object *object, int kind)
{
    assert(kind >= 0 && kind < 7);
    HandleTable *table = table_of(kind);
    lock_acquire(&lock);
    uint32_t index;
    bool ok = slot_take(table, &index);
    if (ok && !slot_fill(slot_at(table, index), kind, object)) {
        slot_give(table, index);
        ok = false;
    }
    lock_release(&lock);
    return ok ? index << 3 | (uint32_t)(kind + 1) : 0;
}

static void *weak_read(void *slot)
{
    void *hidden = *(void **)slot;
    return hidden ? GC_REVEAL_POINTER((GC_hidden_pointer)hidden) : NULL;
}

Object *gc_handle_get(uint32_t handle)
{
    int kind = gc_handle_kind(handle);
    void **slot = slot_at(table_of(kind), handle >> 3);
    if (!slot || kind < 0)
        return NULL;
    if (kind_is_weak(kind))
        return GC_call_with_alloc_lock(weak_read, slot);
    return __atomic_load_n(slot, __ATOMIC_ACQUIRE);
}

bool gc_handle_set(uint32_t handle, Object *object)
{
    int kind = gc_handle_kind(handle);
    void **slot = slot_at(table_of(kind), handle >> 3);
    if (!slot || kind < 0)
        return true;
    lock_acquire(&lock);
    slot_clear(slot, kind);
    bool ok = slot_fill(slot, kind, object);
    lock_release(&lock);
    return ok;
}

void gc_handle_free(uint32_t handle)
{
    int kind = gc_handle_kind(handle);
    void **slot = slot_at(table_of(kind), handle >> 3);
    if (!slot || kind < 0)
        return;
    lock_acquire(&lock);
    slot_clear(slot, kind);
    slot_give(table_of(kind), handle >> 3);
    lock_release(&lock);
}
