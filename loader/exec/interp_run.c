/* interp_run.c - the interpreter's loop. */
#include <math.h>
#include <stdatomic.h>
#include <string.h>

#include "common/ir/fpconv.h"
#include "loader/exec/helpers_private.h"
#include "loader/exec/interp_private.h"
#include "loader/exec/tail_private.h"
#include "loader/exec/eh.h"
#include "loader/exec/jit.h"
#include "loader/exec/method_private.h"
#include "common/ir/import.h"
#include "common/ir/ir.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"
#include "loader/vm/thread.h"
#include "loader/vm/typert.h"

const void *const *interp_handlers;

#define I4(x) (*(int32_t *)(fp + (x)))
#define U4(x) (*(uint32_t *)(fp + (x)))
#define I8(x) (*(int64_t *)(fp + (x)))
#define U8(x) (*(uint64_t *)(fp + (x)))
#define F4(x) (*(float *)(fp + (x)))
#define F8(x) (*(double *)(fp + (x)))
#define P(x) (*(char **)(fp + (x)))
#define OBJ(x) (*(Object **)(fp + (x)))

#define DISPATCH() goto * ip->handler
#define NEXT()                                                                         \
    do {                                                                               \
        ip++;                                                                          \
        DISPATCH();                                                                    \
    } while (0)
#define OP(name) L_##name:
#define SAVE() frame->ip = ip

/* An operation whose result is an expression. */
#define SIMPLE(name, place, value)                                                     \
    OP(name)                                                                           \
    {                                                                                  \
        place(ip->dst) = (value);                                                      \
        NEXT();                                                                        \
    }
