/* async.h - BeginInvoke and EndInvoke of delegates, which the runtime implements. */
#ifndef LOADER_LIBRARY_MONO_THREADING_ASYNC_H
#define LOADER_LIBRARY_MONO_THREADING_ASYNC_H

#include "common/types/types.h"

/* A C function for a delegate type's BeginInvoke or EndInvoke, called as an internal
 * call. NULL: pending exception. Made once for a method by its caller. */
void *async_stub(Method *method);

#endif
