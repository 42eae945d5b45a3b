/* interp_prepare.c - IR to the interpreter's instructions. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/ir/visit.h"
#include "loader/exec/interp_private.h"
#include "loader/gc/gc.h"
#include "loader/exec/method.h"
#include "loader/exec/natives.h"
#include "common/ir/abi.h"
#include "common/ir/ir.h"
#include "loader/vm/vm.h"
#include "loader/vm/exception.h"

typedef struct BranchFix {
    uint32_t insn, block;
} BranchFix;

typedef struct Prep {
    const IrMethod *ir;
    Arena *perm;
    Err err;
    VEC(InterpInsn) insns;
    VEC(uint32_t) il;
    VEC(uint16_t) part_of;
    VEC(BranchFix) branches, leaves;
    uint32_t *starts; /* instruction of each block */
    int64_t **folded; /* per variable: the constant in it, if it is never stored */
    bool *passing;    /* per variable: written once, read once */
    uint32_t block;   /* under way */
    InterpPart *parts;
    uint32_t words, scratch_slot;
} Prep;

typedef void PrepFn(Prep *prep, const IrInsn *insn, int op);

static uint32_t var_words(const IrVar *var)
{
    uint32_t size = var->kind == IR_VT ? type_value_size(var->type) : 8;
    return size ? (size + 7) / 8 : 1;
}

static uint32_t offset_of(const Prep *prep, uint32_t var)
{
    return var == IR_NONE ? 0 : prep->ir->vars[var].slot * 8;
}

static uint32_t take_words(Prep *prep, uint32_t n)
{
    uint32_t at = prep->words * 8;
    prep->words += n;
    return at;
}

static IrKind kind_of(const Prep *prep, uint32_t var)
{
    return prep->ir->vars[var].kind;
}

/* -- emission ------------------------------------------------------------------ */

static InterpInsn *emit_raw(Prep *prep, int op, uint32_t il)
{
    *vec_push(&prep->il) = il;
    *vec_push(&prep->part_of) = (uint16_t)prep->ir->blocks[prep->block].part;
    InterpInsn *out = vec_push(&prep->insns);
    out->handler = interp_handlers[op];
    return out;
}

static InterpInsn *emit(Prep *prep, int op, const IrInsn *insn)
{
    InterpInsn *out = emit_raw(prep, op, insn->il);
    out->dst = offset_of(prep, insn->dst);
    out->a = offset_of(prep, insn->a);
    out->b = offset_of(prep, insn->b);
    out->c = offset_of(prep, insn->c);
    return out;
}

static void check_null(Prep *prep, const IrInsn *insn)
{
    if (insn->flags & IRF_NULLCHECK)
        emit(prep, I_NULLCHECK, insn);
}

static void prep_plain(Prep *prep, const IrInsn *insn, int op)
{
    check_null(prep, insn);
    emit(prep, op, insn)->imm = insn->imm;
}

/* What checks for null itself. */
static void prep_checking(Prep *prep, const IrInsn *insn, int op)
{
    emit(prep, op, insn)->imm = insn->imm;
}

static void prep_pointer(Prep *prep, const IrInsn *insn, int op)
{
    check_null(prep, insn);
    emit(prep, op, insn)->p = insn->p;
}

/* Operations whose b may be a constant: op + 1. */
static void prep_k(Prep *prep, const IrInsn *insn, int op)
{
    const int64_t *constant = prep->folded[insn->b];
    if (constant)
        emit(prep, op + 1, insn)->imm = *constant;
    else
        emit(prep, op, insn);
}

static void prep_const(Prep *prep, const IrInsn *insn, int op)
{
    if (!prep->folded[insn->dst])
        emit(prep, op, insn)->imm = insn->op == IR_CONST_NULL ? 0 : insn->imm;
}

/* What made the value writes it where it goes. Calls may have written a result when
 * they throw: so not theirs where that can be caught. */
static bool moved_where_made(Prep *prep, const IrInsn *insn)
{
    const IrInsn *before = insn - 1;
    if (insn == &prep->ir->insns[prep->ir->blocks[prep->block].first] ||
        before->dst != insn->a || !prep->passing[insn->a] ||
        prep->insns.n == prep->starts[prep->block] || prep->folded[insn->a] ||
        (before->op == IR_CALL && prep->ir->n_parts > 1))
        return false;
    InterpInsn *last = &prep->insns.at[prep->insns.n - 1];
    if (last->dst != offset_of(prep, before->dst))
        return false;
    last->dst = offset_of(prep, insn->dst);
    return true;
}

