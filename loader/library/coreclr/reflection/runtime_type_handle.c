/* runtime_type_handle.c - System.RuntimeTypeHandle: what a type is, and what it is
 * related to. Types that are made of others are in type_make.c, instances of types in
 * activation.c, names in type_text.c. */
#include <stdlib.h>

#include "loader/exec/method.h"
#include "loader/gc/gc.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

static bool is_array(const Type *type)
{
    return type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY;
}

static bool is_open(const Type *type)
{
    return (type->bits & (TYPE_BIT_OPEN | TYPE_BIT_GENERIC_DEF)) != 0;
}

static bool bad_handle(void)
{
    return exception_set("System.ArgumentException", "Invalid handle.");
}

/* -- what it is ---------------------------------------------------------------- */

static int32_t same_canonical(Object *left, Object *right)
{
    return type_canonical(type_of_object(left)) ==
           type_canonical(type_of_object(right));
}

static int32_t contains_variables(Object *type)
{
    return is_open(type_of_object(type));
}

static int32_t array_rank(Object *type)
{
    return type_of_object(type)->rank;
}

static int32_t get_attributes(Object *object)
{
    enum { OF_ARRAYS = 0x2101 }; /* public, sealed, serializable */
    const Type *type = type_of_object(object);
    if (type_handle_is_desc(type))
        return TYPE_PUBLIC;
    return is_array(type) ? OF_ARRAYS : (int32_t)type->flags;
}

static int32_t get_token(Object *object)
{
    const Type *type = type_of_object(object);
    return (int32_t)(type->token ? type->token : TOKEN(TABLE_TypeDef, 0));
}

static void *element_handle(void *handle)
{
    Type *type = type_of_handle(handle);
    return reflection_has_element(type) ? type_handle(type->elem) : NULL;
}

static const char *utf8_name(VTable *vtable)
{
    return vtable->type->name;
}

static int32_t is_variable(Object *type)
{
    return reflection_is_var(type_of_object(type));
}

static int32_t variable_index(Object *type)
{
    return (int32_t)type_of_object(type)->var_index;
}

static int32_t is_unmanaged_pointer(Object *object)
{
    const Type *type = type_of_object(object);
    return type->element == ELEMENT_FNPTR && sig_is_unmanaged(type->fn_sig->kind);
}

static Object *module_if_exists(Object *type)
{
    return type ? module_object(type_of_object(type)->assembly) : NULL;
}

static Object *assembly_if_exists(Object *type)
{
    return type ? assembly_object(type_of_object(type)->assembly) : NULL;
}

/* -- methods ------------------------------------------------------------------- */

/* A type's own, in the order of metadata. Interfaces and classes alike. */
static Method *first_method(Object *object)
{
    Type *type = type_of_object(object);
    if (type_handle_is_desc(type) || !reflection_load(type, LEVEL_READY))
        return NULL;
    return type->n_methods ? type->methods[0] : NULL;
}

static void next_method(Method **method)
{
    const Type *type = (*method)->type;
    for (uint32_t i = 0; i + 1 < type->n_methods; i++)
        if (type->methods[i] == *method) {
            *method = type->methods[i + 1];
            return;
        }
    *method = NULL;
}

static bool is_static_virtual(const Method *method)
{
    return method->flags & METHOD_VIRTUAL && method->flags & METHOD_STATIC;
}

static uint32_t count_virtuals(Type *type)
{
    if (type_handle_is_desc(type) || !reflection_load(type, LEVEL_READY))
        return 0;
    return type->n_slots;
}

static int32_t virtuals(Object *type)
{
    return (int32_t)count_virtuals(type_of_object(type));
}

static int32_t all_virtuals(Object **keep, void *handle)
{
    (void)keep;
    Type *type = type_of_handle(handle);
    uint32_t n = count_virtuals(type);
    for (uint32_t i = 0; i < type->n_methods; i++)
        n += is_static_virtual(type->methods[i]);
    return (int32_t)n;
}

static Method *in_slot(Type *type, uint32_t slot)
{
    if (!(type->bits & TYPE_BIT_INTERFACE))
        return type->slots[slot];
    for (uint32_t i = 0; i < type->n_methods; i++)
        if (type->methods[i]->slot == (int32_t)slot &&
            !is_static_virtual(type->methods[i]))
            return type->methods[i];
    return NULL;
}

static Method *method_at(VTable *vtable, int32_t slot)
{
    Type *type = vtable->type;
    uint32_t n = count_virtuals(type), at = (uint32_t)slot;
    if (at < n)
        return in_slot(type, at);
    at -= n;
    for (uint32_t i = 0; i < type->n_methods; i++)
        if (is_static_virtual(type->methods[i]) && at-- == 0)
            return type->methods[i];
    exception_set("System.ArgumentException",
                  "Specified argument was out of the range of valid values.");
    return NULL;
}

