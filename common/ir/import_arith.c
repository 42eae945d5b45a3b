#include <assert.h>
#include <string.h>

#include "common/ir/import.h"

static_assert(IR_ADD_I8 == IR_ADD_I4 + 1 && IR_ADD_F4 == IR_ADD_I4 + 2 &&
                  IR_ADD_F8 == IR_ADD_I4 + 3 && IR_REM_F8 == IR_REM_I4 + 3,
              "handlers add the kind to the I4 operation");
static_assert(IR_CMP_F8 == IR_CMP_I4 + 3, "handlers add the kind to the I4 operation");

/* -- constants ------------------------------------------------------------------- */

bool import_op_ldc_i4_short(Importer *im, uint32_t arg)
{
    return import_push_known(im, IR_I4, im->world->known.i4, (int32_t)arg - 1);
}

bool import_op_ldc_i4(Importer *im, uint32_t arg)
{
    (void)arg;
    return import_push_known(im, IR_I4, im->world->known.i4, (int32_t)im->insn.u.i);
}

bool import_op_ldc_i8(Importer *im, uint32_t arg)
{
    (void)arg;
    return import_push_known(im, IR_I8, im->world->known.i8, im->insn.u.i);
}

bool import_op_ldc_r(Importer *im, uint32_t kind)
{
    uint32_t var = import_temp(im, (IrKind)kind, NULL);
    IrInsn *insn = import_emit(im, kind == IR_F4 ? IR_CONST_F4 : IR_CONST_F8, var,
                               IR_NONE, IR_NONE);
    if (kind == IR_F4) {
        float value = (float)im->insn.u.r;
        uint32_t bits;
        memcpy(&bits, &value, sizeof bits);
        insn->imm = bits;
    } else {
        memcpy(&insn->imm, &im->insn.u.r, sizeof insn->imm);
    }
    return import_push(im, (IrKind)kind, NULL, var);
}

/* -- binary operations (III.1.5, tables 2, 5, 7) --------------------------------- */

/* The kind in which two operands compute; IR_VOID: none. BYREF counts as I8 here. */
static IrKind import_common_kind(const Slot *a, const Slot *b)
{
    bool float_a = a->kind == IR_F4 || a->kind == IR_F8;
    bool float_b = b->kind == IR_F4 || b->kind == IR_F8;
    if (float_a && float_b)
        return a->kind == IR_F8 || b->kind == IR_F8 ? IR_F8 : IR_F4;
    if (a->kind == IR_I4 && b->kind == IR_I4)
        return IR_I4;
    /* An int32 is extended; the tables want that for native ints alone, mono for all.
     */
    bool int_a = a->kind == IR_I4 || a->kind == IR_I8 || a->kind == IR_BYREF;
    bool int_b = b->kind == IR_I4 || b->kind == IR_I8 || b->kind == IR_BYREF;
    return int_a && int_b ? IR_I8 : IR_VOID;
}

static uint32_t import_kind_index(IrKind kind)
{
    static const uint8_t index[] = {[IR_I4] = 0, [IR_I8] = 1, [IR_F4] = 2, [IR_F8] = 3};
    return index[kind];
}

static uint32_t import_operand(Importer *im, const Slot *slot, IrKind kind)
{
    return slot->kind == IR_BYREF || slot->kind == IR_REF ? slot->var
                                                          : import_as(im, slot, kind);
}

/* address + n and address - n are addresses. */
static bool import_gives_address(uint32_t op, const Slot *a, const Slot *b)
{
    if (op == IR_ADD_I4)
        return (a->kind == IR_BYREF) != (b->kind == IR_BYREF);
    return op == IR_SUB_I4 && a->kind == IR_BYREF && b->kind != IR_BYREF;
}

static Type *import_int_type(Importer *im, const Slot *a, const Slot *b, IrKind kind)
{
    if (kind != IR_I8)
        return kind == IR_I4 ? im->world->known.i4 : NULL;
    return import_is_native(a) || import_is_native(b) ? NULL : im->world->known.i8;
}

static bool import_emit_binary(Importer *im, uint32_t op, const Slot *a, const Slot *b)
{
    IrKind kind = import_common_kind(a, b);
    if (kind == IR_VOID)
        return import_invalid(im, "operands of wrong kinds");
    if (kind <= IR_I8 &&
        import_fold_binary(im, op, a, b, import_int_type(im, a, b, kind)))
        return true;
    uint32_t va = import_operand(im, a, kind), vb = import_operand(im, b, kind);
    bool address = import_gives_address(op, a, b);
    IrKind result = address ? IR_BYREF : kind;
    Type *type = address         ? (a->kind == IR_BYREF ? a->type : b->type)
                 : kind <= IR_I8 ? import_int_type(im, a, b, kind)
                                 : NULL;
    uint32_t var = import_temp(im, result, NULL);
    import_emit(im, (IrOp)(op + import_kind_index(kind)), var, va, vb);
    Slot *slot = import_push(im, result, type, var);
    if (slot && op == IR_AND_I4 && kind == IR_I4) /* masks keep unsigned ranges */
        slot->fits = (uint8_t)((a->fits | b->fits) & (FITS_U1 | FITS_U2));
    if (slot && (slot->fits & FITS_U1))
        slot->fits |= FITS_I2 | FITS_U2;
    return slot != NULL;
}

