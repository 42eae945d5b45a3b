/* signals_private.h - the end of the stack, and crashes. */
#ifndef LOADER_EXEC_SIGNALS_PRIVATE_H
#define LOADER_EXEC_SIGNALS_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "loader/vm/stack.h"
#include "loader/exec/signals.h"
#include "loader/vm/thread.h"

void stack_overflow_throw(void) __attribute__((noreturn));

/* Has the stack room for that many bytes and for what C code may need? */
static inline bool stack_has_room(uint64_t bytes)
{
    intptr_t room =
        (char *)__builtin_frame_address(0) - (thread_self()->stack_low + STACK_RESERVE);
    return room >= 0 && bytes <= (uint64_t)room;
}

/* Raises StackOverflowException while there is room left to do so. bytes: what the
 * caller is about to take of the stack. */
static inline void stack_check_room(uint64_t bytes)
{
    if (__builtin_expect(!stack_has_room(bytes), 0))
        stack_overflow_throw();
}

static inline void stack_check(void)
{
    stack_check_room(0);
}

void signals_landed(
    void); /* an exception has left the alternate stack, if it was there */
void signals_start(void);
/* An alternate stack instead of the thread's own; what the runtime needs is unblocked.
 */
void signals_thread_start(void);
void signals_thread_end(void);

#endif
