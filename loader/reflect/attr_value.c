/* attr_value.c - values of custom attributes as objects, and attributes made of them.
 */
#include <assert.h>
#include <string.h>

#include "common/base/arena.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "loader/reflect/attribute.h"
#include "loader/reflect/invoke.h"

/* -- types --------------------------------------------------------------------- */

static bool attr_type_of(Type *type, Arena *arena, AttrType *out)
{
    const KnownTypes *k = &vm.world->known;
    *out = (AttrType){.kind = (ElementType)type->element};
    if (type->element == ELEMENT_SZARRAY) {
        AttrType *element = arena_new(arena, AttrType);
        out->element = element;
        return attr_type_of(type->elem, arena, element);
    }
    if (type->bits & TYPE_BIT_ENUM) {
        if (!reflection_load(type, LEVEL_LAYOUT))
            return false;
        out->kind = ELEMENT_ATTR_ENUM;
        out->enum_type = type;
        out->underlying = (ElementType)type_underlying(type)->element;
        return true;
    }
    if (type == k->type)
        out->kind = ELEMENT_ATTR_TYPE;
    else if (type == k->object)
        out->kind = ELEMENT_ATTR_BOXED;
    return true;
}

static bool enum_underlying(void *context, const AttrType *type, ElementType *out,
                            Err *err)
{
    Type *t = type->enum_type ? type->enum_type
                              : reflection_parse_type(type->enum_name, context, false);
    if (!t) {
        exception_take();
        return err_set(err, ERR_TYPE_LOAD, "Could not load type '%.300s'.",
                       type->enum_name ? type->enum_name : "");
    }
    if (!type_load(t, LEVEL_LAYOUT, err))
        return false;
    *out = (ElementType)type_underlying(t)->element;
    return true;
}

/* The types of a constructor's parameters as blobs have them. */
static bool attr_params_of(Method *ctor, Arena *arena, MethodSig **sig, AttrParams *out)
{
    Err err = ERR_INIT;
    *sig = method_sig(ctor, &err);
    if (!*sig)
        return exception_set_err(&err);
    AttrType *types = arena_array(arena, AttrType, (*sig)->n_params + 1);
    *out = (AttrParams){types, (*sig)->n_params};
    for (uint32_t i = 0; i < (*sig)->n_params; i++)
        if (!attr_type_of((*sig)->params[i], arena, &types[i]))
            return false;
    return true;
}

bool attr_decode(Method *ctor, Bytes blob, Assembly *from, Arena *arena,
                 MethodSig **sig, Attribute *out)
{
    Err err = ERR_INIT;
    AttrEnums enums = {enum_underlying, from};
    AttrParams params = {0};
    if (!attr_params_of(ctor, arena, sig, &params))
        return false;
    return attribute_read(blob, params, &enums, arena, out, &err) ||
           exception_pending() || exception_set_err(&err);
}

/* What is no attribute's blob, and not what a type that is missing leads to. */
static bool blob_failed(const Err *err)
{
    if (err->kind == ERR_BAD_IMAGE)
        return exception_set("System.Reflection.CustomAttributeFormatException", NULL);
    return exception_set_err(err);
}

bool attr_decode_fixed(Method *ctor, Bytes blob, Assembly *from, Arena *arena,
                       Attribute *out, size_t *end)
{
    Err err = ERR_INIT;
    AttrEnums enums = {enum_underlying, from};
    AttrParams params = {0};
    MethodSig *sig;
    return attr_params_of(ctor, arena, &sig, &params) &&
           (attribute_read_fixed(blob, params, &enums, arena, out, end, &err) ||
            blob_failed(&err));
}

bool attr_decode_named(Bytes blob, Assembly *from, Arena *arena, AttrNamed *out,
                       size_t *end)
{
    Err err = ERR_INIT;
    AttrEnums enums = {enum_underlying, from};
    return attribute_read_named(blob, &enums, arena, out, end, &err) ||
           blob_failed(&err);
}

Type *attr_value_type(const AttrType *type, Assembly *from)
{
    const KnownTypes *k = &vm.world->known;
    Type *const plain[] = {
        [ELEMENT_BOOLEAN] = k->boolean, [ELEMENT_CHAR] = k->char_, [ELEMENT_I1] = k->i1,
        [ELEMENT_U1] = k->u1,           [ELEMENT_I2] = k->i2,      [ELEMENT_U2] = k->u2,
        [ELEMENT_I4] = k->i4,           [ELEMENT_U4] = k->u4,      [ELEMENT_I8] = k->i8,
        [ELEMENT_U8] = k->u8,           [ELEMENT_R4] = k->r4,      [ELEMENT_R8] = k->r8,
        [ELEMENT_STRING] = k->string,
    };
    if (type->kind <= ELEMENT_STRING)
        return plain[type->kind];
    if (type->kind == ELEMENT_ATTR_TYPE)
        return k->type;
    if (type->kind == ELEMENT_ATTR_ENUM)
        return type->enum_type ? type->enum_type
                               : reflection_parse_type(type->enum_name, from, false);
    if (type->kind == ELEMENT_SZARRAY) {
        Type *element = attr_value_type(type->element, from);
        return element ? type_szarray(element) : NULL;
    }
    return k->object;
}

/* -- values -------------------------------------------------------------------- */

