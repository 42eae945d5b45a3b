/* emit_module.c - System.Reflection.Emit.RuntimeModuleBuilder: tokens for what its code
 * names. */
#include <stdlib.h>
#include <string.h>

#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/reflection/assembly_parts.h"
#include "loader/library/coreclr/reflection/emit.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"

/* -- types --------------------------------------------------------------------- */

uint32_t emit_type_token(Assembly *assembly, Type *def, Err *err)
{
    uint32_t cells[EMIT_CELLS] = {0};
    if (def->assembly == assembly)
        return def->token;
    if (def->declaring) {
        cells[COL_TypeRef_ResolutionScope] =
            emit_type_token(assembly, def->declaring, err);
    } else {
        uint32_t ref = assembly_add_ref(assembly, def->assembly, err);
        cells[COL_TypeRef_ResolutionScope] = ref ? TOKEN(TABLE_AssemblyRef, ref) : 0;
    }
    if (!cells[COL_TypeRef_ResolutionScope] ||
        !growing_string(assembly->image, def->name, &cells[COL_TypeRef_TypeName],
                        err) ||
        !growing_string(assembly->image, def->declaring ? "" : def->name_space,
                        &cells[COL_TypeRef_TypeNamespace], err))
        return 0;
    uint32_t rid = assembly_add_row(assembly, TABLE_TypeRef, 0, cells, err);
    return rid ? TOKEN(TABLE_TypeRef, rid) : 0;
}

/* Without the backslashes before what has a meaning in names; in place. */
static void unescape(char *name)
{
    char *to = name;
    for (const char *at = name; *at; at++) {
        if (*at == '\\' && at[1] && strchr(",[]&*+\\", at[1]))
            at++;
        *to++ = *at;
    }
    *to = 0;
}

/* A TypeDef by its cells; of all rows, made or not. */
static uint32_t find_own(Assembly *assembly, EmitName name, uint32_t enclosing)
{
    const Image *image = assembly->image;
    for (uint32_t rid = image_rows(image, TABLE_TypeDef); rid > 1; rid--)
        if (image_get(image, TABLE_TypeDef, rid, COL_TypeDef_TypeName) == name.name &&
            image_get(image, TABLE_TypeDef, rid, COL_TypeDef_TypeNamespace) ==
                name.space &&
            image_enclosing(image, rid) == enclosing)
            return TOKEN(TABLE_TypeDef, rid);
    exception_set("System.TypeLoadException", NULL);
    return 0;
}

/* Names of heaps are offsets, so equal ones are equal numbers. Nested types have no
 * namespace. */
static uint32_t type_ref(Assembly *assembly, const char *full, Assembly *to,
                         uint32_t scope)
{
    Err err = ERR_INIT;
    EmitName name = {0, 0};
    bool ok = TOKEN_RID(scope)
                  ? growing_string(assembly->image, full, &name.name, &err) ||
                        exception_set_err(&err)
                  : emit_type_name(assembly, full, &name);
    if (!ok)
        return 0;
    if (to == assembly)
        return find_own(assembly, name, TOKEN_RID(scope));
    if (!TOKEN_RID(scope)) {
        uint32_t ref = assembly_add_ref(assembly, to, &err);
        if (!ref) {
            exception_set_err(&err);
            return 0;
        }
        scope = TOKEN(TABLE_AssemblyRef, ref);
    }
    const uint32_t cells[EMIT_CELLS] = {scope, name.name, name.space};
    uint32_t rid = emit_row_once(assembly, TABLE_TypeRef, cells);
    return rid ? TOKEN(TABLE_TypeRef, rid) : 0;
}

static int32_t get_type_ref(Object **keep, Assembly *assembly, const uint16_t *name,
                            Object **keep_to, Assembly *to, int32_t scope)
{
    (void)keep, (void)keep_to;
    char *full = name ? utf8_of_units(name) : NULL;
    if (!full) {
        if (!exception_pending())
            exception_argument_null("strFullName");
        return 0;
    }
    unescape(full);
    uint32_t token = type_ref(assembly, full, to, (uint32_t)scope);
    free(full);
    return (int32_t)token;
}

/* A row of a table that has but a signature, or that ends in one. */
static uint32_t sig_row(Assembly *assembly, TableId table, uint32_t *cells, int column,
                        Bytes sig)
{
    if (!emit_blob(assembly, sig.data, (int32_t)sig.size, &cells[column]))
        return 0;
    uint32_t rid = emit_row_once(assembly, table, cells);
    return rid ? TOKEN(table, rid) : 0;
}

static Bytes bytes_of(const uint8_t *data, int32_t size)
{
    return (Bytes){data, data && size > 0 ? (size_t)size : 0};
}

static int32_t get_type_spec(Object **keep, Assembly *assembly, const uint8_t *sig,
                             int32_t size)
{
    (void)keep;
    uint32_t cells[EMIT_CELLS] = {0};
    return (int32_t)sig_row(assembly, TABLE_TypeSpec, cells, COL_TypeSpec_Signature,
                            bytes_of(sig, size));
}

static int32_t get_signature(Object **keep, Assembly *assembly, const uint8_t *sig,
                             int32_t size)
{
    (void)keep;
    uint32_t cells[EMIT_CELLS] = {0};
    return (int32_t)sig_row(assembly, TABLE_StandAloneSig, cells,
                            COL_StandAloneSig_Signature, bytes_of(sig, size));
}

