/* slots.c - virtual slots of classes and interfaces (ECMA-335 II.10.3, II.12.2).
 *
 * A class begins with a copy of its parent's slots. Then its own virtual methods come,
 * in the order of the metadata: `newslot` makes a slot, others take that of the nearest
 * ancestor's method which has their name and signature (after substitution of the
 * parent's arguments), and make one if there is none. Last, MethodImpls put a body into
 * the slot of whatever they name. For
 *
 *     class A { virtual void F(); virtual void G(); }
 *     class B : A { override void F(); new virtual void G(); }
 *
 * the four slots of Object come first in both; A.F and A.G are slots 4 and 5. B has B.F
 * in 4, A.G still in 5 and B.G in 6: callers that know an A call 5, those of a B
 * call 6.
 *
 * All that is decided on the definition. An instantiation has the same numbers and only
 * asks what stands for each method with its arguments; so the slots of List<int> and
 * List<string> agree, which code shared by instances relies on. Which method answers
 * for an interface's is found afterwards, interfaces.c. */
#include <assert.h>
#include <string.h>

#include "common/types/rules_private.h"
#include "common/types/slots_private.h"
#include "common/types/types_private.h"

bool method_is_virtual(const Method *method)
{
    return (method->flags & (METHOD_VIRTUAL | METHOD_STATIC)) == METHOD_VIRTUAL;
}

static bool same_name(const char *a, const char *b)
{
    return a == b || !strcmp(a, b);
}

/* Is decl's name and signature that of method: 1, 0, or -1 with err set. */
int method_matches(Method *method, Method *decl, Err *err)
{
    if (method->n_args != decl->n_args || !same_name(method->name, decl->name))
        return 0;
    const MethodSig *a = method_sig(method, err), *b = a ? method_sig(decl, err) : NULL;
    return b ? sig_equal(a, b) : -1;
}

/* Private methods are not seen by overriding. Internal ones of other assemblies are:
 * their friends may override them, and compilers give a new slot to what only looks
 * alike. */
static bool is_overridable(const Method *method, const Type *by)
{
    return (method->flags & METHOD_ACCESS_MASK) != METHOD_PRIVATE ||
           method->type->def == by;
}

/* The slot of the nearest ancestor's method that method overrides, by the name it was
 * declared with and not by what a MethodImpl put there; -1: none, -2: err set. */
static int32_t find_overridden(Type *parent, Method *method, Err *err)
{
    for (const Type *at = parent; at; at = at->parent) {
        for (uint32_t i = at->n_methods; i-- > 0;) {
            Method *old = at->methods[i];
            if (!method_is_virtual(old) || !is_overridable(old, method->type))
                continue;
            int match = method_matches(old, method, err);
            if (match < 0)
                return -2;
            if (match && old->flags & METHOD_FINAL)
                return type_fail(method->type, err, "it overrides a final method"), -2;
            if (match)
                return old->slot;
        }
    }
    return -1;
}

/* See Library.overrides_bodies. */
static void override_bodies(Type *type, uint32_t slot, Method *method)
{
    const Method *old = type->slots[slot];
    for (uint32_t i = 0; type->parent && i < type->parent->n_slots; i++)
        if (type->slots[i] == old)
            type->slots[i] = method;
}

static bool add_own_slots(Type *type, Err *err)
{
    for (uint32_t i = 0; i < type->n_methods; i++) {
        Method *method = type->methods[i];
        int32_t slot = -1;
        if (!method_is_virtual(method))
            continue;
        if (!(method->flags & METHOD_NEWSLOT) && type->parent)
            slot = find_overridden(type->parent, method, err);
        if (slot == -2)
            return false;
        if (slot < 0)
            slot = (int32_t)type->n_slots++;
        else if (type->world->library->overrides_bodies)
            override_bodies(type, (uint32_t)slot, method);
        type->slots[slot] = method;
        method->slot = slot;
    }
    return true;
}

/* Does a token name a method of another type. */
static bool names_other(const Type *type, uint32_t token)
{
    const Image *image = type->assembly->image;
    Err ignored = ERR_INIT;
    if (TOKEN_TABLE(token) != TABLE_MemberRef)
        return false;
    uint32_t class =
        image_get(image, TABLE_MemberRef, TOKEN_RID(token), COL_MemberRef_Class);
    GenericContext ctx = type_context(type);
    const Type *named = type_from_token(type->assembly, class, &ctx, &ignored);
    return named && named->def != type->def;
}

/* A method that is not there is a fault of the type; to .NET one of its own methods. */
static bool fail_override(const Type *type, uint32_t token, Err *err)
{
    bool other = type->world->library->strict_types && names_other(type, token);
    if (err->kind == ERR_MISSING_METHOD && !other) {
        Err why = *err;
        *err = (Err)ERR_INIT;
        type_fail(type, err, why.text);
    }
    return false;
}

