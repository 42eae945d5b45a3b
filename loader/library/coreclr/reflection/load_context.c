#include "loader/library/coreclr/reflection/load_context.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "common/types/missing.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/assembly.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

struct LoadContext {
    void *handle; /* GCHandle of the AssemblyLoadContext; it stays as long as this */
    bool is_default, is_collectible;
};

static LoadContext default_context = {NULL, true, false};

LoadContext *load_context_of(const Assembly *assembly)
{
    return assembly->context ? assembly->context : &default_context;
}

bool load_context_is_collectible(const LoadContext *context)
{
    return context->is_collectible;
}

bool load_context_is_default(const LoadContext *context)
{
    return context->is_default;
}

void *load_context_handle(const LoadContext *context)
{
    return context->handle;
}

/* What assemblies of it have as theirs. */
static void *mark_of(LoadContext *context)
{
    return context->is_default ? NULL : context;
}

void *load_context_mark(Object *context)
{
    LoadContext *native = context ? *field_load_context_native(context) : NULL;
    return native ? mark_of(native) : NULL;
}

/* -- managed code that is asked ------------------------------------------------ */

static Assembly *ask(Method *method, void **args)
{
    Object *result[2] = {NULL, NULL};
    if (!vm_methods->invoke(method, args, result))
        return NULL;
    return assembly_of_object(result[0]);
}

/* One of the methods that take the context's handle and an AssemblyName. What was not
 * asked for is neutral, and has no key. */
static Assembly *ask_context(LoadContext *context, Method *method,
                             const AssemblyParts *parts)
{
    AssemblyParts whole = *parts;
    if (!whole.culture)
        whole.culture = u"";
    if (!whole.key)
        whole.key = (const uint8_t *)"";
    Object *name =
        context->handle && !exception_pending() ? assembly_name_object(&whole) : NULL;
    void *args[] = {&context->handle, &name};
    return name ? ask(method, args) : NULL;
}

static Assembly *ask_domain(const char *display, Assembly *from)
{
    Object *requesting = from ? assembly_object(from) : NULL;
    String *name = exception_pending() ? NULL : string_from_utf8(display);
    void *args[] = {&requesting, &name};
    return name ? ask(method_load_context_assembly_resolve(), args) : NULL;
}

static void announce(Assembly *assembly)
{
    uint64_t none;
    Object *object = assembly_object(assembly);
    void *args[] = {&object};
    if (object)
        vm_methods->invoke(method_load_context_assembly_load(), args, &none);
}

/* -- binding ------------------------------------------------------------------- */

void load_context_not_found(const AssemblyParts *parts)
{
    Buffer display = BUFFER_INIT, message = BUFFER_INIT;
    assembly_parts_print(&display, parts);
    buffer_u8(&display, 0);
    buffer_printf(&message,
                  "Could not load file or assembly '%s'. The system cannot find the "
                  "file specified.\n",
                  (const char *)display.data);
    buffer_u8(&message, 0);
    if (!exception_pending())
        exception_argument("System.IO.FileNotFoundException",
                           (const char *)display.data, (const char *)message.data);
    buffer_free(&display);
    buffer_free(&message);
}

static bool is_culture(const Assembly *assembly, const char *culture)
{
    return !strcasecmp(
        image_get_string(assembly->image, TABLE_Assembly, 1, COL_Assembly_Culture),
        culture);
}

/* The loaded one of that name and culture ("": neutral). */
static Assembly *find_loaded(LoadContext *context, const char *name,
                             const char *culture)
{
    World *world = vm.world;
    Assembly *found = NULL;
    lock_acquire(&world->lock);
    for (size_t i = 0; i < world->assemblies.n && !found; i++) {
        Assembly *assembly = world->assemblies.at[i];
        if (assembly->context == mark_of(context) && !assembly_is_emitted(assembly) &&
            !strcasecmp(assembly->name, name) && is_culture(assembly, culture))
            found = assembly;
    }
    lock_release(&world->lock);
    return found;
}

/* What the host has listed. */
static Assembly *find_listed(const char *name, const char *culture)
{
    Err err = ERR_INIT;
    Assembly *assembly = find_loaded(&default_context, name, culture);
    if (assembly)
        return assembly;
    assembly = *culture ? world_load_satellite(vm.world, name, culture, &err)
                        : world_load_name(vm.world, name, NULL, &err);
    if (assembly)
        announce(assembly);
    else if (err.kind == ERR_BAD_IMAGE)
        exception_set_err(&err);
    return assembly;
}

static Assembly *serving(Assembly *assembly, const AssemblyParts *parts)
{
    return assembly && assembly_serves_version(assembly, parts->version) ? assembly
                                                                         : NULL;
}

