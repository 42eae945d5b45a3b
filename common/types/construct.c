/* construct.c - arrays, pointers, generic instances: one descriptor for each.
 *
 * Types are compared by address everywhere, so what is put together of the same parts
 * must be the same descriptor. A key, itself a Type on the stack, is filled in and
 * looked up by its structure (world->types); only a new one is copied to stay. Its
 * parts are descriptors already, so comparing keys goes one step deep: for
 * Dictionary<string, int[]>[] the int[] is found first, then the instance of the
 * definition with {string, int[]}, then the array of that. All live as long as the
 * world.
 *
 * What a key inherits from its parts decides what can be done with it: OPEN if a VAR is
 * in it, which type_substitute replaces by building the type anew from its parts;
 * SHARED if __Canon is. type_canonical puts __Canon for all arguments that are
 * references: List<string> and List<object> have their code in common, under
 * List<__Canon>. Depth and weight end programs that make types without end,
 * void F<T>() { F<List<T>>(); }. */
#include <assert.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/types/types_private.h"

Type *const no_types[1] = {NULL};

/* What makes a constructed type: its key and its template at once. */
static bool same_structure(const void *value, const void *key)
{
    const Type *a = value, *b = key;
    if (a->element != b->element || a->rank != b->rank || a->n_args != b->n_args ||
        a->var_index != b->var_index)
        return false;
    /* elem of a generic enum's instance is not part of its key: its layout sets it. */
    if (a->n_args ? a->def != b->def : a->elem != b->elem)
        return false;
    if (a->fn_sig)
        return sig_equal(a->fn_sig, b->fn_sig);
    return !a->n_args || !memcmp(a->args, b->args, a->n_args * sizeof *a->args);
}

/* The descriptor of the structure that `key` describes; *is_new tells whether it was
 * made now. Lock held. */
static Type *intern(World *world, const Type *key, bool *is_new)
{
    Type *type = map_get(&world->types, key->hash, same_structure, key);
    *is_new = !type;
    if (type)
        return type;
    type = arena_copy(&world->perm, key, sizeof *key);
    type->world = world;
    if (!type->def)
        type->def = type;
    if (!type->name)
        type->name = type->name_space = "";
    map_put(&world->types, type->hash, type);
    return type;
}

static Type *make_over(Type *elem, uint8_t element, uint32_t rank)
{
    World *world = elem->world;
    uint32_t inherited = elem->bits & (TYPE_BIT_OPEN | TYPE_BIT_SHARED);
    bool is_new;
    Type key = {.element = element,
                .rank = (uint8_t)rank,
                .elem = elem,
                .assembly = elem->assembly,
                .bits = inherited,
                .args = (Type **)no_types,
                .depth = elem->depth + 1,
                .weight = elem->weight + 1,
                .hash = hash_mix(elem->hash, element | rank << 8)};
    if (element == ELEMENT_SZARRAY || element == ELEMENT_ARRAY) {
        key.flags = TYPE_PUBLIC | TYPE_SEALED | TYPE_SERIALIZABLE;
        key.bits |= TYPE_BIT_SEALED;
    }
    world_lock(world);
    Type *type = intern(world, &key, &is_new);
    world_unlock(world);
    return type;
}

Type *type_szarray(Type *elem)
{
    return make_over(elem, ELEMENT_SZARRAY, 1);
}

Type *type_array(Type *elem, uint32_t rank)
{
    return make_over(elem, ELEMENT_ARRAY, rank);
}

Type *type_ptr(Type *elem)
{
    return make_over(elem, ELEMENT_PTR, 0);
}

Type *type_byref(Type *elem)
{
    return make_over(elem, ELEMENT_BYREF, 0);
}

/* Pointers to native functions are of one type, whatever convention these have. */
static MethodSig sig_of_pointer(const MethodSig *sig)
{
    MethodSig of = *sig;
    if (sig_is_unmanaged(sig->kind))
        of.kind = (uint8_t)((sig->kind & ~SIG_KIND_MASK) | SIG_UNMANAGED);
    return of;
}

static MethodSig *sig_keep(World *world, const MethodSig *sig)
{
    MethodSig *copy = arena_copy(&world->perm, sig, sizeof *sig);
    copy->params =
        arena_copy(&world->perm, sig->params, sig->n_params * sizeof *sig->params);
    return copy;
}

Type *type_fnptr(World *world, const MethodSig *given)
{
    bool is_new;
    const MethodSig of = sig_of_pointer(given), *sig = &of;
    Type key = {.element = ELEMENT_FNPTR,
                .fn_sig = (MethodSig *)sig,
                .assembly = world->corlib,
                .args = (Type **)no_types,
                .depth = sig->ret->depth + 1,
                .weight = sig->ret->weight + 1,
                .bits = sig->ret->bits & (TYPE_BIT_OPEN | TYPE_BIT_SHARED),
                .hash = hash_mix(sig_hash(sig), ELEMENT_FNPTR)};
    for (uint32_t i = 0; i < sig->n_params; i++) {
        const Type *param = sig->params[i];
        key.bits |= param->bits & (TYPE_BIT_OPEN | TYPE_BIT_SHARED);
        key.weight += param->weight;
        key.depth = param->depth >= key.depth ? param->depth + 1 : key.depth;
    }
    world_lock(world);
    Type *type = intern(world, &key, &is_new);
    if (is_new)
        type->fn_sig = sig_keep(world, sig);
    world_unlock(world);
    return type;
}

