#include <string.h>

#include "common/ir/import.h"

/* -- strings, null --------------------------------------------------------------- */

bool import_op_ldnull(Importer *im, uint32_t arg)
{
    (void)arg;
    uint32_t var = import_temp(im, IR_REF, NULL);
    import_emit(im, IR_CONST_NULL, var, IR_NONE, IR_NONE);
    Slot *slot = import_push(im, IR_REF, NULL, var);
    if (!slot)
        return false;
    slot->flags = SLOT_NULL;
    return true;
}

static bool import_push_object(Importer *im, Type *type, uint32_t var)
{
    Slot *slot = import_push(im, IR_REF, type, var);
    if (!slot)
        return false;
    slot->flags = SLOT_NONNULL;
    return true;
}

bool import_op_ldstr(Importer *im, uint32_t arg)
{
    Bytes utf16;
    uint32_t token = im->insn.u.token;
    (void)arg;
    bool found =
        im->assembly->dynamic
            ? dynamic_kind(im->assembly, token) == DYNAMIC_STRING
            : TOKEN_TABLE(token) == TOKEN_UserString &&
                  image_user_string(im->assembly->image, TOKEN_RID(token), &utf16);
    if (!found)
        return import_invalid(im, "ldstr with bad token %08x", token);
    IrString *string = arena_new(im->arena, IrString);
    *string = (IrString){.assembly = im->assembly, .token = token};
    uint32_t var = import_temp(im, IR_REF, NULL);
    import_emit(im, IR_STR, var, IR_NONE, IR_NONE)->str = string;
    return import_push_object(im, im->world->known.string, var);
}

/* -- casts ----------------------------------------------------------------------- */

static bool import_pop_reference(Importer *im, Slot *object)
{
    if (!import_pop(im, object))
        return false;
    if (!import_is_pointer(object))
        return import_invalid(im, "an object is needed");
    object->var = import_as(im, object, IR_REF);
    object->kind = IR_REF;
    return true;
}

static bool import_cast(Importer *im, IrOp op, TypeOperand *operand, const Slot *object)
{
    import_type_handle(im, operand);
    uint32_t var = import_temp(im, IR_REF, NULL);
    IrInsn *insn = import_emit(im, op, var, object->var, IR_NONE);
    insn->type = operand->type;
    insn->c = operand->handle;
    bool known = op == IR_CASTCLASS && type_is_reference(operand->type);
    return import_push(im, IR_REF, known ? operand->type : NULL, var);
}

/* Boxes of Nullable<T> are boxes of T. */
static void import_strip_nullable(TypeOperand *operand)
{
    if (!(operand->type->bits & TYPE_BIT_NULLABLE) ||
        !(operand->open->bits & TYPE_BIT_NULLABLE))
        return;
    operand->type = operand->type->args[0];
    operand->open = operand->open->args[0];
}

bool import_op_castclass(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot object;
    (void)arg;
    if (!import_type_operand(im, im->insn.u.token, &operand) ||
        !import_check_type(im, &operand) || !import_pop_reference(im, &object))
        return false;
    import_strip_nullable(&operand);
    return import_cast(im, IR_CASTCLASS, &operand, &object);
}

bool import_castclass_to(Importer *im, Type *type, Type *open)
{
    TypeOperand operand = {.type = type, .open = open};
    Slot object;
    return import_pop_reference(im, &object) &&
           import_cast(im, IR_CASTCLASS, &operand, &object);
}

bool import_op_isinst(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot object;
    (void)arg;
    if (!import_type_operand(im, im->insn.u.token, &operand) ||
        !import_check_type(im, &operand) || !import_pop_reference(im, &object))
        return false;
    import_strip_nullable(&operand);
    return import_cast(im, IR_ISINST, &operand, &object);
}

/* -- boxes ----------------------------------------------------------------------- */

