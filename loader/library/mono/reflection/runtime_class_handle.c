/* runtime_class_handle.c - Mono.RuntimeClassHandle, Mono.RuntimeGPtrArrayHandle: what
 * managed code does with handles of the runtime's. */
#include "loader/library/mono/table.h"
#include "loader/reflect/members.h"

/* Mono.RuntimeStructs.GPtrArray. */
_Static_assert(offsetof(PtrArray, data) == 0 && offsetof(PtrArray, n) == 8,
               "managed code reads lists of members");

static Type *type_from_class(Type *type)
{
    return type;
}

const IcallRow icalls_gptr_array_handle[] = {
    ICALL("GPtrArrayFree", NULL, ptr_array_free),
    ICALLS_END,
};

const IcallRow icalls_class_handle[] = {
    ICALL("GetTypeFromClass", NULL, type_from_class),
    ICALLS_END,
};