Type *type_var(World *world, bool method, uint32_t index)
{
    bool is_new;
    uint8_t element = method ? ELEMENT_MVAR : ELEMENT_VAR;
    Type key = {.element = element,
                .var_index = index,
                .assembly = world->corlib,
                .args = (Type **)no_types,
                .bits = TYPE_BIT_OPEN,
                .depth = 1,
                .weight = 1,
                .hash = hash_mix(index, element)};
    world_lock(world);
    Type *type = intern(world, &key, &is_new);
    world_unlock(world);
    return type;
}

Type **world_vars(World *world, bool method, uint32_t n)
{
    if (!n)
        return (Type **)no_types;
    world_lock(world);
    if (world->n_vars[method] < n) {
        uint32_t room = n < 8 ? 8 : n;
        Type **vars = arena_array(&world->perm, Type *, room);
        for (uint32_t i = 0; i < room; i++)
            vars[i] = type_var(world, method, i);
        world->vars[method] = vars;
        world->n_vars[method] = room;
    }
    Type **vars = world->vars[method];
    world_unlock(world);
    return vars;
}

/* -- Generic instances --------------------------------------------------------- */

uint32_t param_row(const Image *image, uint32_t owner, uint32_t number)
{
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_GenericParam, COL_GenericParam_Owner, owner,
                         &first, &end))
        return 0;
    for (uint32_t i = first; i < end; i++)
        if (image_get(image, TABLE_GenericParam, i, COL_GenericParam_Number) == number)
            return i;
    return 0;
}

bool param_takes_byreflike(const Image *image, uint32_t owner, uint32_t number)
{
    uint32_t row = param_row(image, owner, number);
    return row && image_get(image, TABLE_GenericParam, row, COL_GenericParam_Flags) &
                      GENPARAM_BYREFLIKE;
}

static bool arg_check(const Type *def, const Type *arg, uint32_t number, Err *err)
{
    switch (arg->element) {
    case ELEMENT_VOID:
    case ELEMENT_BYREF:
    case ELEMENT_PTR:
    case ELEMENT_FNPTR:
    case ELEMENT_TYPEDBYREF:
        return err_set(err, ERR_TYPE_LOAD,
                       "Could not load type '%.200s': a pointer, a reference or void "
                       "as generic argument",
                       def->name);
    default:
        return !(arg->bits & TYPE_BIT_BYREFLIKE) ||
               param_takes_byreflike(def->assembly->image, def->token, number) ||
               type_fail_argument(def, arg, number, WORDS_BYREFLIKE_ARGUMENT, err);
    }
}

static Type *instance_intern(Type *def, Type **args, uint32_t n)
{
    enum { /* the others are of how it was loaded since then */
           DROPPED = TYPE_BIT_OPEN | TYPE_BIT_GENERIC_DEF | TYPE_BIT_HAS_REFS |
                     TYPE_BIT_BLITTABLE | TYPE_BIT_FINALIZER
    };
    World *world = def->world;
    bool is_new;
    Type key = {.element = def->element,
                .bits = def->bits & ~(uint32_t)DROPPED,
                .flags = def->flags,
                .assembly = def->assembly,
                .token = def->token,
                .name = def->name,
                .name_space = def->name_space,
                .def = def,
                .args = args,
                .n_args = n,
                .declaring = def->declaring,
                .variance = def->variance,
                .depth = 1,
                .weight = 1,
                .hash = def->hash};
    for (uint32_t i = 0; i < n; i++) {
        key.bits |= args[i]->bits & (TYPE_BIT_OPEN | TYPE_BIT_SHARED);
        key.hash = hash_mix(key.hash, args[i]->hash);
        key.weight += args[i]->weight;
        key.depth = args[i]->depth >= key.depth ? args[i]->depth + 1 : key.depth;
    }
    Type *type = intern(world, &key, &is_new);
    if (is_new)
        type->args = arena_copy(&world->perm, args, n * sizeof *args);
    return type;
}

