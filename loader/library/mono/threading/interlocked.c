/* interlocked.c - System.Threading.Interlocked, System.Threading.Volatile.
 *
 * Compiled code has these as IR operations; the functions serve calls through delegates
 * and reflection, and overloads without an operation. All are sequentially consistent.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "loader/library/mono/table.h"
#include "loader/gc/barrier.h"
#include "loader/vm/exception.h"

#define SEQ __ATOMIC_SEQ_CST
#define CHECK(at)                                                                      \
    if (!exception_check_address(at))                                                  \
    return 0

#define INTERLOCKED(name, T)                                                           \
    static T cas_##name(T *at, T value, T expected)                                    \
    {                                                                                  \
        CHECK(at);                                                                     \
        __atomic_compare_exchange_n(at, &expected, value, false, SEQ, SEQ);            \
        return expected;                                                               \
    }                                                                                  \
    static T swap_##name(T *at, T value)                                               \
    {                                                                                  \
        CHECK(at);                                                                     \
        return __atomic_exchange_n(at, value, SEQ);                                    \
    }                                                                                  \
    static T add_##name(T *at, T value)                                                \
    {                                                                                  \
        CHECK(at);                                                                     \
        return __atomic_add_fetch(at, value, SEQ);                                     \
    }                                                                                  \
    static T increment_##name(T *at)                                                   \
    {                                                                                  \
        CHECK(at);                                                                     \
        return __atomic_add_fetch(at, 1, SEQ);                                         \
    }                                                                                  \
    static T decrement_##name(T *at)                                                   \
    {                                                                                  \
        CHECK(at);                                                                     \
        return __atomic_sub_fetch(at, 1, SEQ);                                         \
    }

INTERLOCKED(i4, int32_t)
INTERLOCKED(i8, int64_t)

#define INTERLOCKED_FLOAT(name, T, bits, U)                                            \
    static T cas_##name(U *at, T value, T expected)                                    \
    {                                                                                  \
        U v, e;                                                                        \
        memcpy(&v, &value, sizeof v);                                                  \
        memcpy(&e, &expected, sizeof e);                                               \
        e = cas_##bits(at, v, e);                                                      \
        memcpy(&value, &e, sizeof e);                                                  \
        return value;                                                                  \
    }                                                                                  \
    static T swap_##name(U *at, T value)                                               \
    {                                                                                  \
        U v;                                                                           \
        memcpy(&v, &value, sizeof v);                                                  \
        v = swap_##bits(at, v);                                                        \
        memcpy(&value, &v, sizeof v);                                                  \
        return value;                                                                  \
    }

INTERLOCKED_FLOAT(r4, float, i4, int32_t)
INTERLOCKED_FLOAT(r8, double, i8, int64_t)

static int32_t cas_i4_success(int32_t *at, int32_t value, int32_t expected, uint8_t *ok)
{
    CHECK(at);
    CHECK(ok);
    *ok = __atomic_compare_exchange_n(at, &expected, value, false, SEQ, SEQ);
    return expected;
}

static void cas_object(Object **at, Object **value, Object **expected, Object **result)
{
    if (!exception_check_address(at))
        return;
    Object *old = *expected;
    gc_writes(at);
    __atomic_compare_exchange_n(at, &old, *value, false, SEQ, SEQ);
    gc_store(result, old);
}

static void swap_object(Object **at, Object **value, Object **result)
{
    if (!exception_check_address(at))
        return;
    gc_writes(at);
    Object *old = __atomic_exchange_n(at, *value, SEQ);
    gc_store(result, old);
}

static int64_t read_i8(int64_t *at)
{
    CHECK(at);
    return __atomic_load_n(at, SEQ);
}

static void process_wide_barrier(void)
{
    __atomic_thread_fence(SEQ);
}

static double read_r8(double *at)
{
    double value;
    CHECK(at);
    __atomic_load(at, &value, __ATOMIC_ACQUIRE);
    return value;
}

static void write_i8(int64_t *at, int64_t value)
{
    if (exception_check_address(at))
        __atomic_store_n(at, value, __ATOMIC_RELEASE);
}

static void write_r8(double *at, double value)
{
    if (exception_check_address(at))
        __atomic_store(at, &value, __ATOMIC_RELEASE);
}

const IcallRow icalls_interlocked[] = {
    ICALL("CompareExchange", "(int&,int,int)", cas_i4),
    ICALL("CompareExchange", "(int&,int,int,bool&)", cas_i4_success),
    ICALL("CompareExchange", "(long&,long,long)", cas_i8),
    ICALL("CompareExchange", "(intptr&,intptr,intptr)", cas_i8),
    ICALL("CompareExchange", "(single&,single,single)", cas_r4),
    ICALL("CompareExchange", "(double&,double,double)", cas_r8),
    ICALL("CompareExchange", "(object&,object&,object&,object&)", cas_object),
    ICALL("Exchange", "(int&,int)", swap_i4),
    ICALL("Exchange", "(long&,long)", swap_i8),
    ICALL("Exchange", "(intptr&,intptr)", swap_i8),
    ICALL("Exchange", "(single&,single)", swap_r4),
    ICALL("Exchange", "(double&,double)", swap_r8),
    ICALL("Exchange", "(object&,object&,object&)", swap_object),
    ICALL("Add", "(int&,int)", add_i4),
    ICALL("Add", "(long&,long)", add_i8),
    ICALL("Increment", "(int&)", increment_i4),
    ICALL("Increment", "(long&)", increment_i8),
    ICALL("Decrement", "(int&)", decrement_i4),
    ICALL("Decrement", "(long&)", decrement_i8),
    ICALL("Read", NULL, read_i8),
    ICALL("MemoryBarrierProcessWide", NULL, process_wide_barrier),
    ICALLS_END,
};

const IcallRow icalls_volatile[] = {
    ICALL("Read", "(double&)", read_r8),
    ICALL("Read", NULL, read_i8),
    ICALL("Write", "(double&,double)", write_r8),
    ICALL("Write", NULL, write_i8),
    ICALLS_END,
};
