/* emit_call.c - calls, and what they go through. */
#include "crossgen/codegen/emit.h"

#include <assert.h>

typedef struct Call {
    const IrCall *ir;
    const AbiSig *abi;
    JitValue **words;
    int n_words;
    JitPlace *memory; /* the caller's room for a result in memory */
    bool tail;
    JitValue *room;   /* tail calls: the TailCall, if they need it */
    uint32_t structs; /* bytes of it that are taken */
} Call;

static uint32_t call_arg_var(const IrCall *call, uint32_t i)
{
    if (i < call->n_args)
        return call->args[i];
    return call->ctx != IR_NONE ? call->ctx : call->fn;
}

/* A copy that outlives this frame. */
static void tail_push_struct(Fn *fn, Call *call, uint32_t var)
{
    Cg *cg = fn->cg;
    const IrVar *v = &fn->body->ir->vars[var];
    JitValue *at = val_offset(fn, call->room, TAIL_WORDS_OFFSET + call->structs);
    fn_assign(fn, place_at(fn, at, 0, type_of_var(cg, v)), fn_get(fn, var));
    call->structs += (size_of_type(v->type) + 7) & ~7u;
    call->words[call->n_words++] = val_cast(fn, at, cg->i8);
}

static void call_push_struct(Fn *fn, Call *call, const AbiArg *arg, uint32_t var)
{
    Cg *cg = fn->cg;
    if (!arg->by_pointer) {
        for (uint32_t w = 0; w < arg->n_words; w++)
            call->words[call->n_words++] =
                vt_word(fn, fn_place(fn, var), arg->size, w, arg->words[w]);
        return;
    }
    if (call->room) {
        tail_push_struct(fn, call, var);
        return;
    }
    JitPlace *copy = fn_local(fn, type_of_var(cg, &fn->body->ir->vars[var]), "copy");
    fn_assign(fn, copy, fn_get(fn, var));
    call->words[call->n_words++] =
        val_cast(fn, gcc_jit_lvalue_get_address(copy, fn->loc), cg->i8);
}

/* The result goes where the caller wants this method's; the interpreter knows where
 * that is if it has called this in the middle. */
static JitValue *tail_result(Fn *fn)
{
    return fn->body->osr
               ? val_null(fn->cg)
               : gcc_jit_param_as_rvalue(gcc_jit_function_get_param(fn->function, 0));
}

static void call_push_args(Fn *fn, Call *call)
{
    Cg *cg = fn->cg;
    const AbiSig *abi = call->abi;
    call->words = arena_array(&cg->arena, JitValue *, abi_word_count(abi) + 1);
    if (abi->ret == ABI_RET_MEMORY && call->tail) {
        call->words[call->n_words++] = tail_result(fn);
    } else if (abi->ret == ABI_RET_MEMORY) {
        call->memory = fn_local(fn, type_of_vt(cg, abi->ret_size), "result");
        call->words[call->n_words++] =
            val_cast(fn, gcc_jit_lvalue_get_address(call->memory, fn->loc), cg->ptr);
    }
    for (uint32_t i = 0; i < abi->n_args; i++) {
        uint32_t var = call_arg_var(call->ir, i);
        if (fn->body->ir->vars[var].kind == IR_VT)
            call_push_struct(fn, call, &abi->args[i], var);
        else
            call->words[call->n_words++] =
                val_cast(fn, fn_get(fn, var), cg->words[abi->args[i].words[0]]);
    }
}

static JitValue *call_entry_cell(Fn *fn, const IrCall *call, JitType *type)
{
    Fixup fixup = {.kind = call->callvirt ? FIX_CALLVIRT : FIX_ENTRY,
                   .method = call->method};
    return cell_load(fn, unit_cell(fn->cg->unit, &fixup), type);
}

static JitValue *call_virtual_target(Fn *fn, const IrCall *call, JitType *type)
{
    Cg *cg = fn->cg;
    Method *method = call->method;
    JitValue *vtable =
        fn_keep(fn, cg->ptr,
                val_load(fn, fn_ptr(fn, call->args[0]), OBJECT_VTABLE_OFFSET, cg->ptr));
    return val_load(fn, vtable, VTABLE_SLOTS_OFFSET + 8 * (int64_t)method->slot, type);
}

