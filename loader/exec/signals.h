/* signals.h - the end of the stack. */
#ifndef LOADER_EXEC_SIGNALS_H
#define LOADER_EXEC_SIGNALS_H

#include <stdbool.h>
#include <stdint.h>

/* Is there room on the stack for that many bytes, which C code is about to take for
 * managed values? False: a pending StackOverflowException. */
bool exec_stack_room(uint64_t bytes);
/* Do that many bytes still fit before StackOverflowException, on the C stack and on the
 * interpreter's? */
bool exec_stack_is_sufficient(uint64_t bytes);

#endif
