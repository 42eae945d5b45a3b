/* array.c - System.Array. Elements beyond the managed code's checks are checked here.
 */
#include <string.h>

#include "loader/library/mono/table.h"
#include "loader/gc/barrier.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"

static Type *element_of(const Array *array)
{
    return array->object.vtable->elem;
}

static uint32_t element_size(const Array *array)
{
    return array->object.vtable->elem_size;
}

static void *element_at(Array *array, uint32_t index)
{
    return array_data(array) + (size_t)index * element_size(array);
}

static int32_t rank(Array *array)
{
    return object_type(&array->object)->rank;
}

static bool dimension_check(Array *array, int32_t dimension)
{
    if (dimension >= 0 && dimension < rank(array))
        return true;
    return exception_set("System.IndexOutOfRangeException",
                         "Index was outside the bounds "
                         "of the array.");
}

static int32_t length(Array *array, int32_t dimension)
{
    if (!dimension_check(array, dimension))
        return 0;
    return array_is_vector(array) ? (int32_t)array->length
                                  : array_lengths(array)[dimension];
}

static int32_t lower_bound(Array *array, int32_t dimension)
{
    if (!dimension_check(array, dimension))
        return 0;
    return array_is_vector(array) ? 0 : array_lower_bounds(array)[dimension];
}

static Object *element_box(Array *array, uint32_t index)
{
    void *at = element_at(array, index);
    Type *elem = element_of(array);
    return type_is_valuetype(elem) ? object_box(elem, at) : *(Object **)at;
}

/* Integers and floats widen as ECMA-335 I.12.1 and Array.SetValue's documentation say.
 */
typedef struct Number {
    bool is_float;
    int64_t i;
    double d;
} Number;

static bool number_read(ElementType e, const void *at, Number *out)
{
    *out = (Number){false, 0, 0};
    switch ((int)e) {
    case ELEMENT_BOOLEAN:
    case ELEMENT_U1:
        out->i = *(const uint8_t *)at;
        break;
    case ELEMENT_CHAR:
    case ELEMENT_U2:
        out->i = *(const uint16_t *)at;
        break;
    case ELEMENT_I1:
        out->i = *(const int8_t *)at;
        break;
    case ELEMENT_I2:
        out->i = *(const int16_t *)at;
        break;
    case ELEMENT_I4:
        out->i = *(const int32_t *)at;
        break;
    case ELEMENT_U4:
        out->i = *(const uint32_t *)at;
        break;
    case ELEMENT_I8:
    case ELEMENT_U8:
        out->i = *(const int64_t *)at;
        break;
    case ELEMENT_R4:
        out->is_float = true, out->d = *(const float *)at;
        break;
    case ELEMENT_R8:
        out->is_float = true, out->d = *(const double *)at;
        break;
    default:
        return false;
    }
    if (!out->is_float)
        out->d = e == ELEMENT_U8 ? (double)(uint64_t)out->i : (double)out->i;
    return true;
}

static bool number_write(ElementType e, void *at, const Number *n)
{
    if (n->is_float && e != ELEMENT_R4 && e != ELEMENT_R8)
        return false;
    switch ((int)e) {
    case ELEMENT_CHAR:
    case ELEMENT_I2:
    case ELEMENT_U2:
        *(uint16_t *)at = (uint16_t)n->i;
        break;
    case ELEMENT_I4:
    case ELEMENT_U4:
        *(uint32_t *)at = (uint32_t)n->i;
        break;
    case ELEMENT_I8:
    case ELEMENT_U8:
        *(int64_t *)at = n->i;
        break;
    case ELEMENT_R4:
        *(float *)at = (float)n->d;
        break;
    case ELEMENT_R8:
        *(double *)at = n->d;
        break;
    default:
        return false;
    }
    return true;
}

