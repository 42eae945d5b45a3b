/* struct_stub.h - the code by which Marshal copies structures between managed and
 * native form: a managed function pointer for each type.
 */
#ifndef LOADER_LIBRARY_CORECLR_INTEROP_STRUCT_STUB_H
#define LOADER_LIBRARY_CORECLR_INTEROP_STRUCT_STUB_H

#include "common/types/types.h"

/* What managed code calls: (ref byte value, byte *native, int operation, ref cleanup),
 * made once. NULL: pending exception. */
void *struct_stub(Type *type);
/* The C function of the method that such a pointer leads to; NULL: it is another one.
 */
void *struct_stub_function(Method *method);

#endif
