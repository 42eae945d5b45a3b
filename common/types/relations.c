/* relations.c - what is usable as what, and what a virtual call runs (I.8.7, II.12.2).
 */
#include <stdio.h>
#include <string.h>

#include "common/base/check.h"
#include "common/types/slots_private.h"
#include "common/types/types_private.h"

enum { MAX_DEPTH = 64 };

bool type_is_reference(const Type *type)
{
    switch (type->element) {
    case ELEMENT_CLASS:
    case ELEMENT_STRING:
    case ELEMENT_OBJECT:
    case ELEMENT_SZARRAY:
    case ELEMENT_ARRAY:
        return true;
    default:
        return false;
    }
}

static bool is_array(const Type *type)
{
    return type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY;
}

Type *type_underlying(Type *type)
{
    Err ignored = ERR_INIT;
    if (!(type->bits & TYPE_BIT_ENUM))
        return type;
    return type_load(type, LEVEL_LAYOUT, &ignored) ? type->elem : type;
}

static bool has_parent(const Type *type)
{
    return type_level(type) >= LEVEL_PARENTS || type->phases & PHASE_PARENTS;
}

bool type_is_subclass(const Type *type, const Type *ancestor)
{
    check_that(has_parent(type));
    for (type = type->parent; type; type = type->parent)
        if (type == ancestor)
            return true;
    return false;
}

Type *type_ancestor(Type *type, const Type *def)
{
    check_that(!type || type->def == def || has_parent(type));
    while (type && type->def != def)
        type = type->parent;
    return type;
}

static bool assignable(Type *from, Type *to, int depth, Err *err);

/* Element type that arrays are compared by: enums as their underlying type, integers
 * without their sign. */
static ElementType array_kind(Type *type)
{
    static const uint8_t kinds[] = {
        [ELEMENT_U1] = ELEMENT_I1, [ELEMENT_U2] = ELEMENT_I2, [ELEMENT_U4] = ELEMENT_I4,
        [ELEMENT_U8] = ELEMENT_I8, [ELEMENT_U] = ELEMENT_I,
    };
    uint8_t element = type_underlying(type)->element;
    if ((element == ELEMENT_I || element == ELEMENT_U) &&
        !type->world->library->exact_natives)
        return ELEMENT_I8;
    return element < sizeof kinds && kinds[element] ? kinds[element] : element;
}

static bool elem_assignable(Type *from, Type *to, int depth, Err *err)
{
    if (from == to)
        return true;
    if (type_is_reference(from) || type_is_reference(to))
        return type_is_reference(from) && type_is_reference(to) &&
               assignable(from, to, depth + 1, err);
    ElementType kind = array_kind(from);
    bool primitive =
        (kind >= ELEMENT_BOOLEAN && kind <= ELEMENT_R8) || kind == ELEMENT_I;
    return primitive && kind == array_kind(to);
}

static bool variance_assignable(Type *from, Type *to, int depth, Err *err)
{
    if (from->def != to->def || !from->variance || depth > MAX_DEPTH)
        return false;
    for (uint32_t i = 0; i < from->n_args; i++) {
        Type *a = from->args[i], *b = to->args[i];
        if (a == b)
            continue;
        if (!type_is_reference(a) || !type_is_reference(b))
            return false;
        switch (from->variance[i]) {
        case GENPARAM_COVARIANT:
            if (!assignable(a, b, depth + 1, err))
                return false;
            break;
        case GENPARAM_CONTRAVARIANT:
            if (!assignable(b, a, depth + 1, err))
                return false;
            break;
        default:
            return false;
        }
    }
    return true;
}

/* The generic interfaces of T[] for what a T may be used as. */
static bool array_has_interface(const Type *array, const Type *interface, int depth,
                                Err *err)
{
    const KnownTypes *known = &array->world->known;
    const Type *def = interface->def;
    if (array->element != ELEMENT_SZARRAY ||
        (def != known->ilist && def != known->icollection &&
         def != known->ienumerable && def != known->ireadonlylist &&
         def != known->ireadonlycollection))
        return false;
    return elem_assignable(array->elem, interface->args[0], depth, err);
}

static bool has_interface(Type *type, Type *interface, int depth, Err *err)
{
    for (uint32_t i = 0; i < type->n_interfaces; i++)
        if (type->interfaces[i] == interface)
            return true;
    if (!interface->n_args)
        return false;
    if (variance_assignable(type, interface, depth, err))
        return true;
    for (uint32_t i = 0; i < type->n_interfaces; i++)
        if (variance_assignable(type->interfaces[i], interface, depth, err))
            return true;
    return is_array(type) && array_has_interface(type, interface, depth, err);
}

