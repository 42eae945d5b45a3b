/* native_library.h - native libraries that programs for .NET import from. */
#ifndef LOADER_LIBRARY_CORECLR_INTEROP_NATIVE_LIBRARY_H
#define LOADER_LIBRARY_CORECLR_INTEROP_NATIVE_LIBRARY_H

#include "common/types/types.h"

/* Of interop_open_library: asks the program's resolver and the assembly's context,
 * looks where the host says, then raises the context's event. What it is about to be
 * asked for works then. */
void *native_library_open(const char *dll, Method *method);

#endif
