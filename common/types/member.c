/* member.c - methods and fields by token and by name (ECMA-335 II.22.25, II.22.29).
 *
 * A MemberRef's signature is written in terms of its class's own generic parameters, so
 * it is compared with definitions as both stand, VAR and MVAR in place. Where the
 * member is found in a base class, both are compared after substitution. */
#include <string.h>

#include "common/base/check.h"
#include "common/types/types_private.h"
#include "common/types/words.h"

typedef struct MethodQuery {
    const char *name;
    const MethodSig *open; /* as the MemberRef has it */
    const MethodSig
        *exact;  /* substituted by the class's arguments; NULL: not made yet */
    Type *start; /* where the search begins */
    World *world;
} MethodQuery;

/* Call sites of vararg methods list more parameters than the method has. */
static bool sig_matches(const MethodSig *wanted, const Method *method,
                        const MethodSig *sig)
{
    if (wanted->kind != SIG_VARARG || sig->kind != SIG_VARARG)
        return sig_equal(wanted, sig);
    MethodSig fixed = *wanted, own = *sig;
    if (wanted->sentinel >= 0)
        fixed.n_params = (uint16_t)wanted->sentinel;
    if (method_takes_varargs(method, sig))
        own.n_params--;
    return sig_equal(&fixed, &own);
}

static const MethodSig *query_exact(MethodQuery *q, Err *err)
{
    if (!q->exact) {
        GenericContext ctx = type_context(q->start);
        world_lock(q->world);
        q->exact = sig_substitute(q->world, q->open, &ctx, err);
        world_unlock(q->world);
    }
    return q->exact;
}

/* Is method what the query asks for: 1, 0, or -1 with err set. */
static int query_matches(MethodQuery *q, Method *method, Err *err)
{
    if (strcmp(method->name, q->name) || method->n_args != q->open->n_generic)
        return 0;
    const MethodSig *sig;
    if (method->type->def == q->start->def && q->exact != q->open) {
        sig = method_sig(method->def, err);
        return sig ? sig_matches(q->open, method, sig) : -1;
    }
    const MethodSig *exact = query_exact(q, err);
    sig = exact ? method_sig(method, err) : NULL;
    return sig ? sig_matches(exact, method, sig) : -1;
}

/* Own methods of one type. False with err set; *found stays NULL when there is none. */
static bool search_type(MethodQuery *q, Type *type, Method **found, Err *err)
{
    world_lock(type->world);
    bool ok = type_do(type, PHASE_METHODS, err);
    world_unlock(type->world);
    for (uint32_t i = 0; ok && !*found && i < type->n_methods; i++) {
        int match = query_matches(q, type->methods[i], err);
        ok = match >= 0;
        if (match > 0)
            *found = type->methods[i];
    }
    return ok;
}

static bool search_bases(MethodQuery *q, Method **found, Err *err)
{
    Type *type = q->start;
    if (!search_type(q, type, found, err))
        return false;
    if (*found || *q->name == '.')
        return true;
    if (!type_load(type, LEVEL_PARENTS, err))
        return false;
    for (Type *base = type->parent; base && !*found; base = base->parent)
        if (!search_type(q, base, found, err))
            return false;
    if (!(type->bits & TYPE_BIT_INTERFACE))
        return true;
    for (uint32_t i = 0; i < type->n_interfaces && !*found; i++)
        if (!search_type(q, type->interfaces[i], found, err))
            return false;
    return *found || search_type(q, type->world->known.object, found, err);
}

static Method *missing_method(const MethodQuery *q, Err *err)
{
    Arena scratch = ARENA_INIT;
    const char *const args[WORDS_ARGS] = {
        words_signature(&scratch, q->start, q->name, q->open)};
    err_words(err, ERR_MISSING_METHOD, q->world, WORDS_METHOD_NOT_FOUND, args);
    arena_free(&scratch);
    return NULL;
}

Method *type_find_method(Type *type, const char *name, int n_params)
{
    check_that(type_level(type) >= LEVEL_READY || type->phases & PHASE_METHODS);
    for (uint32_t i = 0; i < type->n_methods; i++) {
        Err ignored = ERR_INIT;
        Method *method = type->methods[i];
        if (strcmp(method->name, name))
            continue;
        const MethodSig *sig = n_params < 0 ? NULL : method_sig(method, &ignored);
        if (n_params < 0 || (sig && sig->n_params == n_params))
            return method;
    }
    return NULL;
}

Method *type_find_method_sig(Type *type, const char *name, const MethodSig *sig,
                             Err *err)
{
    MethodQuery q = {name, sig, sig, type, type->world};
    Method *found = NULL;
    bool ok = search_bases(&q, &found, err);
    return ok ? found : NULL;
}

/* -- MemberRefs ---------------------------------------------------------------- */

/* The type that a MemberRef's parent token names; NULL with err set. */
static Type *memberref_class(Assembly *assembly, uint32_t class,
                             const GenericContext *ctx, Err *err)
{
    if (TOKEN_TABLE(class) == TABLE_ModuleRef)
        return assembly_type(assembly, 1);
    return type_from_token(assembly, class, ctx, err);
}

