/* interp_call.c - calls from, to and within the interpreter.
 *
 * What stays on the C stack while a callee runs is kept small: the functions that are
 * not inlined here do what comes before and after.
 */
#include <stdlib.h>
#include <string.h>

#include "loader/exec/helpers_private.h"
#include "loader/exec/interp_private.h"
#include "loader/exec/tail_private.h"
#include "loader/exec/abicall_private.h"
#include "loader/exec/eh_private.h"
#include "loader/exec/glue.h"
#include "loader/exec/jit.h"
#include "loader/exec/method_private.h"
#include "loader/exec/natives.h"
#include "loader/exec/signals_private.h"
#include "common/ir/abi.h"
#include "common/ir/ir.h"
#include "loader/gc/object.h"
#include "loader/vm/vm.h"
#include "loader/vm/exception.h"
#include "loader/vm/thread.h"
#include "loader/vm/typert.h"

/* -- running frames ------------------------------------------------------------ */

static __attribute__((noinline)) void run_guarded(InterpFrame *frame)
{
    InterpGuard guard = {.guard = {.run = interp_run_guarded,
                                   .ops = &interp_guard_ops,
                                   .interp_frame = frame}};
    frame->guard = &guard;
    eh_guard(&guard.guard);
    frame->guard = NULL;
}

/* Runs the innermost frame, and what its tail calls put there. One to compiled code may
 * be under way then. */
static void run_frame(InterpFrame *frame)
{
    frame->stack = __builtin_frame_address(0);
    do {
        frame->again = false;
        if (frame->code->n_parts > 1)
            run_guarded(frame);
        else
            interp_run(frame);
    } while (frame->again);
}

static __attribute__((noinline)) void run_tail(const InterpFrame *frame)
{
    AbiSig *abi = method_abi(method_rt(frame->code->method));
    tail_run(abi, frame->result);
}

void interp_finish(InterpFrame *frame)
{
    if (frame->again)
        run_frame(frame);
    if (tail_pending())
        run_tail(frame);
}

static void run_and_pop(InterpFrame *frame)
{
    stack_check();
    run_frame(frame);
    if (tail_pending())
        run_tail(frame);
    interp_pop(frame);
}

static InterpCode *code_or_raise(MethodRt *rt)
{
    InterpCode *code = __atomic_load_n(&rt->interp, __ATOMIC_ACQUIRE);
    if (__builtin_expect(!code || __atomic_load_n(&code->threw, __ATOMIC_RELAXED), 0)) {
        code = interp_code(rt);
        if (!code)
            exec_raise_pending();
    }
    if (++rt->calls == HOT_CALLS && vm.mode == VM_MIXED)
        jit_enqueue(rt->method);
    return code;
}

/* -- from compiled code -------------------------------------------------------- */

static MethodRt *exact_or_raise(MethodRt *rt, Object *self, void *context)
{
    Method *exact = method_exact(rt->method, self, context);
    if (!exact)
        exec_raise_pending();
    return exact == rt->method ? rt : method_rt(exact);
}

/* The frame for a call with the words of regs. words: room for a result in registers.
 */
static __attribute__((noinline)) InterpFrame *enter_frame(MethodRt *rt, CallRegs *regs,
                                                          uint64_t *words)
{
    stack_check();
    AbiSig *abi = method_abi(rt);
    if (!abi)
        exec_raise_pending();
    /* where the frame is going to be: finding the code may run other frames */
    enum { HEADER = sizeof(InterpFrame) / 8 };
    uint64_t *at = interp_take_words(HEADER + abi_frame_words(abi));
    uint64_t *args = at + HEADER;
    void *context;
    abi_receive(abi, regs, args, &context);
    rt = exact_or_raise(rt, abi->has_this ? *(Object **)args : NULL, context);
    InterpCode *code = code_or_raise(rt);
    thread_self()->exec.interp_sp = (char *)at;
    void *result = abi->ret == ABI_RET_MEMORY ? (void *)regs->gpr[0] : words;
    InterpFrame *frame = interp_push(code, result, NULL);
    memset(args + code->arg_words, 0, 8 * (size_t)(code->words - code->arg_words));
    return frame;
}

