/* exception.h - exceptions in C code.
 *
 * A function that can fail returns false or NULL and leaves the exception object in the
 * calling thread ("pending"); it never unwinds. Only loader/exec raises: compiled-code
 * helpers, the icall stub and the interpreter turn a pending exception into unwinding,
 * at a point where they hold no lock and no arena.
 */
#ifndef LOADER_VM_EXCEPTION_H
#define LOADER_VM_EXCEPTION_H

#include "common/base/err.h"
#include "loader/gc/object.h"
#include "loader/vm/thread.h"

/* Makes the exception and sets it pending; always returns false. Name: "System.X";
 * format NULL: the message of its own constructor. */
bool exception_set(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool exception_set_object(Object *exception);
bool exception_set_err(const Err *err); /* by its kind */
/* False: nothing can lie there, and NullReferenceException is pending. C code asks
 * before it uses an address that managed code has made up. */
bool exception_check_address(const void *address);
/* For exceptions of a message and a parameter's or file's name (NULL: none). */
bool exception_argument(const char *name, const char *param, const char *message);
bool exception_argument_null(const char *param);
static inline bool exception_pending(void)
{
    return __builtin_expect(thread_current->pending != NULL, 0);
}
Object *exception_take(void); /* the pending one, which is cleared; NULL: none */
/* An unhandled exception on stderr. */
void exception_print_unhandled(Object *exception);
char *exception_describe(Object *exception); /* its ToString(), malloc; never NULL */

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
