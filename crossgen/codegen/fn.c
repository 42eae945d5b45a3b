/* fn.c - statements of one function: locals, blocks, checks. */
#include "crossgen/codegen/cg_private.h"

#include <assert.h>

JitPlace *fn_local(Fn *fn, JitType *type, const char *name)
{
    return gcc_jit_function_new_local(fn->function, fn->loc, type, name);
}

void fn_assign(Fn *fn, JitPlace *place, JitValue *value)
{
    gcc_jit_block_add_assignment(fn->block, fn->loc, place, value);
}

void fn_eval(Fn *fn, JitValue *value)
{
    gcc_jit_block_add_eval(fn->block, fn->loc, value);
}

JitValue *fn_keep(Fn *fn, JitType *type, JitValue *value)
{
    JitPlace *place = fn_local(fn, type, "t");
    fn_assign(fn, place, val_cast(fn, value, type));
    return gcc_jit_lvalue_as_rvalue(place);
}

JitPlace *fn_place(Fn *fn, uint32_t var)
{
    Body *body = fn->body;
    assert(var < body->ir->n_vars);
    if (!fn->vars[var]) {
        JitType *type = type_of_var(fn->cg, &body->ir->vars[var]);
        if (body->homes[var] == HOME_FRAME && sync_in_memory(body, fn->part, var))
            return place_at(fn, fn->frame, body->offsets[var], type);
        fn->vars[var] = fn_local(fn, type, "v");
    }
    return fn->vars[var];
}

JitValue *fn_get(Fn *fn, uint32_t var)
{
    return gcc_jit_lvalue_as_rvalue(fn_place(fn, var));
}

JitValue *fn_ptr(Fn *fn, uint32_t var)
{
    return val_cast(fn, fn_get(fn, var), fn->cg->ptr);
}

JitValue *fn_word(Fn *fn, uint32_t var)
{
    return val_cast(fn, fn_get(fn, var), fn->cg->i8);
}

/* What is pinned is used by numbers from then on: it has a word in the frame that GCC
 * may not forget, until the program says that it is over. */
static void fn_pin(Fn *fn, uint32_t var)
{
    if (!fn->pins[var])
        fn->pins[var] = fn_local(fn, gcc_jit_type_get_volatile(fn->cg->ptr), "pin");
    fn_assign(fn, fn->pins[var], fn_ptr(fn, var));
}

void fn_set(Fn *fn, uint32_t var, JitValue *value)
{
    if (var == IR_NONE) {
        fn_eval(fn, value);
        return;
    }
    const IrVar *v = &fn->body->ir->vars[var];
    if (v->kind != IR_VT)
        value = val_cast(fn, value, type_of_var(fn->cg, v));
    fn_assign(fn, fn_place(fn, var), value);
    if (v->flags & IRV_PINNED && (v->kind == IR_REF || v->kind == IR_BYREF))
        fn_pin(fn, var);
}

JitBlock *fn_block(Fn *fn, const char *name)
{
    return gcc_jit_function_new_block(fn->function, name);
}

void fn_branch(Fn *fn, JitValue *condition, JitBlock *yes, JitBlock *no)
{
    gcc_jit_block_end_with_conditional(fn->block, fn->loc, condition, yes, no);
    fn->block = NULL;
}

void fn_jump(Fn *fn, JitBlock *block)
{
    gcc_jit_block_end_with_jump(fn->block, fn->loc, block);
    fn->block = NULL;
}

void fn_begin(Fn *fn, JitBlock *block)
{
    assert(!fn->block);
    fn->block = block;
}

void fn_unreachable(Fn *fn)
{
    fn_eval(fn, val_builtin(fn, "__builtin_unreachable", 0, NULL));
    fn_jump(fn, fn->block);
}

void fn_check(Fn *fn, JitValue *condition, HelperId helper)
{
    JitBlock *bad = fn_block(fn, "bad"), *good = fn_block(fn, "good");
    fn_branch(fn, val_unlikely(fn, condition), bad, good);
    fn_begin(fn, bad);
    fn_eval(fn, helper_call(fn, helper, 0, NULL));
    fn_unreachable(fn);
    fn_begin(fn, good);
}

void fn_check_null(Fn *fn, JitValue *pointer)
{
    JitValue *null = val_null(fn->cg);
    fn_check(fn, val_compare(fn, GCC_JIT_COMPARISON_EQ, pointer, null),
             HELPER_throw_null);
}

JitValue *fn_is_no_address(Fn *fn, uint32_t var)
{
    Cg *cg = fn->cg;
    return val_compare(fn, GCC_JIT_COMPARISON_LT,
                       val_cast(fn, fn_word(fn, var), cg->u8),
                       val_int(cg, cg->u8, LEAST_ADDRESS));
}

void fn_check_address(Fn *fn, uint32_t var)
{
    fn_check(fn, fn_is_no_address(fn, var), HELPER_throw_null);
}

/* References are null or good. */
void fn_check_insn_null(Fn *fn, JitValue *pointer)
{
    const IrInsn *insn = fn->insn;
    if (!(insn->flags & IRF_NULLCHECK))
        return;
    if (fn->body->ir->vars[insn->a].kind == IR_I8)
        fn_check_address(fn, insn->a);
    else
        fn_check_null(fn, pointer);
}
