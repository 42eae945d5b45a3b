/* methods.c - method descriptors, their signatures and instantiations. */
#include <assert.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/types/rules_private.h"
#include "common/types/types_private.h"
#include "common/types/words.h"

/* Number of generic parameters, from the head of the signature. */
static uint32_t count_generic(Bytes blob)
{
    Cursor c = cursor_open(blob);
    uint32_t n = cursor_u8(&c) & SIG_GENERIC ? cursor_compressed(&c) : 0;
    return c.failed ? 0 : n;
}

/* Whatever IL it has, the loader has a C function for it. */
static bool is_native(const Type *type, const char *name, Bytes blob)
{
    Cursor c = cursor_open(blob);
    if (cursor_u8(&c) & SIG_GENERIC)
        cursor_compressed(&c);
    const LibraryIntrinsic *row = corlib_intrinsic(type, name, cursor_compressed(&c));
    return row && row->body == BODY_NATIVE;
}

static bool method_read(Type *type, Method *method, uint32_t rid, Err *err)
{
    const Image *image = type->assembly->image;
    Bytes sig = image_get_blob(image, TABLE_MethodDef, rid, COL_MethodDef_Signature);
    method->type = type;
    method->def = method;
    method->token = TOKEN(TABLE_MethodDef, rid);
    method->flags =
        (uint16_t)image_get(image, TABLE_MethodDef, rid, COL_MethodDef_Flags);
    method->impl_flags =
        (uint16_t)image_get(image, TABLE_MethodDef, rid, COL_MethodDef_ImplFlags);
    method->slot = -1;
    method->name = image_get_string(image, TABLE_MethodDef, rid, COL_MethodDef_Name);
    uint32_t n_args = count_generic(sig);
    if (n_args > MAX_GENERIC_PARAMS)
        return type_fail(type, err, "a method with too many generic parameters");
    method->n_args = (uint16_t)n_args;
    if (method->impl_flags & IMPL_SYNCHRONIZED && type_is_valuetype(type) &&
        !(method->flags & METHOD_STATIC)) /* no object to lock */
        return type_fail(type, err, "a value type with a synchronized method");
    method->args = world_vars(type->world, true, method->n_args);
    return rules_check_method(method, sig, err);
}

static bool methods_of_def(Type *type, Err *err)
{
    Assembly *assembly = type->assembly;
    const Image *image = assembly->image;
    uint32_t first, end;
    image_list(image, TABLE_TypeDef, TOKEN_RID(type->token), COL_TypeDef_MethodList,
               TABLE_MethodDef, &first, &end);
    uint32_t n = end > first ? end - first : 0;
    Method *block = arena_array(&type->world->perm, Method, n);
    Method **methods = arena_array(&type->world->perm, Method *, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t rid = image_list_row(image, TABLE_MethodDef, first + i);
        if (!rid || rid > image_rows(image, TABLE_MethodDef))
            return type_fail(type, err, "its methods lie outside the table");
        if (!method_read(type, &block[i], rid, err))
            return false;
        methods[i] = &block[i];
    }
    for (uint32_t i = 0; corlib_has_intrinsics(type) && i < n; i++)
        if (is_native(type, block[i].name,
                      image_get_blob(image, TABLE_MethodDef, TOKEN_RID(block[i].token),
                                     COL_MethodDef_Signature)))
            block[i].impl_flags |= IMPL_INTERNALCALL;
    for (uint32_t i = 0; i < n; i++) {
        Method **slot = &assembly->methoddefs[TOKEN_RID(block[i].token) - 1];
        if (!*slot)
            __atomic_store_n(slot, &block[i], __ATOMIC_RELEASE);
    }
    type->methods = methods;
    type->n_methods = n;
    return true;
}

static bool methods_of_instance(Type *type, Err *err)
{
    Type *def = type->def;
    if (!type_do(def, PHASE_METHODS, err))
        return false;
    uint32_t n = def->n_methods;
    Method *block = arena_array(&type->world->perm, Method, n);
    Method **methods = arena_array(&type->world->perm, Method *, n);
    for (uint32_t i = 0; i < n; i++) {
        block[i] = *def->methods[i];
        block[i].type = type;
        block[i].sig = NULL;
        block[i].rt = NULL;
        methods[i] = &block[i];
    }
    type->methods = methods;
    type->n_methods = n;
    return true;
}

bool methods_do(Type *type, Err *err)
{
    if (type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY)
        return array_methods(type, err);
    if (!type->token)
        return true;
    return type->def == type ? methods_of_def(type, err)
                             : methods_of_instance(type, err);
}

static bool load_methods(Type *type, Err *err)
{
    world_lock(type->world);
    bool ok = type_do(type, PHASE_METHODS, err);
    world_unlock(type->world);
    return ok;
}

