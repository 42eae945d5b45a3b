/* process.h - between the files of System.Diagnostics.Process, and for who makes
 * handles of processes. */
#ifndef LOADER_LIBRARY_MONO_DIAGNOSTICS_PROCESS_H
#define LOADER_LIBRARY_MONO_DIAGNOSTICS_PROCESS_H

#include <sys/types.h>
#include "loader/gc/object.h"

/* The handle of a process: the WaitObject of an event that is set when it has ended,
 * which is known of children alone. NULL: no memory. */
void *process_handle(pid_t pid, bool is_child);

/* process_module.c: ProcessModule[] of the process behind a handle; NULL: pending
 * exception. */
Array *get_modules(Object *process, const void *handle);

#endif
