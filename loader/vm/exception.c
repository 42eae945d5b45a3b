/* exception.c - exception objects by name, and what is printed when nobody catches one.
 */
#include "loader/vm/exception.h"

#include <stdio.h>
#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/vm/methods.h"
#include "loader/vm/delegate.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/library.h"
#include "loader/vm/vm.h"
#include "loader/vm/member.h"

/* -- making -------------------------------------------------------------------- */

static Type *exception_type(const char *name)
{
    const char *dot = strrchr(name, '.');
    assert(dot);
    char ns[128];
    size_t n = (size_t)(dot - name);
    assert(n < sizeof ns);
    memcpy(ns, name, n);
    ns[n] = '\0';
    Err err = ERR_INIT;
    Type *type = assembly_find_type(vm.world->corlib, ns, dot + 1, &err);
    if (!type || !type_load(type, LEVEL_READY, &err))
        log_fatal("%s is missing from %s: %s", name, vm.world->corlib->name, err.text);
    return type;
}

/* The constructor whose parameters are of these known types. */
static Method *ctor_find(Type *type, uint32_t n, Type *const *params)
{
    for (uint32_t i = 0; i < type->n_methods; i++) {
        Method *m = type->methods[i];
        Err err = ERR_INIT;
        MethodSig *sig;
        if (strcmp(m->name, ".ctor") || !(sig = method_sig(m, &err)) ||
            sig->n_params != n)
            continue;
        uint32_t k = 0;
        while (k < n && sig->params[k] == params[k])
            k++;
        if (k == n)
            return m;
    }
    return NULL;
}

static Object *exception_build(const char *name, uint32_t n, Type *const *params,
                               Object **values)
{
    Type *type = exception_type(name);
    Method *ctor = ctor_find(type, n, params);
    if (!ctor) {
        ctor = ctor_find(type, 0, NULL);
        n = 0;
    }
    Object *object = object_new(type);
    if (!object)
        return NULL;
    void *args[] = {&object, NULL, NULL};
    for (uint32_t i = 0; i < n; i++)
        args[i + 1] = &values[i];
    uint64_t result[2];
    if (ctor && !vm_methods->invoke(ctor, args, result))
        return NULL;
    return object;
}

Object *exception_new(const char *name, const char *message)
{
    Type *params[] = {vm.world->known.string};
    Object *values[] = {NULL};
    /* The one that the runtime words otherwise than the constructor. */
    if (!message && !strcmp(name, "System.NullReferenceException"))
        message = vm.world->library->null_text;
    if (!message)
        return exception_build(name, 0, params, values);
    values[0] = (Object *)string_from_utf8(message);
    return values[0] ? exception_build(name, 1, params, values) : NULL;
}

Object *exception_new_inner(const char *name, const char *message, Object *inner)
{
    Type *params[] = {vm.world->known.string, vm.world->known.exception};
    Object *values[] = {(Object *)string_from_utf8(message), inner};
    return values[0] ? exception_build(name, 2, params, values) : NULL;
}

static const char *const err_exceptions[] = {
    [ERR_NONE] = "System.ExecutionEngineException",
    [ERR_IO] = "System.IO.FileNotFoundException",
    [ERR_BAD_IMAGE] = "System.BadImageFormatException",
    [ERR_TYPE_LOAD] = "System.TypeLoadException",
    [ERR_MISSING_METHOD] = "System.MissingMethodException",
    [ERR_MISSING_FIELD] = "System.MissingFieldException",
    [ERR_INVALID_PROGRAM] = "System.InvalidProgramException",
    [ERR_METHOD_ACCESS] = "System.MethodAccessException",
    [ERR_FIELD_ACCESS] = "System.FieldAccessException",
    [ERR_DLL_NOT_FOUND] = "System.DllNotFoundException",
    [ERR_ENTRY_POINT] = "System.EntryPointNotFoundException",
    [ERR_UNSUPPORTED] = "System.NotSupportedException",
    [ERR_ARGUMENT] = "System.ArgumentException",
    [ERR_AMBIGUOUS] = "System.Runtime.AmbiguousImplementationException",
    [ERR_MEMBER_ACCESS] = "System.MemberAccessException",
    [ERR_TYPE_ACCESS] = "System.TypeAccessException",
    [ERR_PLATFORM] = "System.PlatformNotSupportedException",
    [ERR_AMBIGUOUS_MATCH] = "System.Reflection.AmbiguousMatchException",
};
_Static_assert(sizeof err_exceptions / sizeof *err_exceptions == ERR_KINDS,
               "one exception a kind");

