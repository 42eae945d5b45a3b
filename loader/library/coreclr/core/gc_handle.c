/* gc_handle.c - System.Runtime.InteropServices.GCHandle, DependentHandle.
 *
 * A handle is the address of a slot, which managed code reads by itself. Weak handles,
 * DependentHandle (a slot of two words) and GCHandle are tagged by their users in low
 * bits that never come here.
 */
#include "loader/gc/gc.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"

static Object **slot_or_throw(Object **slot)
{
    if (!slot)
        exception_set_object(vm.out_of_memory);
    return slot;
}

/* kind: GCHandleType, as GcSlotKind counts. */
static Object **handle_new(Object *object, int32_t kind)
{
    if ((uint32_t)kind > GC_SLOT_PINNED)
        kind = GC_SLOT_NORMAL;
    return slot_or_throw(gc_slot_new(object, (GcSlotKind)kind));
}

static Object **handle_new_slow(Object **object, int32_t kind)
{
    return handle_new(*object, kind);
}

static int32_t handle_free(Object **slot)
{
    gc_slot_free(slot);
    return true;
}

static void handle_free_slow(Object **slot)
{
    gc_slot_free(slot);
}

static void handle_set(Object **slot, Object *object)
{
    if (gc_slot_is(slot, false))
        __atomic_store_n(slot, object, __ATOMIC_SEQ_CST);
}

/* What was there before. */
static Object *handle_compare_exchange(Object **slot, Object *value, Object *expected)
{
    if (gc_slot_is(slot, false))
        __atomic_compare_exchange_n(slot, &expected, value, false, __ATOMIC_SEQ_CST,
                                    __ATOMIC_SEQ_CST);
    return expected;
}

/* -- of a type: where RuntimeType keeps what it has found out. Types stay ------- */

static Object **handle_for_type(Object **keep, void *handle, int32_t kind)
{
    (void)keep;
    (void)handle;
    return handle_new(NULL, kind);
}

static void *handle_free_for_type(Object **keep, void *handle, Object **slot)
{
    (void)keep;
    (void)handle;
    gc_slot_free(slot);
    return NULL;
}

/* -- DependentHandle ----------------------------------------------------------- */

static Object **pair_new(Object *target, Object *dependent)
{
    return slot_or_throw(gc_pair_new(target, dependent));
}

static Object **pair_new_slow(Object **target, Object **dependent)
{
    return pair_new(*target, *dependent);
}

static Object *pair_dependent(Object *const *slot)
{
    return gc_slot_is(slot, true) ? __atomic_load_n(&slot[1], __ATOMIC_ACQUIRE) : NULL;
}

/* The target is read first: while it is held here, its dependent stays. */
static Object *pair_both(Object *const *slot, Object **dependent)
{
    Object *target =
        gc_slot_is(slot, true) ? __atomic_load_n(slot, __ATOMIC_ACQUIRE) : NULL;
    *dependent = target ? __atomic_load_n(&slot[1], __ATOMIC_ACQUIRE) : NULL;
    return target;
}

static void pair_set_dependent(Object **slot, Object *dependent)
{
    if (gc_slot_is(slot, true))
        __atomic_store_n(&slot[1], dependent, __ATOMIC_RELEASE);
}

static void pair_forget_target(Object **slot)
{
    if (!gc_slot_is(slot, true))
        return;
    __atomic_store_n(slot, NULL, __ATOMIC_RELEASE);
    __atomic_store_n(&slot[1], NULL, __ATOMIC_RELEASE);
}

const FcallRow fcalls_gc_handle[] = {
    FCALL("_InternalAlloc", NULL, handle_new),
    FCALL("_InternalFree", NULL, handle_free),
    FCALL("InternalSet", NULL, handle_set),
    FCALL("InternalCompareExchange", NULL, handle_compare_exchange),
    FCALLS_END,
};

const FcallRow fcalls_dependent_handle[] = {
    FCALL("InternalAlloc", NULL, pair_new),
    FCALL("InternalFree", NULL, handle_free),
    FCALL("InternalGetDependent", NULL, pair_dependent),
    FCALL("InternalGetTargetAndDependent", NULL, pair_both),
    FCALL("InternalSetDependent", NULL, pair_set_dependent),
    FCALL("InternalSetTargetToNull", NULL, pair_forget_target),
    FCALLS_END,
};

const QcallRow qcalls_gc_handle[] = {
    QCALL(GCHandle_InternalAllocWithGCTransition, handle_new_slow),
    QCALL(GCHandle_InternalFreeWithGCTransition, handle_free_slow),
    QCALL(QCall_GetGCHandleForTypeHandle, handle_for_type),
    QCALL(QCall_FreeGCHandleForTypeHandle, handle_free_for_type),
    QCALL(DependentHandle_InternalAllocWithGCTransition, pair_new_slow),
    QCALL(DependentHandle_InternalFreeWithGCTransition, handle_free_slow),
    QCALLS_END,
};
