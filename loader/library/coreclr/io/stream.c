/* stream.c - System.IO.Stream: which of its old asynchronous methods a class overrides.
 */
#include <string.h>

#include "loader/library/coreclr/table.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"

static bool is_overridden(const Type *type, const Type *stream, const char *name)
{
    for (uint32_t i = 0; i < stream->n_methods; i++) {
        const Method *method = stream->methods[i];
        if (!strcmp(method->name, name) && method->slot >= 0 &&
            type->slots[method->slot]->type != stream)
            return true;
    }
    return false;
}

static int32_t has_overridden(const VTable *vtable, int32_t read)
{
    Err err = ERR_INIT;
    Type *type = vtable->type;
    Type *stream = assembly_find_type(type->world->corlib, "System.IO", "Stream", &err);
    if (!stream || !type_load(stream, LEVEL_READY, &err))
        return exception_set_err(&err);
    if (!type_reach(type, LEVEL_READY))
        return 0;
    return is_overridden(type, stream, read ? "BeginRead" : "BeginWrite") ||
           is_overridden(type, stream, read ? "EndRead" : "EndWrite");
}

const QcallRow qcalls_stream[] = {
    QCALL(Stream_HasOverriddenSlow, has_overridden),
    QCALLS_END,
};
