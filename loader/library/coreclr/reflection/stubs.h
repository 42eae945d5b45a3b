/* stubs.h - the objects that stand for a method or a field before managed code has made
 * a MethodInfo or FieldInfo of it. */
#ifndef LOADER_LIBRARY_CORECLR_REFLECTION_STUBS_H
#define LOADER_LIBRARY_CORECLR_REFLECTION_STUBS_H

#include "loader/gc/object.h"

/* A RuntimeMethodInfoStub and a RuntimeFieldInfoStub; NULL: pending exception. */
Object *method_stub_object(Method *method);
Object *field_stub_object(Field *field);

#endif