/* to may hold every value of from: by size class of the CLI's widening table. */
static bool widens(ElementType from, ElementType to)
{
    static const uint32_t to_of[] = {
#define B(e) (1u << ELEMENT_##e)
        [ELEMENT_CHAR] = B(U2) | B(I4) | B(U4) | B(I8) | B(U8) | B(R4) | B(R8),
        [ELEMENT_I1] = B(I2) | B(I4) | B(I8) | B(R4) | B(R8),
        [ELEMENT_U1] =
            B(CHAR) | B(I2) | B(U2) | B(I4) | B(U4) | B(I8) | B(U8) | B(R4) | B(R8),
        [ELEMENT_I2] = B(I4) | B(I8) | B(R4) | B(R8),
        [ELEMENT_U2] = B(CHAR) | B(I4) | B(U4) | B(I8) | B(U8) | B(R4) | B(R8),
        [ELEMENT_I4] = B(I8) | B(R4) | B(R8),
        [ELEMENT_U4] = B(I8) | B(U8) | B(R4) | B(R8),
        [ELEMENT_I8] = B(R4) | B(R8),
        [ELEMENT_U8] = B(R4) | B(R8),
        [ELEMENT_R4] = B(R8),
        [ELEMENT_R8] = 0,
#undef B
    };
    return from <= ELEMENT_R8 && to <= ELEMENT_R8 && (to_of[from] >> to & 1);
}

/* A boxed number into an element of another type. */
static void element_widen(Type *elem, Object *value, void *at)
{
    Number number;
    Type *from = type_underlying(object_type(value)), *to = type_underlying(elem);
    ElementType f = (ElementType)from->element, t = (ElementType)to->element;
    if (object_type(value) == elem || (type_is_valuetype(from) && from == to))
        gc_move(at, object_value(value), type_value_size(elem));
    else if (t < ELEMENT_BOOLEAN || t > ELEMENT_R8 || !type_is_valuetype(from) ||
             !number_read(f, object_value(value), &number))
        exception_set("System.InvalidCastException", "%s", "");
    else if (!widens(f, t) || !number_write(t, at, &number))
        exception_argument("System.ArgumentException", "value",
                           "not a widening conversion");
}

static void element_set(Array *array, Object *value, uint32_t index)
{
    Type *elem = element_of(array), *from = value ? object_type(value) : NULL;
    void *at = element_at(array, index);
    bool nullable = (elem->bits & TYPE_BIT_NULLABLE) != 0;
    if (!value)
        memset(at, 0, element_size(array));
    else if (!type_is_valuetype(elem) && object_isinst(value, elem))
        gc_store(at, value);
    else if (nullable && from == elem->args[0])
        object_unbox_nullable(elem, value, at);
    else if (type_is_valuetype(elem) && !nullable)
        element_widen(elem, value, at);
    else if (!exception_pending())
        exception_set("System.InvalidCastException", "%s", "");
}

/* param: what a wrong number of indices is blamed on, or NULL. */
static bool index_of(Array *array, const Array *indices, const char *param,
                     uint32_t *out)
{
    uint32_t flat = 0;
    if (!indices)
        return exception_argument_null(param ? param : "indices");
    if (indices->length != (uint32_t)rank(array))
        return exception_argument("System.ArgumentException", param,
                                  "Value does not fall within the expected range.");
    for (int32_t d = 0; d < rank(array); d++) {
        int64_t i = (int64_t)ARRAY_AT(indices, int32_t, d) - lower_bound(array, d);
        if (i < 0 || i >= length(array, d))
            return exception_set("System.IndexOutOfRangeException",
                                 "Index was outside the bounds of the array.");
        flat = flat * (uint32_t)length(array, d) + (uint32_t)i;
    }
    *out = flat;
    return true;
}

static Object *get_value(Array *array, Array *indices)
{
    uint32_t i = 0;
    return index_of(array, indices, NULL, &i) ? element_box(array, i) : NULL;
}

static void set_value(Array *array, Object *value, Array *indices)
{
    uint32_t i = 0;
    if (index_of(array, indices, "idxs", &i))
        element_set(array, value, i);
}

static bool flat_check(Array *array, int32_t index)
{
    if (index >= 0 && (uint32_t)index < array->length)
        return true;
    return exception_set("System.IndexOutOfRangeException",
                         "Index was outside the bounds of the array.");
}

static Object *get_value_at(Array *array, int32_t index)
{
    return flat_check(array, index) ? element_box(array, (uint32_t)index) : NULL;
}

static void set_value_at(Array *array, Object *value, int32_t index)
{
    if (flat_check(array, index))
        element_set(array, value, (uint32_t)index);
}

