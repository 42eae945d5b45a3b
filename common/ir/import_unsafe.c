/* import_unsafe.c - calls that compute with addresses, or take bits for something else.
 *
 *   ref T Unsafe.Add<T>(ref T, int)      v3 = conv.i8.i4 v2; v4 = mul v3, sizeof(T);
 *                                        v5 = add v1, v4
 *   T Unsafe.ReadUnaligned<T>(void *)    v2 = ld [v1], unaligned
 *
 * Pointers are not checked unless what they point at is read or written, as for the
 * same in IL.
 */
#include "common/ir/import_intrinsic.h"

Type *intrinsic_argument(const MethodOperand *operand)
{
    return operand->method->n_args == 1 ? operand->method->args[0] : NULL;
}

static bool unsafe_is_pointer(IrKind kind)
{
    return kind == IR_I8 || kind == IR_BYREF || kind == IR_REF;
}

/* -- addresses --------------------------------------------------------------------- */

/* The same address, as what the signature says. */
IntrinsicResult intrinsic_pointer_cast(Importer *im, MethodOperand *operand,
                                       uint32_t arg)
{
    Type *from = operand->sig->params[0], *to = operand->sig->ret;
    IrKind kind = ir_kind_of(to);
    CallArgs args;
    (void)arg;
    if (!unsafe_is_pointer(ir_kind_of(from)) || !unsafe_is_pointer(kind))
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    Slot value = {.kind = (uint8_t)ir_kind_of(from), .var = args.vars[0], .type = to};
    Slot *slot = import_push(im, kind, to, import_as(im, &value, kind));
    if (slot)
        slot->flags = args.slots[0].flags | SLOT_DUP;
    return intrinsic_done(slot);
}

static bool unsafe_size(Importer *im, Type *type, uint32_t *size)
{
    IrKind kind;
    if (!import_kind(im, type, &kind))
        return false;
    import_rely(im, IRR_LAYOUT, type);
    *size = type_value_size(type);
    return true;
}

/* Variable with a count of elements, or bytes, as I8. */
static uint32_t unsafe_offset(Importer *im, const Type *type, uint32_t var,
                              uint32_t size)
{
    Slot slot = {.kind = (uint8_t)ir_kind_of(type), .var = var};
    uint32_t wide = import_as(im, &slot, IR_I8);
    if (size == 1)
        return wide;
    uint32_t bytes = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_MUL_I8, bytes, wide, import_const_i8(im, size));
    return bytes;
}

