/* runtime_method_info.c - System.Reflection.RuntimeMethodInfo, MethodBase. */
#include <stdlib.h>
#include <string.h>

#include "loader/library/mono/reflection/reflection.h"
#include "loader/library/mono/table.h"
#include "loader/library/mono/members.h"
#include "loader/exec/native_entry.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"

/* The method as a member of `type`, which is the declaring type itself, another
 * instantiation of it, or one that inherits it. NULL with no pending: no such member.
 */
static Method *method_in(Method *method, Type *type)
{
    Err err = ERR_INIT;
    if (type->def == method->type->def) {
        Method *on = type == method->type ? method : method_on_type(method, type, &err);
        if (!on)
            exception_set_err(&err);
        return on;
    }
    if (!reflection_load(type, LEVEL_PARENTS))
        return NULL;
    return type_ancestor(type, method->type->def) ? method : NULL;
}

static Object *from_handle(Method *method, Type *type, int32_t check)
{
    if (!method)
        return NULL;
    if (!type)
        return reflection_method(method, NULL);
    Method *member = method;
    if (check || type->def == method->type->def) {
        member = method_in(method, type);
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
    Method *method = reflection_method_of(info), *base = method;
    if (!(method->flags & METHOD_VIRTUAL) || method->flags & METHOD_NEWSLOT ||
        method->type->bits & TYPE_BIT_INTERFACE || method->slot < 0)
        return info;
    for (Type *t = method->type->parent; t; t = t->parent) {
        if (!reflection_load(t, LEVEL_READY))
            return NULL;
        if ((uint32_t)method->slot >= t->n_slots)
            break;
        Method *here = t->slots[method->slot];
        if (here && here != base && here->type == t) {
            base = here;
            if (!definition)
                break;
        }
    }
    return base == method ? info : reflection_method(base, NULL);
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
    if (!method->n_args)
        return NULL;
    if (reflection_is_generic_method_def(method))
        return info;
    Err err = ERR_INIT;
    Method *def = method_on_type(method->def, method->type, &err);
    if (!def) {
        exception_set_err(&err);
        return NULL;
    }
    return reflection_method(def, reflected_of(info));
}

static Object *make_generic(Object *info, Array *args)
{
    Err err = ERR_INIT;
    Method *def = reflection_method_of(info);
    Type **types = reflection_types_of(args);
    if (!types)
        return NULL;
    Type **own = reflection_method_params(def);
    bool same = true;
    for (uint32_t i = 0; i < def->n_args && i < args->length; i++)
        same = same && types[i] == own[i];
    bool open = def->type->bits & TYPE_BIT_OPEN;
    for (uint32_t i = 0; i < args->length; i++)
        open = open || types[i]->bits & TYPE_BIT_OPEN;
    Method *method = same ? def : method_instance(def, types, args->length, &err);
    free(types);
    if (method && !open && !method_check_constraints(method, &err))
        method = NULL;
    if (!method) {
        if (err.kind == ERR_NONE)
            exception_argument("System.ArgumentException", "typeArguments",
                               "Invalid generic arguments");
        else
            exception_set_err(&err);
        return NULL;
    }
    return reflection_method(method, reflected_of(info));
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
    *entry = *library = NULL;
    if (!image_find_rows(image, TABLE_ImplMap, COL_ImplMap_MemberForwarded,
                         method->token, &first, &end))
        return;
    uint32_t scope = image_get(image, TABLE_ImplMap, first, COL_ImplMap_ImportScope);
    *flags = (int32_t)image_get(image, TABLE_ImplMap, first, COL_ImplMap_MappingFlags);
    *entry = string_from_utf8(
        image_get_string(image, TABLE_ImplMap, first, COL_ImplMap_ImportName));
    *library = string_from_utf8(
        image_get_string(image, TABLE_ModuleRef, TOKEN_RID(scope), COL_ModuleRef_Name));
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
