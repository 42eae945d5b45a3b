/* statics.c - which static method of a type answers for a static virtual one of an
 * interface (ECMA-335, augments: static virtual interface methods).
 *
 * There is no slot and no map for it: nothing but a call that names both the type and
 * the method asks,
 *
 *     constrained. !!T  call  !0 IAdditionOperators`3<!!T, !!T, !!T>::op_Addition(...)
 *
 * and the number types of a library have hundreds of such methods that few programs
 * call. So rows of the MethodImpl table with a static body are passed over when slots
 * are made, and are looked through here. Names do not count, as they do for instance
 * methods: only a MethodImpl gives a class's method to an interface. The lowest class
 * that has one decides, there for the interface itself before others that vary to it;
 * then the most specific interface does (interfaces.c). */
#include <string.h>

#include "common/types/slots_private.h"
#include "common/types/types_private.h"

static bool is_static_token(const Image *image, uint32_t token)
{
    uint32_t rid = TOKEN_RID(token);
    if (TOKEN_TABLE(token) == TABLE_MemberRef) {
        Cursor c = cursor_open(
            image_get_blob(image, TABLE_MemberRef, rid, COL_MemberRef_Signature));
        uint8_t first = cursor_u8(&c);
        return !c.failed && !(first & SIG_HASTHIS);
    }
    return TOKEN_TABLE(token) == TABLE_MethodDef && rid &&
           rid <= image_rows(image, TABLE_MethodDef) &&
           image_get(image, TABLE_MethodDef, rid, COL_MethodDef_Flags) & METHOD_STATIC;
}

static uint32_t body_token(const Image *image, uint32_t row)
{
    return image_get(image, TABLE_MethodImpl, row, COL_MethodImpl_MethodBody);
}

static uint32_t decl_token(const Image *image, uint32_t row)
{
    return image_get(image, TABLE_MethodImpl, row, COL_MethodImpl_MethodDeclaration);
}

bool static_override_check(const Type *type, uint32_t row, bool *is_static, Err *err)
{
    const Image *image = type->assembly->image;
    *is_static = is_static_token(image, body_token(image, row));
    return *is_static == is_static_token(image, decl_token(image, row)) ||
           type_fail(type, err, "a bad override (MethodImpl)");
}
