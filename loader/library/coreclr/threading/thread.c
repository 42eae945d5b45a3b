/* thread.c - System.Threading.Thread. */
#include "loader/vm/thread.h"

#include "loader/library/coreclr/table.h"

static void get_current(Object **out)
{
    *out = thread_self()->managed;
}

const QcallRow qcalls_thread[] = {
    QCALL(ThreadNative_GetCurrentThread, get_current),
    QCALLS_END,
};