bool import_box_value(Importer *im, TypeOperand *operand, const Slot *value)
{
    uint32_t from;
    if (operand->type->bits & TYPE_BIT_BYREFLIKE)
        return err_set(im->err,
                       im->world->library->strict_types ? ERR_INVALID_PROGRAM
                                                        : ERR_BAD_IMAGE,
                       "IL_%04x: box of by-ref-like type %s", im->insn.offset,
                       operand->type->name);
    if (!import_coerce(im, value, operand->type, &from))
        return false;
    import_type_handle(im, operand);
    uint32_t var = import_temp(im, IR_REF, NULL);
    IrInsn *insn = import_emit(im, IR_BOX, var, from, IR_NONE);
    insn->type = operand->type;
    insn->c = operand->handle;
    if (operand->type->bits & TYPE_BIT_NULLABLE)
        return import_push(im, IR_REF, NULL, var);
    return import_push_object(im, operand->type, var);
}

/* box T; brtrue and box T; unbox.any T, which generic code is full of, need no box. */
static bool import_box_unused(Importer *im, const TypeOperand *operand,
                              const Slot *value)
{
    IlInsn next;
    TypeOperand again;
    if ((operand->type->bits & TYPE_BIT_NULLABLE) || !import_peek(im, &next))
        return false;
    switch (next.op) {
    case CIL_BRTRUE:
    case CIL_BRTRUE_S:
    case CIL_BRFALSE:
    case CIL_BRFALSE_S:
        return import_push_known(im, IR_I4, im->world->known.i4, 1);
    case CIL_UNBOX_ANY:
        if (!import_type_operand(im, next.u.token, &again) ||
            again.open != operand->open)
            break;
        im->stack[im->depth++] = *value;
        import_skip(im, &next);
        return true;
    default:
        break;
    }
    im->soft = (Err)ERR_INIT;
    return false;
}

bool import_op_box(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot value;
    IrKind kind;
    (void)arg;
    if (!import_type_operand(im, im->insn.u.token, &operand) ||
        !import_check_type(im, &operand) || !import_pop(im, &value))
        return false;
    if (!type_is_valuetype(operand.type)) {
        if (value.kind != IR_REF)
            return import_invalid(im, "box of something that is no object");
        im->stack[im->depth++] = value;
        return true;
    }
    if (!import_kind(im, operand.type, &kind))
        return false;
    if (value.kind == kind && import_box_unused(im, &operand, &value))
        return true;
    return import_box_value(im, &operand, &value);
}

uint32_t import_zeroed_temp(Importer *im, IrKind kind, Type *type, uint32_t *address)
{
    static const uint16_t ops[] = {
        [IR_I4] = IR_CONST_I4, [IR_I8] = IR_CONST_I8,    [IR_F4] = IR_CONST_F4,
        [IR_F8] = IR_CONST_F8, [IR_REF] = IR_CONST_NULL, [IR_VT] = IR_ZERO,
    };
    uint32_t var = import_var(im, kind, type, IRV_ADDRESSED);
    import_emit(im, (IrOp)ops[kind], var, IR_NONE, IR_NONE);
    *address = import_temp(im, IR_BYREF, NULL);
    import_emit(im, IR_ADDR, *address, var, IR_NONE);
    return var;
}

static uint32_t import_unbox_nullable(Importer *im, TypeOperand *operand,
                                      const Slot *object)
{
    import_type_handle(im, operand);
    uint32_t var = import_temp(im, IR_VT, operand->type);
    IrInsn *insn = import_emit(im, IR_UNBOX_NULLABLE, var, object->var, IR_NONE);
    insn->type = operand->type;
    insn->c = operand->handle;
    return var;
}

static uint32_t import_unbox_address(Importer *im, TypeOperand *operand,
                                     const Slot *object)
{
    import_type_handle(im, operand);
    uint32_t var = import_temp(im, IR_BYREF, NULL);
    IrInsn *insn = import_emit(im, IR_UNBOX, var, object->var, IR_NONE);
    insn->type = operand->type;
    insn->c = operand->handle;
    return var;
}

