#include "common/ir/import.h"

/* Shared code stands for many instantiations. What a token means in the one that runs
 * is looked up at run time, by its open form, in the context that the caller passed. */

static uint32_t import_context(Importer *im)
{
    if (im->ctx_arg != IR_NONE)
        return im->ctx_arg;
    im->ctx_used = true;
    return im->ctx_local;
}

/* kind and key: the type, method or field; decl: of STATIC. */
static uint32_t import_emit_lookup(Importer *im, IrLookupKind kind, void *key,
                                   Method *decl)
{
    for (size_t i = 0; i < im->lookups.n; i++) {
        const LookupEntry *old = &im->lookups.at[i];
        if (old->kind == kind && old->key == key && old->decl == decl)
            return old->var;
    }
    IrLookup *lookup = arena_new(im->arena, IrLookup);
    lookup->kind = kind;
    lookup->type = kind == IRL_TYPE || kind == IRL_STATIC ? key : NULL;
    lookup->method = kind == IRL_METHOD ? key : decl;
    lookup->field = kind == IRL_FIELD ? key : NULL;
    uint32_t var = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_LOOKUP, var, import_context(im), IR_NONE)->lookup = lookup;
    *vec_push(&im->lookups) =
        (LookupEntry){.kind = kind, .key = key, .decl = decl, .var = var};
    return var;
}

uint32_t import_lookup(Importer *im, IrLookupKind kind, void *open)
{
    bool own_type = im->ctx_kind == CONTEXT_TYPE && kind == IRL_TYPE &&
                    open == im->method->type->def;
    bool own_method =
        im->ctx_kind == CONTEXT_METHOD && kind == IRL_METHOD && open == im->method->def;
    if (own_type || own_method)
        return im->ctx_arg;
    return import_emit_lookup(im, kind, open, NULL);
}

uint32_t import_lookup_static(Importer *im, Type *open, Method *decl)
{
    return import_emit_lookup(im, IRL_STATIC, open, decl);
}

/* -- types ----------------------------------------------------------------------- */

bool import_closed(Importer *im, const Type *type)
{
    return !(type->bits & TYPE_BIT_OPEN) ||
           err_set(&im->soft, ERR_BAD_IMAGE,
                   "type '%s' has generic parameters that are not known here",
                   type->name ? type->name : "?");
}

bool import_type_operand(Importer *im, uint32_t token, TypeOperand *out)
{
    return import_any_type_operand(im, token, out) && import_closed(im, out->type);
}

bool import_any_type_operand(Importer *im, uint32_t token, TypeOperand *out)
{
    out->handle = IR_NONE;
    out->type = type_from_token(im->assembly, token, &im->ctx, &im->soft);
    if (!out->type)
        return false;
    out->open = out->type;
    if (im->shared && (out->type->bits & TYPE_BIT_SHARED))
        out->open = type_from_token(im->assembly, token, NULL, &im->soft);
    return out->open != NULL;
}

void import_type_handle(Importer *im, TypeOperand *operand)
{
    operand->handle = IR_NONE;
    if (im->shared && (operand->type->bits & TYPE_BIT_SHARED))
        operand->handle = import_lookup(im, IRL_TYPE, operand->open);
}

uint32_t import_type_value(Importer *im, const TypeOperand *operand)
{
    if (im->shared && (operand->type->bits & TYPE_BIT_SHARED))
        return import_lookup(im, IRL_TYPE, operand->open);
    uint32_t var = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_HANDLE_TYPE, var, IR_NONE, IR_NONE)->type = operand->type;
    return var;
}

/* A MemberRef names its owner; a definition is a member of the method's own type. */
bool import_open_owner(Importer *im, uint32_t token, Type **open)
{
    const Image *image = im->assembly->image;
    *open = im->method->type->def;
    if (TOKEN_TABLE(token) == TABLE_MemberRef) {
        uint32_t parent =
            image_get(image, TABLE_MemberRef, TOKEN_RID(token), COL_MemberRef_Class);
        *open = type_from_token(im->assembly, parent, NULL, &im->soft);
    }
    return *open != NULL;
}

/* -- methods --------------------------------------------------------------------- */

bool import_method_operand(Importer *im, uint32_t token, MethodOperand *out)
{
    bool ok = import_any_method_operand(im, token, out) &&
              import_closed(im, out->method->type);
    for (uint32_t i = 0; ok && i < out->method->n_args; i++)
        ok = import_closed(im, out->method->args[i]);
    return ok && import_check_method(im, out->method);
}

bool import_any_method_operand(Importer *im, uint32_t token, MethodOperand *out)
{
    MethodSig *site = NULL;
    out->token = token;
    out->open = NULL;
    out->method = method_from_token(im->assembly, token, &im->ctx, &site, &im->soft);
    if (!out->method)
        return false;
    out->sig = site ? site : method_sig(out->method, &im->soft);
    return out->sig != NULL;
}

bool import_open_method(Importer *im, MethodOperand *operand)
{
    if (!operand->open)
        operand->open =
            method_from_token(im->assembly, operand->token, NULL, NULL, &im->soft);
    return operand->open != NULL;
}

bool import_method_value(Importer *im, MethodOperand *operand, uint32_t *var)
{
    if (im->shared && method_is_shared(operand->method)) {
        if (!import_open_method(im, operand))
            return false;
        *var = import_lookup(im, IRL_METHOD, operand->open);
        return true;
    }
    *var = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_HANDLE_METHOD, *var, IR_NONE, IR_NONE)->method = operand->method;
    return true;
}

bool import_context_arg(Importer *im, MethodOperand *operand, uint32_t *var)
{
    Method *method = operand->method;
    *var = IR_NONE;
    ContextKind kind = method_context_kind(method);
    if (kind == CONTEXT_METHOD)
        return import_method_value(im, operand, var);
    if (kind != CONTEXT_TYPE)
        return true;
    TypeOperand owner = {.type = method->type, .open = method->type, .handle = IR_NONE};
    if (im->shared && (method->type->bits & TYPE_BIT_SHARED)) {
        if (!import_open_method(im, operand))
            return false;
        owner.open = operand->open->type;
    }
    *var = import_type_value(im, &owner);
    return true;
}
