/* slots_private.h - what slots.c and interfaces.c share. */
#ifndef COMMON_TYPES_SLOTS_PRIVATE_H
#define COMMON_TYPES_SLOTS_PRIVATE_H

#include "common/types/types.h"

/* A row of the MethodImpl table, resolved. */
typedef struct Override {
    Method *decl, *body;
} Override;

typedef struct Overrides {
    Override *at;
    uint32_t n;
} Overrides;

bool method_is_virtual(const Method *method);
/* 1: same name and signature, 0: not, -1: err is set. */
int method_matches(Method *method, Method *decl, Err *err);
/* Is a row of the MethodImpl table one of a static method; false: it gives a static
 * method for one that is not. */
bool static_override_check(const Type *type, uint32_t row, bool *is_static, Err *err);
/* The body that a MethodImpl of type itself gives to a static method of an interface;
 * NULL: none, or err is set. */
Method *static_override(Type *type, Method *decl, Err *err);
/* The interface maps of a definition whose slots are known. */
bool interfaces_map(Type *type, const Overrides *overrides, Err *err);
bool interface_has(const Method *method); /* is it a method of one? */
/* The most specific method of an interface of type for decl, for which no class has
 * one. NULL with ERR_AMBIGUOUS: several; ERR_ENTRY_POINT: it is abstract; ERR_NONE:
 * none. */
Method *interface_default(Type *type, Method *decl, Err *err);

#endif