const FcallRow fcalls_runtime_type_handle[] = {
    FCALL("CompareCanonicalHandles", NULL, same_canonical),
    FCALL("ContainsGenericVariables", NULL, contains_variables),
    FCALL("GetArrayRank", NULL, array_rank),
    FCALL("GetAssemblyIfExists", NULL, assembly_if_exists),
    FCALL("GetAttributes", NULL, get_attributes),
    FCALL("GetElementTypeHandle", NULL, element_handle),
    FCALL("GetFirstIntroducedMethod", NULL, first_method),
    FCALL("GetGenericVariableIndex", NULL, variable_index),
    FCALL("GetModuleIfExists", NULL, module_if_exists),
    FCALL("GetNextIntroducedMethod", NULL, next_method),
    FCALL("GetNumVirtuals", NULL, virtuals),
    FCALL("GetToken", NULL, get_token),
    FCALL("GetUtf8NameInternal", NULL, utf8_name),
    FCALL("InternalAllocNoChecks_FastPath", NULL, object_new_vtable),
    FCALL("IsGenericVariable", NULL, is_variable),
    FCALL("IsUnmanagedFunctionPointer", NULL, is_unmanaged_pointer),
    FCALLS_END,
};

/* -- where it is from ---------------------------------------------------------- */

static void get_module(Object **type, Object **result)
{
    *result = module_object(type_of_object(*type)->assembly);
}

static void get_assembly(Object **type, Object **result)
{
    if (!*type)
        exception_argument("System.ArgumentNullException", NULL, "Invalid handle.");
    else
        *result = assembly_object(type_of_object(*type)->assembly);
}

static void *declaring_type(void *handle)
{
    const Type *type = type_of_handle(handle);
    const Type *def = type->def ? type->def : type;
    return !is_array(type) && def->declaring ? type_handle(def->declaring) : NULL;
}

static void *declaring_of_variable(void *handle)
{
    Param *param = reflection_param(type_of_handle(handle));
    return param ? type_handle(param->owner) : NULL;
}

static void declaring_method(Object **keep, void *handle, Object **result)
{
    (void)keep;
    Param *param = reflection_param(type_of_handle(handle));
    if (param && param->method)
        *result = method_stub_object(param->method);
}

/* -- relations ----------------------------------------------------------------- */

static Array *runtime_types(Type *const *types, uint32_t n, bool as_runtime_types)
{
    Type *elem = as_runtime_types ? vm.world->known.runtime_type : vm.world->known.type;
    Array *array = array_new_of(elem, n);
    for (uint32_t i = 0; array && i < n; i++)
        if (!array_set(array, i, reflection_type(types[i])))
            return NULL;
    return array;
}

/* A vector's generic ones managed code adds by itself. */
static void get_interfaces(VTable *vtable, Object **result)
{
    Type *type = is_array(vtable->type) ? vm.world->known.array : vtable->type;
    if (!reflection_load(type, LEVEL_PARENTS) || !type->n_interfaces)
        return;
    Array *array = array_new_of(vm.world->known.runtime_type, type->n_interfaces);
    for (uint32_t i = 0; array && i < type->n_interfaces; i++)
        if (!array_set(array, i, reflection_type_in(type->interfaces[i], type, NULL)))
            return;
    *result = (Object *)array;
}

static void get_constraints(Object **keep, void *handle, Object **result)
{
    (void)keep;
    Param *param = reflection_param(type_of_handle(handle));
    if (!param) {
        bad_handle();
        return;
    }
    Type **types = reflection_constraints(param);
    uint32_t n = 0;
    while (types && types[n])
        n++;
    if (n)
        *result = (Object *)runtime_types(types, n, false);
    free(types);
}

static void get_instantiation(Object **keep, void *handle, Object **result,
                              int32_t as_runtime_types)
{
    (void)keep;
    Type *type = type_of_handle(handle);
    if (!type->n_args || is_array(type))
        return;
    Type **args = type->def == type ? reflection_type_params(type) : type->args;
    *result = (Object *)runtime_types(args, type->n_args, as_runtime_types);
}

static void get_definition(Object **keep, void *handle, Object **result)
{
    (void)keep;
    *result = reflection_type(type_of_handle(handle)->def);
}

static void function_pointer_types(Object **keep, void *handle, Object **result)
{
    (void)keep;
    const MethodSig *sig = type_of_handle(handle)->fn_sig;
    Array *array = array_new_of(vm.world->known.type, sig->n_params + 1);
    if (!array || !array_set(array, 0, reflection_type(sig->ret)))
        return;
    for (uint32_t i = 0; i < sig->n_params; i++)
        if (!array_set(array, i + 1, reflection_type(sig->params[i])))
            return;
    *result = (Object *)array;
}

