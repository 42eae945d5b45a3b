/* module.c - System.Reflection.RuntimeModule. A module's handle is its Assembly. */
#include <stdlib.h>
#include <string.h>

#include "loader/library/mono/members.h"
#include "loader/library/mono/reflection/assembly.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "loader/reflect/tokens.h"

Object *reflection_module(Assembly *assembly)
{
    static char key; /* modules are cached beside their assemblies */
    Object *module = reflection_cached(assembly, &key);
    if (module)
        return module;
    module = object_new(vm.world->known.runtime_module);
    if (!module)
        return NULL;
    char *path = realpath(assembly->image->path, NULL);
    const char *full = path ? path : assembly->image->path;
    const char *slash = strrchr(full, '/');
    *field_runtime_module_handle(module) = assembly;
    field_runtime_module_assembly_set(module, reflection_assembly(assembly));
    field_runtime_module_path_set(module, string_from_utf8(full));
    field_runtime_module_name_set(module, string_from_utf8(slash ? slash + 1 : full));
    field_runtime_module_scope_set(
        module, string_from_utf8(image_get_string(assembly->image, TABLE_Module, 1,
                                                  COL_Module_Name)));
    free(path);
    return reflection_cache(assembly, &key, module);
}

Assembly *reflection_module_of(Object *module)
{
    if (!object_isinst(module, vm.world->known.runtime_module))
        return NULL;
    return *field_runtime_module_handle(module);
}

static int32_t metadata_token(void)
{
    return TOKEN(TABLE_Module, 1);
}

static int32_t stream_version(void)
{
    return 0x20000;
}

static Array *internal_types(Assembly *assembly)
{
    return assembly_types(assembly, false);
}

static void *hinstance(void)
{
    return (void *)-1;
}

static void guid(const Assembly *assembly, Array *out)
{
    memcpy(out->data, assembly->image->mvid, 16);
}

static Object *global_type(Assembly *assembly)
{
    if (!image_rows(assembly->image, TABLE_TypeDef))
        return NULL;
    return reflection_type(assembly_type(assembly, 1));
}

/* -- tokens -------------------------------------------------------------------- */

_Static_assert(TOKEN_OUT_OF_RANGE == 0 && TOKEN_BAD_TABLE == 1 && TOKEN_OTHER == 2,
               "System.Reflection.ResolveTokenError");

static GenericContext context_of(Array *types, Array *methods)
{
    GenericContext ctx = {NULL, 0, NULL, 0};
    if (types) {
        ctx.class_args = (Type **)types->data;
        ctx.n_class = types->length;
    }
    if (methods) {
        ctx.method_args = (Type **)methods->data;
        ctx.n_method = methods->length;
    }
    return ctx;
}

static Type *resolve_type(Assembly *assembly, uint32_t token, Array *types,
                          Array *methods, int32_t *error)
{
    GenericContext ctx = context_of(types, methods);
    return token_type(assembly, token, &ctx, error);
}

static Method *resolve_method(Assembly *assembly, uint32_t token, Array *types,
                              Array *methods, int32_t *error)
{
    GenericContext ctx = context_of(types, methods);
    return token_method(assembly, token, &ctx, error);
}

static Field *resolve_field(Assembly *assembly, uint32_t token, Array *types,
                            Array *methods, int32_t *error)
{
    GenericContext ctx = context_of(types, methods);
    return token_field(assembly, token, &ctx, error);
}

static String *resolve_string(Assembly *assembly, uint32_t token, int32_t *error)
{
    Bytes utf16;
    *error = TOKEN_BAD_TABLE;
    if (TOKEN_TABLE(token) != TOKEN_UserString)
        return NULL;
    *error = TOKEN_OUT_OF_RANGE;
    if (!image_user_string(assembly->image, TOKEN_RID(token), &utf16))
        return NULL;
    return string_literal(assembly, token);
}

static Object *resolve_member(Assembly *assembly, uint32_t token, Array *types,
                              Array *methods, int32_t *error)
{
    if (token_is_type(token)) {
        Type *type = resolve_type(assembly, token, types, methods, error);
        return type ? reflection_type(type) : NULL;
    }
    if (token_is_field(assembly->image, token)) {
        Field *field = resolve_field(assembly, token, types, methods, error);
        return field ? reflection_field(field, NULL) : NULL;
    }
    Method *method = resolve_method(assembly, token, types, methods, error);
    return method ? reflection_method(method, NULL) : NULL;
}

static Array *resolve_signature(const Assembly *assembly, uint32_t token,
                                int32_t *error)
{
    *error = TOKEN_BAD_TABLE;
    if (TOKEN_TABLE(token) != TABLE_StandAloneSig ||
        !token_exists(assembly, token, error))
        return NULL;
    Bytes blob = image_get_blob(assembly->image, TABLE_StandAloneSig, TOKEN_RID(token),
                                COL_StandAloneSig_Signature);
    Array *array = array_new_of(vm.world->known.u1, (int64_t)blob.size);
    if (array && blob.size)
        memcpy(array->data, blob.data, blob.size);
    return array;
}

static void pe_kind(const Assembly *assembly, int32_t *kind, int32_t *machine)
{
    enum { IL_ONLY = 1, REQUIRED_32 = 2, PE32_PLUS = 4, CLI_32BIT_REQUIRED = 2 };
    enum { MACHINE_I386 = 0x14c, MACHINE_AMD64 = 0x8664 };
    *kind = (int32_t)(assembly->image->cli_flags & IL_ONLY);
    if (assembly->image->cli_flags & CLI_32BIT_REQUIRED)
        *kind |= REQUIRED_32;
    if (assembly->image->is_pe32_plus)
        *kind |= PE32_PLUS;
    *machine = assembly->image->is_pe32_plus ? MACHINE_AMD64 : MACHINE_I386;
}

const IcallRow icalls_runtime_module[] = {
    ICALL("get_MetadataToken", NULL, metadata_token),
    ICALL("GetMDStreamVersion", NULL, stream_version),
    ICALL("InternalGetTypes", NULL, internal_types),
    ICALL("GetHINSTANCE", NULL, hinstance),
    ICALL("GetGuidInternal", NULL, guid),
    ICALL("GetGlobalType", NULL, global_type),
    ICALL("ResolveTypeToken", NULL, resolve_type),
    ICALL("ResolveMethodToken", NULL, resolve_method),
    ICALL("ResolveFieldToken", NULL, resolve_field),
    ICALL("ResolveStringToken", NULL, resolve_string),
    ICALL("ResolveMemberToken", NULL, resolve_member),
    ICALL("ResolveSignature", NULL, resolve_signature),
    ICALL("GetPEKind", NULL, pe_kind),
    ICALLS_END,
};
