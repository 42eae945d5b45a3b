#include "loader/library/coreclr/interop/native_library.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/lock.h"
#include "common/base/map.h"
#include "common/base/mem.h"
#include "loader/interop/interop.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Map paths = MAP_INIT; /* name -> path; kept */

const char *native_library_name(const char *dll)
{
    char path[4096], name[512];
    if (!strcmp(dll, "libc")) /* libc.so is a text for ld */
        return "libc.so.6";
    if (strncmp(dll, "libSystem.", 10) != 0)
        return dll;
    lock_acquire(&lock);
    const char *known = map_str_get(&paths, dll);
    if (!known) {
        snprintf(name, sizeof name, "%s.so", dll);
        bool found = file_join(path, sizeof path, vm.world->library_dir, name) &&
                     file_exists(path);
        known = mem_strdup(found ? path : dll);
        map_str_put(&paths, mem_strdup(dll), (void *)known);
    }
    lock_release(&lock);
    return known;
}

/* -- what the program says ----------------------------------------------------- */

/* NativeLibrary.SetDllImportResolver: nothing to ask before that is first called. */
void *native_library_ask(const char *dll, Assembly *from)
{
    if (from == vm.world->corlib)
        return NULL;
    Object **resolvers = static_native_library_resolvers();
    if (!resolvers || !*resolvers)
        return NULL;
    String *name = string_from_utf8(dll);
    Object *assembly = name ? assembly_object(from) : NULL;
    int32_t has_flags = false;
    uint32_t flags = 0;
    void *args[] = {&name, &assembly, &has_flags, &flags};
    void *result[2] = {NULL, NULL};
    bool ok = assembly && vm_methods->invoke(method_native_library_ask(), args, result);
    return ok ? result[0] : NULL;
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

static void raise_not_found(const char *name, const char *why)
{
    exception_set("System.DllNotFoundException",
                  "Unable to load shared library '%s' or one of its dependencies. In "
                  "order to help diagnose loading problems, consider using a tool like "
                  "strace. If you're using glibc, consider setting the LD_DEBUG "
                  "environment variable: \n%s\n",
                  name, why ? why : "");
}

static void *load_from_path(const uint16_t *chars, int32_t must)
{
    char *path = utf8_of(chars);
    void *handle = path ? dlopen(path, RTLD_LAZY) : NULL;
    if (path && !handle && must)
        raise_not_found(path, dlerror());
    free(path);
    return handle;
}

static void *load_by_name(const uint16_t *chars, Object **keep, Assembly *from,
                          int32_t has_flags, uint32_t flags, int32_t must)
{
    (void)keep;
    (void)has_flags;
    (void)flags;
    char *name = utf8_of(chars);
    void *handle = name ? interop_find_library(name, from) : NULL;
    if (name && !handle && must)
        raise_not_found(name, dlerror());
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
