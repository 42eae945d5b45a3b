/* eh.h - raising exceptions. Nobody above this floor but loader/interop, whose stubs
 * managed code calls, may. */
#ifndef LOADER_EXEC_EH_H
#define LOADER_EXEC_EH_H

#include "loader/gc/object.h"

/* Raises: set the trace, find the handler, unwind. Only with no lock held. */
void exec_raise(Object *exception) __attribute__((noreturn));
void exec_raise_pending(void) __attribute__((noreturn));
void exec_rethrow(Object *exception) __attribute__((noreturn));

#endif
