/* lens.c - lengths of arrays that loops use, kept beside the variables.
 *
 * GCC can't know that an array's length never changes: every store makes it load the
 * length again, and no check ever goes away. So a variable of array type that is used
 * in a loop gets a companion that holds its length, or 0 for null, from its definition
 * on. A check against it is written as two signed comparisons, which GCC can prove from
 * a loop's condition (the unsigned one it can't), and it stands for the null check,
 * too.
 */
#include "crossgen/codegen/cg_private.h"

/* Is the variable in a local of every part that names it? */
static bool lens_is_local(const Body *body, uint32_t var)
{
    if (body->homes[var] == HOME_UNUSED)
        return false;
    if (body->homes[var] != HOME_FRAME)
        return true;
    for (uint32_t p = 0; p < body->ir->n_parts; p++)
        if (sync_in_memory(body, p, var))
            return false;
    return true;
}

static bool lens_candidate(const Body *body, uint32_t var)
{
    const IrVar *v = &body->ir->vars[var];
    return v->kind == IR_REF && v->type && v->type->element == ELEMENT_SZARRAY &&
           !(v->flags & IRV_ADDRESSED) && lens_is_local(body, var);
}

static bool lens_is_use(const IrInsn *insn)
{
    return insn->op == IR_LDLEN || insn->op == IR_LDELEM || insn->op == IR_STELEM ||
           insn->op == IR_LDELEMA;
}

/* A copy of a variable takes its length from there. */
static bool lens_propagate(Body *body)
{
    bool changed = false;
    for (uint32_t i = 0; i < body->ir->n_insns; i++) {
        const IrInsn *insn = &body->ir->insns[i];
        if (insn->op == IR_MOV && body->has_length[insn->dst] &&
            !body->has_length[insn->a] && lens_candidate(body, insn->a))
            changed = body->has_length[insn->a] = true;
    }
    return changed;
}

void lens_prepare(Body *body)
{
    const IrMethod *ir = body->ir;
    body->has_length = arena_array(&body->cg->arena, bool, ir->n_vars + 1);
    if (!ir->has_loops || body->cg->options->opt_level < 2)
        return;
    for (uint32_t b = 0; b < ir->n_blocks; b++) {
        if (!body->in_loop[b])
            continue;
        for (uint32_t i = 0; i < ir->blocks[b].n; i++) {
            const IrInsn *insn = &ir->insns[ir->blocks[b].first + i];
            if (lens_is_use(insn) && lens_candidate(body, insn->a))
                body->has_length[insn->a] = true;
        }
    }
    while (lens_propagate(body))
        ;
}

static JitPlace *lens_place(Fn *fn, uint32_t var)
{
    if (!fn->lengths[var])
        fn->lengths[var] = fn_local(fn, fn->cg->i4, "length");
    return fn->lengths[var];
}

JitValue *lens_get(Fn *fn, uint32_t var)
{
    return fn->body->has_length[var] ? gcc_jit_lvalue_as_rvalue(lens_place(fn, var))
                                     : NULL;
}

static void lens_load(Fn *fn, uint32_t var)
{
    Cg *cg = fn->cg;
    JitPlace *place = lens_place(fn, var);
    JitValue *array = fn_get(fn, var);
    JitBlock *set = fn_block(fn, "array"), *done = fn_block(fn, "done");
    fn_assign(fn, place, val_int(cg, cg->i4, 0));
    fn_branch(fn, val_compare(fn, GCC_JIT_COMPARISON_EQ, array, val_null(cg)), done,
              set);
    fn_begin(fn, set);
    fn_assign(fn, place, val_load(fn, array, ARRAY_LENGTH_OFFSET, cg->i4));
    fn_jump(fn, done);
    fn_begin(fn, done);
}

/* Tells GCC that a length is not negative. */
static void lens_assume(Fn *fn, uint32_t var)
{
    JitBlock *never = fn_block(fn, "never"), *on = fn_block(fn, "on");
    fn_branch(fn,
              val_compare(fn, GCC_JIT_COMPARISON_LT, lens_get(fn, var),
                          val_int(fn->cg, fn->cg->i4, 0)),
              never, on);
    fn_begin(fn, never);
    fn_unreachable(fn);
    fn->block = on;
}

void lens_define(Fn *fn, const IrInsn *insn)
{
    Cg *cg = fn->cg;
    uint32_t var = insn->dst;
    if (var == IR_NONE || !fn->block || !fn->body->has_length[var])
        return;
    if (insn->op == IR_CONST_NULL) {
        fn_assign(fn, lens_place(fn, var), val_int(cg, cg->i4, 0));
        return;
    }
    if (insn->op == IR_MOV && fn->body->has_length[insn->a]) {
        fn_assign(fn, lens_place(fn, var), lens_get(fn, insn->a));
        return;
    }
    if (insn->op == IR_NEWARR)
        fn_assign(fn, lens_place(fn, var), val_cast(fn, fn_get(fn, insn->a), cg->i4));
    else
        lens_load(fn, var);
    lens_assume(fn, var);
}

void lens_reload(Fn *fn, uint32_t var)
{
    if (!fn->body->has_length[var])
        return;
    lens_load(fn, var);
    lens_assume(fn, var);
}

/* At a function's entry: arguments of part 0 have values, other variables are null (or
 * are loaded by sync_enter). */
void lens_enter(Fn *fn)
{
    const Body *body = fn->body;
    const IrMethod *ir = body->ir;
    uint32_t n_known = body->osr ? ir->n_args + ir->n_locals : ir->n_args;
    for (uint32_t v = 0; v < ir->n_vars; v++) {
        if (!body->has_length[v] ||
            (body->homes[v] != fn->part && body->homes[v] != HOME_FRAME))
            continue;
        if (v < n_known && fn->part == 0)
            lens_reload(fn, v);
        else
            fn_assign(fn, lens_place(fn, v), val_int(fn->cg, fn->cg->i4, 0));
    }
}
