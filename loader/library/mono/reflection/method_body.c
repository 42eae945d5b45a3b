/* method_body.c - System.Reflection.MethodBody and what it holds. */
#include <string.h>

#include "common/base/arena.h"
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/members.h"
#include "loader/gc/object.h"
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
    Type *t = known_local_variable();
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
    Array *array = array_new_of(t, n);
    for (uint32_t i = 0; array && i < n; i++) {
        Object *local = object_new(t);
        if (!local)
            return NULL;
        field_local_variable_type_set(
            local, reflection_type_in(types[i], method->type, method));
        *field_local_variable_is_pinned(local) = pinned[i];
        *field_local_variable_position(local) = (uint16_t)i;
        array_set(array, i, local);
    }
    return array;
}

static Object *clause_object(Method *method, const IlClause *clause)
{
    Object *object = object_new(known_exception_clause());
    Err err = ERR_INIT;
    if (!object)
        return NULL;
    GenericContext ctx = method_context(method);
    Type *caught = NULL;
    if (clause->kind == IL_CLAUSE_CATCH)
        caught = type_from_token(method->type->assembly, clause->token, &ctx, &err);
    field_exception_clause_caught_set(
        object, caught ? reflection_type_in(caught, method->type, method) : NULL);
    *field_exception_clause_filter(object) =
        clause->kind == IL_CLAUSE_FILTER ? (int32_t)clause->filter_start : 0;
    *field_exception_clause_kind(object) = clause->kind;
    *field_exception_clause_try_start(object) = (int32_t)clause->try_start;
    *field_exception_clause_try_size(object) =
        (int32_t)(clause->try_end - clause->try_start);
    *field_exception_clause_start(object) = (int32_t)clause->handler_start;
    *field_exception_clause_size(object) =
        (int32_t)(clause->handler_end - clause->handler_start);
    return object;
}

static Array *clauses(Method *method, const IlBody *body)
{
    Array *array = array_new_of(known_exception_clause(), body->n_clauses);
    for (uint32_t i = 0; array && i < body->n_clauses; i++)
        array_set(array, i, clause_object(method, &body->clauses[i]));
    return array;
}

/* Fills the object without its constructor. */
static Object *body_object(Method *method, const IlBody *body, Arena *scratch)
{
    Object *object = object_new(known_method_body());
    Array *code = il_bytes(body), *variables = local_variables(method, body, scratch);
    if (!object || !code || !variables)
        return NULL;
    field_method_body_il_set(object, code);
    field_method_body_locals_set(object, variables);
    field_method_body_clauses_set(object, clauses(method, body));
    *field_method_body_init_locals(object) = body->init_locals;
    *field_method_body_max_stack(object) = (int32_t)body->max_stack;
    *field_method_body_locals_token(object) = (int32_t)body->locals_token;
    return object;
}

Object *reflection_method_body(Method *method)
{
    Arena scratch = ARENA_INIT;
    IlBody body;
    Err err = ERR_INIT;
    Object *object = NULL;
    if (method_body(method, &scratch, &body, &err))
        object = body_object(method, &body, &scratch);
    else if (err.kind != ERR_NONE)
        exception_set_err(&err);
    arena_free(&scratch);
    return object;
}