static bool name_is_visible(const Type *def)
{
    uint32_t access = def->flags & TYPE_VISIBILITY_MASK;
    if (def->declaring)
        return access == TYPE_NESTED_PUBLIC && name_is_visible(def->declaring);
    return access == TYPE_PUBLIC;
}

static bool visible(Type *type)
{
    if (reflection_is_var(type))
        return true;
    if (reflection_has_element(type))
        return visible(type->elem);
    if (type->element == ELEMENT_FNPTR) {
        for (uint32_t i = 0; i < type->fn_sig->n_params; i++)
            if (!visible(type->fn_sig->params[i]))
                return false;
        return visible(type->fn_sig->ret);
    }
    if (type->def != type)
        for (uint32_t i = 0; i < type->n_args; i++)
            if (!visible(type->args[i]))
                return false;
    return name_is_visible(type->def);
}

static int32_t is_visible(Object **keep, void *handle)
{
    (void)keep;
    return visible(type_of_handle(handle));
}

static int32_t no(void)
{
    return 0;
}

static void nothing(void)
{
}

/* *count: room for handles, then how many there are. Constants are not among them:
 * those the caller takes from the metadata. .NET's own runtime lists fields of objects
 * first, and programs see that order. */
static int32_t get_fields(VTable *vtable, Field **fields, int32_t *count)
{
    Type *type = vtable->type;
    int32_t n = 0, room = *count;
    *count = 0;
    if (is_array(type) || !reflection_load(type, LEVEL_LAYOUT))
        return 1;
    for (uint32_t pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; i < type->n_fields; i++) {
            Field *field = &type->fields[i];
            bool is_static = (field->flags & FIELD_STATIC) != 0;
            if (field->flags & FIELD_LITERAL || is_static != (pass == 1))
                continue;
            if (n < room)
                fields[n] = field;
            n++;
        }
    *count = n;
    return n <= room;
}

/* -- interfaces ---------------------------------------------------------------- */

static void verify_interface(Object **keep, void *handle, Object **keep_interface,
                             void *interface_handle)
{
    (void)keep, (void)keep_interface;
    Type *type = type_of_handle(handle), *interface = type_of_handle(interface_handle);
    if (reflection_is_var(type)) {
        bad_handle();
        return;
    }
    const char *wrong = NULL;
    if (type_handle_is_desc(type))
        wrong = "Interface not found.";
    else if (type->bits & TYPE_BIT_INTERFACE)
        wrong = "'this' type cannot be an interface itself.";
    else if (!(interface->bits & TYPE_BIT_INTERFACE))
        wrong = "Type passed must be an interface.";
    else if (!reflection_has_interface(type, interface))
        wrong = "Interface not found.";
    if (wrong && !exception_pending())
        exception_set("System.ArgumentException", "%s", wrong);
}

static Method *interface_implementation(Object **keep, void *handle,
                                        Object **keep_interface, void *interface_handle,
                                        Method *method)
{
    (void)keep, (void)keep_interface;
    Type *type = type_of_handle(handle), *interface = type_of_handle(interface_handle);
    return reflection_interface_impl(type, interface, method);
}

const QcallRow qcalls_runtime_type_handle[] = {
    QCALL(RuntimeTypeHandle_GetArgumentTypesFromFunctionPointer,
          function_pointer_types),
    QCALL(RuntimeTypeHandle_GetAssemblySlow, get_assembly),
    QCALL(RuntimeTypeHandle_GetConstraints, get_constraints),
    QCALL(RuntimeTypeHandle_GetDeclaringMethodForGenericParameter, declaring_method),
    QCALL(RuntimeTypeHandle_GetDeclaringTypeHandle, declaring_type),
    QCALL(RuntimeTypeHandle_GetDeclaringTypeHandleForGenericVariable,
          declaring_of_variable),
    QCALL(RuntimeTypeHandle_GetFields, get_fields),
    QCALL(RuntimeTypeHandle_GetGenericTypeDefinition, get_definition),
    QCALL(RuntimeTypeHandle_GetInstantiation, get_instantiation),
    QCALL(RuntimeTypeHandle_GetInterfaceMethodImplementation, interface_implementation),
    QCALL(RuntimeTypeHandle_GetInterfaces, get_interfaces),
    QCALL(RuntimeTypeHandle_GetMethodAt, method_at),
    QCALL(RuntimeTypeHandle_GetModuleSlow, get_module),
    QCALL(RuntimeTypeHandle_GetNumVirtualsAndStaticVirtuals, all_virtuals),
    QCALL(RuntimeTypeHandle_IsCollectible, no),
    QCALL(RuntimeTypeHandle_IsVisible, is_visible),
    QCALL(RuntimeTypeHandle_RegisterCollectibleTypeDependency, nothing),
    QCALL(RuntimeTypeHandle_VerifyInterfaceIsImplemented, verify_interface),
    QCALLS_END,
};
