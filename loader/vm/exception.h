/* exception.h - making exception objects; vm.h has what most callers need. */
#ifndef LOADER_VM_EXCEPTION_H
#define LOADER_VM_EXCEPTION_H

#include "loader/vm/vm.h"

/* Calls the constructor; message NULL: the parameterless one. NULL: pending. */
Object *exception_new(const char *name, const char *message);
/* (message, inner) constructor. */
Object *exception_new_inner(const char *name, const char *message, Object *inner);
Object *exception_new_err(const Err *err);

/* Runs AppDomain.UnhandledException handlers. True: there were some. */
bool exception_raise_unhandled_event(Object *exception);
/* They run: other threads may end the process meanwhile. */
extern volatile bool exception_in_handlers;

#endif
