/* attribute.h - custom attributes: their rows, and the values in them as objects. */
#ifndef LOADER_REFLECT_ATTRIBUTE_H
#define LOADER_REFLECT_ATTRIBUTE_H

#include "common/metadata/attribute.h"
#include "loader/reflect/members.h"
#include "loader/gc/object.h"

/* What attributes hang on. */
typedef struct AttrTarget {
    Assembly *assembly;
    uint32_t token;
} AttrTarget;

/* The attributes of one, derived from `wanted` (NULL: all). */
typedef struct AttrRows {
    AttrTarget target;
    uint32_t at, end;
    Type *wanted; /* NULL: any */
} AttrRows;
AttrRows attr_rows_open(const AttrTarget *target, Type *wanted);
/* The constructor of the next one, and its arguments. NULL: no more, or pending. */
Method *attr_rows_next(AttrRows *rows, Bytes *blob);

/* Names of types in a blob are looked for in `from`, the assembly that has the blob. */

/* Decodes the blob for a constructor; *sig gets its signature. False: pending. */
bool attr_decode(Method *ctor, Bytes blob, Assembly *from, Arena *arena,
                 MethodSig **sig, Attribute *out);
/* The same of the fixed arguments alone; out->n_named follow at *end. */
bool attr_decode_fixed(Method *ctor, Bytes blob, Assembly *from, Arena *arena,
                       Attribute *out, size_t *end);
/* A named argument that the blob begins with; the rest follows at *end. */
bool attr_decode_named(Bytes blob, Assembly *from, Arena *arena, AttrNamed *out,
                       size_t *end);
/* NULL may be the null value: look at exception_pending. */
Object *attr_value_object(const AttrValue *value, Assembly *from);
Type *attr_value_type(const AttrType *type, Assembly *from);
/* The object with all arguments set. NULL: pending. */
Object *attr_construct(Method *ctor, Bytes blob, Assembly *from);
/* The member that a named argument sets: a Property or a Field, the other is NULL.
 * False: pending. */
bool attr_named_member(Type *type, const AttrNamed *named, Property **property,
                       Field **field);

#endif
