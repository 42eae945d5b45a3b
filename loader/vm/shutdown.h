/* shutdown.h - the end of the process, in good order or not. */
#ifndef LOADER_VM_SHUTDOWN_H
#define LOADER_VM_SHUTDOWN_H

#include <stdbool.h>

#include "loader/gc/object.h"

/* Set by the host: vm_exit calls it when the program has ended. */
extern void (*vm_at_exit)(void);
/* NULL, or what leaves the terminal as it was found; called when the process crashes,
 * in a signal's handler. */
extern void (*vm_at_crash)(void);

/* Runs the ProcessExit event, and all finalizers; at most once. */
void vm_shutdown(void);
/* ProcessExit, finalizers, statistics, exit. */
void vm_exit(int code) __attribute__((noreturn));
/* The pending exception, which nobody has handled and the process is to end of, is
 * printed. Of several threads that come here, or that end the process, one goes on. It
 * does not return where the class library wants the process to be aborted. */
void vm_print_last(void);
/* The same before the thread is unwound, for a class library that wants it so. */
void vm_tell_last(Object *exception);
/* Runs managed code that nothing is below: false leaves an exception pending that the
 * process is to end of. */
bool vm_invoke_bottom(Method *method, void **args, void *result);
/* Ends the process by SIGABRT. */
void vm_abort(void) __attribute__((noreturn));
/* vm_print_last, and the process ends with this code. */
void vm_die(int code) __attribute__((noreturn));
/* Codes as mono's: in a thread of the program's, in one of the runtime's (thread pool,
 * finalizers). */
enum { DIED_IN_THREAD = 1, DIED_IN_RUNTIME_THREAD = 255 };

#endif
