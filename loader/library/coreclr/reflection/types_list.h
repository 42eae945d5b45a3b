/* types_list.h - the types of an assembly as arrays. */
#ifndef LOADER_LIBRARY_CORECLR_REFLECTION_TYPES_LIST_H
#define LOADER_LIBRARY_CORECLR_REFLECTION_TYPES_LIST_H

#include "loader/gc/object.h"

/* All types but <Module>, or those that are public from outside to inside. Types that
 * can't be loaded leave a ReflectionTypeLoadException pending, which has the others. */
Array *types_list(Assembly *assembly, bool exported_only);

#endif
