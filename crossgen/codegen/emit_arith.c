/* emit_arith.c - arithmetic, shifts and comparison. Integers wrap (-fwrapv). */
#include "crossgen/codegen/emit.h"

#include <stdint.h>

static JitType *emit_type_of_letter(Cg *cg, char letter)
{
    return letter == 'i'   ? cg->i4
           : letter == 'f' ? cg->f4
           : letter == 'd' ? cg->f8
                           : cg->i8;
}

JitType *emit_type(Fn *fn, const IrInsn *insn)
{
    return emit_type_of_letter(fn->cg, ir_operands[insn->op][1]);
}

JitType *emit_type_un(Fn *fn, const IrInsn *insn)
{
    return emit_type(fn, insn) == fn->cg->i4 ? fn->cg->u4 : fn->cg->u8;
}

static bool emit_var_is_pointer(Fn *fn, uint32_t var)
{
    IrKind kind = fn->body->ir->vars[var].kind;
    return kind == IR_REF || kind == IR_BYREF;
}

void emit_binary(Fn *fn, const IrInsn *insn, int arg)
{
    JitValue *a = fn_get(fn, insn->a), *b = fn_get(fn, insn->b);
    if ((insn->op == IR_ADD_I8 || insn->op == IR_SUB_I8) &&
        emit_var_is_pointer(fn, insn->a) && !emit_var_is_pointer(fn, insn->b)) {
        JitType *type = fn->cg->i8;
        JitValue *offset = val_cast(fn, b, type);
        if (insn->op == IR_SUB_I8)
            offset = gcc_jit_context_new_unary_op(fn->cg->jit, fn->loc,
                                                  GCC_JIT_UNARY_OP_MINUS, type, offset);
        JitPlace *at =
            gcc_jit_context_new_array_access(fn->cg->jit, fn->loc, a, offset);
        fn_set(fn, insn->dst, gcc_jit_lvalue_get_address(at, fn->loc));
        return;
    }
    fn_set(fn, insn->dst,
           val_binary(fn, (enum gcc_jit_binary_op)arg, emit_type(fn, insn), a, b));
}

static void emit_check_zero(Fn *fn, JitValue *divisor, JitType *type)
{
    fn_check(fn,
             val_compare(fn, GCC_JIT_COMPARISON_EQ, divisor,
                         gcc_jit_context_zero(fn->cg->jit, type)),
             HELPER_throw_div_zero);
}

void emit_divide(Fn *fn, const IrInsn *insn, int arg)
{
    JitType *type = emit_type(fn, insn);
    JitValue *a = fn_keep(fn, type, fn_get(fn, insn->a));
    JitValue *b = fn_keep(fn, type, fn_get(fn, insn->b));
    emit_check_zero(fn, b, type);
    int64_t least = type == fn->cg->i4 ? INT32_MIN : INT64_MIN;
    JitValue *minus =
        val_compare(fn, GCC_JIT_COMPARISON_EQ, b, val_int(fn->cg, type, -1));
    JitValue *min =
        val_compare(fn, GCC_JIT_COMPARISON_EQ, a, val_int(fn->cg, type, least));
    fn_check(fn,
             val_binary(fn, GCC_JIT_BINARY_OP_LOGICAL_AND, fn->cg->boolean, minus, min),
             HELPER_throw_overflow);
    fn_set(fn, insn->dst, val_binary(fn, (enum gcc_jit_binary_op)arg, type, a, b));
}

void emit_divide_un(Fn *fn, const IrInsn *insn, int arg)
{
    JitType *type = emit_type_un(fn, insn);
    JitValue *a =
        fn_keep(fn, type, val_cast(fn, fn_get(fn, insn->a), emit_type(fn, insn)));
    JitValue *b =
        fn_keep(fn, type, val_cast(fn, fn_get(fn, insn->b), emit_type(fn, insn)));
    emit_check_zero(fn, b, type);
    fn_set(fn, insn->dst, val_binary(fn, (enum gcc_jit_binary_op)arg, type, a, b));
}

void emit_fmod(Fn *fn, const IrInsn *insn, int arg)
{
    JitValue *args[2] = {fn_get(fn, insn->a), fn_get(fn, insn->b)};
    fn_set(fn, insn->dst, helper_call(fn, (HelperId)arg, 2, args));
}

static JitValue *emit_count(Fn *fn, const IrInsn *insn, JitType *type)
{
    JitValue *mask = val_int(fn->cg, fn->cg->i4, type == fn->cg->i4 ? 31 : 63);
    return val_binary(fn, GCC_JIT_BINARY_OP_BITWISE_AND, fn->cg->i4,
                      fn_get(fn, insn->b), mask);
}

void emit_shift(Fn *fn, const IrInsn *insn, int arg)
{
    JitType *type = emit_type(fn, insn);
    fn_set(fn, insn->dst,
           val_binary(fn, (enum gcc_jit_binary_op)arg, type, fn_get(fn, insn->a),
                      emit_count(fn, insn, type)));
}

