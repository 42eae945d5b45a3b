/* invoke.h - managed methods called from C. */
#ifndef LOADER_EXEC_INVOKE_H
#define LOADER_EXEC_INVOKE_H

#include <stdbool.h>

#include "common/types/types.h"

/* Calls a method from C. args[i] points at the value of argument i (this first: pointer
 * to the reference, or for value types pointer to the address); result: room for the
 * return value, 8 bytes at least. Generic context is passed by itself. False: pending
 * exception. Not virtual: resolve with object_virtual before. */
bool method_invoke(Method *method, void **args, void *result);

#endif