/* Arrays have no generic parameters: there VAR and MVAR are those of the code that
 * holds the MemberRef. */
static Method *memberref_in_class(Assembly *assembly, uint32_t rid, Type *type,
                                  const GenericContext *ctx, MethodSig **site_sig,
                                  Err *err)
{
    const Image *image = assembly->image;
    Arena scratch = ARENA_INIT;
    bool is_array = type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY;
    Cursor c = cursor_open(
        image_get_blob(image, TABLE_MemberRef, rid, COL_MemberRef_Signature));
    Method *method = NULL;
    MethodSig *sig = sig_read(assembly, &c, is_array ? ctx : NULL, &scratch, err);
    MethodQuery q = {
        .name = image_get_string(image, TABLE_MemberRef, rid, COL_MemberRef_Name),
        .open = sig,
        .exact = is_array ? sig : NULL,
        .start = type,
        .world = type->world,
    };
    if (sig && search_bases(&q, &method, err) && !method)
        missing_method(&q, err);
    if (method && sig->kind == SIG_VARARG && site_sig) {
        *site_sig = NULL;
        const MethodSig *exact = query_exact(&q, err);
        if (exact)
            *site_sig = (MethodSig *)exact;
        else
            method = NULL;
    }
    arena_free(&scratch);
    return err->kind == ERR_NONE ? method : NULL;
}

static Method *method_from_memberref(Assembly *assembly, uint32_t rid,
                                     const GenericContext *ctx, MethodSig **site_sig,
                                     Err *err)
{
    const Image *image = assembly->image;
    uint32_t class = image_get(image, TABLE_MemberRef, rid, COL_MemberRef_Class);
    if (!rid || rid > image_rows(image, TABLE_MemberRef)) {
        err_set(err, ERR_BAD_IMAGE, "%s: bad MemberRef %u", assembly->name, rid);
        return NULL;
    }
    if (TOKEN_TABLE(class) != TABLE_MethodDef) {
        Type *type = memberref_class(assembly, class, ctx, err);
        return type ? memberref_in_class(assembly, rid, type, ctx, site_sig, err)
                    : NULL;
    }
    Method *method = assembly_method(assembly, TOKEN_RID(class), err);
    if (method && site_sig) {
        Bytes blob =
            image_get_blob(image, TABLE_MemberRef, rid, COL_MemberRef_Signature);
        *site_sig = sig_from_blob(assembly, blob, ctx, err);
        const MethodSig *own = *site_sig ? method_sig(method, err) : NULL;
        if (!own)
            return NULL;
        if (!sig_matches(*site_sig, method, own)) {
            err_set(err, ERR_BAD_IMAGE,
                    "%s: the signature of MemberRef %u is not that of its method "
                    "(ECMA-335 II.22.25)",
                    assembly->name, rid);
            return NULL;
        }
    }
    return method;
}

/* II.23.2.15. */
static Method *method_from_spec(Assembly *assembly, uint32_t rid,
                                const GenericContext *ctx, Err *err)
{
    const Image *image = assembly->image;
    uint32_t token = image_get(image, TABLE_MethodSpec, rid, COL_MethodSpec_Method);
    if (TOKEN_TABLE(token) != TABLE_MethodDef &&
        TOKEN_TABLE(token) != TABLE_MemberRef) {
        err_set(err, ERR_BAD_IMAGE, "%s: bad MethodSpec %u", assembly->name, rid);
        return NULL;
    }
    Method *method = method_from_token(assembly, token, ctx, NULL, err);
    if (!method)
        return NULL;
    Cursor c = cursor_open(
        image_get_blob(image, TABLE_MethodSpec, rid, COL_MethodSpec_Instantiation));
    uint8_t kind = cursor_u8(&c);
    uint32_t n = cursor_compressed(&c), i = 0;
    if (c.failed || kind != SIG_GENERICINST || n > cursor_left(&c)) {
        err_set(err, ERR_BAD_IMAGE, "%s: bad signature of MethodSpec %u",
                assembly->name, rid);
        return NULL;
    }
    Arena scratch = ARENA_INIT;
    Type **args = arena_array(&scratch, Type *, n);
    while (i < n && (args[i] = type_from_sig(assembly, &c, ctx, NULL, err)))
        i++;
    method = i == n ? method_instance(method, args, n, err) : NULL;
    arena_free(&scratch);
    return method;
}

Method *method_from_token(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                          MethodSig **site_sig, Err *err)
{
    if (site_sig)
        *site_sig = NULL;
    if (assembly->dynamic)
        return dynamic_ref(assembly, token, DYNAMIC_METHOD, err);
    switch (TOKEN_TABLE(token)) {
    case TABLE_MethodDef:
        return assembly_method(assembly, TOKEN_RID(token), err);
    case TABLE_MemberRef:
        return method_from_memberref(assembly, TOKEN_RID(token), ctx, site_sig, err);
    case TABLE_MethodSpec:
        return method_from_spec(assembly, TOKEN_RID(token), ctx, err);
    default:
        err_set(err, ERR_BAD_IMAGE, "%s: %08x is not a method token", assembly->name,
                token);
        return NULL;
    }
}