bool import_op_binary(Importer *im, uint32_t op)
{
    Slot a, b;
    return import_pop(im, &b) && import_pop(im, &a) &&
           import_emit_binary(im, op, &a, &b);
}

/* The int of two operands, where a library takes it for unsigned. */
static void import_widen_unsigned(Importer *im, uint32_t op, Slot *slot)
{
    if (!im->world->library->widens_unsigned || slot->kind != IR_I4 ||
        (op != IR_ADD_OVF_UN_I4 && op != IR_SUB_OVF_UN_I4 && op != IR_MUL_OVF_UN_I4))
        return;
    uint32_t var = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_CONV_U8_I4, var, slot->var, IR_NONE);
    *slot = (Slot){.var = var, .kind = IR_I8};
}

bool import_op_binary_int(Importer *im, uint32_t op)
{
    Slot a, b;
    if (!import_pop(im, &b) || !import_pop(im, &a))
        return false;
    if (a.kind == IR_F4 || a.kind == IR_F8)
        return import_invalid(im, "floats where integers are needed");
    if (a.kind != b.kind) {
        import_widen_unsigned(im, op, &a);
        import_widen_unsigned(im, op, &b);
    }
    return import_emit_binary(im, op, &a, &b);
}

bool import_op_shift(Importer *im, uint32_t op)
{
    Slot a, n;
    if (!import_pop(im, &n) || !import_pop(im, &a))
        return false;
    if ((a.kind != IR_I4 && a.kind != IR_I8) || (n.kind != IR_I4 && n.kind != IR_I8))
        return import_invalid(im, "shift of or by something that is no integer");
    uint32_t count = import_as(im, &n, IR_I4);
    uint32_t var = import_temp(im, (IrKind)a.kind, NULL);
    import_emit(im, (IrOp)(op + import_kind_index((IrKind)a.kind)), var, a.var, count);
    return import_push(im, (IrKind)a.kind,
                       a.kind == IR_I4 ? im->world->known.i4 : a.type, var);
}

static bool import_unary(Importer *im, const uint16_t ops[4])
{
    Slot a;
    if (!import_pop(im, &a))
        return false;
    if (a.kind > IR_F8 || !ops[import_kind_index((IrKind)a.kind)])
        return import_invalid(im, "operand of wrong kind");
    uint32_t var = import_temp(im, (IrKind)a.kind, NULL);
    import_emit(im, (IrOp)ops[import_kind_index((IrKind)a.kind)], var, a.var, IR_NONE);
    return import_push(im, (IrKind)a.kind,
                       a.kind == IR_I4 ? im->world->known.i4 : a.type, var);
}

bool import_op_neg(Importer *im, uint32_t arg)
{
    static const uint16_t ops[4] = {IR_NEG_I4, IR_NEG_I8, IR_NEG_F4, IR_NEG_F8};
    (void)arg;
    return import_unary(im, ops);
}

bool import_op_not(Importer *im, uint32_t arg)
{
    static const uint16_t ops[4] = {IR_NOT_I4, IR_NOT_I8, 0, 0};
    (void)arg;
    return import_unary(im, ops);
}

/* -- comparison (table 4) -------------------------------------------------------- */

bool import_compare_operands(Importer *im, Slot *a, Slot *b, IrOp *op)
{
    /* An object reference with an int32, which table 4 lacks, works on .NET. */
    bool words = (import_is_pointer(a) || a->kind == IR_I4) &&
                 (import_is_pointer(b) || b->kind == IR_I4);
    IrKind kind = words && (a->kind != IR_I4 || b->kind != IR_I4)
                      ? IR_I8
                      : import_common_kind(a, b);
    if (kind == IR_VOID)
        return import_invalid(im, "values that can't be compared");
    a->var = import_operand(im, a, kind);
    b->var = import_operand(im, b, kind);
    *op = (IrOp)(IR_CMP_I4 + import_kind_index(kind));
    return true;
}

