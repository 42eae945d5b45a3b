/* tokens.c - what the tokens of a program's choice stand for (Module.ResolveMember). */
#include "loader/reflect/tokens.h"
#include "loader/vm/exception.h"

bool token_exists(const Assembly *assembly, uint32_t token, int32_t *fault)
{
    uint32_t rid = TOKEN_RID(token), table = TOKEN_TABLE(token);
    *fault = TOKEN_OUT_OF_RANGE;
    if (table == TOKEN_UserString)
        return true;
    return rid && rid <= image_rows(assembly->image, (TableId)table);
}

static bool ref_is_field(const Image *image, uint32_t token)
{
    Bytes sig = image_get_blob(image, TABLE_MemberRef, TOKEN_RID(token),
                               COL_MemberRef_Signature);
    return sig.size && (sig.data[0] & SIG_KIND_MASK) == SIG_FIELD;
}

bool token_is_type(uint32_t token)
{
    uint32_t table = TOKEN_TABLE(token);
    return table == TABLE_TypeDef || table == TABLE_TypeRef || table == TABLE_TypeSpec;
}

bool token_is_field(const Image *image, uint32_t token)
{
    return TOKEN_TABLE(token) == TABLE_Field ||
           (TOKEN_TABLE(token) == TABLE_MemberRef && ref_is_field(image, token));
}

/* The token is there, and what it names is not: an exception of its own. */
static void resolve_failed(const Err *err, int32_t *fault)
{
    *fault = TOKEN_OTHER;
    if (err->kind == ERR_BAD_IMAGE)
        *fault = TOKEN_BAD_TABLE;
    else
        exception_set_err(err);
}

Type *token_type(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                 int32_t *fault)
{
    *fault = TOKEN_BAD_TABLE;
    if (!token_is_type(token))
        return NULL;
    if (!token_exists(assembly, token, fault))
        return NULL;
    Err err = ERR_INIT;
    Type *type = type_from_token(assembly, token, ctx, &err);
    if (!type)
        resolve_failed(&err, fault);
    return type;
}

Method *token_method(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                     int32_t *fault)
{
    uint32_t table = TOKEN_TABLE(token);
    *fault = TOKEN_BAD_TABLE;
    if (table != TABLE_MethodDef && table != TABLE_MemberRef &&
        table != TABLE_MethodSpec)
        return NULL;
    if (table == TABLE_MemberRef && ref_is_field(assembly->image, token))
        return NULL;
    if (!token_exists(assembly, token, fault))
        return NULL;
    Err err = ERR_INIT;
    Method *method = method_from_token(assembly, token, ctx, NULL, &err);
    if (!method)
        resolve_failed(&err, fault);
    return method;
}

Field *token_field(Assembly *assembly, uint32_t token, const GenericContext *ctx,
                   int32_t *fault)
{
    *fault = TOKEN_BAD_TABLE;
    if (!token_is_field(assembly->image, token))
        return NULL;
    if (!token_exists(assembly, token, fault))
        return NULL;
    Err err = ERR_INIT;
    Field *field = field_from_token(assembly, token, ctx, &err);
    if (!field)
        resolve_failed(&err, fault);
    return field;
}
