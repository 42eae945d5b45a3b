/* marshal.c - System.Runtime.InteropServices.Marshal. */
#include "loader/interop/interop.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/interop/struct_stub.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/thread.h"

/* -- layouts ------------------------------------------------------------------- */

/* All failures have the same words. */
static int32_t no_size(const Type *type)
{
    Arena scratch = ARENA_INIT;
    exception_take();
    exception_set("System.ArgumentException",
                  "Type '%s' cannot be marshaled as an unmanaged structure; no "
                  "meaningful size or offset can be computed.",
                  reflection_is_var(type) ? type->name : type_name(&scratch, type));
    arena_free(&scratch);
    return -1;
}

static int32_t size_or_none(Type *type)
{
    int32_t size = marshal_size(type);
    if (size >= 0)
        return size;
    exception_take();
    return -1;
}

static int32_t size_of(Object **keep, void *handle, int32_t must)
{
    (void)keep;
    Type *type = type_of_handle(handle);
    int32_t size = size_or_none(type);
    if (size < 0 && must)
        return no_size(type);
    return size < 0 ? 0 : size;
}

/* Only types that have a size have offsets; the fields of a shared form are objects of
 * no known class. */
static intptr_t offset_of(Field *field)
{
    Type *type = field->owner, *shared = type_canonical(type);
    if (shared != type || size_or_none(type) < 0)
        return no_size(shared);
    int32_t offset = marshal_offset(type, field->name);
    return offset < 0 ? no_size(type) : offset;
}

/* False: the type has no native form. No stub: the bytes are the same. */
static int32_t get_struct_stub(void *handle, void **stub, uintptr_t *size)
{
    Type *type = type_of_handle(handle);
    int32_t native = size_or_none(type);
    if (native < 0)
        return false;
    *size = (uintptr_t)native;
    bool same = marshal_is_blittable(type);
    *stub = same ? NULL : struct_stub(type);
    return same || *stub;
}

/* -- functions ----------------------------------------------------------------- */

static void to_delegate(void *function, Object **keep, void *handle, Object **result)
{
    (void)keep;
    *result = interop_delegate_behind(function); /* of any type: who asks casts it */
    if (!*result)
        *result = interop_delegate_from_native(type_of_handle(handle), function);
}

static void *to_function(Object **delegate)
{
    if (object_type(*delegate)->n_args) {
        exception_argument("System.ArgumentException", "delegate",
                           "The specified Type must not be a generic type.");
        return NULL;
    }
    return interop_delegate_to_native(*delegate);
}

static void prelink(Method *method)
{
    if (method->flags & METHOD_PINVOKE)
        pinvoke_resolve(method);
}

/* -- exceptions ---------------------------------------------------------------- */

static int32_t exception_code(void)
{
    enum { CODE = 0xe0434352 - 0x100000000 };
    return thread_self()->exec.in_flight ? (int32_t)CODE : 0;
}

static void *exception_pointers(void)
{
    return NULL;
}

const FcallRow fcalls_marshal[] = {
    FCALL("GetLastPInvokeError", NULL, interop_last_error),
    FCALL("SetLastPInvokeError", NULL, interop_set_last_error),
    FCALL("GetExceptionCode", NULL, exception_code),
    FCALL("GetExceptionPointers", NULL, exception_pointers),
    FCALLS_END,
};

const QcallRow qcalls_marshal[] = {
    QCALL(MarshalNative_SizeOfHelper, size_of),
    QCALL(MarshalNative_OffsetOf, offset_of),
    QCALL(MarshalNative_TryGetStructMarshalStub, get_struct_stub),
    QCALL(MarshalNative_GetDelegateForFunctionPointerInternal, to_delegate),
    QCALL(MarshalNative_GetFunctionPointerForDelegateInternal, to_function),
    QCALL(MarshalNative_Prelink, prelink),
    QCALLS_END,
};
