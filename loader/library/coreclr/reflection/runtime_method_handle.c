/* runtime_method_handle.c - System.RuntimeMethodHandle: what a method is and where it
 * belongs. Calls are in invoke.c, bodies in method_body.c.
 *
 * A method of a generic type is one Method for each instance of the type, and its own
 * definition has VARs in it; that is what programs see, with the definition's own
 * parameters in place of VARs (loader/reflect/params.c).
 */
#include <stdlib.h>

#include "common/base/mem.h"
#include "loader/exec/method.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/dynamic.h"
#include "loader/library/coreclr/reflection/caller.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

/* -- what it is ---------------------------------------------------------------- */

static int32_t get_attributes(Method *method)
{
    const uint32_t unmarked = METHOD_HIDEBYSIG | METHOD_SPECIALNAME;
    bool of_array =
        method->synth >= SYNTH_ARRAY_CTOR && method->synth <= SYNTH_ARRAY_ADDRESS;
    return (int32_t)(of_array ? method->flags & ~unmarked : method->flags);
}

static int32_t get_impl_attributes(Object *object)
{
    return method_of_info(object)->impl_flags;
}

static int32_t get_token(Method *method)
{
    return (int32_t)(method->token ? method->token : TOKEN(TABLE_MethodDef, 0));
}

static const char *utf8_name(Method *method)
{
    return method->name;
}

static void *method_table(Method *method)
{
    if (method_dynamic(method)) /* its type dies with it */
        return type_handle(assembly_type(vm.world->corlib, 1));
    return type_handle(reflection_closed_over_itself(method->type));
}

/* Without one it lies behind all slots. */
static int32_t get_slot(Method *method)
{
    Type *type = method->type;
    if (!reflection_load(type, LEVEL_READY))
        return -1;
    if (method->slot >= 0)
        return method->slot;
    for (uint32_t i = 0; i < type->n_methods; i++)
        if (type->methods[i]->def == method->def)
            return (int32_t)(type->n_slots + i);
    return -1;
}

static int32_t is_constructor(Method *method)
{
    return reflection_is_ctor(method);
}

static int32_t parameter_count(Method *method)
{
    return (int32_t)method->n_args;
}

static int32_t has_instantiation(Method *method)
{
    return method->n_args != 0;
}

static int32_t is_definition(Method *method)
{
    return reflection_is_generic_method_def(method);
}

static int32_t is_typical(Object *object)
{
    const Method *method = method_of_info(object);
    return method->def == method;
}

static int32_t is_dynamic(Method *method)
{
    return method_dynamic(method) != NULL;
}

static Object *no_loader_allocator(Method *method)
{
    (void)method;
    return NULL;
}

/* -- the same of another type -------------------------------------------------- */

static Method *on_type(Method *method, Type *type)
{
    if (type->def != method->type->def || type == method->type)
        return method;
    Err err = ERR_INIT;
    Method *on = method_on_type(method->def, type, &err);
    if (!on)
        exception_set_err(&err);
    return on;
}

static Method *from_canonical(Method *method, Object *type)
{
    return on_type(method, type_of_object(type));
}

static Method *stub_if_needed(Method *method, Object *type)
{
    return method->n_args || method->type == type_of_object(type) ? method : NULL;
}

/* A VerificationException, of which managed code makes what it throws. */
static void set_verification(const Err *err)
{
    exception_set("System.Security.VerificationException", "%s", err->text);
}

static Method *generic_instance(Method *def, Array *objects)
{
    Err err = ERR_INIT;
    Type **types = reflection_types_of(objects), **own = reflection_method_params(def);
    if (!types)
        return NULL;
    bool open = false, same = true;
    Method *made = NULL;
    for (uint32_t i = 0; i < objects->length; i++) {
        same = same && i < def->n_args && types[i] == own[i];
        open = open || types[i]->bits & TYPE_BIT_OPEN;
        if (!(types[i] = reflection_over_itself(types[i])))
            goto done;
    }
    if (objects->length != def->n_args)
        exception_set(
            "System.ArgumentException",
            "The number of generic arguments provided doesn't equal the arity "
            "of the generic type definition.");
    else if (same)
        made = def;
    else if ((made = method_instance(def, types, def->n_args, &err)) && !open &&
             !method_check_constraints(made, &err)) {
        method_tell_constraint(made, &err);
        made = NULL;
    }
    if (!made && !exception_pending())
        set_verification(&err);
done:
    free(types);
    return made;
}