static void prep_mov(Prep *prep, const IrInsn *insn, int op)
{
    (void)op;
    bool wide = kind_of(prep, insn->dst) == IR_VT;
    if (!wide && moved_where_made(prep, insn))
        return;
    InterpInsn *out = emit(prep, wide ? I_MOVN : I_MOV8, insn);
    if (wide)
        out->imm = var_words(&prep->ir->vars[insn->dst]) * 8;
}

/* The low half of a word is where it is. */
static void prep_low(Prep *prep, const IrInsn *insn, int op)
{
    if (!moved_where_made(prep, insn))
        emit(prep, op, insn);
}

static void prep_zero(Prep *prep, const IrInsn *insn, int op)
{
    emit(prep, op, insn)->imm = var_words(&prep->ir->vars[insn->dst]) * 8;
}

static void prep_conv_ovf(Prep *prep, const IrInsn *insn, int op)
{
    InterpInsn *out = emit(prep, op, insn);
    out->c = insn->mk;
    out->imm = (insn->flags & IRF_UN) != 0;
}

static void prep_cmp(Prep *prep, const IrInsn *insn, int op)
{
    emit(prep, op + insn->mk, insn);
}

/* -- control ------------------------------------------------------------------- */

static void jump_to(Prep *prep, uint32_t block)
{
    *vec_push(&prep->branches) = (BranchFix){(uint32_t)prep->insns.n - 1, block};
}

static void prep_jmp(Prep *prep, const IrInsn *insn, int op)
{
    if (insn->target[0] == prep->block + 1)
        return;
    emit(prep, op, insn);
    jump_to(prep, insn->target[0]);
}

static const uint8_t inverse_int[] = {
    [IRC_EQ] = IRC_NE,       [IRC_NE] = IRC_EQ,       [IRC_LT] = IRC_GE,
    [IRC_LE] = IRC_GT,       [IRC_GT] = IRC_LE,       [IRC_GE] = IRC_LT,
    [IRC_LT_UN] = IRC_GE_UN, [IRC_LE_UN] = IRC_GT_UN, [IRC_GT_UN] = IRC_LE_UN,
    [IRC_GE_UN] = IRC_LT_UN,
};
static const uint8_t inverse_float[] = {
    [IRC_EQ] = IRC_NE,    [IRC_NE] = IRC_EQ,    [IRC_LT] = IRC_GE_UN,
    [IRC_LE] = IRC_GT_UN, [IRC_GT] = IRC_LE_UN, [IRC_GE] = IRC_LT_UN,
    [IRC_LT_UN] = IRC_GE, [IRC_LE_UN] = IRC_GT, [IRC_GT_UN] = IRC_LE,
    [IRC_GE_UN] = IRC_LT,
};

static void branch(Prep *prep, const IrInsn *insn, int op, int inverse)
{
    bool invert = insn->target[0] == prep->block + 1;
    InterpInsn *out = emit(prep, invert ? inverse : op, insn);
    const int64_t *constant =
        op >= I_BR_I4K_EQ && op <= I_BR_I4K_GE_UN ? prep->folded[insn->b] : NULL;
    if (constant)
        out->b = (uint32_t)*constant;
    jump_to(prep, insn->target[invert]);
    uint32_t other = insn->target[!invert];
    if (other != prep->block + 1) {
        emit_raw(prep, I_JMP, insn->il);
        jump_to(prep, other);
    }
}

static void prep_br(Prep *prep, const IrInsn *insn, int op)
{
    bool is_float = insn->op == IR_BR_F4 || insn->op == IR_BR_F8;
    if (insn->op == IR_BR_I4 && prep->folded[insn->b])
        op = I_BR_I4K_EQ;
    branch(prep, insn, op + insn->mk,
           op + (is_float ? inverse_float : inverse_int)[insn->mk]);
}

static void prep_brnz(Prep *prep, const IrInsn *insn, int op)
{
    branch(prep, insn, op, op + 1);
}

static void prep_switch(Prep *prep, const IrInsn *insn, int op)
{
    const IrSwitch *sw = insn->sw;
    InterpInsn *out = emit(prep, op, insn);
    out->b = sw->n;
    for (uint32_t i = 0; i <= sw->n;
         i++) { /* jumps, the last for what is past the end */
        emit_raw(prep, I_JMP, insn->il);
        jump_to(prep, i < sw->n ? sw->targets[i] : sw->otherwise);
    }
}

static void prep_retv(Prep *prep, const IrInsn *insn, int op)
{
    (void)op;
    bool wide = kind_of(prep, insn->a) == IR_VT;
    const IrVar *var = &prep->ir->vars[insn->a];
    emit(prep, wide ? I_RETVN : I_RETV8, insn)->imm =
        wide ? type_value_size(var->type) : 8;
}

