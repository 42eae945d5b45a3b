/* startup.h - what the files of start and end share with the rest of the runtime. */
#ifndef LOADER_VM_STARTUP_H
#define LOADER_VM_STARTUP_H

#include "loader/vm/vm.h"

/* Calls an event handler (sender, event). False: pending exception. */
bool startup_invoke_delegate(Object *handler, Object *sender, Object *event);
/* Set by the host: vm_exit calls it when the program has ended. */
extern void (*vm_at_exit)(void);
/* NULL, or what leaves the terminal as it was found; called when the process crashes,
 * in a signal's handler. */
extern void (*vm_at_crash)(void);
/* CLOCK_MONOTONIC. */
uint64_t vm_now_ns(void);
/* Moment at which Main was entered; 0: not yet. */
extern uint64_t vm_main_ns;
/* Directory that holds the core assembly; NULL: the default. Set before vm_start. */
extern const char *vm_library_dir;

/* Opens the program: its assembly and entry point are checked. ERR_IO, ERR_BAD_IMAGE.
 */
Assembly *vm_open_program(const char *path, Err *err);
Method *vm_entry_point(Assembly *assembly, Err *err);
/* Calls Main with vm.argv. False: pending exception. What it returns becomes
 * vm.exit_code. */
bool vm_call_main(Method *entry);
/* Runs the ProcessExit event, and all finalizers; at most once. */
void vm_shutdown(void);
/* The pending exception is unhandled: prints it and ends the process with this code. */
void vm_die(int code) __attribute__((noreturn));
/* Codes as mono's: in a thread of the program's, in one of the runtime's (thread pool,
 * finalizers). */
enum { DIED_IN_THREAD = 1, DIED_IN_RUNTIME_THREAD = 255 };

#endif