bool import_op_unbox(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot object;
    IrKind kind;
    (void)arg;
    if (!import_type_operand(im, im->insn.u.token, &operand) ||
        !import_check_type(im, &operand) || !import_pop_reference(im, &object) ||
        !import_kind(im, operand.type, &kind))
        return false;
    uint32_t var;
    if (operand.type->bits & TYPE_BIT_NULLABLE) {
        uint32_t value = import_unbox_nullable(im, &operand, &object);
        im->vars.at[value].flags |= IRV_ADDRESSED;
        var = import_temp(im, IR_BYREF, NULL);
        import_emit(im, IR_ADDR, var, value, IR_NONE);
    } else {
        var = import_unbox_address(im, &operand, &object);
    }
    Slot *slot = import_push(im, IR_BYREF, type_byref(operand.type), var);
    if (!slot)
        return false;
    slot->flags = SLOT_NONNULL;
    return true;
}

bool import_op_unbox_any(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot object;
    IrKind kind;
    (void)arg;
    if (!import_type_operand(im, im->insn.u.token, &operand) ||
        !import_check_type(im, &operand) || !import_pop_reference(im, &object) ||
        !import_kind(im, operand.type, &kind))
        return false;
    if (!type_is_valuetype(operand.type))
        return import_cast(im, IR_CASTCLASS, &operand, &object);
    if (operand.type->bits & TYPE_BIT_NULLABLE)
        return import_push(im, IR_VT, operand.type,
                           import_unbox_nullable(im, &operand, &object));
    Slot address = {.kind = IR_BYREF,
                    .var = import_unbox_address(im, &operand, &object)};
    return import_load_push(im, &address, operand.type);
}

/* -- tokens ---------------------------------------------------------------------- */

/* A handle structure with the given descriptor, or object, in it. */
static bool import_push_handle(Importer *im, uint32_t tag, uint32_t value)
{
    IrKind kind;
    uint32_t address;
    Field *field = import_member(im, tag);
    Type *type = field ? field->owner : NULL;
    if (!type || !import_kind(im, type, &kind))
        return false;
    bool object = im->vars.at[value].kind == IR_REF;
    uint32_t var = import_zeroed_temp(im, kind, type, &address);
    import_store(im, address, field->offset,
                 object ? im->world->known.object : im->world->known.i, value);
    return import_push(im, kind, type, var);
}

/* What a class library whose handles are objects makes of a descriptor. */
static bool import_token_object(Importer *im, uint32_t tag, uint32_t *value)
{
    if (!im->world->library->token_objects)
        return true;
    Method *make = import_member_method(im, tag);
    MethodSig *sig = make ? method_sig(make, &im->soft) : NULL;
    if (!sig)
        return false;
    IrCall *call = import_new_call(im, IRK_DIRECT, make, sig);
    call->n_args = 1;
    call->args = arena_copy(im->arena, value, sizeof *value);
    if (!import_emit_call(im, call, im->world->known.object))
        return false;
    *value = im->stack[--im->depth].var;
    return true;
}

static uint32_t import_type_object(Importer *im, TypeOperand *operand)
{
    import_type_handle(im, operand);
    uint32_t var = import_temp(im, IR_REF, NULL);
    IrInsn *insn = import_emit(im, IR_TYPEOF, var, IR_NONE, IR_NONE);
    insn->type = operand->type;
    insn->c = operand->handle;
    return var;
}

/* ldtoken T; call Type.GetTypeFromHandle is typeof(T). */
static bool import_typeof_follows(Importer *im, IlInsn *next)
{
    MethodOperand operand;
    if (!import_peek(im, next) || next->op != CIL_CALL)
        return false;
    bool found = import_method_operand(im, next->u.token, &operand) &&
                 operand.method->type == im->world->known.type &&
                 !strcmp(operand.method->name, "GetTypeFromHandle");
    im->soft = (Err)ERR_INIT;
    return found;
}

static bool import_type_token(Importer *im)
{
    TypeOperand operand;
    IlInsn next;
    if (!import_any_type_operand(im, im->insn.u.token, &operand))
        return false;
    if (!import_typeof_follows(im, &next))
        return import_push_handle(im, MEMBER_type_token,
                                  im->world->library->token_objects
                                      ? import_type_object(im, &operand)
                                      : import_type_value(im, &operand));
    uint32_t var = import_type_object(im, &operand);
    import_skip(im, &next);
    if (!import_push_object(im, im->world->known.type, var))
        return false;
    im->stack[im->depth - 1].of = operand.type;
    return true;
}

