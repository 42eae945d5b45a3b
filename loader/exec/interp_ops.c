/* interp_ops.c - what instructions of the interpreter do that takes more than a line.
 */
#include <math.h>

#include "common/ir/fpconv.h"
#include "loader/exec/helpers_private.h"
#include "loader/exec/interp_private.h"
#include "common/ir/ir.h"
#include "loader/gc/object.h"

/* -- arrays of more dimensions ------------------------------------------------- */

static int64_t arg_value(const uint8_t *fp, const InterpArgs *args, uint32_t i)
{
    const uint8_t *at = fp + args->vars[i].var;
    return args->vars[i].wide ? *(const int64_t *)at : *(const int32_t *)at;
}

void *interp_md_address(const uint8_t *fp, const InterpInsn *insn, Array *array)
{
    const InterpArgs *args = insn->p;
    if (object_type(&array->object)->rank != args->n)
        return NULL;
    bool vector = array_is_vector(array);
    uint64_t index = 0;
    for (uint32_t i = 0; i < args->n; i++) {
        uint32_t length = vector ? array->length : (uint32_t)array_lengths(array)[i];
        int64_t lower = vector ? 0 : array_lower_bounds(array)[i];
        int64_t at = arg_value(fp, args, i) - lower;
        if ((uint64_t)at >= length)
            return NULL;
        index = index * length + (uint64_t)at;
    }
    return array_data(array) + index * insn->c;
}

Array *interp_new_md(const uint8_t *fp, const InterpArgs *args)
{
    int32_t words[64];
    if (args->n > 64)
        helper_throw_overflow();
    for (uint32_t i = 0; i < args->n; i++) {
        int64_t value = arg_value(fp, args, i);
        if (value != (int32_t)value)
            helper_throw_overflow();
        words[i] = (int32_t)value;
    }
    return helper_new_md(args->type, (int32_t)args->n, words, args->lower);
}

/* -- checked conversions ------------------------------------------------------- */

/* Smallest and largest value of the targets that fit an int64. */
static const struct {
    int64_t min, max;
} ranges[] = {
    [IRM_I1] = {INT8_MIN, INT8_MAX},   [IRM_U1] = {0, UINT8_MAX},
    [IRM_I2] = {INT16_MIN, INT16_MAX}, [IRM_U2] = {0, UINT16_MAX},
    [IRM_I4] = {INT32_MIN, INT32_MAX}, [IRM_U4] = {0, UINT32_MAX},
    [IRM_I8] = {INT64_MIN, INT64_MAX}, [IRM_U8] = {0, INT64_MAX},
};

static void store_as(uint8_t *dst, uint32_t mem, int64_t value)
{
    if (mem == IRM_I8 || mem == IRM_U8)
        *(int64_t *)dst = value;
    else
        *(int32_t *)dst = (int32_t)value;
}

void interp_conv_ovf_i(int64_t value, const InterpInsn *insn, uint8_t *dst, bool wide)
{
    bool huge = insn->imm && wide && value < 0; /* unsigned, above INT64_MAX */
    bool fits = huge ? insn->c == IRM_U8
                     : value >= ranges[insn->c].min && value <= ranges[insn->c].max;
    if (!fits)
        helper_throw_overflow();
    store_as(dst, insn->c, value);
}

void interp_conv_ovf_f(double value, const InterpInsn *insn, uint8_t *dst)
{
    int64_t integer;
    uint64_t natural;
    if (insn->c == IRM_U8) {
        if (!fpconv_u8_checked(value, &natural))
            helper_throw_overflow();
        *(uint64_t *)dst = natural;
        return;
    }
    if (!fpconv_i8_checked(value, &integer) || integer < ranges[insn->c].min ||
        integer > ranges[insn->c].max)
        helper_throw_overflow();
    store_as(dst, insn->c, integer);
}

/* -- mathematics --------------------------------------------------------------- */

typedef double Unary(double);
static Unary *const unary[IRX_COUNT] = {
    [IRX_SQRT] = sqrt,    [IRX_ABS] = fabs,  [IRX_FLOOR] = floor,
    [IRX_CEILING] = ceil, [IRX_SIN] = sin,   [IRX_COS] = cos,
    [IRX_TAN] = tan,      [IRX_ASIN] = asin, [IRX_ACOS] = acos,
    [IRX_ATAN] = atan,    [IRX_EXP] = exp,   [IRX_LOG] = log,
    [IRX_LOG10] = log10,  [IRX_SINH] = sinh, [IRX_COSH] = cosh,
    [IRX_TANH] = tanh,    [IRX_CBRT] = cbrt, [IRX_ROUND_EVEN] = rint,
};

double interp_math_f8(uint32_t math, double a, double b)
{
    if (math == IRX_ATAN2)
        return atan2(a, b);
    if (math == IRX_POW)
        return pow(a, b);
    return unary[math](a);
}

float interp_math_f4(uint32_t math, float a, float b)
{
    return (float)interp_math_f8(math, a, b);
}
