/* jit.h - the JIT's client besides what exec.h says. */
#ifndef LOADER_EXEC_JIT_H
#define LOADER_EXEC_JIT_H

#include "loader/exec/exec.h"

#ifndef CODICIL_BINDIR
#define CODICIL_BINDIR "/usr/local/bin"
#endif

/* Has the end of the process end the worker and tidy the cache. */
void jit_at_exit(void);

#endif
