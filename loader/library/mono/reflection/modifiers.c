/* modifiers.c - what metadata says of a field, parameter or property beside its type:
 * custom modifiers (ECMA-335 II.23.2.7) and MarshalAs (II.23.4). */
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/metadata/marshal.h"
#include "loader/library/mono/reflection/reflection.h"
#include "loader/library/mono/table.h"
#include "loader/library/mono/members.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

/* -- custom modifiers ---------------------------------------------------------- */

static uint32_t read_modifier(Cursor *c)
{
    static const uint8_t tables[] = {TABLE_TypeDef, TABLE_TypeRef, TABLE_TypeSpec, 0};
    uint32_t coded = cursor_compressed(c);
    return TOKEN(tables[coded & 3], coded >> 2);
}

/* Modifiers at c, which moves on; types NULL: only counted. */
static uint32_t modifiers_read(Assembly *assembly, Cursor *c, uint8_t kind,
                               Array *types)
{
    uint32_t n = 0;
    while (cursor_left(c) &&
           (*c->at == ELEMENT_CMOD_REQD || *c->at == ELEMENT_CMOD_OPT)) {
        Err err = ERR_INIT;
        uint8_t found = cursor_u8(c);
        uint32_t token = read_modifier(c);
        if (found != kind || c->failed)
            continue;
        if (types) {
            Type *type = type_from_token(assembly, token, NULL, &err);
            if (!type) {
                exception_set_err(&err);
                return 0;
            }
            ARRAY_AT(types, Object *, n) = reflection_type(type);
        }
        n++;
    }
    return n;
}

Array *reflection_modifiers(Assembly *assembly, Cursor at, bool optional)
{
    uint8_t kind = optional ? ELEMENT_CMOD_OPT : ELEMENT_CMOD_REQD;
    Cursor count = at;
    Array *types = array_new_of(vm.world->known.type,
                                modifiers_read(assembly, &count, kind, NULL));
    if (types)
        modifiers_read(assembly, &at, kind, types);
    return exception_pending() ? NULL : types;
}

Array *reflection_param_modifiers(Method *method, int32_t position, bool optional)
{
    Method *def = method->def;
    Assembly *assembly = def->type->assembly;
    if (TOKEN_TABLE(def->token) != TABLE_MethodDef || assembly->dynamic)
        return array_new_of(vm.world->known.type, 0);
    Err err = ERR_INIT;
    Cursor c =
        cursor_open(image_get_blob(assembly->image, TABLE_MethodDef,
                                   TOKEN_RID(def->token), COL_MethodDef_Signature));
    if (cursor_u8(&c) & SIG_GENERIC)
        cursor_compressed(&c);
    cursor_compressed(&c); /* number of parameters; the result comes first: -1 */
    for (int32_t i = -1; i < position; i++)
        if (!type_from_sig(assembly, &c, NULL, NULL, &err)) {
            exception_set_err(&err);
            return NULL;
        }
    return reflection_modifiers(assembly, c, optional);
}

/* -- MarshalAs ----------------------------------------------------------------- */

static char *text_of(Bytes bytes)
{
    return mem_strndup(bytes.size ? (const char *)bytes.data : "", bytes.size);
}

static void marshal_set_custom(Object *object, const MarshalBlob *info,
                               Assembly *assembly)
{
    char *text = text_of(info->type);
    String *string = string_from_utf8(text);
    *field_marshal_as_class(object) = string;
    Type *marshaler = reflection_parse_type(text, assembly, false);
    if (marshaler)
        *field_marshal_as_class_type(object) = reflection_type(marshaler);
    else
        exception_take(); /* the name is all that is known of it */
    free(text);
    text = text_of(info->cookie);
    *field_marshal_as_cookie(object) = string_from_utf8(text);
    free(text);
}

Object *reflection_marshal_as(Assembly *assembly, uint32_t token)
{
    uint32_t row, end;
    if (!token || !image_find_rows(assembly->image, TABLE_FieldMarshal,
                                   COL_FieldMarshal_Parent, token, &row, &end))
        return NULL;
    MarshalBlob info = marshal_blob_read(image_get_blob(
        assembly->image, TABLE_FieldMarshal, row, COL_FieldMarshal_NativeType));
    Object *object = object_new(known_marshal_as());
    if (!object)
        return NULL;
    *field_marshal_as_native(object) = info.native;
    *field_marshal_as_element(object) = info.elem;
    *field_marshal_as_size(object) = (int32_t)info.count;
    *field_marshal_as_size_param(object) = (int16_t)info.param;
    *field_marshal_as_variant(object) = (int32_t)info.variant;
    *field_marshal_as_iid_param(object) = (int32_t)info.iid_param;
    if (info.native == NATIVE_CUSTOM)
        marshal_set_custom(object, &info, assembly);
    return exception_pending() ? NULL : object;
}