static bool is_within(const Prep *prep, uint32_t part, uint32_t ancestor)
{
    while (part != ancestor && part != IR_NONE)
        part = prep->ir->parts[part].parent;
    return part == ancestor;
}

static bool has_finally(const IrPart *part)
{
    for (uint32_t i = 0; part->kind == IRP_TRY && i < part->n_clauses; i++)
        if (part->clauses[i].kind == IRP_FINALLY)
            return true;
    return false;
}

static void prep_leave(Prep *prep, const IrInsn *insn, int op)
{
    uint32_t from = prep->ir->blocks[prep->block].part;
    uint32_t to = prep->ir->blocks[insn->target[0]].part;
    uint32_t stop = from;
    bool work = false;
    while (stop && !is_within(prep, to, stop)) {
        work |= has_finally(&prep->ir->parts[stop]);
        stop = prep->ir->parts[stop].parent;
    }
    if (!work) {
        emit(prep, I_JMP, insn);
        jump_to(prep, insn->target[0]);
        return;
    }
    InterpExit *exit = arena_new(prep->perm, InterpExit);
    *exit = (InterpExit){.part = from, .stop = stop, .stop_clause = IR_NONE};
    emit(prep, op, insn)->p = exit;
    *vec_push(&prep->leaves) =
        (BranchFix){(uint32_t)prep->insns.n - 1, insn->target[0]};
}

static uint32_t part_around(const Prep *prep, IrPartKind kind)
{
    uint32_t part = prep->ir->blocks[prep->block].part;
    while (part && prep->ir->parts[part].kind != kind)
        part = prep->ir->parts[part].parent;
    return part;
}

static void prep_rethrow(Prep *prep, const IrInsn *insn, int op)
{
    emit(prep, op, insn)->a = prep->parts[part_around(prep, IRP_CATCH)].slot;
}

static void prep_catch(Prep *prep, const IrInsn *insn, int op)
{
    emit(prep, op, insn)->a = prep->parts[prep->ir->blocks[prep->block].part].slot;
}

static void prep_endfinally(Prep *prep, const IrInsn *insn, int op)
{
    emit(prep, op, insn)->c = prep->ir->blocks[prep->block].part;
}

static void prep_throw_err(Prep *prep, const IrInsn *insn, int op)
{
    IrError *error = arena_new(prep->perm, IrError);
    error->kind = insn->err->kind;
    error->text = arena_strdup(prep->perm, insn->err->text);
    emit(prep, op, insn)->p = error;
}

/* -- memory -------------------------------------------------------------------- */

static uint32_t size_of(Prep *prep, Type *type)
{
    Err err = ERR_INIT;
    if (!type_load(type, LEVEL_LAYOUT, &err)) {
        prep->err = err;
        return 8;
    }
    return type_value_size(type);
}

/* By IrMem: opcode for I1 plus this. */
static const uint8_t load_step[] = {
    [IRM_I1] = 0, [IRM_U1] = 1, [IRM_I2] = 2, [IRM_U2] = 3, [IRM_I4] = 4,  [IRM_U4] = 4,
    [IRM_I8] = 5, [IRM_U8] = 5, [IRM_F4] = 4, [IRM_F8] = 5, [IRM_REF] = 5, [IRM_VT] = 6,
};
static const uint8_t store_step[] = {
    [IRM_I1] = 0, [IRM_U1] = 0, [IRM_I2] = 1, [IRM_U2] = 1, [IRM_I4] = 2,  [IRM_U4] = 2,
    [IRM_I8] = 3, [IRM_U8] = 3, [IRM_F4] = 2, [IRM_F8] = 3, [IRM_REF] = 3, [IRM_VT] = 4,
};

static void prep_ld(Prep *prep, const IrInsn *insn, int op)
{
    InterpInsn *out = emit(prep, op + load_step[insn->mk], insn);
    out->imm = insn->imm;
    if (insn->mk == IRM_VT)
        out->c = type_value_size(prep->ir->vars[insn->dst].type);
}

static void prep_st(Prep *prep, const IrInsn *insn, int op)
{
    InterpInsn *out = emit(prep, op + store_step[insn->mk], insn);
    out->imm = insn->imm;
    if (insn->mk == IRM_VT)
        out->c = type_value_size(prep->ir->vars[insn->b].type);
}

static void prep_lea(Prep *prep, const IrInsn *insn, int op)
{
    op += (insn->flags & IRF_NULLCHECK) ? I_LEAn - I_LEA : 0;
    if (insn->imm >= LARGE_OFFSET && kind_of(prep, insn->a) != IR_REF)
        emit(prep, I_NULLCHECK, insn);
    emit(prep, op, insn)->imm = insn->imm;
}