bool import_op_cmp(Importer *im, uint32_t cond)
{
    Slot a, b;
    IrOp op;
    bool holds;
    if (!import_pop(im, &b) || !import_pop(im, &a))
        return false;
    if (import_decide_compare(im, cond, &a, &b, &holds))
        return import_push_known(im, IR_I4, im->world->known.i4, holds);
    if (!import_compare_operands(im, &a, &b, &op))
        return false;
    uint32_t var = import_temp(im, IR_I4, NULL);
    import_emit(im, op, var, a.var, b.var)->mk = (uint8_t)cond;
    Slot *slot = import_push(im, IR_I4, im->world->known.i4, var);
    if (!slot)
        return false;
    slot->fits = FITS_ALL;
    return true;
}

/* -- conversions (table 8) ------------------------------------------------------- */

static bool import_convert(Importer *im, IrOp op, const Slot *from, IrKind kind,
                           Type *type)
{
    uint32_t var = import_temp(im, kind, NULL);
    import_emit(im, op, var, from->var, IR_NONE);
    return import_push(im, kind, type, var);
}

static bool import_pop_number(Importer *im, Slot *slot)
{
    if (!import_pop(im, slot))
        return false;
    return slot->kind != IR_VT || import_invalid(im, "a structure can't be converted");
}

/* Low 32 bits of any number, floats by truncation. */
/* The conversion that the class library's code expects. */
static IrOp import_truncation(const Importer *im, IrMem to)
{
    static const uint16_t ops[][2] = {
        [IRM_I4] = {IR_CONV_I4_F8, IR_SAT_I4_F8},
        [IRM_U4] = {IR_CONV_U4_F8, IR_SAT_U4_F8},
        [IRM_I8] = {IR_CONV_I8_F8, IR_SAT_I8_F8},
        [IRM_U8] = {IR_CONV_U8_F8, IR_SAT_U8_F8},
    };
    return (IrOp)ops[to][im->world->library->saturates];
}

static uint32_t import_to_i4(Importer *im, const Slot *slot)
{
    if (slot->kind != IR_F4 && slot->kind != IR_F8)
        return slot->kind == IR_REF
                   ? import_as(im, &(Slot){.var = slot->var, .kind = IR_BYREF}, IR_I4)
                   : import_as(im, slot, IR_I4);
    uint32_t wide = import_as(im, slot, IR_F8);
    uint32_t var = import_temp(im, IR_I4, NULL);
    import_emit(im, import_truncation(im, IRM_I4), var, wide, IR_NONE);
    return var;
}

bool import_op_conv_small(Importer *im, uint32_t mem)
{
    static const uint16_t ops[] = {IR_CONV_I1_I4, IR_CONV_U1_I4, IR_CONV_I2_I4,
                                   IR_CONV_U2_I4};
    static const uint8_t fits[] = {FITS_I1, FITS_U1, FITS_I2, FITS_U2};
    Slot a;
    if (!import_pop_number(im, &a))
        return false;
    uint32_t var = a.var;
    if (a.kind != IR_I4 || !(a.fits & fits[mem])) {
        uint32_t from = import_to_i4(im, &a);
        var = import_temp(im, IR_I4, NULL);
        import_emit(im, (IrOp)ops[mem], var, from, IR_NONE);
    }
    Slot *slot = import_push(im, IR_I4, im->world->known.i4, var);
    if (!slot)
        return false;
    slot->flags = var == a.var ? SLOT_DUP | (a.flags & SLOT_KNOWN) : 0;
    slot->value = a.value;
    slot->fits = import_fits_of_mem((IrMem)mem) | (var == a.var ? a.fits : 0);
    return true;
}

bool import_op_conv_i4(Importer *im, uint32_t mem)
{
    Slot a;
    if (!import_pop_number(im, &a))
        return false;
    if (a.kind == IR_I4) {
        im->stack[im->depth++] = a;
        return true;
    }
    if (mem == IRM_U4 && (a.kind == IR_F4 || a.kind == IR_F8)) {
        a.var = import_as(im, &a, IR_F8);
        return import_convert(im, import_truncation(im, IRM_U4), &a, IR_I4,
                              im->world->known.i4);
    }
    if (a.kind == IR_I8 && (a.flags & SLOT_KNOWN)) {
        import_forget(im, &a);
        return import_push_known(im, IR_I4, im->world->known.i4, (int32_t)a.value);
    }
    return import_push(im, IR_I4, im->world->known.i4, import_to_i4(im, &a));
}

static bool import_to_i8(Importer *im, const Slot *from, bool is_unsigned, Type *type)
{
    Slot a = *from;
    switch ((IrKind)a.kind) {
    case IR_I4:
        if (a.flags & SLOT_KNOWN) {
            import_forget(im, from);
            return import_push_known(im, IR_I8, type,
                                     is_unsigned ? (uint32_t)a.value : a.value);
        }
        return import_convert(im, is_unsigned ? IR_CONV_U8_I4 : IR_CONV_I8_I4, &a,
                              IR_I8, type);
    case IR_F4:
    case IR_F8:
        a.var = import_as(im, &a, IR_F8);
        return import_convert(im, import_truncation(im, is_unsigned ? IRM_U8 : IRM_I8),
                              &a, IR_I8, type);
    case IR_I8: {
        Slot *slot = import_push(im, IR_I8, type, a.var);
        if (slot) {
            slot->flags = a.flags;
            slot->value = a.value;
        }
        return slot != NULL;
    }
    default:
        return import_convert(im, IR_MOV, &a, IR_I8, type);
    }
}

