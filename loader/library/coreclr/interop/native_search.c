#include "loader/library/coreclr/interop/native_search.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

#include "common/base/file.h"
#include "common/framework/properties.h"
#include "loader/vm/vm.h"

enum { ASSEMBLY_DIRECTORY = 2 }; /* DllImportSearchPath */

enum { PREFIX = 1, SUFFIX = 2 };

/* -- attributes ---------------------------------------------------------------- */

/* Its one argument, behind the prolog. */
static bool read_flags(const Image *image, uint32_t token, uint32_t *flags)
{
    uint32_t row = image_find_attribute(image, token, "System.Runtime.InteropServices",
                                        "DefaultDllImportSearchPathsAttribute");
    if (!row)
        return false;
    Cursor value = cursor_open(
        image_get_blob(image, TABLE_CustomAttribute, row, COL_CustomAttribute_Value));
    cursor_u16(&value);
    *flags = cursor_u32(&value);
    return !value.failed;
}

void native_search_flags(NativeSearch *search, uint32_t flags)
{
    search->has_flags = true;
    search->flags = flags;
    search->beside = flags & ASSEMBLY_DIRECTORY;
    search->system = flags != ASSEMBLY_DIRECTORY;
}

NativeSearch native_search_for(const char *name, Assembly *from, const Method *method)
{
    NativeSearch search = {.name = name,
                           .from = from,
                           .beside = true,
                           .system = true,
                           .said = BUFFER_INIT};
    uint32_t flags;
    if ((method && read_flags(from->image, method->token, &flags)) ||
        read_flags(from->image, TOKEN(TABLE_Assembly, 1), &flags))
        native_search_flags(&search, flags);
    return search;
}

/* -- one file ------------------------------------------------------------------ */

static void note(NativeSearch *search, const char *said)
{
    size_t n = said ? strlen(said) : 0;
    if (!n ||
        (search->said.size && memmem(search->said.data, search->said.size, said, n)))
        return;
    if (search->said.size)
        buffer_u8(&search->said, '\n');
    buffer_put(&search->said, said, n);
}

void *native_search_try(NativeSearch *search, const char *path)
{
    /* libc.so is a text for ld. */
    void *handle = dlopen(strcmp(path, "libc") ? path : "libc.so.6", RTLD_LAZY);
    if (!handle)
        note(search, dlerror());
    return handle;
}

/* dir: n characters, with or without a '/' at the end. */
static void *try_in(NativeSearch *search, const char *dir, size_t n, const char *name)
{
    char path[4096];
    const char *slash = n && dir[n - 1] == '/' ? "" : "/";
    int size = snprintf(path, sizeof path, "%.*s%s%s", (int)n, dir, slash, name);
    return size > 0 && (size_t)size < sizeof path && *path == '/'
               ? native_search_try(search, path)
               : NULL;
}

/* -- places -------------------------------------------------------------------- */

static void *try_host(NativeSearch *search, const char *name)
{
    const char *list =
        vm.properties ? properties_get(vm.properties, PROPERTY_NATIVE) : NULL;
    size_t n;
    void *handle = NULL;
    for (const char *dir; !handle && list && (dir = properties_next(&list, ':', &n));)
        handle = try_in(search, dir, n, name);
    return handle;
}

static void *try_beside(NativeSearch *search, const char *name)
{
    const char *path =
        image_is_file(search->from->image) ? search->from->image->path : "";
    const char *slash = strrchr(path, '/');
    return slash ? try_in(search, path, (size_t)(slash - path) + 1, name) : NULL;
}

static void *try_form(NativeSearch *search, int form)
{
    char name[4096];
    int n = snprintf(name, sizeof name, "%s%s%s", form & PREFIX ? "lib" : "",
                     search->name, form & SUFFIX ? ".so" : "");
    if (n < 0 || (size_t)n >= sizeof name)
        return NULL;
    if (*name == '/')
        return native_search_try(search, name);
    void *handle = try_host(search, name);
    if (!handle && search->beside)
        handle = try_beside(search, name);
    if (!handle && search->system)
        handle = native_search_try(search, name);
    return handle;
}

static bool has_suffix(const char *name)
{
    const char *at = strstr(name, ".so");
    return at && (!at[3] || at[3] == '.');
}

void *native_search_run(NativeSearch *search)
{
    static const int plain[] = {SUFFIX, PREFIX | SUFFIX, 0, PREFIX},
                     suffixed[] = {0, PREFIX, SUFFIX, PREFIX | SUFFIX};
    if (*search->name == '/')
        return try_form(search, 0);
    const int *forms = has_suffix(search->name) ? suffixed : plain;
    bool is_path = strchr(search->name, '/');
    void *handle = NULL;
    for (int i = 0; i < 4 && !handle; i++)
        if (!is_path || !(forms[i] & PREFIX))
            handle = try_form(search, forms[i]);
    return handle;
}

void native_search_free(NativeSearch *search)
{
    buffer_free(&search->said);
}
