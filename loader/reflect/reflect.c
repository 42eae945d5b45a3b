/* reflect.c - reflection's objects: one for each handle and reflected type. */
#include "loader/reflect/reflect.h"

#include <stdlib.h>

#include "common/base/hash.h"
#include "common/base/lock.h"
#include "common/base/mem.h"
#include "loader/gc/gc.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

const ReflectLibrary *reflect_library;
static Lock lock = LOCK_INIT(LOCK_LEAF);

void *reflection_alloc(size_t size)
{
    lock_acquire(&vm.world->lock);
    void *p = arena_alloc(&vm.world->perm, size ? size : 1);
    lock_release(&vm.world->lock);
    return p;
}

bool reflection_load(Type *type, TypeLevel level)
{
    return type_reach(type, level);
}

/* -- canonical objects --------------------------------------------------------- */

typedef struct CacheSlot {
    const void *handle, *reflected;
    Object *object; /* NULL: free */
} CacheSlot;

static CacheSlot *cache; /* uncollectable; under lock */
static size_t cache_room, cache_n;

static CacheSlot *cache_slot(CacheSlot *slots, size_t room, const void *handle,
                             const void *reflected)
{
    size_t i = hash_mix(hash_ptr(handle), (uintptr_t)reflected) & (room - 1);
    while (slots[i].object &&
           (slots[i].handle != handle || slots[i].reflected != reflected))
        i = (i + 1) & (room - 1);
    return &slots[i];
}

static void cache_grow(void)
{
    size_t room = cache_room ? cache_room * 2 : 256;
    CacheSlot *slots = gc_alloc_uncollectable(room * sizeof *slots);
    for (size_t i = 0; i < cache_room; i++)
        if (cache[i].object)
            *cache_slot(slots, room, cache[i].handle, cache[i].reflected) = cache[i];
    if (cache)
        gc_free(cache);
    cache = slots;
    cache_room = room;
}

Object *reflection_cached(const void *handle, const void *reflected)
{
    lock_acquire(&lock);
    Object *found =
        cache_room ? cache_slot(cache, cache_room, handle, reflected)->object : NULL;
    lock_release(&lock);
    return found;
}

/* The first object for a key wins. */
Object *reflection_cache(const void *handle, const void *reflected, Object *object)
{
    lock_acquire(&lock);
    if (cache_n * 2 >= cache_room)
        cache_grow();
    CacheSlot *slot = cache_slot(cache, cache_room, handle, reflected);
    if (!slot->object) {
        *slot = (CacheSlot){handle, reflected, object};
        cache_n++;
    }
    object = slot->object;
    lock_release(&lock);
    return object;
}

/* -- types --------------------------------------------------------------------- */

Object *reflection_type(Type *type)
{
    if (type->assembly && type->assembly->dynamic) /* it dies with its method */
        type = assembly_type(vm.world->corlib, 1);
    return type_object(reflection_closed_over_itself(type));
}

Object *reflection_type_in(Type *type, Type *owner, Method *method)
{
    return type_object(reflection_open(type, owner, method));
}

Array *reflection_type_array(Type *const *types, uint32_t n)
{
    Array *array = array_new_of(vm.world->known.type, n);
    for (uint32_t i = 0; array && i < n; i++) {
        Object *object = reflection_type(types[i]);
        if (!object)
            return NULL;
        array_set(array, i, object);
    }
    return array;
}

Type **reflection_types_of(Array *array)
{
    Type **types = mem_array(array->length + 1, sizeof *types);
    for (uint32_t i = 0; i < array->length; i++) {
        Object *object = ARRAY_AT(array, Object *, i);
        if (!object || !type_castable(object_type(object), vm.world->known.type)) {
            free(types);
            exception_argument_null("types");
            return NULL;
        }
        types[i] = type_of_object(object);
    }
    return types;
}
