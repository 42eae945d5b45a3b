/* seeds.c - see seeds.h; the list is the class library's. */
#include "crossgen/seeds.h"

#include <string.h>

enum { CHOICES = 16 };

uint32_t seeds_primitives(World *world, Type *out[16])
{
    const KnownTypes *known = &world->known;
    Type *const all[] = {known->i4,      known->i8, known->u1, known->char_,
                         known->boolean, known->r8, known->i2, known->u2,
                         known->u4,      known->u8, known->r4, known->i1};
    memcpy(out, all, sizeof all);
    return sizeof all / sizeof *all;
}

static uint32_t choices(World *world, char letter, Type *out[CHOICES])
{
    const KnownTypes *known = &world->known;
    if (letter == 'p')
        return seeds_primitives(world, out);
    Type *const some[] = {world->canon, known->i4, known->i8,
                          letter == 'k' ? known->char_ : known->boolean};
    memcpy(out, some, sizeof some);
    return sizeof some / sizeof *some;
}

static bool is_seed(const LibrarySeed *seed, const Type *def)
{
    const Type *outer = seed->nested ? def->declaring : def;
    return outer && !outer->declaring && !strcmp(outer->name, seed->name) &&
           !strcmp(outer->name_space, seed->name_space) &&
           (!seed->nested || !strcmp(def->name, seed->nested));
}

static bool is_choice(World *world, char letter, const Type *type)
{
    Type *all[CHOICES];
    uint32_t n = choices(world, letter, all);
    for (uint32_t i = 0; i < n; i++)
        if (all[i] == type || (all[i] == world->canon && !type_is_valuetype(type)))
            return true;
    return false;
}

bool seeds_have(const Type *type)
{
    World *world = type->world;
    const Library *library = world->library;
    if (type->assembly != world->corlib || !type->n_args || type->def == type)
        return false;
    for (uint32_t s = 0; s < library->n_seeds; s++) {
        const LibrarySeed *seed = &library->seeds[s];
        uint32_t i = 0;
        if (type->n_args != strlen(seed->args) || !is_seed(seed, type->def))
            continue;
        while (i < type->n_args && is_choice(world, seed->args[i], type->args[i]))
            i++;
        if (i == type->n_args)
            return true;
    }
    return false;
}

static void visit_args(Type *def, const char *letters, uint32_t at, Type **args,
                       SeedVisitor *visit, void *user)
{
    Type *all[CHOICES];
    Err ignored = ERR_INIT;
    if (!letters[at]) {
        Type *type = type_instance(def, args, def->n_args, &ignored);
        if (type && type_check_constraints(type, &ignored) &&
            type_load(type, LEVEL_READY, &ignored))
            visit(user, type);
        return;
    }
    uint32_t n = choices(def->world, letters[at], all);
    for (uint32_t i = 0; i < n; i++) {
        args[at] = all[i];
        visit_args(def, letters, at + 1, args, visit, user);
    }
}

void seeds_visit(World *world, SeedVisitor *visit, void *user)
{
    for (uint32_t s = 0; s < world->library->n_seeds; s++) {
        const LibrarySeed *seed = &world->library->seeds[s];
        Err ignored = ERR_INIT;
        Type *args[4];
        Type *def =
            assembly_find_type(world->corlib, seed->name_space, seed->name, &ignored);
        if (def && seed->nested)
            def = type_find_nested(def, seed->nested);
        if (def && def->n_args == strlen(seed->args))
            visit_args(def, seed->args, 0, args, visit, user);
    }
}
