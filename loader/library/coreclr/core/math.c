/* math.c - System.Math and System.MathF, which ask the C library. Most calls do not
 * come here: intrinsics.def has them. */
#include <math.h>

#include "loader/library/coreclr/table.h"

#define MATH1(name, c)                                                                 \
    static double math_##c(double x)                                                   \
    {                                                                                  \
        return c(x);                                                                   \
    }                                                                                  \
    static float mathf_##c(float x)                                                    \
    {                                                                                  \
        return c##f(x);                                                                \
    }
#define MATH2(name, c)                                                                 \
    static double math_##c(double x, double y)                                         \
    {                                                                                  \
        return c(x, y);                                                                \
    }                                                                                  \
    static float mathf_##c(float x, float y)                                           \
    {                                                                                  \
        return c##f(x, y);                                                             \
    }
#define MATH3(name, c)                                                                 \
    static double math_##c(double x, double y, double z)                               \
    {                                                                                  \
        return c(x, y, z);                                                             \
    }                                                                                  \
    static float mathf_##c(float x, float y, float z)                                  \
    {                                                                                  \
        return c##f(x, y, z);                                                          \
    }
#include "loader/library/coreclr/core/math.def"
#undef MATH1
#undef MATH2
#undef MATH3

static double math_modf(double x, double *whole)
{
    return modf(x, whole);
}

static float mathf_modf(float x, float *whole)
{
    return modff(x, whole);
}

static void math_sincos(double x, double *sine, double *cosine)
{
    sincos(x, sine, cosine);
}

static void mathf_sincos(float x, float *sine, float *cosine)
{
    sincosf(x, sine, cosine);
}

const FcallRow fcalls_math[] = {
#define MATH1(name, c) FCALL(#name, NULL, math_##c),
#define MATH2 MATH1
#define MATH3 MATH1
#include "loader/library/coreclr/core/math.def"
#undef MATH1
    FCALL("ModF", NULL, math_modf),
    FCALL("SinCos", NULL, math_sincos),
    FCALLS_END,
};

const FcallRow fcalls_mathf[] = {
#define MATH1(name, c) FCALL(#name, NULL, mathf_##c),
#include "loader/library/coreclr/core/math.def"
#undef MATH1
#undef MATH2
#undef MATH3
    FCALL("ModF", NULL, mathf_modf),
    FCALL("SinCos", NULL, mathf_sincos),
    FCALLS_END,
};
