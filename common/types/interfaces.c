/* interfaces.c - which method of a class implements which of an interface (II.12.2).
 *
 * For each method of an interface that the class itself declares: its MethodImpl, else
 * its own public virtual method of that name and signature, else what its parent has
 * for the interface, else an inherited public virtual method. Other interfaces are the
 * parent's. What is found is then taken from its virtual slot, so that overrides count.
 *
 * Where no class has a method, an interface may: the method itself if it has a body, or
 * a MethodImpl for it in an interface that inherits it. The most specific of them runs.
 * That an instance asks for itself: arguments may make two interfaces one.
 */
#include <string.h>

#include "common/types/rules_private.h"
#include "common/types/slots_private.h"
#include "common/types/types_private.h"
#include "common/types/words.h"

typedef struct Mapper {
    Type *type;
    const Overrides *overrides;
    bool *declared; /* per interface: by this class */
} Mapper;

static void mark_declared(Mapper *m, const Type *interface)
{
    for (uint32_t i = 0; i < m->type->n_interfaces; i++)
        if (m->type->interfaces[i] == interface)
            m->declared[i] = true;
}

static bool find_declared(Mapper *m, Err *err)
{
    const Type *type = m->type;
    const Image *image = type->assembly->image;
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_InterfaceImpl, COL_InterfaceImpl_Class,
                         TOKEN_RID(type->token), &first, &end))
        return true;
    for (uint32_t i = first; i < end; i++) {
        uint32_t token =
            image_get(image, TABLE_InterfaceImpl, i, COL_InterfaceImpl_Interface);
        const Type *interface = type_from_token(type->assembly, token, NULL, err);
        if (!interface)
            return false;
        mark_declared(m, interface);
        for (uint32_t k = 0; k < interface->n_interfaces; k++)
            mark_declared(m, interface->interfaces[k]);
    }
    return true;
}

static Method *find_override(const Mapper *m, const Method *decl)
{
    for (uint32_t i = 0; i < m->overrides->n; i++)
        if (m->overrides->at[i].decl == decl)
            return m->overrides->at[i].body;
    return NULL;
}

static bool has_override(const Mapper *m, const Type *interface)
{
    for (uint32_t i = 0; i < m->overrides->n; i++)
        if (m->overrides->at[i].decl->type == interface)
            return true;
    return false;
}

/* -- Default methods ----------------------------------------------------------- */

bool interface_has(const Method *method)
{
    return (method->type->bits & TYPE_BIT_INTERFACE) != 0;
}

/* What interface `at` itself says of a method of its own or of one that it inherits. */
static Method *default_of(Type *at, Method *decl, Err *err)
{
    if (at == decl->type)
        return decl->flags & METHOD_ABSTRACT ? NULL : decl;
    if (decl->flags & METHOD_STATIC)
        return static_override(at, decl, err);
    for (uint32_t i = 0; i < at->n_interfaces; i++)
        if (at->iface_map[i].interface == decl->type && at->iface_map[i].impls)
            return at->iface_map[i].impls[decl->slot];
    return NULL;
}

static bool inherits(const Type *interface, const Type *from)
{
    for (uint32_t i = 0; i < interface->n_interfaces; i++)
        if (interface->interfaces[i] == from)
            return true;
    return false;
}

/* Has another interface of type, which inherits `at`, more to say? */
static bool default_is_overridden(const Type *type, const Type *at, Method *decl,
                                  Err *err)
{
    for (uint32_t i = 0; i < type->n_interfaces; i++)
        if (inherits(type->interfaces[i], at) &&
            default_of(type->interfaces[i], decl, err))
            return true;
    return false;
}

static Method *default_fail(const Type *type, Method *decl, ErrKind kind, Err *err)
{
    Arena scratch = ARENA_INIT;
    const char *const args[WORDS_ARGS] = {
        words_method(&scratch, decl), words_type(&scratch, type),
        words_type(&scratch, decl->type),
        type->assembly ? words_assembly(&scratch, type->assembly) : NULL};
    if (kind == ERR_AMBIGUOUS)
        err_words(err, kind, type->world, WORDS_SEVERAL_DEFAULTS, args);
    else
        err_set(err, kind,
                "Could not call method '%.200s' with type '%.200s': it is abstract",
                args[0], args[1]);
    arena_free(&scratch);
    return NULL;
}

Method *interface_default(Type *type, Method *decl, Err *err)
{
    Method *found = NULL;
    if (decl->flags & METHOD_FINAL)
        return decl->flags & METHOD_ABSTRACT
                   ? default_fail(type, decl, ERR_ENTRY_POINT, err)
                   : decl;
    for (uint32_t i = 0; i < type->n_interfaces; i++)
        if (!type_load(type->interfaces[i], LEVEL_READY, err))
            return NULL;
    for (uint32_t i = 0; i < type->n_interfaces; i++) {
        Type *at = type->interfaces[i];
        Method *method = default_of(at, decl, err);
        if (!method || default_is_overridden(type, at, decl, err))
            continue;
        if (found)
            return default_fail(type, decl, ERR_AMBIGUOUS, err);
        found = method;
    }
    if (found && found->flags & METHOD_ABSTRACT)
        return default_fail(type, decl, ERR_ENTRY_POINT, err);
    return err->kind == ERR_NONE ? found : NULL;
}

