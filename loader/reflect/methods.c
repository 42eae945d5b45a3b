/* methods.c - methods as members: of other types than their own, of interfaces, with
 * arguments of their own. */
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"

#include <string.h>

bool reflection_is_ctor(const Method *method)
{
    return method->name[0] == '.' &&
           (!strcmp(method->name, ".ctor") || !strcmp(method->name, ".cctor"));
}

Method *reflection_method_in(Method *method, Type *type)
{
    Err err = ERR_INIT;
    if (type->def == method->type->def) {
        Method *on = type == method->type ? method : method_on_type(method, type, &err);
        if (!on)
            exception_set_err(&err);
        return on;
    }
    if (!reflection_load(type, LEVEL_PARENTS))
        return NULL;
    return type_ancestor(type, method->type->def) ? method : NULL;
}

Method *reflection_base_method(Method *method, bool first)
{
    Method *base = method;
    if (!(method->flags & METHOD_VIRTUAL) || method->flags & METHOD_NEWSLOT ||
        method->type->bits & TYPE_BIT_INTERFACE || method->slot < 0)
        return method;
    for (Type *t = method->type->parent; t; t = t->parent) {
        if (!reflection_load(t, LEVEL_READY))
            return NULL;
        if ((uint32_t)method->slot >= t->n_slots)
            break;
        Method *here = t->slots[method->slot];
        if (here && here != base && here->type == t) {
            base = here;
            if (!first)
                break;
        }
    }
    return base;
}

/* -- generic methods ------------------------------------------------------------- */

Method *reflection_method_definition(Method *method)
{
    if (reflection_is_generic_method_def(method))
        return method;
    Err err = ERR_INIT;
    Method *def = method_on_type(method->def, method->type, &err);
    if (!def)
        exception_set_err(&err);
    return def;
}

Method *reflection_make_generic_method(Method *def, Type **types, uint32_t n)
{
    Err err = ERR_INIT;
    Type **own = reflection_method_params(def);
    bool same = true, open = def->type->bits & TYPE_BIT_OPEN;
    for (uint32_t i = 0; i < def->n_args && i < n; i++)
        same = same && types[i] == own[i];
    for (uint32_t i = 0; i < n; i++)
        open = open || types[i]->bits & TYPE_BIT_OPEN;
    Method *method = same ? def : method_instance(def, types, n, &err);
    if (method && (open || method_check_constraints(method, &err)))
        return method;
    if (err.kind == ERR_NONE)
        exception_argument("System.ArgumentException", "typeArguments",
                           "Invalid generic arguments");
    else
        exception_set_err(&err);
    return NULL;
}

/* -- interfaces ------------------------------------------------------------------ */
static InterfaceEntry *interface_entry(Type *type, Type *interface)
{
    for (uint32_t i = 0; i < type->n_interfaces; i++)
        if (type->interfaces[i] == interface)
            return &type->iface_map[i];
    return NULL;
}

/* A definition has interfaces of its own parameters. False: pending. */
static bool over_themselves(Type **type, Type **interface)
{
    *type = reflection_over_itself(*type);
    *interface = *type ? reflection_over_itself(*interface) : NULL;
    return *interface && reflection_load(*type, LEVEL_READY) &&
           reflection_load(*interface, LEVEL_READY);
}

bool reflection_has_interface(Type *type, Type *interface)
{
    return over_themselves(&type, &interface) &&
           (interface_entry(type, interface) || type_castable(type, interface));
}

static Method *interface_impl(Type *type, Type *interface, Method *method)
{
    Err err = ERR_INIT;
    if (method->flags & METHOD_STATIC)
        return type_static_impl(type, method, &err);
    const InterfaceEntry *entry = interface_entry(type, interface);
    if (entry)
        return entry->impls ? entry->impls[method->slot] : NULL;
    return type_virtual_impl(type, method, &err); /* through variance */
}

Method *reflection_interface_impl(Type *type, Type *interface, Method *method)
{
    if (!over_themselves(&type, &interface))
        return NULL;
    Method *impl = interface_impl(type, interface, method);
    return impl ? reflection_method_in(impl, reflection_closed_over_itself(impl->type))
                : NULL;
}
