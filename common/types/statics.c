/* statics.c - which static method of a type answers for a static virtual one of an
 * interface (ECMA-335, augments: static virtual interface methods).
 *
 * There is no slot and no map for it: nothing but a call that names both the type and
 * the method asks,
 *
 *     constrained. !!T  call  !0 IAdditionOperators`3<!!T, !!T, !!T>::op_Addition(...)
 *
 * and the number types of a library have hundreds of such methods that few programs
 * call. So rows of the MethodImpl table with a static body are passed over when slots
 * are made, and are looked through here. Names do not count, as they do for instance
 * methods: only a MethodImpl gives a class's method to an interface. The lowest class
 * that has one decides, there for the interface itself before others that vary to it;
 * then the most specific interface does (interfaces.c). */
#include <string.h>

#include "common/types/rules_private.h"
#include "common/types/slots_private.h"
#include "common/types/types_private.h"

static bool is_static_token(const Image *image, uint32_t token)
{
    uint32_t rid = TOKEN_RID(token);
    if (TOKEN_TABLE(token) == TABLE_MemberRef) {
        Cursor c = cursor_open(
            image_get_blob(image, TABLE_MemberRef, rid, COL_MemberRef_Signature));
        uint8_t first = cursor_u8(&c);
        return !c.failed && !(first & SIG_HASTHIS);
    }
    return TOKEN_TABLE(token) == TABLE_MethodDef && rid &&
           rid <= image_rows(image, TABLE_MethodDef) &&
           image_get(image, TABLE_MethodDef, rid, COL_MethodDef_Flags) & METHOD_STATIC;
}

static uint32_t body_token(const Image *image, uint32_t row)
{
    return image_get(image, TABLE_MethodImpl, row, COL_MethodImpl_MethodBody);
}

static uint32_t decl_token(const Image *image, uint32_t row)
{
    return image_get(image, TABLE_MethodImpl, row, COL_MethodImpl_MethodDeclaration);
}

bool static_override_check(const Type *type, uint32_t row, bool *is_static, Err *err)
{
    const Image *image = type->assembly->image;
    *is_static = is_static_token(image, body_token(image, row));
    return *is_static == is_static_token(image, decl_token(image, row)) ||
           type_fail(type, err, "a bad override (MethodImpl)");
}

static const char *decl_name(const Image *image, uint32_t token)
{
    uint32_t rid = TOKEN_RID(token);
    return TOKEN_TABLE(token) == TABLE_MemberRef
               ? image_get_string(image, TABLE_MemberRef, rid, COL_MemberRef_Name)
               : image_get_string(image, TABLE_MethodDef, rid, COL_MethodDef_Name);
}

/* Only rows that name a method like decl are resolved. */
static bool row_is_for(Type *type, uint32_t row, const Method *decl, Err *err)
{
    const Image *image = type->assembly->image;
    uint32_t token = decl_token(image, row);
    if (!is_static_token(image, body_token(image, row)) ||
        strcmp(decl_name(image, token), decl->name))
        return false;
    GenericContext ctx = type_context(type);
    ctx.method_args = (Type **)no_types;
    return method_from_token(type->assembly, token, &ctx, NULL, err) == decl;
}

static Method *row_body(Type *type, uint32_t row, Method *decl, Err *err)
{
    GenericContext ctx = type_context(type);
    ctx.method_args = (Type **)no_types;
    Method *body = method_from_token(
        type->assembly, body_token(type->assembly->image, row), &ctx, NULL, err);
    if (!body || !(body = method_on_type(body->def, type, err)) ||
        !rules_check_override(type, body, decl, err))
        return NULL;
    return body;
}

Method *static_override(Type *type, Method *decl, Err *err)
{
    uint32_t first, end;
    if (!type->token ||
        !image_find_rows(type->assembly->image, TABLE_MethodImpl, COL_MethodImpl_Class,
                         TOKEN_RID(type->token), &first, &end))
        return NULL;
    for (uint32_t row = first; row < end && err->kind == ERR_NONE; row++)
        if (row_is_for(type, row, decl, err))
            return row_body(type, row, decl, err);
    return NULL;
}

/* What a class itself has for a method of an interface that varies to decl's. */
static Method *variant_override(Type *type, Type *at, Method *decl, Err *err)
{
    for (uint32_t i = 0; i < type->n_interfaces && err->kind == ERR_NONE; i++) {
        Type *other = type->interfaces[i];
        if (other == decl->type || other->def != decl->type->def ||
            !type_assignable(other, decl->type, err))
            continue;
        Method *same = method_on_type(decl->def, other, err);
        Method *body = same ? static_override(at, same, err) : NULL;
        if (body)
            return body;
    }
    return NULL;
}

static Method *class_impl(Type *type, Method *decl, Err *err)
{
    for (Type *at = type; at && err->kind == ERR_NONE; at = at->parent) {
        Method *body = static_override(at, decl, err);
        if (!body && err->kind == ERR_NONE && decl->type->variance)
            body = variant_override(type, at, decl, err);
        if (body)
            return body;
    }
    return NULL;
}

static Method *no_static_impl(const Type *type, Method *decl, Err *err)
{
    Arena scratch = ARENA_INIT;
    if (err->kind == ERR_NONE)
        type_fail(type, err,
                  arena_printf(&scratch, "no implementation of the static method %s.%s",
                               type_name(&scratch, decl->type), decl->name));
    arena_free(&scratch);
    return NULL;
}

Method *type_static_impl(Type *type, Method *decl, Err *err)
{
    if (!type_load(type, LEVEL_PARENTS, err) ||
        !type_load(decl->type, LEVEL_READY, err))
        return NULL;
    Method *base = method_on_type(decl->def, decl->type, err);
    Method *impl =
        base && type == base->type && !(base->flags & METHOD_ABSTRACT) ? base : NULL;
    if (base && !impl)
        impl = class_impl(type, base, err);
    if (base && !impl && err->kind == ERR_NONE)
        impl = interface_default(type, base, err);
    if (!impl || impl->flags & METHOD_ABSTRACT)
        return no_static_impl(type, decl, err);
    return decl->n_args ? method_instance(impl, decl->args, decl->n_args, err) : impl;
}
