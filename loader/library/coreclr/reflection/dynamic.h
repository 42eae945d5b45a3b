/* dynamic.h - methods that are made at run time, as .NET's class library makes them. */
#ifndef LOADER_LIBRARY_CORECLR_REFLECTION_DYNAMIC_H
#define LOADER_LIBRARY_CORECLR_REFLECTION_DYNAMIC_H

#include "common/base/bytes.h"
#include "loader/gc/object.h"

/* The Resolver of a dynamic method; NULL: it is none. */
Object *dynamic_resolver(Method *method);

/* -- dynamic_sig.c: signatures with types' addresses in them -------------------- */
/* In memory of that arena. NULL, or false: pending exception. */
MethodSig *dynamic_sig_method(Bytes blob, Arena *memory);
bool dynamic_sig_locals(Bytes blob, DynamicCode *code);

#endif
