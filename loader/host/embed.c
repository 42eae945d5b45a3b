/* embed.c - the public interface, codicil.h, over loader/vm. */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/types/choose.h"
#include "loader/codicil.h"
#include "loader/gc/gc.h"
#include "loader/host/startup.h"
#include "loader/host/stats.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/thread.h"
#include "loader/exec/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "loader/vm/integer.h"

enum { MAX_PARAMS = 16 };

/* Handles are opaque names of the runtime's own objects. */
struct codicil_error {
    codicil_error_kind kind;
    char *message;
};
static char the_runtime;

static codicil_runtime *runtime_handle(void)
{
    return (codicil_runtime *)(void *)&the_runtime;
}

int codicil_api_version(void)
{
    return CODICIL_API_VERSION;
}

/* -- errors -------------------------------------------------------------------- */

static bool fail_with(codicil_error **out, codicil_error_kind kind, char *message)
{
    codicil_error *error = out ? malloc(sizeof *error) : NULL;
    if (!error) {
        free(message);
        return false;
    }
    error->kind = kind;
    error->message = message;
    *out = error;
    return false;
}

static bool fail(codicil_error **out, codicil_error_kind kind, const char *message)
{
    return fail_with(out, kind, strdup(message));
}

static bool fail_err(codicil_error **out, const Err *err)
{
    return fail(out, CODICIL_ERROR_FILE, err->text);
}

static bool fail_pending(codicil_error **out)
{
    return fail_with(out, CODICIL_ERROR_EXCEPTION,
                     exception_describe(exception_take()));
}

static void clear(codicil_error **out)
{
    if (out)
        *out = NULL;
}

codicil_error_kind codicil_error_get_kind(const codicil_error *error)
{
    return error->kind;
}

const char *codicil_error_message(const codicil_error *error)
{
    return error && error->message ? error->message : "";
}

void codicil_error_free(codicil_error *error)
{
    if (error)
        free(error->message);
    free(error);
}

void codicil_free(void *memory)
{
    free(memory);
}

/* -- the runtime --------------------------------------------------------------- */

static struct {
    codicil_log *log;
    void *user;
} sink;

static void sink_line(void *user, LogLevel level, const char *line)
{
    (void)user;
    if (sink.log)
        sink.log(sink.user, (int)level, line);
}

static bool mode_read(const char *name)
{
    static const char *const names[] = {[VM_MIXED] = "mixed",
                                        [VM_AOT] = "aot",
                                        [VM_JIT] = "jit",
                                        [VM_INTERP] = "interp"};
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
        if (!name || !strcmp(name, names[i])) {
            vm.mode = (VmMode)i;
            return true;
        }
    return false;
}

static bool options_read(const codicil_options *options)
{
    log_set_sink(sink_line, NULL);
    if (!options)
        return true;
    if (options->size < sizeof *options || !mode_read(options->mode))
        return false;
    vm_library_dir = options->library_dir;
    if (vm_library_dir)
        vm_library = library_of_dir(library_list, vm_library_dir);
    vm.no_cache = options->no_cache;
    vm.verify_full = options->verify_full;
    sink.log = options->log;
    sink.user = options->log_user;
    if (options->log_level >= LOG_ERROR && options->log_level <= LOG_DEBUG)
        log_set_level((LogLevel)options->log_level);
    return true;
}

codicil_runtime *codicil_open(const codicil_options *options, codicil_error **error)
{
    clear(error);
    Err err = ERR_INIT;
    if (vm.world) {
        fail(error, CODICIL_ERROR_USAGE, "the runtime has been opened already");
        return NULL;
    }
    if (!options_read(options)) {
        fail(error, CODICIL_ERROR_USAGE, "unknown mode, or options of another version");
        return NULL;
    }
    if (!vm_start(&err)) {
        fail_err(error, &err);
        return NULL;
    }
    return runtime_handle();
}

/* Whoever calls is a thread of managed code from then on. */
static bool attached(codicil_error **error)
{
    return thread_attach_foreign() || fail_pending(error);
}

void codicil_close(codicil_runtime *runtime)
{
    if (!runtime || vm.shutting_down || !attached(NULL))
        return;
    thread_wait_foreground();
    vm_shutdown();
}

bool codicil_attach_thread(codicil_runtime *runtime, codicil_error **error)
{
    clear(error);
    if (!runtime)
        return fail(error, CODICIL_ERROR_USAGE, "no runtime");
    if (!attached(error))
        return false;
    thread_self()->host.attached++;
    return true;
}

void codicil_detach_thread(codicil_runtime *runtime)
{
    Thread *thread = thread_self();
    if (runtime && thread && --thread->host.attached <= 0 && !thread->exec.invocations)
        thread_detach();
}

