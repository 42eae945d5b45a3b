/* assembly.c - System.Reflection.Assembly, RuntimeAssembly. */
#include "loader/library/mono/reflection/assembly.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/exec/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "loader/reflect/frames.h"
#include "loader/reflect/members.h"

/* -- objects ------------------------------------------------------------------- */

Object *reflection_assembly(Assembly *assembly)
{
    if (assembly->dynamic) /* its scope dies with the method */
        assembly = vm.world->corlib;
    Object *object = reflection_cached(assembly, NULL);
    if (object)
        return object;
    object = object_new(vm.world->known.runtime_assembly);
    if (!object)
        return NULL;
    *field_runtime_assembly_handle(object) = assembly;
    return reflection_cache(assembly, NULL, object);
}

Assembly *reflection_assembly_of(Object *assembly)
{
    if (!object_isinst(assembly, vm.world->known.runtime_assembly))
        return NULL;
    return *field_runtime_assembly_handle(assembly);
}

/* -- loading ------------------------------------------------------------------- */

/* AppDomain.DoAssemblyResolve. */
static Assembly *resolve_by_event(const char *display, Assembly *from)
{
    Object *domain = vm.domain, *result = NULL;
    String *name = string_from_utf8(display);
    Object *requesting = from ? reflection_assembly(from) : NULL;
    int32_t reflection_only = 0;
    void *args[] = {&domain, &name, &requesting, &reflection_only};
    if (!name || !method_invoke(method_appdomain_resolve_assembly(), args, &result) ||
        !result)
        return NULL;
    return reflection_assembly_of(result);
}

/* AppDomain.DoAssemblyLoad: the AssemblyLoad event. */
void assembly_announce(Assembly *assembly)
{
    if (!vm.domain || !*field_appdomain_assembly_load(vm.domain))
        return;
    Object *domain = vm.domain, *object = reflection_assembly(assembly);
    uint64_t result;
    void *args[] = {&domain, &object};
    if (object && !method_invoke(method_appdomain_announce_assembly(), args, &result))
        exception_take(); /* as the runtime's own caller has nobody to tell */
}

const ReflectLibrary assembly_events = {resolve_by_event, assembly_announce};

static Object *load_file(const char *path)
{
    Err err = ERR_INIT;
    Assembly *assembly = NULL;
    if (access(path, R_OK))
        exception_argument("System.IO.FileNotFoundException", path, "Invalid Image");
    else if (!(assembly = world_load_file(vm.world, path, &err)))
        exception_set_err(&err);
    if (!assembly)
        return NULL;
    assembly_announce(assembly);
    return reflection_assembly(assembly);
}

static Object *load_from(String *path, int32_t reflection_only, int32_t *mark)
{
    (void)reflection_only, (void)mark;
    if (!path) {
        exception_argument_null("assemblyFile");
        return NULL;
    }
    char *text = string_to_utf8(path);
    Object *assembly = load_file(!strncmp(text, "file://", 7) ? text + 7 : text);
    free(text);
    return assembly;
}

static Object *load_file_internal(String *path, int32_t *mark)
{
    return load_from(path, 0, mark);
}

static Object *load_partial(String *display, Object *evidence)
{
    (void)evidence;
    char *text = string_to_utf8(display);
    Assembly *assembly = assembly_load_display(text, NULL);
    free(text);
    if (!assembly) {
        exception_take();
        return NULL;
    }
    return reflection_assembly(assembly);
}

/* The name that a file on disk has (AssemblyName.GetAssemblyName). */
static void name_of_file(String *path, AssemblyName *out, String **code_base)
{
    Err err = ERR_INIT;
    char *text = string_to_utf8(path);
    memset(out, 0, sizeof *out);
    *code_base = NULL;
    Assembly *assembly = NULL;
    if (access(text, R_OK))
        assembly_not_found(text);
    else if (!(assembly = world_load_file(vm.world, text, &err)))
        exception_set_err(&err);
    if (assembly) {
        AssemblyName *name = assembly_name_of(assembly);
        *out = *name;
        out->name = mem_strdup(name->name);
        out->culture = name->culture ? mem_strdup(name->culture) : NULL;
        if (name->public_key) {
            Cursor c = cursor_of(name->public_key, 5);
            size_t size = cursor_compressed(&c) + cursor_offset(&c);
            out->public_key = malloc(size);
            if (out->public_key)
                memcpy(out->public_key, name->public_key, size);
        }
        gc_store(code_base, path);
    }
    free(text);
}

/* -- who asks ------------------------------------------------------------------ */

static Object *assembly_of_caller(uint32_t skip)
{
    Method *method = reflection_caller(skip);
    Assembly *assembly = method ? method->type->assembly : vm.entry;
    return assembly ? reflection_assembly(assembly) : NULL;
}

static Object *executing(void)
{
    return assembly_of_caller(0);
}

static Object *calling(void)
{
    return assembly_of_caller(1);
}

static Object *entry(void)
{
    return vm.entry ? reflection_assembly(vm.entry) : NULL;
}

/* -- contents ------------------------------------------------------------------ */

static Array *get_types(Object *self, int32_t exported_only)
{
    return assembly_types(reflection_assembly_of(self), exported_only);
}

