/* hr_exception.c - the exception that an HRESULT of native code stands for. */
#include <stdio.h>

#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"

static const struct {
    uint32_t hresult;
    const char *class;
} exceptions[] = {
#define HR_EXCEPTION(value, class) {value, class},
#include "loader/library/coreclr/interop/hr_exceptions.def"
#undef HR_EXCEPTION
};

static const char *class_of(uint32_t hresult)
{
    for (size_t i = 0; i < sizeof exceptions / sizeof *exceptions; i++)
        if (exceptions[i].hresult == hresult)
            return exceptions[i].class;
    return NULL;
}

static Object *com_exception(uint32_t hresult)
{
    enum { UNSPECIFIED = 0x80004005 - 0x100000000 };
    char text[128] =
        "Unexpected HRESULT has been returned from a call to a COM component.";
    if ((int32_t)hresult != UNSPECIFIED)
        snprintf(text, sizeof text, "Error %u (0x%08X)", hresult, hresult);
    return exception_new("System.Runtime.InteropServices.COMException", text);
}

/* Null where it is none. info: an IErrorInfo, which nobody has here. */
static void exception_for(int32_t hresult, void *info, Object **result)
{
    (void)info;
    char name[128];
    *result = NULL;
    if (hresult >= 0)
        return;
    const char *class = class_of((uint32_t)hresult);
    snprintf(name, sizeof name, "System.%s", class ? class : "");
    Object *exception =
        class ? exception_new(name, NULL) : com_exception((uint32_t)hresult);
    if (exception)
        *field_exception_hresult(exception) = hresult;
    *result = exception;
}

const QcallRow qcalls_hr_exception[] = {
    QCALL(MarshalNative_GetExceptionForHR, exception_for),
    QCALLS_END,
};
