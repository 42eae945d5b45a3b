/* field_info.c - System.Reflection.FieldInfo, RuntimeFieldInfo, RuntimeFieldHandle. */
#include <string.h>

#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"
#include "loader/reflect/invoke.h"

Field *reflection_field_of(Object *info)
{
    if (object_type(info) != vm.world->known.runtime_field)
        return NULL;
    return *field_runtime_field_handle(info);
}

Object *reflection_field(Field *field, Type *reflected)
{
    if (!reflected)
        reflected = field->owner;
    Object *info = reflection_cached(field, reflected);
    if (info)
        return info;
    info = object_new(vm.world->known.runtime_field);
    if (!info)
        return NULL;
    *field_runtime_field_handle(info) = field;
    *field_runtime_field_reflected(info) = reflected;
    field_runtime_field_name_set(info, string_from_utf8(field->name));
    *field_runtime_field_attrs(info) = (int32_t)reflection_field_attributes(field);
    return reflection_cache(field, reflected, info);
}

/* The field as a member of a type that has it or inherits it; managed code says that
 * the handles do not belong together. */
static Object *from_handle_type(Field *field, Type *type)
{
    if (!field)
        return NULL;
    if (!type || type == field->owner)
        return reflection_field(field, NULL);
    if (!reflection_load(type, LEVEL_PARENTS))
        return NULL;
    return type_is_subclass(type, field->owner) ? reflection_field(field, type) : NULL;
}

static Object *resolve_type(Object *info)
{
    Field *field = reflection_field_of(info);
    return reflection_type_in(field->type, field->owner, NULL);
}

static Object *parent_type(Object *info, int32_t declaring)
{
    Type *reflected = *field_runtime_field_reflected(info);
    return reflection_type(declaring ? reflection_field_of(info)->owner : reflected);
}

static int32_t field_offset(Object *info)
{
    Field *field = reflection_field_of(info);
    if (!reflection_load(field->owner, LEVEL_LAYOUT))
        return 0;
    return (int32_t)field->offset -
           (type_is_valuetype(field->owner) ? 0 : OBJECT_HEADER_SIZE);
}

/* -- values -------------------------------------------------------------------- */

static Object *get_value(Object *info, Object *object)
{
    return reflection_field_get(reflection_field_of(info), object);
}

static void set_value(Object *info, Object *object, Object *value)
{
    reflection_field_set(reflection_field_of(info), object, value);
}

static Object *raw_constant(Object *info)
{
    Field *field = reflection_field_of(info);
    if (!(field->flags & FIELD_LITERAL)) {
        exception_set("System.InvalidOperationException", NULL);
        return NULL;
    }
    return reflection_field_constant(field, NULL);
}

static int32_t metadata_token(Object *info)
{
    return (int32_t)reflection_field_of(info)->token;
}

static int32_t no_security_level(void)
{
    return 0;
}

static Object *marshal_info(Object *info)
{
    Field *field = reflection_field_of(info);
    return reflection_marshal_as(field->owner->assembly, field->token);
}

static Array *type_modifiers(Object *info, int32_t optional)
{
    Field *field = reflection_field_of(info);
    Assembly *assembly = field->owner->assembly;
    Cursor c = cursor_open(image_get_blob(
        assembly->image, TABLE_Field, TOKEN_RID(field->token), COL_Field_Signature));
    cursor_u8(&c); /* FIELD */
    return reflection_modifiers(assembly, c, optional);
}

/* TypedReference: {type, value, class}; the value is an address. */
typedef struct TypedRef {
    Type *type;
    void *value;
    Type *class;
} TypedRef;

static Object *get_value_direct(Object *info, Object *type, TypedRef *ref,
                                Object *context)
{
    (void)type, (void)context;
    Field *field = reflection_field_of(info);
    if (!reflection_load(field->owner, LEVEL_LAYOUT))
        return NULL;
    if (!type_is_valuetype(ref->type))
        return reflection_field_get(field, *(Object **)ref->value);
    return reflection_box(field->type, (char *)ref->value + field->offset);
}

static void set_value_direct(Object *info, Object *type, TypedRef *ref, Object *value,
                             Object *context)
{
    (void)type, (void)context;
    Field *field = reflection_field_of(info);
    if (!reflection_load(field->owner, LEVEL_LAYOUT))
        return;
    if (!type_is_valuetype(ref->type))
        set_value(info, *(Object **)ref->value, value);
    else
        reflection_unbox(field->type, value, (char *)ref->value + field->offset);
}

const IcallRow icalls_field_info[] = {
    ICALL("internal_from_handle_type", NULL, from_handle_type),
    ICALL("get_marshal_info", NULL, marshal_info),
    ICALLS_END,
};

const IcallRow icalls_runtime_field_info[] = {
    ICALL("UnsafeGetValue", NULL, get_value),
    ICALL("ResolveType", NULL, resolve_type),
    ICALL("GetParentType", NULL, parent_type),
    ICALL("GetFieldOffset", NULL, field_offset),
    ICALL("GetValueInternal", NULL, get_value),
    ICALL("SetValueInternal", NULL, set_value),
    ICALL("GetRawConstantValue", NULL, raw_constant),
    ICALL("get_core_clr_security_level", NULL, no_security_level),
    ICALL("get_metadata_token", NULL, metadata_token),
    ICALL("GetTypeModifiers", NULL, type_modifiers),
    ICALLS_END,
};

const IcallRow icalls_runtime_field_handle[] = {
    ICALL("SetValueInternal", NULL, set_value),
    ICALL("GetValueDirect", NULL, get_value_direct),
    ICALL("SetValueDirect", NULL, set_value_direct),
    ICALLS_END,
};
