/* method_info.c - System.Reflection.MonoMethodInfo: what a method's signature says. */
#include <stdlib.h>
#include <string.h>

#include "loader/library/mono/reflection/custom_attrs.h"
#include "loader/library/mono/reflection/reflection.h"
#include "loader/library/mono/table.h"

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
    static Type *type;
    static Field *parent, *ret, *attrs, *iattrs, *callconv;
    Type *t = reflection_known(&type, "System.Reflection", "MonoMethodInfo");
    MethodSig *sig = sig_of(method);
    if (!sig)
        return;
    int32_t convention = sig->kind == SIG_VARARG ? CALL_VARARGS : CALL_STANDARD;
    convention |= sig->has_this ? CALL_HAS_THIS : 0;
    convention |= sig->explicit_this ? CALL_EXPLICIT_THIS : 0;
    FIELD(info, reflection_lookup(&parent, t, "parent"), Object *) =
        reflection_type(method->type);
    FIELD(info, reflection_lookup(&ret, t, "ret"), Object *) =
        reflection_type_in(sig->ret, method->type, method);
    FIELD(info, reflection_lookup(&attrs, t, "attrs"), int32_t) = method->flags;
    FIELD(info, reflection_lookup(&iattrs, t, "iattrs"), int32_t) = method->impl_flags;
    FIELD(info, reflection_lookup(&callconv, t, "callconv"), int32_t) = convention;
}

static int32_t method_attributes(Method *method)
{
    return method->flags;
}

/* Without a constant: Missing.Value for optional parameters, else DBNull.Value. */
static Object *default_value(Method *method, uint32_t row, Type *type)
{
    static Type *missing, *db_null;
    Assembly *assembly = method->type->assembly;
    uint32_t flags =
        row ? image_get(assembly->image, TABLE_Param, row, COL_Param_Flags) : 0;
    Object *value = NULL;
    if (flags & PARAM_HAS_DEFAULT &&
        reflection_constant(assembly, TOKEN(TABLE_Param, row), type, &value))
        return value;
    if (flags & PARAM_OPTIONAL)
        return reflection_static(
            reflection_known(&missing, "System.Reflection", "Missing"), "Value");
    return reflection_static(reflection_known(&db_null, "System", "DBNull"), "Value");
}

static Object *parameter_make(Method *method, MethodSig *sig, uint32_t i,
                              Object *member)
{
    static Field *attrs, *class, *value, *of, *name, *position, *marshal;
    Type *t = vm.world->known.runtime_parameter;
    const Image *image = method->type->assembly->image;
    uint32_t row = method_param_row(method, i + 1);
    Object *parameter = object_new(t);
    Object *type = reflection_type_in(sig->params[i], method->type, method);
    if (!parameter || !type)
        return NULL;
    FIELD(parameter, reflection_lookup(&class, t, "ClassImpl"), Object *) = type;
    FIELD(parameter, reflection_lookup(&of, t, "MemberImpl"), Object *) = member;
    FIELD(parameter, reflection_lookup(&position, t, "PositionImpl"), int32_t) =
        (int32_t)i;
    if (row) {
        FIELD(parameter, reflection_lookup(&name, t, "NameImpl"), String *) =
            string_from_utf8(image_get_string(image, TABLE_Param, row, COL_Param_Name));
        FIELD(parameter, reflection_lookup(&attrs, t, "AttrsImpl"), int32_t) =
            (int32_t)image_get(image, TABLE_Param, row, COL_Param_Flags);
        FIELD(parameter, reflection_lookup(&marshal, t, "marshalAs"), Object *) =
            reflection_marshal_as(method->type->assembly, TOKEN(TABLE_Param, row));
    }
    Object *constant = default_value(method, row, sig->params[i]);
    FIELD(parameter, reflection_lookup(&value, t, "DefaultValueImpl"), Object *) =
        constant;
    return exception_pending() ? NULL : parameter;
}

static Array *get_parameter_info(Method *method, Object *member)
{
    static Type *parameter_info;
    MethodSig *sig = sig_of(method);
    if (!sig)
        return NULL;
    /* The list is canonical too; the sig is the key that no other object has. */
    Array *array = (Array *)reflection_cached(sig, member);
    if (array)
        return array;
    uint32_t n = sig->n_params - method_takes_varargs(method, sig);
    array = array_new_of(
        reflection_known(&parameter_info, "System.Reflection", "ParameterInfo"), n);
    for (uint32_t i = 0; array && i < n; i++) {
        Object *parameter = parameter_make(method, sig, i, member);
        if (!parameter)
            return NULL;
        ARRAY_AT(array, Object *, i) = parameter;
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