/* An address and a number of elements of the type argument, or of bytes. */
static IntrinsicResult unsafe_move(Importer *im, MethodOperand *operand, IrOp op,
                                   bool elements)
{
    Type *type = intrinsic_argument(operand);
    IrKind kind = ir_kind_of(operand->sig->ret);
    CallArgs args;
    uint32_t size = 1;
    if (!type || !unsafe_is_pointer(kind))
        return INTRINSIC_NO;
    if ((elements && !unsafe_size(im, type, &size)) ||
        !intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    uint32_t bytes = unsafe_offset(im, operand->sig->params[1], args.vars[1], size);
    uint32_t var = import_temp(im, kind, NULL);
    import_emit(im, op, var, args.vars[0], bytes);
    return intrinsic_done(import_push(im, kind, operand->sig->ret, var));
}

IntrinsicResult intrinsic_pointer_elements(Importer *im, MethodOperand *operand,
                                           uint32_t op)
{
    return unsafe_move(im, operand, (IrOp)op, true);
}

IntrinsicResult intrinsic_pointer_bytes(Importer *im, MethodOperand *operand,
                                        uint32_t op)
{
    return unsafe_move(im, operand, (IrOp)op, false);
}

IntrinsicResult intrinsic_pointer_distance(Importer *im, MethodOperand *operand,
                                           uint32_t arg)
{
    CallArgs args;
    uint32_t var;
    (void)arg;
    if (!intrinsic_pop(im, operand, &args) ||
        !import_push_type(im, operand->sig->ret, &var))
        return INTRINSIC_FAILED;
    import_emit(im, IR_SUB_I8, var, args.vars[1], args.vars[0]);
    return INTRINSIC_DONE;
}

IntrinsicResult intrinsic_pointer_null(Importer *im, MethodOperand *operand,
                                       uint32_t arg)
{
    (void)arg;
    Slot null = {.kind = IR_I8, .var = import_const_i8(im, 0)};
    return intrinsic_done(
        import_push(im, IR_BYREF, operand->sig->ret, import_as(im, &null, IR_BYREF)));
}

IntrinsicResult intrinsic_pointer_is_null(Importer *im, MethodOperand *operand,
                                          uint32_t arg)
{
    CallArgs args;
    uint32_t var;
    (void)arg;
    if (!intrinsic_pop(im, operand, &args) ||
        !import_push_type(im, operand->sig->ret, &var))
        return INTRINSIC_FAILED;
    uint32_t null = import_const_i8(im, 0);
    import_emit(im, IR_CMP_I8, var, args.vars[0], null)->mk = IRC_EQ;
    return INTRINSIC_DONE;
}

/* -- memory ------------------------------------------------------------------------ */

IntrinsicResult intrinsic_load(Importer *im, MethodOperand *operand, uint32_t flags)
{
    CallArgs args;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    im->access |= (uint8_t)flags;
    return intrinsic_done(import_load_push(im, &args.slots[0], operand->sig->ret));
}

IntrinsicResult intrinsic_store(Importer *im, MethodOperand *operand, uint32_t flags)
{
    CallArgs args;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    import_store(im, args.vars[0], 0, operand->sig->params[1], args.vars[1])->flags =
        (uint8_t)flags | import_null_flag(&args.slots[0]);
    return INTRINSIC_DONE;
}

IntrinsicResult intrinsic_copy(Importer *im, MethodOperand *operand, uint32_t arg)
{
    Type *type = intrinsic_argument(operand);
    IrKind kind;
    CallArgs args;
    (void)arg;
    if (!type)
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args) || !import_kind(im, type, &kind))
        return INTRINSIC_FAILED;
    IrInsn *insn = import_emit(im, IR_COPY, IR_NONE, args.vars[0], args.vars[1]);
    insn->type = type;
    insn->flags = import_null_flag(&args.slots[0]);
    return INTRINSIC_DONE;
}

IntrinsicResult intrinsic_block(Importer *im, MethodOperand *operand, uint32_t op)
{
    CallArgs args;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    import_emit(im, (IrOp)op, IR_NONE, args.vars[0], args.vars[1])->c = args.vars[2];
    return INTRINSIC_DONE;
}

/* -- values ------------------------------------------------------------------------ */

IntrinsicResult intrinsic_size(Importer *im, MethodOperand *operand, uint32_t arg)
{
    Type *type = intrinsic_argument(operand);
    uint32_t size;
    (void)arg;
    if (!type)
        return INTRINSIC_NO;
    if (!unsafe_size(im, type, &size))
        return INTRINSIC_FAILED;
    return intrinsic_done(import_push_known(im, IR_I4, operand->sig->ret, size));
}

/* Bits of one value type as another of the same size; by way of memory, which compilers
 * see through. */
IntrinsicResult intrinsic_bits(Importer *im, MethodOperand *operand, uint32_t arg)
{
    Type *from = operand->sig->params[0], *to = operand->sig->ret;
    uint32_t size_from, size_to;
    CallArgs args;
    (void)arg;
    if (!unsafe_size(im, from, &size_from) || !unsafe_size(im, to, &size_to))
        return INTRINSIC_FAILED;
    if (!type_is_valuetype(from) || !type_is_valuetype(to) || size_from != size_to)
        return INTRINSIC_NO; /* throws */
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    uint32_t copy = import_var(im, ir_kind_of(from), from, IRV_ADDRESSED);
    import_emit(im, IR_MOV, copy, args.vars[0], IR_NONE);
    Slot address = {.kind = IR_BYREF, .var = import_temp(im, IR_BYREF, NULL)};
    import_emit(im, IR_ADDR, address.var, copy, IR_NONE);
    return intrinsic_done(import_load_push(im, &address, to));
}

