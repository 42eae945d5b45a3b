/* constraints.c - do the arguments of an instantiation fit its parameters (II.10.1.7);
 * does a method take all arguments that the one takes which it overrides (II.9.9).
 */
#include "common/types/rules_private.h"
#include "common/types/types_private.h"
#include "common/types/words.h"

static bool has_default_ctor(Type *type, Err *err)
{
    if (type_is_valuetype(type))
        return true;
    if (type->bits & TYPE_BIT_ABSTRACT || !type_load(type, LEVEL_READY, err))
        return false;
    Method *ctor = type_find_method(type, ".ctor", 0);
    return ctor && (ctor->flags & METHOD_ACCESS_MASK) == METHOD_PUBLIC;
}

static bool special_ok(Type *arg, uint32_t flags, Err *err)
{
    if (flags & GENPARAM_REFERENCE && !type_is_reference(arg))
        return false;
    if (flags & GENPARAM_VALUETYPE &&
        (!type_is_valuetype(arg) || arg->bits & TYPE_BIT_NULLABLE))
        return false;
    return !(flags & GENPARAM_DEFAULT_CTOR) || has_default_ctor(arg, err);
}

bool type_fail_argument(const Type *def, const Type *arg, uint32_t number,
                        LibraryWords words, Err *err)
{
    Arena scratch = ARENA_INIT;
    const char *const args[WORDS_ARGS] = {
        arena_printf(&scratch, "%u", number), words_argument(&scratch, arg),
        words_definition(&scratch, def),
        words_param_name(def->assembly, def->token, number)};
    err_words(err, ERR_TYPE_LOAD, def->world, words, args);
    arena_free(&scratch);
    return false;
}

/* False with ERR_NONE: the argument does not fit. */
bool param_check_constraints(Assembly *assembly, uint32_t row,
                             const GenericContext *ctx, Type *arg, Err *err)
{
    const Image *image = assembly->image;
    uint32_t flags = image_get(image, TABLE_GenericParam, row, COL_GenericParam_Flags);
    uint32_t first, end;
    if (!special_ok(arg, flags, err))
        return false;
    if (!image_find_rows(image, TABLE_GenericParamConstraint,
                         COL_GenericParamConstraint_Owner, row, &first, &end))
        return true;
    for (uint32_t i = first; i < end; i++) {
        uint32_t token = image_get(image, TABLE_GenericParamConstraint, i,
                                   COL_GenericParamConstraint_Constraint);
        Type *constraint = type_from_token(assembly, token, ctx, err);
        if (!constraint)
            return false;
        if (arg->bits & TYPE_BIT_NULLABLE && constraint->bits & TYPE_BIT_INTERFACE)
            return false; /* as a box it has them: not as itself */
        if (!type_assignable(arg, constraint, err))
            return false;
    }
    return true;
}

/* The first argument that does not fit, or n. */
static uint32_t params_check(Assembly *assembly, uint32_t owner,
                             const GenericContext *ctx, Type **args, uint32_t n,
                             Err *err)
{
    const Image *image = assembly->image;
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_GenericParam, COL_GenericParam_Owner, owner,
                         &first, &end))
        return n;
    for (uint32_t i = first; i < end; i++) {
        uint32_t at = image_get(image, TABLE_GenericParam, i, COL_GenericParam_Number);
        if (at < n && !param_check_constraints(assembly, i, ctx, args[at], err))
            return at;
    }
    return n;
}

bool type_check_constraints(Type *type, Err *err)
{
    if (type->def == type || type->bits & TYPE_BIT_OPEN)
        return true;
    GenericContext ctx = type_context(type);
    uint32_t at =
        params_check(type->assembly, type->token, &ctx, type->args, type->n_args, err);
    return at == type->n_args ||
           (err->kind == ERR_NONE ? type_fail_argument(type->def, type->args[at], at,
                                                       WORDS_TYPE_ARGUMENT, err)
                                  : false);
}

static uint32_t method_params_check(Method *method, Err *err)
{
    GenericContext ctx = method_context(method);
    return params_check(method->type->assembly, method->token, &ctx, method->args,
                        method->n_args, err);
}

