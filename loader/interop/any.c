/* any.c - UnmanagedType.AsAny: an object goes as what it turns out to be. Texts are
 * copied; of arrays of numbers, StringBuilders and what has a layout native code gets a
 * copy, too, which is taken back where the parameter says so.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "loader/interop/native_private.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/member.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

static bool refuse(void)
{
    return exception_set(
        "System.ArgumentException",
        marshal_is_strict()
            ? "No PInvoke conversion exists for the value passed to an Object-typed "
              "parameter."
            : "No PInvoke conversion exists for value passed to Object-typed "
              "parameter.");
}

static bool is_array(const Type *type)
{
    return type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY;
}

static bool is_number(Type *type)
{
    ElementType element = type_underlying(type)->element;
    return (element >= ELEMENT_BOOLEAN && element <= ELEMENT_R8) ||
           element == ELEMENT_I || element == ELEMENT_U;
}

/* Of elements of an array, or of what has a layout. False: pending. */
static bool conv_of_any(Object *object, bool utf16, Conv *conv)
{
    Err err = ERR_INIT;
    Type *type = object_type(object);
    if (is_array(type))
        return marshal_is_strict() && is_number(type->elem)
                   ? conv_of(type->elem, (MarshalAs){0}, utf16, conv)
                   : refuse(); /* others have no arrays here */
    if (!type_load(type, LEVEL_LAYOUT, &err))
        return exception_set_err(&err);
    if (is_number(type))
        return conv_of(type, (MarshalAs){0}, utf16, conv);
    if (type->bits & TYPE_BIT_DELEGATE || !(type->flags & TYPE_LAYOUT_MASK) ||
        marshal_is_handle(type))
        return refuse();
    const NativeLayout *layout = native_layout(type);
    if (layout)
        *conv = (Conv){.kind = CONV_struct,
                       .type = type,
                       .size = layout->size,
                       .align = layout->align,
                       .layout = layout};
    return layout != NULL;
}

typedef struct Values { /* of the object's own */
    char *at;
    size_t n, size;
} Values;

static Values values_of(Object *object)
{
    if (!is_array(object_type(object)))
        return (Values){object_value(object), 1, 0};
    Array *array = (Array *)object;
    return (Values){(char *)array_data(array), array->length,
                    object->vtable->elem_size};
}

static bool copy_out(Object *object, const NativeParam *p, void **native)
{
    Conv conv = {0};
    Values values = values_of(object);
    if (!conv_of_any(object, p->utf16, &conv))
        return false;
    char *copy = *native = marshal_alloc(values.n, conv.size);
    if (!copy)
        return false;
    for (size_t i = 0; p->in && i < values.n; i++)
        if (!conv_to_native(&conv, values.at + i * values.size, copy + i * conv.size))
            return false;
    return true;
}

bool any_to_native(const NativeParam *p, Object *object, void **native)
{
    *native = NULL;
    if (!object)
        return true;
    Type *type = object_type(object);
    if (type == vm.world->known.string)
        return p->utf16 ? string_copy_utf16((String *)object, native)
                        : string_copy_utf8((String *)object, (char **)native);
    if (type == known_string_builder())
        return builder_to_native(object, p->utf16, native);
    return copy_out(object, p, native);
}

/* What copies lead to is freed, whatever else fails. */
static bool copy_back(Object *object, const NativeParam *p, char *native)
{
    Conv conv = {0};
    Values values = values_of(object);
    bool ok = conv_of_any(object, p->utf16, &conv);
    if (!ok)
        return false;
    for (size_t i = 0; i < values.n; i++) {
        if (ok && p->out)
            ok = conv_from_native(&conv, native + i * conv.size,
                                  values.at + i * values.size);
        conv_release(&conv, native + i * conv.size);
    }
    return ok;
}

bool any_from_native(const NativeParam *p, Object *object, void *native)
{
    if (!object || !native || object_type(object) == vm.world->known.string)
        return true;
    if (object_type(object) == known_string_builder())
        return !p->out || builder_from_native(object, p->utf16, native);
    return copy_back(object, p, native);
}
