/* marshal.h - the blobs of the FieldMarshal table (ECMA-335 II.23.4). */
#ifndef COMMON_METADATA_MARSHAL_H
#define COMMON_METADATA_MARSHAL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/metadata/image.h"

/* II.23.4 and System.Runtime.InteropServices.UnmanagedType. */
enum {
    NATIVE_BOOLEAN = 0x02,
    NATIVE_I1 = 0x03,
    NATIVE_U1 = 0x04,
    NATIVE_I2 = 0x05,
    NATIVE_U2 = 0x06,
    NATIVE_I4 = 0x07,
    NATIVE_U4 = 0x08,
    NATIVE_I8 = 0x09,
    NATIVE_U8 = 0x0a,
    NATIVE_R4 = 0x0b,
    NATIVE_R8 = 0x0c,
    NATIVE_CURRENCY = 0x0f,
    NATIVE_BSTR = 0x13,
    NATIVE_LPSTR = 0x14,
    NATIVE_LPWSTR = 0x15,
    NATIVE_LPTSTR = 0x16,
    NATIVE_FIXED_STRING = 0x17,
    NATIVE_IUNKNOWN = 0x19,
    NATIVE_IDISPATCH = 0x1a,
    NATIVE_STRUCT = 0x1b,
    NATIVE_INTERFACE = 0x1c,
    NATIVE_SAFEARRAY = 0x1d,
    NATIVE_FIXED_ARRAY = 0x1e,
    NATIVE_INT = 0x1f,
    NATIVE_UINT = 0x20,
    NATIVE_ANSI_BSTR = 0x23,
    NATIVE_TBSTR = 0x24,
    NATIVE_VARIANT_BOOL = 0x25,
    NATIVE_FUNC = 0x26,
    NATIVE_ANY = 0x28,
    NATIVE_ARRAY = 0x2a,
    NATIVE_LPSTRUCT = 0x2b,
    NATIVE_CUSTOM = 0x2c,
    NATIVE_ERROR = 0x2d,
    NATIVE_LPUTF8STR = 0x30,
    NATIVE_MAX = 0x50, /* as an element: none is said */
};

/* What a blob does not say, or where it is cut off, is 0 or empty. */
typedef struct MarshalBlob {
    uint8_t native;     /* NATIVE_*; 0: none */
    uint8_t elem;       /* NATIVE_* of an array's elements */
    uint32_t count;     /* of elements or characters */
    uint32_t param;     /* ARRAY: the parameter that has (the rest of) the count */
    bool has_param;     /* whether param means anything */
    uint32_t variant;   /* SAFEARRAY */
    uint32_t iid_param; /* IUNKNOWN, IDISPATCH, INTERFACE */
    Bytes type, cookie; /* CUSTOM: UTF-8, within the blob */
} MarshalBlob;

MarshalBlob marshal_blob_read(Bytes blob);
/* That of a Field or Param token; false: there is none. */
bool marshal_blob_of(const Image *image, uint32_t token, MarshalBlob *out);

#endif