static bool import_field_token(Importer *im)
{
    uint32_t token = im->insn.u.token, var;
    Field *field = field_from_token(im->assembly, token, &im->ctx, &im->soft);
    bool done;
    if (!field || !import_field_data(im, field, &done))
        return false;
    if (done)
        return true;
    if (im->shared && (field->owner->bits & TYPE_BIT_SHARED)) {
        Field *open = field_from_token(im->assembly, token, NULL, &im->soft);
        if (!open)
            return false;
        var = import_lookup(im, IRL_FIELD, open);
    } else {
        var = import_temp(im, IR_I8, NULL);
        import_emit(im, IR_HANDLE_FIELD, var, IR_NONE, IR_NONE)->field = field;
    }
    return import_token_object(im, MEMBER_field_token_make, &var) &&
           import_push_handle(im, MEMBER_field_token, var);
}

static bool import_method_token(Importer *im)
{
    MethodOperand operand;
    uint32_t var;
    return import_any_method_operand(im, im->insn.u.token, &operand) &&
           import_method_value(im, &operand, &var) &&
           import_token_object(im, MEMBER_method_token_make, &var) &&
           import_push_handle(im, MEMBER_method_token, var);
}

static bool import_dynamic_token(Importer *im)
{
    switch (dynamic_kind(im->assembly, im->insn.u.token)) {
    case DYNAMIC_TYPE:
        return import_type_token(im);
    case DYNAMIC_FIELD:
        return import_field_token(im);
    case DYNAMIC_METHOD:
        return import_method_token(im);
    default:
        return import_invalid(im, "ldtoken with bad token %08x", im->insn.u.token);
    }
}

bool import_op_ldtoken(Importer *im, uint32_t arg)
{
    uint32_t token = im->insn.u.token;
    const Image *image = im->assembly->image;
    (void)arg;
    if (im->assembly->dynamic)
        return import_dynamic_token(im);
    switch (TOKEN_TABLE(token)) {
    case TABLE_TypeDef:
    case TABLE_TypeRef:
    case TABLE_TypeSpec:
        return import_type_token(im);
    case TABLE_Field:
        return import_field_token(im);
    case TABLE_MethodDef:
    case TABLE_MethodSpec:
        return import_method_token(im);
    case TABLE_MemberRef: {
        Bytes sig = image_get_blob(image, TABLE_MemberRef, TOKEN_RID(token),
                                   COL_MemberRef_Signature);
        bool field = sig.size && (sig.data[0] & SIG_KIND_MASK) == SIG_FIELD;
        return field ? import_field_token(im) : import_method_token(im);
    }
    default:
        return import_invalid(im, "ldtoken with bad token %08x", token);
    }
}

/* -- typed references ------------------------------------------------------------ */

/* How a typed reference says its type: as the class library's code reads it, which is a
 * descriptor or, where handles are objects, the word in the object of the type.
 * IR_NONE: no such member. */
static uint32_t import_type_word(Importer *im, TypeOperand *operand)
{
    if (!im->world->library->token_objects)
        return import_type_value(im, operand);
    Field *field = import_member(im, MEMBER_type_handle_value);
    if (!field)
        return IR_NONE;
    uint32_t object = import_type_object(im, operand),
             word = import_temp(im, IR_I8, NULL);
    import_load(im, word, object, field->offset, im->world->known.i)->field = field;
    return word;
}

