/* dynamic.h - methods that are made at run time (DynamicMethod). */
#ifndef LOADER_REFLECT_DYNAMIC_H
#define LOADER_REFLECT_DYNAMIC_H

#include "loader/reflect/reflect.h"
#include "loader/exec/method.h"
#include "loader/gc/object.h"

typedef struct DynamicMethod {
    Method method;
    Type type;
    Assembly assembly;
    DynamicCode code;
    MethodRt rt;
    char *name;
    Object *source; /* where the body is read from, if that is an object */
} DynamicMethod;

/* Without a signature and a body, which code.body and code.refs are to become; takes
 * the name (malloc). NULL: pending exception. */
DynamicMethod *dynamic_new(char *name);
/* From now on it can be a token; sig lies in code.memory. */
void dynamic_set_signature(DynamicMethod *made, MethodSig *sig);
/* Room for n tokens' objects, which start at token 1. NULL: pending exception. */
DynamicRef *dynamic_refs_alloc(size_t n);
/* A token of its own behind the others, for a type that a clause catches. */
bool dynamic_add_type(DynamicCode *code, Type *type, uint32_t *token);

#endif
