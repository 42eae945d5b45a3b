/* debugger.c - System.Diagnostics.Debugger, DefaultTraceListener. */
#include <stddef.h>
#include <stdint.h>

#include "loader/library/mono/table.h"

static int32_t no(void)
{
    return 0;
}

static void nothing(void)
{
}

const IcallRow icalls_debugger[] = {
    ICALL("IsAttached_internal", NULL, no),
    ICALL("IsLogging", NULL, no),
    ICALL("Log", NULL, nothing),
    ICALLS_END,
};

const IcallRow icalls_trace_listener[] = {
    ICALL("WriteWindowsDebugString", NULL, nothing),
    ICALLS_END,
};
