/* marshal_as.c - the MarshalAsAttribute of a field or parameter (ECMA-335 II.23.4). */
#include <stdlib.h>

#include "common/base/mem.h"
#include "common/metadata/marshal.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/reflection/objects.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"

static char *text_of(Bytes bytes)
{
    return mem_strndup(bytes.size ? (const char *)bytes.data : "", bytes.size);
}

static void marshal_set_custom(Object *object, const MarshalBlob *info,
                               Assembly *assembly)
{
    char *text = text_of(info->type);
    String *string = string_from_utf8(text);
    field_marshal_as_class_set(object, string);
    Type *marshaler = reflection_parse_type(text, assembly, false);
    if (marshaler)
        field_marshal_as_class_type_set(object, reflection_type(marshaler));
    else
        exception_take(); /* the name is all that is known of it */
    free(text);
    text = text_of(info->cookie);
    field_marshal_as_cookie_set(object, string_from_utf8(text));
    free(text);
}

Object *reflection_marshal_as(Assembly *assembly, uint32_t token)
{
    MarshalBlob info;
    if (!token || !marshal_blob_of(assembly->image, token, &info))
        return NULL;
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
