/* members.h - lists of members for RuntimeType.
 *
 * Each returns the handles of the members that the BindingFlags accept, own ones first.
 * name NULL: any. A failure leaves a pending exception and a shorter list.
 */
#ifndef LOADER_LIBRARY_MONO_REFLECTION_MEMBERS_H
#define LOADER_LIBRARY_MONO_REFLECTION_MEMBERS_H

#include "loader/library/mono/reflection/reflection.h"
#include "loader/gc/object.h"

PtrArray *members_methods(Object *type, const char *name, int32_t flags, int32_t list);
PtrArray *members_constructors(Object *type, int32_t flags);
PtrArray *members_fields(Object *type, const char *name, int32_t flags, int32_t list);
PtrArray *members_properties(Object *type, const char *name, int32_t flags,
                             int32_t list);
PtrArray *members_events(Object *type, const char *name, int32_t list);
PtrArray *members_nested(Object *type, const char *name, int32_t flags, int32_t list);

#endif
