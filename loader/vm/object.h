/* object.h - instances, boxes and their identity. */
#ifndef LOADER_VM_OBJECT_H
#define LOADER_VM_OBJECT_H

#include "loader/gc/object.h"

Object *object_new(Type *type); /* zeroed; no constructor; NULL: pending */
Object *object_new_vtable(VTable *vtable);
Field *nullable_field(Type *nullable, bool value); /* its value or whether it has one */
Object *object_box(Type *type,
                   const void *value); /* Nullable aware; may be NULL, no pending */
void object_unbox_nullable(Type *nullable, Object *object, void *out);
size_t object_size(const Object *object); /* bytes, with its header */
Object *object_clone(Object *object);
uint32_t object_hash(Object *object); /* stable identity hash */

#endif
