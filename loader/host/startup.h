/* startup.h - from nothing to Main. */
#ifndef LOADER_HOST_STARTUP_H
#define LOADER_HOST_STARTUP_H

#include <stdbool.h>
#include <stdint.h>

#include "common/types/types.h"

/* Moment at which Main was entered; 0: not yet. */
extern uint64_t vm_main_ns;
/* Directory that holds the core assembly; NULL: the default. Set before vm_start. */
extern const char *vm_library_dir;
/* The class library to run on; NULL: the default. Set before vm_start, too. */
extern const Library *vm_library;

/* Before vm_start: takes the class library that the program at path is written for, and
 * asks the .NET host where that is if it knows (vm.properties). vm_open_program then
 * has the program's file already. ERR_IO, ERR_BAD_IMAGE, ERR_UNSUPPORTED. */
bool vm_choose_library(const char *path, Err *err);
bool vm_start(Err *err); /* corlib, well-known objects, main thread */
/* Opens the program: its assembly and entry point are checked. ERR_IO, ERR_BAD_IMAGE.
 */
Assembly *vm_open_program(const char *path, Err *err);
Method *vm_entry_point(Assembly *assembly, Err *err);
/* Calls Main with vm.argv. False: pending exception. What it returns becomes
 * vm.exit_code. */
bool vm_call_main(Method *entry);
int vm_run_main(Assembly *assembly); /* exit code of the program */

#endif