/* Copies where no element needs a conversion or check; managed code does the rest. */
static int32_t fast_copy(Array *source, int32_t source_index, Array *target,
                         int32_t target_index, int32_t count)
{
    Type *from = element_of(source), *to = element_of(target);
    if (rank(source) != rank(target) || !array_is_vector(source) ||
        !array_is_vector(target))
        return 0;
    if (source_index < 0 || target_index < 0 || count < 0 ||
        (int64_t)source_index + count > source->length ||
        (int64_t)target_index + count > target->length)
        return 0;
    bool same = from == to;
    bool upcast =
        !type_is_valuetype(from) && !type_is_valuetype(to) && type_castable(from, to);
    if (!same && !upcast)
        return 0;
    gc_move(element_at(target, (uint32_t)target_index),
            element_at(source, (uint32_t)source_index),
            (size_t)count * element_size(source));
    return 1;
}

static bool create_check(Type *elem, const Array *lengths)
{
    enum { MAX_RANK = 32 };
    if (!lengths->length)
        return exception_argument("System.ArgumentException", "lengths",
                                  "assertion `mono_array_handle_length (lengths) > 0' "
                                  "failed");
    for (uint32_t i = 0; i < lengths->length; i++)
        if (ARRAY_AT(lengths, int32_t, i) < 0)
            return exception_argument("System.ArgumentOutOfRangeException", NULL,
                                      "MonoArgumentException:NULL");
    if (lengths->length <= MAX_RANK)
        return true;
    Arena scratch = ARENA_INIT;
    exception_set("System.TypeLoadException", "%.200s[%.*s] has too many dimensions.",
                  type_name(&scratch, elem), (int)lengths->length - 1,
                  ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,");
    arena_free(&scratch);
    return false;
}

static Array *create_instance(Object *element_type, Array *lengths, Array *bounds)
{
    Type *elem = type_of_object(element_type);
    if (elem->element == ELEMENT_VOID ||
        elem->bits & (TYPE_BIT_OPEN | TYPE_BIT_BYREFLIKE)) {
        exception_set("System.NotSupportedException", "Array type can not be %s.",
                      elem->element == ELEMENT_VOID ? "void"
                      : elem->bits & TYPE_BIT_OPEN  ? "an open generic type"
                                                    : "a type of references");
        return NULL;
    }
    if (!create_check(elem, lengths))
        return NULL;
    if (lengths->length == 1 && (!bounds || ARRAY_AT(bounds, int32_t, 0) == 0))
        return array_new(type_szarray(elem), ARRAY_AT(lengths, int32_t, 0));
    return array_new_md(type_array(elem, lengths->length),
                        (const int32_t *)(void *)lengths->data,
                        bounds ? (const int32_t *)(void *)bounds->data : NULL);
}

static void clear(Array *array, int32_t index, int32_t count)
{
    if (index < 0 || count < 0 || (int64_t)index + count > array->length) {
        exception_set("System.IndexOutOfRangeException", "index + length > size");
        return;
    }
    memset(element_at(array, (uint32_t)index), 0, (size_t)count * element_size(array));
}

static void get_generic(Array *array, int32_t index, void *value)
{
    gc_move(value, element_at(array, (uint32_t)index), element_size(array));
}

static void set_generic(Array *array, int32_t index, const void *value)
{
    if (!type_is_valuetype(element_of(array)))
        element_set(array, *(Object *const *)value, (uint32_t)index);
    else
        gc_move(element_at(array, (uint32_t)index), value, element_size(array));
}

const IcallRow icalls_array[] = {
    ICALL("GetRank", NULL, rank),
    ICALL("GetLength", NULL, length),
    ICALL("GetLowerBound", NULL, lower_bound),
    ICALL("GetValue", NULL, get_value),
    ICALL("SetValue", NULL, set_value),
    ICALL("GetValueImpl", NULL, get_value_at),
    ICALL("SetValueImpl", NULL, set_value_at),
    ICALL("FastCopy", NULL, fast_copy),
    ICALL("CreateInstanceImpl", NULL, create_instance),
    ICALL("ClearInternal", NULL, clear),
    ICALL("GetGenericValueImpl", NULL, get_generic),
    ICALL("SetGenericValueImpl", NULL, set_generic),
    ICALLS_END,
};
