/* type_handle.h - .NET's TypeHandle: a word that stands for a type.
 *
 * Of a class, structure, interface or array it is the MethodTable, which is the type's
 * VTable; of what has none (pointers, references, function pointers, generic
 * parameters) a TypeDesc with bit 1 set.
 */
#ifndef LOADER_LIBRARY_CORECLR_CORE_TYPE_HANDLE_H
#define LOADER_LIBRARY_CORECLR_CORE_TYPE_HANDLE_H

#include "loader/gc/object.h"

void *type_handle(Type *type); /* NULL: pending exception */
Type *type_of_handle(void *handle);
bool type_handle_is_desc(const Type *type); /* it has no MethodTable */
/* What kind of type it is, as the managed side asks: strings are classes like others.
 */
int32_t type_handle_element(const Type *type);
/* The one in a QCallTypeHandle or a RuntimeType. */
Type *type_of_runtime_type(Object *runtime_type);

#endif
