/* runtime_text.h - methods and assemblies as .NET's runtime itself writes them, in the
 * last words of a process; common/types/words.h has the rest. */
#ifndef LOADER_LIBRARY_CORECLR_DIAGNOSTICS_RUNTIME_TEXT_H
#define LOADER_LIBRARY_CORECLR_DIAGNOSTICS_RUNTIME_TEXT_H

#include "common/types/types.h"
#include "loader/gc/object.h"

/* "Ns.Outer+Name.Method(Int32, System.String ByRef)", arguments of generics in shared
 * form with their assemblies. */
const char *runtime_text_method(Arena *arena, Method *method);
const char *runtime_text_assembly(Arena *arena, Assembly *assembly); /* display name */
/* The exception of a cast; NULL: pending. */
Object *runtime_text_invalid_cast(Type *from, Type *to);

#endif