static void prep_sized(Prep *prep, const IrInsn *insn, int op)
{
    check_null(prep, insn);
    uint32_t size = size_of(prep, insn->type);
    emit(prep, op, insn)->imm = size;
}

static void prep_atomic(Prep *prep, const IrInsn *insn, int op)
{
    check_null(prep, insn);
    static const uint8_t step[] = {
        [IRM_I4] = 0, [IRM_I8] = 1, [IRM_REF] = 1, [IRM_U1] = 2, [IRM_U2] = 3};
    emit(prep, op + step[insn->mk], insn);
}

/* -- arrays -------------------------------------------------------------------- */

static uint32_t index_of(Prep *prep, const IrInsn *insn)
{
    if (kind_of(prep, insn->b) == IR_I4)
        return offset_of(prep, insn->b);
    InterpInsn *out = emit_raw(prep, I_INDEX8, insn->il);
    out->dst = prep->scratch_slot;
    out->a = offset_of(prep, insn->b);
    return prep->scratch_slot;
}

static void prep_ldelem(Prep *prep, const IrInsn *insn, int op)
{
    uint32_t index = index_of(prep, insn);
    InterpInsn *out = emit(prep, op + load_step[insn->mk], insn);
    out->b = index;
    out->imm = insn->imm;
}

static void prep_stelem(Prep *prep, const IrInsn *insn, int op)
{
    uint32_t index = index_of(prep, insn);
    op += store_step[insn->mk];
    if (insn->mk == IRM_REF && !(insn->flags & IRF_EXACT))
        op = I_STELEM_REF;
    InterpInsn *out = emit(prep, op, insn);
    out->b = index;
    out->imm = insn->imm;
}

static void prep_ldelema(Prep *prep, const IrInsn *insn, int op)
{
    uint32_t index = index_of(prep, insn);
    InterpInsn *out = emit(prep, op + ((insn->flags & IRF_TYPECHECK) != 0), insn);
    out->b = index;
    out->c = (uint32_t)insn->imm;
    out->p = insn->p;
}

static void prep_newarr(Prep *prep, const IrInsn *insn, int op)
{
    uint32_t length = offset_of(prep, insn->a);
    if (kind_of(prep, insn->a) == IR_I4) {
        InterpInsn *wide = emit_raw(prep, I_CONV_I8_I4, insn->il);
        wide->dst = prep->scratch_slot;
        wide->a = length;
        length = prep->scratch_slot;
    }
    InterpInsn *out = emit(prep, op, insn);
    out->a = length;
    out->p = insn->p;
}

static void prep_args(Prep *prep, const IrInsn *insn, int op)
{
    check_null(prep, insn);
    const IrArgs *from = insn->args;
    InterpArgs *args =
        arena_alloc(prep->perm, sizeof *args + from->n * sizeof args->vars[0]);
    args->type = from->type;
    args->n = from->n;
    args->lower = (insn->flags & IRF_LOWER) != 0;
    for (uint32_t i = 0; i < from->n; i++) {
        args->vars[i].var = offset_of(prep, from->vars[i]);
        args->vars[i].wide = kind_of(prep, from->vars[i]) != IR_I4;
    }
    InterpInsn *out = emit(prep, op, insn);
    out->c = (uint32_t)insn->imm;
    out->p = args;
}

static void prep_str(Prep *prep, const IrInsn *insn, int op)
{
    emit(prep, op, insn)->p = arena_copy(prep->perm, insn->str, sizeof *insn->str);
}

static void prep_math(Prep *prep, const IrInsn *insn, int op)
{
    InterpInsn *out = emit(prep, op, insn);
    out->c = insn->mk;
    out->imm = kind_of(prep, insn->dst) == IR_F8;
}

static void prep_fma(Prep *prep, const IrInsn *insn, int op)
{
    emit(prep, op + (kind_of(prep, insn->dst) == IR_F8), insn);
}

/* -- calls --------------------------------------------------------------------- */

static uint32_t call_words(const Prep *prep, const IrCall *call)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < call->n_args; i++)
        n += var_words(&prep->ir->vars[call->args[i]]);
    return n;
}

/* Compiled code writes a result in memory in any case. */
static uint32_t unused_result(Prep *prep, Type *type)
{
    if (type->element == ELEMENT_VOID || ir_kind_of(type) != IR_VT)
        return UINT32_MAX;
    return take_words(prep, (size_of(prep, type) + 7) / 8 + 1);
}

