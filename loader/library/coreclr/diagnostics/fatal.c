/* fatal.c - what a process says when it ends of an exception, of a full stack, or by
 * Environment.FailFast. All three are followed by SIGABRT.
 *
 * The frames of a full stack are many and nearly all alike. What the innermost ones
 * repeat is printed once:
 *
 *     Stack overflow.
 *     Repeated 159385 times:
 *     --------------------------------
 *        at P.Odd(Int32)
 *        at P.Even(Int32)
 *     --------------------------------
 *        at P.Main(System.String[])
 */
#include "loader/library/coreclr/diagnostics/fatal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/vec.h"
#include "loader/exec/trace.h"
#include "loader/library/coreclr/diagnostics/runtime_text.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

/* -- frames -------------------------------------------------------------------- */

typedef VEC(Method *) Stack;

/* Not the stubs of native calls: those of managed code that calls them are enough. Nor
 * what is always inlined where .NET compiles it. */
static bool visit(void *user, const FrameInfo *frame)
{
    if (!(frame->method->flags & METHOD_PINVOKE ||
          frame->method->impl_flags & IMPL_AGGRESSIVE_INLINING))
        *vec_push((Stack *)user) = frame->method;
    return true;
}

static void print_frame(Method *method)
{
    Arena scratch = ARENA_INIT;
    fprintf(stderr, "   at %s\n", runtime_text_method(&scratch, method));
    arena_free(&scratch);
}

/* How many of the innermost frames repeat at once, and how often; the frames after the
 * first ones are compared with those `*length` further in. */
static size_t find_repeat(const Stack *stack, size_t *length)
{
    size_t repeats = 0, period = 0;
    *length = 0;
    for (size_t i = 1; i <= stack->n; i++) {
        bool goes_on = period && i < stack->n && stack->at[i] == stack->at[i - period];
        if (period && !goes_on) {
            if (i / period >= 2) {
                *length = period;
                repeats = i / period;
            }
            period = 0;
        }
        if (!period && i < stack->n && stack->at[i] == stack->at[0])
            period = i;
    }
    return repeats;
}

static void print_stack(const Stack *stack)
{
    static const char line[] = "--------------------------------\n";
    size_t length, repeats = find_repeat(stack, &length);
    if (repeats) {
        fprintf(stderr, "Repeated %zu times:\n%s", repeats, line);
        for (size_t i = 0; i < length; i++)
            print_frame(stack->at[i]);
        fputs(line, stderr);
    }
    for (size_t i = length * repeats; i < stack->n; i++)
        print_frame(stack->at[i]);
}

/* -- the ends ------------------------------------------------------------------ */

static void log_brief(const char *what, Object *exception)
{
    Arena scratch = ARENA_INIT;
    char *message = string_to_utf8(*field_exception_message(exception));
    log_line(LOG_WARN, "%s %s: %s", what, type_name(&scratch, object_type(exception)),
             message ? message : "");
    free(message);
    arena_free(&scratch);
}

/* Its ToString(), malloc, nothing for null; NULL: that failed. When it did for want of
 * something in the runtime, neither exception would be seen. */
static char *described(Object *exception)
{
    Method *impl = object_virtual(exception, method_object_to_string());
    void *args[] = {&exception};
    Object *text[2] = {NULL, NULL};
    if (impl && vm_methods->invoke(impl, args, text))
        return text[0] ? string_to_utf8((String *)text[0]) : mem_strdup("");
    Object *second = exception_take();
    if (second && !strcmp(object_type(second)->name, "EntryPointNotFoundException")) {
        log_brief("unhandled", exception);
        log_brief("which can't be printed:", second);
    }
    return NULL;
}

void fatal_print_unhandled(Object *exception, bool told)
{
    (void)told;
    if (object_type(exception) == object_type(vm.out_of_memory)) {
        fputs("Out of memory.\n", stderr);
        return;
    }
    char *text = described(exception);
    if (text)
        fprintf(stderr, "Unhandled exception. %s\n", text);
    else
        fputs("\n   Cannot print exception string because Exception.ToString() "
              "failed.\n",
              stderr);
    free(text);
}

void fatal_stack_overflow(void)
{
    Stack stack = {NULL, 0, 0};
    exec_walk(visit, &stack);
    fputs("Stack overflow.\n", stderr);
    print_stack(&stack);
    vm_abort();
}

void fatal_bad_address(void)
{
    Stack stack = {NULL, 0, 0};
    exec_walk(visit, &stack);
    fputs("Fatal error.\nSystem.AccessViolationException: Attempted to read or write "
          "protected memory. This is often an indication that other memory is "
          "corrupt.\n",
          stderr);
    print_stack(&stack);
    vm_abort();
}

static void print_end(const char *text)
{
    Stack stack = {NULL, 0, 0};
    exec_walk(visit, &stack);
    fprintf(stderr, "Process terminated.\n%s\n", text);
    print_stack(&stack);
}

void fatal_fail_fast(const char *text)
{
    print_end(text);
    vm_abort();
}

static char *utf8_of(const uint16_t *chars)
{
    uint32_t n = 0;
    while (chars[n])
        n++;
    String *text = string_from_utf16(chars, n);
    return text ? string_to_utf8(text) : NULL;
}

static void fail_fast(void *mark, const uint16_t *message, Object **exception,
                      const uint16_t *source)
{
    (void)mark, (void)source;
    char *text = message ? utf8_of(message) : NULL;
    print_end(
        text ? text
             : "Runtime operation halted by call to System.Environment.FailFast(). "
               "(0x80131623)");
    char *cause = *exception ? described(*exception) : NULL;
    if (cause)
        fputs(cause, stderr);
    vm_abort();
}

const QcallRow qcalls_fatal[] = {
    QCALL(Environment_FailFast, fail_fast),
    QCALLS_END,
};
