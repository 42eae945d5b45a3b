/* array.c - vectors and arrays of more dimensions or other lower bounds. */
#include <string.h>

#include "loader/gc/gc.h"
#include "loader/vm/vm.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"

/* Class libraries that have words for it refuse arrays longer than Array.MaxLength. */
static bool array_is_too_long(uint64_t length)
{
    enum { MOST = 0x7fffffc7 };
    const char *text = vm.world->library->array_text;
    if (!text || length <= MOST)
        return false;
    exception_set("System.OutOfMemoryException", "%s", text);
    return true;
}

Array *array_new_vtable(VTable *vtable, int64_t length)
{
    if (length < 0 || (length > INT32_MAX && vm.world->library->array_text)) {
        exception_set("System.OverflowException", NULL);
        return NULL;
    }
    if (array_is_too_long((uint64_t)length))
        return NULL;
    Array *array = NULL;
    if (length <= INT32_MAX)
        array = (Array *)gc_alloc_sized(vtable, ARRAY_DATA_OFFSET +
                                                    (size_t)length * vtable->elem_size);
    if (!array) {
        exception_set_object(vm.out_of_memory);
        return NULL;
    }
    array->length = (uint32_t)length;
    return array;
}

Array *array_new_scanned(Type *elem, uint32_t length)
{
    VTable *vtable = type_vtable(type_szarray(elem));
    if (!vtable)
        return NULL;
    size_t size = ARRAY_DATA_OFFSET + (size_t)length * vtable->elem_size;
    Array *array = (Array *)gc_alloc_scanned(vtable, size);
    if (array)
        array->length = length;
    else
        exception_set_object(vm.out_of_memory);
    return array;
}

Array *array_new(Type *array_type, int64_t length)
{
    VTable *vtable = type_vtable(array_type);
    return vtable ? array_new_vtable(vtable, length) : NULL;
}

Array *array_new_of(Type *elem, int64_t length)
{
    return array_new(type_szarray(elem), length);
}

/* Product of the lengths. False: pending exception. */
static bool array_total(Type *type, const int32_t *lengths, uint64_t *total)
{
    *total = 1;
    for (uint32_t i = 0; i < type->rank; i++) {
        if (lengths[i] < 0)
            return exception_set("System.OverflowException", NULL);
        if (__builtin_mul_overflow(*total, (uint64_t)lengths[i], total))
            *total = UINT64_MAX;
        if (array_is_too_long(*total) || array_is_too_long((uint64_t)lengths[i]))
            return false;
        if (*total > INT32_MAX)
            return exception_set_object(vm.out_of_memory);
    }
    return true;
}

Array *array_new_jagged(Type *array_type, const int32_t *lengths, uint32_t n)
{
    Array *array = array_new(array_type, lengths[0]);
    for (uint32_t i = 0; array && n > 1 && i < array->length; i++) {
        Array *row = array_new_jagged(array_type->elem, lengths + 1, n - 1);
        if (!row)
            return NULL;
        array_set(array, i, row);
    }
    return array;
}

Array *array_new_md(Type *array_type, const int32_t *lengths,
                    const int32_t *lower_bounds)
{
    if (array_type->element == ELEMENT_SZARRAY)
        return array_new(array_type, lengths[0]);
    VTable *vtable = type_vtable(array_type);
    uint64_t total;
    if (!vtable || !array_total(array_type, lengths, &total))
        return NULL;
    size_t size = vtable->base_size + total * vtable->elem_size;
    Array *array = (Array *)gc_alloc_sized(vtable, size);
    if (!array) {
        exception_set_object(vm.out_of_memory);
        return NULL;
    }
    array->length = (uint32_t)total;
    memcpy(array_lengths(array), lengths, array_type->rank * sizeof *lengths);
    if (lower_bounds)
        memcpy(array_lower_bounds(array), lower_bounds,
               array_type->rank * sizeof *lower_bounds);
    return array;
}
