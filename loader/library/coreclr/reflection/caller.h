/* caller.h - who a StackCrawlMark means. */
#ifndef LOADER_LIBRARY_CORECLR_REFLECTION_CALLER_H
#define LOADER_LIBRARY_CORECLR_REFLECTION_CALLER_H

#include "common/types/types.h"

/* The method for the mark, a local of a method of the core assembly that the program
 * has called; NULL: only such methods are on the stack. */
Method *caller_of_mark(const int32_t *mark);
/* Its assembly, or else the program's. */
Assembly *caller_assembly(const int32_t *mark);

#endif
