/* pinvoke.c - finding what a DllImport names. */
#include <stdio.h>
#include <pthread.h>
#include <dlfcn.h>
#include <gnu/lib-names.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>

#include "common/types/words.h"
#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/exec/trace.h"
#include "loader/gc/gc.h"
#include "loader/interop/native_private.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"

/* PInvokeAttributes, II.23.1.8. */
enum {
    PINVOKE_NO_MANGLE = 0x1,
    PINVOKE_CHARSET_MASK = 0x6,
    PINVOKE_CHARSET_UNICODE = 0x4,
    PINVOKE_LAST_ERROR = 0x40,
};

typedef struct Import {
    uint32_t flags;
    const char *dll, *name;
} Import;

static __thread int32_t last_error;
static Lock lock = LOCK_INIT(LOCK_LEAF);
static Map libraries = MAP_INIT; /* name -> dlopen's handle */

int32_t interop_last_error(void)
{
    return last_error;
}

void interop_set_last_error(int32_t error)
{
    last_error = error;
}

/* -- libraries ----------------------------------------------------------------- */

const char *(*interop_native_name)(const char *dll);
void *(*interop_open_library)(const char *dll, Method *method);

static void *library_try(const char *dir, const char *name)
{
    static const char *const forms[][2] = {
        {"", ""}, {"", ".so"}, {"lib", ".so"}, {"lib", ""}};
    char path[4096];
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        int n = snprintf(path, sizeof path, "%s%s%s%s%s", dir, *dir ? "/" : "",
                         forms[i][0], name, forms[i][1]);
        if (n < 0 || (size_t)n >= sizeof path)
            continue;
        void *handle = dlopen(path, RTLD_LAZY);
        if (handle)
            return handle;
        log_line(LOG_DEBUG, "%s", dlerror());
    }
    return NULL;
}

static void *library_find(const char *dll, Assembly *from)
{
    if (!strcmp(dll, "__Internal"))
        return dlopen(NULL, RTLD_LAZY);
    const char *name = interop_native_name(dll);
    char *path = mem_strdup(from->image->path);
    void *handle = strchr(name, '/') ? NULL : library_try(dirname(path), name);
    free(path);
    if (!handle)
        handle = library_try("", name);
    size_t n = strlen(name);
    if (handle || n <= 4 || strcasecmp(name + n - 4, ".dll"))
        return handle;
    char *stem = mem_strndup(name, n - 4);
    handle = library_try("", interop_native_name(stem));
    free(stem);
    return handle;
}

static void *library_open(const char *dll, Method *method)
{
    if (interop_open_library)
        return interop_open_library(dll, method);
    lock_acquire(&lock);
    void *handle = map_str_get(&libraries, dll);
    lock_release(&lock);
    if (handle)
        return handle;
    /* Constructors run: not under the lock. */
    handle = library_find(dll, method->type->assembly);
    if (!handle)
        return NULL;
    lock_acquire(&lock);
    if (!map_str_get(&libraries, dll))
        map_str_put(&libraries, dll, handle);
    lock_release(&lock);
    return handle;
}

static bool import_of(Method *method, Import *import)
{
    const Image *image = method->type->assembly->image;
    uint32_t row, end;
    *import = (Import){0};
    if (!image_find_rows(image, TABLE_ImplMap, COL_ImplMap_MemberForwarded,
                         method->token, &row, &end))
        return false;
    uint32_t scope = image_get(image, TABLE_ImplMap, row, COL_ImplMap_ImportScope);
    import->flags = image_get(image, TABLE_ImplMap, row, COL_ImplMap_MappingFlags);
    import->name = image_get_string(image, TABLE_ImplMap, row, COL_ImplMap_ImportName);
    import->dll =
        image_get_string(image, TABLE_ModuleRef, TOKEN_RID(scope), COL_ModuleRef_Name);
    if (!*import->name)
        import->name = method->name;
    return true;
}

static bool import_is_utf16(const Import *import)
{
    return (import->flags & PINVOKE_CHARSET_MASK) == PINVOKE_CHARSET_UNICODE;
}

static void *symbol_with(void *library, const char *name, char suffix)
{
    char mangled[512];
    int n = snprintf(mangled, sizeof mangled, "%s%c", name, suffix);
    return n > 0 && (size_t)n < sizeof mangled ? dlsym(library, mangled) : NULL;
}