char *codicil_stats(codicil_runtime *runtime)
{
    if (!runtime)
        return NULL;
    json_t *stats = stats_collect();
    char *text = json_dumps(stats, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    json_decref(stats);
    return text;
}

/* -- programs ------------------------------------------------------------------ */

codicil_assembly *codicil_load(codicil_runtime *runtime, const char *path,
                               codicil_error **error)
{
    clear(error);
    Err err = ERR_INIT;
    if (!runtime || !path) {
        fail(error, CODICIL_ERROR_USAGE, "no runtime or no path");
        return NULL;
    }
    if (!attached(error))
        return NULL;
    Assembly *assembly = vm_open_program(path, &err);
    if (!assembly)
        fail_err(error, &err);
    return (codicil_assembly *)assembly;
}

bool codicil_run_main(codicil_assembly *handle, int argc, char **argv, int *exit_code,
                      codicil_error **error)
{
    clear(error);
    Err err = ERR_INIT;
    if (!handle)
        return fail(error, CODICIL_ERROR_USAGE, "no assembly");
    if (!attached(error))
        return false;
    Assembly *assembly = (Assembly *)handle;
    Method *entry = vm_entry_point(assembly, &err);
    if (!entry)
        return fail_err(error, &err);
    vm.entry = assembly;
    vm.argc = argc;
    vm.argv = argv;
    vm.exit_code = 0;
    if (!vm_call_main(entry))
        return fail_pending(error);
    thread_wait_foreground();
    if (exit_code)
        *exit_code = vm.exit_code;
    return true;
}

/* -- methods ------------------------------------------------------------------- */

/* VOID: a type that codicil_value can't hold. */
static codicil_kind kind_of(Type *type)
{
    type = type_underlying(type);
    if (type->element == ELEMENT_STRING)
        return CODICIL_STRING;
    if (type->element == ELEMENT_R4 || type->element == ELEMENT_R8)
        return CODICIL_DOUBLE;
    bool integer = (type->element >= ELEMENT_BOOLEAN && type->element <= ELEMENT_U8) ||
                   type->element == ELEMENT_I || type->element == ELEMENT_U;
    return integer ? CODICIL_INT : CODICIL_VOID;
}

static bool sig_is_simple(const MethodSig *sig)
{
    bool simple = sig->n_params <= MAX_PARAMS && (sig->ret == vm.world->known.void_ ||
                                                  kind_of(sig->ret) != CODICIL_VOID);
    for (uint32_t i = 0; simple && i < sig->n_params; i++)
        simple = kind_of(sig->params[i]) != CODICIL_VOID;
    return simple;
}

static Type *type_by_name(Assembly *assembly, const char *name, Err *err)
{
    const char *dot = strrchr(name, '.');
    char ns[512] = "";
    size_t n = dot ? (size_t)(dot - name) : 0;
    if (n >= sizeof ns)
        return NULL;
    memcpy(ns, name, n);
    ns[n] = '\0';
    Type *type = assembly_find_type(assembly, ns, dot ? dot + 1 : name, err);
    return type && !type->n_args && type_load(type, LEVEL_READY, err) ? type : NULL;
}

/* What C# calls types that the runtime's own words have other names for. */
static bool is_keyword(const Type *type, const char *text, size_t n)
{
    static const struct {
        const char *word;
        int element;
    } keywords[] = {{"short", ELEMENT_I2},
                    {"ushort", ELEMENT_U2},
                    {"float", ELEMENT_R4},
                    {"nint", ELEMENT_I},
                    {"nuint", ELEMENT_U}};
    for (size_t i = 0; i < sizeof keywords / sizeof *keywords; i++)
        if (strlen(keywords[i].word) == n && !strncmp(keywords[i].word, text, n))
            return (int)type->element == keywords[i].element;
    return false;
}

/* "int", "System.Int32" or "Int32". */
static bool is_called(const Type *type, const char *text, size_t n)
{
    Arena scratch = ARENA_INIT;
    const char *names[] = {type_short_name(&scratch, type), type_name(&scratch, type),
                           type->name};
    bool same = is_keyword(type, text, n);
    for (size_t i = 0; i < sizeof names / sizeof *names && !same; i++)
        same = strlen(names[i]) == n && !strncmp(names[i], text, n);
    arena_free(&scratch);
    return same;
}

/* The parameters "(int, string)" of a name; NULL: none were given. */
static bool sig_is_called(const MethodSig *sig, const char *text)
{
    uint32_t i = 0;
    if (!text)
        return true;
    for (text++;; text++) {
        text += strspn(text, " ");
        size_t n = strcspn(text, ",)"), end = n;
        while (n && text[n - 1] == ' ')
            n--;
        if (!n && !i && text[end] == ')')
            return !sig->n_params && !text[end + 1];
        if (i >= sig->n_params || !is_called(sig->params[i++], text, n))
            return false;
        text += end;
        if (*text != ',')
            return *text == ')' && !text[1] && i == sig->n_params;
    }
}

/* The methods that are meant; their number. */
static int methods_find(Type *type, const char *name, int n_params, Method **first,
                        Buffer *names, Err *err)
{
    const char *params = strchr(name, '(');
    size_t length = params ? (size_t)(params - name) : strlen(name);
    int n = 0;
    for (uint32_t i = 0; i < type->n_methods; i++) {
        Method *m = type->methods[i];
        if (strlen(m->name) != length || strncmp(m->name, name, length) != 0 ||
            !(m->flags & METHOD_STATIC) || m->n_args)
            continue;
        MethodSig *sig = method_sig(m, err);
        if (!sig || (int64_t)sig->n_params != n_params || !sig_is_simple(sig) ||
            !sig_is_called(sig, params))
            continue;
        if (!n++)
            *first = m;
        Arena scratch = ARENA_INIT;
        const char *shown = strrchr(method_name(&scratch, m), '(');
        buffer_printf(names, "%s%s%s", n > 1 ? ", " : "", m->name, shown ? shown : "");
        arena_free(&scratch);
    }
    return n;
}

codicil_method *codicil_find_method(codicil_assembly *assembly, const char *type_name,
                                    const char *name, int n_params,
                                    codicil_error **error)
{
    clear(error);
    Err err = ERR_INIT;
    Buffer names = BUFFER_INIT;
    Method *method = NULL;
    if (!assembly || !type_name || !name) {
        fail(error, CODICIL_ERROR_USAGE, "no assembly or no name");
        return NULL;
    }
    if (!attached(error))
        return NULL;
    Type *type = type_by_name((Assembly *)assembly, type_name, &err);
    int n = type ? methods_find(type, name, n_params, &method, &names, &err) : 0;
    if (n > 1)
        err_set(&err, ERR_MISSING_METHOD, "%s.%s is one of several: %.*s", type_name,
                name, (int)names.size, (const char *)names.data);
    else if (!n)
        err_set(&err, ERR_MISSING_METHOD,
                "no static method %s.%s with %d parameters of simple types", type_name,
                name, n_params);
    buffer_free(&names);
    if (n != 1)
        fail(error, n ? CODICIL_ERROR_AMBIGUOUS : CODICIL_ERROR_NOT_FOUND, err.text);
    return n == 1 ? (codicil_method *)method : NULL;
}

/* The managed form of a value in 8 bytes. */
static bool value_to_managed(Type *type, const codicil_value *value, uint64_t *managed)
{
    type = type_underlying(type);
    if (value->kind != kind_of(type))
        return false;
    *managed = 0;
    if (type->element == ELEMENT_R4) {
        float narrow = (float)value->d;
        memcpy(managed, &narrow, sizeof narrow);
    } else if (value->kind == CODICIL_DOUBLE) {
        memcpy(managed, &value->d, sizeof value->d);
    } else if (value->kind == CODICIL_INT) {
        *managed = (uint64_t)value->i;
    } else if (value->s) {
        *managed = (uintptr_t)string_from_utf8(value->s);
    }
    return true;
}

static void value_from_managed(Type *type, uint64_t managed, codicil_value *value)
{
    type = type_underlying(type);
    value->kind = kind_of(type);
    if (type->element == ELEMENT_R4) {
        float narrow;
        memcpy(&narrow, &managed, sizeof narrow);
        value->d = (double)narrow;
    } else if (value->kind == CODICIL_DOUBLE) {
        memcpy(&value->d, &managed, sizeof value->d);
    } else if (value->kind == CODICIL_INT) {
        value->i = integer_read(type->element, &managed);
    } else if (value->kind == CODICIL_STRING) {
        value->s = string_to_utf8((String *)(uintptr_t)managed);
    }
}

bool codicil_invoke(codicil_method *handle, const codicil_value *args,
                    codicil_value *result, codicil_error **error)
{
    clear(error);
    Err err = ERR_INIT;
    if (!handle)
        return fail(error, CODICIL_ERROR_USAGE, "no method");
    if (!attached(error))
        return false;
    Method *method = (Method *)handle;
    MethodSig *sig = method_sig(method, &err);
    uint64_t values[MAX_PARAMS], managed[2] = {0};
    void *pointers[MAX_PARAMS];
    if (!sig)
        return fail_err(error, &err);
    for (uint32_t i = 0; i < sig->n_params; i++) {
        pointers[i] = &values[i];
        if (!value_to_managed(sig->params[i], &args[i], &values[i]))
            return fail(error, CODICIL_ERROR_USAGE, "an argument is of the wrong kind");
    }
    bool precise = !(method->type->bits & TYPE_BIT_BEFOREFIELDINIT);
    if ((precise && !type_init(method->type)) ||
        !method_invoke(method, pointers, managed))
        return fail_pending(error);
    if (result) {
        *result = (codicil_value){.kind = CODICIL_VOID, .i = 0};
        value_from_managed(sig->ret, managed[0], result);
    }
    return true;
}
