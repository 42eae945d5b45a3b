/* native_search.h - where a DllImport's library is looked for, as documented under
 * "native library loading" of .NET.
 *
 * Forms of the name, in this order, each in all places before the next:
 *   "x"       x.so, libx.so, x, libx
 *   "x.so.1"  x.so.1, libx.so.1, x.so.1.so, libx.so.1.so
 *   "a/x"     without those that put "lib" in front; "/a/x": as it is
 *
 * Places: the host's NATIVE_DLL_SEARCH_DIRECTORIES (the program's, those of its
 * packages, the framework's), the directory of the assembly that imports, the system's.
 * DefaultDllImportSearchPathsAttribute takes one of the last two away.
 */
#ifndef LOADER_LIBRARY_CORECLR_INTEROP_NATIVE_SEARCH_H
#define LOADER_LIBRARY_CORECLR_INTEROP_NATIVE_SEARCH_H

#include "common/base/bytes.h"
#include "common/types/types.h"

typedef struct NativeSearch {
    const char *name;
    Assembly *from;
    bool beside; /* the assembly */
    bool system; /* dlopen of the bare name */
    bool has_flags;
    uint32_t flags; /* DllImportSearchPath, where the program says so */
    Buffer said;    /* by dlopen, each once, a line each */
} NativeSearch;

/* With what the method, or else its assembly, says of search paths; method NULL: the
 * assembly. */
NativeSearch native_search_for(const char *name, Assembly *from, const Method *method);
/* Of DllImportSearchPath. */
void native_search_flags(NativeSearch *search, uint32_t flags);
/* dlopen's handle, or NULL. */
void *native_search_run(NativeSearch *search);
/* One file. */
void *native_search_try(NativeSearch *search, const char *path);
void native_search_free(NativeSearch *search);

#endif
