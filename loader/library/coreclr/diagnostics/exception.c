/* exception.c - System.Exception and the exceptions whose words the runtime knows. */
#include <stdio.h>

#include "common/types/words.h"
#include "loader/exec/trace.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/diagnostics/runtime_text.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/frames.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

/* -- System.Exception ---------------------------------------------------------- */

static uint32_t get_exception_count(void)
{
    return exec_raised_count();
}

/* One that all threads share, and nobody may write to. */
static int32_t is_immutable_agile_exception(Object *exception)
{
    return exception == vm.out_of_memory || exception == vm.stack_overflow ||
           exception == vm.null_reference;
}

static void prepare_for_foreign_exception_raise(void)
{
    exec_trace_keep();
}

const FcallRow fcalls_exception[] = {
    FCALL("GetExceptionCount", NULL, get_exception_count),
    FCALL("IsImmutableAgileException", NULL, is_immutable_agile_exception),
    FCALL("PrepareForForeignExceptionRaise", NULL, prepare_for_foreign_exception_raise),
    FCALLS_END,
};

/* A trace is never changed (loader/exec/trace.c): as frozen as it is. */
static void get_frozen_stack_trace(Object **exception, Object **trace)
{
    *trace = (Object *)*field_exception_trace(*exception);
}

static void get_method_from_stack_trace(Object **trace, Object **method)
{
    FrameInfo frame;
    *method = NULL;
    if (!exec_trace_read(*trace, 0, &frame))
        return;
    void *handle = reflection_frame_method(&frame)->def;
    void *args[] = {&handle};
    Object *stub[2] = {NULL, NULL};
    if (vm_methods->invoke(method_method_token_make(), args, stub))
        *method = stub[0];
}

static void get_message_from_native_resources(int32_t kind, String **message)
{
    static const char *const texts[] = {
        NULL,
        "Thread was being aborted.",
        "Thread was interrupted from a waiting state.",
        "Insufficient memory to continue the execution of the program.",
    };
    const char *text =
        (uint32_t)kind < sizeof texts / sizeof *texts ? texts[kind] : NULL;
    *message = text ? string_from_utf8(text) : NULL;
}

/* -- files and types that can't be loaded -------------------------------------- */

static const struct {
    uint32_t hresult;
    const char *text;
} hresult_texts[] = {
#define HRESULT_TEXT(value, text) {value, text},
#include "loader/library/coreclr/diagnostics/hresults.def"
#undef HRESULT_TEXT
};

static void get_message_for_hresult(int32_t hresult, String **message)
{
    char number[16];
    snprintf(number, sizeof number, "0x%08X", (unsigned)hresult);
    const char *text = number;
    for (size_t i = 0; i < sizeof hresult_texts / sizeof *hresult_texts; i++)
        if (hresult_texts[i].hresult == (uint32_t)hresult)
            text = hresult_texts[i].text;
    *message = string_from_utf8(text);
}

/* {0}: the file's name, {1}: what get_message_for_hresult says. */
static void get_file_load_message(int32_t hresult, String **message)
{
    (void)hresult;
    *message = string_from_utf8("Could not load file or assembly '{0}'. {1}");
}

/* {0}: the type's name, {1}: the assembly's, {2}: what the resource wants. The runtime
 * words its own exceptions before it makes them; others name no resource of ours. */
static void get_type_load_message(int32_t resource, String **message)
{
    (void)resource;
    *message = string_from_utf8("Could not load type '{0}' from assembly '{1}'.");
}

/* -- what code that CoreLib has for casts and calls throws --------------------- */

static void throw_invalid_cast(void *from, void *to)
{
    Object *exception =
        runtime_text_invalid_cast(type_of_handle(from), type_of_handle(to));
    if (exception)
        exception_set_object(exception);
}

/* Words of an interface's method that a class has too many or no implementations of. */
static void throw_unresolved(const char *name, const char *why, void *const handles[2],
                             Method *method)
{
    Arena scratch = ARENA_INIT;
    Type *interface = type_of_handle(handles[0]), *class = type_of_handle(handles[1]);
    exception_set(name,
                  "Could not call method '%s' on interface '%s' with type '%s' from "
                  "assembly '%s' because %s",
                  words_method(&scratch, method), words_type(&scratch, interface),
                  words_type(&scratch, class),
                  runtime_text_assembly(&scratch, class->assembly), why);
    arena_free(&scratch);
}

static void throw_ambiguous(void *class, void *interface, Method *method)
{
    throw_unresolved(
        "System.Runtime.AmbiguousImplementationException",
        "there are multiple incompatible interface methods overriding this "
        "method.",
        (void *const[]){interface, class}, method);
}

static void throw_entry_point(void *class, void *interface, Method *method)
{
    throw_unresolved("System.EntryPointNotFoundException",
                     "there is no implementation of this method.",
                     (void *const[]){interface, class}, method);
}

static void throw_access(const char *name, const char *what, Method *caller,
                         const char *callee)
{
    Arena scratch = ARENA_INIT;
    exception_set(name, "Attempt by method '%s' to access %s '%s' failed.",
                  words_method(&scratch, caller), what, callee);
    arena_free(&scratch);
}

static void throw_method_access(Method *caller, Method *callee)
{
    Arena scratch = ARENA_INIT;
    throw_access("System.MethodAccessException", "method", caller,
                 words_method(&scratch, callee));
    arena_free(&scratch);
}

static void throw_field_access(Method *caller, Field *callee)
{
    Arena scratch = ARENA_INIT;
    throw_access("System.FieldAccessException", "field", caller,
                 arena_printf(&scratch, "%s.%s", words_type(&scratch, callee->owner),
                              callee->name));
    arena_free(&scratch);
}

static void throw_class_access(Method *caller, void *callee)
{
    Arena scratch = ARENA_INIT;
    throw_access("System.TypeAccessException", "type", caller,
                 words_type(&scratch, type_of_handle(callee)));
    arena_free(&scratch);
}

const QcallRow qcalls_exception[] = {
    QCALL(ExceptionNative_GetFrozenStackTrace, get_frozen_stack_trace),
    QCALL(ExceptionNative_GetMessageFromNativeResources,
          get_message_from_native_resources),
    QCALL(ExceptionNative_GetMethodFromStackTrace, get_method_from_stack_trace),
    QCALL(ExceptionNative_ThrowAmbiguousResolutionException, throw_ambiguous),
    QCALL(ExceptionNative_ThrowClassAccessException, throw_class_access),
    QCALL(ExceptionNative_ThrowEntryPointNotFoundException, throw_entry_point),
    QCALL(ExceptionNative_ThrowFieldAccessException, throw_field_access),
    QCALL(ExceptionNative_ThrowMethodAccessException, throw_method_access),
    QCALL(FileLoadException_GetMessageForHR, get_message_for_hresult),
    QCALL(GetFileLoadExceptionMessage, get_file_load_message),
    QCALL(GetTypeLoadExceptionMessage, get_type_load_message),
    QCALL(ThrowInvalidCastException, throw_invalid_cast),
    QCALLS_END,
};
