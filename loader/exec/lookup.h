/* lookup.h - generic lookups of shared code, cached: private to loader/exec. */
#ifndef LOADER_EXEC_LOOKUP_H
#define LOADER_EXEC_LOOKUP_H

#include "loader/exec/exec.h"

/* What `lookup` is in a context: a Type * or Method * (told apart by their
 * first word); types are loaded READY. NULL: pending exception. Reading the cache takes
 * no lock. */
void *lookup_find(void *context, const IrLookup *lookup);

#endif
