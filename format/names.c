/* names.c - what the tokens of a method lead to in another assembly, as a number.
 *
 * The IL of a method stays as it is when a library is built anew, and yet it may mean
 * something else. Of `newobj Widget::.ctor`, `call Wide::Count`, `isinst Shape`
 *
 *   - Widget may be abstract by now, so that there is an exception instead of an
 * object;
 *   - Count, which the class Wide inherited, may have become one of its own;
 *   - Shape may be a structure, or hidden from this assembly, as Count may be.
 *
 * None of it shows in the layouts, places and slots that code takes over. So each token
 * is followed again, and what the importer would see of its types and members is
 * hashed: which ones they are, whether the method may name them, which types are value
 * types. A method has one such number for each assembly that its tokens lead to, and
 * only those of an assembly in another build than recorded are computed where the code
 * runs.
 */
#include "common/base/hash.h"
#include "format/facts.h"
#include "format/subject.h"

typedef struct Names {
    Method *method;
    const Assembly *there; /* the one whose number it is */
    uint64_t hash;
    NamesFn *f; /* or else: is told the assemblies */
    void *user;
    /* the token */
    uint64_t meaning;
    VEC(Assembly *) led_to;
} Names;

/* -- One token ----------------------------------------------------------------- */

static void names_add(Names *names, uint64_t value)
{
    names->meaning = hash_mix(names->meaning, value);
}

static void names_lead(Names *names, Assembly *assembly)
{
    for (size_t i = 0; i < names->led_to.n; i++)
        if (names->led_to.at[i] == assembly)
            return;
    *vec_push(&names->led_to) = assembly;
}

static void names_begin(Names *names, uint64_t what)
{
    names->meaning = what;
    names->led_to.n = 0;
}

static void names_end(Names *names)
{
    for (size_t i = 0; i < names->led_to.n; i++) {
        if (names->f)
            names->f(names->user, names->led_to.at[i]);
        else if (names->led_to.at[i] == names->there)
            names->hash = hash_mix(names->hash, names->meaning);
    }
}

static void names_definitions(Names *names, const Type *type);

static void names_types(Names *names, Type *const *types, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        names_definitions(names, types[i]);
}

/* All definitions in a type, with what is relied on of each. Primitives, strings and
 * objects are the same everywhere. */
static void names_definitions(Names *names, const Type *type)
{
    const uint32_t bits = TYPE_BIT_VALUETYPE | TYPE_BIT_BYREFLIKE | TYPE_BIT_INTERFACE;
    if (type->fn_sig) {
        names_definitions(names, type->fn_sig->ret);
        names_types(names, type->fn_sig->params, type->fn_sig->n_params);
    } else if (type->elem && !type->token) {
        names_definitions(names, type->elem);
    } else if (type->element == ELEMENT_CLASS || type->element == ELEMENT_VALUETYPE) {
        names_lead(names, type->assembly);
        names_add(names, type->bits & bits);
        names_add(names, type_is_accessible(type->def, names->method->type));
        names_types(names, type->args, type->n_args);
    }
}

/* The assembly that a reference is made to: what forwards a type may forward it to
 * another place. */
static void names_scope(Names *names, uint32_t token)
{
    Err ignored = ERR_INIT;
    Assembly *assembly = names->method->type->assembly;
    while (TOKEN_TABLE(token) == TABLE_TypeRef)
        token = image_get(assembly->image, TABLE_TypeRef, TOKEN_RID(token),
                          COL_TypeRef_ResolutionScope);
    Assembly *there = TOKEN_TABLE(token) == TABLE_AssemblyRef
                          ? assembly_ref(assembly, TOKEN_RID(token), &ignored)
                          : NULL;
    if (there)
        names_lead(names, there);
}

/* token: what leads to it, or 0. */
static void names_type(Names *names, uint32_t token, Type *type)
{
    names_begin(names, subject_type_hash(type));
    names_definitions(names, type);
    names_scope(names, token);
    names_end(names);
}

/* From the class that a member is looked for in to the one that has it. */
static void names_path(Names *names, uint32_t token, const Type *owner)
{
    Err ignored = ERR_INIT;
    Assembly *assembly = names->method->type->assembly;
    if (TOKEN_TABLE(token) == TABLE_MethodSpec)
        token = image_get(assembly->image, TABLE_MethodSpec, TOKEN_RID(token),
                          COL_MethodSpec_Method);
    if (TOKEN_TABLE(token) != TABLE_MemberRef)
        return;
    token = image_get(assembly->image, TABLE_MemberRef, TOKEN_RID(token),
                      COL_MemberRef_Class);
    names_scope(names, token);
    Type *type = type_from_token(assembly, token, NULL, &ignored);
    for (; type && type->def != owner->def; type = type->parent)
        names_definitions(names, type);
}

static void names_member(Names *names, uint32_t access, const Type *owner)
{
    names_lead(names, owner->assembly);
    names_definitions(names, owner);
    names_add(names, member_is_accessible(access, owner, names->method->type));
}

