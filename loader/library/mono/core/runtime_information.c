/* runtime_information.c - System.Runtime.InteropServices.RuntimeInformation. */
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/string.h"

static String *architecture(void)
{
    return string_from_utf8("x64");
}

static String *os_name(void)
{
    return string_from_utf8("linux");
}

const IcallRow icalls_runtime_information[] = {
    ICALL("GetRuntimeArchitecture", NULL, architecture),
    ICALL("GetOSName", NULL, os_name),
    ICALLS_END,
};
