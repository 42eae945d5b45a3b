/* emit_conv.c - conversions and mathematics.
 *
 * Floating point to integer is one cvttsd2si, written as assembly so that GCC can't
 * fold it: what does not fit becomes the smallest integer, as common/ir/fpconv.h has
 * it.
 */
#include "crossgen/codegen/emit.h"

#include <float.h>
#include <stdint.h>
#include <string.h>

void emit_conv(Fn *fn, const IrInsn *insn, int arg)
{
    Cg *cg = fn->cg;
    JitType *targets[] = {
        [CONV_TO_I1] = cg->i1,   [CONV_TO_U1] = cg->u1, [CONV_TO_I2] = cg->i2,
        [CONV_TO_U2] = cg->u2,   [CONV_TO_I4] = cg->i4, [CONV_TO_I8] = cg->i8,
        [CONV_TO_F4] = cg->f4,   [CONV_TO_F8] = cg->f8, [CONV_FROM_U4] = cg->u4,
        [CONV_FROM_U8] = cg->u8,
    };
    fn_set(fn, insn->dst, val_cast(fn, fn_get(fn, insn->a), targets[arg]));
}

static JitValue *conv_truncate(Fn *fn, JitValue *value, JitType *type)
{
    bool vex = strcmp(fn->cg->options->isa, "x86-64-v3") >= 0;
    JitPlace *result = fn_local(fn, type, "integer");
    gcc_jit_extended_asm *code = gcc_jit_block_add_extended_asm(
        fn->block, fn->loc,
        vex ? "vcvttsd2si\t{%1, %0|%0, %1}" : "cvttsd2si\t{%1, %0|%0, %1}");
    gcc_jit_extended_asm_add_output_operand(code, NULL, "=r", result);
    gcc_jit_extended_asm_add_input_operand(code, NULL, "x", value);
    return gcc_jit_lvalue_as_rvalue(result);
}

/* Unsigned 64 bits: numbers from 2^63 on are shifted down and back. */
static JitValue *conv_truncate_u8(Fn *fn, JitValue *value)
{
    Cg *cg = fn->cg;
    JitValue *half = val_float(cg, cg->f8, 9223372036854775808.0);
    JitBlock *low = fn_block(fn, "low"), *high = fn_block(fn, "high");
    JitBlock *done = fn_block(fn, "done");
    JitPlace *result = fn_local(fn, cg->i8, "unsigned");
    fn_branch(fn, val_compare(fn, GCC_JIT_COMPARISON_LT, value, half), low, high);
    fn_begin(fn, low);
    fn_assign(fn, result, conv_truncate(fn, value, cg->i8));
    fn_jump(fn, done);
    fn_begin(fn, high);
    JitValue *less = fn_keep(
        fn, cg->f8, val_binary(fn, GCC_JIT_BINARY_OP_MINUS, cg->f8, value, half));
    fn_assign(fn, result,
              val_binary(fn, GCC_JIT_BINARY_OP_BITWISE_XOR, cg->i8,
                         conv_truncate(fn, less, cg->i8),
                         val_int(cg, cg->i8, INT64_MIN)));
    fn_jump(fn, done);
    fn_begin(fn, done);
    return gcc_jit_lvalue_as_rvalue(result);
}

static JitValue *conv_truncate_to(Fn *fn, JitValue *value, IrMem mem)
{
    if (mem == IRM_U8)
        return conv_truncate_u8(fn, value);
    return conv_truncate(fn, value, mem == IRM_I4 ? fn->cg->i4 : fn->cg->i8);
}

void emit_conv_truncate(Fn *fn, const IrInsn *insn, int arg)
{
    fn_set(fn, insn->dst, conv_truncate_to(fn, fn_get(fn, insn->a), (IrMem)arg));
}

/* All bits set if it holds, none if not. */
static JitValue *conv_mask(Fn *fn, JitType *type, enum gcc_jit_comparison op,
                           JitValue *value, JitValue *limit)
{
    return gcc_jit_context_new_unary_op(
        fn->cg->jit, fn->loc, GCC_JIT_UNARY_OP_MINUS, type,
        val_cast(fn, val_compare(fn, op, value, limit), type));
}

/* What is truncated to the smallest number since it is too large becomes the largest,
 * and 0 if it is no number; what is not above zero is 0 of an unsigned type. */
