/* runtime_helpers.c - System.Runtime.CompilerServices.RuntimeHelpers. */
#include <string.h>

#include "loader/library/mono/table.h"
#include "loader/exec/signals.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/thread.h"
#include "loader/vm/typert.h"

static bool is_plain(const Type *type)
{
    return (type->element >= ELEMENT_BOOLEAN && type->element <= ELEMENT_R8) ||
           type->element == ELEMENT_I || type->element == ELEMENT_U;
}

static void initialize_array(Array *array, Field *field)
{
    Bytes bytes;
    uint64_t size;
    if (!array || !field) {
        exception_argument_null("array");
        return;
    }
    if (!is_plain(type_underlying(object_type(&array->object)->elem))) {
        exception_argument("System.ArgumentException", "array",
                           "Cannot initialize array of non-primitive type");
        return;
    }
    size = (uint64_t)array->length * array->object.vtable->elem_size;
    if (size > type_value_size(field->type) ||
        !image_rva(field->owner->assembly->image, field->rva, (uint32_t)size, &bytes) ||
        bytes.size < size) {
        exception_argument("System.ArgumentException", "field_handle",
                           "Field not large enough to fill array");
        return;
    }
    memcpy(array_data(array), bytes.data, size);
}

static int32_t offset_to_string_data(void)
{
    return STRING_CHARS_OFFSET;
}

static Object *object_value_of(Object *object)
{
    if (!object || !type_is_valuetype(object_type(object)))
        return object;
    return object_clone(object);
}

static void run_class_constructor(Type *type)
{
    if (!type)
        exception_argument_null("type");
    else
        type_init(type);
}

static void run_module_constructor(Assembly *module)
{
    Type *initializer = assembly_initializer(module);
    if (initializer)
        type_init(initializer);
}

static int32_t sufficient_stack(void)
{
    enum { ENOUGH = 64 << 10 };
    return exec_stack_is_sufficient(ENOUGH);
}

const IcallRow icalls_runtime_helpers[] = {
    ICALL("InitializeArray", NULL, initialize_array),
    ICALL("get_OffsetToStringData", NULL, offset_to_string_data),
    ICALL("GetObjectValue", NULL, object_value_of),
    ICALL("RunClassConstructor", NULL, run_class_constructor),
    ICALL("RunModuleConstructor", NULL, run_module_constructor),
    ICALL("SufficientExecutionStack", NULL, sufficient_stack),
    ICALLS_END,
};
