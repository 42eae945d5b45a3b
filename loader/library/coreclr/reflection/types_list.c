#include "loader/library/coreclr/reflection/types_list.h"

#include "loader/library/coreclr/members.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/methods.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

static bool is_exported(const Type *type)
{
    for (; type; type = type->declaring) {
        uint32_t visibility = type->flags & TYPE_VISIBILITY_MASK;
        if (visibility != TYPE_PUBLIC && visibility != TYPE_NESTED_PUBLIC)
            return false;
    }
    return true;
}

/* The first n elements of an array with room for more. */
static Array *cut(Array *array, Type *element, uint32_t n)
{
    Array *out = array && array->length != n ? array_new_of(element, n) : array;
    for (uint32_t i = 0; out && out != array && i < n; i++)
        array_set(out, i, ARRAY_AT(array, Object *, i));
    return out;
}

/* What is missing stays null at the end of `types`. */
static Array *failed(Array *types, Array *exceptions, uint32_t n)
{
    Object *object = object_new(known_type_load_failures());
    uint64_t none;
    exceptions = cut(exceptions, vm.world->known.exception, n);
    String *message =
        string_from_utf8("Unable to load one or more of the requested types.");
    void *args[] = {&object, &types, &exceptions};
    if (object && exceptions && message &&
        vm_methods->invoke(method_type_load_failures_new(), args, &none)) {
        field_exception_message_set(object, message); /* its constructor has none */
        exception_set_object(object);
    }
    return NULL;
}

static Object *load(Type *type)
{
    return reflection_load(type, LEVEL_READY) ? reflection_type(type) : NULL;
}

Array *types_list(Assembly *assembly, bool exported_only)
{
    uint32_t rows = image_rows(assembly->image, TABLE_TypeDef), n = 0, n_failed = 0;
    Type *element = exported_only ? vm.world->known.type : vm.world->known.runtime_type;
    Array *types = array_new_of(element, rows - 1), *exceptions = NULL;
    for (uint32_t rid = 2; types && rid <= rows; rid++) {
        Type *type = assembly_type(assembly, rid);
        if (exported_only && !is_exported(type))
            continue;
        Object *object = load(type);
        if (object) {
            array_set(types, n++, object);
            continue;
        }
        Object *exception = exception_take();
        if (!exceptions)
            exceptions = array_new_of(vm.world->known.exception, rows);
        if (!exceptions)
            return NULL;
        array_set(exceptions, n_failed++, exception);
    }
    if (n_failed && !exported_only)
        return failed(types, exceptions, n_failed);
    if (n_failed) {
        exception_set_object(ARRAY_AT(exceptions, Object *, 0));
        return NULL;
    }
    return cut(types, element, n);
}
