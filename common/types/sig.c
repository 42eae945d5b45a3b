/* sig.c - types, methods and locals out of signature blobs (ECMA-335 II.23.2). */
#include <stddef.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/types/types_private.h"

enum { MAX_SIG_DEPTH = 200, MAX_RANK = 32 };

typedef struct SigReader {
    Assembly *assembly;
    Cursor *c;
    const GenericContext *ctx;
    Arena *arena; /* of the parameter lists */
    int depth;
    uint64_t path; /* where in the signature: which parameter, which part of its type */
    uint64_t mods; /* hash of the custom modifiers so far, with their places */
} SigReader;

static Type *read_type(SigReader *r, bool *pinned, Err *err);
static MethodSig *read_method_sig(SigReader *r, Err *err);

/* KnownTypes member of each primitive element type, plus one. */
#define PRIMITIVE(member) (uint16_t)(offsetof(KnownTypes, member) + 1)
static const uint16_t primitives[ELEMENT_OBJECT + 1] = {
    [ELEMENT_VOID] = PRIMITIVE(void_),    [ELEMENT_BOOLEAN] = PRIMITIVE(boolean),
    [ELEMENT_CHAR] = PRIMITIVE(char_),    [ELEMENT_I1] = PRIMITIVE(i1),
    [ELEMENT_U1] = PRIMITIVE(u1),         [ELEMENT_I2] = PRIMITIVE(i2),
    [ELEMENT_U2] = PRIMITIVE(u2),         [ELEMENT_I4] = PRIMITIVE(i4),
    [ELEMENT_U4] = PRIMITIVE(u4),         [ELEMENT_I8] = PRIMITIVE(i8),
    [ELEMENT_U8] = PRIMITIVE(u8),         [ELEMENT_R4] = PRIMITIVE(r4),
    [ELEMENT_R8] = PRIMITIVE(r8),         [ELEMENT_I] = PRIMITIVE(i),
    [ELEMENT_U] = PRIMITIVE(u),           [ELEMENT_STRING] = PRIMITIVE(string),
    [ELEMENT_OBJECT] = PRIMITIVE(object), [ELEMENT_TYPEDBYREF] = PRIMITIVE(typedref),
};

static void *bad_sig(SigReader *r, const char *what, Err *err)
{
    err_set(err, ERR_BAD_IMAGE, "%s: bad signature: %s", r->assembly->name, what);
    return NULL;
}

/* II.23.2.8 TypeDefOrRefOrSpecEncoded. */
static uint32_t read_token(SigReader *r)
{
    static const uint8_t tables[] = {TABLE_TypeDef, TABLE_TypeRef, TABLE_TypeSpec, 0};
    uint32_t coded = cursor_compressed(r->c);
    return TOKEN(tables[coded & 3], coded >> 2);
}

static Type *read_named(SigReader *r, Err *err)
{
    uint32_t token = read_token(r);
    if (r->c->failed || TOKEN_TABLE(token) == TABLE_TypeSpec)
        return bad_sig(r, "class token", err);
    return type_from_token(r->assembly, token, NULL, err);
}

/* -- Custom modifiers (II.23.2.7): part of a signature and of no type ------------ */

/* By name, the same in every assembly and process. */
static uint64_t modifier_hash(Assembly *assembly, uint32_t token, int depth)
{
    const Image *image = assembly->image;
    uint32_t rid = TOKEN_RID(token);
    TableId table = TOKEN_TABLE(token);
    if (table == TABLE_TypeSpec || !rid || rid > image_rows(image, table) ||
        depth > MAX_NESTING) {
        Err ignored = ERR_INIT;
        Type *type = depth > MAX_NESTING
                         ? NULL
                         : type_from_token(assembly, token, NULL, &ignored);
        Arena scratch = ARENA_INIT;
        uint64_t hash = type ? hash_str(type_name(&scratch, type)) : 0;
        arena_free(&scratch);
        return hash;
    }
    bool is_def = table == TABLE_TypeDef;
    uint32_t outer =
        is_def ? TOKEN(TABLE_TypeDef, image_enclosing(image, rid))
               : image_get(image, TABLE_TypeRef, rid, COL_TypeRef_ResolutionScope);
    uint64_t hash = hash_mix(
        hash_str(image_get_string(
            image, table, rid, is_def ? COL_TypeDef_TypeName : COL_TypeRef_TypeName)),
        hash_str(image_get_string(image, table, rid,
                                  is_def ? COL_TypeDef_TypeNamespace
                                         : COL_TypeRef_TypeNamespace)));
    bool nested = TOKEN_RID(outer) && TOKEN_TABLE(outer) == table;
    return nested ? hash_mix(hash, modifier_hash(assembly, outer, depth + 1)) : hash;
}

