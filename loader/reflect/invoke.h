/* invoke.h - calls and values by reflection. */
#ifndef LOADER_REFLECT_INVOKE_H
#define LOADER_REFLECT_INVOKE_H

#include "loader/reflect/reflect.h"
#include "loader/gc/object.h"

/* -- invoke.c ------------------------------------------------------------------ */
/* Calls with boxed arguments, as many as there are parameters, which by-reference ones
 * change. Constructors: `self` NULL makes the object, which is the result. False:
 * pending exception. */
bool reflection_invoke(Method *method, Object *self, Array *args, Object **result);
/* Value of a type from an object: for value types a copy, null is zero. */
void reflection_unbox(Type *type, Object *object, void *out);
/* The object for a value of that type (pointers: System.Reflection.Pointer). */
Object *reflection_box(Type *type, void *value);

/* -- constant.c ---------------------------------------------------------------- */
/* The constant of a field, parameter or property (their token); false: there is none.
 */
bool reflection_constant(Assembly *assembly, uint32_t token, Type *type, Object **out);

/* -- fields.c ------------------------------------------------------------------ */
/* object NULL: static fields. A failure leaves an exception pending. */
Object *reflection_field_get(Field *field, Object *object);
void reflection_field_set(Field *field, Object *object, Object *value);
/* The constant of a literal, of that type (NULL: as metadata has it). */
uint32_t reflection_field_attributes(const Field *field); /* as its row has them */
Object *reflection_field_constant(Field *field, Type *type);

#endif
