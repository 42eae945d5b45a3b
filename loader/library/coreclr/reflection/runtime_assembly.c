/* runtime_assembly.c - System.Reflection.RuntimeAssembly: what an assembly is and has.
 * How others are found is in assembly_load.c. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/mem.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/assembly_parts.h"
#include "loader/library/coreclr/reflection/load_context.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/reflection/types_list.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/assembly.h"
#include "loader/reflect/tokens.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

/* -- identity ------------------------------------------------------------------ */

static void simple_name(Object **keep, Assembly *assembly, String **result)
{
    (void)keep;
    *result = string_from_utf8(assembly->name);
}

static void full_name(Object **keep, Assembly *assembly, String **result)
{
    (void)keep;
    Buffer text = BUFFER_INIT;
    reflection_print_assembly(&text, assembly);
    *result = string_from_utf8n((const char *)text.data, text.size);
    buffer_free(&text);
}

static void version(Object **keep, Assembly *assembly, int32_t *major, int32_t *minor,
                    int32_t *build, int32_t *revision)
{
    (void)keep;
    const AssemblyName *name = assembly_name_of(assembly);
    *major = name->major;
    *minor = name->minor;
    *build = name->build;
    *revision = name->revision;
}

static void locale(Object **keep, Assembly *assembly, String **result)
{
    (void)keep;
    const char *culture = assembly_name_of(assembly)->culture;
    *result = string_from_utf8(culture ? culture : "");
}

static void public_key(Object **keep, Assembly *assembly, Object **result)
{
    (void)keep;
    Bytes key =
        image_get_blob(assembly->image, TABLE_Assembly, 1, COL_Assembly_PublicKey);
    Array *array = array_new_of(vm.world->known.u1, (int64_t)key.size);
    if (array && key.size)
        memcpy(array->data, key.data, key.size);
    *result = (Object *)array;
}

static int32_t flags(Object **keep, Assembly *assembly)
{
    (void)keep;
    return (int32_t)assembly_name_of(assembly)->flags;
}

static int32_t hash_algorithm(Object **keep, Assembly *assembly)
{
    (void)keep;
    return (int32_t)assembly_name_of(assembly)->hash_alg;
}

/* -- where it is --------------------------------------------------------------- */

static void location(Object **keep, Assembly *assembly, String **result)
{
    (void)keep;
    *result =
        string_from_utf8(image_is_file(assembly->image) ? assembly->image->path : "");
}

static int32_t code_base(Object **keep, Assembly *assembly, String **result)
{
    (void)keep;
    Buffer text = BUFFER_INIT;
    if (image_is_file(assembly->image))
        buffer_printf(&text, "file://%s", assembly->image->path);
    *result = string_from_utf8n((const char *)text.data, text.size);
    buffer_free(&text);
    return 1;
}

static void runtime_version(Object **keep, Assembly *assembly, String **result)
{
    (void)keep;
    *result = string_from_utf8(assembly->image->runtime_version);
}

static int32_t raw_metadata(Object **keep, Assembly *assembly, const uint8_t **data,
                            int32_t *size)
{
    (void)keep;
    *data = assembly->image->metadata.data;
    *size = (int32_t)assembly->image->metadata.size;
    return 1;
}

static int32_t is_collectible(Object **keep, Assembly *assembly)
{
    (void)keep;
    return assembly->is_collectible ||
           load_context_is_collectible(load_context_of(assembly));
}

static int32_t is_dynamic(const Assembly *assembly)
{
    return assembly_is_emitted(assembly);
}

/* -- modules ------------------------------------------------------------------- */

static Object *manifest_module(Object *self)
{
    return module_object(assembly_of_object(self));
}

static void manifest_module_slow(Object **self, Object **result)
{
    *result = manifest_module(*self);
}

static int32_t assembly_token(void)
{
    return TOKEN(TABLE_Assembly, 1);
}

/* Files that are modules have no counterpart here. */
static void modules(Object **keep, Assembly *assembly, int32_t load, int32_t resources,
                    Object **result)
{
    (void)keep, (void)load, (void)resources;
    Object *only = module_object(assembly);
    Array *array = only ? array_new_of(object_type(only), 1) : NULL;
    if (array)
        array_set(array, 0, only);
    *result = (Object *)array;
}