static void read_modifier(SigReader *r, uint8_t kind)
{
    uint32_t token = read_token(r);
    if (r->c->failed)
        return;
    uint64_t hash = hash_mix(kind, modifier_hash(r->assembly, token, 0));
    r->mods = hash_mix(hash_mix(r->mods, r->path), hash);
}

/* The type that is part `number` of the one being read. */
static Type *read_part(SigReader *r, uint32_t number, Err *err)
{
    uint64_t path = r->path;
    r->path = hash_mix(path, number + 1);
    Type *type = read_type(r, NULL, err);
    r->path = path;
    return type;
}

/* -- Types --------------------------------------------------------------------- */

/* II.23.2.12: only GENERICINST names a generic type. */
static Type *read_plain(SigReader *r, Err *err)
{
    Type *type = read_named(r, err);
    if (type && type->bits & TYPE_BIT_GENERIC_DEF) {
        type_fail(type, err, "it is used without arguments (ECMA-335 II.23.2.12)");
        return NULL;
    }
    return type;
}

/* The element of an array, pointer or reference: not void (but for pointers), not a
 * reference. */
static Type *read_element(SigReader *r, bool void_too, Err *err)
{
    Type *elem = read_part(r, 0, err);
    if (!elem)
        return NULL;
    if (elem->element == ELEMENT_BYREF ||
        (elem->element == ELEMENT_VOID && !void_too)) {
        err_set(err, ERR_TYPE_LOAD, "%s: array of or reference to a %s",
                r->assembly->name,
                elem->element == ELEMENT_VOID ? "void" : "reference");
        return NULL;
    }
    return elem;
}

static Type *read_array(SigReader *r, Err *err)
{
    Type *elem = read_element(r, false, err);
    if (!elem)
        return NULL;
    uint32_t rank = cursor_compressed(r->c);
    for (int lists = 0; lists < 2; lists++) { /* sizes, lower bounds: not in the type */
        uint32_t n = cursor_compressed(r->c);
        for (uint32_t i = 0; i < n && !r->c->failed; i++)
            cursor_compressed(r->c);
    }
    if (r->c->failed || !rank)
        return bad_sig(r, "array shape", err);
    if (rank > MAX_RANK) {
        err_set(err, ERR_TYPE_LOAD, "%s: an array has too many dimensions",
                r->assembly->name);
        return NULL;
    }
    return type_array(elem, rank);
}

static Type *read_instance(SigReader *r, Err *err)
{
    uint8_t kind = cursor_u8(r->c);
    if (kind != ELEMENT_CLASS && kind != ELEMENT_VALUETYPE)
        return bad_sig(r, "generic instance of what is not a class", err);
    Type *def = read_named(r, err);
    if (!def)
        return NULL;
    uint32_t n = cursor_compressed(r->c);
    if (r->c->failed || n > MAX_GENERIC_PARAMS)
        return bad_sig(r, "number of generic arguments", err);
    Type *few[8];
    Arena scratch = ARENA_INIT;
    Type **args = n <= 8 ? few : arena_array(&scratch, Type *, n);
    Type *type = NULL;
    uint32_t i = 0;
    while (i < n && (args[i] = read_part(r, i, err)))
        i++;
    if (i == n)
        type = type_instance(def, args, n, err);
    arena_free(&scratch);
    return type;
}

static Type *read_var(SigReader *r, bool method, Err *err)
{
    uint32_t index = cursor_compressed(r->c);
    if (r->c->failed || index >= 0x10000)
        return bad_sig(r, "generic parameter", err);
    Type **args = NULL;
    uint32_t n = 0;
    if (r->ctx) {
        args = method ? r->ctx->method_args : r->ctx->class_args;
        n = method ? r->ctx->n_method : r->ctx->n_class;
    }
    if (!args)
        return type_var(r->assembly->world, method, index);
    if (index >= n)
        return bad_sig(r, "generic parameter out of range", err);
    return args[index];
}