static Object *type_value(const AttrValue *value, Assembly *from)
{
    Type *type = reflection_parse_type(value->u.text.at, from, false);
    if (type)
        return reflection_type(type);
    if (!exception_pending())
        exception_set("System.TypeLoadException", "Could not load type '%s'.",
                      value->u.text.at);
    return NULL;
}

/* Bytes of a scalar as its type has them. */
static void scalar_store(const AttrValue *value, ElementType kind, void *out)
{
    if (kind == ELEMENT_R4)
        *(float *)out = (float)value->u.r;
    else if (kind == ELEMENT_R8)
        *(double *)out = value->u.r;
    else
        *(int64_t *)out = value->u.i; /* little-endian: the low bytes come first */
}

static Object *array_value(const AttrValue *value, Assembly *from)
{
    Type *element = attr_value_type(value->type.element, from);
    Array *array = element ? array_new_of(element, value->u.items.n) : NULL;
    for (uint32_t i = 0; array && i < value->u.items.n; i++) {
        const AttrValue *item = &value->u.items.at[i];
        uint64_t bits = 0;
        if (type_is_valuetype(element)) {
            scalar_store(item, item->type.kind, &bits);
            uint32_t size = type_value_size(element);
            memcpy(array->data + i * size, &bits, size);
            continue;
        }
        Object *object = attr_value_object(item, from);
        if (!object && exception_pending())
            return NULL;
        array_set(array, i, object);
    }
    return (Object *)array;
}

Object *attr_value_object(const AttrValue *value, Assembly *from)
{
    uint64_t bits = 0;
    if (value->is_null)
        return NULL;
    switch (value->type.kind) {
    case ELEMENT_STRING:
        return (Object *)string_from_utf8n(value->u.text.at, value->u.text.size);
    case ELEMENT_ATTR_TYPE:
        return type_value(value, from);
    case ELEMENT_SZARRAY:
        return array_value(value, from);
    default:
        break;
    }
    Type *type = attr_value_type(&value->type, from);
    if (!type || !reflection_load(type, LEVEL_LAYOUT))
        return NULL;
    scalar_store(value, value->type.kind, &bits);
    return object_box(type, &bits);
}

/* -- attributes ---------------------------------------------------------------- */

bool attr_named_member(Type *type, const AttrNamed *named, Property **property,
                       Field **field)
{
    *property = NULL;
    *field = NULL;
    for (Type *t = type; t; t = t->parent) {
        uint32_t n;
        if (!reflection_load(t, LEVEL_READY))
            return false;
        if (!named->is_property && (*field = type_find_field(t, named->name)))
            return true;
        Property *own = named->is_property ? reflection_properties(t, &n) : NULL;
        for (uint32_t i = 0; own && i < n; i++)
            if (!strcmp(own[i].name, named->name)) {
                *property = &own[i];
                return true;
            }
    }
    return exception_set("System.Reflection.CustomAttributeFormatException",
                         "Could not find a %s with name %s",
                         named->is_property ? "property" : "field", named->name);
}

static bool set_property(Object *attribute, const Property *property, Object *value)
{
    Object *ignored;
    Array *args = array_new_of(vm.world->known.object, 1);
    if (!args || !property->set)
        return args != NULL;
    array_set(args, 0, value);
    Method *set = property->set;
    if (set->flags & METHOD_VIRTUAL && !(set = object_virtual(attribute, set)))
        return false;
    return reflection_invoke(set, attribute, args, &ignored);
}

/* A blob may say of a field's value what the field is not (II.23.3). */
static bool set_field(Object *attribute, const Field *field, Object *value)
{
    bool fits = value ? type_castable(object_type(value), field->type)
                      : type_is_reference(field->type);
    if (field->flags & (FIELD_STATIC | FIELD_LITERAL) || !fits)
        return exception_set("System.Reflection.CustomAttributeFormatException",
                             "The value of field %s does not fit (ECMA-335 II.23.3)",
                             field->name);
    reflection_unbox(field->type, value, (char *)attribute + field->offset);
    return true;
}

static bool set_named(Object *attribute, const AttrNamed *named, Assembly *from)
{
    Property *property;
    Field *field;
    Object *value = attr_value_object(&named->value, from);
    if ((!value && exception_pending()) ||
        !attr_named_member(object_type(attribute), named, &property, &field))
        return false;
    if (property)
        return set_property(attribute, property, value);
    assert(field);
    return set_field(attribute, field, value);
}

static Object *construct(Method *ctor, Bytes blob, Assembly *from, Arena *scratch)
{
    Attribute decoded;
    MethodSig *sig;
    Object *attribute = NULL;
    if (!attr_decode(ctor, blob, from, scratch, &sig, &decoded))
        return NULL;
    Array *args = array_new_of(vm.world->known.object, sig->n_params);
    for (uint32_t i = 0; args && i < decoded.n_fixed; i++) {
        Object *value = attr_value_object(&decoded.fixed[i], from);
        if (!value && exception_pending())
            return NULL;
        array_set(args, i, value);
    }
    if (!args || !reflection_invoke(ctor, NULL, args, &attribute))
        return NULL;
    for (uint32_t i = 0; i < decoded.n_named; i++)
        if (!set_named(attribute, &decoded.named[i], from))
            return NULL;
    return attribute;
}

Object *attr_construct(Method *ctor, Bytes blob, Assembly *from)
{
    Arena scratch = ARENA_INIT;
    Object *attribute = construct(ctor, blob, from, &scratch);
    arena_free(&scratch);
    return attribute;
}