/* The result goes to where registers are taken from, which nobody needs any more. */
bool interp_enter(MethodRt *rt, CallRegs *regs)
{
    InterpFrame *frame = enter_frame(rt, regs, regs->xmm);
    run_frame(frame);
    interp_pop(frame);
    if (tail_pending())
        return true;
    const AbiSig *abi = method_abi(rt);
    if (abi->ret == ABI_RET_MEMORY)
        regs->rax = regs->gpr[0]; /* where the frame has put it */
    else
        abi_return(abi, regs, regs->xmm);
    return false;
}

/* -- to anything --------------------------------------------------------------- */

static void *context_for(const Method *method)
{
    switch (method_context_kind(method)) {
    case CONTEXT_TYPE:
        return method->type;
    case CONTEXT_METHOD:
        return (void *)(uintptr_t)method;
    default:
        return NULL;
    }
}

static AbiSig *abi_or_raise(MethodRt *rt)
{
    AbiSig *abi = method_abi(rt);
    if (!abi)
        exec_raise_pending();
    return abi;
}

static uint8_t how_or_raise(MethodRt *rt)
{
    uint8_t how = method_how(rt);
    if (how == HOW_UNKNOWN)
        exec_raise_pending();
    return how;
}

/* A call of native code; it lies on the interpreter's stack. */
typedef struct NativeCall {
    CallRegs regs;
    const AbiSig *abi;
    const void *code;
    uint64_t *result; /* NULL: nobody wants it */
    bool icall;
    uint64_t words[]; /* of the stack */
} NativeCall;

/* words: argument words in a frame's form. rt NULL: code of that convention. */
static NativeCall *native_new(const NativeCall *like, MethodRt *rt,
                              const uint64_t *words)
{
    const AbiSig *abi = like->abi;
    uint32_t n = sizeof *like / 8 + (rt ? rt->stack_words : abi_stack_words(abi));
    NativeCall *call = (NativeCall *)interp_take_words(n);
    *call = *like;
    call->regs.stack = call->words;
    abi_pass(abi, words, rt && abi->has_context ? context_for(rt->method) : NULL,
             call->result, &(AbiPassing){&call->regs, NULL});
    return call;
}

static NativeCall *native_of(MethodRt *rt, const uint64_t *words, void *result)
{
    bool icall = how_or_raise(rt) == HOW_ICALL;
    NativeCall like = {.abi = abi_or_raise(rt),
                       .code = icall ? rt->native : rt->code,
                       .result = result,
                       .icall = icall};
    return native_new(&like, rt, words);
}

static void native_run(NativeCall *call)
{
    stack_check_room(16 * (uint64_t)call->regs.n_stack);
    lock_assert_none();
    glue_call(call->code, &call->regs);
    lock_assert_none();
    if (call->result)
        abi_take_result(call->abi, &call->regs, call->result);
    if (call->icall && exception_pending())
        exec_raise_pending();
}

void interp_invoke(MethodRt *rt, const uint64_t *args, uint32_t n_words, void *result)
{
    if (how_or_raise(rt) != HOW_INTERP) {
        NativeCall *call = native_of(rt, args, result);
        native_run(call);
        thread_self()->exec.interp_sp = (char *)call;
        return;
    }
    InterpFrame *frame = interp_push(code_or_raise(rt), result, NULL);
    interp_replace(frame, frame->code, args, n_words);
    run_and_pop(frame);
}

/* -- call sites ---------------------------------------------------------------- */

/* A calli may say another signature than its target has: n words of it at most. */
static void gather(const InterpFrame *frame, const InterpCall *call, uint64_t *words,
                   uint32_t n)
{
    for (uint32_t i = 0; i < call->n_words && i < n; i++)
        words[i] = *(const uint64_t *)(frame->fp + call->from[i]);
}

