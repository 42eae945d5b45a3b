/* learn_private.h - what a run interpreted, so that the next one does not.
 *
 * When a process ends in mode mixed, the methods that are still interpreted are told to
 * the worker, which compiles them into the JIT cache once the program has gone
 * (crossgen/tidy.h). Programs that are over at once teach nothing, nor do few cold
 * methods of long ones: a start of the compiler costs more than they do.
 * $CODICIL_LEARN: "no" never, "always" whatever the run was.
 */
#ifndef LOADER_EXEC_LEARN_PRIVATE_H
#define LOADER_EXEC_LEARN_PRIVATE_H

#include "loader/exec/cache.h"

/* At the end of the process; other threads may run. Empty: nothing worth a compiler. */
Learned learn_from_run(void);
void learn_free(Learned *learned);

#endif
