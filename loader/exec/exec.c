/* exec.c - start of the execution engine. */
#include "loader/exec/exec.h"

#include "loader/exec/interp.h"
#include "loader/exec/signals.h"
#include "loader/exec/stubs.h"
#include "loader/exec/tail.h"

void exec_start(void)
{
    stubs_start();
    signals_start();
}

void exec_thread_start(void)
{
    signals_thread_start();
    tail_thread_start();
}

void exec_thread_end(void)
{
    interp_stack_free(thread_self());
    thread_self()->tail = NULL;
    signals_thread_end();
}
