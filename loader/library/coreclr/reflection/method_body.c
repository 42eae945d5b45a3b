/* method_body.c - System.Reflection.MethodBody and what it holds. */
#include <string.h>

#include "common/base/arena.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/vm.h"

static Array *il_bytes(const IlBody *body)
{
    Array *array = array_new_of(vm.world->known.u1, (int64_t)body->code.size);
    if (array && body->code.size)
        memcpy(array->data, body->code.data, body->code.size);
    return array;
}

static Array *local_variables(Method *method, const IlBody *body, Arena *scratch)
{
    GenericContext ctx = method_context(method);
    Type **types = NULL;
    bool *pinned = NULL;
    uint32_t n = 0;
    Err err = ERR_INIT;
    if (body->locals_token &&
        !locals_from_token(method->type->assembly, body->locals_token, &ctx, scratch,
                           &types, &pinned, &n, &err)) {
        exception_set_err(&err);
        return NULL;
    }
    Array *array = array_new_of(known_runtime_local(), n);
    for (uint32_t i = 0; array && i < n; i++) {
        Object *local = object_new(known_runtime_local());
        if (!local)
            return NULL;
        field_runtime_local_type_set(
            local, reflection_type_in(types[i], method->type, method));
        *field_runtime_local_is_pinned(local) = pinned[i];
        *field_runtime_local_index(local) = (int32_t)i;
        array_set(array, i, local);
    }
    return array;
}

static Object *clause_object(Object *body, const IlClause *clause)
{
    Object *object = object_new(known_runtime_clause());
    if (!object)
        return NULL;
    bool filter = clause->kind == IL_CLAUSE_FILTER;
    field_runtime_clause_body_set(object, body);
    *field_runtime_clause_flags(object) = clause->kind;
    *field_runtime_clause_try_offset(object) = (int32_t)clause->try_start;
    *field_runtime_clause_try_length(object) =
        (int32_t)(clause->try_end - clause->try_start);
    *field_runtime_clause_offset(object) = (int32_t)clause->handler_start;
    *field_runtime_clause_length(object) =
        (int32_t)(clause->handler_end - clause->handler_start);
    if (filter)
        *field_runtime_clause_filter(object) = (int32_t)clause->filter_start;
    else
        *field_runtime_clause_token(object) = (int32_t)clause->token;
    return object;
}

static Array *clauses(Object *object, const IlBody *body)
{
    Array *array = array_new_of(known_runtime_clause(), body->n_clauses);
    for (uint32_t i = 0; array && i < body->n_clauses; i++)
        if (!array_set(array, i, clause_object(object, &body->clauses[i])))
            return NULL;
    return array;
}

/* Fills the object without its constructor; managed code sets the method. */
static Object *body_object(Method *method, const IlBody *body, Arena *scratch)
{
    Object *object = object_new(known_runtime_body());
    Array *code = il_bytes(body), *variables = local_variables(method, body, scratch);
    Array *handlers = object ? clauses(object, body) : NULL;
    if (!object || !code || !variables || !handlers)
        return NULL;
    field_runtime_body_il_set(object, code);
    field_runtime_body_locals_set(object, variables);
    field_runtime_body_clauses_set(object, handlers);
    *field_runtime_body_init_locals(object) = body->init_locals;
    *field_runtime_body_max_stack(object) = (int32_t)body->max_stack;
    *field_runtime_body_locals_token(object) = (int32_t)body->locals_token;
    return object;
}

/* Some of the framework's own have none, though nothing else says so: what trimming has
 * taken. */
static bool has_il(const Method *method)
{
    const Assembly *assembly = method->type->assembly;
    return assembly->dynamic || !method->token ||
           image_get(assembly->image, TABLE_MethodDef, TOKEN_RID(method->token),
                     COL_MethodDef_RVA);
}

static void get_body(Method *method, Object **keep, void *handle, Object **result)
{
    (void)keep, (void)handle;
    Arena scratch = ARENA_INIT;
    IlBody body;
    Err err = ERR_INIT;
    if (!has_il(method))
        return;
    if (method_body(method, &scratch, &body, &err))
        *result = body_object(method, &body, &scratch);
    else if (err.kind != ERR_NONE)
        exception_set_err(&err);
    arena_free(&scratch);
}

const QcallRow qcalls_method_body[] = {
    QCALL(RuntimeMethodHandle_GetMethodBody, get_body),
    QCALLS_END,
};