bool import_op_conv_i8(Importer *im, uint32_t mem)
{
    Slot a;
    return import_pop_number(im, &a) &&
           import_to_i8(im, &a, mem == IRM_U8, im->world->known.i8);
}

bool import_op_conv_native(Importer *im, uint32_t mem)
{
    Slot a;
    return import_pop_number(im, &a) && import_to_i8(im, &a, mem == IRM_U8, NULL);
}

bool import_op_conv_r(Importer *im, uint32_t kind)
{
    static const uint16_t ops[2][IR_VOID] = {
        {[IR_I4] = IR_CONV_F4_I4, [IR_I8] = IR_CONV_F4_I8, [IR_F8] = IR_CONV_F4_F8},
        {[IR_I4] = IR_CONV_F8_I4, [IR_I8] = IR_CONV_F8_I8, [IR_F4] = IR_CONV_F8_F4},
    };
    Slot a;
    if (!import_pop_number(im, &a))
        return false;
    if (a.kind == IR_BYREF || a.kind == IR_REF) { /* the address, as a number */
        a.var = import_as(im, &a, IR_I8);
        a.kind = IR_I8;
    }
    if (a.kind == kind) {
        im->stack[im->depth++] = a;
        return true;
    }
    return import_convert(im, (IrOp)ops[kind == IR_F8][a.kind], &a, (IrKind)kind, NULL);
}

/* There is no conv.r4.un: compilers write two conversions, of which a library can make
 * one. Numbers of 32 bits are exact in between. */
static bool import_single_follows(Importer *im)
{
    IlInsn next;
    if (!im->world->library->rounds_once || !import_peek(im, &next) ||
        next.op != CIL_CONV_R4)
        return false;
    import_skip(im, &next);
    return true;
}

bool import_op_conv_r_un(Importer *im, uint32_t arg)
{
    Slot a;
    (void)arg;
    if (!import_pop_number(im, &a))
        return false;
    if (a.kind == IR_I4)
        return import_convert(im, IR_CONV_F8_U4, &a, IR_F8, NULL);
    if (a.kind != IR_F4 && a.kind != IR_F8) {
        a.var = import_as(im, &a, IR_I8);
        if (import_single_follows(im))
            return import_convert(im, IR_CONV_F4_U8, &a, IR_F4, NULL);
        return import_convert(im, IR_CONV_F8_U8, &a, IR_F8, NULL);
    }
    a.var = import_as(im, &a, IR_F8);
    a.kind = IR_F8;
    im->stack[im->depth++] = a;
    return true;
}

bool import_op_conv_ovf(Importer *im, uint32_t arg)
{
    IrMem mem = (IrMem)(arg & 0xff);
    Slot a;
    if (!import_pop_number(im, &a))
        return false;
    IrOp op = IR_CONV_OVF_I8;
    if (a.kind == IR_I4) {
        op = IR_CONV_OVF_I4;
    } else if (a.kind == IR_F4 || a.kind == IR_F8) {
        a.var = import_as(im, &a, IR_F8);
        op = IR_CONV_OVF_F8;
    }
    IrKind kind = ir_kind_of_mem(mem);
    Type *type = kind == IR_I4       ? im->world->known.i4
                 : arg & CONV_NATIVE ? NULL
                                     : im->world->known.i8;
    if (!import_convert(im, op, &a, kind, type))
        return false;
    IrInsn *insn = import_last(im);
    insn->mk = (uint8_t)mem;
    insn->flags |= arg & CONV_UN ? IRF_UN : 0;
    im->stack[im->depth - 1].fits = import_fits_of_mem(mem);
    return true;
}

bool import_op_ckfinite(Importer *im, uint32_t arg)
{
    Slot a;
    (void)arg;
    if (!import_pop(im, &a))
        return false;
    if (a.kind != IR_F4 && a.kind != IR_F8)
        return import_invalid(im, "ckfinite of something that is no float");
    uint32_t wide = import_as(im, &a, IR_F8);
    uint32_t var = import_temp(im, IR_F8, NULL);
    import_emit(im, IR_CKFINITE, var, wide, IR_NONE);
    if (a.kind == IR_F8)
        return import_push(im, IR_F8, NULL, var);
    Slot checked = {.var = var, .kind = IR_F8};
    return import_push(im, IR_F4, NULL, import_as(im, &checked, IR_F4));
}