void emit_conv_saturate(Fn *fn, const IrInsn *insn, int arg)
{
    static const double tops[] = {[IRM_I4] = 2147483648.0,
                                  [IRM_U4] = 4294967296.0,
                                  [IRM_I8] = 9223372036854775808.0,
                                  [IRM_U8] = 18446744073709551616.0};
    Cg *cg = fn->cg;
    bool is_signed = arg == IRM_I4 || arg == IRM_I8;
    JitType *type = arg == IRM_I4 ? cg->i4 : cg->i8;
    JitValue *value = fn_keep(fn, cg->f8, fn_get(fn, insn->a));
    JitValue *result = fn_keep(fn, type, conv_truncate_to(fn, value, (IrMem)arg));
    JitValue *is_large = conv_mask(fn, type, GCC_JIT_COMPARISON_GE, value,
                                   val_float(cg, cg->f8, tops[arg]));
    JitValue *counts = is_signed
                           ? conv_mask(fn, type, GCC_JIT_COMPARISON_EQ, value, value)
                           : conv_mask(fn, type, GCC_JIT_COMPARISON_GT, value,
                                       val_float(cg, cg->f8, 0.0));
    if (is_signed)
        result = val_binary(fn, GCC_JIT_BINARY_OP_BITWISE_XOR, type, result, is_large);
    result = val_binary(fn, GCC_JIT_BINARY_OP_BITWISE_AND, type, result, counts);
    if (!is_signed)
        result = val_binary(fn, GCC_JIT_BINARY_OP_BITWISE_OR, type, result, is_large);
    fn_set(fn, insn->dst, result);
}

static const struct {
    int64_t least, most;
} conv_ranges[] = {
    [IRM_I1] = {INT8_MIN, INT8_MAX},   [IRM_U1] = {0, UINT8_MAX},
    [IRM_I2] = {INT16_MIN, INT16_MAX}, [IRM_U2] = {0, UINT16_MAX},
    [IRM_I4] = {INT32_MIN, INT32_MAX}, [IRM_U4] = {0, UINT32_MAX},
};

/* Raises Overflow unless an i8 lies in the range of a type below 8 bytes. */
static void conv_check_range(Fn *fn, JitValue *value, IrMem mem, bool is_unsigned)
{
    Cg *cg = fn->cg;
    if (is_unsigned || conv_ranges[mem].least == 0) {
        JitValue *most = val_int(cg, cg->u8, conv_ranges[mem].most);
        fn_check(
            fn,
            val_compare(fn, GCC_JIT_COMPARISON_GT, val_cast(fn, value, cg->u8), most),
            HELPER_throw_overflow);
        return;
    }
    JitValue *low = val_compare(fn, GCC_JIT_COMPARISON_LT, value,
                                val_int(cg, cg->i8, conv_ranges[mem].least));
    JitValue *high = val_compare(fn, GCC_JIT_COMPARISON_GT, value,
                                 val_int(cg, cg->i8, conv_ranges[mem].most));
    fn_check(fn, val_binary(fn, GCC_JIT_BINARY_OP_LOGICAL_OR, cg->boolean, low, high),
             HELPER_throw_overflow);
}

void emit_conv_ovf(Fn *fn, const IrInsn *insn, int arg)
{
    Cg *cg = fn->cg;
    bool from_un = (insn->flags & IRF_UN) != 0, wide = arg != 0;
    JitValue *a = val_cast(fn, fn_get(fn, insn->a), wide ? cg->i8 : cg->i4);
    if (!wide && from_un)
        a = val_cast(fn, a, cg->u4);
    JitValue *value = fn_keep(fn, cg->i8, a);
    IrMem mem = (IrMem)insn->mk;
    if (mem == IRM_I8 || mem == IRM_U8) { /* one is signed, the other not */
        if (from_un ? mem == IRM_I8 && wide : mem == IRM_U8)
            fn_check(
                fn,
                val_compare(fn, GCC_JIT_COMPARISON_LT, value, val_int(cg, cg->i8, 0)),
                HELPER_throw_overflow);
    } else {
        conv_check_range(fn, value, mem, from_un && wide);
    }
    fn_set(fn, insn->dst, value);
}

static void conv_check_float(Fn *fn, JitValue *value, enum gcc_jit_comparison above,
                             double least, double past)
{
    Cg *cg = fn->cg;
    JitValue *low = val_compare(fn, above, value, val_float(cg, cg->f8, least));
    JitValue *high =
        val_compare(fn, GCC_JIT_COMPARISON_LT, value, val_float(cg, cg->f8, past));
    JitValue *fits =
        val_binary(fn, GCC_JIT_BINARY_OP_LOGICAL_AND, cg->boolean, low, high);
    fn_check(fn,
             gcc_jit_context_new_unary_op(
                 cg->jit, fn->loc, GCC_JIT_UNARY_OP_LOGICAL_NEGATE, cg->boolean, fits),
             HELPER_throw_overflow);
}

