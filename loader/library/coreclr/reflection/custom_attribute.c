/* custom_attribute.c - System.Reflection.CustomAttribute: blobs of attributes, a part
 * at a time. Managed code has found the constructor, and sets what the named arguments
 * say. */
#include <string.h>

#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/attribute.h"
#include "loader/reflect/invoke.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

static Bytes between(const uint8_t *at, const uint8_t *end)
{
    return (Bytes){at, at && end > at ? (size_t)(end - at) : 0};
}

/* -- constructors -------------------------------------------------------------- */

static Array *arguments(const Attribute *decoded, Assembly *from)
{
    Array *args = array_new_of(vm.world->known.object, decoded->n_fixed);
    for (uint32_t i = 0; args && i < decoded->n_fixed; i++) {
        Object *value = attr_value_object(&decoded->fixed[i], from);
        if (!value && exception_pending())
            return NULL;
        array_set(args, i, value);
    }
    return args;
}

static Object *construct(Method *ctor, Assembly *from, Bytes blob, size_t *size,
                         uint32_t *n_named)
{
    Arena scratch = ARENA_INIT;
    Attribute decoded;
    Object *made = NULL;
    if (attr_decode_fixed(ctor, blob, from, &scratch, &decoded, size)) {
        *n_named = decoded.n_named;
        Array *args = arguments(&decoded, from);
        if (!args || !reflection_invoke(ctor, NULL, args, &made))
            made = NULL;
    }
    arena_free(&scratch);
    return made;
}

// NOLINTNEXTLINE(readability-function-size): the parameters are managed code's
static void create_instance(Object **keep, Assembly *assembly, Object **type,
                            Object **ctor, const uint8_t **at, const uint8_t *end,
                            int32_t *n_named, Object **result)
{
    (void)keep, (void)type;
    size_t size = 0;
    uint32_t n = 0;
    *result = construct(method_of_info(*ctor), assembly, between(*at, end), &size, &n);
    *n_named = (int32_t)n;
    *at += size;
}

/* -- named arguments ----------------------------------------------------------- */

/* The type that tells members of one name apart: where the value does not say it. */
static Type *telling_type(const AttrNamed *named, Assembly *from)
{
    ElementType kind = named->type.kind;
    bool null_array_of_enums = kind == ELEMENT_SZARRAY && named->type.element &&
                               named->type.element->kind == ELEMENT_ATTR_ENUM;
    if (kind == ELEMENT_ATTR_ENUM || kind == ELEMENT_ATTR_BOXED ||
        (named->value.is_null && !null_array_of_enums))
        return attr_value_type(&named->type, from);
    return NULL;
}

static void give(const AttrNamed *named, Assembly *from, Object **type, Object **value)
{
    Type *declared = telling_type(named, from);
    if (exception_pending())
        return;
    if (declared && !(*type = reflection_type(declared)))
        return;
    *value = attr_value_object(&named->value, from);
}

// NOLINTNEXTLINE(readability-function-size): the parameters are managed code's
static void named_data(Object **keep, Assembly *assembly, const uint8_t **at,
                       const uint8_t *end, String **name, int32_t *is_property,
                       Object **type, Object **value)
{
    (void)keep;
    Arena scratch = ARENA_INIT;
    AttrNamed named;
    size_t size;
    if (attr_decode_named(between(*at, end), assembly, &scratch, &named, &size)) {
        *at += size;
        *is_property = named.is_property;
        *name = string_from_utf8(named.name);
        if (*name)
            give(&named, assembly, type, value);
    }
    arena_free(&scratch);
}

/* -- AttributeUsage ------------------------------------------------------------ */

static bool take_usage(const AttrNamed *named, int32_t *multiple, int32_t *inherited)
{
    int32_t *to = !strcmp(named->name, "AllowMultiple") ? multiple
                  : !strcmp(named->name, "Inherited")   ? inherited
                                                        : NULL;
    if (!to || !named->is_property || named->type.kind != ELEMENT_BOOLEAN)
        return false;
    *to = named->value.u.i != 0;
    return true;
}

/* 0: it is not its blob. */
static int32_t parse_usage(const uint8_t *data, int32_t size, int32_t *targets,
                           int32_t *multiple, int32_t *inherited)
{
    static const AttrType target = {.kind = ELEMENT_I4};
    Err err = ERR_INIT;
    Arena scratch = ARENA_INIT;
    Attribute usage;
    Bytes blob = {data, size > 0 ? (size_t)size : 0};
    bool ok =
        attribute_read(blob, (AttrParams){&target, 1}, NULL, &scratch, &usage, &err);
    if (ok) {
        *targets = (int32_t)usage.fixed[0].u.i;
        *multiple = 0;
        *inherited = 1;
    }
    for (uint32_t i = 0; ok && i < usage.n_named; i++)
        ok = take_usage(&usage.named[i], multiple, inherited);
    arena_free(&scratch);
    return ok;
}

const QcallRow qcalls_custom_attribute[] = {
    QCALL(CustomAttribute_CreateCustomAttributeInstance, create_instance),
    QCALL(CustomAttribute_CreatePropertyOrFieldData, named_data),
    QCALL(CustomAttribute_ParseAttributeUsageAttribute, parse_usage),
    QCALLS_END,
};
