/* program.c - from the runtime's start to Main and to the end, as .NET's class library
 * sees it.
 *
 * What the native host of .NET does by hand is done here, in its order: the table that
 * casts consult, the host's properties (AppContext.Setup), the command line, start-up
 * hooks; at the end ProcessExit, and UnhandledException before that.
 */
#include "loader/library/coreclr/core/program.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/diagnostics/err_exception.h"
#include "loader/library/coreclr/diagnostics/fatal.h"
#include "loader/library/coreclr/diagnostics/runtime_text.h"
#include "loader/library/coreclr/members.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/array.h"
#include "loader/vm/delegate.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/object.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

/* -- start --------------------------------------------------------------------- */

/* A hash table that never has an answer: two empty entries of 24 bytes behind a head
 * that says how far a hash is shifted and how it is masked. */
static bool make_cast_table(void)
{
    enum { ENTRIES = 2, ENTRY_INTS = 6, SHIFT = 63, MASK = 1 };
    Array *table = array_new_of(vm.world->known.i4, (ENTRIES + 1) * ENTRY_INTS);
    Array **at = table ? static_cast_helpers_table() : NULL;
    if (!at)
        return false;
    ARRAY_AT(table, int32_t, 0) = SHIFT;
    ARRAY_AT(table, int32_t, 1) = MASK;
    *at = table;
    return true;
}

static bool start(Err *err)
{
    (void)err;
    gc_configure();
    return make_cast_table();
}

/* -- before Main --------------------------------------------------------------- */

/* UTF-16 for managed code that reads up to the NUL; malloc. */
static uint16_t *utf16_of(const char *text)
{
    String *string = string_from_utf8(text);
    if (!string)
        return NULL;
    size_t size = ((size_t)string->length + 1) * sizeof *string->chars;
    uint16_t *chars = mem_alloc(size);
    memcpy(chars, string->chars, size);
    return chars;
}

static void texts_free(uint16_t **texts, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        free(texts[i]);
    free(texts);
}

/* NULL: pending exception. */
static uint16_t **texts_of(const char *const *texts, uint32_t n)
{
    uint16_t **out = mem_alloc((n + 1) * sizeof *out);
    for (uint32_t i = 0; i < n; i++)
        if (!(out[i] = utf16_of(texts[i]))) {
            texts_free(out, i);
            return NULL;
        }
    return out;
}

/* Of a program that no host has started there are none. */
static bool set_properties(void)
{
    static const HostProperties none;
    const HostProperties *host = vm.properties ? vm.properties : &none;
    int32_t n = (int32_t)host->n;
    uint16_t **names = texts_of((const char *const *)host->names, host->n);
    uint16_t **values =
        names ? texts_of((const char *const *)host->values, host->n) : NULL;
    uint64_t result[2];
    void *args[] = {&names, &values, &n};
    bool ok = values && vm_methods->invoke(method_app_context_setup(), args, result);
    if (values)
        texts_free(values, host->n);
    if (names)
        texts_free(names, host->n);
    return ok;
}

/* The runtime's own event sources are there from the start for whoever looks, and most
 * programs never do: the list of all sources and of who listens are static fields of
 * EventListener. Another thread may see the list while it is filled; a listener is told
 * of each source that comes. The end, which disposes of them all, makes none. */
static bool sources_begun;

static bool init_event_sources(const Type *type)
{
    uint64_t result[2];
    if (__atomic_load_n(&sources_begun, __ATOMIC_RELAXED) ||
        type != known_event_listener() ||
        __atomic_exchange_n(&sources_begun, true, __ATOMIC_RELAXED))
        return true;
    return vm_methods->invoke(method_event_source_init_defaults(), NULL, result);
}

static bool run_startup_hooks(void)
{
    uint16_t *none = NULL;
    uint64_t result[2];
    void *args[] = {&none};
    return vm_methods->invoke(method_startup_hooks_start(), args, result);
}