/* What is asked when neither the context's Load nor the host's list has it. */
static Assembly *bind_by_events(LoadContext *context, const AssemblyParts *parts,
                                Assembly *from)
{
    Assembly *found = NULL;
    bool satellite = parts->culture && *parts->culture;
    if (satellite)
        found = ask_context(context, method_load_context_resolve_satellite(), parts);
    if (!found && !context->is_default && !satellite)
        found = ask_context(&default_context, method_load_context_resolve_by_event(),
                            parts);
    if (!found)
        found = ask_context(context, method_load_context_resolve_by_event(), parts);
    if (!found && !exception_pending()) {
        Buffer display = BUFFER_INIT;
        assembly_parts_print(&display, parts);
        buffer_u8(&display, 0);
        found = ask_domain((const char *)display.data, from);
        buffer_free(&display);
    }
    return found;
}

static Assembly *bind_name(LoadContext *context, const AssemblyParts *parts,
                           const char *name, const char *culture)
{
    Assembly *found = NULL;
    if (!context->is_default) {
        found = serving(find_loaded(context, name, culture), parts);
        if (!found)
            found = ask_context(context, method_load_context_resolve(), parts);
    }
    if (!found && !exception_pending())
        found = serving(find_listed(name, culture), parts);
    return found;
}

/* What a handler has thrown is why the assembly can't be loaded. */
static void wrap_exception(const AssemblyParts *parts)
{
    Object *inner = exception_take(), *outer = object_new(known_file_load_exception());
    Buffer display = BUFFER_INIT;
    assembly_parts_print(&display, parts);
    String *name = string_from_utf8n((const char *)display.data, display.size);
    buffer_free(&display);
    int32_t code = *field_exception_hresult(inner);
    uint64_t none;
    void *args[] = {&outer, &name, &code};
    if (!outer || !name ||
        !vm_methods->invoke(method_file_load_exception_new(), args, &none))
        return;
    field_exception_inner_set(outer, inner);
    exception_set_object(outer);
}

static bool is_of_file(const Object *exception)
{
    static const char *const names[] = {"FileNotFoundException", "FileLoadException",
                                        "BadImageFormatException"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(object_type(exception)->name, names[i]))
            return true;
    return false;
}

Assembly *load_context_bind(LoadContext *context, const AssemblyParts *parts,
                            Assembly *from)
{
    char *name = utf8_of_units(parts->name);
    char *culture = utf8_of_units(parts->culture ? parts->culture : u"");
    Assembly *found = name && culture ? bind_name(context, parts, name, culture) : NULL;
    free(name);
    free(culture);
    if (!found && !exception_pending())
        found = bind_by_events(context, parts, from);
    if (exception_pending() && !is_of_file(thread_current->pending))
        wrap_exception(parts);
    return exception_pending() ? NULL : found;
}

/* -- references ---------------------------------------------------------------- */

/* Whom the context's program names for a reference; what the host has listed is found
 * when it is needed. What a handler throws is not what a load throws: who needs the
 * assembly will not find it. */
static Assembly *bind_ref(LoadContext *context, Assembly *assembly, uint32_t rid)
{
    RefParts ref;
    const char *name =
        image_get_string(assembly->image, TABLE_AssemblyRef, rid, COL_AssemblyRef_Name);
    if (!strcmp(name, vm.world->library->core))
        return NULL;
    Assembly *found = find_loaded(context, name, "");
    if (!found && assembly_parts_of_ref(assembly->image, rid, &ref)) {
        found = ask_context(context, method_load_context_resolve(), &ref.parts);
        if (!found && !exception_pending() && !world_finds_name(vm.world, name))
            found = bind_by_events(context, &ref.parts, assembly);
    }
    exception_take();
    return found;
}

static void bind_refs(LoadContext *context, Assembly *assembly)
{
    for (uint32_t rid = 1; rid <= image_rows(assembly->image, TABLE_AssemblyRef);
         rid++) {
        bool known = __atomic_load_n(&assembly->refs[rid - 1], __ATOMIC_ACQUIRE);
        Assembly *found = known ? NULL : bind_ref(context, assembly, rid);
        if (found)
            assembly_set_ref(assembly, rid, found);
    }
}

/* Of references that were missed under the world's lock, in contexts whose Load was
 * asked before. */
bool load_context_find_missing(void)
{
    enum { MAX_DEPTH = 8 }; /* of handlers that miss something themselves */
    static _Thread_local int depth;
    MissingRef missing;
    bool any = false;
    if (depth == MAX_DEPTH || exception_pending())
        return false;
    depth++;
    while (world_next_missing(vm.world, &missing)) {
        RefParts ref;
        Assembly *from = missing.from, *found = NULL;
        if (assembly_parts_of_ref(from->image, missing.rid, &ref))
            found = bind_by_events(load_context_of(from), &ref.parts, from);
        exception_take();
        if (found)
            assembly_set_ref(from, missing.rid, found);
        any |= found != NULL;
    }
    depth--;
    return any;
}

