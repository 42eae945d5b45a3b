/* runtime_text.h - types, methods and assemblies as .NET's runtime itself words them,
 * in exceptions that it raises and in the last words of a process. Reflection's names
 * are others. */
#ifndef LOADER_LIBRARY_CORECLR_DIAGNOSTICS_RUNTIME_TEXT_H
#define LOADER_LIBRARY_CORECLR_DIAGNOSTICS_RUNTIME_TEXT_H

#include "common/types/types.h"
#include "loader/gc/object.h"

/* "Ns.Name`1[Ns.Outer+Arg]": of a nested type the own name alone. */
const char *runtime_text_type(Arena *arena, const Type *type);
/* "Ns.Outer+Name.Method(Int32, System.String ByRef)", arguments of generics in shared
 * form with their assemblies. */
const char *runtime_text_method(Arena *arena, Method *method);
const char *runtime_text_assembly(Arena *arena, Assembly *assembly); /* display name */
/* The exception of a cast; NULL: pending. */
Object *runtime_text_invalid_cast(Type *from, Type *to);

#endif