static void module_named(Object **keep, Assembly *assembly, const uint16_t *name,
                         Object **result)
{
    (void)keep;
    if (!name) {
        exception_argument_null("name");
        return;
    }
    char *wanted = utf8_of_units(name);
    const char *own =
        image_get_string(assembly->image, TABLE_Module, 1, COL_Module_Name);
    if (!*wanted)
        exception_argument("System.ArgumentException", NULL,
                           "Empty file name is not legal.");
    else if (!strcasecmp(own, wanted))
        *result = module_object(assembly);
    free(wanted);
}

static void entry_point(Object **keep, Assembly *assembly, Object **result)
{
    (void)keep;
    Err err = ERR_INIT;
    uint32_t token = assembly->image->entry_token;
    if (TOKEN_TABLE(token) != TABLE_MethodDef || !TOKEN_RID(token))
        return;
    Method *method = assembly_method(assembly, TOKEN_RID(token), &err);
    if (method)
        *result = method_stub_object(method);
    else
        exception_set_err(&err);
}

static void references(Object **keep, Assembly *assembly, Object **result)
{
    (void)keep;
    uint32_t n = image_rows(assembly->image, TABLE_AssemblyRef);
    Array *array = array_new_of(known_assembly_name(), n);
    for (uint32_t i = 0; array && i < n; i++) {
        RefParts ref;
        Object *name = assembly_parts_of_ref(assembly->image, i + 1, &ref)
                           ? assembly_name_object(&ref.parts)
                           : NULL;
        if (!name)
            return;
        array_set(array, i, name);
    }
    *result = (Object *)array;
}

/* -- types --------------------------------------------------------------------- */

static void exported_types(Object **keep, Assembly *assembly, Object **result)
{
    (void)keep;
    *result = (Object *)types_list(assembly, true);
}

/* word: a MetadataToken. */
static void forwarded_type(Object **keep, Assembly *assembly, uint64_t word,
                           Object **result)
{
    (void)keep;
    Err err = ERR_INIT;
    const Image *image = assembly->image;
    uint32_t token = (uint32_t)word;
    uint32_t rid = TOKEN_RID(token);
    uint32_t where =
        image_get(image, TABLE_ExportedType, rid, COL_ExportedType_Implementation);
    if (TOKEN_TABLE(token) != TABLE_ExportedType ||
        TOKEN_TABLE(where) != TABLE_AssemblyRef)
        return;
    const char *ns = image_get_string(image, TABLE_ExportedType, rid,
                                      COL_ExportedType_TypeNamespace);
    const char *name =
        image_get_string(image, TABLE_ExportedType, rid, COL_ExportedType_TypeName);
    Type *type = assembly_find_type(assembly, ns, name, &err);
    if (type)
        *result = reflection_type(type);
    else if (err.kind != ERR_NONE)
        exception_set_err(&err);
    else
        exception_set("System.TypeLoadException",
                      "Could not load type '%s%s%s' from assembly '%s'.", ns,
                      *ns ? "." : "", name, assembly->name);
}

const FcallRow fcalls_runtime_assembly[] = {
    FCALL("GetIsDynamic", NULL, is_dynamic),
    FCALL("GetManifestModule", NULL, manifest_module),
    FCALL("GetTokenInternal", NULL, assembly_token),
    FCALLS_END,
};

const QcallRow qcalls_runtime_assembly[] = {
    QCALL(AssemblyHandle_GetManifestModuleSlow, manifest_module_slow),
    QCALL(AssemblyNative_GetCodeBase, code_base),
    QCALL(AssemblyNative_GetEntryPoint, entry_point),
    QCALL(AssemblyNative_GetExportedTypes, exported_types),
    QCALL(AssemblyNative_GetFlags, flags),
    QCALL(AssemblyNative_GetForwardedType, forwarded_type),
    QCALL(AssemblyNative_GetFullName, full_name),
    QCALL(AssemblyNative_GetHashAlgorithm, hash_algorithm),
    QCALL(AssemblyNative_GetImageRuntimeVersion, runtime_version),
    QCALL(AssemblyNative_GetIsCollectible, is_collectible),
    QCALL(AssemblyNative_GetLocale, locale),
    QCALL(AssemblyNative_GetLocation, location),
    QCALL(AssemblyNative_GetModule, module_named),
    QCALL(AssemblyNative_GetModules, modules),
    QCALL(AssemblyNative_GetPublicKey, public_key),
    QCALL(AssemblyNative_GetReferencedAssemblies, references),
    QCALL(AssemblyNative_GetSimpleName, simple_name),
    QCALL(AssemblyNative_GetVersion, version),
    QCALL(AssemblyNative_InternalTryGetRawMetadata, raw_metadata),
    QCALLS_END,
};
