#include "common/metadata/marshal.h"

static uint32_t optional(Cursor *c)
{
    uint32_t value = cursor_left(c) ? cursor_compressed(c) : 0;
    return c->failed ? 0 : value;
}

static uint8_t optional_native(Cursor *c)
{
    uint32_t native = optional(c);
    return native <= UINT8_MAX ? (uint8_t)native : 0;
}

/* Element type, parameter, count, and whether the parameter means anything. */
static void read_array(Cursor *c, MarshalBlob *out)
{
    out->elem = optional_native(c);
    out->has_param = cursor_left(c) != 0;
    out->param = optional(c);
    out->count = optional(c);
    if (cursor_left(c) && !(optional(c) & 1))
        out->has_param = false;
}

static void read_custom(Cursor *c, MarshalBlob *out)
{
    cursor_skip(c, cursor_compressed(c)); /* GUID */
    cursor_skip(c, cursor_compressed(c)); /* unmanaged type */
    out->type = cursor_bytes(c, cursor_compressed(c));
    out->cookie = cursor_bytes(c, cursor_compressed(c));
}

MarshalBlob marshal_blob_read(Bytes blob)
{
    Cursor c = cursor_open(blob);
    MarshalBlob out = {.native = cursor_u8(&c)};
    switch (out.native) {
    case NATIVE_FIXED_STRING:
        out.count = optional(&c);
        break;
    case NATIVE_FIXED_ARRAY:
        out.count = optional(&c);
        out.elem = optional_native(&c);
        break;
    case NATIVE_ARRAY:
        read_array(&c, &out);
        break;
    case NATIVE_SAFEARRAY:
        out.variant = optional(&c);
        break;
    case NATIVE_IUNKNOWN:
    case NATIVE_IDISPATCH:
    case NATIVE_INTERFACE:
        out.iid_param = optional(&c);
        break;
    case NATIVE_CUSTOM:
        read_custom(&c, &out);
        break;
    default:
        break;
    }
    return out;
}

bool marshal_blob_of(const Image *image, uint32_t token, MarshalBlob *out)
{
    uint32_t row, end;
    if (!image_find_rows(image, TABLE_FieldMarshal, COL_FieldMarshal_Parent, token,
                         &row, &end))
        return false;
    *out = marshal_blob_read(
        image_get_blob(image, TABLE_FieldMarshal, row, COL_FieldMarshal_NativeType));
    return true;
}
