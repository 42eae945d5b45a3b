/* hosting.c - the functions that .NET's own hosts call: libcoreclr.so.
 *
 * A program that was published with its own runtime is started by an executable that
 * loads hostfxr, hostpolicy and then the libcoreclr.so that lies beside it. This is
 * what they ask of it, over loader/host:
 *
 *     coreclr_initialize(exe, "clrhost", n, names, values, &host, &domain)
 *     coreclr_execute_assembly(host, domain, argc, argv, "DIR/app.dll", &exit_code)
 *     coreclr_shutdown_2(host, domain, &exit_code)
 *
 * The properties say where the assemblies are, as what the installed host says of other
 * programs does (common/framework). There is one runtime in a process, and so one host
 * and one domain. Results are HRESULTs; why one is a failure goes to the error writer.
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/framework/properties.h"
#include "loader/gc/gc.h"
#include "loader/host/startup.h"
#include "loader/interop/interop.h"
#include "loader/vm/exception.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/thread.h"
#include "loader/vm/vm.h"

typedef void ErrorWriter(const char *message);

#define HOSTING __attribute__((visibility("default")))
HOSTING int coreclr_initialize(const char *exe, const char *name, int n,
                               const char **names, const char **values, void **host,
                               unsigned *domain);
HOSTING int coreclr_shutdown(void *host, unsigned domain);
HOSTING int coreclr_shutdown_2(void *host, unsigned domain, int *exit_code);
HOSTING int coreclr_create_delegate(void *host, unsigned domain, const char *assembly,
                                    const char *type, const char *method, void **out);
HOSTING int coreclr_execute_assembly(void *host, unsigned domain, int argc,
                                     const char **argv, const char *path,
                                     unsigned *exit_code);
HOSTING int coreclr_set_error_writer(ErrorWriter *writer);

enum {
    DONE = 0,
    FAILED = (int)0x80004005,             /* E_FAIL */
    BAD_ARGUMENT = (int)0x80070057,       /* E_INVALIDARG */
    BAD_OPERATION = (int)0x80131022,      /* HOST_E_INVALIDOPERATION */
    NOT_FOUND = (int)0x80070002,          /* COR_E_FILENOTFOUND */
    MISSING_MEMBER = (int)0x80131512,     /* COR_E_MISSINGMEMBER */
    UNHANDLED_EXCEPTION = (int)0x80131500 /* COR_E_EXCEPTION */
};

enum { THE_DOMAIN = 1 };

static ErrorWriter *error_writer;
static HostProperties properties;
static char the_host;

static int fail(int result, const char *text)
{
    if (error_writer)
        error_writer(text);
    else
        log_line(LOG_ERROR, "%s", text);
    return result;
}

static int fail_pending(void)
{
    char *text = exception_describe(exception_take());
    int result = fail(UNHANDLED_EXCEPTION, text);
    free(text);
    return result;
}

int coreclr_set_error_writer(ErrorWriter *writer)
{
    error_writer = writer;
    return DONE;
}

/* -- Start ------------------------------------------------------------------------- */

static const Library *framework_library(void)
{
    const Library *const *library = library_list;
    while (*library && !(*library)->search.framework)
        library++;
    return *library;
}

/* NOLINTNEXTLINE(readability-function-size): hosts pass these parameters */
int coreclr_initialize(const char *exe, const char *name, int n, const char **names,
                       const char **values, void **host, unsigned *domain)
{
    Err err = ERR_INIT;
    (void)exe;
    (void)name;
    if (!host || !domain || n < 0 || (n && (!names || !values)))
        return fail(BAD_ARGUMENT, "coreclr_initialize: an argument is missing");
    if (vm.world)
        return fail(BAD_OPERATION, "coreclr_initialize: the runtime runs already");
    log_set_program("codicil");
    for (int i = 0; i < n; i++)
        properties_add(&properties, names[i], values[i]);
    if (!properties_get(&properties, PROPERTY_TRUSTED))
        return fail(BAD_ARGUMENT, "coreclr_initialize: no property " PROPERTY_TRUSTED
                                  ", which says where the assemblies are");
    vm.properties = &properties;
    vm_library = framework_library();
    if (!vm_start(&err))
        return fail(FAILED, err.text);
    *host = &the_host;
    *domain = THE_DOMAIN;
    return DONE;
}

