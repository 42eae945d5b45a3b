/* lookup.c - see lookup_private.h. */
#include "loader/exec/lookup_private.h"

#include "loader/exec/method.h"
#include "loader/vm/pair_cache.h"
#include "common/ir/ir.h"
#include "loader/vm/vm.h"
#include "loader/vm/exception.h"

static PairCache lookups;

_Static_assert(!offsetof(Type, world) && !offsetof(Method, type), "context_of");

/* Both descriptors begin with a pointer: a Type's is the world. */
static GenericContext context_of(void *context)
{
    return *(void **)context == (void *)vm.world ? type_context(context)
                                                 : method_context(context);
}

/* Of a value, not of a box: compiled code has seen that the type declares it itself. */
static Method *own_impl(Type *type, Method *decl, Err *err)
{
    Method *impl = type_virtual_impl(type, decl, err);
    if (!impl || (type_is_valuetype(type) && impl->type == type))
        return impl;
    err_set(err, ERR_INVALID_PROGRAM, "a constrained call of what no value has");
    return NULL;
}

static void *resolve_static(const GenericContext *context, const IrLookup *lookup,
                            Err *err)
{
    Type *type = type_substitute(lookup->type, context, err);
    Method *decl = type ? method_substitute(lookup->method, context, err) : NULL;
    Method *impl = NULL;
    if (decl && decl->flags & METHOD_STATIC)
        impl = type_static_impl(type, decl, err);
    else if (decl)
        impl = own_impl(type, decl, err);
    return impl ? method_ftn(impl) : NULL;
}

static void *lookup_resolve(const GenericContext *context, const IrLookup *lookup,
                            Err *err)
{
    if (lookup->kind == IRL_METHOD)
        return method_substitute(lookup->method, context, err);
    if (lookup->kind == IRL_TYPE) {
        Type *type = type_substitute(lookup->type, context, err);
        return type && type_load(type, LEVEL_READY, err) ? type : NULL;
    }
    if (lookup->kind == IRL_STATIC)
        return resolve_static(context, lookup, err);
    Type *owner = type_substitute(lookup->field->owner, context, err);
    if (!owner || !type_load(owner, LEVEL_LAYOUT, err))
        return NULL;
    return &owner->fields[lookup->field - lookup->field->owner->fields];
}

void *lookup_find(void *context, const IrLookup *lookup)
{
    void *found = pair_cache_get(&lookups, context, lookup);
    if (found)
        return found;
    Err err = ERR_INIT;
    GenericContext generic = context_of(context);
    found = lookup_resolve(&generic, lookup, &err);
    if (found)
        pair_cache_put(&lookups, context, lookup, found);
    else
        exception_set_err(&err);
    return found;
}