static bool read_override(Type *type, uint32_t row, Override *o, Err *err)
{
    const Image *image = type->assembly->image;
    uint32_t body = image_get(image, TABLE_MethodImpl, row, COL_MethodImpl_MethodBody);
    uint32_t decl =
        image_get(image, TABLE_MethodImpl, row, COL_MethodImpl_MethodDeclaration);
    GenericContext ctx = type_context(type);
    ctx.method_args = (Type **)no_types;
    o->body = method_from_token(type->assembly, body, &ctx, NULL, err);
    o->decl = o->body ? method_from_token(type->assembly, decl, &ctx, NULL, err) : NULL;
    if (!o->decl)
        return fail_override(type, o->body ? decl : body, err);
    if (!method_is_virtual(o->body) || !method_is_virtual(o->decl) ||
        (o->body->type != type && !type_is_subclass(type, o->body->type)))
        return type_fail(type, err, "a bad override (MethodImpl)");
    return rules_check_override(type, o->body, o->decl, err);
}

/* Those of static methods are asked for when they are called: statics.c. */
static bool add_override(Type *type, uint32_t row, Overrides *list, Err *err)
{
    bool is_static;
    if (!static_override_check(type, row, &is_static, err))
        return false;
    return is_static || read_override(type, row, &list->at[list->n++], err);
}

static bool of_class(const Method *method)
{
    return !(method->type->bits & TYPE_BIT_INTERFACE);
}

static bool same_target(const Type *type, const Method *a, const Method *b)
{
    return a == b || (type->world->library->strict_types && a && b && of_class(a) &&
                      of_class(b) && a->slot >= 0 && a->slot == b->slot);
}

/* Rows of a generic type may come to mean the same method in an instance. */
static bool is_repeated(const Type *type, const Overrides *list)
{
    const Override *last = &list->at[list->n - 1];
    for (const Override *o = list->at; !type->n_args && o < last; o++)
        if (same_target(type, o->decl, last->decl) && o->body != last->body)
            return true;
    return false;
}

/* What is a body itself can't be given another one. */
static bool check_chains(const Type *type, const Overrides *list, Err *err)
{
    for (uint32_t i = 0; type->world->library->strict_types && i < list->n; i++) {
        const Method *decl = list->at[i].decl;
        for (uint32_t k = 0; decl && decl->type == type && k < list->n; k++)
            if (list->at[k].body == decl)
                return rule_broken(type, RULE_OVERRIDE_CHAIN, decl->name, err);
    }
    return true;
}

static bool read_overrides(Type *type, Overrides *list, Arena *scratch, Err *err)
{
    const Image *image = type->assembly->image;
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_MethodImpl, COL_MethodImpl_Class,
                         TOKEN_RID(type->token), &first, &end))
        return true;
    list->at = arena_array(scratch, Override, end - first);
    for (uint32_t i = first; i < end; i++)
        if (!add_override(type, i, list, err))
            return false;
    if (list->n && is_repeated(type, list))
        return type_fail(type, err, "a method is overridden twice (MethodImpl)");
    return check_chains(type, list, err);
}

/* An override with another result than the overridden method's is a new method, with a
 * slot of its own, whose MethodImpl names a method that it overrides. The attribute
 * says that all others that this one overrides are meant, too; and so they are when it
 * is overridden itself. */
static bool keeps_overrides(const Method *body)
{
    return image_has_attribute(body->type->assembly->image, body->def->token,
                               "System.Runtime.CompilerServices",
                               "PreserveBaseOverridesAttribute");
}

/* A MethodImpl has made two slots one: when the body's own slot is overridden, what the
 * body was put into is. Chains of such take several rounds. */
static void unify_slots(Type *type)
{
    bool changed = true;
    for (uint32_t round = 0; changed && round < type->n_slots; round++) {
        changed = false;
        for (uint32_t i = 0; i < type->n_slots; i++) {
            const Method *m = type->slots[i];
            if (m->slot < 0 || (uint32_t)m->slot == i || type->slots[m->slot] == m)
                continue;
            type->slots[i] = type->slots[m->slot];
            changed = true;
        }
    }
}

static bool is_class_override(const Override *o, const Method *body)
{
    return o->body == body && of_class(o->decl);
}

static bool is_preserved(const Type *type, uint32_t slot)
{
    for (; type && slot < type->n_slots; type = type->parent) {
        const Method *m = type->slots[slot];
        if (m->slot != (int32_t)slot && keeps_overrides(m))
            return true;
    }
    return false;
}

/* The other way: a MethodImpl for a slot that one with the attribute has had, here or
 * in an ancestor, is one for all that had the same body. */