Type *type_instance(Type *def, Type **args, uint32_t n, Err *err)
{
    if (def->bits & TYPE_BIT_UNMADE) {
        type_unmade(def, err);
        return NULL;
    }
    if (!(def->bits & TYPE_BIT_GENERIC_DEF) || n != def->n_args) {
        err_set(
            err, ERR_TYPE_LOAD,
            "Could not load type '%.200s' from assembly '%.100s': it has %u generic "
            "parameters, not %u",
            def->name, def->assembly->name, def->n_args, n);
        return NULL;
    }
    uint64_t weight = 1;
    bool is_def = true;
    for (uint32_t i = 0; i < n; i++) {
        if (!arg_check(def, args[i], i, err))
            return NULL;
        weight += args[i]->weight;
        is_def &= args[i] == def->args[i];
        if (args[i]->depth >= MAX_TYPE_DEPTH || weight > MAX_TYPE_WEIGHT + n) {
            err_set(err, ERR_TYPE_LOAD,
                    "Could not load type '%.200s' from assembly '%.100s': generic "
                    "instantiation without end",
                    def->name, def->assembly->name);
            return NULL;
        }
    }
    if (is_def)
        return def;
    world_lock(def->world);
    Type *type = instance_intern(def, args, n);
    world_unlock(def->world);
    return type;
}

static Type *substitute_over(Type *type, const GenericContext *ctx, Err *err)
{
    Type *elem = type_substitute(type->elem, ctx, err);
    if (!elem)
        return NULL;
    if (elem->element == ELEMENT_BYREF ||
        (elem->element == ELEMENT_VOID && type->element != ELEMENT_PTR)) {
        err_set(err, ERR_TYPE_LOAD, "array of or reference to a reference");
        return NULL;
    }
    return make_over(elem, type->element, type->rank);
}

static Type *substitute_fnptr(Type *type, const GenericContext *ctx, Err *err)
{
    world_lock(type->world);
    MethodSig *sig = sig_substitute(type->world, type->fn_sig, ctx, err);
    Type *result = sig ? type_fnptr(type->world, sig) : NULL;
    world_unlock(type->world);
    return result;
}

static Type *substitute_var(Type *type, const GenericContext *ctx, Err *err)
{
    bool method = type->element == ELEMENT_MVAR;
    Type **args = method ? ctx->method_args : ctx->class_args;
    if (!args)
        return type;
    if (type->var_index < (method ? ctx->n_method : ctx->n_class))
        return args[type->var_index];
    err_set(err, ERR_BAD_IMAGE, "generic parameter %s%u out of range",
            method ? "!!" : "!", type->var_index);
    return NULL;
}

static Type *substitute_instance(Type *type, const GenericContext *ctx, Err *err)
{
    Type *few[8];
    Arena scratch = ARENA_INIT;
    uint32_t n = type->n_args, i = 0;
    Type **args = n <= 8 ? few : arena_array(&scratch, Type *, n);
    while (i < n && (args[i] = type_substitute(type->args[i], ctx, err)))
        i++;
    Type *result = i == n ? type_instance(type->def, args, n, err) : NULL;
    arena_free(&scratch);
    return result;
}

Type *type_substitute(Type *type, const GenericContext *ctx, Err *err)
{
    if (!(type->bits & TYPE_BIT_OPEN) || !ctx)
        return type;
    switch (type->element) {
    case ELEMENT_VAR:
    case ELEMENT_MVAR:
        return substitute_var(type, ctx, err);
    case ELEMENT_SZARRAY:
    case ELEMENT_ARRAY:
    case ELEMENT_PTR:
    case ELEMENT_BYREF:
        return substitute_over(type, ctx, err);
    case ELEMENT_FNPTR:
        return substitute_fnptr(type, ctx, err);
    default:
        return substitute_instance(type, ctx, err);
    }
}

GenericContext type_context(const Type *type)
{
    return (GenericContext){type->args, type->n_args, NULL, 0};
}

GenericContext method_context(const Method *method)
{
    return (GenericContext){method->type->args, method->type->n_args, method->args,
                            method->n_args};
}

/* -- Sharing ------------------------------------------------------------------- */

static Type *canonical_arg(Type *arg)
{
    return type_is_reference(arg) ? arg->world->canon : type_canonical(arg);
}

Type *type_canonical(Type *type)
{
    if (type->def == type || !type->n_args)
        return type;
    Type *few[8];
    Arena scratch = ARENA_INIT;
    uint32_t n = type->n_args;
    Type **args = n <= 8 ? few : arena_array(&scratch, Type *, n);
    bool same = true;
    for (uint32_t i = 0; i < n; i++) {
        args[i] = canonical_arg(type->args[i]);
        same &= args[i] == type->args[i];
    }
    Err err = ERR_INIT;
    Type *result = same ? type : type_instance(type->def, args, n, &err);
    arena_free(&scratch);
    assert(result); /* no deeper than type itself */
    return result;
}

/* A reference type of its own that behaves as an empty subclass of Object. */
void world_make_canon(World *world)
{
    Type *canon = arena_new(&world->perm, Type);
    canon->world = world;
    canon->element = ELEMENT_CLASS;
    canon->bits = TYPE_BIT_SHARED;
    canon->flags = TYPE_PUBLIC;
    canon->assembly = world->corlib;
    canon->name = "__Canon";
    canon->name_space = "System";
    canon->def = canon;
    canon->args = (Type **)no_types;
    canon->depth = canon->weight = 1;
    canon->hash = hash_str("System.__Canon");
    world->canon = canon;
}
