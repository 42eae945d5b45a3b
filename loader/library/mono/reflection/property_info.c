/* property_info.c - System.Reflection.RuntimePropertyInfo, RuntimeEventInfo. */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/reflect/invoke.h"
#include "loader/reflect/members.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

/* -- properties ---------------------------------------------------------------- */

Object *reflection_property(Property *property, Type *reflected)
{
    if (!reflected)
        reflected = property->type;
    Object *object = reflection_cached(property, reflected);
    if (object)
        return object;
    object = object_new(vm.world->known.runtime_property);
    if (!object)
        return NULL;
    *field_runtime_property_reflected(object) = reflected;
    *field_runtime_property_handle(object) = property;
    return reflection_cache(property, reflected, object);
}

Object *reflection_event(Event *event, Type *reflected)
{
    if (!reflected)
        reflected = event->type;
    Object *object = reflection_cached(event, reflected);
    if (object)
        return object;
    object = object_new(vm.world->known.runtime_event);
    if (!object)
        return NULL;
    *field_runtime_event_reflected(object) = reflected;
    *field_runtime_event_handle(object) = event;
    return reflection_cache(event, reflected, object);
}

Property *reflection_property_of(Object *info)
{
    return *field_runtime_property_handle(info);
}

Event *reflection_event_of(Object *info)
{
    return *field_runtime_event_handle(info);
}

/* System.Reflection.PInfo. */
enum {
    INFO_ATTRIBUTES = 1,
    INFO_GET_METHOD = 2,
    INFO_SET_METHOD = 4,
    INFO_REFLECTED_TYPE = 8,
    INFO_DECLARING_TYPE = 16,
    INFO_NAME = 32,
};

static Object *accessor(Method *method, Type *reflected)
{
    bool hidden = method && (method->flags & METHOD_ACCESS_MASK) == METHOD_PRIVATE &&
                  method->type != reflected;
    return method && !hidden ? reflection_method(method, reflected) : NULL;
}

static void get_property_info(Object *self, void *info, int32_t wanted)
{
    Property *property = reflection_property_of(self);
    Type *reflected = *field_runtime_property_reflected(self);
    if (wanted & INFO_REFLECTED_TYPE)
        field_property_values_reflected_set(info, reflection_type(reflected));
    if (wanted & INFO_DECLARING_TYPE)
        field_property_values_declaring_set(info, reflection_type(property->type));
    if (wanted & INFO_NAME)
        field_property_values_name_set(info, string_from_utf8(property->name));
    if (wanted & INFO_GET_METHOD)
        field_property_values_get_set(info, accessor(property->get, reflected));
    if (wanted & INFO_SET_METHOD)
        field_property_values_set_set(info, accessor(property->set, reflected));
    if (wanted & INFO_ATTRIBUTES)
        *field_property_values_attrs(info) = property->flags;
}

static Array *type_modifiers(Object *info, int32_t optional)
{
    const Property *property = reflection_property_of(info);
    Assembly *assembly = property->type->assembly;
    Cursor c = cursor_open(image_get_blob(assembly->image, TABLE_Property,
                                          property->rid, COL_Property_Type));
    cursor_u8(&c); /* PROPERTY */
    cursor_compressed(&c);
    return reflection_modifiers(assembly, c, optional);
}

static Object *default_value(Object *self)
{
    Property *property = reflection_property_of(self);
    Object *value = NULL;
    if (!reflection_constant(property->type->assembly,
                             TOKEN(TABLE_Property, property->rid), NULL, &value))
        exception_set("System.InvalidOperationException", NULL);
    return value;
}

static int32_t property_token(Object *self)
{
    return (int32_t)TOKEN(TABLE_Property, reflection_property_of(self)->rid);
}

static Object *property_from_handle(Property *property, Type *type)
{
    return reflection_property(property, type);
}

/* -- events -------------------------------------------------------------------- */

static void get_event_info(Object *self, void *info)
{
    Event *event = reflection_event_of(self);
    Type *reflected = *field_runtime_event_reflected(self);
    field_event_values_declaring_set(info, reflection_type(event->type));
    field_event_values_reflected_set(info, reflection_type(reflected));
    field_event_values_name_set(info, string_from_utf8(event->name));
    field_event_values_add_set(info,
                               event->add ? reflection_method(event->add, NULL) : NULL);
    field_event_values_remove_set(
        info, event->remove ? reflection_method(event->remove, NULL) : NULL);
    field_event_values_raise_set(
        info, event->raise ? reflection_method(event->raise, NULL) : NULL);
    *field_event_values_attrs(info) = event->flags;
    uint32_t n = 0;
    while (reflection_event_other(event, n))
        n++;
    Array *array = array_new_of(known_method_info(), n);
    for (uint32_t i = 0; array && i < n; i++)
        array_set(array, i, reflection_method(reflection_event_other(event, i), NULL));
    field_event_values_others_set(info, array);
}

static int32_t event_token(Object *self)
{
    return (int32_t)TOKEN(TABLE_Event, reflection_event_of(self)->rid);
}

static Object *event_from_handle(Event *event, Type *type)
{
    return reflection_event(event, type);
}

const IcallRow icalls_runtime_property_info[] = {
    ICALL("get_property_info", NULL, get_property_info),
    ICALL("GetTypeModifiers", NULL, type_modifiers),
    ICALL("get_default_value", NULL, default_value),
    ICALL("get_metadata_token", NULL, property_token),
    ICALL("internal_from_handle_type", NULL, property_from_handle),
    ICALLS_END,
};

const IcallRow icalls_runtime_event_info[] = {
    ICALL("get_event_info", NULL, get_event_info),
    ICALL("get_metadata_token", NULL, event_token),
    ICALLS_END,
};

const IcallRow icalls_event_info[] = {
    ICALL("internal_from_handle_type", NULL, event_from_handle),
    ICALLS_END,
};
