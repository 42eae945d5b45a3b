/* method_body.c - System.Reflection.MethodBody and what it holds. */
#include <string.h>

#include "common/base/arena.h"
#include "loader/library/mono/reflection/reflection.h"

static Type *reflection_class(Type **cache, const char *name)
{
    return reflection_known(cache, "System.Reflection", name);
}

static Array *il_bytes(const IlBody *body)
{
    Array *array = array_new_of(vm.world->known.u1, (int64_t)body->code.size);
    if (array && body->code.size)
        memcpy(array->data, body->code.data, body->code.size);
    return array;
}

static Array *local_variables(Method *method, const IlBody *body, Arena *scratch)
{
    static Type *class;
    static Field *type_field, *pinned_field, *position_field;
    Type *t = reflection_class(&class, "LocalVariableInfo");
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
        FIELD(local, reflection_lookup(&type_field, t, "type"), Object *) =
            reflection_type_in(types[i], method->type, method);
        FIELD(local, reflection_lookup(&pinned_field, t, "is_pinned"), uint8_t) =
            pinned[i];
        FIELD(local, reflection_lookup(&position_field, t, "position"), uint16_t) =
            (uint16_t)i;
        ARRAY_AT(array, Object *, i) = local;
    }
    return array;
}

static Object *clause_object(Method *method, const IlClause *clause)
{
    static Type *class;
    static Field *catch, *filter, *kind, *try_at, *try_size, *at, *size;
    Type *t = reflection_class(&class, "ExceptionHandlingClause");
    Object *object = object_new(t);
    Err err = ERR_INIT;
    if (!object)
        return NULL;
    GenericContext ctx = method_context(method);
    Type *caught = NULL;
    if (clause->kind == IL_CLAUSE_CATCH)
        caught = type_from_token(method->type->assembly, clause->token, &ctx, &err);
    FIELD(object, reflection_lookup(&catch, t, "catch_type"), Object *) =
        caught ? reflection_type_in(caught, method->type, method) : NULL;
    FIELD(object, reflection_lookup(&filter, t, "filter_offset"), int32_t) =
        clause->kind == IL_CLAUSE_FILTER ? (int32_t)clause->filter_start : 0;
    FIELD(object, reflection_lookup(&kind, t, "flags"), int32_t) = clause->kind;
    FIELD(object, reflection_lookup(&try_at, t, "try_offset"), int32_t) =
        (int32_t)clause->try_start;
    FIELD(object, reflection_lookup(&try_size, t, "try_length"), int32_t) =
        (int32_t)(clause->try_end - clause->try_start);
    FIELD(object, reflection_lookup(&at, t, "handler_offset"), int32_t) =
        (int32_t)clause->handler_start;
    FIELD(object, reflection_lookup(&size, t, "handler_length"), int32_t) =
        (int32_t)(clause->handler_end - clause->handler_start);
    return object;
}

static Array *clauses(Method *method, const IlBody *body)
{
    static Type *class;
    Array *array = array_new_of(reflection_class(&class, "ExceptionHandlingClause"),
                                body->n_clauses);
    for (uint32_t i = 0; array && i < body->n_clauses; i++)
        ARRAY_AT(array, Object *, i) = clause_object(method, &body->clauses[i]);
    return array;
}

/* Fills the object without its constructor. */
static Object *body_object(Method *method, const IlBody *body, Arena *scratch)
{
    static Type *class;
    static Field *il, *locals, *handlers, *init, *max, *sig;
    Type *t = reflection_class(&class, "MethodBody");
    Object *object = object_new(t);
    Array *code = il_bytes(body), *variables = local_variables(method, body, scratch);
    if (!object || !code || !variables)
        return NULL;
    FIELD(object, reflection_lookup(&il, t, "il"), Array *) = code;
    FIELD(object, reflection_lookup(&locals, t, "locals"), Array *) = variables;
    FIELD(object, reflection_lookup(&handlers, t, "clauses"), Array *) =
        clauses(method, body);
    FIELD(object, reflection_lookup(&init, t, "init_locals"), uint8_t) =
        body->init_locals;
    FIELD(object, reflection_lookup(&max, t, "max_stack"), int32_t) =
        (int32_t)body->max_stack;
    FIELD(object, reflection_lookup(&sig, t, "sig_token"), int32_t) =
        (int32_t)body->locals_token;
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
