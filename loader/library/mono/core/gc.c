/* gc.c - System.GC, System.Runtime.InteropServices.GCHandle. */
#include "loader/gc/gc.h"

#include "loader/library/mono/table.h"
#include "loader/vm/vm.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"

static int32_t max_generation(void)
{
    return 1;
}

/* Programs ask for .NET's third generation, too. */
static int32_t collection_count(int32_t generation)
{
    return (int32_t)(generation ? gc_full_collections() : gc_collections());
}

static int32_t generation_of(Object *object)
{
    return gc_is_old(object);
}

static void collect(int32_t generation)
{
    if (generation)
        gc_collect();
    else
        gc_collect_young();
}

static void record_pressure(int64_t bytes)
{
    (void)bytes;
}

static Object *tombstone(void)
{
    return gc_tombstone();
}

static int64_t total_memory(int32_t force)
{
    if (force)
        gc_collect();
    return (int64_t)gc_used_bytes();
}

static int64_t allocated_here(void)
{
    return (int64_t)gc_allocated_here();
}

static void reregister(Object *object)
{
    if (object->vtable->flags & VTABLE_HAS_FINALIZER)
        gc_register_finalizer(object);
}

static int32_t check_domain(int32_t handle)
{
    (void)handle;
    return 1;
}

static Object *handle_target(int32_t handle)
{
    return gc_handle_get((uint32_t)handle);
}

/* kind -1: sets the target of an old handle. */
static int32_t handle_for(Object *object, int32_t handle, int32_t kind)
{
    if (kind == -1)
        gc_handle_set((uint32_t)handle, object);
    else if (!(handle = (int32_t)gc_handle_new(object, kind)))
        exception_set_object(vm.out_of_memory);
    return handle;
}

static void handle_free(int32_t handle)
{
    gc_handle_free((uint32_t)handle);
}

static void *pinned_address(int32_t handle)
{
    enum { NOT_BLITTABLE = -1, NOT_PINNED = -2, KIND_PINNED = 3 };
    Object *object = gc_handle_get((uint32_t)handle);
    if (gc_handle_kind((uint32_t)handle) != KIND_PINNED)
        return (void *)(intptr_t)NOT_PINNED;
    if (!object)
        return NULL;
    Type *type = object_type(object);
    if (type->element == ELEMENT_STRING)
        return ((String *)object)->chars;
    if (type->rank)
        return array_data((Array *)object);
    return object_value(object);
}

const IcallRow icalls_gc[] = {
    ICALL("GetCollectionCount", NULL, collection_count),
    ICALL("GetMaxGeneration", NULL, max_generation),
    ICALL("GetGeneration", NULL, generation_of),
    ICALL("InternalCollect", NULL, collect),
    ICALL("RecordPressure", NULL, record_pressure),
    ICALL("register_ephemeron_array", NULL, gc_register_ephemerons),
    ICALL("get_ephemeron_tombstone", NULL, tombstone),
    ICALL("GetAllocatedBytesForCurrentThread", NULL, allocated_here),
    ICALL("WaitForPendingFinalizers", NULL, gc_run_finalizers),
    ICALL("_SuppressFinalize", NULL, gc_suppress_finalizer),
    ICALL("_ReRegisterForFinalize", NULL, reregister),
    ICALL("GetTotalMemory", NULL, total_memory),
    ICALLS_END,
};

const IcallRow icalls_gc_handle[] = {
    ICALL("CheckCurrentDomain", NULL, check_domain),
    ICALL("GetTarget", NULL, handle_target),
    ICALL("GetTargetHandle", NULL, handle_for),
    ICALL("FreeHandle", NULL, handle_free),
    ICALL("GetAddrOfPinnedObject", NULL, pinned_address),
    ICALLS_END,
};
