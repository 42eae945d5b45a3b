/* import_own.c - what a value type itself runs for a method that is called through a
 * constraint.
 *
 *     constrained. !!TState  callvirt  instance void IState`1<!!TStream>::Advance()
 *
 * may change the value where it lies, so the value is boxed only for methods that it
 * inherits. In shared code the interface is IState<__Canon>, which no type implements
 * by that name. If the type implements one interface of the definition, that is it. If
 * it implements several (S<T, U> : I<T>, I<U>), or the method is generic over __Canon,
 * the address is looked up in the generic context. */
#include "common/ir/import.h"

typedef struct Candidates {
    Method *impl; /* the last one */
    uint32_t n;
    bool own; /* all are methods of the type itself */
} Candidates;

/* Of each interface of the declaration's definition. Open forms are counted: closed
 * ones may have become the same. */
static bool import_candidates(Importer *im, Type *type, const Method *decl,
                              Candidates *out)
{
    *out = (Candidates){.own = true};
    if (!type_load(type->def, LEVEL_PARENTS, &im->soft))
        return false;
    for (uint32_t i = 0; i < type->def->n_interfaces; i++)
        out->n += type->def->interfaces[i]->def == decl->type->def;
    for (uint32_t i = 0; i < type->n_interfaces; i++) {
        Err ignored = ERR_INIT;
        if (type->interfaces[i]->def != decl->type->def)
            continue;
        Method *same = method_on_type(decl->def, type->interfaces[i], &ignored);
        Method *impl = same ? type_virtual_impl(type, same, &ignored) : NULL;
        out->own = out->own && impl && impl->type == type;
        out->impl = impl;
    }
    return true;
}

static bool import_own_address(Importer *im, const TypeOperand *type,
                               MethodOperand *decl, uint32_t *address)
{
    if (!import_open_method(im, decl))
        return false;
    *address = import_lookup_static(im, type->open, decl->open);
    return true;
}

/* An interface that has __Canon in it. */
static bool import_own_shared(Importer *im, const TypeOperand *type,
                              MethodOperand *decl, OwnImpl *out)
{
    Candidates found;
    if (!import_candidates(im, type->type, decl->method, &found))
        return false;
    if (!found.n || !found.own)
        return true;
    if (found.n > 1 || decl->method->n_args)
        return import_own_address(im, type, decl, &out->address);
    out->method = found.impl;
    return true;
}

bool import_own_impl(Importer *im, const TypeOperand *type, MethodOperand *decl,
                     OwnImpl *out)
{
    Method *method = decl->method;
    Err ignored = ERR_INIT;
    *out = (OwnImpl){.method = NULL, .address = IR_NONE};
    if (!type_load(type->type, LEVEL_READY, &im->soft))
        return false;
    if (!(method->flags & METHOD_VIRTUAL)) {
        out->method = method;
        return true;
    }
    if (im->shared && method_is_shared(method) &&
        method->type->bits & TYPE_BIT_INTERFACE)
        return import_own_shared(im, type, decl, out);
    out->method = type_virtual_impl(type->type, method, &ignored);
    return true;
}
