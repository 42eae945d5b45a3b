/* attribute.h - the values of custom attributes (ECMA-335 II.23.3).
 *
 * A blob does not say what its fixed arguments are: the caller derives their types from
 * the constructor's signature. It does not say how wide its enums are either: the
 * caller's AttrEnums tells. The result is a neutral tree that lives in an arena.
 *
 *   blob      ::= (empty) | 0x0001:u16 fixed* n:u16 named{n}
 *   named     ::= FIELD|PROPERTY type name:string value
 *   type      ::= BOOLEAN..R8 | STRING | ATTR_TYPE | ATTR_BOXED | ATTR_ENUM name:string
 *               | SZARRAY type
 *   value     ::= scalar | string | n:u32 value{n} | (of ATTR_BOXED) type value
 *   string    ::= 0xff | compressed length, UTF-8
 */
#ifndef COMMON_METADATA_ATTRIBUTE_H
#define COMMON_METADATA_ATTRIBUTE_H

#include "common/base/arena.h"
#include "common/base/bytes.h"
#include "common/base/err.h"
#include "common/metadata/sig.h"

typedef struct AttrType {
    /* BOOLEAN to R8, STRING, SZARRAY, ATTR_TYPE (System.Type), ATTR_BOXED (object),
     * ATTR_ENUM. */
    ElementType kind;
    ElementType underlying;         /* ATTR_ENUM; END: ask AttrEnums */
    const char *enum_name;          /* ATTR_ENUM named by the blob: reflection syntax */
    void *enum_type;                /* ATTR_ENUM of a parameter: the caller's own */
    const struct AttrType *element; /* SZARRAY; never an SZARRAY itself */
} AttrType;

typedef struct AttrValue {
    AttrType type;  /* what the value is, also when it was boxed: never ATTR_BOXED */
    bool is_null;   /* STRING, ATTR_TYPE, SZARRAY */
    bool was_boxed; /* declared as object */
    union {
        int64_t i; /* integers, BOOLEAN, CHAR, enums; extended as their kind is */
        double r;  /* R4 and R8 */
        struct {
            const char *at; /* UTF-8 with a NUL behind it; may hold others */
            size_t size;
        } text; /* STRING; ATTR_TYPE: a name in reflection syntax */
        struct {
            struct AttrValue *at;
            uint32_t n;
        } items; /* SZARRAY */
    } u;
} AttrValue;

typedef struct AttrNamed {
    bool is_property; /* else a field */
    const char *name;
    AttrType type; /* as declared: may be ATTR_BOXED */
    AttrValue value;
} AttrNamed;

typedef struct Attribute {
    AttrValue *fixed; /* one for each parameter */
    AttrNamed *named;
    uint32_t n_fixed, n_named;
} Attribute;

/* Tells the underlying type (BOOLEAN to U8) of enums; false with err set when the enum
 * can't be found. */
typedef struct AttrEnums {
    bool (*underlying)(void *context, const AttrType *type, ElementType *out, Err *err);
    void *context;
} AttrEnums;

typedef struct AttrParams {
    const AttrType *at;
    uint32_t n;
} AttrParams;

/* Decodes a blob of the CustomAttribute table into *out; all in arena. ELEMENT_OBJECT
 * is taken for ATTR_BOXED in params. enums may be NULL when there are none to ask for.
 * Bytes after the last named argument are ignored. ERR_BAD_IMAGE with a reason, or what
 * enums->underlying set. */
bool attribute_read(Bytes blob, AttrParams params, const AttrEnums *enums, Arena *arena,
                    Attribute *out, Err *err);
/* The same in parts: the fixed arguments, and how many named ones follow at *end; then
 * one that `blob` begins with, to *end. */
bool attribute_read_fixed(Bytes blob, AttrParams params, const AttrEnums *enums,
                          Arena *arena, Attribute *out, size_t *end, Err *err);
bool attribute_read_named(Bytes blob, const AttrEnums *enums, Arena *arena,
                          AttrNamed *out, size_t *end, Err *err);

#endif
