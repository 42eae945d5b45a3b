/* objects.h - the objects that show assemblies and their modules, one of each for an
 * Assembly. What is no member of a type hangs on these: names, resources, tokens. Then
 * handles of members as objects. */
#ifndef LOADER_LIBRARY_CORECLR_REFLECTION_OBJECTS_H
#define LOADER_LIBRARY_CORECLR_REFLECTION_OBJECTS_H

#include "loader/gc/object.h"

/* RuntimeAssembly and RuntimeModule; NULL: pending exception. */
Object *assembly_object(Assembly *assembly);
Object *module_object(Assembly *assembly);
/* Of an object that managed code has made sure is one; NULL for null. */
Assembly *assembly_of_object(Object *object);
Assembly *assembly_of_module_object(Object *object);

/* RuntimeMethodInfoStub and RuntimeFieldInfoStub: handles as IRuntimeMethodInfo and
 * IRuntimeFieldInfo have them. NULL: pending exception. */
Object *method_stub_object(Method *method);
Object *field_stub_object(Field *field);
/* Of any IRuntimeMethodInfo of the core assembly that shows one method. */
Method *method_of_info(Object *info);

#endif
