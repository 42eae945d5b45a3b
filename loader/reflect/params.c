/* params.c - generic parameters as reflection shows them.
 *
 * common/types knows one VAR for each number: the T of List<T> and the K of
 * Dictionary<K, V> are both VAR 0. Reflection tells them apart, so each definition has
 * Params of its own, made when they are first asked for. reflection_open puts them in
 * place of the plain VARs: the field `T[] _items` of List<> has type VAR0[], and is
 * shown as List's own T[]. List<T> over exactly its own T is the definition List<>.
 */
#include <stdlib.h>

#include "common/base/lock.h"
#include "common/base/hash.h"
#include "common/base/map.h"
#include "common/base/mem.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Map params; /* definition -> its Types; under lock */

bool reflection_is_var(const Type *type)
{
    return type->element == ELEMENT_VAR || type->element == ELEMENT_MVAR;
}

bool reflection_method_is_open(const Method *method)
{
    bool open = method->type->bits & (TYPE_BIT_OPEN | TYPE_BIT_GENERIC_DEF);
    for (uint32_t i = 0; i < method->n_args && !open; i++)
        open = method->args[i]->bits & TYPE_BIT_OPEN;
    return open;
}

bool reflection_is_generic_method_def(const Method *method)
{
    return method->n_args && method->args[0]->element == ELEMENT_MVAR &&
           !method->args[0]->token && method->args[0]->var_index == 0;
}

static Type *param_make(Type *plain, Type *owner, Method *method, uint32_t rid)
{
    const Image *image = owner->assembly->image;
    Param *param = mem_alloc(sizeof *param);
    param->type = *plain;
    param->type.def = &param->type;
    param->type.rt = NULL;
    param->type.token = TOKEN(TABLE_GenericParam, rid);
    param->type.name =
        rid ? image_get_string(image, TABLE_GenericParam, rid, COL_GenericParam_Name)
            : "T";
    param->type.name_space = owner->name_space;
    param->type.assembly = owner->assembly;
    param->type.flags = TYPE_PUBLIC;
    param->type.hash =
        hash_mix(plain->hash, method ? hash_ptr(method) : hash_ptr(owner));
    param->owner = owner;
    param->method = method;
    return &param->type;
}

static Type **params_make(Type *owner, Method *method, uint32_t n, uint32_t token)
{
    Type **types = mem_array(n + 1, sizeof *types);
    uint32_t first = 0, end = 0;
    const Image *image = owner->assembly->image;
    image_find_rows(image, TABLE_GenericParam, COL_GenericParam_Owner, token, &first,
                    &end);
    for (uint32_t i = 0; i < n; i++) {
        Err err = ERR_INIT;
        Type *plain = type_var(owner->world, method != NULL, i);
        type_load(plain, LEVEL_READY, &err);
        uint32_t rid = 0;
        for (uint32_t r = first; r < end; r++)
            if (image_get(image, TABLE_GenericParam, r, COL_GenericParam_Number) == i)
                rid = r;
        types[i] = param_make(plain, owner, method, rid);
    }
    return types;
}

static Type **params_get(void *key, Type *owner, Method *method, uint32_t n,
                         uint32_t token)
{
    lock_acquire(&lock);
    Type **types = map_ptr_get(&params, key);
    lock_release(&lock);
    if (types)
        return types;
    Type **made = params_make(owner, method, n, token);
    lock_acquire(&lock);
    types = map_ptr_get(&params, key);
    if (!types)
        map_ptr_put(&params, key, types = made);
    lock_release(&lock);
    if (types != made) {
        for (uint32_t i = 0; i < n; i++)
            free((Param *)made[i]);
        free(made);
    }
    return types;
}

Type **reflection_type_params(Type *def)
{
    return params_get(def, def, NULL, def->n_args, def->token);
}

Type **reflection_method_params(Method *method)
{
    Method *def = method->def; /* A<int>.M<U> and A<>.M<U> have the same U */
    return params_get(def, def->type, def, def->n_args, def->token);
}

Type *reflection_closed_over_itself(Type *type)
{
    if (type->def == type || !type->n_args || !reflection_param(type->args[0]))
        return type;
    Type **own = reflection_type_params(type->def);
    for (uint32_t i = 0; i < type->n_args; i++)
        if (type->args[i] != own[i])
            return type;
    return type->def;
}

Type *reflection_over_itself(Type *type)
{
    Err err = ERR_INIT;
    if (!(type->bits & TYPE_BIT_GENERIC_DEF))
        return type;
    type = type_instance(type, reflection_type_params(type), type->n_args, &err);
    if (!type)
        exception_set_err(&err);
    return type;
}

Type *reflection_open(Type *type, Type *owner, Method *method)
{
    if (!(type->bits & TYPE_BIT_OPEN))
        return type;
    GenericContext ctx = {NULL, 0, NULL, 0};
    if (owner && owner->bits & TYPE_BIT_GENERIC_DEF) {
        ctx.class_args = reflection_type_params(owner);
        ctx.n_class = owner->n_args;
    }
    if (method && reflection_is_generic_method_def(method)) {
        ctx.method_args = reflection_method_params(method);
        ctx.n_method = method->n_args;
    }
    Err err = ERR_INIT;
    Type *open = type_substitute(type, &ctx, &err);
    return open ? reflection_closed_over_itself(open) : type;
}
