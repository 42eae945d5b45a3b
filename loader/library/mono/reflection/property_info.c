/* property_info.c - System.Reflection.RuntimePropertyInfo, RuntimeEventInfo. */
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "loader/library/mono/reflection/reflection.h"
#include "loader/library/mono/table.h"

/* -- constants ----------------------------------------------------------------- */

static Type *constant_type(uint32_t element)
{
    const KnownTypes *k = &vm.world->known;
    Type *const types[] = {
        [ELEMENT_BOOLEAN] = k->boolean, [ELEMENT_CHAR] = k->char_, [ELEMENT_I1] = k->i1,
        [ELEMENT_U1] = k->u1,           [ELEMENT_I2] = k->i2,      [ELEMENT_U2] = k->u2,
        [ELEMENT_I4] = k->i4,           [ELEMENT_U4] = k->u4,      [ELEMENT_I8] = k->i8,
        [ELEMENT_U8] = k->u8,           [ELEMENT_R4] = k->r4,      [ELEMENT_R8] = k->r8,
    };
    return element <= ELEMENT_R8 ? types[element] : NULL;
}

bool reflection_constant(Assembly *assembly, uint32_t token, Type *type, Object **out)
{
    const Image *image = assembly->image;
    uint32_t first, end;
    *out = NULL;
    if (!image_find_rows(image, TABLE_Constant, COL_Constant_Parent, token, &first,
                         &end))
        return false;
    uint32_t element =
        image_get(image, TABLE_Constant, first, COL_Constant_Type) & 0xff;
    Bytes bytes = image_get_blob(image, TABLE_Constant, first, COL_Constant_Value);
    if (element == ELEMENT_STRING) {
        String *string = string_new((uint32_t)bytes.size / 2);
        if (string && bytes.size)
            memcpy(string->chars, bytes.data, bytes.size & ~(size_t)1);
        *out = (Object *)string;
        return true;
    }
    Type *boxed = constant_type(element);
    uint64_t value = 0;
    memcpy(&value, bytes.data, bytes.size < sizeof value ? bytes.size : sizeof value);
    if (type && type->bits & TYPE_BIT_ENUM)
        boxed = type;
    if (boxed)
        *out = object_box(boxed, &value);
    return true; /* else the null constant of a reference type */
}

/* -- properties ---------------------------------------------------------------- */

static Field *klass_of(bool event)
{
    static Field *of_property, *of_event;
    const KnownTypes *k = &vm.world->known;
    return event ? reflection_lookup(&of_event, k->runtime_event, "klass")
                 : reflection_lookup(&of_property, k->runtime_property, "klass");
}

static Field *handle_of(bool event)
{
    static Field *of_property, *of_event;
    const KnownTypes *k = &vm.world->known;
    return event ? reflection_lookup(&of_event, k->runtime_event, "handle")
                 : reflection_lookup(&of_property, k->runtime_property, "prop");
}

static Object *make(void *handle, Type *reflected, bool event)
{
    Object *object = reflection_cached(handle, reflected);
    if (object)
        return object;
    const KnownTypes *k = &vm.world->known;
    object = object_new(event ? k->runtime_event : k->runtime_property);
    if (!object)
        return NULL;
    FIELD(object, klass_of(event), Type *) = reflected;
    FIELD(object, handle_of(event), void *) = handle;
    return reflection_cache(handle, reflected, object);
}

Object *reflection_property(Property *property, Type *reflected)
{
    return make(property, reflected ? reflected : property->type, false);
}

Object *reflection_event(Event *event, Type *reflected)
{
    return make(event, reflected ? reflected : event->type, true);
}

Property *reflection_property_of(Object *info)
{
    return FIELD(info, handle_of(false), Property *);
}

Event *reflection_event_of(Object *info)
{
    return FIELD(info, handle_of(true), Event *);
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
    static Type *type;
    static Field *parent, *declaring, *name, *get, *set, *attrs;
    Type *t = reflection_known(&type, "System.Reflection", "MonoPropertyInfo");
    Property *property = reflection_property_of(self);
    Type *reflected = FIELD(self, klass_of(false), Type *);
    if (wanted & INFO_REFLECTED_TYPE)
        FIELD(info, reflection_lookup(&parent, t, "parent"), Object *) =
            reflection_type(reflected);
    if (wanted & INFO_DECLARING_TYPE)
        FIELD(info, reflection_lookup(&declaring, t, "declaring_type"), Object *) =
            reflection_type(property->type);
    if (wanted & INFO_NAME)
        FIELD(info, reflection_lookup(&name, t, "name"), String *) =
            string_from_utf8(property->name);
    if (wanted & INFO_GET_METHOD)
        FIELD(info, reflection_lookup(&get, t, "get_method"), Object *) =
            accessor(property->get, reflected);
    if (wanted & INFO_SET_METHOD)
        FIELD(info, reflection_lookup(&set, t, "set_method"), Object *) =
            accessor(property->set, reflected);
    if (wanted & INFO_ATTRIBUTES)
        FIELD(info, reflection_lookup(&attrs, t, "attrs"), int32_t) = property->flags;
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
    static Type *type, *method_info;
    static Field *declaring, *parent, *name, *add, *remove, *raise, *attrs, *others;
    Type *t = reflection_known(&type, "System.Reflection", "MonoEventInfo");
    Event *event = reflection_event_of(self);
    Type *reflected = FIELD(self, klass_of(true), Type *);
    FIELD(info, reflection_lookup(&declaring, t, "declaring_type"), Object *) =
        reflection_type(event->type);
    FIELD(info, reflection_lookup(&parent, t, "reflected_type"), Object *) =
        reflection_type(reflected);
    FIELD(info, reflection_lookup(&name, t, "name"), String *) =
        string_from_utf8(event->name);
    FIELD(info, reflection_lookup(&add, t, "add_method"), Object *) =
        event->add ? reflection_method(event->add, NULL) : NULL;
    FIELD(info, reflection_lookup(&remove, t, "remove_method"), Object *) =
        event->remove ? reflection_method(event->remove, NULL) : NULL;
    FIELD(info, reflection_lookup(&raise, t, "raise_method"), Object *) =
        event->raise ? reflection_method(event->raise, NULL) : NULL;
    FIELD(info, reflection_lookup(&attrs, t, "attrs"), int32_t) = event->flags;
    uint32_t n = 0;
    while (reflection_event_other(event, n))
        n++;
    Array *array = array_new_of(
        reflection_known(&method_info, "System.Reflection", "MethodInfo"), n);
    for (uint32_t i = 0; array && i < n; i++)
        ARRAY_AT(array, Object *, i) =
            reflection_method(reflection_event_other(event, i), NULL);
    FIELD(info, reflection_lookup(&others, t, "other_methods"), Array *) = array;
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
