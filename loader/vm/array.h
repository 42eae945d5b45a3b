/* array.h - arrays of all kinds. NULL: pending exception. */
#ifndef LOADER_VM_ARRAY_H
#define LOADER_VM_ARRAY_H

#include "loader/gc/barrier.h"

Array *array_new(Type *array_type, int64_t length); /* SZARRAY; NULL: pending */
Array *array_new_vtable(VTable *vtable, int64_t length);
/* Arrays in arrays: T[a][b] of n lengths, no more than the type has levels. */
Array *array_new_jagged(Type *array_type, const int32_t *lengths, uint32_t n);
Array *array_new_md(Type *array_type, const int32_t *lengths,
                    const int32_t *lower_bounds);
Array *array_new_scanned(Type *elem, uint32_t length); /* gc_alloc_scanned */
Array *array_new_of(Type *elem, int64_t length);
#define ARRAY_AT(array, T, i) (((T *)(array)->data)[i])

/* An element that is a reference; the value. */
static inline void *array_set(Array *array, size_t i, void *value)
{
    gc_store((Object **)(void *)array->data + i, value);
    return value;
}

#endif
