/* math.c - System.Math, System.MathF: C's functions, where compiled code does not have
 * them as operations. */
#include <math.h>
#include <stddef.h>

#include "loader/library/mono/table.h"

static double math_abs(double x)
{
    return fabs(x);
}

static float math_abs_single(float x)
{
    return fabsf(x);
}

const IcallRow icalls_math[] = {
    ICALL("Abs", "(double)", math_abs),
    ICALL("Abs", "(single)", math_abs_single),
    ICALL("Acos", NULL, acos),
    ICALL("Acosh", NULL, acosh),
    ICALL("Asin", NULL, asin),
    ICALL("Asinh", NULL, asinh),
    ICALL("Atan", NULL, atan),
    ICALL("Atan2", NULL, atan2),
    ICALL("Atanh", NULL, atanh),
    ICALL("Cbrt", NULL, cbrt),
    ICALL("Ceiling", NULL, ceil),
    ICALL("Cos", NULL, cos),
    ICALL("Cosh", NULL, cosh),
    ICALL("Exp", NULL, exp),
    ICALL("FMod", NULL, fmod),
    ICALL("Floor", NULL, floor),
    ICALL("Log", NULL, log),
    ICALL("Log10", NULL, log10),
    ICALL("ModF", NULL, modf),
    ICALL("Pow", NULL, pow),
    ICALL("Round", NULL, rint),
    ICALL("Sin", NULL, sin),
    ICALL("Sinh", NULL, sinh),
    ICALL("Sqrt", NULL, sqrt),
    ICALL("Tan", NULL, tan),
    ICALL("Tanh", NULL, tanh),
    ICALLS_END,
};

const IcallRow icalls_mathf[] = {
    ICALL("Acos", NULL, acosf),    ICALL("Acosh", NULL, acoshf),
    ICALL("Asin", NULL, asinf),    ICALL("Asinh", NULL, asinhf),
    ICALL("Atan", NULL, atanf),    ICALL("Atan2", NULL, atan2f),
    ICALL("Atanh", NULL, atanhf),  ICALL("Cbrt", NULL, cbrtf),
    ICALL("Ceiling", NULL, ceilf), ICALL("Cos", NULL, cosf),
    ICALL("Cosh", NULL, coshf),    ICALL("Exp", NULL, expf),
    ICALL("FMod", NULL, fmodf),    ICALL("Floor", NULL, floorf),
    ICALL("Log", NULL, logf),      ICALL("Log10", NULL, log10f),
    ICALL("ModF", NULL, modff),    ICALL("Pow", NULL, powf),
    ICALL("Sin", NULL, sinf),      ICALL("Sinh", NULL, sinhf),
    ICALL("Sqrt", NULL, sqrtf),    ICALL("Tan", NULL, tanf),
    ICALL("Tanh", NULL, tanhf),    ICALLS_END,
};
