/* fields.c - values of fields by reflection. */
#include "loader/reflect/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"

/* Where the value lies; NULL: pending. */
static void *field_address(Field *field, Object *object)
{
    Type *owner = field->owner;
    if (owner->bits & TYPE_BIT_OPEN) {
        exception_set("System.InvalidOperationException",
                      "Late bound operations cannot be performed on fields with types "
                      "for which Type.ContainsGenericParameters is true.");
        return NULL;
    }
    if (!(field->flags & FIELD_STATIC)) {
        char *start = type_is_valuetype(owner) ? object_value(object) : (char *)object;
        return start + field->offset;
    }
    bool done;
    char *block = field->is_thread_static ? type_thread_static_base(owner)
                                          : type_static_base(owner, &done);
    return block ? block + field->offset : NULL;
}

uint32_t reflection_field_attributes(const Field *field)
{
    return image_get(field->owner->assembly->image, TABLE_Field,
                     TOKEN_RID(field->token), COL_Field_Flags);
}

Object *reflection_field_constant(Field *field, Type *type)
{
    Object *value = NULL;
    reflection_constant(field->owner->assembly, field->token, type, &value);
    return value;
}

Object *reflection_field_get(Field *field, Object *object)
{
    if (!reflection_load(field->owner, LEVEL_LAYOUT))
        return NULL;
    if (field->flags & FIELD_LITERAL)
        return reflection_field_constant(field, field->type);
    if (!(field->flags & FIELD_STATIC) && !object) {
        exception_set("System.Reflection.TargetException",
                      "Non-static field requires a target");
        return NULL;
    }
    void *at = field_address(field, object);
    return at ? reflection_box(field->type, at) : NULL;
}

void reflection_field_set(Field *field, Object *object, Object *value)
{
    if (!reflection_load(field->owner, LEVEL_LAYOUT))
        return;
    if (field->flags & FIELD_LITERAL) {
        exception_set("System.FieldAccessException", "Cannot set a constant field");
        return;
    }
    if (!(field->flags & FIELD_STATIC) && !object) {
        exception_set("System.Reflection.TargetException",
                      "Non-static field requires a target");
        return;
    }
    void *at = field_address(field, object);
    if (at)
        reflection_unbox(field->type, value, at);
}