/* Whoever calls is a thread of managed code from then on. */
static int enter(const void *host)
{
    if (host != &the_host || !vm.world)
        return fail(BAD_ARGUMENT, "no runtime of that handle");
    return thread_attach_foreign() ? DONE : fail_pending();
}

/* -- Programs ------------------------------------------------------------------------
 */

int coreclr_execute_assembly(void *host, unsigned domain, int argc, const char **argv,
                             const char *path, unsigned *exit_code)
{
    Err err = ERR_INIT;
    int result = enter(host);
    (void)domain;
    if (result)
        return result;
    if (!path || !exit_code || argc < 0)
        return fail(BAD_ARGUMENT, "coreclr_execute_assembly: an argument is missing");
    Assembly *program = vm_open_program(path, &err);
    if (!program || !vm_entry_point(program, &err))
        return fail(err.kind == ERR_IO ? NOT_FOUND : FAILED, err.text);
    vm.argc = argc;
    vm.argv = (char **)argv;
    *exit_code = (unsigned)vm_run_main(program);
    return DONE;
}

int coreclr_shutdown_2(void *host, unsigned domain, int *exit_code)
{
    int result = enter(host);
    (void)domain;
    if (result)
        return result;
    if (!vm.shutting_down) {
        thread_wait_foreground();
        vm_shutdown();
    }
    if (exit_code)
        *exit_code = vm.exit_code;
    return DONE;
}

int coreclr_shutdown(void *host, unsigned domain)
{
    return coreclr_shutdown_2(host, domain, NULL);
}

/* -- Methods -------------------------------------------------------------------------
 */

/* "NAME, Version=..." */
static Assembly *assembly_of_name(const char *text, Err *err)
{
    char name[512];
    size_t n = strcspn(text, ",");
    if (n >= sizeof name)
        return NULL;
    memcpy(name, text, n);
    name[n] = '\0';
    return world_load_name(vm.world, name, NULL, err);
}

/* "Namespace.Outer+Inner" */
static Type *type_of_name(Assembly *assembly, const char *text, Err *err)
{
    char copy[1024], *rest = copy, *outer, *nested;
    size_t size = strlen(text) + 1;
    if (size > sizeof copy)
        return NULL;
    memcpy(copy, text, size);
    outer = strsep(&rest, "+");
    char *dot = strrchr(outer, '.');
    if (dot)
        *dot = '\0';
    Type *type =
        assembly_find_type(assembly, dot ? outer : "", dot ? dot + 1 : outer, err);
    while (type && (nested = strsep(&rest, "+")))
        type = type_find_nested(type, nested);
    return type && !type->n_args && type_load(type, LEVEL_READY, err) ? type : NULL;
}

/* The function lives as long as the runtime does. */
int coreclr_create_delegate(void *host, unsigned domain, const char *assembly_name,
                            const char *type_name, const char *name, void **out)
{
    Err err = ERR_INIT;
    int result = enter(host);
    (void)domain;
    if (result)
        return result;
    if (!assembly_name || !type_name || !name || !out)
        return fail(BAD_ARGUMENT, "coreclr_create_delegate: an argument is missing");
    Assembly *assembly = assembly_of_name(assembly_name, &err);
    if (!assembly)
        return fail(NOT_FOUND, err.text);
    Type *type = type_of_name(assembly, type_name, &err);
    Method *method = type ? type_find_method(type, name, -1) : NULL;
    if (!method || !(method->flags & METHOD_STATIC) || method->n_args) {
        err_set(&err, ERR_MISSING_METHOD, "%s has no static method %s.%s",
                assembly_name, type_name, name);
        return fail(MISSING_MEMBER, err.text);
    }
    *out = interop_method_to_native(method);
    return *out ? DONE : fail_pending();
}
