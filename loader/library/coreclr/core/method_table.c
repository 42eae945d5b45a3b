/* method_table.c - System.Runtime.CompilerServices.MethodTable and TypeHandle, and the
 * casts of CastHelpers that its tables do not know the answer to. A MethodTable is a
 * VTable. */
#include <string.h>

#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

/* -- MethodTable --------------------------------------------------------------- */

static uint32_t instance_bytes(VTable *vtable)
{
    Type *type = vtable->type;
    if (type->bits & TYPE_BIT_INTERFACE || !type_reach(type, LEVEL_LAYOUT))
        return 0;
    return type_is_valuetype(type) ? type->size : type->size - OBJECT_HEADER_SIZE;
}

static int32_t primitive_element(VTable *vtable)
{
    Type *type = vtable->type;
    return type_reach(type, LEVEL_LAYOUT) ? type_underlying(type)->element : 0;
}

static VTable *parent_like(VTable *vtable, VTable *parent)
{
    Type *found = type_ancestor(vtable->type, parent->type->def);
    return found ? type_shown_vtable(found) : NULL;
}

static void *first_argument(VTable *vtable)
{
    Type *type = vtable->type;
    return type->n_args ? type_handle(type->args[0]) : NULL;
}

static void *no_loader_allocator(VTable *vtable)
{
    (void)vtable;
    return NULL;
}

const FcallRow fcalls_method_table[] = {
    FCALL("GetNumInstanceFieldBytes", NULL, instance_bytes),
    FCALL("GetPrimitiveCorElementType", NULL, primitive_element),
    FCALL("GetMethodTableMatchingParentClass", NULL, parent_like),
    FCALL("InstantiationArg0", NULL, first_argument),
    FCALL("GetLoaderAllocatorHandle", NULL, no_loader_allocator),
    FCALLS_END,
};

/* -- TypeHandle ---------------------------------------------------------------- */

static int32_t element_of(void *handle)
{
    return type_handle_element(type_of_handle(handle));
}

static int32_t can_cast(void *from, void *to)
{
    return reflection_assignable(type_of_handle(from), type_of_handle(to));
}

/* -- CastHelpers --------------------------------------------------------------- */

static void print_with_assembly(Buffer *out, Type *type)
{
    buffer_printf(out, "'");
    reflection_print_type(out, type, true, false);
    buffer_printf(out, "'");
}

static void print_origin(Buffer *out, const char *mark, Type *type)
{
    const char *path = type->assembly->image->path;
    buffer_printf(out, "Type %s originates from '", mark);
    reflection_print_assembly(out, type->assembly);
    if (path && *path)
        buffer_printf(out, "' in the context 'Default' at location '%s'", path);
    else
        buffer_printf(out, "' in the context 'Default' in a byte array");
}

/* Types of the same name are told apart by where they are from. */
static void set_invalid_cast(Type *from, Type *to)
{
    Buffer one = BUFFER_INIT, other = BUFFER_INIT, text = BUFFER_INIT;
    print_with_assembly(&one, from);
    print_with_assembly(&other, to);
    buffer_u8(&one, '\0');
    buffer_u8(&other, '\0');
    if (strcmp((const char *)one.data, (const char *)other.data) != 0) {
        buffer_printf(&text, "Unable to cast object of type %s to type %s.",
                      (const char *)one.data, (const char *)other.data);
    } else {
        buffer_printf(&text, "[A]%s cannot be cast to [B]%s. ",
                      (const char *)one.data + 1, (const char *)other.data + 1);
        print_origin(&text, "A", from);
        buffer_printf(&text, ". ");
        print_origin(&text, "B", to);
        buffer_printf(&text, ".");
    }
    exception_set("System.InvalidCastException", "%.*s", (int)text.size,
                  (const char *)text.data);
    buffer_free(&one);
    buffer_free(&other);
    buffer_free(&text);
}

static int32_t is_instance(void *handle, int32_t throw_it, Object **object)
{
    Type *type = type_of_handle(handle);
    if (throw_it ? !*object || object_cast(*object, type)
                 : !*object || object_isinst(*object, type))
        return 1;
    if (throw_it && !exception_pending())
        set_invalid_cast(object_type(*object), type);
    return 0;
}

const QcallRow qcalls_method_table[] = {
    QCALL(TypeHandle_CanCastTo_NoCacheLookup, can_cast),
    QCALL(TypeHandle_GetCorElementType, element_of),
    QCALL(IsInstanceOf_NoCacheLookup, is_instance),
    QCALLS_END,
};
