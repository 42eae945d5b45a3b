/* fpconv.h - floating point to integer, with the values of mono on amd64, and with
 * .NET's (sat).
 *
 * Truncation towards zero; what does not fit gives cvttsd2si's "integer indefinite",
 * the smallest number of the width that the instruction works in. Written so that a
 * compiler can't fold out-of-range cases to anything else. Targets below 4 bytes go
 * through I4.
 */
#ifndef COMMON_IR_FPCONV_H
#define COMMON_IR_FPCONV_H

#include <stdbool.h>
#include <stdint.h>

static inline int32_t fpconv_i4(double v)
{
    return v > -2147483649.0 && v < 2147483648.0 ? (int32_t)v : INT32_MIN;
}

static inline int64_t fpconv_i8(double v)
{
    return v >= -9223372036854775808.0 && v < 9223372036854775808.0 ? (int64_t)v
                                                                    : INT64_MIN;
}

static inline uint32_t fpconv_u4(double v)
{
    return (uint32_t)fpconv_i8(v);
}

static inline uint64_t fpconv_u8(double v)
{
    if (v < 9223372036854775808.0)
        return (uint64_t)fpconv_i8(v);
    return (uint64_t)fpconv_i8(v - 9223372036854775808.0) ^ (uint64_t)INT64_MIN;
}

/* The nearest number of the type; 0 for what is no number. */
static inline int32_t fpconv_sat_i4(double v)
{
    return v != v ? 0 : v >= 2147483648.0 ? INT32_MAX : fpconv_i4(v);
}

static inline uint32_t fpconv_sat_u4(double v)
{
    return !(v > 0) ? 0 : v >= 4294967296.0 ? UINT32_MAX : fpconv_u4(v);
}

static inline int64_t fpconv_sat_i8(double v)
{
    return v != v ? 0 : v >= 9223372036854775808.0 ? INT64_MAX : fpconv_i8(v);
}

static inline uint64_t fpconv_sat_u8(double v)
{
    return !(v > 0) ? 0 : v >= 18446744073709551616.0 ? UINT64_MAX : fpconv_u8(v);
}

/* conv.ovf: false when the truncated value does not fit (or v is not a number). */
static inline bool fpconv_i8_checked(double v, int64_t *out)
{
    if (!(v >= -9223372036854775808.0 && v < 9223372036854775808.0))
        return false;
    *out = (int64_t)v;
    return true;
}

static inline bool fpconv_u8_checked(double v, uint64_t *out)
{
    if (!(v > -1.0 && v < 18446744073709551616.0))
        return false;
    *out = fpconv_u8(v);
    return true;
}

#endif