/* -- loading into a context ---------------------------------------------------- */

/* Another one of that name in the same context. */
static bool name_is_taken(LoadContext *context, const Image *image, Assembly **same)
{
    Assembly *loaded =
        find_loaded(context, image->name,
                    image_get_string(image, TABLE_Assembly, 1, COL_Assembly_Culture));
    const Image *other = loaded ? loaded->image : NULL;
    bool is_same = other && !memcmp(other->mvid, image->mvid, 16) &&
                   image_is_file(image) == image_is_file(other);
    *same = is_same ? loaded : NULL;
    if (loaded && !is_same)
        exception_set("System.IO.FileLoadException",
                      "Could not load file or assembly '%s'. Assembly with same name "
                      "is already loaded",
                      image->name);
    return loaded != NULL;
}

/* Whose methods have no bodies that could run. False: pending. */
static bool check_reference(const Image *image)
{
    if (!image_find_attribute(image, TOKEN(TABLE_Assembly, 1),
                              "System.Runtime.CompilerServices",
                              "ReferenceAssemblyAttribute"))
        return true;
    Arena scratch = ARENA_INIT;
    Object *inner = exception_new("System.BadImageFormatException",
                                  "Cannot load a reference assembly for execution.");
    Object *exception =
        inner ? exception_new_inner(
                    "System.BadImageFormatException",
                    arena_printf(&scratch,
                                 "Could not load file or assembly '%s'. Reference "
                                 "assemblies cannot be loaded for execution. "
                                 "(0x80131058)",
                                 image->name),
                    inner)
              : NULL;
    arena_free(&scratch);
    if (!exception)
        return false;
    *field_exception_hresult(exception) = (int32_t)0x80131058;
    exception_set_object(exception);
    return false;
}

/* Takes the image over. */
static Assembly *add_image(LoadContext *context, Image *image)
{
    Err err = ERR_INIT;
    Assembly *assembly;
    if (name_is_taken(context, image, &assembly)) {
        image_close(image);
        return assembly;
    }
    if (!check_reference(image)) {
        image_close(image);
        return NULL;
    }
    assembly = image_is_file(image) && context->is_default
                   ? world_load_image(vm.world, image, &err)
                   : world_add_image_into(vm.world, image, mark_of(context), &err);
    if (!assembly) {
        exception_set_err(&err);
        return NULL;
    }
    if (!context->is_default)
        bind_refs(context, assembly);
    announce(assembly);
    return exception_pending() ? NULL : assembly;
}

/* The exception words it, by a number of the system's. */
static void refuse_directory(const char *path)
{
    int32_t code = (int32_t)0x80070005; /* "Access is denied." */
    uint64_t none;
    Object *exception = object_new(known_file_load_exception());
    String *name = string_from_utf8(path);
    void *args[] = {&exception, &name, &code};
    if (exception && name &&
        vm_methods->invoke(method_file_load_exception_new(), args, &none))
        exception_set_object(exception);
}

static void refuse_image(const char *path, const Err *err)
{
    Buffer message = BUFFER_INIT;
    bool bad = err->kind == ERR_BAD_IMAGE;
    buffer_printf(&message,
                  bad ? "Bad IL format. The format of the file '%s' is invalid."
                      : "Could not load file or assembly '%s'. The system cannot find "
                        "the file specified.\n",
                  path);
    buffer_u8(&message, 0);
    if (bad)
        exception_set("System.BadImageFormatException", "%s",
                      (const char *)message.data);
    else
        exception_argument("System.IO.FileNotFoundException", path,
                           (const char *)message.data);
    buffer_free(&message);
}

static Image *open_image(const char *path)
{
    Err err = ERR_INIT;
    struct stat facts;
    char *real = realpath(path, NULL);
    Image *image = NULL;
    if (real && !stat(real, &facts) && S_ISDIR(facts.st_mode))
        refuse_directory(path);
    else if (!real || !(image = image_open(real, &err)))
        refuse_image(path, &err);
    free(real);
    return image;
}

/* Of what the host has listed the default context has that file, whichever is asked
 * for. Takes the image over. */
static Assembly *add_file(LoadContext *context, Image *image)
{
    bool is_listed = context->is_default && world_trusted_file(vm.world, image->name);
    Assembly *listed = is_listed ? find_listed(image->name, "") : NULL;
    if (!listed && !exception_pending())
        return add_image(context, image);
    image_close(image);
    return listed;
}