/* The call site's cache answers for one vtable; the helper fills it. */
static JitValue *call_interface_target(Fn *fn, const IrCall *call)
{
    Cg *cg = fn->cg;
    JitValue *object = fn_ptr(fn, call->args[0]);
    JitPlace *target = fn_local(fn, cg->ptr, "target");
    if (call->handle != IR_NONE) {
        fn_assign(fn, target,
                  HELPER_CALL(fn, iface_method, object, fn_ptr(fn, call->handle)));
        return gcc_jit_lvalue_as_rvalue(target);
    }
    Fixup fixup = {.kind = FIX_IFACE, .method = call->method};
    uint32_t cell = unit_cell(cg->unit, &fixup);
    JitBlock *filled = fn_block(fn, "filled"), *hit = fn_block(fn, "hit");
    JitBlock *miss = fn_block(fn, "miss"), *done = fn_block(fn, "done");
    JitValue *vtable =
        fn_keep(fn, cg->ptr, val_load(fn, object, OBJECT_VTABLE_OFFSET, cg->ptr));
    JitValue *cache = fn_keep(fn, cg->ptr, cell_load(fn, cell, cg->ptr));
    fn_branch(
        fn,
        val_unlikely(fn, val_compare(fn, GCC_JIT_COMPARISON_EQ, cache, val_null(cg))),
        miss, filled);
    fn_begin(fn, filled);
    JitValue *other =
        val_compare(fn, GCC_JIT_COMPARISON_NE,
                    val_load(fn, cache, offsetof(IfaceCache, vtable), cg->ptr), vtable);
    fn_branch(fn, val_unlikely(fn, other), miss, hit);
    fn_begin(fn, hit);
    fn_assign(fn, target, val_load(fn, cache, offsetof(IfaceCache, target), cg->ptr));
    fn_jump(fn, done);
    fn_begin(fn, miss);
    fn_assign(fn, target,
              HELPER_CALL(fn, iface, cell_unit(fn), val_int(cg, cg->i4, cell), object));
    fn_jump(fn, done);
    fn_begin(fn, done);
    return gcc_jit_lvalue_as_rvalue(target);
}

static JitValue *call_target(Fn *fn, const IrCall *call, JitType *type)
{
    Cg *cg = fn->cg;
    JitValue *target = NULL;
    switch (call->kind) {
    case IRK_DIRECT:
        return call_entry_cell(fn, call, type);
    case IRK_VIRTUAL:
        return fn_keep(fn, type, call_virtual_target(fn, call, type));
    case IRK_INTERFACE:
        target = call_interface_target(fn, call);
        break;
    case IRK_POINTER:
        target = fn_ptr(fn, call->fn);
        break;
    case IRK_METHOD:
        target = HELPER_CALL(fn, method_entry, fn_ptr(fn, call->fn));
        break;
    }
    return fn_keep(
        fn, type,
        gcc_jit_context_new_cast(cg->jit, fn->loc, fn_keep(fn, cg->ptr, target), type));
}

/* The upper bits of native code's small results are undefined. */
static JitValue *call_extend_native(Fn *fn, const Call *call, JitValue *result)
{
    Cg *cg = fn->cg;
    JitType *const types[] = {cg->i1, cg->u1, cg->i2, cg->u2};
    uint8_t element = type_underlying(call->ir->sig->ret)->element;
    if (!call->ir->unmanaged || element < ELEMENT_I1 || element > ELEMENT_U2)
        return result;
    return val_cast(fn, val_cast(fn, result, types[element - ELEMENT_I1]), cg->i4);
}

static void call_set_result(Fn *fn, const Call *call, uint32_t dst, JitValue *result)
{
    Cg *cg = fn->cg;
    const AbiSig *abi = call->abi;
    if (abi->ret == ABI_RET_VOID || dst == IR_NONE || abi->ret == ABI_RET_MEMORY) {
        fn_eval(fn, result);
        if (call->memory && dst != IR_NONE)
            fn_set(fn, dst, gcc_jit_lvalue_as_rvalue(call->memory));
        return;
    }
    if (fn->body->ir->vars[dst].kind != IR_VT) {
        fn_set(fn, dst, call_extend_native(fn, call, result));
        return;
    }
    JitPlace *place = fn_place(fn, dst);
    if (abi->ret == ABI_RET_WORD) {
        vt_set_word(fn, place, abi->ret_size, 0,
                    fn_keep(fn, cg->words[abi->ret_words[0]], result));
        return;
    }
    JitPlace *pair = fn_local(fn, type_of_result(cg, abi), "pair");
    fn_assign(fn, pair, result);
    JitValue *at = val_cast(fn, gcc_jit_lvalue_get_address(pair, fn->loc), cg->ptr);
    for (uint32_t i = 0; i < 2; i++) {
        JitType *type = cg->words[abi->ret_words[i] == ABI_F8 ? ABI_F8 : ABI_I8];
        vt_set_word(fn, place, abi->ret_size, i,
                    fn_keep(fn, type, val_load(fn, at, i * 8, type)));
    }
}

