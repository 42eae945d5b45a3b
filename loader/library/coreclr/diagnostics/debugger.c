/* debugger.c - System.Diagnostics.Debugger. No debugger knows how to attach. */
#include "loader/library/coreclr/table.h"

static int32_t no(void)
{
    return false;
}

static void ignore(void)
{
}

const QcallRow qcalls_debugger[] = {
    QCALL(DebugDebugger_IsManagedDebuggerAttached, no),
    QCALL(DebugDebugger_IsLoggingHelper, no),
    QCALL(DebugDebugger_Launch, no),
    QCALL(DebugDebugger_Break, ignore),
    QCALL(DebugDebugger_Log, ignore),
    QCALL(DebugDebugger_CustomNotification, ignore),
    QCALLS_END,
};