/* The address of what is boxed; of another type: InvalidCastException. */
IntrinsicResult intrinsic_unbox(Importer *im, MethodOperand *operand, uint32_t arg)
{
    CallArgs args;
    TypeOperand type = {.type = intrinsic_argument(operand)};
    (void)arg;
    if (!type.type || (type.type->bits & TYPE_BIT_NULLABLE))
        return INTRINSIC_NO;
    if (!import_open_method(im, operand))
        return INTRINSIC_FAILED;
    type.open = im->shared ? operand->open->args[0] : type.type;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    import_type_handle(im, &type);
    uint32_t var = import_temp(im, IR_BYREF, NULL);
    IrInsn *insn = import_emit(im, IR_UNBOX, var, args.vars[0], IR_NONE);
    insn->type = type.type;
    insn->c = type.handle;
    Slot *slot = import_push(im, IR_BYREF, operand->sig->ret, var);
    if (slot)
        slot->flags = SLOT_NONNULL;
    return intrinsic_done(slot);
}

/* May values be compared bit by bit? Where that is not known: no. */
IntrinsicResult intrinsic_bitwise_equatable(Importer *im, MethodOperand *operand,
                                            uint32_t arg)
{
    Type *type = intrinsic_argument(operand);
    IrKind kind;
    (void)arg;
    if (!type)
        return INTRINSIC_NO;
    if (!import_kind(im, type, &kind))
        return INTRINSIC_FAILED;
    IrMem mem = ir_mem_of(type);
    bool yes = type_is_valuetype(type) && mem <= IRM_U8;
    return intrinsic_done(import_push_known(im, IR_I4, operand->sig->ret, yes));
}

/* -- floats ------------------------------------------------------------------------ */

static uint32_t unsafe_one(Importer *im, IrKind kind)
{
    bool single = kind == IR_F4;
    uint32_t var = import_temp(im, kind, NULL);
    import_emit(im, single ? IR_CONST_F4 : IR_CONST_F8, var, IR_NONE, IR_NONE)->imm =
        single ? 0x3f800000 : 0x3ff0000000000000;
    return var;
}

/* 1 / x or, with the square root of x, 1 / sqrt(x). */
IntrinsicResult intrinsic_reciprocal(Importer *im, MethodOperand *operand,
                                     uint32_t root)
{
    Type *type = operand->sig->params[0];
    IrKind kind = ir_kind_of(type);
    CallArgs args;
    uint32_t var;
    if (operand->sig->ret != type || (kind != IR_F4 && kind != IR_F8))
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args) || !import_push_type(im, type, &var))
        return INTRINSIC_FAILED;
    uint32_t value = args.vars[0];
    if (root) {
        value = import_temp(im, kind, NULL);
        import_emit(im, IR_MATH, value, args.vars[0], IR_NONE)->mk = IRX_SQRT;
    }
    import_emit(im, kind == IR_F4 ? IR_DIV_F4 : IR_DIV_F8, var, unsafe_one(im, kind),
                value);
    return INTRINSIC_DONE;
}

IntrinsicResult intrinsic_fma(Importer *im, MethodOperand *operand, uint32_t arg)
{
    Type *type = operand->sig->params[0];
    IrKind kind = ir_kind_of(type);
    CallArgs args;
    uint32_t var;
    (void)arg;
    if (operand->sig->ret != type || (kind != IR_F4 && kind != IR_F8))
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args) || !import_push_type(im, type, &var))
        return INTRINSIC_FAILED;
    import_emit(im, IR_FMA, var, args.vars[0], args.vars[1])->c = args.vars[2];
    return INTRINSIC_DONE;
}
