/* seeds.c - see seeds.h; the list is seeds.def. */
#include "crossgen/seeds.h"

#include <string.h>

typedef struct Seed {
    const char *name_space, *name, *nested, *args;
} Seed;

static const Seed seeds[] = {
#define SEED(name_space, name, nested, args) {name_space, name, nested, args},
#include "common/library/mono/seeds.def"
#undef SEED
};

enum { N_SEEDS = sizeof seeds / sizeof *seeds, CHOICES = 16 };

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

static bool is_seed(const Seed *seed, const Type *def)
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
    if (type->assembly != world->corlib || !type->n_args || type->def == type)
        return false;
    for (size_t s = 0; s < N_SEEDS; s++) {
        uint32_t i = 0;
        if (type->n_args != strlen(seeds[s].args) || !is_seed(&seeds[s], type->def))
            continue;
        while (i < type->n_args && is_choice(world, seeds[s].args[i], type->args[i]))
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
    for (size_t s = 0; s < N_SEEDS; s++) {
        Err ignored = ERR_INIT;
        Type *args[4];
        Type *def = assembly_find_type(world->corlib, seeds[s].name_space,
                                       seeds[s].name, &ignored);
        if (def && seeds[s].nested)
            def = type_find_nested(def, seeds[s].nested);
        if (def && def->n_args == strlen(seeds[s].args))
            visit_args(def, seeds[s].args, 0, args, visit, user);
    }
}
