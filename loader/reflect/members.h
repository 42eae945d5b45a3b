/* members.h - lists of a type's members.
 *
 * The searches return the handles of the members that the BindingFlags accept, own ones
 * first; the caller frees the list. name NULL: any. A failure leaves a pending
 * exception and a shorter list.
 */
#ifndef LOADER_REFLECT_MEMBERS_H
#define LOADER_REFLECT_MEMBERS_H

#include "loader/reflect/reflect.h"

typedef struct PtrArray {
    void **data;
    int32_t n;
} PtrArray;
PtrArray *ptr_array_new(void);
void ptr_array_push(PtrArray *array, void *item);
void ptr_array_free(PtrArray *array);

PtrArray *members_methods(Type *type, const char *name, int32_t flags);
PtrArray *members_constructors(Type *type, int32_t flags);
PtrArray *members_fields(Type *type, const char *name, int32_t flags);
PtrArray *members_properties(Type *type, const char *name, int32_t flags);
PtrArray *members_events(Type *type, const char *name, int32_t flags);
PtrArray *members_nested(Type *type, const char *name, int32_t flags);

/* A type's own; NULL: none or pending. */
Property *reflection_properties(Type *type, uint32_t *n);
Event *reflection_events(Type *type, uint32_t *n);
Method *reflection_event_other(const Event *event, uint32_t n); /* NULL: no more */

#endif