static void prep_call(Prep *prep, const IrInsn *insn, int op)
{
    static const int ops[] = {
        [IRK_DIRECT] = I_CALL_DIRECT,       [IRK_VIRTUAL] = I_CALL_VIRTUAL,
        [IRK_INTERFACE] = I_CALL_INTERFACE, [IRK_POINTER] = I_CALL_POINTER,
        [IRK_METHOD] = I_CALL_METHOD,
    };
    (void)op;
    const IrCall *from = insn->call;
    uint32_t n = call_words(prep, from);
    InterpCall *call = arena_alloc(prep->perm, sizeof *call + n * sizeof(uint32_t));
    call->kind = (uint8_t)from->kind;
    call->has_this = from->has_this;
    call->null_check = from->null_check && from->n_args;
    call->method = from->method;
    if (from->kind == IRK_DIRECT)
        call->target.rt = method_rt(from->method);
    call->fn = offset_of(prep, from->fn);
    call->n_words = n;
    for (uint32_t i = 0, k = 0; i < from->n_args; i++) {
        uint32_t words = var_words(&prep->ir->vars[from->args[i]]);
        for (uint32_t w = 0; w < words; w++)
            call->from[k++] = offset_of(prep, from->args[i]) + w * 8;
    }
    if (from->kind == IRK_POINTER)
        call->abi = abi_lower(from->sig, from->has_this, false, prep->perm, &prep->err);
    if (from->unmanaged) {
        call->native = arena_new(prep->perm, InteropSite);
        call->native->sig = from->sig;
        call->native->from = prep->ir->method;
    }
    InterpInsn *out = emit(prep, from->tail ? I_TAIL : ops[from->kind], insn);
    out->p = call;
    if (insn->dst == IR_NONE)
        out->dst = unused_result(prep, from->sig->ret);
}

/* -- table --------------------------------------------------------------------- */

typedef struct PrepRow {
    PrepFn *function;
    int op;
} PrepRow;

#define PLAIN(n) [IR_##n] = {prep_plain, I_##n}
#define POINTER(n) [IR_##n] = {prep_pointer, I_##n}
#define K(n) [IR_##n##_I4] = {prep_k, I_##n##_I4}, [IR_##n##_I8] = {prep_k, I_##n##_I8}
#define INTS(n) PLAIN(n##_I4), PLAIN(n##_I8)
#define FLOATS(n) PLAIN(n##_F4), PLAIN(n##_F8)
#define ROW(n, function, op) [IR_##n] = {function, op}

