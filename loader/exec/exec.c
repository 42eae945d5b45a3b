/* exec.c - start of the execution engine. */
#include "loader/exec/exec.h"

#include "loader/exec/signals.h"
#include "loader/exec/stubs.h"

void exec_start(void)
{
    stubs_start();
    signals_start();
}

void exec_thread_start(void)
{
    signals_thread_start();
}

void exec_thread_end(void)
{
    signals_thread_end();
}
