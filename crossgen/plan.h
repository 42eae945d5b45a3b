/* plan.h - what an assembly's image shall hold.
 *
 * First every method with a body, generic ones in canonical form, and what delegates
 * and boxed values need of synthesised methods; in the class library also common
 * instances over primitives. Then, wave by wave, the instantiations over
 * value types that compiled code turned out to use, within limits. In each wave what a
 * profile names comes before all else.
 */
#ifndef CROSSGEN_PLAN_H
#define CROSSGEN_PLAN_H

#include "common/base/map.h"
#include "common/base/vec.h"
#include "common/types/types.h"
#include "crossgen/codegen/codegen.h"
#include "crossgen/profile.h"

typedef struct PlanItem {
    Method *method;
    bool osr; /* from osr_il on: the JIT's, CodegenItem */
    uint32_t osr_il;
    uint32_t rank;  /* in the profile, or PROFILE_NONE */
    bool counted;   /* a MethodDef with a body: part of the report's total */
    bool elsewhere; /* has code in other images: where it is instantiated */
    bool compiled;  /* for all levels */
    ErrKind why;
    char *reason; /* not compiled: owned, or NULL */
} PlanItem;

/* A MethodDef with a body whose type's metadata is refused: there is no descriptor. */
typedef struct PlanRefused {
    uint32_t rid;
    char *reason; /* owned */
} PlanRefused;

typedef struct Plan {
    World *world;
    Assembly *home;
    const Profile *profile;
    VEC(PlanItem) items;
    VEC(PlanRefused) refused;
    uint32_t n_instances; /* of types and methods that code turned up */
    Map seen;             /* Method *, and instances of Type * */
} Plan;

void plan_open(Plan *plan, Assembly *home, const Profile *profile);
/* One without items: whoever opens it adds them. No profile. */
void plan_open_empty(Plan *plan, Assembly *home);
void plan_close(Plan *plan);
/* Adds what the record of a compiled unit uses and no other image will hold. */
void plan_add_used(Plan *plan, Bytes record);
/* Puts items from `first` on into an order that does not depend on who finished when.
 */
void plan_sort_new(Plan *plan, uint32_t first);

#endif