bool method_check_constraints(Method *method, Err *err)
{
    return method_params_check(method, err) == method->n_args;
}

void method_tell_constraint(Method *method, Err *err)
{
    Arena scratch = ARENA_INIT;
    uint32_t at = method_params_check(method, err);
    if (at < method->n_args) {
        const char *const args[WORDS_ARGS] = {
            words_method_name(&scratch, method),
            words_argument(&scratch, method->args[at]),
            words_param_name(method->type->assembly, method->token, at)};
        err_words(err, ERR_TYPE_LOAD, method->type->world, WORDS_METHOD_ARGUMENT, args);
    }
    arena_free(&scratch);
}

/* -- overrides ----------------------------------------------------------------- */

/* A generic parameter of a method, as the method's exact type sees it. */
typedef struct Param {
    Method *method;
    uint32_t row, flags;
} Param;

static bool param_of(Method *method, uint32_t number, Param *param)
{
    const Image *image = method->type->assembly->image;
    uint32_t row = param_row(image, method->def->token, number);
    if (row)
        *param =
            (Param){method, row,
                    image_get(image, TABLE_GenericParam, row, COL_GenericParam_Flags)};
    return row != 0;
}

static bool constraint_rows(const Param *param, uint32_t *first, uint32_t *end)
{
    return image_find_rows(param->method->type->assembly->image,
                           TABLE_GenericParamConstraint,
                           COL_GenericParamConstraint_Owner, param->row, first, end);
}

/* NULL: with err set. */
static Type *constraint_at(const Param *param, uint32_t row, Err *err)
{
    Assembly *assembly = param->method->type->assembly;
    GenericContext ctx = method_context(param->method);
    uint32_t token = image_get(assembly->image, TABLE_GenericParamConstraint, row,
                               COL_GenericParamConstraint_Constraint);
    return type_from_token(assembly, token, &ctx, err);
}

/* Do all arguments of that parameter derive from a type? */
static bool is_implied(const Type *constraint, const Param *param, Err *err)
{
    const KnownTypes *known = &constraint->world->known;
    uint32_t first = 0, end = 0;
    if (constraint == known->object ||
        (constraint == known->valuetype && param->flags & GENPARAM_VALUETYPE))
        return true;
    constraint_rows(param, &first, &end);
    for (uint32_t i = first; i < end; i++) {
        const Type *other = constraint_at(param, i, err);
        if (!other || other == constraint)
            return other != NULL;
    }
    return false;
}

static bool flags_are_implied(uint32_t flags, uint32_t by)
{
    if (by & GENPARAM_VALUETYPE)
        by |= GENPARAM_DEFAULT_CTOR;
    const uint32_t special =
        GENPARAM_REFERENCE | GENPARAM_VALUETYPE | GENPARAM_DEFAULT_CTOR;
    return !(flags & special & ~by) && !(by & GENPARAM_BYREFLIKE & ~flags);
}

static bool param_takes_all(Method *body, Method *decl, uint32_t number, Err *err)
{
    Param own, other;
    uint32_t first = 0, end = 0;
    if (!param_of(body, number, &own) || !param_of(decl, number, &other))
        return true; /* refused elsewhere */
    if (!flags_are_implied(own.flags, other.flags))
        return false;
    constraint_rows(&own, &first, &end);
    for (uint32_t i = first; i < end; i++) {
        const Type *constraint = constraint_at(&own, i, err);
        if (!constraint || !is_implied(constraint, &other, err))
            return false;
    }
    return true;
}

bool rules_check_constraints(const Type *type, Method *body, Method *decl, Err *err)
{
    if (!type->world->library->strict_types || body->n_args != decl->n_args ||
        type->bits & TYPE_BIT_SHARED)
        return true;
    for (uint32_t i = 0; i < body->n_args; i++)
        if (!param_takes_all(body, decl, i, err))
            return err->kind == ERR_NONE
                       ? rule_broken(type, RULE_OVERRIDE_CONSTRAINTS, body->name, err)
                       : false;
    return true;
}
