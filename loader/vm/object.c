/* object.c - instances, boxes and their identity. */
#include <assert.h>
#include <string.h>

#include "common/base/log.h"
#include "loader/gc/gc.h"
#include "loader/vm/vm.h"
#include "loader/gc/barrier.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"

static Object *object_or_no_memory(Object *object)
{
    if (__builtin_expect(!object, 0))
        exception_set_object(vm.out_of_memory);
    return object;
}

/* What has a finalizer is not made before its class is initialised, which its
 * constructor would see to: the finalizer would run although that failed. */
static bool finalizable_ready(Type *type)
{
    bool precise = type->cctor && !(type->bits & TYPE_BIT_BEFOREFIELDINIT);
    return !precise || type_init(type);
}

Object *object_new_vtable(VTable *vtable)
{
    if (__builtin_expect(vtable->flags & VTABLE_HAS_FINALIZER, 0) &&
        !finalizable_ready(vtable->type))
        return NULL;
    return object_or_no_memory(gc_alloc_object(vtable));
}

Object *object_new(Type *type)
{
    VTable *vtable = type_vtable(type);
    return vtable ? object_new_vtable(vtable) : NULL;
}

/* Nullable<T> is {bool hasValue; T value}, in whatever order the layout chose. */
Field *nullable_field(Type *nullable, bool value)
{
    for (uint32_t i = 0; i < nullable->n_fields; i++) {
        Field *f = &nullable->fields[i];
        if (!(f->flags & FIELD_STATIC) && (f->name[0] == 'v') == value)
            return f;
    }
    log_fatal("Nullable`1 has no fields");
}

Object *object_box(Type *type, const void *value)
{
    if (type->bits & TYPE_BIT_NULLABLE) {
        if (!type_reach(type, LEVEL_LAYOUT))
            return NULL;
        if (!*((const uint8_t *)value + nullable_field(type, false)->offset))
            return NULL;
        value = (const char *)value + nullable_field(type, true)->offset;
        type = type->args[0];
    }
    Object *object = object_new(type);
    if (object)
        memcpy(object_value(object), value, type->size);
    return object;
}

void object_unbox_nullable(Type *nullable, Object *object, void *out)
{
    memset(out, 0, nullable->size);
    if (!object)
        return;
    *((uint8_t *)out + nullable_field(nullable, false)->offset) = 1;
    gc_move((char *)out + nullable_field(nullable, true)->offset, object_value(object),
            nullable->args[0]->size);
}

/* The length of arrays and of strings lies at the same place. */
size_t object_size(const Object *object)
{
    const VTable *vtable = object->vtable;
    if (!vtable->elem_size)
        return vtable->base_size;
    return vtable->base_size +
           (size_t)((const Array *)object)->length * vtable->elem_size;
}

Object *object_clone(Object *object)
{
    size_t size = object_size(object);
    Object *copy = object_or_no_memory(gc_alloc_sized(object->vtable, size));
    if (!copy)
        return NULL;
    gc_move(copy + 1, object + 1, size - sizeof *object);
    return copy;
}