/* The program's path is the first of what Environment.GetCommandLineArgs gives. */
static Array *main_args(void)
{
    const char *path = vm.entry->image->path;
    uint16_t **argv = texts_of((const char *const *)vm.argv, (uint32_t)vm.argc);
    uint16_t **exe = argv ? texts_of(&path, 1) : NULL;
    int32_t argc = vm.argc;
    Array *result[2] = {NULL, NULL};
    void *args[] = {exe ? (void *)&exe[0] : NULL, &argc, &argv};
    if (exe && !vm_methods->invoke(method_environment_command_line(), args, result))
        result[0] = NULL;
    if (exe)
        texts_free(exe, 1);
    if (argv)
        texts_free(argv, (uint32_t)vm.argc);
    return result[0];
}

/* Whether Main takes arguments or not, Environment has them. */
static bool before_main(void)
{
    return set_properties() && main_args() && run_startup_hooks();
}

/* -- the end ------------------------------------------------------------------- */

/* An exception that leaves a handler ends the process like any other. */
static void process_exit(void)
{
    uint64_t result[2];
    __atomic_store_n(&sources_begun, true, __ATOMIC_RELAXED);
    if (vm_methods->invoke(method_app_context_process_exit(), NULL, result))
        return;
    exception_print_unhandled(exception_take());
    vm_abort();
}

static bool unhandled(Object *exception)
{
    uint64_t result[2];
    void *args[] = {&exception};
    if (!vm_methods->invoke(method_app_context_unhandled(), args, result))
        exception_take();
    return false;
}

static bool first_chance_wanted(void)
{
    Object **handler = static_app_context_first_chance();
    return handler ? *handler != NULL : exception_take() == NULL;
}

/* Handlers run inside the search for who catches the exception: one of their own ends
 * here. */
static void first_chance(Object *exception)
{
    uint64_t result[2];
    Object *handler = *static_app_context_first_chance();
    Object *event = object_new(known_first_chance_event());
    void *args[] = {&event, &exception};
    if (!event || !vm_methods->invoke(method_first_chance_event_new(), args, result) ||
        !delegate_invoke_handler(handler, NULL, event))
        exception_take();
}

/* -- IDynamicInterfaceCastable ------------------------------------------------- */

static bool casts_itself(Type *type)
{
    return type_castable(type, known_castable());
}

static bool has_interface(Object *object, Type *interface, bool must)
{
    int32_t throw_it = must;
    uint64_t has[2] = {0};
    Object *type = type_object(interface);
    void *args[] = {&object, &type, &throw_it};
    return type &&
           vm_methods->invoke(method_castable_helpers_is_implemented(), args, has) &&
           (uint8_t)has[0];
}

static Type *interface_methods(Object *object, Type *interface)
{
    Object *found[2] = {NULL, NULL}, *type = type_object(interface);
    void *args[] = {&object, &type};
    return type && vm_methods->invoke(method_castable_helpers_implementation(), args,
                                      found)
               ? type_of_object(found[0])
               : NULL;
}

const VmLibrary program_hooks_coreclr = {
    .type_word = type_handle,
    .type_of_word = type_of_handle,
    .shown_parent = reflection_base,
    .start = start,
    .before_main = before_main,
    .before_statics = init_event_sources,
    .main_args = main_args,
    .process_exit = process_exit,
    .unhandled = unhandled,
    .print_unhandled = fatal_print_unhandled,
    .fails_fast = true,
    .first_chance_wanted = first_chance_wanted,
    .first_chance = first_chance,
    .stack_overflow = fatal_stack_overflow,
    .bad_address = fatal_bad_address,
    .exception_of_err = err_exception,
    .invalid_cast = runtime_text_invalid_cast,
    .finalize = gc_finalize,
    .casts_itself = casts_itself,
    .has_interface = has_interface,
    .interface_methods = interface_methods,
};
