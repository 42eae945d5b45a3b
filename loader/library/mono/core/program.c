/* program.c - what stands for the program: its arguments, its AppDomain with the events
 * of its end, the text about an exception that nobody catches. */
#include "loader/library/mono/core/program.h"

#include <stdio.h>
#include <stdlib.h>

#include "loader/library/mono/members.h"
#include "loader/vm/array.h"
#include "loader/vm/delegate.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

static void *type_word(Type *type)
{
    return type;
}

static Type *type_of_word(void *word)
{
    return word;
}

static bool start(Err *err)
{
    (void)err;
    vm.domain = object_new(vm.world->known.appdomain);
    return vm.domain != NULL;
}

static bool before_main(void)
{
    return true;
}

static Array *main_args(void)
{
    Array *args = array_new_of(vm.world->known.string, vm.argc);
    for (int i = 0; args && i < vm.argc; i++)
        if (!array_set(args, i, string_from_utf8(vm.argv[i])))
            return NULL;
    return args;
}

static void process_exit(void)
{
    Object *handler = *field_domain_process_exit(vm.domain);
    if (handler && !delegate_invoke_handler(handler, vm.domain, NULL))
        exception_take();
}

static bool unhandled(Object *exception)
{
    Object *handler = vm.domain ? *field_domain_unhandled_exception(vm.domain) : NULL;
    if (!handler)
        return false;
    Method *ctor = method_unhandled_exception_event_new();
    Object *event = object_new(ctor->type);
    int32_t terminating = 1;
    uint64_t result[2];
    void *args[] = {&event, &exception, &terminating};
    if (!event || !vm_methods->invoke(ctor, args, result) ||
        !delegate_invoke_handler(handler, vm.domain, event))
        exception_take();
    return true;
}

static void print_unhandled(Object *exception, bool told)
{
    char *text = exception_describe(exception);
    if (!told)
        fprintf(stderr, "\nUnhandled Exception:\n%s\n",
                exception == vm.stack_overflow ? "StackOverflowException" : text);
    fprintf(stderr, "[ERROR] FATAL UNHANDLED EXCEPTION: %s\n", text);
    free(text);
}

const VmLibrary program_hooks = {
    .type_word = type_word,
    .type_of_word = type_of_word,
    .start = start,
    .before_main = before_main,
    .main_args = main_args,
    .process_exit = process_exit,
    .finalizes_at_exit = true,
    .unhandled = unhandled,
    .print_unhandled = print_unhandled,
    .finalizes_all = true,
};