static void type_not_found(const char *name, Assembly *assembly)
{
    Buffer text = BUFFER_INIT;
    reflection_print_assembly(&text, assembly);
    exception_set("System.TypeLoadException",
                  "Could not load type '%s' from assembly '%.*s'.", name,
                  (int)text.size, (const char *)text.data);
    buffer_free(&text);
}

static Object *get_type(Object *self, Object *module, String *name,
                        int32_t throw_on_error, int32_t ignore_case)
{
    (void)module;
    Assembly *assembly = reflection_assembly_of(self);
    char *text = string_to_utf8(name);
    Type *type = reflection_parse_type_in(text, assembly, ignore_case);
    if (!type && !throw_on_error)
        exception_take();
    else if (!type && !exception_pending())
        type_not_found(text, assembly);
    free(text);
    return type ? reflection_type(type) : NULL;
}

static PtrArray *referenced(Object *self)
{
    const Image *image = reflection_assembly_of(self)->image;
    PtrArray *array = ptr_array_new();
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_AssemblyRef); rid++)
        ptr_array_push(array, assembly_name_of_ref(image, rid));
    return array;
}

/* -- facts --------------------------------------------------------------------- */

static char *absolute_path(const Assembly *assembly)
{
    char *path = realpath(assembly->image->path, NULL);
    return path ? path : mem_strdup(assembly->image->path);
}

static String *code_base(Object *self, int32_t escaped)
{
    (void)escaped;
    char *path = absolute_path(reflection_assembly_of(self));
    Buffer text = BUFFER_INIT;
    buffer_printf(&text, "file://%s", path);
    String *string = string_from_utf8n((const char *)text.data, text.size);
    buffer_free(&text);
    free(path);
    return string;
}

static String *location(Object *self)
{
    char *path = absolute_path(reflection_assembly_of(self));
    String *string = string_from_utf8(path);
    free(path);
    return string;
}

static String *full_name(Object *self)
{
    Buffer text = BUFFER_INIT;
    reflection_print_assembly(&text, reflection_assembly_of(self));
    String *string = string_from_utf8n((const char *)text.data, text.size);
    buffer_free(&text);
    return string;
}

/* There is no ahead-of-time image id of mono's kind. */
static int32_t aot_id(Array *id)
{
    (void)id;
    return 0;
}

static String *runtime_version(Object *self)
{
    return string_from_utf8(reflection_assembly_of(self)->image->runtime_version);
}

static int32_t in_gac(Object *self)
{
    return strstr(reflection_assembly_of(self)->image->path, "/gac/") != NULL;
}

static Object *entry_point(Object *self)
{
    Err err = ERR_INIT;
    Assembly *assembly = reflection_assembly_of(self);
    uint32_t token = assembly->image->entry_token;
    if (TOKEN_TABLE(token) != TABLE_MethodDef)
        return NULL;
    Method *method = assembly_method(assembly, TOKEN_RID(token), &err);
    if (!method) {
        exception_set_err(&err);
        return NULL;
    }
    return reflection_method(method, NULL);
}

static int32_t no(void)
{
    return 0;
}

static Object *manifest_module(Object *self)
{
    return reflection_module(reflection_assembly_of(self));
}

static Array *modules(Object *self)
{
    Object *only = manifest_module(self);
    Array *array = array_new_of(known_module(), 1);
    if (array)
        array_set(array, 0, only);
    return array;
}

static Object *files(Object *self, String *name, int32_t with_resources)
{
    (void)with_resources;
    if (name)
        return NULL;
    Array *array = array_new_of(vm.world->known.string, 1);
    if (array)
        array_set(array, 0, location(self));
    return (Object *)array;
}

const IcallRow icalls_assembly[] = {
    ICALL("GetTypes", NULL, get_types),
    ICALL("InternalGetType", NULL, get_type),
    ICALL("InternalGetAssemblyName", NULL, name_of_file),
    ICALL("GetEntryAssembly", NULL, entry),
    ICALL("LoadFrom", NULL, load_from),
    ICALL("LoadFile_internal", NULL, load_file_internal),
    ICALL("load_with_partial_name", NULL, load_partial),
    ICALL("GetExecutingAssembly", NULL, executing),
    ICALL("GetCallingAssembly", NULL, calling),
    ICALL("InternalGetReferencedAssemblies", NULL, referenced),
    ICALLS_END,
};

const IcallRow icalls_runtime_assembly[] = {
    ICALL("get_code_base", NULL, code_base),
    ICALL("get_location", NULL, location),
    ICALL("get_fullname", NULL, full_name),
    ICALL("GetAotIdInternal", NULL, aot_id),
    ICALL("InternalImageRuntimeVersion", NULL, runtime_version),
    ICALL("get_global_assembly_cache", NULL, in_gac),
    ICALL("get_EntryPoint", NULL, entry_point),
    ICALL("get_ReflectionOnly", NULL, no),
    ICALL("GetManifestResourceInfoInternal", NULL, resource_info),
    ICALL("GetManifestResourceNames", NULL, resource_names),
    ICALL("GetManifestResourceInternal", NULL, resource_data),
    ICALL("GetManifestModuleInternal", NULL, manifest_module),
    ICALL("GetModulesInternal", NULL, modules),
    ICALL("GetFilesInternal", NULL, files),
    ICALL("LoadPermissions", NULL, no),
    ICALLS_END,
};
