/* objects.h - the objects of Mono's reflection, and the handles behind them. */
#ifndef LOADER_LIBRARY_MONO_REFLECTION_OBJECTS_H
#define LOADER_LIBRARY_MONO_REFLECTION_OBJECTS_H

#include "loader/reflect/reflect.h"
#include "loader/gc/object.h"

/* Canonical objects; reflected NULL: the declaring type. NULL: pending. */
Object *reflection_method(Method *method, Type *reflected);
Object *reflection_field(Field *field, Type *reflected);
Object *reflection_property(Property *property, Type *reflected);
Object *reflection_event(Event *event, Type *reflected);
Object *reflection_assembly(Assembly *assembly);
Object *reflection_module(Assembly *assembly);

/* Handles behind objects. */
Method *reflection_dynamic_method(Object *method); /* dynamic_method.c; NULL: another */
Method *reflection_method_of(Object *method);
Field *reflection_field_of(Object *field);
Property *reflection_property_of(Object *property);
Event *reflection_event_of(Object *event);
Assembly *reflection_assembly_of(Object *assembly);
Assembly *reflection_module_of(Object *module);

/* runtime_constructor_info.c: InternalInvoke of methods and constructors. */
Object *reflection_internal_invoke(Object *info, Object *self, Array *args,
                                   Object **exc);
/* marshal_as.c: of a Field or Param token. NULL: none or pending. */
Object *reflection_marshal_as(Assembly *assembly, uint32_t token);
/* method_body.c: a MethodBody. NULL: none or pending. */
Object *reflection_method_body(Method *method);
/* runtime_type_handle.c: who asks, the innermost outside of the class library's
 * reflection. */
Method *reflection_user(void);

#endif