Object *exception_new_err(const Err *err)
{
    Object *exception = vm_library_hooks->exception_of_err
                            ? vm_library_hooks->exception_of_err(err)
                            : NULL;
    if (exception || exception_pending())
        return exception;
    return exception_new(err_exceptions[err->kind], err->text);
}

/* -- pending ------------------------------------------------------------------- */

bool exception_set_object(Object *exception)
{
    assert(exception);
    thread_self()->pending = exception;
    return false;
}

/* A constructor that failed has left its own exception, which is as good. */
static bool exception_set_made(Object *exception)
{
    return exception ? exception_set_object(exception) : false;
}

bool exception_set(const char *name, const char *format, ...)
{
    if (!format)
        return exception_set_made(exception_new(name, NULL));
    char *text = NULL;
    va_list args;
    va_start(args, format);
    int n = vasprintf(&text, format, args);
    va_end(args);
    if (n < 0)
        return exception_set_object(vm.out_of_memory);
    exception_set_made(exception_new(name, text));
    free(text);
    return false;
}

bool exception_set_err(const Err *err)
{
    return exception_set_made(exception_new_err(err));
}

bool exception_argument(const char *name, const char *param, const char *message)
{
    Type *string = vm.world->known.string;
    Type *params[] = {string, string};
    Object *texts[] = {(Object *)string_from_utf8(message),
                       param ? (Object *)string_from_utf8(param) : NULL};
    bool message_first = !strcmp(name, "System.ArgumentException") ||
                         !strcmp(name, "System.BadImageFormatException") ||
                         !strcmp(name, "System.IO.FileNotFoundException");
    Object *values[] = {texts[!message_first], texts[message_first]};
    if (exception_pending())
        return false;
    return exception_set_made(exception_build(name, 2, params, values));
}

bool exception_argument_null(const char *param)
{
    return exception_set_made(exception_new("System.ArgumentNullException", param));
}

bool exception_check_address(const void *address)
{
    return (uintptr_t)address >= LEAST_ADDRESS ||
           exception_set("System.NullReferenceException", NULL);
}

Object *exception_take(void)
{
    Thread *thread = thread_self();
    Object *exception = thread->pending;
    thread->pending = NULL;
    return exception;
}

/* -- the end ------------------------------------------------------------------- */

/* When ToString itself fails: type and message. */
static char *describe_by_type(Object *exception)
{
    Arena scratch = ARENA_INIT;
    char *message = string_to_utf8(*field_exception_message(exception));
    char *text = mem_strdup(arena_printf(&scratch, "%s%s%s",
                                         type_name(&scratch, object_type(exception)),
                                         message ? ": " : "", message ? message : ""));
    arena_free(&scratch);
    free(message);
    return text;
}

char *exception_describe(Object *exception)
{
    Method *impl = object_virtual(exception, method_object_to_string());
    void *args[] = {&exception};
    Object *text[2] = {NULL, NULL};
    if (!impl || !vm_methods->invoke(impl, args, text)) {
        if (exception_pending())
            exception_take();
        return describe_by_type(exception);
    }
    return text[0] ? string_to_utf8((String *)text[0]) : describe_by_type(exception);
}

volatile bool exception_in_handlers;

bool exception_raise_unhandled_event(Object *exception)
{
    return vm_library_hooks->unhandled(exception);
}

void exception_print_unhandled(Object *exception)
{
    static bool printing;
    if (printing)
        return;
    printing = true;
    exception_in_handlers = true;
    bool handled = exception_raise_unhandled_event(exception);
    exception_in_handlers = false;
    fflush(stdout);
    vm_library_hooks->print_unhandled(exception, handled);
    fflush(stderr);
    printing = false;
}
