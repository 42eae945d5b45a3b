/* type_make.c - System.RuntimeTypeHandle: types that are made of others. */
#include "common/base/mem.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"

#include <stdlib.h>

static void give(Type *type, Object **result)
{
    if (type)
        *result = reflection_type(type);
}

static void make_array(Object **keep, void *handle, int32_t rank, Object **result)
{
    (void)keep;
    give(reflection_make_array(type_of_handle(handle), rank), result);
}

static void make_vector(Object **keep, void *handle, Object **result)
{
    (void)keep;
    give(reflection_make_array(type_of_handle(handle), 0), result);
}

static void make_byref(Object **keep, void *handle, Object **result)
{
    (void)keep;
    give(reflection_make_byref(type_of_handle(handle)), result);
}

static void make_pointer(Object **keep, void *handle, Object **result)
{
    (void)keep;
    give(reflection_make_pointer(type_of_handle(handle)), result);
}

/* NULL: pending TypeLoadException, of which managed code makes what it throws. */
static Type *instance_of(Type *def, Type **types, uint32_t n)
{
    Err err = ERR_INIT;
    for (uint32_t i = 0; i < n; i++)
        if (!(types[i] = reflection_over_itself(types[i])))
            return NULL;
    Type *type = type_instance(def, types, n, &err);
    if (type && type_check_constraints(type, &err))
        return type;
    exception_set_err(&err);
    return NULL;
}

static Type *instance(Type *def, void *const *handles, int32_t n)
{
    if (n < 0 || (uint32_t)n != def->n_args) {
        exception_set("System.ArgumentException",
                      "The number of generic arguments provided doesn't equal the "
                      "arity of the generic type definition.");
        return NULL;
    }
    Type **types = mem_array((uint32_t)n + 1, sizeof *types);
    for (int32_t i = 0; i < n; i++)
        types[i] = type_of_handle(handles[i]);
    Type *type = instance_of(def, types, (uint32_t)n);
    free(types);
    return type;
}

static void instantiate(Object **keep, void *handle, void *const *handles, int32_t n,
                        Object **result)
{
    (void)keep;
    give(instance(type_of_handle(handle)->def, handles, n), result);
}

/* Asked of the definition, to say which argument was wrong: what a constraint says of
 * other parameters is not known. */
static int32_t satisfies(Object **keep, void *handle, Object **keep_context,
                         void *context, Method *of, Object **keep_argument,
                         void *argument)
{
    (void)keep, (void)keep_context, (void)context, (void)of, (void)keep_argument;
    Param *param = reflection_param(type_of_handle(handle));
    return param && reflection_satisfies(param, type_of_handle(argument));
}

const QcallRow qcalls_type_make[] = {
    QCALL(RuntimeTypeHandle_Instantiate, instantiate),
    QCALL(RuntimeTypeHandle_MakeArray, make_array),
    QCALL(RuntimeTypeHandle_MakeByRef, make_byref),
    QCALL(RuntimeTypeHandle_MakePointer, make_pointer),
    QCALL(RuntimeTypeHandle_MakeSZArray, make_vector),
    QCALL(RuntimeTypeHandle_SatisfiesConstraints, satisfies),
    QCALLS_END,
};
