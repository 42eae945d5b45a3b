#include "common/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool err_set(Err *err, ErrKind kind, const char *format, ...)
{
    va_list args;
    if (err->kind != ERR_NONE)
        return false;
    err->kind = kind;
    va_start(args, format);
    vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    return false;
}

bool err_context(Err *err, const char *format, ...)
{
    char old[sizeof err->text];
    size_t used;
    va_list args;
    memcpy(old, err->text, sizeof old);
    va_start(args, format);
    int n = vsnprintf(err->text, sizeof err->text, format, args);
    va_end(args);
    used = n < 0 ? 0 : (size_t)n < sizeof old ? (size_t)n : sizeof old - 1;
    if (snprintf(err->text + used, sizeof old - used, ": %s", old) < 0)
        err->text[used] = '\0'; /* too long a text is cut off */
    return false;
}
