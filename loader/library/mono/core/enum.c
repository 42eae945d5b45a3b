/* enum.c - System.Enum. */
#include <string.h>

#include "loader/library/mono/table.h"
#include "loader/vm/vm.h"
#include "loader/vm/integer.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"

static bool is_unsigned(const Type *underlying)
{
    switch (underlying->element) {
    case ELEMENT_U1:
    case ELEMENT_U2:
    case ELEMENT_U4:
    case ELEMENT_U8:
    case ELEMENT_CHAR:
    case ELEMENT_BOOLEAN:
    case ELEMENT_U:
        return true;
    default:
        return false;
    }
}

/* -1, 0, 1; 2: types differ; 3: not integers (Enum.CompareTo's codes). */
static int32_t compare(Object *one, Object *other)
{
    enum { TYPES_DIFFER = 2, BAD_TYPE = 3 };
    if (!other)
        return 1;
    if (object_type(one) != object_type(other))
        return TYPES_DIFFER;
    Type *underlying = type_underlying(object_type(one));
    if (underlying->element == ELEMENT_R4 || underlying->element == ELEMENT_R8)
        return BAD_TYPE;
    int64_t a = integer_read(underlying->element, object_value(one));
    int64_t b = integer_read(underlying->element, object_value(other));
    if (is_unsigned(underlying))
        return (uint64_t)a < (uint64_t)b ? -1 : (uint64_t)a > (uint64_t)b;
    return a < b ? -1 : a > b;
}

/* NULL: pending. */
static Type *enum_of(Object *type_obj)
{
    Err err = ERR_INIT;
    Type *type = type_of_object(type_obj);
    if (!(type->bits & TYPE_BIT_ENUM)) {
        exception_argument("System.ArgumentException", "enumType",
                           "Type provided must be an Enum.");
        return NULL;
    }
    if (type_load(type, LEVEL_LAYOUT, &err))
        return type;
    exception_set_err(&err);
    return NULL;
}

static Object *underlying_type(Object *type_obj)
{
    Type *type = enum_of(type_obj);
    return type ? type_object(type_underlying(type)) : NULL;
}

static int64_t constant_value(const Type *type, const Field *field)
{
    const Image *image = type->assembly->image;
    uint32_t first, end;
    int64_t value = 0;
    if (!image_find_rows(image, TABLE_Constant, COL_Constant_Parent, field->token,
                         &first, &end))
        return 0;
    Bytes bytes = image_get_blob(image, TABLE_Constant, first, COL_Constant_Value);
    memcpy(&value, bytes.data, bytes.size < sizeof value ? bytes.size : sizeof value);
    return integer_read(type_underlying((Type *)type)->element, &value);
}

/* Names and values sorted by value as unsigned; true: they were sorted already. */
static int32_t values_and_names(Object *type_obj, Array **values, Array **names)
{
    Type *type = enum_of(type_obj);
    if (!type)
        return 0;
    type = type->def;
    uint32_t n = 0;
    for (uint32_t i = 0; i < type->n_fields; i++)
        n += (type->fields[i].flags & FIELD_LITERAL) != 0;
    gc_store(values, array_new_of(vm.world->known.u8, n));
    gc_store(names, array_new_of(vm.world->known.string, n));
    bool sorted = true;
    for (uint32_t i = 0, k = 0; *values && *names && i < type->n_fields; i++) {
        const Field *field = &type->fields[i];
        if (!(field->flags & FIELD_LITERAL))
            continue;
        ARRAY_AT(*values, uint64_t, k) = (uint64_t)constant_value(type, field);
        array_set(*names, k, string_from_utf8(field->name));
        sorted = sorted && (!k || ARRAY_AT(*values, uint64_t, k) >=
                                      ARRAY_AT(*values, uint64_t, k - 1));
        k++;
    }
    return sorted;
}

static Object *box_enum(Object *type, int64_t value)
{
    return object_box(type_of_object(type), &value);
}

static Object *get_value(Object *self)
{
    return object_box(type_underlying(object_type(self)), object_value(self));
}

static int32_t has_flag(Object *self, Object *flag)
{
    Type *underlying = type_underlying(object_type(self));
    int64_t mask = integer_read(underlying->element, object_value(flag));
    return (integer_read(underlying->element, object_value(self)) & mask) == mask;
}

static int32_t hash_code(Object *self)
{
    Type *underlying = type_underlying(object_type(self));
    int64_t value = integer_read(underlying->element, object_value(self));
    switch (underlying->element) {
    case ELEMENT_I1: /* the hash of the number's own GetHashCode */
        return (int32_t)(value ^ (int64_t)((uint64_t)value << 8));
    case ELEMENT_I2:
        return (int32_t)((uint16_t)value | ((uint32_t)(uint16_t)value << 16));
    case ELEMENT_I8:
    case ELEMENT_U8:
        return (int32_t)(value ^ value >> 32);
    default:
        return (int32_t)value;
    }
}

const IcallRow icalls_enum[] = {
    ICALL("InternalCompareTo", NULL, compare),
    ICALL("InternalGetUnderlyingType", NULL, underlying_type),
    ICALL("GetEnumValuesAndNames", NULL, values_and_names),
    ICALL("InternalBoxEnum", NULL, box_enum),
    ICALL("get_value", NULL, get_value),
    ICALL("InternalHasFlag", NULL, has_flag),
    ICALL("get_hashcode", NULL, hash_code),
    ICALLS_END,
};