/* Libraries that stand before libc, sanitizers for one, may have the name, too. */
static bool is_systems(const char *name, void *function)
{
    void *libc = dlopen(LIBC_SO, RTLD_LAZY | RTLD_NOLOAD);
    bool yes = function == dlsym(RTLD_DEFAULT, name) ||
               (libc && function == dlsym(libc, name));
    if (libc)
        dlclose(libc);
    return yes;
}

/* What would keep the collector waiting for ever has a substitute. */
static void *substitute(const char *name, void *function)
{
    static const struct {
        const char *name;
        void *function;
    } masks[] = {{"pthread_sigmask", (void *)gc_sigmask},
                 {"sigprocmask", (void *)gc_sigprocmask}};
    for (size_t i = 0; function && i < sizeof masks / sizeof *masks; i++)
        if (!strcmp(name, masks[i].name) && is_systems(name, function))
            return masks[i].function;
    return function;
}

/* F is tried before FA, but FW before F. */
static void *symbol_find(void *library, const Import *import)
{
    bool mangles = !(import->flags & PINVOKE_NO_MANGLE);
    void *function = NULL;
    if (mangles && import_is_utf16(import))
        function = symbol_with(library, import->name, 'W');
    if (!function)
        function = dlsym(library, import->name);
    if (!function && mangles && !import_is_utf16(import))
        function = symbol_with(library, import->name, 'A');
    return substitute(import->name, function);
}

static void *not_found(ErrKind kind, LibraryWords words, const char *name,
                       const char *detail)
{
    Err err = ERR_INIT;
    const char *const args[WORDS_ARGS] = {name, detail};
    err_words(&err, kind, vm.world, words, args);
    exception_set_err(&err);
    return NULL;
}

void *pinvoke_resolve(Method *method)
{
    Import import;
    if (!import_of(method, &import)) {
        exception_set("System.EntryPointNotFoundException", "%s", method->name);
        return NULL;
    }
    void *library = library_open(import.dll, method);
    if (!library)
        return exception_pending()
                   ? NULL
                   : not_found(ERR_DLL_NOT_FOUND, WORDS_LIBRARY_NOT_FOUND, import.dll,
                               dlerror());
    void *function = symbol_find(library, &import);
    return function ? function
                    : not_found(ERR_ENTRY_POINT, WORDS_ENTRY_NOT_FOUND, import.name,
                                import.dll);
}

/* -- stubs --------------------------------------------------------------------- */

/* Can compiled code call the native function as it stands? Both conventions pass plain
 * words alike; only results of less than 32 bits differ. */
static bool sig_is_plain(const NativeSig *sig)
{
    if (sig->hresult)
        return false;
    if (sig->returns &&
        (sig->ret.kind != CONV_bits || sig->ret.layout || sig->ret.size < 4))
        return false;
    for (uint32_t i = 0; i < sig->n; i++) {
        const NativeParam *p = &sig->params[i];
        bool plain =
            p->conv.kind == CONV_bits &&
            (p->kind == PARAM_BYREF || (p->kind == PARAM_VALUE && !p->conv.layout));
        if (!plain)
            return false;
    }
    return true;
}

/* False: what the import asks for is part of the marshalling that its assembly has
 * not; pending. */
static bool goes_as_it_is(Method *method, const Import *import)
{
    const char *what = NULL;
    if (!(method->impl_flags & IMPL_PRESERVESIG))
        what = "Setting PreserveSig to false for a P/Invoke";
    if (import->flags & PINVOKE_LAST_ERROR)
        what = "Setting SetLastError to 'true'";
    if (!what || !marshal_is_off(method))
        return true;
    return exception_set("System.Runtime.InteropServices.MarshalDirectiveException",
                         "%s is not supported when runtime marshalling is disabled.",
                         what);
}

/* .NET's stubs are frames of a trace; one that marshals nothing is two. NULL. */
static void *not_bound(Method *method, bool plain)
{
    if (marshal_is_strict())
        exec_trace_unbound(method, plain ? 2 : 1);
    return NULL;
}

void *pinvoke_stub(Method *method)
{
    Import import;
    import_of(method, &import);
    if (!goes_as_it_is(method, &import))
        return not_bound(method, false);
    NativeSig *sig = native_sig(method, import_is_utf16(&import));
    bool keeps_error = (import.flags & PINVOKE_LAST_ERROR) != 0;
    bool plain = sig && !keeps_error && sig_is_plain(sig);
    void *function = sig ? pinvoke_resolve(method) : NULL;
    if (!function)
        return not_bound(method, plain);
    return plain ? function : native_call_stub(sig, function, keeps_error, false);
}