/* -- Maps ---------------------------------------------------------------------- */

/* The last public virtual one of a list that matches decl. */
static bool find_public(Method *const *list, uint32_t n, Method *decl, Method **found,
                        Err *err)
{
    for (uint32_t i = n; i-- > 0;) {
        Method *method = list[i];
        if (!method_is_virtual(method) ||
            (method->flags & METHOD_ACCESS_MASK) != METHOD_PUBLIC)
            continue;
        int match = method_matches(method, decl, err);
        if (match)
            *found = method;
        if (match)
            return match > 0;
    }
    return true;
}

/* What the nearest class has for a method of an interface; NULL: none. */
static bool find_impl(const Mapper *m, uint32_t index, uint32_t slot, Method **impl,
                      Err *err)
{
    Type *type = m->type, *parent = type->parent;
    Method *decl = type->interfaces[index]->slots[slot];
    bool inherited = parent && index < parent->n_interfaces;
    if (decl->flags & METHOD_FINAL)
        return true;
    *impl = find_override(m, decl);
    if (!*impl && m->declared[index] &&
        !find_public(type->methods, type->n_methods, decl, impl, err))
        return false;
    if (!*impl && inherited && parent->iface_map[index].impls)
        *impl = parent->iface_map[index].impls[slot];
    if (*impl && interface_has(*impl))
        *impl = NULL;
    bool open = !inherited || decl->flags & METHOD_ABSTRACT;
    if (!*impl && open && !find_public(type->slots, type->n_slots, decl, impl, err))
        return false;
    if (*impl && (*impl)->slot >= 0)
        *impl = type->slots[(*impl)->slot];
    return true;
}

static bool fail_unimplemented(Type *type, const Method *decl, Err *err)
{
    Arena scratch = ARENA_INIT;
    type_fail_undone(type, err,
                     arena_printf(&scratch, "no implementation of %s.%s",
                                  type_name(&scratch, decl->type), decl->name),
                     decl);
    arena_free(&scratch);
    return false;
}

static bool map_one(const Mapper *m, uint32_t index, Err *err)
{
    Type *type = m->type;
    Type *interface = type->interfaces[index];
    InterfaceEntry *entry = &type->iface_map[index];
    if (!type_load(interface, LEVEL_READY, err))
        return false;
    entry->interface = interface;
    entry->declared = m->declared[index];
    entry->own = entry->declared || has_override(m, interface);
    entry->impls = arena_array(&type->world->perm, Method *, interface->n_slots);
    for (uint32_t slot = 0; slot < interface->n_slots; slot++) {
        Err why = ERR_INIT;
        Method **impl = &entry->impls[slot], *decl = interface->slots[slot];
        if (!find_impl(m, index, slot, impl, err) ||
            (*impl && (*impl)->type == type &&
             !rules_check_constraints(type, *impl, decl, err)))
            return false;
        if (!*impl && !(*impl = interface_default(type, decl, &why)) &&
            why.kind == ERR_NONE && !(type->bits & TYPE_BIT_ABSTRACT))
            return fail_unimplemented(type, decl, err);
    }
    return true;
}

/* Of an interface that inherits another: its MethodImpls for it and nothing else. */
static bool map_inherited(const Mapper *m, uint32_t index, Err *err)
{
    Type *type = m->type, *interface = type->interfaces[index];
    InterfaceEntry *entry = &type->iface_map[index];
    entry->interface = interface;
    entry->declared = true;
    if (!has_override(m, interface))
        return true;
    if (!type_load(interface, LEVEL_READY, err))
        return false;
    entry->own = true;
    entry->impls = arena_array(&type->world->perm, Method *, interface->n_slots);
    for (uint32_t slot = 0; slot < interface->n_slots; slot++)
        entry->impls[slot] = find_override(m, interface->slots[slot]);
    return true;
}

bool interfaces_map(Type *type, const Overrides *overrides, Err *err)
{
    Arena scratch = ARENA_INIT;
    uint32_t n = type->n_interfaces;
    Mapper m = {type, overrides, arena_array(&scratch, bool, n)};
    type->iface_map = arena_array(&type->world->perm, InterfaceEntry, n);
    bool ok = true;
    if (type->bits & TYPE_BIT_INTERFACE) {
        for (uint32_t i = 0; ok && i < n; i++)
            ok = map_inherited(&m, i, err);
    } else {
        ok = find_declared(&m, err);
        for (uint32_t i = 0; ok && i < n; i++)
            ok = map_one(&m, i, err);
    }
    arena_free(&scratch);
    return ok;
}
