/* emit_flow.c - what ends a block. */
#include "crossgen/codegen/emit.h"

#include <assert.h>

void emit_jmp(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    fn_jump(fn, flow_block(fn, insn->target[0]));
}

void emit_br(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    fn_branch(fn, emit_condition(fn, insn), flow_block(fn, insn->target[0]),
              flow_block(fn, insn->target[1]));
}

void emit_brnz(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    JitType *type = insn->op == IR_BRNZ_I4 ? cg->i4 : cg->i8;
    JitValue *value = val_cast(fn, fn_get(fn, insn->a), type);
    fn_branch(fn,
              val_compare(fn, GCC_JIT_COMPARISON_NE, value,
                          gcc_jit_context_zero(cg->jit, type)),
              flow_block(fn, insn->target[0]), flow_block(fn, insn->target[1]));
}

void emit_switch(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    const IrSwitch *sw = insn->sw;
    gcc_jit_case **cases = arena_array(&cg->arena, gcc_jit_case *, sw->n + 1);
    for (uint32_t i = 0; i < sw->n; i++) {
        JitValue *number = val_int(cg, cg->u4, i);
        cases[i] = gcc_jit_context_new_case(cg->jit, number, number,
                                            flow_block(fn, sw->targets[i]));
    }
    JitValue *value = fn_keep(fn, cg->u4, fn_get(fn, insn->a));
    gcc_jit_block_end_with_switch(fn->block, fn->loc, value,
                                  flow_block(fn, sw->otherwise), (int)sw->n, cases);
    fn->block = NULL;
}

void emit_ret(Fn *fn, const IrInsn *insn, int arg)
{
    ret_emit(fn, arg ? insn->a : IR_NONE);
}

void emit_throw(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    fn_eval(fn, HELPER_CALL(fn, throw, fn_ptr(fn, insn->a)));
    fn_unreachable(fn);
    fn->block = NULL;
}

void emit_throw_err(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Fixup fixup = {.kind = FIX_ERROR, .error = insn->err};
    fn_eval(fn, HELPER_CALL(fn, throw_error, cell_lazy(fn, &fixup)));
    fn_unreachable(fn);
    fn->block = NULL;
}

void emit_rethrow(Fn *fn, const IrInsn *insn, int arg)
{
    (void)insn, (void)arg;
    Body *body = fn->body;
    uint32_t handler = fn->part;
    while (body->ir->parts[handler].kind != IRP_CATCH)
        handler = body->ir->parts[handler].parent;
    JitValue *exception = fn->exception;
    if (handler != fn->part)
        exception = val_load(
            fn, fn->frame, (int64_t)body->parts[handler].rethrow_slot * 8, fn->cg->ptr);
    fn_eval(fn, HELPER_CALL(fn, rethrow, exception));
    fn_unreachable(fn);
    fn->block = NULL;
}

void emit_leave(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    flow_leave(fn, insn->target[0]);
}

void emit_endfinally(Fn *fn, const IrInsn *insn, int arg)
{
    (void)insn, (void)arg;
    sync_end_handler(fn);
    gcc_jit_block_end_with_return(fn->block, fn->loc, val_int(fn->cg, fn->cg->i4, 0));
    fn->block = NULL;
}

void emit_endfilter(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    sync_end_handler(fn);
    gcc_jit_block_end_with_return(fn->block, fn->loc,
                                  val_cast(fn, fn_get(fn, insn->a), fn->cg->i4));
    fn->block = NULL;
}

void emit_catch(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    assert(fn->exception);
    fn_set(fn, insn->dst, fn->exception);
}
