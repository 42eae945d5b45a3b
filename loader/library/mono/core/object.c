/* object.c - System.Object, System.ValueType. */
#include <string.h>

#include "loader/library/mono/table.h"
#include "loader/vm/vm.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"

static Object *get_type(Object *self)
{
    if (!self) {
        exception_set_object(vm.null_reference);
        return NULL;
    }
    return type_object(object_type(self));
}

static Object *memberwise_clone(Object *self)
{
    return object_clone(self);
}

static int32_t hash_code(Object *self)
{
    return self ? (int32_t)object_hash(self) : 0;
}

static bool is_instance(const Field *field)
{
    return !(field->flags & (FIELD_STATIC | FIELD_LITERAL));
}

/* References and value types that are not plain numbers are compared by managed code:
 * it is given them boxed, in pairs. */
static bool compares_as_bytes(const Field *field)
{
    ElementType e = (ElementType)type_underlying(field->type)->element;
    return (e >= ELEMENT_BOOLEAN && e <= ELEMENT_U8) || e == ELEMENT_I ||
           e == ELEMENT_U || e == ELEMENT_PTR || e == ELEMENT_FNPTR;
}

static Object *field_box(Object *owner, const Field *field)
{
    char *at = (char *)object_value(owner) + field->offset;
    if (type_is_valuetype(field->type))
        return object_box(field->type, at);
    return *(Object **)at;
}

static uint32_t managed_fields(Type *type, const Field **fields)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (is_instance(&type->fields[i]) && !compares_as_bytes(&type->fields[i]))
            fields[n++] = &type->fields[i];
    return n;
}

static Array *boxed_fields(Object *one, Object *other, uint32_t per_field)
{
    Type *type = object_type(one);
    const Field *fields[256];
    uint32_t n = type->n_fields <= 256 ? managed_fields(type, fields) : 0;
    Array *out =
        n ? array_new_of(vm.world->known.object, (int64_t)n * per_field) : NULL;
    for (uint32_t i = 0; out && i < n; i++) {
        array_set(out, i * per_field, field_box(one, fields[i]));
        if (per_field == 2)
            array_set(out, i * 2 + 1, field_box(other, fields[i]));
    }
    return out;
}

static int32_t value_equals(Object *self, Object *other, Array **fields)
{
    *fields = NULL;
    if (!self) {
        exception_set_object(vm.null_reference);
        return 0;
    }
    if (!other || object_type(self) != object_type(other))
        return 0;
    Type *type = object_type(self);
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const Field *f = &type->fields[i];
        if (is_instance(f) && compares_as_bytes(f) &&
            memcmp((char *)object_value(self) + f->offset,
                   (char *)object_value(other) + f->offset, type_value_size(f->type)))
            return 0;
    }
    gc_store(fields, boxed_fields(self, other, 2));
    return *fields == NULL && !exception_pending();
}

static int32_t value_hash(Object *self, Array **fields)
{
    uint32_t hash = 0;
    Type *type = object_type(self);
    *fields = NULL;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const Field *f = &type->fields[i];
        if (!is_instance(f) || !compares_as_bytes(f))
            continue;
        uint64_t bits = 0;
        memcpy(&bits, (char *)object_value(self) + f->offset, type_value_size(f->type));
        hash = hash * 31 + (uint32_t)(bits ^ bits >> 32);
    }
    gc_store(fields, boxed_fields(self, NULL, 1));
    return (int32_t)hash;
}

const IcallRow icalls_object[] = {
    ICALL("GetType", NULL, get_type),
    ICALL("MemberwiseClone", NULL, memberwise_clone),
    ICALL("InternalGetHashCode", NULL, hash_code),
    ICALLS_END,
};

const IcallRow icalls_value_type[] = {
    ICALL("InternalEquals", NULL, value_equals),
    ICALL("InternalGetHashCode", NULL, value_hash),
    ICALLS_END,
};