bool import_op_mkrefany(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot address;
    uint32_t at;
    (void)arg;
    const LibraryMembers *members = im->world->library->members;
    bool twice = members->members[MEMBER_typed_reference_copy].name != NULL;
    Field *type = import_member(im, MEMBER_typed_reference_type);
    Field *value = import_member(im, MEMBER_typed_reference_value);
    Field *copy = twice ? import_member(im, MEMBER_typed_reference_copy) : NULL;
    if (!type || !value || (twice && !copy) || !import_pop(im, &address) ||
        !import_type_operand(im, im->insn.u.token, &operand))
        return false;
    if (!import_is_pointer(&address))
        return import_invalid(im, "mkrefany of something that is no address");
    Type *native = im->world->known.i;
    uint32_t exact = import_type_word(im, &operand);
    if (exact == IR_NONE)
        return false;
    uint32_t var = import_zeroed_temp(im, IR_VT, im->world->known.typedref, &at);
    import_store(im, at, type->offset, native, exact)->field = type;
    import_store(im, at, value->offset, native, address.var)->field = value;
    if (copy)
        import_store(im, at, copy->offset, native, exact)->field = copy;
    return import_push(im, IR_VT, im->world->known.typedref, var);
}

static bool import_pop_typedref(Importer *im, uint32_t *address)
{
    Slot value;
    if (!import_pop(im, &value))
        return false;
    if (value.kind != IR_VT || value.type != im->world->known.typedref)
        return import_invalid(im, "a typed reference is needed");
    im->vars.at[value.var].flags |= IRV_ADDRESSED;
    *address = import_temp(im, IR_BYREF, NULL);
    import_emit(im, IR_ADDR, *address, value.var, IR_NONE);
    return true;
}

/* Casting an object of one type to another is how a mismatch raises InvalidCast. */
static void import_check_typedref(Importer *im, uint32_t actual, uint32_t wanted)
{
    uint32_t same = import_new_block(im), differ = import_new_block(im);
    IrInsn *branch = import_emit(im, IR_BR_I8, IR_NONE, actual, wanted);
    branch->mk = IRC_EQ;
    branch->target[0] = same;
    branch->target[1] = differ;
    import_end_block(im);
    import_begin_block(im, differ);
    uint32_t object = import_temp(im, IR_REF, NULL),
             cast = import_temp(im, IR_REF, NULL);
    import_emit(im, IR_TYPEOF, object, IR_NONE, IR_NONE)->type =
        im->world->known.typedref;
    import_emit(im, IR_CASTCLASS, cast, object, IR_NONE)->type =
        im->world->known.typedref;
    import_jump(im, same);
    import_begin_block(im, same);
}

bool import_op_refanyval(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    uint32_t at;
    (void)arg;
    Field *type = import_member(im, MEMBER_typed_reference_type),
          *value = import_member(im, MEMBER_typed_reference_value);
    if (!type || !value || !import_pop_typedref(im, &at) ||
        !import_type_operand(im, im->insn.u.token, &operand))
        return false;
    uint32_t actual = import_temp(im, IR_I8, NULL), wanted,
             var = import_temp(im, IR_BYREF, NULL);
    import_load(im, actual, at, type->offset, im->world->known.i)->field = type;
    import_load(im, var, at, value->offset, im->world->known.i)->field = value;
    if ((wanted = import_type_word(im, &operand)) == IR_NONE)
        return false;
    import_check_typedref(im, actual, wanted);
    return import_push(im, IR_BYREF, type_byref(operand.type), var);
}

bool import_op_refanytype(Importer *im, uint32_t arg)
{
    uint32_t at, exact = import_temp(im, IR_I8, NULL);
    (void)arg;
    Field *type = import_member(im, MEMBER_typed_reference_type);
    if (!type || !import_pop_typedref(im, &at))
        return false;
    import_load(im, exact, at, type->offset, im->world->known.i)->field = type;
    if (!im->world->library->token_objects)
        return import_push_handle(im, MEMBER_type_token, exact);
    Type *handle = im->world->known.type_handle;
    Method *from = handle && type_load(handle, LEVEL_READY, &im->soft)
                       ? type_find_method(handle, im->world->library->type_factory, 1)
                       : NULL;
    MethodSig *sig = from ? method_sig(from, &im->soft) : NULL;
    if (!sig)
        return false;
    IrCall *call = import_new_call(im, IRK_DIRECT, from, sig);
    call->n_args = 1;
    call->args = arena_copy(im->arena, &exact, sizeof exact);
    return import_emit_call(im, call, sig->ret);
}