void emit_conv_ovf_f8(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *value = fn_get(fn, insn->a);
    IrMem mem = (IrMem)insn->mk;
    if (mem == IRM_U8) {
        conv_check_float(fn, value, GCC_JIT_COMPARISON_GT, -1.0,
                         18446744073709551616.0);
        fn_set(fn, insn->dst, conv_truncate_u8(fn, value));
        return;
    }
    conv_check_float(fn, value, GCC_JIT_COMPARISON_GE, -9223372036854775808.0,
                     9223372036854775808.0);
    JitValue *integer = conv_truncate(fn, value, fn->cg->i8);
    if (mem != IRM_I8)
        conv_check_range(fn, integer, mem, false);
    fn_set(fn, insn->dst, integer);
}

void emit_ckfinite(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    JitValue *a = fn_get(fn, insn->a);
    JitValue *size = fn_keep(fn, cg->f8, val_builtin(fn, "__builtin_fabs", 1, &a));
    JitValue *finite =
        val_compare(fn, GCC_JIT_COMPARISON_LE, size, val_float(cg, cg->f8, DBL_MAX));
    fn_check(fn,
             gcc_jit_context_new_unary_op(cg->jit, fn->loc,
                                          GCC_JIT_UNARY_OP_LOGICAL_NEGATE, cg->boolean,
                                          finite),
             HELPER_throw_overflow);
    fn_set(fn, insn->dst, fn_get(fn, insn->a));
}

/* The functions that are one instruction are GCC's; the others are called by their
 * cells, so that GCC neither folds them with its own values nor makes others of them.
 */
static const struct {
    const char *builtin;
    HelperId helper;
} math_rows[IRX_COUNT] = {
    [IRX_SQRT] = {"__builtin_sqrt", 0},       [IRX_ABS] = {"__builtin_fabs", 0},
    [IRX_FLOOR] = {"__builtin_floor", 0},     [IRX_CEILING] = {"__builtin_ceil", 0},
    [IRX_ROUND_EVEN] = {"__builtin_rint", 0}, [IRX_SIN] = {NULL, HELPER_sin},
    [IRX_COS] = {NULL, HELPER_cos},           [IRX_TAN] = {NULL, HELPER_tan},
    [IRX_ASIN] = {NULL, HELPER_asin},         [IRX_ACOS] = {NULL, HELPER_acos},
    [IRX_ATAN] = {NULL, HELPER_atan},         [IRX_ATAN2] = {NULL, HELPER_atan2},
    [IRX_POW] = {NULL, HELPER_pow},           [IRX_EXP] = {NULL, HELPER_exp},
    [IRX_LOG] = {NULL, HELPER_log},           [IRX_LOG10] = {NULL, HELPER_log10},
    [IRX_SINH] = {NULL, HELPER_sinh},         [IRX_COSH] = {NULL, HELPER_cosh},
    [IRX_TANH] = {NULL, HELPER_tanh},         [IRX_CBRT] = {NULL, HELPER_cbrt},
};

void emit_math(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *args[2];
    unsigned n = 0;
    args[n++] = val_cast(fn, fn_get(fn, insn->a), fn->cg->f8);
    if (insn->b != IR_NONE)
        args[n++] = val_cast(fn, fn_get(fn, insn->b), fn->cg->f8);
    const char *builtin = math_rows[insn->mk].builtin;
    fn_set(fn, insn->dst,
           builtin ? val_builtin(fn, builtin, n, args)
                   : helper_call(fn, math_rows[insn->mk].helper, n, args));
}

/* One instruction where the processor has it. */
void emit_fma(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    bool single = fn->body->ir->vars[insn->dst].kind == IR_F4;
    bool has = strcmp(fn->cg->options->isa, "x86-64-v3") >= 0;
    JitValue *args[3] = {fn_get(fn, insn->a), fn_get(fn, insn->b), fn_get(fn, insn->c)};
    fn_set(fn, insn->dst,
           has ? val_builtin(fn, single ? "__builtin_fmaf" : "__builtin_fma", 3, args)
               : helper_call(fn, single ? HELPER_fmaf : HELPER_fma, 3, args));
}