/* -- Fields -------------------------------------------------------------------- */

static Field *missing_field(const Type *type, const char *name, Err *err)
{
    Arena scratch = ARENA_INIT;
    const char *const args[WORDS_ARGS] = {words_type(&scratch, type), name};
    err_words(err, ERR_MISSING_FIELD, type->world, WORDS_FIELD_NOT_FOUND, args);
    arena_free(&scratch);
    return NULL;
}

static Field *fielddef(Assembly *assembly, uint32_t rid, Err *err)
{
    const Image *image = assembly->image;
    uint32_t owner = 0;
    if (rid && rid <= image_rows(image, TABLE_Field))
        owner = image_list_owner(image, TABLE_TypeDef, COL_TypeDef_FieldList,
                                 TABLE_Field, rid);
    if (!owner || owner > image_rows(image, TABLE_TypeDef)) {
        err_set(err, ERR_BAD_IMAGE, "%s: bad Field %u", assembly->name, rid);
        return NULL;
    }
    Type *type = assembly_type(assembly, owner);
    if (!type_load(type, LEVEL_LAYOUT, err))
        return NULL;
    uint32_t token = TOKEN(TABLE_Field, rid), n = type->n_fields;
    uint32_t guess = n ? token - type->fields[0].token : 0; /* right without FieldPtr */
    if (guess < n && type->fields[guess].token == token)
        return &type->fields[guess];
    for (uint32_t i = 0; i < n; i++)
        if (type->fields[i].token == token)
            return &type->fields[i];
    return missing_field(
        type, image_get_string(image, TABLE_Field, rid, COL_Field_Name), err);
}

typedef struct FieldQuery {
    const char *name;
    Type *open; /* as the MemberRef has it */
    uint64_t mods;
} FieldQuery;

static Field *field_in_class(Type *start, const FieldQuery *q, Err *err)
{
    GenericContext ctx = type_context(start);
    Type *exact = type_substitute(q->open, &ctx, err);
    if (!exact || !type_load(start, LEVEL_LAYOUT, err))
        return NULL;
    for (Type *type = start; type; type = type->parent)
        for (uint32_t i = 0; i < type->n_fields; i++) {
            Field *field = &type->fields[i];
            if (!strcmp(field->name, q->name) && field->mods == q->mods &&
                (field->type == exact ||
                 (type == start && field->def->type == q->open)))
                return field;
        }
    return missing_field(start, q->name, err);
}

static Field *field_from_memberref(Assembly *assembly, uint32_t rid,
                                   const GenericContext *ctx, Err *err)
{
    const Image *image = assembly->image;
    uint32_t class = image_get(image, TABLE_MemberRef, rid, COL_MemberRef_Class);
    Cursor c = cursor_open(
        image_get_blob(image, TABLE_MemberRef, rid, COL_MemberRef_Signature));
    if (!rid || rid > image_rows(image, TABLE_MemberRef) ||
        (cursor_u8(&c) & SIG_KIND_MASK) != SIG_FIELD) {
        err_set(err, ERR_BAD_IMAGE, "%s: MemberRef %u is not of a field",
                assembly->name, rid);
        return NULL;
    }
    Type *type = memberref_class(assembly, class, ctx, err);
    FieldQuery q = {
        .name = image_get_string(image, TABLE_MemberRef, rid, COL_MemberRef_Name)};
    if (type)
        q.open = sig_read_field(assembly, &c, NULL, &q.mods, err);
    return q.open ? field_in_class(type, &q, err) : NULL;
}

Field *field_from_token(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                        Err *err)
{
    if (assembly->dynamic)
        return dynamic_ref(assembly, token, DYNAMIC_FIELD, err);
    if (TOKEN_TABLE(token) == TABLE_Field)
        return fielddef(assembly, TOKEN_RID(token), err);
    if (TOKEN_TABLE(token) == TABLE_MemberRef)
        return field_from_memberref(assembly, TOKEN_RID(token), ctx, err);
    err_set(err, ERR_BAD_IMAGE, "%s: %08x is not a field token", assembly->name, token);
    return NULL;
}

uint32_t method_param_row(const Method *method, uint32_t sequence)
{
    const Image *image = method->type->assembly->image;
    uint32_t first, end;
    if (!method->token)
        return 0;
    image_list(image, TABLE_MethodDef, TOKEN_RID(method->token),
               COL_MethodDef_ParamList, TABLE_Param, &first, &end);
    for (uint32_t at = first; at < end; at++) {
        uint32_t rid = image_list_row(image, TABLE_Param, at);
        if (image_get(image, TABLE_Param, rid, COL_Param_Sequence) == sequence)
            return rid;
    }
    return 0;
}
