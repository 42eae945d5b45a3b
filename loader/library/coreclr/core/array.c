/* array.c - System.Array. */
#include "loader/exec/method.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"

static int32_t element_of_elements(Array *array)
{
    return type_underlying(array->object.vtable->elem)->element;
}

enum { RANK_MAX = 32 };

static bool rank_is_possible(const Type *type, uint32_t rank)
{
    if (rank <= RANK_MAX)
        return true;
    Arena scratch = ARENA_INIT;
    exception_set("System.TypeLoadException",
                  "An array of '%s' has too many dimensions: %u.",
                  type_name(&scratch, type), rank);
    arena_free(&scratch);
    return false;
}

static bool indices_are_possible(uint32_t rank, const int32_t *lengths,
                                 const int32_t *bounds)
{
    for (uint32_t i = 0; i < rank; i++)
        if (lengths[i] > 0 && (int64_t)bounds[i] + lengths[i] - 1 > INT32_MAX)
            return exception_argument(
                "System.ArgumentOutOfRangeException", NULL,
                "Higher indices will exceed Int32.MaxValue because of large lower "
                "bound and/or length.");
    return true;
}

static Array *make(Type *array, const int32_t *lengths, const int32_t *bounds)
{
    static const int32_t zeros[RANK_MAX];
    if (bounds && array->element == ELEMENT_ARRAY &&
        !indices_are_possible(array->rank, lengths, bounds))
        return NULL;
    if (array->element == ELEMENT_SZARRAY && (!bounds || !bounds[0]))
        return array_new(array, lengths[0]);
    return array_new_md(array, lengths, bounds ? bounds : zeros);
}

/* Nothing is made of such elements. */
static const char *refused(const Type *element)
{
    if (element->element == ELEMENT_BYREF || element->element == ELEMENT_VAR ||
        element->element == ELEMENT_MVAR)
        return "Type is not supported.";
    if (element->element == ELEMENT_VOID)
        return "Arrays of System.Void are not supported.";
    if (element->bits & TYPE_BIT_BYREFLIKE)
        return "Cannot create arrays of ByRef-like values.";
    return element->bits & TYPE_BIT_OPEN ? "Cannot create arrays of open type." : NULL;
}

/* type: of the elements, or of the array itself. */
static void create_instance(Object **keep, void *handle, int32_t rank, int32_t *lengths,
                            int32_t *bounds, int32_t is_array, Object **result)
{
    (void)keep;
    Type *type = type_of_handle(handle);
    const char *reason = refused(is_array ? type->elem : type);
    if (reason) {
        exception_set("System.NotSupportedException", "%s", reason);
        return;
    }
    if (!rank_is_possible(type, is_array ? type->rank : (uint32_t)rank))
        return;
    if (!is_array)
        type = rank == 1 && (!bounds || !bounds[0]) ? type_szarray(type)
                                                    : type_array(type, (uint32_t)rank);
    *result = (Object *)make(type, lengths, bounds);
}

/* What newobj of an array of several dimensions calls; arguments are lengths, or pairs
 * of a lower bound and a length. */
static void create_md(void *handle, uint32_t n, const int32_t *args, Object **result)
{
    Type *array = type_of_handle(handle);
    int32_t lengths[RANK_MAX] = {0}, bounds[RANK_MAX] = {0};
    uint32_t rank = array->rank;
    bool pairs = n == 2 * rank;
    if (!rank_is_possible(array->elem, rank))
        return;
    for (uint32_t i = 0; i < rank; i++) {
        lengths[i] = args[pairs ? 2 * i + 1 : i];
        if (pairs)
            bounds[i] = args[2 * i];
    }
    *result = (Object *)make(array, lengths, bounds);
}

/* What fills an array of that type; NULL: its elements have no constructor. */
static void *element_constructor(Object **keep, void *handle)
{
    (void)keep;
    Type *type = type_of_handle(handle)->elem;
    if (!type || !type_reach(type, LEVEL_READY))
        return NULL;
    Method *ctor = type_find_method(type, ".ctor", 0);
    return ctor ? method_ftn(ctor) : NULL;
}

const FcallRow fcalls_array[] = {
    FCALL("GetCorElementTypeOfElementType", NULL, element_of_elements),
    FCALLS_END,
};

const QcallRow qcalls_array[] = {
    QCALL(Array_CreateInstance, create_instance),
    QCALL(Array_CreateInstanceMDArray, create_md),
    QCALL(Array_GetElementConstructorEntrypoint, element_constructor),
    QCALLS_END,
};
