/* wrapped.c - objects that were thrown and are no exceptions. They travel in a
 * RuntimeWrappedException; the assembly of the method that catches decides whether it
 * sees that or the object itself (RuntimeCompatibilityAttribute). */
#include <string.h>

#include "common/metadata/attribute.h"
#include "loader/vm/exception.h"
#include "loader/exec/invoke.h"
#include "loader/exec/wrapped_private.h"
#include "loader/vm/vm.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/member.h"

#define NAME_SPACE "System.Runtime.CompilerServices"

Object *eh_wrap(Object *thrown)
{
    if (type_castable(object_type(thrown), vm.world->known.exception))
        return thrown;
    Object *wrapper = object_new(known_wrapped_exception());
    void *args[] = {&wrapper, &thrown};
    uint64_t result[2];
    return wrapper && method_invoke(method_wrapped_exception_new(), args, result)
               ? wrapper
               : exception_take();
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
    return object_type(exception) == known_wrapped_exception();
}

Object *eh_seen_by(const Method *catcher, Object *exception)
{
    const Assembly *assembly = catcher->type->assembly;
    if (assembly->dynamic && assembly->dynamic->host)
        assembly = assembly->dynamic->host;
    if (!eh_is_wrapper(exception) || assembly_wraps(assembly))
        return exception;
    return *field_wrapped_exception_object(exception);
}