/* The function to call by name: an inlined copy, or the method itself. */
static JitFunction *call_function(Fn *fn, const IrInsn *insn)
{
    Body *body = fn->body,
         *copy = body->callees ? body->callees[insn - body->ir->insns] : NULL;
    if (copy)
        return copy->function;
    bool self =
        insn->call->kind == IRK_DIRECT && insn->call->method == body->ir->method;
    return self && !body->osr ? body->function : NULL;
}

/* -- tail calls ------------------------------------------------------------------ */

static bool call_is_tail(const Fn *fn, const Call *call)
{
    const Body *body = fn->body;
    const AbiSig *own = body->abi, *abi = call->abi;
    if (!call->ir->tail || body->host != body || fn->part || own->ret != abi->ret)
        return false;
    return own->ret == ABI_RET_VOID || own->ret == ABI_RET_MEMORY ||
           (own->ret_words[0] == abi->ret_words[0] &&
            (own->ret == ABI_RET_WORD || own->ret_words[1] == abi->ret_words[1]));
}

/* Has the call arguments that a jump with registers alone can't take along? */
static void tail_prepare(Fn *fn, Call *call)
{
    Cg *cg = fn->cg;
    const AbiSig *abi = call->abi;
    call->structs = 8 * abi_stack_words(abi);
    uint64_t bytes = call->structs;
    for (uint32_t i = 0; i < abi->n_args; i++)
        if (abi->args[i].by_pointer)
            bytes += (abi->args[i].size + 15) & ~7u;
    if (bytes || fn->body->osr)
        call->room =
            fn_keep(fn, cg->ptr,
                    HELPER_CALL(fn, tail_room, val_int(cg, cg->i8, (int64_t)bytes)));
}

/* Ends the method with a call that GCC has to make a jump, at any level: the method's
 * own frame is gone then, whatever points into it. */
static void tail_jump(Fn *fn, JitValue *result)
{
    gcc_jit_rvalue_set_bool_require_tail_call(result, 1);
    gcc_jit_block_end_with_return(fn->block, fn->loc, result);
    fn->block = NULL;
}

static JitValue *tail_helper(Fn *fn)
{
    Cg *cg = fn->cg;
    Fixup fixup = {.kind = FIX_HELPER, .helper = HELPER_tail_call};
    JitType *type = gcc_jit_context_new_function_ptr_type(
        cg->jit, NULL, type_of_result(cg, fn->body->own_abi), 0, NULL, 0);
    JitValue *function = cell_load(fn, unit_cell(cg->unit, &fixup), type);
    return gcc_jit_context_new_call_through_ptr(cg->jit, fn->loc, function, 0, NULL);
}

/* Leaves the call to helper tail_call, or to the interpreter that called this. */
static void tail_store(Fn *fn, const Call *call, JitValue *target)
{
    Cg *cg = fn->cg;
    uint32_t gpr = 0, xmm = 0, stack = 0;
    for (int i = 0; i < call->n_words; i++) {
        JitType *type = gcc_jit_rvalue_get_type(call->words[i]);
        bool is_float = type == cg->f4 || type == cg->f8;
        uint32_t *next = is_float ? &xmm : &gpr;
        int64_t at = is_float ? TAIL_XMM_OFFSET + 8 * xmm : TAIL_GPR_OFFSET + 8 * gpr;
        if (*next >= (is_float ? 8u : 6u)) {
            next = &stack;
            at = TAIL_WORDS_OFFSET + 8 * stack;
        }
        fn_assign(fn, place_at(fn, call->room, at, type), call->words[i]);
        ++*next;
    }
    fn_assign(fn, place_at(fn, call->room, TAIL_N_STACK_OFFSET, cg->i8),
              val_int(cg, cg->i8, stack));
    fn_assign(fn, place_at(fn, call->room, TAIL_CODE_OFFSET, cg->ptr),
              val_cast(fn, target, cg->ptr));
    if (!fn->body->osr) {
        tail_jump(fn, tail_helper(fn));
        return;
    }
    gcc_jit_block_end_with_void_return(fn->block, fn->loc);
    fn->block = NULL;
}

