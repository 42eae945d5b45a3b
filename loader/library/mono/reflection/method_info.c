/* method_info.c - System.Reflection.MonoMethodInfo: what a method's signature says. */
#include <stdlib.h>
#include <string.h>

#include "loader/reflect/attribute.h"
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/reflection/custom_attrs.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"
#include "loader/reflect/invoke.h"

/* System.Reflection.CallingConventions. */
enum {
    CALL_STANDARD = 1,
    CALL_VARARGS = 2,
    CALL_HAS_THIS = 32,
    CALL_EXPLICIT_THIS = 64,
};

enum { PARAM_OPTIONAL = 0x10, PARAM_HAS_DEFAULT = 0x1000 };

static MethodSig *sig_of(Method *method)
{
    Err err = ERR_INIT;
    MethodSig *sig = method_sig(method, &err);
    if (!sig)
        exception_set_err(&err);
    return sig;
}

static void get_method_info(Method *method, void *info)
{
    MethodSig *sig = sig_of(method);
    if (!sig)
        return;
    int32_t convention = sig->kind == SIG_VARARG ? CALL_VARARGS : CALL_STANDARD;
    convention |= sig->has_this ? CALL_HAS_THIS : 0;
    convention |= sig->explicit_this ? CALL_EXPLICIT_THIS : 0;
    field_method_values_declaring_set(info, reflection_type(method->type));
    field_method_values_ret_set(info,
                                reflection_type_in(sig->ret, method->type, method));
    *field_method_values_attrs(info) = method->flags;
    *field_method_values_impl_attrs(info) = method->impl_flags;
    *field_method_values_convention(info) = convention;
}

static int32_t method_attributes(Method *method)
{
    return method->flags;
}

/* Without a constant: Missing.Value for optional parameters, else DBNull.Value. */
static Object *default_value(Method *method, uint32_t row, Type *type)
{
    Assembly *assembly = method->type->assembly;
    uint32_t flags =
        row ? image_get(assembly->image, TABLE_Param, row, COL_Param_Flags) : 0;
    Object *value = NULL;
    if (flags & PARAM_HAS_DEFAULT &&
        reflection_constant(assembly, TOKEN(TABLE_Param, row), type, &value))
        return value;
    Object **none =
        flags & PARAM_OPTIONAL ? static_missing_value() : static_db_null_value();
    return none ? *none : NULL;
}

static Object *parameter_make(Method *method, MethodSig *sig, uint32_t i,
                              Object *member)
{
    const Image *image = method->type->assembly->image;
    uint32_t row = method_param_row(method, i + 1);
    Object *parameter = object_new(vm.world->known.runtime_parameter);
    Object *type = reflection_type_in(sig->params[i], method->type, method);
    if (!parameter || !type)
        return NULL;
    field_parameter_info_type_set(parameter, type);
    field_parameter_info_member_set(parameter, member);
    *field_parameter_info_position(parameter) = (int32_t)i;
    if (row) {
        field_parameter_info_name_set(
            parameter, string_from_utf8(
                           image_get_string(image, TABLE_Param, row, COL_Param_Name)));
        *field_parameter_info_attrs(parameter) =
            (int32_t)image_get(image, TABLE_Param, row, COL_Param_Flags);
        field_runtime_parameter_marshal_set(
            parameter,
            reflection_marshal_as(method->type->assembly, TOKEN(TABLE_Param, row)));
    }
    Object *constant = default_value(method, row, sig->params[i]);
    field_parameter_info_value_set(parameter, constant);
    return exception_pending() ? NULL : parameter;
}

static Array *get_parameter_info(Method *method, Object *member)
{
    MethodSig *sig = sig_of(method);
    if (!sig)
        return NULL;
    /* The list is canonical too; the sig is the key that no other object has. */
    Array *array = (Array *)reflection_cached(sig, member);
    if (array)
        return array;
    uint32_t n = sig->n_params - method_takes_varargs(method, sig);
    array = array_new_of(known_parameter_info(), n);
    for (uint32_t i = 0; array && i < n; i++) {
        Object *parameter = parameter_make(method, sig, i, member);
        if (!parameter)
            return NULL;
        array_set(array, i, parameter);
    }
    return array ? (Array *)reflection_cache(sig, member, (Object *)array) : NULL;
}

static Object *retval_marshal(Method *method)
{
    uint32_t row = method_param_row(method, 0);
    return row ? reflection_marshal_as(method->type->assembly, TOKEN(TABLE_Param, row))
               : NULL;
}

static int32_t parameter_token(Object *parameter)
{
    AttrTarget target;
    bool found = attr_target_of(parameter, &target);
    return (int32_t)(found ? target.token : TOKEN(TABLE_Param, 0));
}

static Array *param_modifiers(Object *type, Object *member, int32_t position,
                              int32_t optional)
{
    Method *method = attr_accessor_of(member);
    (void)type;
    return method ? reflection_param_modifiers(method, position, optional)
                  : array_new_of(vm.world->known.type, 0);
}

const IcallRow icalls_runtime_parameter_info[] = {
    ICALL("GetMetadataToken", NULL, parameter_token),
    ICALL("GetTypeModifiers", NULL, param_modifiers),
    ICALLS_END,
};

const IcallRow icalls_mono_method_info[] = {
    ICALL("get_method_info", NULL, get_method_info),
    ICALL("get_method_attributes", NULL, method_attributes),
    ICALL("get_parameter_info", NULL, get_parameter_info),
    ICALL("get_retval_marshal", NULL, retval_marshal),
    ICALLS_END,
};
