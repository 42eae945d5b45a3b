/* wrapped.c - objects that were thrown and are no exceptions. They travel in a
 * RuntimeWrappedException; the assembly of the method that catches decides whether it
 * sees that or the object itself (RuntimeCompatibilityAttribute). */
#include <string.h>

#include "common/metadata/attribute.h"
#include "loader/vm/exception.h"
#include "loader/exec/invoke.h"
#include "loader/exec/wrapped_private.h"
#include "loader/vm/methods.h"
#include "loader/vm/vm.h"

#define NAME_SPACE "System.Runtime.CompilerServices"

static Method *wrapper_ctor(void)
{
    static Method *ctor;
    if (!ctor)
        ctor = method_find(NAME_SPACE ".RuntimeWrappedException", ".ctor", 1);
    return ctor;
}

Object *eh_wrap(Object *thrown)
{
    Method *ctor = wrapper_ctor();
    if (!ctor || type_castable(object_type(thrown), vm.world->known.exception))
        return thrown;
    Object *wrapper = object_new(ctor->type);
    void *args[] = {&wrapper, &thrown};
    uint64_t result[2];
    return wrapper && method_invoke(ctor, args, result) ? wrapper : exception_take();
}

static bool says_wrap(const Attribute *attribute)
{
    for (uint32_t i = 0; i < attribute->n_named; i++)
        if (!strcmp(attribute->named[i].name, "WrapNonExceptionThrows"))
            return attribute->named[i].value.u.i != 0;
    return false;
}

static bool assembly_wraps(const Assembly *assembly)
{
    const Image *image = assembly->image;
    uint32_t row = image_find_attribute(image, TOKEN(TABLE_Assembly, 1), NAME_SPACE,
                                        "RuntimeCompatibilityAttribute");
    if (!row)
        return false;
    Arena scratch = ARENA_INIT;
    Err ignored = ERR_INIT;
    Attribute attribute;
    Bytes blob =
        image_get_blob(image, TABLE_CustomAttribute, row, COL_CustomAttribute_Value);
    bool wraps = attribute_read(blob, (AttrParams){NULL, 0}, NULL, &scratch, &attribute,
                                &ignored) &&
                 says_wrap(&attribute);
    arena_free(&scratch);
    return wraps;
}

bool eh_is_wrapper(const Object *exception)
{
    const Method *ctor = wrapper_ctor();
    return ctor && object_type((Object *)exception) == ctor->type;
}

Object *eh_seen_by(const Method *catcher, Object *exception)
{
    static Field *field;
    if (!eh_is_wrapper(exception) || assembly_wraps(catcher->type->assembly))
        return exception;
    if (!field)
        field = field_of(object_type(exception), "_wrappedException");
    return FIELD(exception, field, Object *);
}
