/* interp_call.c - calls from, to and within the interpreter. */
#include <alloca.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "loader/exec/abicall.h"
#include "loader/exec/helpers.h"
#include "loader/exec/interp.h"
#include "loader/exec/signals.h"

enum { HOT_CALLS = 300 };

void *interp_frame_up(void *frame)
{
    return ((InterpFrame *)frame)->up;
}

bool interp_frame_info(void *frame, FrameInfo *info)
{
    const InterpFrame *f = frame;
    if (f->replaced)
        return false;
    info->method = f->code->method;
    info->il_offset = f->code->il[f->ip - f->code->insns];
    info->native_offset = 0;
    return true;
}

void interp_execute(InterpCode *code, uint64_t *words, void *result)
{
    Thread *thread = thread_self();
    memset(words + code->arg_words, 0, (size_t)(code->words - code->arg_words) * 8);
    InterpFrame frame;
    frame.up = thread->interp_top;
    frame.code = code;
    frame.ip = code->insns;
    frame.fp = (uint8_t *)words;
    frame.result = result;
    frame.resume = NULL;
    frame.replaced = false;
    thread->interp_top = &frame;
    if (code->n_parts == 1) {
        interp_run(&frame);
    } else {
        frame.guard = (EhGuard){.run = interp_run_guarded,
                                .ops = &interp_guard_ops,
                                .interp_frame = &frame};
        eh_guard(&frame.guard);
    }
    thread->interp_top = frame.up;
}

static InterpCode *code_or_raise(MethodRt *rt)
{
    InterpCode *code = __atomic_load_n(&rt->interp, __ATOMIC_ACQUIRE);
    if (__builtin_expect(!code, 0)) {
        code = interp_code(rt);
        if (!code)
            exec_raise_pending();
    }
    if (vm.mode == VM_MIXED && ++rt->calls == HOT_CALLS)
        jit_enqueue(rt->method);
    return code;
}

/* -- from compiled code -------------------------------------------------------- */

