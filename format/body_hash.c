/* body_hash.c - what the IL of a method means, as a number.
 *
 * Code that has a copy of another assembly's method in it (inlined, or an instance of
 * its generic method) holds while that method means the same. Its bytes do not tell:
 * whoever puts a class in front of all others gives each token behind it another
 * number, and one string more moves all that follow. So the body is hashed as it reads:
 *
 *   ldstr 0x70000017             "ldstr", the text
 *   call 0x0a000009              "call", type, name, arguments and signature
 *   stsfld 0x04000003            "stsfld", type, name and type of the field
 *   brfalse.s +12                its two bytes
 *   locals 0x11000002            the types of the variables, which are pinned
 *   catch 0x0100001c, 4-20: 31   where it lies, the type
 *
 * Types are known by name, by the assembly that they lie in and by being value types or
 * not; all tokens in signatures are followed, however deep. What a body names and does
 * not find has its message as meaning. The height of the stack means nothing. What says
 * beside the IL how the method is called and what runs before it goes in, too.
 */
#include "common/base/hash.h"
#include "format/facts.h"
#include "format/subject.h"

/* -- Types and signatures ------------------------------------------------------ */

static uint64_t hash_homes(uint64_t hash, const Type *type);

static uint64_t hash_homes_of(uint64_t hash, Type *const *types, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        hash = hash_homes(hash, types[i]);
    return hash;
}

/* What the hash of a type's name leaves out: where the definitions in it come from, and
 * which of them are value types. */
static uint64_t hash_homes(uint64_t hash, const Type *type)
{
    if (type == type->world->canon)
        return hash;
    switch (type->element) {
    case ELEMENT_SZARRAY:
    case ELEMENT_ARRAY:
    case ELEMENT_PTR:
    case ELEMENT_BYREF:
        return hash_homes(hash, type->elem);
    case ELEMENT_VAR:
    case ELEMENT_MVAR:
        return hash;
    case ELEMENT_FNPTR:
        hash = hash_homes(hash, type->fn_sig->ret);
        return hash_homes_of(hash, type->fn_sig->params, type->fn_sig->n_params);
    default:
        hash = hash_mix(hash, hash_str(type->assembly->name));
        hash = hash_mix(hash, type_is_valuetype(type));
        return hash_homes_of(hash, type->args, type->n_args);
    }
}

static uint64_t hash_type(uint64_t hash, const Type *type)
{
    return hash_homes(hash_mix(hash, subject_type_hash(type)), type);
}

static uint64_t hash_types(uint64_t hash, Type *const *types, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        hash = hash_type(hash, types[i]);
    return hash_mix(hash, n);
}

static uint64_t hash_sig(uint64_t hash, const MethodSig *sig)
{
    hash = hash_mix(hash, sig->kind | sig->has_this << 8 | sig->explicit_this << 9);
    hash = hash_mix(hash, (uint64_t)sig->n_generic << 16 | (uint16_t)sig->sentinel);
    hash = hash_type(hash, sig->ret);
    return hash_mix(hash_types(hash, sig->params, sig->n_params), sig->mods);
}

/* -- Tokens -------------------------------------------------------------------- */

static uint64_t hash_method(uint64_t hash, Method *method, const MethodSig *site,
                            Err *err)
{
    const MethodSig *sig = method_sig(method->def, err);
    if (!sig)
        return hash;
    hash = hash_type(hash, method->type);
    hash = hash_mix(hash_mix(hash, hash_str(method->name)), method->synth);
    hash = hash_sig(hash_types(hash, method->args, method->n_args), sig);
    return site ? hash_sig(hash, site) : hash;
}

static uint64_t hash_field(uint64_t hash, const Field *field)
{
    hash = hash_type(hash, field->owner);
    hash = hash_mix(hash, hash_str(field->name));
    return hash_mix(hash_type(hash, field->type), field->mods);
}

static bool is_field(const Image *image, uint32_t token)
{
    if (TOKEN_TABLE(token) != TABLE_MemberRef)
        return TOKEN_TABLE(token) == TABLE_Field;
    if (!TOKEN_RID(token) || TOKEN_RID(token) > image_rows(image, TABLE_MemberRef))
        return false;
    Bytes sig = image_get_blob(image, TABLE_MemberRef, TOKEN_RID(token),
                               COL_MemberRef_Signature);
    return sig.size && (sig.data[0] & SIG_KIND_MASK) == SIG_FIELD;
}

/* Does a token name an instance? Inside a generic type, List`1 and List`1<T> are the
 * same descriptor and two things to ldtoken. */
static bool is_instance(const Image *image, uint32_t token)
{
    uint32_t rid = TOKEN_RID(token);
    if (TOKEN_TABLE(token) == TABLE_MemberRef && rid &&
        rid <= image_rows(image, TABLE_MemberRef))
        token = image_get(image, TABLE_MemberRef, rid, COL_MemberRef_Class);
    return TOKEN_TABLE(token) == TABLE_TypeSpec ||
           TOKEN_TABLE(token) == TABLE_MethodSpec;
}

static uint64_t hash_member(uint64_t hash, Assembly *assembly, uint32_t token, Err *err)
{
    MethodSig *site = NULL;
    if (is_field(assembly->image, token)) {
        const Field *field = field_from_token(assembly, token, NULL, err);
        return field ? hash_field(hash, field) : hash;
    }
    Method *method = method_from_token(assembly, token, NULL, &site, err);
    return method ? hash_method(hash, method, site, err) : hash;
}

