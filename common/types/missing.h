/* missing.h - references to assemblies that were not found where the host has listed
 * them (world_set_trusted).
 *
 * The program may be asked for those, but not under the world's lock, in which they are
 * missed: who has failed for one, and holds no lock, asks and tries again. What fails
 * for want of an assembly is therefore not remembered in such a world.
 */
#ifndef COMMON_TYPES_MISSING_H
#define COMMON_TYPES_MISSING_H

#include "common/types/types.h"

typedef struct MissingRef {
    Assembly *from;
    uint32_t rid; /* its AssemblyRef */
} MissingRef;

/* Takes one that was missed since it was last taken; false: there is none. */
bool world_next_missing(World *world, MissingRef *out);
/* What the program has said that a reference is for; the first answer counts. */
void assembly_set_ref(Assembly *assembly, uint32_t rid, Assembly *target);
/* Has it said so of one of the assembly's? Names alone do not tell then what code of
 * the assembly means. */
bool assembly_has_answers(const Assembly *assembly);
/* Is every assembly the only one of its name, and found by that? */
bool world_goes_by_names(const World *world);

#endif
