/* signals.h - the end of the stack, and crashes: private to loader/exec. */
#ifndef LOADER_EXEC_SIGNALS_H
#define LOADER_EXEC_SIGNALS_H

#include "loader/exec/exec.h"
#include "loader/exec/glue.h"

void stack_overflow_throw(void) __attribute__((noreturn));

/* Raises StackOverflowException while there is room left to do so. */
static inline void stack_check(void)
{
    if (__builtin_expect((char *)__builtin_frame_address(0) <
                             thread_self()->stack_low + STACK_RESERVE,
                         0))
        stack_overflow_throw();
}

void signals_landed(
    void); /* an exception has left the alternate stack, if it was there */
void signals_start(void);
/* An alternate stack instead of the thread's own; what the runtime needs is unblocked.
 */
void signals_thread_start(void);
void signals_thread_end(void);

#endif
