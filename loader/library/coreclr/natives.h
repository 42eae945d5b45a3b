/* natives.h - the C functions behind FCalls, QCalls and the framework's own libraries.
 */
#ifndef LOADER_LIBRARY_CORECLR_NATIVES_H
#define LOADER_LIBRARY_CORECLR_NATIVES_H

#include "common/types/types.h"

/* NativeFinders (loader/exec/natives.h). NULL with a pending exception that names what
 * is missing. */
void *fcall_find(Method *method);
void *qcall_or_pinvoke_find(Method *method);

/* The function for an FCall, or for an entry point; NULL: none. */
void *fcall_function(Method *method);
void *qcall_function(const char *entry);
/* The entry point of a P/Invoke into the runtime itself; NULL: it is another one. */
const char *qcall_entry(Method *method);

#endif