static Method *stub_if_needed_slow(Method *method, Object **keep, void *handle,
                                   Object **args)
{
    (void)keep;
    Method *on = on_type(method, type_of_handle(handle));
    if (!on || !*args)
        return on;
    Method *def = reflection_method_definition(on);
    return def ? generic_instance(def, (Array *)*args) : NULL;
}

const FcallRow fcalls_runtime_method_handle[] = {
    FCALL("GetAttributes", NULL, get_attributes),
    FCALL("GetGenericParameterCount", NULL, parameter_count),
    FCALL("GetImplAttributes", NULL, get_impl_attributes),
    FCALL("GetLoaderAllocatorInternal", NULL, no_loader_allocator),
    FCALL("GetMethodDef", NULL, get_token),
    FCALL("GetMethodFromCanonical", NULL, from_canonical),
    FCALL("GetMethodTable", NULL, method_table),
    FCALL("GetResolver", NULL, dynamic_resolver),
    FCALL("GetSlot", NULL, get_slot),
    FCALL("GetStubIfNeededInternal", NULL, stub_if_needed),
    FCALL("GetUtf8NameInternal", NULL, utf8_name),
    FCALL("HasMethodInstantiation", NULL, has_instantiation),
    FCALL("IsConstructor", NULL, is_constructor),
    FCALL("IsDynamicMethod", NULL, is_dynamic),
    FCALL("IsGenericMethodDefinition", NULL, is_definition),
    FCALL("IsTypicalMethodDefinition", NULL, is_typical),
    FCALLS_END,
};

/* -- QCalls -------------------------------------------------------------------- */

static void get_instantiation(Method *method, Object **result, int32_t runtime_types)
{
    if (!method->n_args)
        return;
    Type **args = reflection_is_generic_method_def(method)
                      ? reflection_method_params(method)
                      : method->args;
    const KnownTypes *known = &vm.world->known;
    Array *array =
        array_new_of(runtime_types ? known->runtime_type : known->type, method->n_args);
    for (uint32_t i = 0; array && i < method->n_args; i++)
        if (!array_set(array, i, reflection_type(args[i])))
            return;
    *result = (Object *)array;
}

static void set_if_other(Method *found, const Method *method, Object **result)
{
    if (found && found != method)
        *result = method_stub_object(found);
}

static void get_typical(Method *method, Object **result)
{
    set_if_other(method->def, method, result);
}

static void strip_instantiation(Method *method, Object **result)
{
    if (method->n_args)
        set_if_other(reflection_method_definition(method), method, result);
}

static void *function_pointer(Method *method)
{
    if (reflection_method_is_open(method)) {
        exception_set(
            "System.InvalidOperationException",
            "Could not execute the method because either the method itself or "
            "the containing type is not fully instantiated.");
        return NULL;
    }
    return method_ftn(method);
}

static int32_t no(void)
{
    return 0;
}

/* May what is decorated see the attribute? source: its type, or none. */
static int32_t attribute_is_visible(Object **keep, void *handle, Method *ctor,
                                    Object **keep_source, void *source,
                                    Object **keep_module, Assembly *module)
{
    (void)keep, (void)keep_source, (void)keep_module;
    const Type *type = type_of_handle(handle);
    Type *from = source ? type_of_handle(source) : assembly_type(module, 1);
    uint32_t access = ctor ? ctor->flags & METHOD_ACCESS_MASK : METHOD_PUBLIC;
    return type_is_accessible(type, from) &&
           (!ctor || member_is_accessible(access, ctor->type, from));
}

/* MethodBase's: of generic code the definition. */
static Method *current_method(const int32_t *mark)
{
    Method *method = caller_of_mark(mark);
    return method ? method->def : NULL;
}

const QcallRow qcalls_runtime_method_handle[] = {
    QCALL(MethodBase_GetCurrentMethod, current_method),
    QCALL(RuntimeMethodHandle_GetFunctionPointer, function_pointer),
    QCALL(RuntimeMethodHandle_GetIsCollectible, no),
    QCALL(RuntimeMethodHandle_GetMethodInstantiation, get_instantiation),
    QCALL(RuntimeMethodHandle_GetStubIfNeededSlow, stub_if_needed_slow),
    QCALL(RuntimeMethodHandle_GetTypicalMethodDefinition, get_typical),
    QCALL(RuntimeMethodHandle_IsCAVisibleFromDecoratedType, attribute_is_visible),
    QCALL(RuntimeMethodHandle_StripMethodInstantiation, strip_instantiation),
    QCALLS_END,
};
