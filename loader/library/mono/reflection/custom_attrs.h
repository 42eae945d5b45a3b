/* custom_attrs.h - custom attributes of a member. */
#ifndef LOADER_LIBRARY_MONO_REFLECTION_CUSTOM_ATTRS_H
#define LOADER_LIBRARY_MONO_REFLECTION_CUSTOM_ATTRS_H

#include "common/metadata/attribute.h"
#include "loader/library/mono/reflection/reflection.h"
#include "loader/gc/object.h"

/* What attributes hang on. */
typedef struct AttrTarget {
    Assembly *assembly;
    uint32_t token;
} AttrTarget;

/* False: the object is of no kind that has attributes in metadata. */
bool attr_target_of(Object *provider, AttrTarget *out);

/* The method whose parameters a MethodBase or PropertyInfo has; NULL: none. */
Method *attr_accessor_of(Object *member);

/* Names of types in a blob are looked for in `from`, the assembly that has the blob. */

/* Decodes the blob for a constructor; *sig gets its signature. False: pending. */
bool attr_decode(Method *ctor, Bytes blob, Assembly *from, Arena *arena,
                 MethodSig **sig, Attribute *out);
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