static void load_path(LoadContext *context, const uint16_t *il, const uint16_t *native,
                      Object **result)
{
    (void)native; /* native code is found by other means */
    char *path = il ? utf8_of_units(il) : NULL;
    Image *image = path ? open_image(path) : NULL;
    Assembly *assembly = image ? add_file(context, image) : NULL;
    if (assembly)
        *result = assembly_object(assembly);
    free(path);
}

static void load_stream(LoadContext *context, const uint8_t *data, int32_t size,
                        const uint8_t *symbols, int32_t symbols_size, Object **result)
{
    (void)symbols, (void)symbols_size;
    Err err = ERR_INIT;
    uint8_t *copy = mem_alloc(size > 0 ? (size_t)size : 1); /* kept by the image */
    if (size > 0)
        memcpy(copy, data, (size_t)size);
    Image *image = image_open_bytes((Bytes){copy, (size_t)size}, "", &err);
    Assembly *assembly = image ? add_image(context, image) : NULL;
    if (assembly)
        *result = assembly_object(assembly);
    else if (!image) {
        free(copy);
        exception_set("System.BadImageFormatException", "Bad IL format.");
    }
}

/* -- contexts ------------------------------------------------------------------ */

/* Contexts stay: nothing is unloaded. */
static LoadContext *context_new(void *handle, int32_t is_default, int32_t collectible)
{
    LoadContext *context =
        is_default ? &default_context : reflection_alloc(sizeof *context);
    context->is_collectible = collectible;
    __atomic_store_n(&context->handle, handle, __ATOMIC_RELEASE);
    return context;
}

/* What its assemblies do needs the object from now on, which was held weakly. */
static void context_release(LoadContext *context, void *strong)
{
    __atomic_store_n(&context->handle, strong, __ATOMIC_RELEASE);
}

static void *context_handle(Object **keep, Assembly *assembly)
{
    (void)keep;
    return assembly->context ? load_context_of(assembly)->handle : NULL;
}

static void loaded_assemblies(Object **result)
{
    World *world = vm.world;
    lock_acquire(&world->lock);
    uint32_t n = (uint32_t)world->assemblies.n;
    lock_release(&world->lock);
    Object *core = assembly_object(world->corlib);
    Array *array = core ? array_new_of(object_type(core), n) : NULL;
    uint32_t k = 0;
    if (array)
        array_set(array, k++, core);
    for (uint32_t i = 0; array && i < n; i++) {
        lock_acquire(&world->lock);
        Assembly *assembly = world->assemblies.at[i];
        lock_release(&world->lock);
        if (assembly != world->corlib)
            array_set(array, k++, assembly_object(assembly));
    }
    *result = (Object *)array;
}

static uint32_t assembly_count(void)
{
    return (uint32_t)__atomic_load_n(&vm.world->assemblies.n, __ATOMIC_RELAXED);
}

/* Nobody listens. */
static int32_t no(void)
{
    return 0;
}

static int32_t traced(void)
{
    return 1;
}

/* Profiles of what to compile first are another runtime's. */
static void ignore(void)
{
}

/* -- who is asked by name ------------------------------------------------------ */

static Assembly *resolve_by_name(const char *display, Assembly *from)
{
    return ask_domain(display, from);
}

const ReflectLibrary reflect_coreclr = {resolve_by_name, announce};

const FcallRow fcalls_load_context[] = {
    FCALL("IsTracingEnabled", NULL, no),
    FCALLS_END,
};

const QcallRow qcalls_load_context[] = {
    QCALL(AssemblyNative_GetAssemblyCount, assembly_count),
    QCALL(AssemblyNative_GetLoadContextForAssembly, context_handle),
    QCALL(AssemblyNative_GetLoadedAssemblies, loaded_assemblies),
    QCALL(AssemblyNative_InitializeAssemblyLoadContext, context_new),
    QCALL(AssemblyNative_LoadFromPath, load_path),
    QCALL(AssemblyNative_LoadFromStream, load_stream),
    QCALL(AssemblyNative_PrepareForAssemblyLoadContextRelease, context_release),
    QCALL(AssemblyNative_TraceAssemblyLoadFromResolveHandlerInvoked, traced),
    QCALL(AssemblyNative_TraceAssemblyResolveHandlerInvoked, traced),
    QCALL(AssemblyNative_TraceResolvingHandlerInvoked, traced),
    QCALL(AssemblyNative_TraceSatelliteSubdirectoryPathProbed, traced),
    QCALL(MultiCoreJIT_InternalSetProfileRoot, ignore),
    QCALL(MultiCoreJIT_InternalStartProfile, ignore),
    QCALLS_END,
};