static void preserve_overrides(Type *type, const Overrides *list)
{
    uint32_t n = type->parent ? type->parent->n_slots : 0;
    for (uint32_t k = 0; k < list->n; k++)
        for (uint32_t i = 0; i < n; i++) {
            Method *body = type->slots[i], *old = type->parent->slots[i];
            if (body == old || !is_class_override(&list->at[k], body) ||
                !is_preserved(type, i))
                continue;
            for (uint32_t j = i; j < n; j++)
                if (type->slots[j] == old)
                    type->slots[j] = body;
        }
}

/* Overrides of class methods; those of interface methods come with the maps. */
static bool apply_overrides(Type *type, const Overrides *list, Err *err)
{
    for (uint32_t i = 0; i < list->n; i++) {
        Method *decl = list->at[i].decl, *body = list->at[i].body;
        assert(decl && body);
        if (!of_class(decl))
            continue;
        if (decl->type != type && !type_is_subclass(type, decl->type))
            return type_fail(type, err, "it overrides a method of a strange class");
        if (decl->slot < 0 || (uint32_t)decl->slot >= type->n_slots)
            return type_fail(type, err, "it overrides what is not virtual");
        if (type->slots[decl->slot]->flags & METHOD_FINAL && decl->type != type)
            return type_fail(type, err, "it overrides a final method");
        if (type->world->library->overrides_bodies && keeps_overrides(body))
            override_bodies(type, (uint32_t)decl->slot, body);
        type->slots[decl->slot] = body;
    }
    if (type->world->library->overrides_bodies)
        return true;
    unify_slots(type);
    preserve_overrides(type, list);
    return true;
}

/* Once all overrides are there. See also TYPE_BIT_RESULTS. */
static bool check_results(Type *type, Err *err)
{
    for (uint32_t i = 0; type->parent && i < type->parent->n_slots; i++)
        if (type->slots[i]->type == type &&
            !rules_check_result(type, type->slots[i], type->parent->slots[i], err))
            return false;
    return true;
}

static bool check_abstract(const Type *type, Err *err)
{
    if (type->bits & TYPE_BIT_ABSTRACT)
        return true;
    for (uint32_t i = 0; i < type->n_slots; i++)
        if (type->slots[i]->flags & METHOD_ABSTRACT)
            return type_fail_undone(type, err,
                                    "it is not abstract but one of its methods is",
                                    type->slots[i]);
    return true;
}

static uint32_t count_virtual(const Type *type)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < type->n_methods; i++)
        n += method_is_virtual(type->methods[i]);
    return n;
}

static void find_special(Type *type)
{
    const Type *object = type->world->known.object;
    for (uint32_t i = 0; type->bits & TYPE_BIT_CCTOR && i < type->n_methods; i++)
        if (type->methods[i]->flags & METHOD_STATIC &&
            !strcmp(type->methods[i]->name, ".cctor"))
            type->cctor = type->methods[i];
    if (type == object || type->bits & TYPE_BIT_INTERFACE)
        return;
    for (uint32_t i = 0; i < object->n_slots && i < type->n_slots; i++)
        if (!strcmp(object->slots[i]->name, "Finalize") &&
            type->slots[i]->type != object) {
            type->finalizer = type->slots[i];
            type->bits |= TYPE_BIT_FINALIZER;
        }
}

static bool slots_of_def(Type *type, Err *err)
{
    Arena scratch = ARENA_INIT;
    Overrides overrides = {0};
    uint32_t inherited = type->parent ? type->parent->n_slots : 0;
    type->slots =
        arena_array(&type->world->perm, Method *, inherited + count_virtual(type));
    if (inherited)
        memcpy(type->slots, type->parent->slots, inherited * sizeof *type->slots);
    type->n_slots = inherited;
    bool ok = rules_check_methods(type, err) && add_own_slots(type, err) &&
              rules_check_variance(type, err) &&
              read_overrides(type, &overrides, &scratch, err) &&
              apply_overrides(type, &overrides, err) && check_results(type, err) &&
              check_abstract(type, err) && interfaces_map(type, &overrides, err);
    if (ok)
        find_special(type);
    arena_free(&scratch);
    return ok;
}

/* -- Instantiations ------------------------------------------------------------ */

/* What of an instantiation stands for a method that its definition uses. */
static Method *method_of_instance(Type *type, Method *method, Err *err)
{
    if (method->type == type->def && method->def == method)
        return type->methods[method - method->type->methods[0]];
    GenericContext ctx = type_context(type);
    return method_substitute(method, &ctx, err);
}

static InterfaceEntry *find_entry(const Type *type, const Type *interface)
{
    for (uint32_t i = 0; i < type->n_interfaces; i++)
        if (type->iface_map[i].interface == interface)
            return &type->iface_map[i];
    return NULL;
}

