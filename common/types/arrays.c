/* arrays.c - the interfaces and methods of arrays (ECMA-335 I.8.9.1, II.14.2). */
#include <stdio.h>
#include <string.h>

#include "common/types/types_private.h"

enum { N_ARRAY_INTERFACES = LIBRARY_ARRAY_INTERFACES };

static Type *array_interface(const World *world, int i)
{
    return world->known.at[world->library->arrays.interfaces[i].interface];
}

/* Pointers can't be generic arguments, so arrays of them have no generic interfaces. */
static bool has_generic_interfaces(const Type *array)
{
    if (array->elem->bits & TYPE_BIT_BYREFLIKE)
        return false;
    switch (array->elem->element) {
    case ELEMENT_PTR:
    case ELEMENT_FNPTR:
    case ELEMENT_TYPEDBYREF:
        return false;
    default:
        return array->element == ELEMENT_SZARRAY;
    }
}

bool array_parents(Type *type, Err *err)
{
    World *world = type->world;
    Type *parent = world->known.array;
    if (!type_load(parent, LEVEL_PARENTS, err))
        return false;
    type->parent = parent;
    type->interfaces = parent->interfaces;
    type->n_interfaces = parent->n_interfaces;
    if (!has_generic_interfaces(type))
        return true;
    uint32_t n = parent->n_interfaces;
    Type **list = arena_array(&world->perm, Type *, n + N_ARRAY_INTERFACES);
    memcpy(list, parent->interfaces, n * sizeof *list);
    for (int i = 0; i < N_ARRAY_INTERFACES; i++) {
        Type *interface = type_instance(array_interface(world, i), &type->elem, 1, err);
        if (!interface || !type_load(interface, LEVEL_PARENTS, err))
            return false;
        list[n++] = interface;
    }
    type->interfaces = list;
    type->n_interfaces = n;
    return true;
}

/* -- Synthesised methods ------------------------------------------------------- */

static Method *synth_method(Type *type, SynthKind kind, const char *name)
{
    Method *m = arena_new(&type->world->perm, Method);
    m->type = type;
    m->def = m;
    m->args = (Type **)no_types;
    m->flags = METHOD_PUBLIC | METHOD_HIDEBYSIG;
    if (*name == '.')
        m->flags |= METHOD_SPECIALNAME | METHOD_RTSPECIALNAME;
    m->slot = -1;
    m->synth = (uint8_t)kind;
    m->name = name;
    return m;
}

/* How many lengths newobj of a jagged array may give: one a level of arrays. */
static uint32_t jagged_levels(const Type *type)
{
    uint32_t n = 0;
    for (; type->element == ELEMENT_SZARRAY; type = type->elem)
        n++;
    return n;
}

static MethodSig *synth_sig(Type *type, uint32_t n_indexes, Type *value, Type *ret)
{
    Arena *perm = &type->world->perm;
    MethodSig *sig = arena_new(perm, MethodSig);
    sig->has_this = true;
    sig->sentinel = -1;
    sig->n_params = (uint16_t)(n_indexes + (value ? 1 : 0));
    sig->params = arena_array(perm, Type *, sig->n_params);
    for (uint32_t i = 0; i < n_indexes; i++)
        sig->params[i] = type->world->known.i4;
    if (value)
        sig->params[n_indexes] = value;
    sig->ret = ret;
    return sig;
}