static Object *receiver(const InterpFrame *frame, const InterpCall *call)
{
    Object *object = *(Object **)(frame->fp + call->from[0]);
    if (!object)
        helper_throw_null();
    return object;
}

/* For objects of that type this is the target from now on, if none was yet. */
static void keep_target(InterpCall *call, VTable *vtable, MethodRt *rt)
{
    if (__atomic_exchange_n(&call->taken, true, __ATOMIC_RELAXED))
        return;
    __atomic_store_n(&call->target.rt, rt, __ATOMIC_RELAXED);
    __atomic_store_n(&call->target.vtable, vtable, __ATOMIC_RELEASE);
}

static MethodRt *call_virtual(InterpCall *call, Object *object)
{
    VTable *kept = __atomic_load_n(&call->target.vtable, __ATOMIC_ACQUIRE);
    if (kept == object->vtable)
        return call->target.rt;
    bool is_virtual = call->kind == IRK_INTERFACE || call->method->slot >= 0;
    MethodRt *rt =
        method_rt(is_virtual ? helper_virt(object, call->method) : call->method);
    if (!kept && !object_may_have(object, call->method->type))
        keep_target(call, object->vtable, rt);
    return rt;
}

static bool is(const InterpInsn *insn, InterpOp op)
{
    return __atomic_load_n(&insn->handler, __ATOMIC_RELAXED) == interp_handlers[op];
}

/* A method that only loads a field of its first argument is a load where it is called,
 * too. */
static void become_load(const InterpFrame *frame, const InterpCall *call,
                        const InterpCode *code)
{
    static const InterpOp loads[][3] = {
        {I_LD_U1, I_GET_U1, I_VGET_U1},
        {I_LD_4, I_GET_4, I_VGET_4},
        {I_LD_8, I_GET_8, I_VGET_8},
    };
    const InterpInsn *load = &code->insns[0], *ret = &code->insns[1];
    if (frame->ip->dst == UINT32_MAX || code->n != 2 || !code->arg_words || load->a ||
        !is(ret, I_RETV8) || ret->a != load->dst || load->imm < 0 ||
        load->imm > INT32_MAX)
        return;
    uint64_t operands = call->from[0] | (uint64_t)load->imm << 32;
    for (size_t i = 0; i < sizeof loads / sizeof *loads; i++)
        if (is(load, loads[i][0]))
            interp_patch(frame->ip, loads[i][call->kind == IRK_DIRECT ? 1 : 2],
                         (void *)operands);
}

/* interp_run does it by itself from now on. */
static void keep_code(const InterpFrame *frame, InterpCall *call, MethodRt *rt,
                      const InterpCode *code)
{
    if (__atomic_load_n(&call->target.rt, __ATOMIC_RELAXED) != rt ||
        code->n_parts != 1 || code->arg_words != call->n_words || code->lacks)
        return;
    __atomic_store_n(&call->target.code, code, __ATOMIC_RELEASE);
    become_load(frame, call, code);
}

static __attribute__((noinline)) void call_site(const InterpFrame *frame,
                                                const InterpCall *call, void *result)
{
    void *code = *(void **)(frame->fp + call->fn);
    if (!code)
        helper_throw_null();
    uint64_t *words = interp_take_words(call->n_words);
    gather(frame, call, words, call->n_words);
    if (!result)
        result = interp_take_words(abi_ret_words(call->abi) + 1);
    if (!exec_interop->call_site(call->native, code, words, result))
        exec_raise_pending();
    thread_self()->exec.interp_sp = frame->end;
}

/* NULL: code that is known by its address alone. */
static MethodRt *pointer_target(const InterpFrame *frame, const InterpCall *call)
{
    if (call->null_check)
        receiver(frame, call);
    const void *code = *(void **)(frame->fp + call->fn);
    if (!code)
        helper_throw_null();
    Method *method = method_from_entry(code);
    return method && !method_is_shared(method) && !method_has_context_arg(method)
               ? method_rt(method)
               : NULL;
}