void emit_shift_un(Fn *fn, const IrInsn *insn, int arg)
{
    JitType *type = emit_type(fn, insn), *un = emit_type_un(fn, insn);
    JitValue *a = val_cast(fn, val_cast(fn, fn_get(fn, insn->a), type), un);
    fn_set(
        fn, insn->dst,
        val_binary(fn, (enum gcc_jit_binary_op)arg, un, a, emit_count(fn, insn, type)));
}

void emit_overflow(Fn *fn, const IrInsn *insn, int arg)
{
    static const char *const names[] = {
        [OVF_SADD] = "__builtin_sadd_overflow",
        [OVF_SADDL] = "__builtin_saddl_overflow",
        [OVF_UADD] = "__builtin_uadd_overflow",
        [OVF_UADDL] = "__builtin_uaddl_overflow",
        [OVF_SSUB] = "__builtin_ssub_overflow",
        [OVF_SSUBL] = "__builtin_ssubl_overflow",
        [OVF_USUB] = "__builtin_usub_overflow",
        [OVF_USUBL] = "__builtin_usubl_overflow",
        [OVF_SMUL] = "__builtin_smul_overflow",
        [OVF_SMULL] = "__builtin_smull_overflow",
        [OVF_UMUL] = "__builtin_umul_overflow",
        [OVF_UMULL] = "__builtin_umull_overflow",
    };
    JitType *type = emit_type(fn, insn);
    JitPlace *result = fn_local(fn, type, "result");
    JitValue *args[3] = {val_cast(fn, fn_get(fn, insn->a), type),
                         val_cast(fn, fn_get(fn, insn->b), type),
                         gcc_jit_lvalue_get_address(result, fn->loc)};
    JitValue *failed =
        fn_keep(fn, fn->cg->boolean, val_builtin(fn, names[arg], 3, args));
    fn_check(fn, failed, HELPER_throw_overflow);
    fn_set(fn, insn->dst, gcc_jit_lvalue_as_rvalue(result));
}

void emit_unary(Fn *fn, const IrInsn *insn, int arg)
{
    JitType *type = emit_type(fn, insn);
    fn_set(fn, insn->dst,
           gcc_jit_context_new_unary_op(fn->cg->jit, fn->loc,
                                        (enum gcc_jit_unary_op)arg, type,
                                        val_cast(fn, fn_get(fn, insn->a), type)));
}

static const struct {
    enum gcc_jit_comparison op;
    bool un;
} emit_conditions[] = {
    [IRC_EQ] = {GCC_JIT_COMPARISON_EQ, false},
    [IRC_NE] = {GCC_JIT_COMPARISON_NE, false},
    [IRC_LT] = {GCC_JIT_COMPARISON_LT, false},
    [IRC_LE] = {GCC_JIT_COMPARISON_LE, false},
    [IRC_GT] = {GCC_JIT_COMPARISON_GT, false},
    [IRC_GE] = {GCC_JIT_COMPARISON_GE, false},
    [IRC_LT_UN] = {GCC_JIT_COMPARISON_LT, true},
    [IRC_LE_UN] = {GCC_JIT_COMPARISON_LE, true},
    [IRC_GT_UN] = {GCC_JIT_COMPARISON_GT, true},
    [IRC_GE_UN] = {GCC_JIT_COMPARISON_GE, true},
};

static enum gcc_jit_comparison emit_opposite(enum gcc_jit_comparison op)
{
    switch (op) {
    case GCC_JIT_COMPARISON_LT:
        return GCC_JIT_COMPARISON_GE;
    case GCC_JIT_COMPARISON_LE:
        return GCC_JIT_COMPARISON_GT;
    case GCC_JIT_COMPARISON_GT:
        return GCC_JIT_COMPARISON_LE;
    default:
        return GCC_JIT_COMPARISON_LT;
    }
}

JitValue *emit_condition(Fn *fn, const IrInsn *insn)
{
    Cg *cg = fn->cg;
    JitType *type = emit_type(fn, insn);
    enum gcc_jit_comparison op = emit_conditions[insn->mk].op;
    bool un = emit_conditions[insn->mk].un,
         equal = op == GCC_JIT_COMPARISON_EQ || op == GCC_JIT_COMPARISON_NE;
    if ((un || equal) &&
        (emit_var_is_pointer(fn, insn->a) || emit_var_is_pointer(fn, insn->b)))
        return val_compare(fn, op, fn_ptr(fn, insn->a), fn_ptr(fn, insn->b));
    JitValue *a = val_cast(fn, fn_get(fn, insn->a), type);
    JitValue *b = val_cast(fn, fn_get(fn, insn->b), type);
    if (type == cg->f4 || type == cg->f8) { /* a < b or unordered is not a >= b */
        if (!un)
            return val_compare(fn, op, a, b);
        return gcc_jit_context_new_unary_op(
            cg->jit, fn->loc, GCC_JIT_UNARY_OP_LOGICAL_NEGATE, cg->boolean,
            val_compare(fn, emit_opposite(op), a, b));
    }
    if (un) {
        JitType *wide = emit_type_un(fn, insn);
        a = val_cast(fn, a, wide), b = val_cast(fn, b, wide);
    }
    return val_compare(fn, op, a, b);
}

void emit_compare(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    fn_set(fn, insn->dst, emit_condition(fn, insn));
}