static const PrepRow prep_rows[IR_OP_COUNT] = {
    ROW(CONST_I4, prep_const, I_CONST4),
    ROW(CONST_I8, prep_const, I_CONST8),
    ROW(CONST_F4, prep_const, I_CONST4),
    ROW(CONST_F8, prep_const, I_CONST8),
    ROW(CONST_NULL, prep_const, I_CONST8),
    ROW(STR, prep_str, I_STR),
    ROW(MOV, prep_mov, I_MOV8),
    ROW(ZERO, prep_zero, I_ZERON),
    K(ADD),
    K(SUB),
    K(MUL),
    K(AND),
    K(OR),
    K(XOR),
    K(SHL),
    K(SHR),
    K(SHR_UN),
    FLOATS(ADD),
    FLOATS(SUB),
    FLOATS(MUL),
    FLOATS(DIV),
    FLOATS(REM),
    INTS(DIV),
    INTS(DIV_UN),
    INTS(REM),
    INTS(REM_UN),
    INTS(ADD_OVF),
    INTS(ADD_OVF_UN),
    INTS(SUB_OVF),
    INTS(SUB_OVF_UN),
    INTS(MUL_OVF),
    INTS(MUL_OVF_UN),
    INTS(NEG),
    FLOATS(NEG),
    INTS(NOT),
    PLAIN(CONV_I1_I4),
    PLAIN(CONV_U1_I4),
    PLAIN(CONV_I2_I4),
    PLAIN(CONV_U2_I4),
    ROW(CONV_I4_I8, prep_low, I_CONV_I4_I8),
    PLAIN(CONV_I8_I4),
    PLAIN(CONV_U8_I4),
    PLAIN(CONV_F4_I4),
    PLAIN(CONV_F4_I8),
    PLAIN(CONV_F4_U8),
    PLAIN(CONV_F8_I4),
    PLAIN(CONV_F8_I8),
    PLAIN(CONV_F8_U4),
    PLAIN(CONV_F8_U8),
    PLAIN(CONV_F4_F8),
    PLAIN(CONV_F8_F4),
    PLAIN(CONV_I4_F8),
    PLAIN(CONV_U4_F8),
    PLAIN(CONV_I8_F8),
    PLAIN(CONV_U8_F8),
    PLAIN(SAT_I4_F8),
    PLAIN(SAT_U4_F8),
    PLAIN(SAT_I8_F8),
    PLAIN(SAT_U8_F8),
    ROW(CONV_OVF_I4, prep_conv_ovf, I_CONV_OVF_I4),
    ROW(CONV_OVF_I8, prep_conv_ovf, I_CONV_OVF_I8),
    ROW(CONV_OVF_F8, prep_conv_ovf, I_CONV_OVF_F8),
    PLAIN(CKFINITE),
    ROW(CMP_I4, prep_cmp, I_CMP_I4_EQ),
    ROW(CMP_I8, prep_cmp, I_CMP_I8_EQ),
    ROW(CMP_F4, prep_cmp, I_CMP_F4_EQ),
    ROW(CMP_F8, prep_cmp, I_CMP_F8_EQ),
    ROW(JMP, prep_jmp, I_JMP),
    ROW(BR_I4, prep_br, I_BR_I4_EQ),
    ROW(BR_I8, prep_br, I_BR_I8_EQ),
    ROW(BR_F4, prep_br, I_BR_F4_EQ),
    ROW(BR_F8, prep_br, I_BR_F8_EQ),
    ROW(BRNZ_I4, prep_brnz, I_BR_NZ_I4),
    ROW(BRNZ_I8, prep_brnz, I_BR_NZ_I8),
    ROW(SWITCH, prep_switch, I_SWITCH),
    PLAIN(RET),
    ROW(RETV, prep_retv, I_RETV8),
    PLAIN(THROW),
    ROW(RETHROW, prep_rethrow, I_RETHROW),
    ROW(LEAVE, prep_leave, I_LEAVE),
    ROW(ENDFINALLY, prep_endfinally, I_ENDFINALLY),
    PLAIN(ENDFILTER),
    ROW(THROW_ERR, prep_throw_err, I_THROW_ERR),
    ROW(LD, prep_ld, I_LD_I1),
    ROW(ST, prep_st, I_ST_1),
    ROW(LEA, prep_lea, I_LEA),
    PLAIN(ADDR),
    ROW(COPY, prep_sized, I_COPY),
    ROW(INIT, prep_sized, I_INIT),
    PLAIN(CPBLK),
    PLAIN(INITBLK),
    PLAIN(LOCALLOC),
    PLAIN(FENCE),
    ROW(XCHG, prep_atomic, I_XCHG_4),
    ROW(CMPXCHG, prep_atomic, I_CMPXCHG_4),
    ROW(XADD, prep_atomic, I_XADD_4),
    ROW(LDLEN, prep_checking, I_LDLEN),
    ROW(LDELEM, prep_ldelem, I_LDELEM_I1),
    ROW(STELEM, prep_stelem, I_STELEM_1),
    ROW(LDELEMA, prep_ldelema, I_LDELEMA),
    ROW(MDADDR, prep_args, I_MDADDR),
    ROW(MDFLAT, prep_ldelema, I_MDFLAT),
    PLAIN(STCHECK),
    POINTER(ELCHECK),
    ROW(NEWARR, prep_newarr, I_NEWARR),
    ROW(NEWMD, prep_args, I_NEWMD),
    POINTER(NEWOBJ),
    POINTER(NEWDELEGATE),
    POINTER(BOX),
    POINTER(UNBOX),
    POINTER(UNBOX_NULLABLE),
    POINTER(ISINST),
    POINTER(CASTCLASS),
    POINTER(TYPEOF),
    ROW(HANDLE_TYPE, prep_pointer, I_CONST8),
    ROW(HANDLE_METHOD, prep_pointer, I_CONST8),
    ROW(HANDLE_FIELD, prep_pointer, I_CONST8),
    POINTER(SBASE),
    POINTER(TSBASE),
    POINTER(CCTOR),
    PLAIN(MON_ENTER),
    PLAIN(MON_EXIT),
    ROW(CALL, prep_call, 0),
    POINTER(LDFTN),
    PLAIN(LDFTN_M),
    PLAIN(VIRT),
    ROW(CATCH, prep_catch, I_MOV8),
    ROW(MATH, prep_math, I_MATH),
    ROW(FMA, prep_fma, I_FMA_F4),
};

bool interp_knows(IrOp op)
{
    return prep_rows[op].function != NULL;
}

/* -- constants ----------------------------------------------------------------- */

typedef struct VarUse {
    uint32_t reads, writes;
    uint32_t def; /* instruction of a constant, in the block under way */
} VarUse;

