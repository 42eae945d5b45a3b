/* activation.c - how managed code makes instances: it asks once for an allocator, what
 * to give it, and constructors, and calls them by their addresses from then on.
 *
 * The allocator is the class library's own method over an FCall, since what a function
 * pointer calls must raise what it leaves pending. */
#include <string.h>

#include "common/ir/synth.h"
#include "loader/exec/invoke.h"
#include "loader/exec/method.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

static bool refuse(const char *kind, const char *message)
{
    Arena scratch = ARENA_INIT;
    exception_set(arena_printf(&scratch, "System.%s", kind), "%s", message);
    arena_free(&scratch);
    return false;
}

static bool check_box(const Type *type)
{
    return !(type->bits & TYPE_BIT_BYREFLIKE) ||
           refuse("NotSupportedException", "Cannot create boxed ByRef-like values.");
}

/* Can there be an instance at all? uninitialized: without a constructor,
 * and in a box. */
static bool check_type(const Type *type, bool uninitialized)
{
    const char *no_such =
        uninitialized ? "ArgumentException" : "MissingMethodException";
    const char *abstract =
        uninitialized ? "MemberAccessException" : "MissingMethodException";
    if (type->element == ELEMENT_VOID)
        return refuse("ArgumentException", "Type is not supported.");
    if (type_handle_is_desc(type) || type->element == ELEMENT_SZARRAY ||
        type->element == ELEMENT_ARRAY)
        return refuse(no_such, "Type is not supported.");
    if (type->bits & TYPE_BIT_DELEGATE)
        return refuse("ArgumentException", "Type is not supported.");
    if (type == vm.world->known.string)
        return refuse(no_such, "Uninitialized Strings cannot be created.");
    if (type->bits & TYPE_BIT_INTERFACE)
        return refuse(abstract, "Cannot create an instance of an interface.");
    if (type->bits & TYPE_BIT_ABSTRACT)
        return refuse(abstract, "Cannot create an abstract class.");
    if (type->bits & (TYPE_BIT_OPEN | TYPE_BIT_GENERIC_DEF))
        return refuse(
            "MemberAccessException",
            "Cannot create a type for which Type.ContainsGenericParameters is true.");
    if (type->bits & TYPE_BIT_SHARED)
        return refuse("NotSupportedException", "Type is not supported.");
    return !uninitialized || check_box(type);
}

/* NULL: pending exception. */
static VTable *set_allocator(Type *type, void **allocator, void **first)
{
    VTable *vtable = type_vtable(type);
    if (!vtable)
        return NULL;
    *allocator = method_ftn(method_type_handle_allocate());
    *first = vtable;
    return vtable;
}

/* -- with a constructor -------------------------------------------------------- */

static Method *default_constructor(Type *type)
{
    for (uint32_t i = 0; i < type->n_methods; i++) {
        Method *method = type->methods[i];
        Err err = ERR_INIT;
        MethodSig *sig =
            strcmp(method->name, ".ctor") ? NULL : method_sig(method, &err);
        if (sig && !sig->n_params && sig->has_this)
            return method;
    }
    return NULL;
}

/* Of a structure in a box, and of one by its address. */
static bool set_constructors(Method *ctor, void **of_object, void **of_value)
{
    if (!type_is_valuetype(ctor->type)) {
        *of_object = method_ftn(ctor);
        return true;
    }
    Err err = ERR_INIT;
    Method *unbox = synth_method(SYNTH_UNBOX, ctor, &err);
    if (!unbox)
        return exception_set_err(&err);
    *of_object = method_entry(unbox);
    *of_value = method_ftn(ctor);
    return true;
}

static void activation_info(Object **object, void **allocator, void **first,
                            void **of_object, void **of_value, int32_t *is_public)
{
    Type *type = type_of_object(*object);
    if (!check_type(type, false) || !reflection_load(type, LEVEL_READY))
        return;
    *is_public = 1;
    if (type->bits & TYPE_BIT_NULLABLE) /* null */
        return;
    Method *ctor = default_constructor(type);
    if (!ctor && !type_is_valuetype(type)) {
        refuse("MissingMethodException", "No parameterless constructor defined.");
        return;
    }
    if (!set_allocator(type, allocator, first) || !ctor)
        return;
    *is_public = (ctor->flags & METHOD_ACCESS_MASK) == METHOD_PUBLIC;
    set_constructors(ctor, of_object, of_value);
}

/* -- without ------------------------------------------------------------------- */

static void uninitialized_info(Object **keep, void *handle, void **allocator,
                               void **first)
{
    (void)keep;
    Type *type = type_of_handle(handle);
    if (!check_type(type, true) || !reflection_load(type, LEVEL_READY))
        return;
    if (type->bits & TYPE_BIT_NULLABLE)
        type = type->args[0];
    if (set_allocator(type, allocator, first) &&
        !(type->bits & TYPE_BIT_BEFOREFIELDINIT))
        type_init(type);
}

/* Of a Nullable what is in it is boxed, at an offset. */
static void box_info(Object **keep, void *handle, void **allocator, void **first,
                     int32_t *offset, uint32_t *size)
{
    (void)keep;
    Type *type = type_of_handle(handle);
    if (!check_type(type, true) || !reflection_load(type, LEVEL_READY))
        return;
    *offset = 0;
    if (type->bits & TYPE_BIT_NULLABLE) {
        *offset = (int32_t)nullable_field(type, true)->offset;
        type = type->args[0];
    }
    if (set_allocator(type, allocator, first))
        *size = type->size;
}

/* Of a type that the caller has looked at: delegates, too. Of by-ref-like ones there
 * are constructors, which run on variables. */
static void allocate(VTable *vtable, Object **result)
{
    *result = check_box(vtable->type) ? object_new_vtable(vtable) : NULL;
}

/* The default constructor of one with the same definition and other arguments. */
static void instance_of_another(Object **keep, void *handle, void *const *handles,
                                int32_t n, Object **result)
{
    (void)keep;
    Err err = ERR_INIT;
    Type *args[2], *type = type_of_handle(handle);
    for (int32_t i = 0; i < n && i < 2; i++)
        args[i] = type_of_handle(handles[i]);
    type = type_instance(type->def, args, (uint32_t)n, &err);
    if (!type || !type_load(type, LEVEL_READY, &err)) {
        exception_set_err(&err);
        return;
    }
    Method *ctor = default_constructor(type);
    Object *object = ctor ? object_new(type) : NULL;
    uint64_t none[2];
    void *ctor_args[] = {&object};
    if (object && method_invoke(ctor, ctor_args, none))
        *result = object;
    else if (!exception_pending())
        refuse("MissingMethodException", "No parameterless constructor defined.");
}

const QcallRow qcalls_activation[] = {
    QCALL(ReflectionInvocation_GetBoxInfo, box_info),
    QCALL(ReflectionSerialization_GetCreateUninitializedObjectInfo, uninitialized_info),
    QCALL(RuntimeTypeHandle_CreateInstanceForAnotherGenericParameter,
          instance_of_another),
    QCALL(RuntimeTypeHandle_GetActivationInfo, activation_info),
    QCALL(RuntimeTypeHandle_InternalAlloc, allocate),
    QCALL(RuntimeTypeHandle_InternalAllocNoChecks, allocate),
    QCALLS_END,
};
