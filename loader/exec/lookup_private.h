/* lookup_private.h - generic lookups of shared code, cached. */
#ifndef LOADER_EXEC_LOOKUP_PRIVATE_H
#define LOADER_EXEC_LOOKUP_PRIVATE_H

#include "common/ir/ir.h"

/* What `lookup` is in a context (a Type * or Method *, told apart by their
 * first word), as lookups.def says; types are loaded READY. NULL: pending exception.
 * Reading the cache takes no lock. */
void *lookup_find(void *context, const IrLookup *lookup);

#endif