static Type *read_fnptr(SigReader *r, Err *err)
{
    Arena scratch = ARENA_INIT;
    Arena *old = r->arena;
    r->arena = &scratch;
    MethodSig *sig = read_method_sig(r, err);
    if (sig)
        sig->mods = 0;
    Type *type = sig ? type_fnptr(r->assembly->world, sig) : NULL;
    r->arena = old;
    arena_free(&scratch);
    return type;
}

static Type *read_constructed(SigReader *r, uint8_t element, Err *err)
{
    Type *elem;
    switch (element) {
    case ELEMENT_CLASS:
    case ELEMENT_VALUETYPE:
        return read_plain(r, err);
    case ELEMENT_GENERICINST:
        return read_instance(r, err);
    case ELEMENT_SZARRAY:
        elem = read_element(r, false, err);
        return elem ? type_szarray(elem) : NULL;
    case ELEMENT_ARRAY:
        return read_array(r, err);
    case ELEMENT_PTR:
        elem = read_element(r, true, err);
        return elem ? type_ptr(elem) : NULL;
    case ELEMENT_BYREF:
        elem = read_element(r, false, err);
        return elem ? type_byref(elem) : NULL;
    case ELEMENT_VAR:
    case ELEMENT_MVAR:
        return read_var(r, element == ELEMENT_MVAR, err);
    case ELEMENT_FNPTR:
        return read_fnptr(r, err);
    default:
        return bad_sig(r, "unknown element type", err);
    }
}

static Type *read_type(SigReader *r, bool *pinned, Err *err)
{
    uint8_t element = cursor_u8(r->c);
    while (element == ELEMENT_CMOD_REQD || element == ELEMENT_CMOD_OPT ||
           element == ELEMENT_PINNED) {
        if (element != ELEMENT_PINNED)
            read_modifier(r, element);
        else if (pinned)
            *pinned = true;
        element = cursor_u8(r->c);
    }
    if (r->c->failed)
        return bad_sig(r, "cut off", err);
    if (element <= ELEMENT_OBJECT && primitives[element]) {
        const KnownTypes *known = &r->assembly->world->known;
        Type *type = *(Type *const *)((const char *)known + primitives[element] - 1);
        return type ? type : bad_sig(r, "no class library is loaded", err);
    }
    if (++r->depth > MAX_SIG_DEPTH)
        return bad_sig(r, "too deep", err);
    Type *type = read_constructed(r, element, err);
    r->depth--;
    return type;
}

Type *type_from_sig(Assembly *assembly, Cursor *sig, const GenericContext *ctx,
                    bool *pinned, Err *err)
{
    SigReader r = {.assembly = assembly, .c = sig, .ctx = ctx};
    if (pinned)
        *pinned = false;
    return read_type(&r, pinned, err);
}

Type *sig_read_field(Assembly *assembly, Cursor *sig, const GenericContext *ctx,
                     uint64_t *mods, Err *err)
{
    SigReader r = {.assembly = assembly, .c = sig, .ctx = ctx};
    Type *type = read_type(&r, NULL, err);
    *mods = r.mods;
    return type;
}

/* II.23.2.1 to 3. */
static MethodSig *read_method_sig(SigReader *r, Err *err)
{
    uint8_t first = cursor_u8(r->c);
    uint8_t kind = first & SIG_KIND_MASK;
    if (kind > SIG_VARARG && kind != SIG_UNMANAGED)
        return bad_sig(r, "not of a method", err);
    MethodSig *sig = arena_new(r->arena, MethodSig);
    sig->kind = kind;
    sig->has_this = (first & SIG_HASTHIS) != 0;
    sig->explicit_this = (first & SIG_EXPLICITTHIS) != 0;
    sig->sentinel = -1;
    uint32_t n_generic = first & SIG_GENERIC ? cursor_compressed(r->c) : 0;
    uint32_t n = cursor_compressed(r->c);
    if (r->c->failed || n > cursor_left(r->c) || n > INT16_MAX ||
        n_generic > MAX_GENERIC_PARAMS)
        return bad_sig(r, "number of parameters", err);
    sig->n_generic = (uint16_t)n_generic;
    sig->n_params = (uint16_t)n;
    sig->params = arena_array(r->arena, Type *, n);
    if (!(sig->ret = read_part(r, 0, err)))
        return NULL;
    sig->mods = r->mods;
    for (uint32_t i = 0; i < n; i++) {
        if (cursor_left(r->c) && *r->c->at == ELEMENT_SENTINEL) {
            cursor_u8(r->c);
            if (sig->sentinel < 0)
                sig->sentinel = (int16_t)i;
        }
        if (!(sig->params[i] = read_part(r, i + 1, err)))
            return NULL;
        if (sig->sentinel < 0)
            sig->mods = r->mods;
        if (sig->params[i]->element == ELEMENT_VOID)
            return bad_sig(r, "void parameter", err);
    }
    return sig;
}