static uint64_t hash_call_site(uint64_t hash, Assembly *assembly, uint32_t token,
                               Err *err)
{
    const Image *image = assembly->image;
    if (!TOKEN_RID(token) || TOKEN_RID(token) > image_rows(image, TABLE_StandAloneSig))
        return hash;
    Bytes blob = image_get_blob(image, TABLE_StandAloneSig, TOKEN_RID(token),
                                COL_StandAloneSig_Signature);
    const MethodSig *sig = sig_from_blob(assembly, blob, NULL, err);
    return sig ? hash_sig(hash, sig) : hash;
}

static uint64_t hash_meaning(uint64_t hash, Assembly *assembly, uint32_t token,
                             Err *err)
{
    Bytes utf16;
    switch (TOKEN_TABLE(token)) {
    case TABLE_TypeDef:
    case TABLE_TypeRef:
    case TABLE_TypeSpec: {
        const Type *type = type_from_token(assembly, token, NULL, err);
        return type ? hash_type(hash, type) : hash;
    }
    case TABLE_MethodDef:
    case TABLE_MethodSpec:
    case TABLE_MemberRef:
    case TABLE_Field:
        return hash_member(hash, assembly, token, err);
    case TOKEN_UserString:
        if (image_user_string(assembly->image, TOKEN_RID(token), &utf16))
            return hash_mix(hash, subject_string_hash(utf16));
        return hash;
    case TABLE_StandAloneSig:
        return hash_call_site(hash, assembly, token, err);
    default:
        return hash;
    }
}

static uint64_t hash_token(uint64_t hash, Assembly *assembly, uint32_t token)
{
    Err err = ERR_INIT;
    hash = hash_mix(hash, is_instance(assembly->image, token));
    hash = hash_meaning(hash, assembly, token, &err);
    return err.kind == ERR_NONE ? hash : hash_mix(hash, hash_str(err.text));
}

/* -- Bodies -------------------------------------------------------------------- */

/* The bytes between tokens as they are. */
static uint64_t hash_code(uint64_t hash, Assembly *assembly, Bytes code)
{
    uint32_t from = 0;
    IlInsn insn;
    for (uint32_t at = 0; il_decode(code, at, &insn); at = insn.next) {
        if (il_operand(insn.op) != IL_TOKEN)
            continue;
        hash = hash_mix(hash, hash_bytes(code.data + from, insn.next - 4 - from));
        hash = hash_token(hash, assembly, insn.u.token);
        from = insn.next;
    }
    return hash_mix(hash, hash_bytes(code.data + from, code.size - from));
}

static uint64_t hash_locals(uint64_t hash, Assembly *assembly, uint32_t token,
                            Arena *scratch)
{
    Err err = ERR_INIT;
    Type **types;
    bool *pinned;
    uint32_t n;
    if (!locals_from_token(assembly, token, NULL, scratch, &types, &pinned, &n, &err))
        return hash_mix(hash, hash_str(err.text));
    for (uint32_t i = 0; i < n; i++)
        hash = hash_mix(hash_type(hash, types[i]), pinned[i]);
    return hash_mix(hash, n);
}

static uint64_t hash_clause(uint64_t hash, Assembly *assembly, const IlClause *clause)
{
    hash = hash_mix(hash, clause->kind);
    hash = hash_mix(hash, (uint64_t)clause->try_start << 32 | clause->try_end);
    hash = hash_mix(hash, (uint64_t)clause->handler_start << 32 | clause->handler_end);
    if (clause->kind == IL_CLAUSE_CATCH)
        return hash_token(hash, assembly, clause->token);
    return hash_mix(hash, clause->filter_start);
}

/* What says beside the IL how a method is called, by whom and what runs before it. */
static uint64_t hash_rules(uint64_t hash, const Method *method)
{
    const uint32_t flags =
        METHOD_ACCESS_MASK | METHOD_STATIC | METHOD_VIRTUAL | METHOD_FINAL;
    const uint32_t bits = TYPE_BIT_VALUETYPE | TYPE_BIT_INTERFACE | TYPE_BIT_CCTOR |
                          TYPE_BIT_BEFOREFIELDINIT |
                          (method->flags & METHOD_VIRTUAL ? TYPE_BIT_SEALED : 0);
    hash = hash_mix(hash, method->flags & flags);
    hash = hash_mix(hash,
                    (uint64_t)(method->type->bits & bits) << 16 | method->impl_flags);
    return hash_mix(hash, assembly_initializer(method->type->assembly) != NULL);
}

uint64_t fact_body_hash(Method *method, Err *err)
{
    Arena scratch = ARENA_INIT;
    IlBody body;
    Method *def = method->def;
    Assembly *assembly = def->type->assembly;
    const MethodSig *sig = method_sig(def, err);
    uint64_t hash = 0;
    if (sig && method_is_accessor(def)) {
        hash = hash_sig(hash_rules(0, def), sig);
    } else if (sig && method_body(def, &scratch, &body, err)) {
        hash = hash_rules(0, def);
        hash = hash_sig(hash, sig);
        hash = hash_code(hash, assembly, body.code);
        hash = hash_mix(hash, body.init_locals);
        hash = hash_locals(hash, assembly, body.locals_token, &scratch);
        for (uint32_t i = 0; i < body.n_clauses; i++)
            hash = hash_clause(hash, assembly, &body.clauses[i]);
    }
    arena_free(&scratch);
    return hash;
}