static void count_read(void *user, uint32_t var)
{
    ((VarUse *)user)[var].reads++;
}

static void count_uses(const IrMethod *ir, VarUse *uses)
{
    for (uint32_t i = 0; i < ir->n_insns; i++) {
        const IrInsn *insn = &ir->insns[i];
        ir_visit_vars(insn, count_read, uses);
        if (insn->dst != IR_NONE) {
            uses[insn->dst].reads--;
            uses[insn->dst].writes++;
        }
    }
}

static bool takes_constant(const IrInsn *insn)
{
    return prep_rows[insn->op].function == prep_k || insn->op == IR_BR_I4;
}

/* Constants that one instruction uses, as its b, in the block that makes them. */
static void fold_constants(Prep *prep, Arena *scratch)
{
    const IrMethod *ir = prep->ir;
    VarUse *uses = arena_array(scratch, VarUse, ir->n_vars + 1);
    count_uses(ir, uses);
    for (uint32_t i = 0; i < ir->n_vars; i++)
        prep->passing[i] = uses[i].reads == 1 && uses[i].writes == 1;
    for (uint32_t b = 0; b < ir->n_blocks; b++) {
        const IrBlock *block = &ir->blocks[b];
        for (uint32_t i = block->first; i < block->first + block->n; i++) {
            const IrInsn *insn = &ir->insns[i];
            if (takes_constant(insn)) {
                VarUse *use = &uses[insn->b];
                if (use->def > block->first && use->reads == 1 && use->writes == 1)
                    prep->folded[insn->b] = &ir->insns[use->def - 1].imm;
            }
            if (insn->op == IR_CONST_I4 || insn->op == IR_CONST_I8)
                uses[insn->dst].def = i + 1;
        }
    }
}

/* -- methods ------------------------------------------------------------------- */

static void prepare_clause(Prep *prep, const IrClause *from, InterpClause *to)
{
    *to = (InterpClause){from->kind, from->type, from->handler, from->filter};
    bool catches = from->kind == IRP_CATCH || from->kind == IRP_FILTER;
    uint32_t slot = take_words(prep, catches ? 1 : sizeof(InterpExit) / 8);
    prep->parts[from->handler].slot = slot;
    if (from->kind == IRP_FILTER)
        prep->parts[from->filter].slot = slot;
}

static void prepare_parts(Prep *prep)
{
    const IrMethod *ir = prep->ir;
    prep->words = ir->frame_words;
    prep->scratch_slot = take_words(prep, 1);
    prep->parts = arena_array(prep->perm, InterpPart, ir->n_parts);
    for (uint32_t i = 0; i < ir->n_parts; i++) {
        const IrPart *from = &ir->parts[i];
        InterpPart *to = &prep->parts[i];
        to->kind = from->kind;
        to->parent = from->parent;
        if (from->kind != IRP_TRY)
            continue;
        to->n_clauses = from->n_clauses;
        to->clauses = arena_array(prep->perm, InterpClause, from->n_clauses);
        for (uint32_t k = 0; k < from->n_clauses; k++)
            prepare_clause(prep, &from->clauses[k], &to->clauses[k]);
    }
}

static void prepare_blocks(Prep *prep)
{
    const IrMethod *ir = prep->ir;
    for (uint32_t b = 0; b < ir->n_blocks; b++) {
        const IrBlock *block = &ir->blocks[b];
        prep->block = b;
        prep->starts[b] = (uint32_t)prep->insns.n;
        if (block->loop_header && !block->part && vm.mode == VM_MIXED)
            emit_raw(prep, I_LOOP, block->il)->c = block->il;
        for (uint32_t i = block->first; i < block->first + block->n; i++) {
            const PrepRow *row = &prep_rows[ir->insns[i].op];
            if (!row->function)
                log_fatal("the interpreter has no row for %s: of shared code, or new",
                          ir_names[ir->insns[i].op]);
            row->function(prep, &ir->insns[i], row->op);
        }
    }
}

static bool lacks_file(const IrMethod *ir)
{
    for (uint32_t i = 0; i < ir->n_insns; i++)
        if (ir->insns[i].op == IR_THROW_ERR && ir->insns[i].err->kind == ERR_IO)
            return true;
    return false;
}

