/* rules_private.h - refuses metadata that contradicts itself (ECMA-335 II.22). */
#ifndef COMMON_TYPES_RULES_PRIVATE_H
#define COMMON_TYPES_RULES_PRIVATE_H

#include "common/types/types.h"

typedef enum Rule {
#define RULE(id, section, text) RULE_##id,
#include "common/types/rules.def"
#undef RULE
} Rule;

/* "Could not load type 'T' from assembly 'A': MEMBER: what is wrong (ECMA-335 II.n)";
 * member may be NULL. Always false. */
bool rule_broken(const Type *type, Rule rule, const char *member, Err *err);

/* Each is asked in the phase that finds what it looks at; false with err set. */
bool rules_check_parent(const Type *type, Err *err);
bool rules_check_interface(const Type *type, const Type *parent, Err *err);
bool rules_check_params(const Type *type, Err *err);
bool rules_check_method(const Method *method, Bytes sig, Err *err);
bool rules_check_methods(const Type *type, Err *err);
bool rules_check_field(const Field *field, Err *err);
bool rules_check_rva(const Type *type, Err *err); /* sizes known */
bool rules_check_override(Type *type, Method *body, Method *decl, Err *err);
/* Whoever calls decl may give body the same generic arguments; constraints.c. */
bool rules_check_constraints(const Type *type, Method *body, Method *decl, Err *err);
/* Whoever calls old, which has had the slot so far, can take what body gives. */
bool rules_check_result(Type *type, Method *body, Method *old, Err *err);
/* The interfaces of two entries of a definition are one in its instance. */
bool rules_check_same(const Type *type, const InterfaceEntry *entry,
                      const InterfaceEntry *other, Err *err);
bool rules_check_variance(Type *type, Err *err); /* methods and interfaces known */

#endif
