/* enum.c - System.Enum: the constants of a type. Managed code sorts and keeps them. */
#include <string.h>

#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

/* What managed code holds values of an underlying type as: integers without sign. */
static Type *storage_of(const Type *underlying)
{
    const KnownTypes *k = &vm.world->known;
    Type *const plain[] = {
        [ELEMENT_BOOLEAN] = k->boolean, [ELEMENT_CHAR] = k->char_, [ELEMENT_I1] = k->u1,
        [ELEMENT_U1] = k->u1,           [ELEMENT_I2] = k->u2,      [ELEMENT_U2] = k->u2,
        [ELEMENT_I4] = k->u4,           [ELEMENT_U4] = k->u4,      [ELEMENT_I8] = k->u8,
        [ELEMENT_U8] = k->u8,           [ELEMENT_R4] = k->r4,      [ELEMENT_R8] = k->r8,
    };
    return underlying->element <= ELEMENT_R8 ? plain[underlying->element] : k->u;
}

static Bytes constant_of(const Type *type, const Field *field)
{
    const Image *image = type->assembly->image;
    uint32_t row, end;
    if (!image_find_rows(image, TABLE_Constant, COL_Constant_Parent, field->token, &row,
                         &end))
        return (Bytes){NULL, 0};
    return image_get_blob(image, TABLE_Constant, row, COL_Constant_Value);
}

static uint32_t count_literals(const Type *type)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < type->n_fields; i++)
        n += (type->fields[i].flags & FIELD_LITERAL) != 0;
    return n;
}

static void values_and_names(Object **keep, void *handle, Object **values,
                             Object **names, int32_t wants_names)
{
    (void)keep;
    Type *type = type_of_handle(handle)->def;
    if (!reflection_load(type, LEVEL_LAYOUT))
        return;
    Type *storage = storage_of(type_underlying(type));
    uint32_t n = count_literals(type), size = type_value_size(storage);
    Array *numbers = array_new_of(storage, n);
    Array *texts = wants_names ? array_new_of(vm.world->known.string, n) : NULL;
    if (!numbers || (wants_names && !texts))
        return;
    for (uint32_t i = 0, k = 0; i < type->n_fields; i++) {
        const Field *field = &type->fields[i];
        if (!(field->flags & FIELD_LITERAL))
            continue;
        Bytes bytes = constant_of(type, field);
        if (bytes.size)
            memcpy(numbers->data + (size_t)k * size, bytes.data,
                   bytes.size < size ? bytes.size : size);
        if (texts)
            array_set(texts, k, string_from_utf8(field->name));
        k++;
    }
    *values = (Object *)numbers;
    *names = (Object *)texts;
}

const QcallRow qcalls_enum[] = {
    QCALL(Enum_GetValuesAndNames, values_and_names),
    QCALLS_END,
};