Method *assembly_method(Assembly *assembly, uint32_t rid, Err *err)
{
    const Image *image = assembly->image;
    Method *method = NULL;
    uint32_t owner = 0;
    if (rid && rid <= image_rows(image, TABLE_MethodDef)) {
        Method **slot = &assembly->methoddefs[rid - 1];
        method = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
        if (method)
            return method;
        owner = image_list_owner(image, TABLE_TypeDef, COL_TypeDef_MethodList,
                                 TABLE_MethodDef, rid);
    }
    if (owner && owner <= image_rows(image, TABLE_TypeDef)) {
        if (!load_methods(assembly_type(assembly, owner), err))
            return NULL;
        method = assembly->methoddefs[rid - 1];
    }
    if (!method)
        err_set(err, ERR_BAD_IMAGE, "%s: bad MethodDef %u", assembly->name, rid);
    return method;
}

static Method *method_missing(const Type *type, const char *name, Err *err)
{
    Arena scratch = ARENA_INIT;
    const char *const args[WORDS_ARGS] = {
        arena_printf(&scratch, "%s.%s", words_type(&scratch, type), name)};
    err_words(err, ERR_MISSING_METHOD, type->world, WORDS_METHOD_NOT_FOUND, args);
    arena_free(&scratch);
    return NULL;
}

Method *method_on_type(Method *def, Type *type, Err *err)
{
    def = def->def;
    if (def->type == type)
        return def;
    if (type->def != def->type)
        return method_missing(type, def->name, err);
    if (!load_methods(type, err))
        return NULL;
    return type
        ->methods[def - def->type->methods[0]]; /* a definition's are one block */
}

/* -- Generic methods ----------------------------------------------------------- */

typedef struct InstanceKey {
    const Method *base; /* the generic definition on the exact type */
    Type **args;
} InstanceKey;

static bool same_instance(const void *value, const void *key)
{
    const Method *m = value;
    const InstanceKey *k = key;
    return m->def == k->base->def && m->type == k->base->type &&
           !memcmp(m->args, k->args, m->n_args * sizeof *m->args);
}

static bool instance_args_check(const Method *method, Type **args, uint32_t n, Err *err)
{
    uint64_t weight = 0;
    if (n != method->n_args || !n)
        return err_set(err, ERR_BAD_IMAGE,
                       "method %.200s has %u generic parameters, not %u", method->name,
                       method->n_args, n);
    for (uint32_t i = 0; i < n; i++) {
        uint8_t e = args[i]->element;
        weight += args[i]->weight;
        if (e == ELEMENT_VOID || e == ELEMENT_BYREF || e == ELEMENT_PTR ||
            e == ELEMENT_FNPTR || e == ELEMENT_TYPEDBYREF)
            return err_set(err, ERR_TYPE_LOAD,
                           "method %.200s: a pointer, a reference or void as generic "
                           "argument",
                           method->name);
        if (args[i]->bits & TYPE_BIT_BYREFLIKE &&
            !param_takes_byreflike(method->type->assembly->image, method->token, i))
            return err_set(err, ERR_TYPE_LOAD,
                           "method %.200s: the by-ref-like type %.200s as generic "
                           "argument",
                           method->name, args[i]->name);
        if (args[i]->depth >= MAX_TYPE_DEPTH ||
            weight > MAX_TYPE_WEIGHT + (uint64_t)method->n_args)
            return err_set(err, ERR_TYPE_LOAD,
                           "method %.200s: generic instantiation without end",
                           method->name);
    }
    return true;
}

Method *method_instance(Method *method, Type **args, uint32_t n, Err *err)
{
    World *world = method->type->world;
    if (!instance_args_check(method, args, n, err))
        return NULL;
    if (!memcmp(method->args, args, n * sizeof *args))
        return method;
    InstanceKey key = {method, args};
    uint64_t hash = hash_mix(hash_ptr(method->def), hash_ptr(method->type));
    for (uint32_t i = 0; i < n; i++)
        hash = hash_mix(hash, hash_ptr(args[i]));
    world_lock(world);
    Method *instance = map_get(&world->methods, hash, same_instance, &key);
    if (!instance) {
        instance = arena_copy(&world->perm, method, sizeof *method);
        instance->args = arena_copy(&world->perm, args, n * sizeof *args);
        instance->sig = NULL;
        instance->rt = NULL;
        map_put(&world->methods, hash, instance);
    } else if (instance->slot < 0) {
        instance->slot = method->slot; /* the type may have got ready since */
    }
    world_unlock(world);
    return instance;
}

static bool args_are_open(const Method *method)
{
    for (uint32_t i = 0; i < method->n_args; i++)
        if (method->args[i]->bits & TYPE_BIT_OPEN)
            return true;
    return false;
}

static Method *substitute_args(Method *method, Type *type, const GenericContext *ctx,
                               Err *err)
{
    Method *base = method_on_type(method->def, type, err);
    if (!base || !method->n_args)
        return base;
    Arena scratch = ARENA_INIT;
    Type **args = arena_array(&scratch, Type *, method->n_args);
    uint32_t i = 0;
    while (i < method->n_args && (args[i] = type_substitute(method->args[i], ctx, err)))
        i++;
    Method *result = i == method->n_args ? method_instance(base, args, i, err) : NULL;
    arena_free(&scratch);
    return result;
}