static InterpCode *finish(Prep *prep)
{
    const IrMethod *ir = prep->ir;
    InterpCode *code = arena_new(prep->perm, InterpCode);
    size_t n = prep->insns.n;
    code->insns = arena_copy(prep->perm, prep->insns.at, n * sizeof *code->insns);
    code->il = arena_copy(prep->perm, prep->il.at, n * sizeof *code->il);
    if (ir->n_parts > 1)
        code->part_of =
            arena_copy(prep->perm, prep->part_of.at, n * sizeof *code->part_of);
    for (size_t i = 0; i < prep->branches.n; i++) {
        const BranchFix *fix = &prep->branches.at[i];
        int64_t from = fix->insn, to = prep->starts[fix->block];
        code->insns[fix->insn].imm = (to - from) * (int64_t)sizeof(InterpInsn);
    }
    for (size_t i = 0; i < prep->leaves.n; i++) {
        const BranchFix *fix = &prep->leaves.at[i];
        InterpExit *exit = code->insns[fix->insn].p;
        exit->target = &code->insns[prep->starts[fix->block]];
    }
    for (uint32_t i = 0; i < ir->n_parts; i++)
        prep->parts[i].entry = prep->starts[ir->parts[i].entry];
    bool has_result = ir->sig->ret != vm.world->known.void_;
    bool wide = has_result && ir_kind_of(ir->sig->ret) == IR_VT;
    code->ret_size = wide ? type_value_size(ir->sig->ret) : has_result ? 8 : 0;
    code->method = ir->method;
    code->n = (uint32_t)n;
    code->parts = prep->parts;
    code->n_parts = ir->n_parts;
    code->words = prep->words;
    code->lacks = lacks_file(ir);
    for (uint32_t i = 0; i < ir->n_args; i++)
        code->arg_words += var_words(&ir->vars[i]);
    return code;
}

static InterpCode *prepare(const IrMethod *ir, Arena *perm, Arena *scratch, Err *err)
{
    Prep prep = {.ir = ir, .perm = perm};
    prep.starts = arena_array(scratch, uint32_t, ir->n_blocks + 1);
    prep.folded = arena_array(scratch, int64_t *, ir->n_vars + 1);
    prep.passing = arena_array(scratch, bool, ir->n_vars + 1);
    if (!interp_handlers)
        interp_run(NULL);
    prepare_parts(&prep);
    fold_constants(&prep, scratch);
    prepare_blocks(&prep);
    InterpCode *code = finish(&prep);
    vec_free(&prep.insns);
    vec_free(&prep.il);
    vec_free(&prep.part_of);
    vec_free(&prep.branches);
    vec_free(&prep.leaves);
    *err = prep.err;
    return prep.err.kind ? NULL : code;
}

/* A frame that runs the code of a dynamic method points to it, and so keeps all. */
static InterpCode *keep_dynamic(DynamicCode *dynamic, const InterpCode *code)
{
    InterpCode *kept = gc_alloc(sizeof *kept);
    if (!kept) {
        exception_set_object(vm.out_of_memory);
        return NULL;
    }
    *kept = *code;
    dynamic->prepared = kept;
    return kept;
}

/* Once more for as long as the program has assemblies that the method needs. */
static IrMethod *import(Method *method, Arena *scratch, Err *err)
{
    IrMethod *ir = ir_import(method, scratch, err);
    while (exec_find_missing && exec_find_missing()) {
        *err = (Err)ERR_INIT;
        ir = ir_import(method, scratch, err);
    }
    return ir;
}

InterpCode *interp_code(MethodRt *rt)
{
    static Lock lock = LOCK_INIT(LOCK_PREPARE);
    static Arena perm = ARENA_INIT;
    InterpCode *code = __atomic_load_n(&rt->interp, __ATOMIC_ACQUIRE);
    if (code && !__atomic_load_n(&code->threw, __ATOMIC_RELAXED))
        return code;
    Err err = ERR_INIT;
    Arena scratch = ARENA_INIT;
    DynamicCode *dynamic = method_dynamic(rt->method);
    if (dynamic && dynamic->read && !dynamic->read(rt->method))
        return NULL;
    IrMethod *ir = import(rt->method, &scratch, &err);
    if (code && (!ir || lacks_file(ir))) { /* as before */
        arena_free(&scratch);
        return code;
    }
    if (ir) {
        ir_layout(ir);
        lock_acquire(&lock);
        code = prepare(ir, dynamic ? &dynamic->memory : &perm, &scratch, &err);
        lock_release(&lock);
    }
    arena_free(&scratch);
    if (!code) {
        exception_set_err(&err);
        return NULL;
    }
    if (dynamic && !(code = keep_dynamic(dynamic, code)))
        return NULL;
    __atomic_or_fetch(&rt->ran, RAN_INTERPRETED, __ATOMIC_RELAXED);
    __atomic_store_n(&rt->interp, code, __ATOMIC_RELEASE);
    return code;
}
