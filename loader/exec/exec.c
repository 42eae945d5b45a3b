/* exec.c - start of the execution engine. */
#include "loader/exec/exec.h"

#include "loader/exec/interp_private.h"
#include "loader/exec/stubs_private.h"
#include "loader/exec/tail_private.h"
#include "loader/vm/methods.h"
#include "loader/exec/invoke.h"
#include "loader/exec/method.h"
#include "loader/exec/signals_private.h"
#include "loader/vm/thread.h"

static void exec_thread_start(void)
{
    signals_thread_start();
    tail_thread_start();
}

static void exec_thread_end(void)
{
    interp_stack_free(thread_self());
    thread_self()->exec = (ThreadExec){0};
    signals_thread_end();
}

static bool find_missing(void)
{
    return exec_find_missing && exec_find_missing();
}

void exec_start(void)
{
    static const VmMethods methods = {
        .entry = method_entry,
        .ftn = method_ftn,
        .from_entry = method_from_entry,
        .invoke = method_invoke,
        .thread_starts = exec_thread_start,
        .thread_ends = exec_thread_end,
        .find_missing = find_missing,
    };
    vm_methods = &methods;
    stubs_start();
    signals_start();
}