MethodSig *sig_read(Assembly *assembly, Cursor *c, const GenericContext *ctx,
                    Arena *arena, Err *err)
{
    SigReader r = {.assembly = assembly, .c = c, .ctx = ctx, .arena = arena};
    return read_method_sig(&r, err);
}

void sig_add_param(World *world, MethodSig *sig, Type *type)
{
    Type **params = arena_array(&world->perm, Type *, sig->n_params + 1u);
    if (sig->n_params)
        memcpy(params, sig->params, sig->n_params * sizeof *params);
    params[sig->n_params++] = type;
    sig->params = params;
}

MethodSig *sig_from_blob(Assembly *assembly, Bytes blob, const GenericContext *ctx,
                         Err *err)
{
    Cursor c = cursor_open(blob);
    world_lock(assembly->world);
    MethodSig *sig = sig_read(assembly, &c, ctx, &assembly->world->perm, err);
    world_unlock(assembly->world);
    return sig;
}

bool sig_equal(const MethodSig *a, const MethodSig *b)
{
    return a->kind == b->kind && a->has_this == b->has_this &&
           a->n_generic == b->n_generic && a->n_params == b->n_params &&
           a->ret == b->ret && a->mods == b->mods &&
           (!a->n_params ||
            !memcmp(a->params, b->params, a->n_params * sizeof *a->params));
}

uint64_t sig_hash(const MethodSig *sig)
{
    uint64_t h = hash_mix(sig->kind | sig->has_this << 8, sig->ret->hash);
    for (uint32_t i = 0; i < sig->n_params; i++)
        h = hash_mix(h, sig->params[i]->hash);
    return h;
}

MethodSig *sig_substitute(World *world, const MethodSig *sig, const GenericContext *ctx,
                          Err *err)
{
    MethodSig *copy = arena_copy(&world->perm, sig, sizeof *sig);
    copy->params = arena_array(&world->perm, Type *, sig->n_params);
    if (!(copy->ret = type_substitute(sig->ret, ctx, err)))
        return NULL;
    for (uint32_t i = 0; i < sig->n_params; i++)
        if (!(copy->params[i] = type_substitute(sig->params[i], ctx, err)))
            return NULL;
    return copy;
}

// NOLINTNEXTLINE(readability-function-size): two results, each an array
bool locals_from_token(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                       Arena *arena, Type ***types, bool **pinned, uint32_t *n,
                       Err *err)
{
    const Image *image = assembly->image;
    *types = NULL;
    *pinned = NULL;
    *n = 0;
    if (!token)
        return true;
    if (assembly->dynamic) {
        const DynamicCode *code = assembly->dynamic;
        *types = arena_copy(arena, code->locals, code->n_locals * sizeof *code->locals);
        *pinned =
            arena_copy(arena, code->pinned, code->n_locals * sizeof *code->pinned);
        *n = code->n_locals;
        return true;
    }
    if (TOKEN_TABLE(token) != TABLE_StandAloneSig)
        return err_set(err, ERR_BAD_IMAGE, "%s: %08x is not a local signature",
                       assembly->name, token);
    Cursor c = cursor_open(image_get_blob(image, TABLE_StandAloneSig, TOKEN_RID(token),
                                          COL_StandAloneSig_Signature));
    SigReader r = {.assembly = assembly, .c = &c, .ctx = ctx, .arena = arena};
    uint8_t kind = cursor_u8(&c);
    uint32_t count = cursor_compressed(&c);
    if (c.failed || kind != SIG_LOCALS || count > cursor_left(&c))
        return bad_sig(&r, "local variables", err), false;
    *types = arena_array(arena, Type *, count);
    *pinned = arena_array(arena, bool, count);
    for (uint32_t i = 0; i < count; i++) {
        if (!((*types)[i] = read_type(&r, &(*pinned)[i], err)))
            return false;
        if ((*types)[i]->element == ELEMENT_VOID)
            return bad_sig(&r, "a local variable of type void", err), false;
    }
    *n = count;
    return true;
}
