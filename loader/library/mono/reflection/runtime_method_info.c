/* runtime_method_info.c - System.Reflection.RuntimeMethodInfo, MethodBase. */
#include <stdlib.h>

#include "loader/gc/gc.h"
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/table.h"
#include "loader/reflect/frames.h"
#include "loader/library/mono/members.h"
#include "loader/exec/native_entry.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/object.h"
#include "loader/vm/vm.h"

/* -- objects of methods -------------------------------------------------------- */

static Method **handle_of(Object *info, bool ctor)
{
    return ctor ? field_runtime_ctor_handle(info) : field_runtime_method_handle(info);
}

static void set_reflected(Object *info, bool ctor, Object *type)
{
    if (ctor)
        field_runtime_ctor_reflected_set(info, type);
    else
        field_runtime_method_reflected_set(info, type);
}

/* For a stack frame: as long as there is such an object, there is the method. */
static Object *dynamic_method_info(Method *method)
{
    VTable *vtable = type_vtable(vm.world->known.runtime_method);
    Object *type = reflection_type(method->type);
    Object *object =
        vtable && type ? gc_alloc_scanned(vtable, vtable->base_size) : NULL;
    if (!object) {
        if (!exception_pending())
            exception_set_object(vm.out_of_memory);
        return NULL;
    }
    *handle_of(object, false) = method;
    set_reflected(object, false, type);
    return object;
}

Object *reflection_method(Method *method, Type *reflected)
{
    if (method->type->assembly && method->type->assembly->dynamic)
        return dynamic_method_info(method);
    if (!reflected)
        reflected = method->type;
    Object *object = reflection_cached(method, reflected);
    if (object)
        return object;
    bool ctor = reflection_is_ctor(method);
    const KnownTypes *k = &vm.world->known;
    Object *type = reflection_type(reflected);
    object = object_new(ctor ? k->runtime_ctor : k->runtime_method);
    if (!object || !type)
        return NULL;
    *handle_of(object, ctor) = method;
    set_reflected(object, ctor, type);
    return reflection_cache(method, reflected, object);
}

Method *reflection_method_of(Object *method)
{
    const KnownTypes *k = &vm.world->known;
    Type *type = object_type(method);
    if (type != k->runtime_method && type != k->runtime_ctor)
        return reflection_dynamic_method(method);
    return *handle_of(method, type == k->runtime_ctor);
}

/* -- members --------------------------------------------------------------------- */

static Object *from_handle(Method *method, Type *type, int32_t check)
{
    if (!method)
        return NULL;
    if (!type)
        return reflection_method(method, NULL);
    Method *member = method;
    if (check || type->def == method->type->def) {
        member = reflection_method_in(method, type);
        if (!member)
            return NULL;
        type = check ? member->type : type;
    }
    return reflection_method(member, type);
}

static String *get_name(Object *info)
{
    return string_from_utf8(reflection_method_of(info)->name);
}

/* The one that this method overrides directly, or the first of all. */
static Object *get_base_method(Object *info, int32_t definition)
{
    Method *method = reflection_method_of(info);
    Method *base = reflection_base_method(method, definition);
    return base && base != method ? reflection_method(base, NULL) : base ? info : NULL;
}

static int32_t is_generic(Object *info)
{
    return reflection_method_of(info)->n_args != 0;
}

static int32_t is_generic_definition(Object *info)
{
    return reflection_is_generic_method_def(reflection_method_of(info));
}

static Array *generic_arguments(Object *info)
{
    Method *method = reflection_method_of(info);
    Type **types = reflection_is_generic_method_def(method)
                       ? reflection_method_params(method)
                       : method->args;
    return reflection_type_array(types, method->n_args);
}

static Type *reflected_of(Object *info)
{
    Object *type = *field_runtime_method_reflected(info);
    return type ? type_of_object(type) : NULL;
}

static Object *generic_definition(Object *info)
{
    Method *method = reflection_method_of(info);
    Method *def = method->n_args ? reflection_method_definition(method) : NULL;
    return !def            ? NULL
           : def == method ? info
                           : reflection_method(def, reflected_of(info));
}

static Object *make_generic(Object *info, Array *args)
{
    Type **types = reflection_types_of(args);
    if (!types)
        return NULL;
    Method *method =
        reflection_make_generic_method(reflection_method_of(info), types, args->length);
    free(types);
    return method ? reflection_method(method, reflected_of(info)) : NULL;
}

static int32_t metadata_token(Object *info)
{
    Method *method = reflection_method_of(info);
    return (int32_t)(method->token ? method->token : TOKEN(TABLE_MethodDef, 0));
}

static void get_pinvoke(Object *info, int32_t *flags, String **entry, String **library)
{
    Method *method = reflection_method_of(info);
    const Image *image = method->type->assembly->image;
    uint32_t first, end;
    *flags = 0;
    gc_store(entry, *library = NULL);
    if (!image_find_rows(image, TABLE_ImplMap, COL_ImplMap_MemberForwarded,
                         method->token, &first, &end))
        return;
    uint32_t scope = image_get(image, TABLE_ImplMap, first, COL_ImplMap_ImportScope);
    *flags = (int32_t)image_get(image, TABLE_ImplMap, first, COL_ImplMap_MappingFlags);
    gc_store(entry, string_from_utf8(image_get_string(image, TABLE_ImplMap, first,
                                                      COL_ImplMap_ImportName)));
    gc_store(library,
             string_from_utf8(image_get_string(image, TABLE_ModuleRef, TOKEN_RID(scope),
                                               COL_ModuleRef_Name)));
}

static int32_t no_security_level(void)
{
    return 0;
}

/* The definition of the method that asks, without any generic arguments. */
static Object *current_method(void)
{
    Method *caller = reflection_caller(0);
    return caller ? reflection_method(caller->def, NULL) : NULL;
}

static void *function_pointer(Method *method)
{
    return method_native_address(method);
}

const IcallRow icalls_runtime_method_info[] = {
    ICALL("GetMethodFromHandleInternalType_native", NULL, from_handle),
    ICALL("get_name", NULL, get_name),
    ICALL("get_base_method", NULL, get_base_method),
    ICALL("get_metadata_token", NULL, metadata_token),
    ICALL("InternalInvoke", NULL, reflection_internal_invoke),
    ICALL("GetMethodBodyInternal", NULL, reflection_method_body),
    ICALL("GetPInvoke", NULL, get_pinvoke),
    ICALL("MakeGenericMethod_impl", NULL, make_generic),
    ICALL("GetGenericArguments", NULL, generic_arguments),
    ICALL("GetGenericMethodDefinition_impl", NULL, generic_definition),
    ICALL("get_IsGenericMethodDefinition", NULL, is_generic_definition),
    ICALL("get_IsGenericMethod", NULL, is_generic),
    ICALL("get_core_clr_security_level", NULL, no_security_level),
    ICALLS_END,
};

const IcallRow icalls_method_base[] = {
    ICALL("GetCurrentMethod", NULL, current_method),
    ICALLS_END,
};

const IcallRow icalls_runtime_method_handle[] = {
    ICALL("GetFunctionPointer", NULL, function_pointer),
    ICALLS_END,
};
