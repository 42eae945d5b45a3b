/* constant.c - constants in metadata (ECMA-335 II.22.9) as objects. */
#include <string.h>

#include "loader/reflect/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

static Type *constant_type(uint32_t element)
{
    const KnownTypes *k = &vm.world->known;
    Type *const types[] = {
        [ELEMENT_BOOLEAN] = k->boolean, [ELEMENT_CHAR] = k->char_, [ELEMENT_I1] = k->i1,
        [ELEMENT_U1] = k->u1,           [ELEMENT_I2] = k->i2,      [ELEMENT_U2] = k->u2,
        [ELEMENT_I4] = k->i4,           [ELEMENT_U4] = k->u4,      [ELEMENT_I8] = k->i8,
        [ELEMENT_U8] = k->u8,           [ELEMENT_R4] = k->r4,      [ELEMENT_R8] = k->r8,
    };
    return element <= ELEMENT_R8 ? types[element] : NULL;
}

bool reflection_constant(Assembly *assembly, uint32_t token, Type *type, Object **out)
{
    const Image *image = assembly->image;
    uint32_t first, end;
    *out = NULL;
    if (!image_find_rows(image, TABLE_Constant, COL_Constant_Parent, token, &first,
                         &end))
        return false;
    uint32_t element =
        image_get(image, TABLE_Constant, first, COL_Constant_Type) & 0xff;
    Bytes bytes = image_get_blob(image, TABLE_Constant, first, COL_Constant_Value);
    if (element == ELEMENT_STRING) {
        String *string = string_new((uint32_t)bytes.size / 2);
        if (string && bytes.size)
            memcpy(string->chars, bytes.data, bytes.size & ~(size_t)1);
        *out = (Object *)string;
        return true;
    }
    Type *boxed = constant_type(element);
    uint64_t value = 0;
    memcpy(&value, bytes.data, bytes.size < sizeof value ? bytes.size : sizeof value);
    if (type && type->bits & TYPE_BIT_ENUM)
        boxed = type;
    if (boxed)
        *out = object_box(boxed, &value);
    return true; /* else the null constant of a reference type */
}
