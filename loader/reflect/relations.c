/* relations.c - how types are related, as reflection sees it: base types, constraints,
 * and what is assignable to what, of generic parameters and open types too.
 */
#include <stdlib.h>

#include "common/base/mem.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

/* -- base types and constraints ------------------------------------------------ */

Type **reflection_constraints(Param *param)
{
    Assembly *assembly = param->owner->assembly;
    const Image *image = assembly->image;
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_GenericParamConstraint,
                         COL_GenericParamConstraint_Owner, TOKEN_RID(param->type.token),
                         &first, &end))
        first = end = 0;
    Type **types = mem_array(end - first + 1, sizeof *types);
    for (uint32_t i = first; i < end; i++) {
        Err err = ERR_INIT;
        uint32_t token = image_get(image, TABLE_GenericParamConstraint, i,
                                   COL_GenericParamConstraint_Constraint);
        Type *type = type_from_token(assembly, token, NULL, &err);
        if (!type) {
            free(types);
            exception_set_err(&err);
            return NULL;
        }
        types[i - first] = reflection_open(type, param->owner, param->method);
    }
    return types;
}

uint32_t reflection_param_flags(const Param *param)
{
    return image_get(param->owner->assembly->image, TABLE_GenericParam,
                     TOKEN_RID(param->type.token), COL_GenericParam_Flags);
}

bool reflection_satisfies(Param *param, Type *type)
{
    Err err = ERR_INIT;
    if (type->bits & TYPE_BIT_BYREFLIKE &&
        !(reflection_param_flags(param) & GENPARAM_BYREFLIKE))
        return false;
    if (type->bits & (TYPE_BIT_OPEN | TYPE_BIT_GENERIC_DEF))
        return true;
    uint32_t n = param->method ? param->method->n_args : param->owner->n_args;
    Type **args = mem_array(n + 1, sizeof *args);
    Type **own = param->method ? reflection_method_params(param->method)
                               : reflection_type_params(param->owner);
    for (uint32_t i = 0; i < n; i++)
        args[i] = i == param->type.var_index ? type : own[i];
    GenericContext ctx = {args, n, NULL, 0};
    if (param->method)
        ctx = (GenericContext){NULL, 0, args, n};
    bool yes = param_check_constraints(param->owner->assembly,
                                       TOKEN_RID(param->type.token), &ctx, type, &err);
    free(args);
    return yes || (err.kind != ERR_NONE && exception_set_err(&err));
}

static Type *param_base(Param *param)
{
    Type *base = vm.world->known.object;
    if (reflection_param_flags(param) & GENPARAM_VALUETYPE)
        base = vm.world->known.valuetype;
    Type **types = reflection_constraints(param);
    if (!types)
        return NULL;
    for (uint32_t i = 0; types[i]; i++)
        if (!(types[i]->bits & TYPE_BIT_INTERFACE) && !reflection_is_var(types[i]))
            base = types[i];
    free(types);
    return base;
}

Type *reflection_base(Type *type)
{
    Param *param = reflection_param(type);
    if (param)
        return param_base(param);
    if (!reflection_load(type, LEVEL_PARENTS) || !type->parent)
        return NULL;
    return reflection_open(type->parent, type, NULL);
}

/* -- assignability -------------------------------------------------------------- */

static bool assignable(Type *from, Type *to, int depth);

/* A type parameter is what its constraints are. */
static bool param_assignable(Param *param, Type *to, int depth)
{
    enum { MAX_DEPTH = 32 };
    Type **types = depth < MAX_DEPTH ? reflection_constraints(param) : NULL;
    if (!types)
        return false;
    bool is_value = reflection_param_flags(param) & GENPARAM_VALUETYPE;
    bool yes = type_castable(
        is_value ? vm.world->known.valuetype : vm.world->known.object, to);
    for (uint32_t i = 0; types[i] && !yes; i++)
        yes = assignable(types[i], to, depth + 1);
    free(types);
    return yes;
}

static bool reference_assignable(Type *from, Type *to)
{
    Err err = ERR_INIT;
    return type_element_assignable(from, to, &err) ||
           (err.kind != ERR_NONE && exception_set_err(&err));
}

static bool assignable(Type *from, Type *to, int depth)
{
    if (from == to)
        return true;
    if (from->element == ELEMENT_BYREF || to->element == ELEMENT_BYREF)
        return from->element == to->element &&
               reference_assignable(from->elem, to->elem);
    Param *param = reflection_param(from);
    return param ? param_assignable(param, to, depth) : type_castable(from, to);
}

bool reflection_assignable(Type *from, Type *to)
{
    if (from == to)
        return true;
    to = reflection_over_itself(to);
    from = to ? reflection_over_itself(from) : NULL;
    if (!from || from->element == ELEMENT_FNPTR)
        return false;
    if (from->element == ELEMENT_PTR)
        return to->element == ELEMENT_PTR && vm.world->library->pointers_convert &&
               reference_assignable(from->elem, to->elem);
    return assignable(from, to, 0);
}

bool reflection_is_subclass(Type *type, Type *ancestor)
{
    if (ancestor->bits & TYPE_BIT_INTERFACE)
        return false;
    if (type->bits & TYPE_BIT_INTERFACE)
        return ancestor == vm.world->known.object;
    for (Type *t = type; (t = reflection_base(t));)
        if (t == ancestor)
            return true;
    return false;
}