bool array_methods(Type *type, Err *err)
{
    (void)err;
    uint32_t rank = type->rank, n = 0;
    uint32_t ctors = type->element == ELEMENT_SZARRAY ? jagged_levels(type) : 2;
    Type *none = type->world->known.void_;
    Method **methods = arena_array(&type->world->perm, Method *, ctors + 3);
    for (uint32_t i = 0; i < ctors; i++) {
        bool bounds = i == 1 && type->element == ELEMENT_ARRAY;
        Method *ctor = synth_method(
            type, bounds ? SYNTH_ARRAY_CTOR_LB : SYNTH_ARRAY_CTOR, ".ctor");
        uint32_t lengths = type->element == ELEMENT_SZARRAY ? i + 1 : rank * (i + 1);
        ctor->sig = synth_sig(type, lengths, NULL, none);
        methods[n++] = ctor;
    }
    methods[n] = synth_method(type, SYNTH_ARRAY_GET, "Get");
    methods[n++]->sig = synth_sig(type, rank, NULL, type->elem);
    methods[n] = synth_method(type, SYNTH_ARRAY_SET, "Set");
    methods[n++]->sig = synth_sig(type, rank, type->elem, none);
    methods[n] = synth_method(type, SYNTH_ARRAY_ADDRESS, "Address");
    methods[n++]->sig = synth_sig(type, rank, NULL, type_byref(type->elem));
    type->methods = methods;
    type->n_methods = n;
    return true;
}

/* -- Interface maps ------------------------------------------------------------ */

static bool find_impls(World *world, int i, Err *err)
{
    const LibraryArrays *arrays = &world->library->arrays;
    Type *interface = array_interface(world, i);
    Type *provider = world->known.at[arrays->provider];
    if (!type_load(interface, LEVEL_READY, err) ||
        !type_do(provider, PHASE_METHODS, err))
        return false;
    Method **impls = arena_array(&world->perm, Method *, interface->n_slots);
    for (uint32_t slot = 0; slot < interface->n_slots; slot++) {
        char name[128];
        snprintf(name, sizeof name, "%s%s", arrays->interfaces[i].prefix,
                 interface->slots[slot]->name);
        for (uint32_t k = 0; k < provider->n_methods && !impls[slot]; k++)
            if (!strcmp(provider->methods[k]->name, name))
                impls[slot] = provider->methods[k];
        if (!impls[slot])
            return err_set(err, ERR_TYPE_LOAD, "the class library has no %s.%s",
                           provider->name, name);
    }
    world->array_impls[i] = impls;
    return true;
}

/* Lock held. */
static bool find_all_impls(World *world, Err *err)
{
    for (int i = 0; i < N_ARRAY_INTERFACES; i++)
        if (!world->array_impls[i] && !find_impls(world, i, err))
            return false;
    return true;
}

Method *array_interface_impl(World *world, const Method *decl, Err *err)
{
    Method *impl = NULL;
    world_lock(world);
    if (find_all_impls(world, err))
        for (int i = 0; i < N_ARRAY_INTERFACES; i++)
            if (array_interface(world, i) == decl->type->def && decl->slot >= 0)
                impl = world->array_impls[i][decl->slot];
    world_unlock(world);
    if (impl && impl->n_args)
        impl = method_instance(impl, decl->type->args, 1, err);
    return impl;
}

static bool map_generic(Type *type, InterfaceEntry *entry, int i, Err *err)
{
    World *world = type->world;
    uint32_t n = array_interface(world, i)->n_slots;
    if (!type_load(entry->interface, LEVEL_READY, err))
        return false;
    entry->impls = arena_array(&world->perm, Method *, n);
    for (uint32_t slot = 0; slot < n; slot++) {
        Method *impl = world->array_impls[i][slot];
        entry->impls[slot] =
            impl->n_args ? method_instance(impl, &type->elem, 1, err) : impl;
        if (!entry->impls[slot])
            return false;
    }
    return true;
}

bool slots_of_array(Type *type, Err *err)
{
    World *world = type->world;
    Type *parent = type->parent;
    type->slots = parent->slots;
    type->n_slots = parent->n_slots;
    type->iface_map = parent->iface_map;
    if (type->n_interfaces == parent->n_interfaces)
        return true;
    if (!find_all_impls(world, err))
        return false;
    uint32_t n = parent->n_interfaces;
    type->iface_map = arena_array(&world->perm, InterfaceEntry, type->n_interfaces);
    memcpy(type->iface_map, parent->iface_map, n * sizeof *type->iface_map);
    for (int i = 0; i < N_ARRAY_INTERFACES; i++, n++) {
        type->iface_map[n].interface = type->interfaces[n];
        if (!map_generic(type, &type->iface_map[n], i, err))
            return false;
    }
    return true;
}
