/* assembly.h - between the files of System.Reflection.RuntimeAssembly: assembly.c and
 * resource.c. */
#ifndef LOADER_LIBRARY_MONO_REFLECTION_ASSEMBLY_H
#define LOADER_LIBRARY_MONO_REFLECTION_ASSEMBLY_H

#include "loader/library/mono/reflection/objects.h"
#include "loader/reflect/assembly.h"
#include "loader/gc/object.h"

extern const ReflectLibrary assembly_events; /* of the AppDomain */
/* Tells AppDomain.AssemblyLoad's handlers once. */
void assembly_announce(Assembly *assembly);

/* -- resource.c ---------------------------------------------------------------- */
Array *resource_names(Object *self);
int32_t resource_info(Object *self, String *name, Object *info);
const void *resource_data(Object *self, String *name, int32_t *size, Object **module);

#endif
