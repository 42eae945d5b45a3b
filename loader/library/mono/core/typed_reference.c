/* typed_reference.c - System.TypedReference: {type, address of the value, class}. */
#include <string.h>

#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/table.h"
#include "loader/library/mono/core/typed_reference.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/reflect/invoke.h"

/* The field at the end of the chain that starts in the object. */
static void make(TypedRef *out, Object *target, Array *fields, Object *last)
{
    char *at = (char *)target;
    Type *type = NULL;
    (void)last;
    memset(out, 0, sizeof *out);
    for (uint32_t i = 0; i < fields->length; i++) {
        Field *field = ARRAY_AT(fields, Field *, i);
        if (!reflection_load(field->owner, LEVEL_LAYOUT))
            return;
        if (!i && type_is_valuetype(field->owner))
            at = object_value(target);
        else if (i && !type_is_valuetype(field->owner))
            at = *(char **)(void *)at;
        at += field->offset;
        type = field->type;
    }
    *out = (TypedRef){type, at, type};
}

static Object *to_object(TypedRef *ref)
{
    if (!ref->type)
        return NULL;
    return reflection_box(ref->type, ref->value);
}

const IcallRow icalls_typed_reference[] = {
    ICALL("InternalMakeTypedReference", NULL, make),
    ICALL("InternalToObject", NULL, to_object),
    ICALLS_END,
};
