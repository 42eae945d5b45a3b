/* program.h - what the runtime asks of the class library's part: vm/library.h. */
#ifndef LOADER_LIBRARY_CORECLR_CORE_PROGRAM_H
#define LOADER_LIBRARY_CORECLR_CORE_PROGRAM_H

#include "loader/vm/library.h"

extern const VmLibrary program_hooks_coreclr;
bool gc_finalize(Object *object); /* gc.c */
void gc_configure(void);          /* gc_config.c */

#endif
