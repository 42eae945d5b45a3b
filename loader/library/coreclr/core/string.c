/* string.c - System.String. Its constructors are the methods named Ctor. */
#include <string.h>

#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

static String *allocate(VTable *vtable, int64_t length)
{
    (void)vtable;
    if (length < 0 || length > INT32_MAX) {
        exception_set("System.OutOfMemoryException",
                      "Insufficient memory to continue the execution of the program.");
        return NULL;
    }
    return string_new((uint32_t)length);
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
