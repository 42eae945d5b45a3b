/* dynamic.c - the tokens of methods that were made at run time. */
#include <string.h>

#include "common/types/types_private.h"

DynamicKind dynamic_kind(const Assembly *assembly, uint32_t token)
{
    const DynamicCode *code = assembly->dynamic;
    return token && token <= code->n_refs ? code->refs[token - 1].kind : DYNAMIC_NONE;
}

void *dynamic_ref(const Assembly *assembly, uint32_t token, DynamicKind kind, Err *err)
{
    if (dynamic_kind(assembly, token) == kind)
        return assembly->dynamic->refs[token - 1].item;
    err_set(err, ERR_INVALID_PROGRAM, "%s: bad token %08x", assembly->name, token);
    return NULL;
}
