#include "loader/library/coreclr/core/type_handle.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

/* System.Runtime.CompilerServices.TypeDesc, and what only C code reads. */
typedef struct TypeDesc {
    uint32_t element_and_flags;
    uint32_t pad;
    Object *type_object; /* the RuntimeType, once there is one; TypeRt keeps it */
    Type *type;
} TypeDesc;

enum { IS_DESC = 2 };

bool type_handle_is_desc(const Type *type)
{
    switch ((int)type->element) {
    case ELEMENT_VAR:
    case ELEMENT_MVAR:
    case ELEMENT_PTR:
    case ELEMENT_BYREF:
    case ELEMENT_FNPTR:
        return true;
    default:
        return false;
    }
}

static void *desc_of(Type *type)
{
    TypeRt *rt = type_rt(type);
    TypeDesc *desc = __atomic_load_n((TypeDesc **)&rt->desc, __ATOMIC_ACQUIRE);
    if (desc)
        return (char *)desc + IS_DESC;
    desc = mem_alloc(sizeof *desc);
    desc->element_and_flags = type->element;
    desc->type = type;
    void *none = NULL;
    if (!__atomic_compare_exchange_n(&rt->desc, &none, desc, false, __ATOMIC_ACQ_REL,
                                     __ATOMIC_ACQUIRE)) {
        free(desc);
        desc = none;
    }
    return (char *)desc + IS_DESC;
}

void *type_handle(Type *type)
{
    return type_handle_is_desc(type) ? desc_of(type) : (void *)type_shown_vtable(type);
}

Type *type_of_handle(void *handle)
{
    if ((uintptr_t)handle & IS_DESC)
        return ((TypeDesc *)((char *)handle - IS_DESC))->type;
    return ((VTable *)handle)->type;
}

int32_t type_handle_element(const Type *type)
{
    switch (type->element) {
    case ELEMENT_STRING:
    case ELEMENT_OBJECT:
        return ELEMENT_CLASS;
    default:
        return type->element;
    }
}

Type *type_of_runtime_type(Object *runtime_type)
{
    return type_of_object(runtime_type);
}

/* -- QCalls -------------------------------------------------------------------- */

static void get_runtime_type(void *handle, Object **result)
{
    Type *type = type_of_handle(handle);
    *result = type_object(type);
    if (*result && type_handle_is_desc(type)) {
        TypeDesc *desc = (TypeDesc *)((char *)handle - IS_DESC);
        __atomic_store_n(&desc->type_object, *result, __ATOMIC_RELEASE);
    }
}

const QcallRow qcalls_type_handle[] = {
    QCALL(RuntimeTypeHandle_GetRuntimeTypeFromHandleSlow, get_runtime_type),
    QCALLS_END,
};