/* What the parent has for the interface; an override of its virtual slot counts. */
static Method *inherited_impl(const Type *type, const Type *interface, uint32_t slot)
{
    const InterfaceEntry *entry =
        type->parent ? find_entry(type->parent, interface) : NULL;
    Method *impl = entry && entry->impls ? entry->impls[slot] : NULL;
    if (impl && impl->slot >= 0 && !interface_has(impl))
        return type->slots[impl->slot];
    return impl;
}

static bool fill_slot(Type *type, const InterfaceEntry *from, InterfaceEntry *entry,
                      uint32_t slot, Err *err)
{
    Err ignored = ERR_INIT;
    Method **impl = &entry->impls[slot];
    if (!from->own)
        *impl = inherited_impl(type, entry->interface, slot);
    if (!*impl && from->impls[slot] &&
        !(*impl = method_of_instance(type, from->impls[slot], err)))
        return false;
    if ((!*impl || interface_has(*impl)) && !(type->bits & TYPE_BIT_INTERFACE))
        *impl = interface_default(type, entry->interface->slots[slot], &ignored);
    return true;
}

static bool fill_entry(Type *type, const InterfaceEntry *from, InterfaceEntry *entry,
                       Err *err)
{
    uint32_t n = entry->interface->n_slots;
    entry->impls = arena_array(&type->world->perm, Method *, n);
    for (uint32_t i = 0; i < n; i++)
        if (!fill_slot(type, from, entry, i, err))
            return false;
    return true;
}

static bool map_of_instance(Type *type, const InterfaceEntry *from, Err *err)
{
    GenericContext ctx = type_context(type);
    Type *interface = type_substitute(from->interface, &ctx, err);
    if (!interface || !type_load(interface, LEVEL_READY, err))
        return false;
    uint32_t index = 0;
    while (type->interfaces[index] != interface)
        index++;
    InterfaceEntry *entry = &type->iface_map[index];
    if (entry->interface) /* two interfaces of the definition are one here */
        return rules_check_same(type, entry, from, err);
    entry->interface = interface;
    entry->own = from->own;
    entry->declared = from->declared;
    return !from->impls || fill_entry(type, from, entry, err);
}

/* The entries of the definition that its class declares, or those that it inherits. */
static bool map_some_of_instance(Type *type, bool own, Err *err)
{
    const Type *def = type->def;
    for (uint32_t i = 0; i < def->n_interfaces; i++)
        if (def->iface_map[i].own == own &&
            !map_of_instance(type, &def->iface_map[i], err))
            return false;
    return true;
}

static bool slots_of_instance(Type *type, Err *err)
{
    Type *def = type->def, *parent = type->parent;
    if (!type_load(def, LEVEL_READY, err))
        return false;
    for (uint32_t i = 0; i < type->n_methods; i++)
        type->methods[i]->slot = def->methods[i]->slot;
    type->n_slots = def->n_slots;
    type->slots = arena_array(&type->world->perm, Method *, def->n_slots);
    for (uint32_t i = 0; i < def->n_slots; i++) {
        bool inherited = parent && i < parent->n_slots && i < def->parent->n_slots &&
                         def->slots[i] == def->parent->slots[i];
        type->slots[i] =
            inherited ? parent->slots[i] : method_of_instance(type, def->slots[i], err);
        if (!type->slots[i])
            return false;
    }
    if (def->bits & TYPE_BIT_RESULTS && !check_results(type, err))
        return false;
    type->iface_map =
        arena_array(&type->world->perm, InterfaceEntry, type->n_interfaces);
    /* What the class declares itself counts before what it inherits. */
    if (!map_some_of_instance(type, true, err) ||
        !map_some_of_instance(type, false, err))
        return false;
    find_special(type);
    return true;
}

bool slots_do(Type *type, Err *err)
{
    if (type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY)
        return slots_of_array(type, err);
    if (type == type->world->canon) {
        type->slots = type->parent->slots;
        type->n_slots = type->parent->n_slots;
        return true;
    }
    if (!type->token)
        return true;
    return type->def == type ? slots_of_def(type, err) : slots_of_instance(type, err);
}

static bool has_overrides(const Type *type)
{
    uint32_t first, end;
    return type->token && !type_is_valuetype(type) &&
           !(type->bits & TYPE_BIT_INTERFACE) &&
           image_find_rows(type->assembly->image, TABLE_MethodImpl,
                           COL_MethodImpl_Class, TOKEN_RID(type->token), &first, &end);
}

Method *method_in_slot(Method *method, Err *err)
{
    Type *type = method->type;
    if ((method->flags & (METHOD_VIRTUAL | METHOD_STATIC)) != METHOD_VIRTUAL ||
        method->n_args || !has_overrides(type))
        return method;
    if (!type_load(type, LEVEL_READY, err))
        return NULL;
    Method *found = type->slots[method->slot];
    return found->type == type ? found : method;
}