/* A boxed Nullable<T> is a T. */
static Type *boxed(Type *type)
{
    return type->bits & TYPE_BIT_NULLABLE && type->def != type ? type->args[0] : type;
}

static bool assignable(Type *from, Type *to, int depth, Err *err)
{
    if (from == to || from == boxed(to))
        return true;
    to = boxed(to);
    if (depth > MAX_DEPTH || (!type_is_reference(from) && !type_is_valuetype(from)))
        return false;
    if (to == to->world->known.object)
        return true;
    if (!type_load(from, LEVEL_PARENTS, err) || !type_load(to, LEVEL_PARENTS, err))
        return false;
    if (to->bits & TYPE_BIT_INTERFACE)
        return has_interface(from, to, depth, err);
    if (is_array(to))
        return from->element == to->element && from->rank == to->rank &&
               elem_assignable(from->elem, to->elem, depth, err);
    if (to->bits & TYPE_BIT_DELEGATE && variance_assignable(from, to, depth, err))
        return true;
    return type_is_subclass(from, to);
}

bool type_assignable(Type *from, Type *to, Err *err)
{
    return assignable(from, to, 0, err);
}

bool type_element_assignable(Type *from, Type *to, Err *err)
{
    return elem_assignable(from, to, 0, err);
}

/* -- Virtual calls ------------------------------------------------------------- */

static Method *no_impl(const Type *type, Method *decl, Err *err)
{
    Arena scratch = ARENA_INIT;
    err_set(err, ERR_MISSING_METHOD, "Method not found: %.200s has no %.200s",
            type_name(&scratch, type), method_name(&scratch, decl));
    arena_free(&scratch);
    return NULL;
}

/* NULL with err set: interfaces have several methods for it, or an abstract one. */
static Method *exact_impl(Type *type, const Type *interface, uint32_t slot, Err *err)
{
    for (uint32_t i = 0; i < type->n_interfaces; i++) {
        const InterfaceEntry *entry = &type->iface_map[i];
        bool inherits = type->bits & TYPE_BIT_INTERFACE;
        if (entry->interface != interface || (!entry->impls && !inherits))
            continue;
        Method *impl = entry->impls ? entry->impls[slot] : NULL;
        return impl ? impl : interface_default(type, interface->slots[slot], err);
    }
    return NULL;
}

/* Which of the interfaces that a class declares itself is called for `interface`: that
 * one, else the first that varies to it; NULL: none. */
static const Type *own_interface(const Type *type, Type *interface, Err *err)
{
    const Type *found = NULL;
    for (uint32_t i = 0; i < type->n_interfaces; i++) {
        const InterfaceEntry *entry = &type->iface_map[i];
        if (!entry->own)
            continue;
        if (entry->interface == interface)
            return interface;
        if (!found && variance_assignable(entry->interface, interface, 0, err))
            found = entry->interface;
    }
    return found;
}

/* The lowest class that declares something usable decides: an interface that varies
 * there is called before the exact one of a base class (ECMA-335 II.12.2). */
static Method *variant_impl(Type *type, Type *interface, uint32_t slot, Err *err)
{
    for (const Type *at = type; at; at = at->parent) {
        const Type *found = own_interface(at, interface, err);
        if (found)
            return exact_impl(type, found, slot, err);
    }
    return NULL;
}

static Method *interface_impl(Type *type, const Method *decl, Err *err)
{
    Type *interface = decl->type;
    uint32_t slot = (uint32_t)decl->slot;
    if (interface->variance && !is_array(type))
        return variant_impl(type, interface, slot, err);
    Method *impl = exact_impl(type, interface, slot, err);
    if (!impl && interface->n_args && array_has_interface(type, interface, 0, err))
        return array_interface_impl(type->world, decl, err);
    return impl;
}

Method *type_virtual_impl(Type *type, Method *decl, Err *err)
{
    if (!type_load(type, LEVEL_READY, err) || !type_load(decl->type, LEVEL_READY, err))
        return NULL;
    Method *base = method_on_type(decl->def, decl->type, err), *impl;
    if (!base)
        return NULL;
    if (base->slot < 0)
        return decl;
    if (decl->type->bits & TYPE_BIT_INTERFACE)
        impl = interface_impl(type, base, err);
    else
        impl = (uint32_t)base->slot < type->n_slots ? type->slots[base->slot] : NULL;
    if (!impl)
        return no_impl(type, decl, err);
    if (decl->n_args && impl->n_args == decl->n_args)
        return method_instance(impl, decl->args, decl->n_args, err);
    return impl;
}