void interp_enter(MethodRt *rt, CallRegs *regs)
{
    AbiSig *abi = method_abi(rt);
    if (!abi)
        exec_raise_pending();
    stack_check_room(8 * ((uint64_t)abi_frame_words(abi) + abi_ret_words(abi)));
    void *context;
    uint64_t *args = alloca((size_t)abi_frame_words(abi) * 8 + 8);
    abi_receive(abi, regs, args, &context);
    Method *exact =
        method_exact(rt->method, abi->has_this ? *(Object **)args : NULL, context);
    if (!exact)
        exec_raise_pending();
    if (exact != rt->method)
        rt = method_rt(exact);
    InterpCode *code = code_or_raise(rt);
    uint64_t *result = alloca((size_t)abi_ret_words(abi) * 8 + 8);
    stack_check_room(8 * (uint64_t)code->words);
    uint64_t *words = alloca((size_t)code->words * 8);
    memcpy(words, args, (size_t)code->arg_words * 8);
    interp_execute(code, words, result);
    abi_return(abi, regs, result);
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

static void invoke_native(MethodRt *rt, uint8_t how, const uint64_t *args, void *result)
{
    AbiSig *abi = method_abi(rt);
    if (!abi)
        exec_raise_pending();
    const void *code = how == HOW_ICALL ? rt->native : rt->code;
    abi_call(code, abi, args, abi->has_context ? context_for(rt->method) : NULL,
             result);
    if (how == HOW_ICALL && exception_pending())
        exec_raise_pending();
}

/* A calli may say another signature than its target has. */
static void fill_arguments(const InterpCode *code, uint64_t *words,
                           const uint64_t *args, uint32_t n)
{
    uint32_t given = n < code->arg_words ? n : code->arg_words;
    memcpy(words, args, (size_t)given * 8);
    memset(words + given, 0, (size_t)(code->arg_words - given) * 8);
}

void interp_invoke(MethodRt *rt, const uint64_t *args, uint32_t n_words, void *result)
{
    uint8_t how = method_how(rt);
    if (how == HOW_INTERP) {
        InterpCode *code = code_or_raise(rt);
        stack_check_room(8 * (uint64_t)code->words);
        uint64_t *words = alloca((size_t)code->words * 8);
        fill_arguments(code, words, args, n_words);
        interp_execute(code, words, result);
    } else if (how == HOW_UNKNOWN) {
        exec_raise_pending();
    } else {
        invoke_native(rt, how, args, result);
    }
}

/* -- call sites ---------------------------------------------------------------- */

static void gather(const InterpFrame *frame, const InterpCall *call, uint64_t *words)
{
    for (uint32_t i = 0; i < call->n_words; i++)
        words[i] = *(const uint64_t *)(frame->fp + call->from[i]);
}

static Object *receiver(const InterpFrame *frame, const InterpCall *call)
{
    Object *object = *(Object **)(frame->fp + call->from[0]);
    if (!object)
        helper_throw_null();
    return object;
}

static MethodRt *call_interface(InterpCall *call, Object *object)
{
    InterpCache *cache = __atomic_load_n(&call->cache, __ATOMIC_ACQUIRE);
    if (cache && cache->vtable == object->vtable)
        return cache->rt;
    MethodRt *rt = method_rt(helper_virt(object, call->method));
    /* Old pairs stay: others may be reading them. Sites with many types give up. */
    if (!cache && (cache = malloc(sizeof *cache))) {
        *cache = (InterpCache){object->vtable, rt};
        __atomic_store_n(&call->cache, cache, __ATOMIC_RELEASE);
    }
    return rt;
}

static MethodRt *call_virtual(const InterpCall *call, Object *object)
{
    if (call->method->slot < 0)
        return method_rt(call->method);
    Method *method = method_from_entry(object->vtable->slots[call->method->slot]);
    if (method && !method_is_shared(method))
        return method_rt(method);
    return method_rt(helper_virt(object, call->method));
}

static void call_pointer(const InterpFrame *frame, const InterpCall *call, void *result)
{
    void *code = *(void **)(frame->fp + call->fn);
    stack_check_room(8 * (uint64_t)call->n_words);
    uint64_t *words = alloca((size_t)call->n_words * 8 + 8);
    gather(frame, call, words);
    Method *method = method_from_entry(code);
    if (method && !method_is_shared(method) && !method_has_context_arg(method))
        interp_invoke(method_rt(method), words, call->n_words, result);
    else
        abi_call(code, call->abi, words, NULL, result);
}

static MethodRt *call_target(const InterpFrame *frame, InterpCall *call)
{
    switch (call->kind) {
    case IRK_DIRECT:
        if (call->null_check)
            receiver(frame, call);
        return call->rt;
    case IRK_VIRTUAL:
        return call_virtual(call, receiver(frame, call));
    case IRK_INTERFACE:
        return call_interface(call, receiver(frame, call));
    default:
        if (call->null_check)
            receiver(frame, call);
        return method_rt(*(Method **)(frame->fp + call->fn));
    }
}

void interp_call(InterpFrame *frame, InterpCall *call, void *result)
{
    if (call->kind == IRK_POINTER) {
        if (call->null_check)
            receiver(frame, call);
        call_pointer(frame, call, result);
        return;
    }
    MethodRt *rt = call_target(frame, call);
    uint8_t how = method_how(rt);
    if (__builtin_expect(how == HOW_INTERP, 1)) {
        InterpCode *code = code_or_raise(rt);
        stack_check_room(8 * (uint64_t)code->words);
        uint64_t *words = alloca((size_t)code->words * 8);
        assert(call->n_words <= code->words);
        gather(frame, call, words);
        interp_execute(code, words, result);
    } else if (how == HOW_UNKNOWN) {
        exec_raise_pending();
    } else {
        stack_check_room(8 * (uint64_t)call->n_words);
        uint64_t *words = alloca((size_t)call->n_words * 8 + 8);
        gather(frame, call, words);
        invoke_native(rt, how, words, result);
    }
}
