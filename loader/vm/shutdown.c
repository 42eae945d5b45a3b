/* shutdown.c - from the end of Main to the end of the process. */
#include "loader/vm/shutdown.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "loader/gc/gc.h"
#include "loader/vm/exception.h"
#include "loader/gc/object.h"
#include "loader/vm/library.h"
#include "loader/vm/methods.h"
#include "loader/vm/thread.h"
#include "loader/vm/vm.h"

void (*vm_at_exit)(void);
void (*vm_at_crash)(void);

static bool died;      /* of an unhandled exception, which has been printed */
static Thread *ending; /* the thread that ends the process in good order */
static Thread *dying;  /* the one whose unhandled exception ends it */

/* True for the one thread that comes first; others sleep in here for ever, except that
 * it may come again (Exit in a ProcessExit handler). */
static bool claim(Thread **owner)
{
    Thread *none = NULL;
    Thread *self = thread_self();
    if (__atomic_compare_exchange_n(owner, &none, self, false, __ATOMIC_ACQ_REL,
                                    __ATOMIC_ACQUIRE))
        return true;
    while (none != self)
        pause();
    return false;
}

/* Sleeps for ever if another thread has claimed it. */
static void yield_to(Thread **owner)
{
    if (__atomic_load_n(owner, __ATOMIC_ACQUIRE))
        claim(owner);
}

/* What goes wrong in the background while another thread ends the process, for one
 * since finalizers took what it uses, is of no interest. */
void vm_print_last(void)
{
    yield_to(&ending);
    claim(&dying);
    if (!died)
        exception_print_unhandled(exception_take());
    died = true;
    if (vm_library_hooks->fails_fast)
        vm_abort();
}

void vm_tell_last(Object *exception)
{
    if (!vm_library_hooks->fails_fast)
        return;
    yield_to(&ending);
    claim(&dying);
    if (!died)
        exception_print_unhandled(exception);
    died = true;
}

bool vm_invoke_bottom(Method *method, void **args, void *result)
{
    Thread *thread = thread_self();
    bool before = thread->bottom;
    thread->bottom = true;
    bool ok = vm_methods->invoke(method, args, result);
    thread->bottom = before;
    return ok;
}

void vm_abort(void)
{
    if (vm_at_exit)
        vm_at_exit();
    fflush(NULL);
    if (vm_at_crash)
        vm_at_crash();
    abort();
}

/* Who has died comes here by Exit in a finally block, where the process would end by
 * a signal otherwise; where it would not, there is no event and no finalizers. */
void vm_shutdown(void)
{
    if (!exception_in_handlers)
        yield_to(&dying);
    if ((died && !vm_library_hooks->fails_fast) || !claim(&ending))
        return;
    vm_library_hooks->process_exit();
    vm.shutting_down = true;
    if (vm_library_hooks->finalizes_all)
        gc_finalize_all();
}

void vm_die(int code)
{
    vm_print_last();
    vm_exit(code);
}

void vm_exit(int code)
{
    vm_shutdown();
    if (vm_at_exit)
        vm_at_exit();
    fflush(NULL);
    exit(code);
}
