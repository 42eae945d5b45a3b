/* native_library.h - native libraries that .NET's class library comes with. */
#ifndef LOADER_LIBRARY_CORECLR_INTEROP_NATIVE_LIBRARY_H
#define LOADER_LIBRARY_CORECLR_INTEROP_NATIVE_LIBRARY_H

#include "common/types/types.h"

/* The file for a name in a DllImport: the framework's own by path, others as they are.
 */
const char *native_library_name(const char *dll);
/* Of interop_ask_library. */
void *native_library_ask(const char *dll, Assembly *from);

#endif
