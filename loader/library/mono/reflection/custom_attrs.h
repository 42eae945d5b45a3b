/* custom_attrs.h - what the attributes of reflection's objects hang on. */
#ifndef LOADER_LIBRARY_MONO_REFLECTION_CUSTOM_ATTRS_H
#define LOADER_LIBRARY_MONO_REFLECTION_CUSTOM_ATTRS_H

#include "loader/library/mono/reflection/objects.h"
#include "loader/reflect/attribute.h"
#include "loader/gc/object.h"

/* False: the object is of no kind that has attributes in metadata. */
bool attr_target_of(Object *provider, AttrTarget *out);

/* The method whose parameters a MethodBase or PropertyInfo has; NULL: none. */
Method *attr_accessor_of(Object *member);

#endif
