#include "loader/library/coreclr/interop/native_library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/lock.h"
#include "common/base/map.h"
#include "loader/library/coreclr/interop/hostpolicy.h"
#include "loader/library/coreclr/interop/icu.h"
#include "loader/library/coreclr/interop/native_search.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/load_context.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Map libraries = MAP_INIT; /* name of a DllImport -> dlopen's handle */

static void raise_not_found(const char *name, const NativeSearch *search)
{
    exception_set("System.DllNotFoundException",
                  "Unable to load shared library '%s' or one of its dependencies. In "
                  "order to help diagnose loading problems, consider using a tool like "
                  "strace. If you're using glibc, consider setting the LD_DEBUG "
                  "environment variable: \n%.*s%s",
                  name, (int)search->said.size, (const char *)search->said.data,
                  search->said.size ? "\n" : "");
}

/* -- what the program says ----------------------------------------------------- */

static void *ask(Method *question, void **args)
{
    void *result[2] = {NULL, NULL};
    return vm_methods->invoke(question, args, result) ? result[0] : NULL;
}

/* NativeLibrary.SetDllImportResolver: nothing to ask before that is first called. */
static void *ask_resolver(const char *dll, const NativeSearch *search)
{
    Assembly *from = search->from;
    Object **resolvers = static_native_library_resolvers();
    if (from == vm.world->corlib || !resolvers || !*resolvers)
        return NULL;
    String *name = string_from_utf8(dll);
    Object *assembly = name ? assembly_object(from) : NULL;
    int32_t has_flags = search->has_flags;
    uint32_t flags = search->flags;
    void *args[] = {&name, &assembly, &has_flags, &flags};
    return assembly ? ask(method_native_library_ask(), args) : NULL;
}

/* LoadUnmanagedDll of the assembly's own context; the default one has none. */
static void *ask_context(const char *dll, Assembly *from)
{
    LoadContext *context = load_context_of(from);
    if (load_context_is_default(context))
        return NULL;
    void *handle = load_context_handle(context);
    String *name = string_from_utf8(dll);
    void *args[] = {&name, &handle};
    return name ? ask(method_load_context_resolve_native(), args) : NULL;
}

/* ResolvingUnmanagedDll of the assembly's context: who has a handler has made its
 * object. */
static void *ask_event(const char *dll, Assembly *from)
{
    void *handle = load_context_handle(load_context_of(from));
    String *name = handle ? string_from_utf8(dll) : NULL;
    Object *assembly = name ? assembly_object(from) : NULL;
    void *args[] = {&name, &assembly, &handle};
    return assembly ? ask(method_load_context_resolve_native_by_event(), args) : NULL;
}

/* -- finding ------------------------------------------------------------------- */

/* The framework's own libraries lie beside its assemblies. */
static void *open_own(NativeSearch *search)
{
    char path[4096], name[512];
    if (strncmp(search->name, "libSystem.", 10) != 0)
        return NULL;
    snprintf(name, sizeof name, "%s.so", search->name);
    return file_join(path, sizeof path, vm.world->library_dir, name) &&
                   file_exists(path)
               ? native_search_try(search, path)
               : NULL;
}

static void *find(NativeSearch *search)
{
    void *handle = open_own(search);
    return handle ? handle : native_search_run(search);
}

static void *known_handle(const char *dll, void *found)
{
    lock_acquire(&lock);
    void *known = map_str_get(&libraries, dll);
    if (!known && found)
        map_str_put(&libraries, dll, known = found);
    lock_release(&lock);
    return known;
}

static void *open_for(const char *dll, Method *method)
{
    Assembly *from = method->type->assembly;
    NativeSearch search = native_search_for(dll, from, method);
    void *handle = ask_resolver(dll, &search);
    if (!handle && !exception_pending())
        handle = ask_context(dll, from);
    if (!handle && !exception_pending())
        handle = known_handle(dll, NULL);
    if (handle || exception_pending())
        return handle;
    handle = find(&search); /* constructors run: not under the lock */
    if (handle)
        known_handle(dll, handle);
    else
        handle = ask_event(dll, from);
    if (!handle && !exception_pending())
        raise_not_found(dll, &search);
    native_search_free(&search);
    return handle;
}

void *native_library_open(const char *dll, Method *method)
{
    hostpolicy_look_up(dll);
    void *handle = open_for(dll, method);
    if (handle)
        icu_look_up(handle, dll);
    return handle;
}

/* -- QCalls of NativeLibrary --------------------------------------------------- */

static char *utf8_of(const uint16_t *chars)
{
    uint32_t n = 0;
    while (chars[n])
        n++;
    String *string = string_from_utf16(chars, n);
    return string ? string_to_utf8(string) : NULL;
}

static void *load_from_path(const uint16_t *chars, int32_t must)
{
    NativeSearch search = {.said = BUFFER_INIT};
    char *path = utf8_of(chars);
    void *handle = path ? native_search_try(&search, path) : NULL;
    if (path && !handle && must)
        raise_not_found(path, &search);
    native_search_free(&search);
    free(path);
    return handle;
}

static void *load_by_name(const uint16_t *chars, Object **keep, Assembly *from,
                          int32_t has_flags, uint32_t flags, int32_t must)
{
    (void)keep;
    char *name = utf8_of(chars);
    void *handle = name ? ask_context(name, from) : NULL;
    if (!name || handle || exception_pending()) {
        free(name);
        return handle;
    }
    NativeSearch search = native_search_for(name, from, NULL);
    if (has_flags)
        native_search_flags(&search, flags);
    handle = find(&search);
    if (!handle)
        handle = ask_event(name, from);
    if (!handle && must && !exception_pending())
        raise_not_found(name, &search);
    native_search_free(&search);
    free(name);
    return handle;
}

static void free_library(void *handle)
{
    dlclose(handle);
}

static void *get_symbol(void *handle, const uint16_t *chars, int32_t must)
{
    char *name = utf8_of(chars);
    icu_look_up(handle, NULL);
    void *symbol = name ? dlsym(handle, name) : NULL;
    if (name && !symbol && must)
        exception_set("System.EntryPointNotFoundException",
                      "Unable to find an entry point named '%s' in shared library.",
                      name);
    free(name);
    return symbol;
}

const QcallRow qcalls_native_library[] = {
    QCALL(NativeLibrary_LoadFromPath, load_from_path),
    QCALL(NativeLibrary_LoadByName, load_by_name),
    QCALL(NativeLibrary_FreeLib, free_library),
    QCALL(NativeLibrary_GetSymbol, get_symbol),
    QCALLS_END,
};