Method *method_substitute(Method *method, const GenericContext *ctx, Err *err)
{
    if (!ctx || (!(method->type->bits & TYPE_BIT_OPEN) && !args_are_open(method)))
        return method;
    Type *type = type_substitute(method->type, ctx, err);
    if (!type)
        return NULL;
    if (!method->synth)
        return substitute_args(method, type, ctx, err);
    if (!load_methods(method->type, err) || !load_methods(type, err))
        return NULL;
    for (uint32_t i = 0; i < method->type->n_methods && i < type->n_methods; i++)
        if (method->type->methods[i] == method)
            return type->methods[i];
    return method_missing(type, method->name, err);
}

bool method_takes_varargs(const Method *method, const MethodSig *sig)
{
    return (sig->kind & SIG_KIND_MASK) == SIG_VARARG &&
           !(method->flags & METHOD_PINVOKE);
}

MethodSig *method_sig(Method *method, Err *err)
{
    MethodSig *sig = __atomic_load_n(&method->sig, __ATOMIC_ACQUIRE);
    if (sig)
        return sig;
    Assembly *assembly = method->type->assembly;
    GenericContext ctx = method_context(method);
    Bytes blob = image_get_blob(assembly->image, TABLE_MethodDef,
                                TOKEN_RID(method->token), COL_MethodDef_Signature);
    world_lock(assembly->world);
    sig = method->sig;
    if (!sig) {
        sig = sig_from_blob(assembly, blob, &ctx, err);
        if (sig && method_takes_varargs(method, sig))
            sig_add_param(assembly->world, sig, assembly->world->known.object);
        if (sig)
            __atomic_store_n(&method->sig, sig, __ATOMIC_RELEASE);
    }
    world_unlock(assembly->world);
    return sig;
}

bool method_body(Method *method, Arena *arena, IlBody *body, Err *err)
{
    const Image *image = method->type->assembly->image;
    if (method->type->assembly->dynamic) {
        *body = method->type->assembly->dynamic->body;
        return true;
    }
    if (!method->token || method->flags & (METHOD_ABSTRACT | METHOD_PINVOKE) ||
        method->impl_flags & (IMPL_CODE_TYPE_MASK | IMPL_INTERNALCALL))
        return false;
    uint32_t rva =
        image_get(image, TABLE_MethodDef, TOKEN_RID(method->token), COL_MethodDef_RVA);
    if (!rva)
        return rule_broken(method->type, RULE_NO_BODY, method->name, err);
    return il_body_read(image, rva, arena, body, err);
}

bool method_is_overridable(const Method *method)
{
    if (!(method->flags & METHOD_VIRTUAL) || (method->flags & METHOD_FINAL))
        return false;
    return !(method->type->bits & TYPE_BIT_SEALED) && !type_is_valuetype(method->type);
}

/* -- Sharing ------------------------------------------------------------------- */

/* Can code for an instantiation over this argument be shared with others? */
static bool arg_is_shareable(const Type *arg)
{
    if (type_is_reference(arg))
        return true;
    if (arg->def == arg || !type_is_valuetype(arg))
        return false;
    for (uint32_t i = 0; i < arg->n_args; i++)
        if (arg_is_shareable(arg->args[i]))
            return true;
    return false;
}

static bool any_shareable(Type *const *args, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (arg_is_shareable(args[i]))
            return true;
    return false;
}

static bool type_is_shareable(const Type *type)
{
    return type->def != type && any_shareable(type->args, type->n_args);
}

ContextKind method_context_kind(const Method *method)
{
    bool type_shared = type_is_shareable(method->type);
    if (method->n_args)
        return type_shared || any_shareable(method->args, method->n_args)
                   ? CONTEXT_METHOD
                   : CONTEXT_NONE;
    if (!type_shared || method->synth)
        return CONTEXT_NONE;
    bool is_default =
        method->type->bits & TYPE_BIT_INTERFACE && !(method->flags & METHOD_ABSTRACT);
    return method->flags & METHOD_STATIC || type_is_valuetype(method->type) ||
                   is_default
               ? CONTEXT_TYPE
               : CONTEXT_THIS;
}

bool method_is_shared(const Method *method)
{
    if (method->type->bits & TYPE_BIT_SHARED)
        return true;
    for (uint32_t i = 0; i < method->n_args; i++)
        if (method->args[i]->bits & TYPE_BIT_SHARED)
            return true;
    return false;
}

Method *method_canonical(Method *method)
{
    if (method_context_kind(method) == CONTEXT_NONE)
        return method;
    Err err = ERR_INIT;
    Type *type = type_canonical(method->type);
    Method *base = method_on_type(method->def, type, &err);
    assert(base); /* the methods of the definition are loaded: this one is of them */
    if (!method->n_args)
        return base;
    Arena scratch = ARENA_INIT;
    Type **args = arena_array(&scratch, Type *, method->n_args);
    for (uint32_t i = 0; i < method->n_args; i++)
        args[i] = type_is_reference(method->args[i]) ? type->world->canon
                                                     : type_canonical(method->args[i]);
    Method *result = method_instance(base, args, method->n_args, &err);
    arena_free(&scratch);
    assert(result);
    return result;
}
