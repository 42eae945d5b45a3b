/* err_exception.c - what a failure becomes that names its subject.
 *
 * An Err is a kind and a text, also where compiled code keeps it. What its subject is,
 * a property of the exception shows (TypeName, FileName): it is the first name in
 * quotes of the texts in common/library/coreclr/words.def.
 */
#include "loader/library/coreclr/diagnostics/err_exception.h"

#include <string.h>

#include "common/base/log.h"
#include "loader/library/coreclr/members.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"

/* What stands between the quotes behind `before`; NULL with none pending: nothing. */
static String *quoted(const char *text, const char *before)
{
    const char *start = strstr(text, before);
    const char *end = start ? strchr(start + strlen(before), '\'') : NULL;
    if (!end)
        return NULL;
    start += strlen(before);
    return string_from_utf8n(start, (size_t)(end - start));
}

static Object *made(Method *ctor, void *first, void *second)
{
    uint64_t result[2];
    Object *exception = object_new(ctor->type);
    void *args[] = {&exception, first, second};
    return exception && vm_methods->invoke(ctor, args, result) ? exception : NULL;
}

static Object *type_load_exception(const Err *err)
{
    String *name = quoted(err->text, "type '");
    if (!name && !exception_pending())
        name = quoted(err->text, "Type: '");
    if (!name && !exception_pending() && *err->text == '\'')
        name = quoted(err->text, "'");
    String *message = name ? string_from_utf8(err->text) : NULL;
    return message ? made(method_type_load_exception_new(), &message, &name) : NULL;
}

/* The exception words it: the text is the same. */
static Object *file_not_found(const Err *err)
{
    int32_t hresult = (int32_t)0x80070002;
    String *name = quoted(err->text, "Could not load file or assembly '");
    return name ? made(method_file_not_found_new(), &name, &hresult) : NULL;
}

Object *err_exception(const Err *err)
{
    switch (err->kind) {
    case ERR_TYPE_LOAD:
        return type_load_exception(err);
    case ERR_IO:
        return file_not_found(err);
    case ERR_INVALID_PROGRAM: /* the words don't say what is wrong with it */
        log_line(LOG_INFO, "invalid program: %s", err->text);
        return exception_new("System.InvalidProgramException", NULL);
    case ERR_MEMBER_ACCESS:
        return exception_new("System.InvalidOperationException",
                             "Instances of abstract classes cannot be created.");
    default:
        return NULL;
    }
}
