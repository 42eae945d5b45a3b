/* string.c - System.String. Its constructors are the methods named Ctor. */
#include <string.h>

#include "loader/library/coreclr/table.h"
#include "loader/vm/string.h"

static String *allocate(VTable *vtable, int64_t length)
{
    (void)vtable;
    bool fits = length >= 0 && length <= INT32_MAX;
    return string_new(fits ? (uint32_t)length : UINT32_MAX);
}

static void intern(String **text)
{
    *text = string_intern(*text);
}

static void is_interned(String **text)
{
    *text = string_is_interned(*text);
}

const FcallRow fcalls_string[] = {
    FCALL("FastAllocateString", NULL, allocate),
    FCALLS_END,
};

const QcallRow qcalls_string[] = {
    QCALL(String_Intern, intern),
    QCALL(String_IsInterned, is_interned),
    QCALLS_END,
};