static MethodRt *call_target(const InterpFrame *frame, InterpCall *call)
{
    switch (call->kind) {
    case IRK_DIRECT:
        if (call->null_check)
            receiver(frame, call);
        return call->target.rt;
    case IRK_VIRTUAL:
    case IRK_INTERFACE:
        return call_virtual(call, receiver(frame, call));
    case IRK_POINTER:
        return pointer_target(frame, call);
    default:
        if (call->null_check)
            receiver(frame, call);
        return method_rt(*(Method **)(frame->fp + call->fn));
    }
}

static __attribute__((noinline)) NativeCall *call_prepare(const InterpFrame *frame,
                                                          const InterpCall *call,
                                                          MethodRt *rt, void *result)
{
    uint64_t *words = interp_take_words(call->n_words);
    gather(frame, call, words, call->n_words);
    if (rt)
        return native_of(rt, words, result);
    NativeCall like = {
        .abi = call->abi, .code = *(void **)(frame->fp + call->fn), .result = result};
    return native_new(&like, NULL, words);
}

static void call_native(InterpFrame *frame, const InterpCall *call, MethodRt *rt,
                        void *result)
{
    native_run(call_prepare(frame, call, rt, result));
    thread_self()->exec.interp_sp = frame->end;
}

static InterpFrame *call_interpreted(const InterpFrame *frame, InterpCall *call,
                                     MethodRt *rt, void *result)
{
    InterpCode *code = code_or_raise(rt);
    keep_code(frame, call, rt, code);
    InterpFrame *callee = interp_push(code, result, frame->stack);
    uint64_t *words = (uint64_t *)callee->fp;
    memset(words + code->arg_words, 0, (size_t)(code->words - code->arg_words) * 8);
    gather(frame, call, words, code->arg_words);
    return callee;
}

InterpFrame *interp_call(InterpFrame *frame, InterpCall *call, void *result)
{
    if (call->native) {
        call_site(frame, call, result);
        return NULL;
    }
    MethodRt *rt = call_target(frame, call);
    if (!rt || method_how(rt) != HOW_INTERP) {
        call_native(frame, call, rt, result);
        return NULL;
    }
    InterpFrame *callee = call_interpreted(frame, call, rt, result);
    if (callee->code->n_parts == 1)
        return callee;
    run_and_pop(callee);
    return NULL;
}

/* -- tail calls ---------------------------------------------------------------- */

static InterpFrame *tail_interpreted(InterpFrame *frame, const InterpCall *call,
                                     MethodRt *rt)
{
    InterpCode *code = code_or_raise(rt);
    uint64_t *words = interp_take_words(call->n_words);
    gather(frame, call, words, call->n_words);
    interp_replace(frame, code, words, call->n_words);
    if (code->n_parts == 1 && !frame->guard)
        return frame;
    frame->again = true;
    return NULL;
}

static void tail_native(InterpFrame *frame, const InterpCall *call, MethodRt *rt)
{
    AbiSig *abi = rt ? abi_or_raise(rt) : call->abi;
    void *code = rt ? rt->code : *(void **)(frame->fp + call->fn);
    void *context = rt && abi->has_context ? context_for(rt->method) : NULL;
    uint64_t *words = interp_take_words(call->n_words);
    gather(frame, call, words, call->n_words);
    tail_set(code, abi, words, context, frame->result);
    thread_self()->exec.interp_sp = frame->end;
}

InterpFrame *interp_tail(InterpFrame *frame, InterpCall *call)
{
    MethodRt *rt = call_target(frame, call);
    uint8_t how = rt ? how_or_raise(rt) : HOW_CODE;
    if (how == HOW_INTERP)
        return tail_interpreted(frame, call, rt);
    if (how == HOW_CODE)
        tail_native(frame, call, rt);
    else
        call_native(frame, call, rt, frame->result);
    return NULL;
}
