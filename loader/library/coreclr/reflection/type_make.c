/* type_make.c - System.RuntimeTypeHandle: types that are made of others. */
#include "common/base/mem.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"

#include <stdio.h>
#include <stdlib.h>

static void give(Type *type, Object **result)
{
    if (type)
        *result = reflection_type(type);
}

/* -- what nothing is made of ---------------------------------------------------- */

static void names_of(Type *type, Buffer *name, Buffer *assembly)
{
    reflection_print_type(name, type, false, false);
    reflection_print_assembly(assembly, type->assembly);
}

static void refuse(const char *before, const Buffer *name, int32_t rank,
                   const char *between, const Buffer *assembly, const char *after)
{
    Err err = ERR_INIT;
    char brackets[64] = "";
    const int most = (int)sizeof brackets - 3;
    if (rank)
        snprintf(brackets, sizeof brackets, "[%.*s]", rank < most ? rank - 1 : most,
                 ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,");
    err_set(&err, ERR_TYPE_LOAD, "%s%.*s%s%s%.*s%s", before, (int)name->size,
            (const char *)name->data, brackets, between, (int)assembly->size,
            (const char *)assembly->data, after);
    exception_set_err(&err);
}

static void refuse_array(Type *elem, int32_t rank, const char *reason)
{
    Buffer name = BUFFER_INIT, assembly = BUFFER_INIT, after = BUFFER_INIT;
    names_of(elem, &name, &assembly);
    buffer_printf(&after, "' because the element type is %s.", reason);
    buffer_u8(&after, 0);
    refuse("Could not create array type '", &name,
           elem->element == ELEMENT_BYREF ? 0
           : rank > 1                     ? rank
                                          : 1,
           "' from assembly '", &assembly, (const char *)after.data);
    buffer_free(&name);
    buffer_free(&assembly);
    buffer_free(&after);
}

static void refuse_rank(Type *elem, int32_t rank)
{
    Buffer name = BUFFER_INIT, assembly = BUFFER_INIT;
    names_of(elem, &name, &assembly);
    refuse("'", &name, rank, "' from assembly '", &assembly,
           "' has too many dimensions.");
    buffer_free(&name);
    buffer_free(&assembly);
}

static void refuse_of_byref(Type *type, const char *before)
{
    Buffer name = BUFFER_INIT, assembly = BUFFER_INIT;
    names_of(type, &name, &assembly);
    refuse(before, &name, 0, "'. Assembly: '", &assembly, "'.");
    buffer_free(&name);
    buffer_free(&assembly);
}

/* -- elements ------------------------------------------------------------------- */

static void array(Type *elem, int32_t rank, Object **result)
{
    enum { MAX_RANK = 32 };
    if (elem->element == ELEMENT_BYREF)
        refuse_array(elem, rank, "ByRef");
    else if (elem->element == ELEMENT_VOID)
        refuse_array(elem, rank, "System.Void");
    else if (elem->bits & TYPE_BIT_BYREFLIKE)
        refuse_array(elem, rank, "ByRef-like");
    else if (rank > MAX_RANK)
        refuse_rank(elem, rank);
    else
        give(reflection_make_array(elem, rank), result);
}

static void make_array(Object **keep, void *handle, int32_t rank, Object **result)
{
    (void)keep;
    array(type_of_handle(handle), rank, result);
}

static void make_vector(Object **keep, void *handle, Object **result)
{
    (void)keep;
    array(type_of_handle(handle), 0, result);
}

static void make_byref(Object **keep, void *handle, Object **result)
{
    (void)keep;
    Type *type = type_of_handle(handle);
    if (type->element == ELEMENT_BYREF)
        refuse_of_byref(type, "Could not create a ByRef of a ByRef. Type: '");
    else
        give(type_byref(type), result);
}

static void make_pointer(Object **keep, void *handle, Object **result)
{
    (void)keep;
    Type *type = type_of_handle(handle);
    if (type->element == ELEMENT_BYREF)
        refuse_of_byref(type, "Could not create a pointer to a ByRef. Type: '");
    else
        give(type_ptr(type), result);
}

/* -- instances ------------------------------------------------------------------ */

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