#define INT_OP(name, op)                                                               \
    SIMPLE(name##_I4, I4, I4(ip->a) op I4(ip->b))                                      \
    SIMPLE(name##_I4K, I4, I4(ip->a) op(int32_t) ip->imm)                              \
    SIMPLE(name##_I8, I8, I8(ip->a) op I8(ip->b))                                      \
    SIMPLE(name##_I8K, I8, I8(ip->a) op ip->imm)
#define SHIFT_OP(name, op, four, eight)                                                \
    SIMPLE(name##_I4, four, four(ip->a) op(I4(ip->b) & 31))                            \
    SIMPLE(name##_I4K, four, four(ip->a) op(ip->imm & 31))                             \
    SIMPLE(name##_I8, eight, eight(ip->a) op(I4(ip->b) & 63))                          \
    SIMPLE(name##_I8K, eight, eight(ip->a) op(ip->imm & 63))
#define FLOAT_OP(name, op)                                                             \
    SIMPLE(name##_F4, F4, F4(ip->a) op F4(ip->b))                                      \
    SIMPLE(name##_F8, F8, F8(ip->a) op F8(ip->b))
#define DIV_OP(name, place, op)                                                        \
    OP(name)                                                                           \
    {                                                                                  \
        if (!place(ip->b))                                                             \
            goto throw_div_zero;                                                       \
        place(ip->dst) = place(ip->a) op place(ip->b);                                 \
        NEXT();                                                                        \
    }
#define SIGNED_DIV_OP(name, place, op, min)                                            \
    OP(name)                                                                           \
    {                                                                                  \
        if (!place(ip->b))                                                             \
            goto throw_div_zero;                                                       \
        if (place(ip->b) == -1 && place(ip->a) == min)                                 \
            goto throw_overflow;                                                       \
        place(ip->dst) = place(ip->a) op place(ip->b);                                 \
        NEXT();                                                                        \
    }
#define OVF_OP(name, place, builtin)                                                   \
    OP(name) /* the result's variable keeps its value when this throws */              \
    {                                                                                  \
        __typeof__(place(ip->a)) value;                                                \
        if (builtin(place(ip->a), place(ip->b), &value))                               \
            goto throw_overflow;                                                       \
        place(ip->dst) = value;                                                        \
        NEXT();                                                                        \
    }
#define OVF_OPS(name, builtin)                                                         \
    OVF_OP(name##_OVF_I4, I4, builtin)                                                 \
    OVF_OP(name##_OVF_I8, I8, builtin)                                                 \
    OVF_OP(name##_OVF_UN_I4, U4, builtin)                                              \
    OVF_OP(name##_OVF_UN_I8, U8, builtin)

/* All conditions, for integers and floats: not-less is greater, equal or unordered. */
#define INT_CONDS(X, name, s, u)                                                       \
    X(name##_EQ, s(ip->a) == s(ip->b))                                                 \
    X(name##_NE, s(ip->a) != s(ip->b))                                                 \
    X(name##_LT, s(ip->a) < s(ip->b))                                                  \
    X(name##_LE, s(ip->a) <= s(ip->b))                                                 \
    X(name##_GT, s(ip->a) > s(ip->b))                                                  \
    X(name##_GE, s(ip->a) >= s(ip->b))                                                 \
    X(name##_LT_UN, u(ip->a) < u(ip->b))                                               \
    X(name##_LE_UN, u(ip->a) <= u(ip->b))                                              \
    X(name##_GT_UN, u(ip->a) > u(ip->b))                                               \
    X(name##_GE_UN, u(ip->a) >= u(ip->b))
#define FLOAT_CONDS(X, name, f)                                                        \
    X(name##_EQ, f(ip->a) == f(ip->b))                                                 \
    X(name##_NE, !(f(ip->a) == f(ip->b)))                                              \
    X(name##_LT, f(ip->a) < f(ip->b))                                                  \
    X(name##_LE, f(ip->a) <= f(ip->b))                                                 \
    X(name##_GT, f(ip->a) > f(ip->b))                                                  \
    X(name##_GE, f(ip->a) >= f(ip->b))                                                 \
    X(name##_LT_UN, !(f(ip->a) >= f(ip->b)))                                           \
    X(name##_LE_UN, !(f(ip->a) > f(ip->b)))                                            \
    X(name##_GT_UN, !(f(ip->a) <= f(ip->b)))                                           \
    X(name##_GE_UN, !(f(ip->a) < f(ip->b)))
#define CMP_OP(name, condition) SIMPLE(CMP_##name, I4, (condition))
#define JUMP() ip = (const InterpInsn *)((const char *)ip + ip->imm)
#define BR_OP(name, condition)                                                         \
    OP(BR_##name)                                                                      \
    {                                                                                  \
        if (condition) {                                                               \
            JUMP();                                                                    \
            DISPATCH();                                                                \
        }                                                                              \
        NEXT();                                                                        \
    }
#define K4(x) ((int32_t)(x))
#define KU4(x) (x)
#define BR_K(cond, value, constant, op)                                                \
    BR_OP(I4K_##cond, value(ip->a) op constant(ip->b))

#define IS_NO_ADDRESS(address) ((uintptr_t)(address) < LEAST_ADDRESS)
#define CHECK_ADDRESS(address)                                                         \
    if (IS_NO_ADDRESS(address))                                                        \
    goto throw_null

#define MEMORY_OP(name, action)                                                        \
    OP(name)                                                                           \
    {                                                                                  \
        CHECK_ADDRESS(P(ip->a));                                                       \
        action;                                                                        \
        NEXT();                                                                        \
    }
#define LD_OP(name, type, place)                                                       \
    MEMORY_OP(LD_##name, type value; memcpy(&value, P(ip->a) + ip->imm, sizeof value); \
              place(ip->dst) = value)
/* Eight bytes may be a reference. */
#define WRITES(at, size)                                                               \
    if ((size) == sizeof(Object *))                                                    \
    gc_writes(at)
#define ST_OP(name, type, place)                                                       \
    MEMORY_OP(ST_##name, type value = (type)place(ip->b);                              \
              WRITES(P(ip->a) + ip->imm, sizeof value);                                \
              memcpy(P(ip->a) + ip->imm, &value, sizeof value))

#define ELEMENT_CHECKS(array)                                                          \
    Array *array = *(Array **)(fp + ip->a);                                            \
    if (!array)                                                                        \
        goto throw_null;                                                               \
    if (U4(ip->b) >= array->length)                                                    \
    goto throw_bounds
#define LDELEM_OP(name, type, place)                                                   \
    OP(LDELEM_##name)                                                                  \
    {                                                                                  \
        ELEMENT_CHECKS(array);                                                         \
        place(ip->dst) = ((type *)array->data)[U4(ip->b)];                             \
        NEXT();                                                                        \
    }
#define STELEM_OP(name, type, place)                                                   \
    OP(STELEM_##name)                                                                  \
    {                                                                                  \
        ELEMENT_CHECKS(array);                                                         \
        type *at = &((type *)array->data)[U4(ip->b)];                                  \
        WRITES(at, sizeof *at);                                                        \
        *at = (type)place(ip->c);                                                      \
        NEXT();                                                                        \
    }

#define ATOMIC_OPS(suffix, type, place)                                                \
    OP(XCHG_##suffix)                                                                  \
    {                                                                                  \
        CHECK_ADDRESS(P(ip->a));                                                       \
        WRITES(P(ip->a), sizeof(type));                                                \
        place(ip->dst) = __atomic_exchange_n((type *)P(ip->a), (type)place(ip->b),     \
                                             __ATOMIC_SEQ_CST);                        \
        NEXT();                                                                        \
    }                                                                                  \
    OP(CMPXCHG_##suffix)                                                               \
    {                                                                                  \
        CHECK_ADDRESS(P(ip->a));                                                       \
        type expected = (type)place(ip->c);                                            \
        WRITES(P(ip->a), sizeof(type));                                                \
        __atomic_compare_exchange_n((type *)P(ip->a), &expected, (type)place(ip->b),   \
                                    false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);        \
        place(ip->dst) = expected;                                                     \
        NEXT();                                                                        \
    }

#define XADD_OP(suffix, type, place)                                                   \
    OP(XADD_##suffix)                                                                  \
    {                                                                                  \
        CHECK_ADDRESS(P(ip->a));                                                       \
        place(ip->dst) =                                                               \
            __atomic_fetch_add((type *)P(ip->a), place(ip->b), __ATOMIC_SEQ_CST);      \
        NEXT();                                                                        \
    }

#define ENTER(callee)                                                                  \
    do {                                                                               \
        frame = (callee);                                                              \
        fp = frame->fp;                                                                \
        ip = frame->ip;                                                                \
        DISPATCH();                                                                    \
    } while (0)
#define RESULT() (ip->dst == UINT32_MAX ? NULL : fp + ip->dst)
#define CALL_OP(name, quick)                                                           \
    OP(name)                                                                           \
    {                                                                                  \
        SAVE();                                                                        \
        InterpFrame *callee = quick(frame, ip->p, RESULT());                           \
        if (!callee)                                                                   \
            goto call;                                                                 \
        ENTER(callee);                                                                 \
    }
#define GET_OP(name, type, place, fits)                                                \
    OP(name)                                                                           \
    {                                                                                  \
        const char *object = P(ip->b);                                                 \
        if (IS_NO_ADDRESS(object) || !(fits))                                          \
            goto call;                                                                 \
        type value;                                                                    \
        memcpy(&value, object + ip->c, sizeof value);                                  \
        place(ip->dst) = value;                                                        \
        NEXT();                                                                        \
    }
#define GET_OPS(type, suffix, place)                                                   \
    GET_OP(GET_##suffix, type, place, true)                                            \
    GET_OP(VGET_##suffix, type, place, is_target(object, ip->p))

/* -- calls of what is interpreted ---------------------------------------------- */

/* The frame of a callee whose code is at hand; NULL: interp_call sees to it. */
static inline InterpFrame *enter_target(const InterpFrame *frame,
                                        const InterpCall *call, void *result)
{
    Thread *thread = thread_self();
    const InterpCode *code = __atomic_load_n(&call->target.code, __ATOMIC_ACQUIRE);
    MethodRt *rt = call->target.rt;
    if (!code || __atomic_load_n(&rt->how, __ATOMIC_ACQUIRE) != HOW_INTERP ||
        rt->calls + 1 == HOT_CALLS || !interp_has_room(thread, interp_frame_size(code)))
        return NULL;
    rt->calls++;
    InterpFrame *callee = interp_push_there(thread, code, result, frame->stack);
    uint64_t *words = (uint64_t *)callee->fp;
    uint32_t i = 0;
    for (; i < code->arg_words; i++)
        words[i] = *(const uint64_t *)(frame->fp + call->from[i]);
    memset(words + i, 0, (size_t)(code->words - i) * 8);
    return callee;
}

static inline InterpFrame *quick_direct(const InterpFrame *frame,
                                        const InterpCall *call, void *result)
{
    if (call->null_check && !*(Object **)(frame->fp + call->from[0]))
        return NULL;
    return enter_target(frame, call, result);
}

static inline InterpFrame *quick_virtual(const InterpFrame *frame,
                                         const InterpCall *call, void *result)
{
    const Object *object = *(Object **)(frame->fp + call->from[0]);
    if (!object ||
        object->vtable != __atomic_load_n(&call->target.vtable, __ATOMIC_ACQUIRE))
        return NULL;
    return enter_target(frame, call, result);
}

static inline bool is_target(const char *object, const InterpCall *call)
{
    return ((const Object *)(const void *)object)->vtable ==
           __atomic_load_n(&call->target.vtable, __ATOMIC_RELAXED);
}

static Object *load_string(const InterpInsn *ip)
{
    const IrString *str = ip->p;
    String *string = string_literal(str->assembly, str->token);
    if (!string)
        exec_raise_pending();
    interp_patch(ip, I_VALUE, string);
    return &string->object;
}

static Object *new_object(const InterpInsn *ip)
{
    VTable *vtable = type_vtable(ip->p);
    if (!vtable)
        exec_raise_pending();
    interp_patch(ip, I_NEWOBJ_VT, vtable);
    return helper_new_object(vtable);
}

static Array *new_array(const InterpInsn *ip, int64_t length)
{
    VTable *vtable = type_vtable(ip->p);
    if (!vtable)
        exec_raise_pending();
    interp_patch(ip, I_NEWARR_VT, vtable);
    return helper_new_array(vtable, length);
}

static void *static_base(const InterpInsn *ip)
{
    bool done = false;
    void *base = type_static_base(ip->p, &done);
    if (!base)
        exec_raise_pending();
    if (done)
        interp_patch(ip, I_VALUE, base);
    return base;
}

static void run_cctor(const InterpInsn *ip)
{
    helper_run_cctor(ip->p);
    if (__atomic_load_n(&type_rt(ip->p)->cctor_state, __ATOMIC_ACQUIRE) == CCTOR_DONE)
        interp_patch(ip, I_NOP, NULL);
}

static Object *type_of(const InterpInsn *ip)
{
    Object *object = helper_typeof(ip->p);
    interp_patch(ip, I_VALUE, object);
    return object;
}

/* What was not found may be there the next time. */
static __attribute__((noinline, noreturn)) void throw_error(const InterpFrame *frame,
                                                            const IrError *error)
{
    if (error->kind == ERR_IO && !method_dynamic(frame->code->method))
        __atomic_store_n(&((InterpCode *)(uintptr_t)frame->code)->threw, true,
                         __ATOMIC_RELAXED);
    helper_throw_error(error);
}

static __attribute__((noinline)) const InterpInsn *leave(InterpFrame *frame,
                                                         const InterpExit *how)
{
    InterpExit exit = *how;
    return interp_leave(frame, &exit);
}

/* Counts an iteration; true: compiled code has run the rest of the method. */
static __attribute__((noinline)) bool loop_replaced(InterpFrame *frame,
                                                    const InterpInsn *ip)
{
    MethodRt *rt = method_rt(frame->code->method);
    if (++rt->loops < HOT_LOOP)
        return false;
    void (*code)(void *) = (void (*)(void *))jit_osr(frame->code->method, ip->c);
    if (!code) {
        rt->loops = HOT_LOOP / 2;
        return false;
    }
    frame->ip = ip;
    frame->replaced = true;
    code(frame->fp);
    if (tail_pending())
        tail_set_result(method_abi(rt), frame->result);
    else if (frame->result)
        memcpy(frame->result, frame->fp, frame->code->ret_size);
    return true;
}

/* The one long function: a label per instruction. */
__attribute__((section("interp_loop"))) void
interp_run(InterpFrame *base) // NOLINT(readability-function-size)
{
    static const void *const labels[] = {
#define I(name) &&L_##name,
#include "loader/exec/interp.def"
#undef I
    };
    if (!base) {
        interp_handlers = labels;
        return;
    }
    InterpFrame *frame = base;
    uint8_t *fp = frame->fp;
    const InterpInsn *ip = frame->ip;
    DISPATCH();

    SIMPLE(CONST4, I4, (int32_t)ip->imm)
    SIMPLE(CONST8, I8, ip->imm)
    SIMPLE(VALUE, P, ip->value)
    OP(STR)
    {
        SAVE();
        OBJ(ip->dst) = load_string(ip);
        NEXT();
    }
    SIMPLE(MOV8, I8, I8(ip->a))
    OP(MOVN)
    {
        memmove(fp + ip->dst, fp + ip->a, (size_t)ip->imm);
        NEXT();
    }
    OP(ZERON)
    {
        memset(fp + ip->dst, 0, (size_t)ip->imm);
        NEXT();
    }

    /* -- arithmetic ------------------------------------------------------------ */
    INT_OP(ADD, +)
    INT_OP(SUB, -)
    INT_OP(MUL, *)
    INT_OP(AND, &)
    INT_OP(OR, |)
    INT_OP(XOR, ^)
    SHIFT_OP(SHL, <<, I4, I8)
    SHIFT_OP(SHR, >>, I4, I8)
    SHIFT_OP(SHR_UN, >>, U4, U8)
    FLOAT_OP(ADD, +)
    FLOAT_OP(SUB, -)
    FLOAT_OP(MUL, *)
    FLOAT_OP(DIV, /)
    SIMPLE(REM_F4, F4, fmodf(F4(ip->a), F4(ip->b)))
    SIMPLE(REM_F8, F8, fmod(F8(ip->a), F8(ip->b)))
    SIGNED_DIV_OP(DIV_I4, I4, /, INT32_MIN)
    SIGNED_DIV_OP(DIV_I8, I8, /, INT64_MIN)
    SIGNED_DIV_OP(REM_I4, I4, %, INT32_MIN)
    SIGNED_DIV_OP(REM_I8, I8, %, INT64_MIN)
    DIV_OP(DIV_UN_I4, U4, /)
    DIV_OP(DIV_UN_I8, U8, /)
    DIV_OP(REM_UN_I4, U4, %)
    DIV_OP(REM_UN_I8, U8, %)
    OVF_OPS(ADD, __builtin_add_overflow)
    OVF_OPS(SUB, __builtin_sub_overflow)
    OVF_OPS(MUL, __builtin_mul_overflow)
    SIMPLE(NEG_I4, I4, -I4(ip->a))
    SIMPLE(NEG_I8, I8, -I8(ip->a))
    SIMPLE(NEG_F4, F4, -F4(ip->a))
    SIMPLE(NEG_F8, F8, -F8(ip->a))
    SIMPLE(NOT_I4, I4, ~I4(ip->a))
    SIMPLE(NOT_I8, I8, ~I8(ip->a))
    SIMPLE(CONV_I1_I4, I4, (int8_t)I4(ip->a))
    SIMPLE(CONV_U1_I4, I4, (uint8_t)I4(ip->a))
    SIMPLE(CONV_I2_I4, I4, (int16_t)I4(ip->a))
    SIMPLE(CONV_U2_I4, I4, (uint16_t)I4(ip->a))
    SIMPLE(CONV_I4_I8, I4, (int32_t)I8(ip->a))
    SIMPLE(CONV_I8_I4, I8, I4(ip->a))
    SIMPLE(CONV_U8_I4, I8, U4(ip->a))
    SIMPLE(CONV_F4_I4, F4, (float)I4(ip->a))
    SIMPLE(CONV_F4_I8, F4, (float)I8(ip->a))
    SIMPLE(CONV_F4_U8, F4, (float)U8(ip->a))
    SIMPLE(CONV_F8_I4, F8, I4(ip->a))
    SIMPLE(CONV_F8_I8, F8, (double)I8(ip->a))
    SIMPLE(CONV_F8_U4, F8, U4(ip->a))
    SIMPLE(CONV_F8_U8, F8, (double)U8(ip->a))
    SIMPLE(CONV_F4_F8, F4, (float)F8(ip->a))
    SIMPLE(CONV_F8_F4, F8, (double)F4(ip->a))
    SIMPLE(CONV_I4_F8, I4, fpconv_i4(F8(ip->a)))
    SIMPLE(CONV_U4_F8, U4, fpconv_u4(F8(ip->a)))
    SIMPLE(CONV_I8_F8, I8, fpconv_i8(F8(ip->a)))
    SIMPLE(CONV_U8_F8, U8, fpconv_u8(F8(ip->a)))
    SIMPLE(SAT_I4_F8, I4, fpconv_sat_i4(F8(ip->a)))
    SIMPLE(SAT_U4_F8, U4, fpconv_sat_u4(F8(ip->a)))
    SIMPLE(SAT_I8_F8, I8, fpconv_sat_i8(F8(ip->a)))
    SIMPLE(SAT_U8_F8, U8, fpconv_sat_u8(F8(ip->a)))
    OP(CONV_OVF_I4)
    {
        SAVE();
        interp_conv_ovf_i(ip->imm ? (int64_t)U4(ip->a) : I4(ip->a), ip, fp + ip->dst,
                          false);
        NEXT();
    }
    OP(CONV_OVF_I8)
    {
        SAVE();
        interp_conv_ovf_i(I8(ip->a), ip, fp + ip->dst, true);
        NEXT();
    }
    OP(CONV_OVF_F8)
    {
        SAVE();
        interp_conv_ovf_f(F8(ip->a), ip, fp + ip->dst);
        NEXT();
    }
    OP(CKFINITE)
    {
        if (!isfinite(F8(ip->a)))
            goto throw_overflow;
        F8(ip->dst) = F8(ip->a);
        NEXT();
    }
    INT_CONDS(CMP_OP, I4, I4, U4)
    INT_CONDS(CMP_OP, I8, I8, U8)
    FLOAT_CONDS(CMP_OP, F4, F4)
    FLOAT_CONDS(CMP_OP, F8, F8)

    /* -- control --------------------------------------------------------------- */
    OP(JMP)
    {
        JUMP();
        DISPATCH();
    }
    INT_CONDS(BR_OP, I4, I4, U4)
    INT_CONDS(BR_OP, I8, I8, U8)
    FLOAT_CONDS(BR_OP, F4, F4)
    FLOAT_CONDS(BR_OP, F8, F8)
    BR_K(EQ, I4, K4, ==)
    BR_K(NE, I4, K4, !=)
    BR_K(LT, I4, K4, <)
    BR_K(LE, I4, K4, <=)
    BR_K(GT, I4, K4, >)
    BR_K(GE, I4, K4, >=)
    BR_K(LT_UN, U4, KU4, <)
    BR_K(LE_UN, U4, KU4, <=)
    BR_K(GT_UN, U4, KU4, >)
    BR_K(GE_UN, U4, KU4, >=)
    BR_OP(NZ_I4, I4(ip->a) != 0)
    BR_OP(Z_I4, I4(ip->a) == 0)
    BR_OP(NZ_I8, I8(ip->a) != 0)
    BR_OP(Z_I8, I8(ip->a) == 0)
    OP(SWITCH)
    {
        ip += 1 + (U4(ip->a) < ip->b ? U4(ip->a) : ip->b);
        JUMP(); /* it is a jump */
        DISPATCH();
    }
    OP(LOOP)
    {
        if (loop_replaced(frame, ip))
            goto ended;
        NEXT();
    }
    OP(RET)
    {
        goto returned;
    }
    OP(RETV8)
    {
        if (frame->result)
            *(int64_t *)frame->result = I8(ip->a);
        goto returned;
    }
    OP(RETVN)
    {
        if (frame->result)
            memcpy(frame->result, fp + ip->a, (size_t)ip->imm);
        goto returned;
    }
    OP(TAIL)
    {
        SAVE();
        InterpFrame *callee = interp_tail(frame, ip->p);
        if (callee)
            ENTER(callee);
        goto ended;
    }
    OP(THROW)
    {
        SAVE();
        exec_raise(OBJ(ip->a));
    }
    OP(RETHROW)
    {
        SAVE();
        exec_rethrow(OBJ(ip->a));
    }
    OP(LEAVE)
    {
        ip = leave(frame, ip->p);
        DISPATCH();
    }
    OP(ENDFINALLY)
    {
        frame->ip = ip;
        ip = leave(frame, interp_exit_of(frame, ip->c));
        if (ip)
            DISPATCH();
        frame->guard->resume = interp_exit_of(frame, frame->ip->c)->raise;
        return;
    }
    OP(ENDFILTER)
    {
        frame->filter_result = I4(ip->a) != 0;
        return;
    }
    OP(THROW_ERR)
    {
        SAVE();
        throw_error(frame, ip->p);
    }

    /* -- memory ---------------------------------------------------------------- */
    LD_OP(I1, int8_t, I4)
    LD_OP(U1, uint8_t, I4)
    LD_OP(I2, int16_t, I4)
    LD_OP(U2, uint16_t, I4)
    LD_OP(4, int32_t, I4)
    LD_OP(8, int64_t, I8)
    MEMORY_OP(LD_N, memcpy(fp + ip->dst, P(ip->a) + ip->imm, ip->c))
    ST_OP(1, uint8_t, I4)
    ST_OP(2, uint16_t, I4)
    ST_OP(4, int32_t, I4)
    ST_OP(8, int64_t, I8)
    MEMORY_OP(ST_N, gc_move(P(ip->a) + ip->imm, fp + ip->b, ip->c))
    SIMPLE(LEA, P, P(ip->a) + ip->imm)
    OP(LEAn)
    {
        if (!P(ip->a))
            goto throw_null;
        P(ip->dst) = P(ip->a) + ip->imm;
        NEXT();
    }
    SIMPLE(ADDR, P, (char *)fp + ip->a)
    OP(COPY)
    {
        CHECK_ADDRESS(P(ip->a));
        CHECK_ADDRESS(P(ip->b));
        gc_move(P(ip->a), P(ip->b), (size_t)ip->imm);
        NEXT();
    }
    MEMORY_OP(INIT, memset(P(ip->a), 0, (size_t)ip->imm))
    OP(CPBLK)
    {
        if (U4(ip->c)) {
            CHECK_ADDRESS(P(ip->a));
            CHECK_ADDRESS(P(ip->b));
            gc_move(P(ip->a), P(ip->b), U4(ip->c));
        }
        NEXT();
    }
    OP(INITBLK)
    {
        if (U4(ip->c)) {
            CHECK_ADDRESS(P(ip->a));
            memset(P(ip->a), I4(ip->b), U4(ip->c));
        }
        NEXT();
    }
    OP(LOCALLOC)
    {
        SAVE();
        P(ip->dst) = interp_localloc(U8(ip->a));
        NEXT();
    }
    OP(FENCE)
    {
        atomic_thread_fence(memory_order_seq_cst);
        NEXT();
    }
    ATOMIC_OPS(4, int32_t, I4)
    ATOMIC_OPS(8, int64_t, I8)
    ATOMIC_OPS(1, uint8_t, U4)
    ATOMIC_OPS(2, uint16_t, U4)
    XADD_OP(4, int32_t, I4)
    XADD_OP(8, int64_t, I8)
    OP(NULLCHECK)
    {
        CHECK_ADDRESS(P(ip->a));
        NEXT();
    }

    /* -- arrays ---------------------------------------------------------------- */
    SIMPLE(INDEX8, U4, U8(ip->a) > UINT32_MAX ? UINT32_MAX : U4(ip->a))
    OP(LDLEN)
    {
        const Array *array = *(Array **)(fp + ip->a);
        if (!array)
            goto throw_null;
        I8(ip->dst) = array->length;
        NEXT();
    }
    LDELEM_OP(I1, int8_t, I4)
    LDELEM_OP(U1, uint8_t, I4)
    LDELEM_OP(I2, int16_t, I4)
    LDELEM_OP(U2, uint16_t, I4)
    LDELEM_OP(4, int32_t, I4)
    LDELEM_OP(8, int64_t, I8)
    OP(LDELEM_N)
    {
        ELEMENT_CHECKS(array);
        size_t size = (size_t)ip->imm;
        memcpy(fp + ip->dst, array->data + U4(ip->b) * size, size);
        NEXT();
    }
    STELEM_OP(1, uint8_t, I4)
    STELEM_OP(2, uint16_t, I4)
    STELEM_OP(4, int32_t, I4)
    STELEM_OP(8, int64_t, I8)
    OP(STELEM_N)
    {
        ELEMENT_CHECKS(array);
        size_t size = (size_t)ip->imm;
        gc_move(array->data + U4(ip->b) * size, fp + ip->c, size);
        NEXT();
    }
    OP(STELEM_REF)
    {
        ELEMENT_CHECKS(array);
        SAVE();
        helper_stelem_check(array, OBJ(ip->c));
        array_set(array, U4(ip->b), OBJ(ip->c));
        NEXT();
    }
    OP(LDELEMA)
    {
        ELEMENT_CHECKS(array);
        P(ip->dst) = (char *)array->data + (size_t)U4(ip->b) * ip->c;
        NEXT();
    }
    OP(LDELEMA_CHECK)
    {
        ELEMENT_CHECKS(array);
        SAVE();
        helper_ldelema_check(array, ip->p);
        P(ip->dst) = (char *)array->data + (size_t)U4(ip->b) * ip->c;
        NEXT();
    }
    OP(MDADDR)
    {
        Array *array = *(Array **)(fp + ip->a);
        if (!array)
            goto throw_null;
        P(ip->dst) = interp_md_address(fp, ip, array);
        if (!P(ip->dst))
            goto throw_bounds;
        NEXT();
    }
    OP(MDFLAT)
    {
        ELEMENT_CHECKS(array);
        P(ip->dst) = (char *)array_data(array) + (size_t)U4(ip->b) * ip->c;
        NEXT();
    }
    OP(ELCHECK)
    {
        Array *array = *(Array **)(fp + ip->a);
        if (!array)
            goto throw_null;
        SAVE();
        helper_ldelema_check(array, ip->p);
        NEXT();
    }
    OP(STCHECK)
    {
        Array *array = *(Array **)(fp + ip->a);
        if (!array)
            goto throw_null;
        SAVE();
        helper_stelem_check(array, OBJ(ip->b));
        NEXT();
    }
    OP(NEWARR)
    {
        SAVE();
        OBJ(ip->dst) = &new_array(ip, I8(ip->a))->object;
        NEXT();
    }
    OP(NEWARR_VT)
    {
        SAVE();
        OBJ(ip->dst) = &helper_new_array(ip->value, I8(ip->a))->object;
        NEXT();
    }
    OP(NEWMD)
    {
        SAVE();
        OBJ(ip->dst) = &interp_new_md(fp, ip->p)->object;
        NEXT();
    }

    /* -- objects --------------------------------------------------------------- */
    OP(NEWOBJ)
    {
        SAVE();
        OBJ(ip->dst) = new_object(ip);
        NEXT();
    }
    OP(NEWOBJ_VT)
    {
        SAVE();
        OBJ(ip->dst) = helper_new_object(ip->value);
        NEXT();
    }
    OP(NEWDELEGATE)
    {
        SAVE();
        OBJ(ip->dst) = helper_new_delegate(ip->p, OBJ(ip->a), P(ip->b));
        NEXT();
    }
    OP(BOX)
    {
        SAVE();
        OBJ(ip->dst) = helper_box(ip->p, fp + ip->a);
        NEXT();
    }
    OP(UNBOX)
    {
        SAVE();
        P(ip->dst) = helper_unbox(ip->p, OBJ(ip->a));
        NEXT();
    }
    OP(UNBOX_NULLABLE)
    {
        SAVE();
        helper_unbox_nullable(ip->p, OBJ(ip->a), fp + ip->dst);
        NEXT();
    }
    OP(ISINST)
    {
        SAVE();
        OBJ(ip->dst) = helper_isinst(ip->p, OBJ(ip->a));
        NEXT();
    }
    OP(CASTCLASS)
    {
        SAVE();
        OBJ(ip->dst) = helper_castclass(ip->p, OBJ(ip->a));
        NEXT();
    }
    OP(TYPEOF)
    {
        SAVE();
        OBJ(ip->dst) = type_of(ip);
        NEXT();
    }
    OP(SBASE)
    {
        SAVE();
        P(ip->dst) = static_base(ip);
        NEXT();
    }
    OP(TSBASE)
    {
        SAVE();
        P(ip->dst) = helper_thread_static_base(ip->p);
        NEXT();
    }
    OP(CCTOR)
    {
        SAVE();
        run_cctor(ip);
        NEXT();
    }
    OP(NOP)
    {
        NEXT();
    }
    OP(MON_ENTER)
    {
        if (!P(ip->a))
            goto throw_null;
        SAVE();
        helper_monitor_enter(OBJ(ip->a));
        NEXT();
    }
    OP(MON_EXIT)
    {
        if (!P(ip->a))
            goto throw_null;
        SAVE();
        helper_monitor_exit(OBJ(ip->a));
        NEXT();
    }

    /* -- calls ----------------------------------------------------------------- */
    CALL_OP(CALL_DIRECT, quick_direct)
    CALL_OP(CALL_VIRTUAL, quick_virtual)
    CALL_OP(CALL_INTERFACE, quick_virtual)
    OP(CALL_POINTER)
    OP(CALL_METHOD)
    {
    call:
        SAVE();
        InterpFrame *callee = interp_call(frame, ip->p, RESULT());
        if (callee)
            ENTER(callee);
        NEXT();
    }
    GET_OPS(uint8_t, U1, I4)
    GET_OPS(int32_t, 4, I4)
    GET_OPS(int64_t, 8, I8)
    OP(LDFTN)
    {
        SAVE();
        P(ip->dst) = helper_ldftn(ip->p);
        NEXT();
    }
    OP(LDFTN_M)
    {
        SAVE();
        P(ip->dst) = helper_ldftn((Method *)P(ip->a));
        NEXT();
    }
    OP(VIRT)
    {
        SAVE();
        P(ip->dst) = (char *)helper_virt(OBJ(ip->a), (Method *)P(ip->b));
        NEXT();
    }
    OP(MATH)
    {
        if (ip->imm)
            F8(ip->dst) = interp_math_f8(ip->c, F8(ip->a), F8(ip->b));
        else
            F4(ip->dst) = interp_math_f4(ip->c, F4(ip->a), F4(ip->b));
        NEXT();
    }
    SIMPLE(FMA_F4, F4, fmaf(F4(ip->a), F4(ip->b), F4(ip->c)))
    SIMPLE(FMA_F8, F8, fma(F8(ip->a), F8(ip->b), F8(ip->c)))

ended:
    if (frame != base)
        interp_finish(frame);
returned:
    if (frame == base)
        return;
    frame = frame->up;
    interp_pop((InterpFrame *)thread_self()->exec.interp_top);
    fp = frame->fp;
    ip = frame->ip;
    NEXT();

throw_null:
    SAVE();
    helper_throw_null();
throw_bounds:
    SAVE();
    helper_throw_bounds();
throw_div_zero:
    SAVE();
    helper_throw_div_zero();
throw_overflow:
    SAVE();
    helper_throw_overflow();
}
