/* seeds.h - which instances of its generic types the class library's image holds. */
#ifndef CROSSGEN_SEEDS_H
#define CROSSGEN_SEEDS_H

#include "common/types/types.h"

/* Is it a seed, so that another image than the class library's need not hold its
 * methods? */
bool seeds_have(const Type *type);
/* Calls add for each seed of the world's corlib, at level READY. */
typedef void SeedVisitor(void *user, Type *type);
void seeds_visit(World *world, SeedVisitor *visit, void *user);
/* The primitives that seeds are made over. */
uint32_t seeds_primitives(World *world, Type *out[16]);

#endif