static int32_t define_method_spec(Object **keep, Assembly *assembly, int32_t method,
                                  const uint8_t *sig, int32_t size)
{
    (void)keep;
    uint32_t cells[EMIT_CELLS] = {(uint32_t)method};
    return (int32_t)sig_row(assembly, TABLE_MethodSpec, cells,
                            COL_MethodSpec_Instantiation, bytes_of(sig, size));
}

/* -- members ------------------------------------------------------------------- */

static uint32_t member_ref(Assembly *assembly, uint32_t class, const char *name,
                           Bytes sig)
{
    Err err = ERR_INIT;
    uint32_t cells[EMIT_CELLS] = {class};
    if (!growing_string(assembly->image, name, &cells[COL_MemberRef_Name], &err)) {
        exception_set_err(&err);
        return 0;
    }
    return sig_row(assembly, TABLE_MemberRef, cells, COL_MemberRef_Signature, sig);
}

/* One whose name and signature another module has. */
static uint32_t member_ref_from(Assembly *assembly, uint32_t class, Assembly *from,
                                const char *name, Bytes sig)
{
    Err err = ERR_INIT;
    Buffer own = BUFFER_INIT;
    uint32_t token = 0;
    if (emit_sig_translate(from, sig, assembly, &own, &err))
        token = member_ref(assembly, class, name, buffer_bytes(&own));
    else
        exception_set_err(&err);
    buffer_free(&own);
    return token;
}

/* def: a MethodDef or Field token of the module. */
static int32_t ref_of_def(Assembly *assembly, uint32_t class, Assembly *from,
                          uint32_t def)
{
    bool is_method = TOKEN_TABLE(def) == TABLE_MethodDef;
    TableId table = is_method ? TABLE_MethodDef : TABLE_Field;
    int name = is_method ? COL_MethodDef_Name : COL_Field_Name;
    int sig = is_method ? COL_MethodDef_Signature : COL_Field_Signature;
    return (int32_t)member_ref_from(
        assembly, class, from,
        image_get_string(from->image, table, TOKEN_RID(def), name),
        image_get_blob(from->image, table, TOKEN_RID(def), sig));
}

static int32_t get_member_ref(Object **keep, Assembly *assembly, Object **keep_from,
                              Assembly *from, int32_t class, int32_t def)
{
    (void)keep, (void)keep_from;
    return ref_of_def(assembly, (uint32_t) class, from, (uint32_t)def);
}

static int32_t get_method_ref(Object **keep, Assembly *assembly, int32_t class,
                              Method *method)
{
    (void)keep;
    if (!method) {
        exception_argument_null("method");
        return 0;
    }
    if (method->type->assembly == assembly)
        return (int32_t)method->token;
    return ref_of_def(assembly, (uint32_t) class, method->type->assembly,
                      method->token);
}

static int32_t get_field_ref(Object **keep, Assembly *assembly, int32_t class,
                             Object **keep_type, void *handle, int32_t field)
{
    (void)keep, (void)keep_type;
    if (TOKEN_TABLE((uint32_t) class) == TABLE_TypeDef)
        return field;
    return ref_of_def(assembly, (uint32_t) class, type_of_handle(handle)->assembly,
                      (uint32_t)field);
}

static int32_t get_named_ref(Object **keep, Assembly *assembly, int32_t class,
                             const uint16_t *name, const uint8_t *sig, int32_t size)
{
    (void)keep;
    char *text = name ? utf8_of_units(name) : NULL;
    uint32_t token = 0;
    if (text)
        token = member_ref(assembly, (uint32_t) class, text, bytes_of(sig, size));
    else if (!exception_pending())
        exception_argument_null("name");
    free(text);
    return (int32_t)token;
}

/* -- strings ------------------------------------------------------------------- */

static int32_t get_string(Object **keep, Assembly *assembly, const uint16_t *text,
                          int32_t length)
{
    (void)keep;
    Err err = ERR_INIT;
    uint32_t offset;
    Bytes units = {(const uint8_t *)text, 2 * (size_t)length};
    if (growing_user_string(assembly->image, units, &offset, &err))
        return (int32_t)TOKEN(TOKEN_UserString, offset);
    exception_set_err(&err);
    return 0;
}

const QcallRow qcalls_emit_module[] = {
    QCALL(ModuleBuilder_GetArrayMethodToken, get_named_ref),
    QCALL(ModuleBuilder_GetMemberRef, get_member_ref),
    QCALL(ModuleBuilder_GetMemberRefFromSignature, get_named_ref),
    QCALL(ModuleBuilder_GetMemberRefOfFieldInfo, get_field_ref),
    QCALL(ModuleBuilder_GetMemberRefOfMethodInfo, get_method_ref),
    QCALL(ModuleBuilder_GetStringConstant, get_string),
    QCALL(ModuleBuilder_GetTokenFromTypeSpec, get_type_spec),
    QCALL(ModuleBuilder_GetTypeRef, get_type_ref),
    QCALL(TypeBuilder_DefineMethodSpec, define_method_spec),
    QCALL(TypeBuilder_GetTokenFromSig, get_signature),
    QCALLS_END,
};