static JitValue *call_value(Fn *fn, const Call *call, JitFunction *function,
                            JitValue *target)
{
    gcc_jit_context *jit = fn->cg->jit;
    return function ? gcc_jit_context_new_call(jit, fn->loc, function, call->n_words,
                                               call->words)
                    : gcc_jit_context_new_call_through_ptr(jit, fn->loc, target,
                                                           call->n_words, call->words);
}

void emit_call(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    Call call = {.ir = insn->call,
                 .abi = fn->body->call_abi[insn - fn->body->ir->insns]};
    if (call.ir->null_check)
        fn_check_null(fn, fn_ptr(fn, call.ir->args[0]));
    if (call.ir->unmanaged)
        fn_check_null(fn, fn_ptr(fn, call.ir->fn));
    JitFunction *function = call_function(fn, insn);
    bool inlined = function && function != fn->body->function;
    call.tail = !inlined && call_is_tail(fn, &call);
    bool stored = call.tail && (fn->body->osr || abi_stack_words(call.abi));
    if (stored)
        function = NULL;
    const AbiSig *abi = call.tail ? body_own_abi(fn->body, call.abi) : call.abi;
    JitValue *target =
        function ? NULL : call_target(fn, call.ir, type_of_callee(cg, abi));
    if (call.tail)
        tail_prepare(fn, &call);
    call_push_args(fn, &call);
    if (stored)
        tail_store(fn, &call, target);
    else if (call.tail)
        tail_jump(fn, call_value(fn, &call, function, target));
    else
        call_set_result(fn, &call, insn->dst, call_value(fn, &call, function, target));
}

void emit_ldftn_m(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    fn_set(fn, insn->dst, HELPER_CALL(fn, ldftn, fn_ptr(fn, insn->a)));
}

void emit_virt(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *object = fn_ptr(fn, insn->a);
    fn_check_insn_null(fn, object);
    fn_set(fn, insn->dst, HELPER_CALL(fn, virt, object, fn_ptr(fn, insn->b)));
}

/* The exact type of `this` that the method belongs to: the object's own, if that is an
 * instance of the same definition, else an ancestor of it. */
static JitValue *call_this_context(Fn *fn)
{
    Cg *cg = fn->cg;
    Type *type = fn->body->ir->method->type;
    JitValue *object = fn_ptr(fn, 0);
    JitPlace *context = fn_local(fn, cg->ptr, "context");
    JitValue *vtable =
        fn_keep(fn, cg->ptr, val_load(fn, object, OBJECT_VTABLE_OFFSET, cg->ptr));
    fn_assign(fn, context, val_load(fn, vtable, VTABLE_TYPE_OFFSET, cg->ptr));
    JitBlock *derived = fn_block(fn, "derived"), *done = fn_block(fn, "done");
    JitValue *canonical = cell_type(fn, type);
    JitValue *wanted = val_load(fn, canonical, TYPE_DEF_OFFSET, cg->ptr);
    JitValue *found =
        val_load(fn, gcc_jit_lvalue_as_rvalue(context), TYPE_DEF_OFFSET, cg->ptr);
    fn_branch(fn, val_compare(fn, GCC_JIT_COMPARISON_EQ, wanted, found), done, derived);
    fn_begin(fn, derived);
    fn_assign(fn, context, HELPER_CALL(fn, this_context, object, canonical));
    fn_jump(fn, done);
    fn_begin(fn, done);
    return gcc_jit_lvalue_as_rvalue(context);
}

JitValue *ctx_get(Fn *fn)
{
    const IrMethod *ir = fn->body->ir;
    if (ir->ctx_var != IR_NONE)
        return fn_ptr(fn, ir->ctx_var);
    assert(ir->ctx_kind == CONTEXT_THIS);
    return call_this_context(fn);
}

void emit_ctx(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    fn_set(fn, insn->dst, ctx_get(fn));
}

void emit_lookup(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Fixup fixup = {.kind = FIX_LOOKUP, .lookup = insn->lookup};
    JitValue *descriptor = cell_lazy(fn, &fixup);
    fn_set(fn, insn->dst, HELPER_CALL(fn, lookup, fn_ptr(fn, insn->a), descriptor));
}
