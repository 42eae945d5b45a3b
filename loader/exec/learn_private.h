/* learn_private.h - what a run interpreted, so that the next one does not.
 *
 * When a process ends in mode mixed, or has had nothing to do for a while, the methods
 * that are still interpreted are told to the worker, which compiles them into the JIT
 * cache without it (crossgen/tidy.h). Programs that are over at once teach nothing, nor
 * do few cold methods of long ones: a start of the compiler costs more than they do.
 * $CODICIL_LEARN: "no" never, "always" whatever the run was.
 */
#ifndef LOADER_EXEC_LEARN_PRIVATE_H
#define LOADER_EXEC_LEARN_PRIVATE_H

#include "loader/exec/cache.h"

/* At the end of the process; other threads may run. Empty: nothing worth a compiler. */
Learned learn_from_run(void);
/* The same of one that goes on; also empty when it has not idled since the last call,
 * or has little to tell that it has not told before. One thread. */
Learned learn_while_idle(void);
bool learn_is_hasty(void); /* $CODICIL_LEARN is "always": it is asked often */
void learn_free(Learned *learned);

#endif