static void names_field(Names *names, uint32_t token, Field *field)
{
    const uint32_t flags = FIELD_STATIC | FIELD_LITERAL;
    names_begin(names, hash_str(field->name));
    names_add(names, subject_type_hash(field->owner));
    names_add(names, field->flags & flags);
    names_path(names, token, field->owner);
    names_member(names, field->flags & FIELD_ACCESS_MASK, field->owner);
    names_definitions(names, field->type);
    names_end(names);
}

/* The key of what its class has put into its slot, if that is another one. */
static uint64_t runs_another(Method *method)
{
    Err ignored = ERR_INIT;
    const Method *found = method_in_slot(method, &ignored);
    return found && found != method ? subject_method_key(found) : 0;
}

static void names_method(Names *names, uint32_t token, Method *method, bool is_made)
{
    names_begin(names, subject_method_key(method));
    names_add(names, subject_sig_hash(method->def));
    names_add(names, method->flags & (METHOD_STATIC | METHOD_ABSTRACT));
    names_add(names, is_made && method->type->bits & TYPE_BIT_ABSTRACT);
    names_add(names, runs_another(method));
    names_path(names, token, method->type);
    if (!method->synth)
        names_member(names, method->flags & METHOD_ACCESS_MASK, method->type);
    names_types(names, method->args, method->n_args);
    names_end(names);
}

static void names_member_ref(Names *names, uint32_t token, bool is_made)
{
    Err ignored = ERR_INIT;
    Assembly *assembly = names->method->type->assembly;
    Field *field = TOKEN_TABLE(token) == TABLE_MemberRef
                       ? field_from_token(assembly, token, NULL, &ignored)
                       : NULL;
    ignored = (Err)ERR_INIT;
    Method *method =
        field ? NULL : method_from_token(assembly, token, NULL, NULL, &ignored);
    if (field)
        names_field(names, token, field);
    else if (method)
        names_method(names, token, method, is_made);
}

/* A token that leads nowhere adds nothing: then all that it led to before is missing.
 */
static void names_token(Names *names, uint32_t token, bool is_made)
{
    Err ignored = ERR_INIT;
    Type *type;
    switch (TOKEN_TABLE(token)) {
    case TABLE_TypeDef:
    case TABLE_TypeRef:
    case TABLE_TypeSpec:
        type = type_from_token(names->method->type->assembly, token, NULL, &ignored);
        if (type)
            names_type(names, token, type);
        break;
    case TABLE_MethodSpec:
    case TABLE_MemberRef:
        names_member_ref(names, token, is_made);
        break;
    default:
        break; /* of the assembly itself */
    }
}

/* -- A method ------------------------------------------------------------------ */

static void names_signature(Names *names, const MethodSig *sig)
{
    names_type(names, 0, sig->ret);
    for (uint32_t i = 0; i < sig->n_params; i++)
        names_type(names, 0, sig->params[i]);
}

static void names_locals(Names *names, uint32_t token, Arena *scratch)
{
    Err ignored = ERR_INIT;
    Type **types;
    bool *pinned;
    uint32_t n;
    if (!token || !locals_from_token(names->method->type->assembly, token, NULL,
                                     scratch, &types, &pinned, &n, &ignored))
        return;
    for (uint32_t i = 0; i < n; i++)
        names_type(names, 0, types[i]);
}

/* A method without IL that reaches a member by its name. */
static bool names_accessor(Names *names, const MethodSig *sig, Err *err)
{
    Accessor accessor;
    names_signature(names, sig);
    if (!accessor_resolve(names->method, &accessor, err))
        return false;
    if (accessor.field)
        names_field(names, 0, accessor.field);
    else
        names_method(names, 0, accessor.method, accessor.kind == ACCESSOR_CONSTRUCTOR);
    return true;
}

static bool names_walk(Names *names, Err *err)
{
    Arena scratch = ARENA_INIT;
    IlBody body;
    IlInsn insn;
    const MethodSig *sig = method_sig(names->method, err);
    bool is_accessor = method_is_accessor(names->method);
    bool ok = sig && (is_accessor ? names_accessor(names, sig, err)
                                  : method_body(names->method, &scratch, &body, err));
    if (ok && !is_accessor) {
        names_signature(names, sig);
        names_locals(names, body.locals_token, &scratch);
        for (uint32_t i = 0; i < body.n_clauses; i++)
            if (body.clauses[i].kind == IL_CLAUSE_CATCH)
                names_token(names, body.clauses[i].token, false);
        for (uint32_t at = 0; il_decode(body.code, at, &insn); at = insn.next)
            if (il_operand(insn.op) == IL_TOKEN)
                names_token(names, insn.u.token, insn.op == CIL_NEWOBJ);
    }
    arena_free(&scratch);
    vec_free(&names->led_to);
    return ok;
}

bool names_hash(Method *method, const Assembly *there, uint64_t *hash, Err *err)
{
    Names names = {.method = method->def, .there = there};
    if (!names_walk(&names, err))
        return false;
    *hash = names.hash;
    return true;
}

void names_assemblies(Method *method, NamesFn *f, void *user)
{
    Err ignored = ERR_INIT; /* what has no IL names nothing */
    Names names = {.method = method->def, .f = f, .user = user};
    (void)names_walk(&names, &ignored);
}
