/* fatal.h - the last words of a process, as .NET's runtime prints them on stderr. */
#ifndef LOADER_LIBRARY_CORECLR_DIAGNOSTICS_FATAL_H
#define LOADER_LIBRARY_CORECLR_DIAGNOSTICS_FATAL_H

#include <stdbool.h>

#include "loader/gc/object.h"

/* The exception that nobody handles, which the process is about to end of. */
void fatal_print_unhandled(Object *exception, bool told);
/* "Process terminated.", the text, the frames of the calling thread, and SIGABRT. */
void fatal_fail_fast(const char *text) __attribute__((noreturn));
/* "Stack overflow." with the frames of the calling thread, and SIGABRT. */
void fatal_stack_overflow(void) __attribute__((noreturn));
void fatal_bad_address(void) __attribute__((noreturn));

#endif
