/* typed_reference.h - System.TypedReference as C sees it. */
#ifndef LOADER_LIBRARY_MONO_CORE_TYPED_REFERENCE_H
#define LOADER_LIBRARY_MONO_CORE_TYPED_REFERENCE_H

#include "common/types/types.h"

typedef struct TypedRef {
    Type *type;
    void *value; /* its address */
    Type *class;
} TypedRef;

#endif
