/* inline.c - which callees go into a method's code, as copies for GCC to inline.
 *
 * Copies belong to one method of the unit, which then depends on their IL. Chains have
 * a limited depth, never lead back to a method of the chain, and all copies of a method
 * have a common budget, counted in IR instructions per call site. What throws by
 * itself, walks the stack or calls itself is not inlined: it would be missing from the
 * trace.
 *
 *     int Main()   { return Twice(Get(o)); }
 *     int Get(C o) { return o.value; }
 *     int Twice(int n) { return Add(n, n); }
 *
 * Main's call sites are looked at in order, but for those in blocks that end in a
 * throw. Get is small enough: its copy is Main_i1. For Twice a copy is prepared, in
 * which Add becomes Main_i2, and Twice Main_i3. A second call of Get in any of them
 * finds Main_i1 (a method has one copy of a callee), but pays from the budget again.
 * Copies are functions that nobody else can call, and GCC, which may inline all of
 * them, does the rest.
 */
#include "crossgen/codegen/cg_private.h"

#include <string.h>

#include "common/ir/synth.h"

enum {
    INLINE_SMALL = 64,  /* bytes of IL that are worth it without being asked */
    INLINE_LEAF = 100,  /* the same of straight code that calls nothing */
    INLINE_ASKED = 320, /* with AggressiveInlining */
    INLINE_DEPTH = 8,
    INLINE_COPIES = 96,     /* of one method */
    INLINE_BUDGET = 2400,   /* instructions that one method takes over */
    INLINE_SYNTHESISED = 16 /* instructions */
};

static bool inline_in_chain(const Body *body, const Method *method)
{
    for (; body; body = body->caller)
        if (body->ir->method == method || body->ir->method->def == method->def)
            return true;
    return false;
}

static bool inline_method_allows(Method *method)
{
    if (method->impl_flags & (IMPL_NOINLINING | IMPL_SYNCHRONIZED | IMPL_INTERNALCALL))
        return false;
    if (method->flags & (METHOD_ABSTRACT | METHOD_PINVOKE))
        return false;
    if (method->synth || (method->type->bits & TYPE_BIT_DELEGATE))
        return method->synth ||
               (method->impl_flags & IMPL_CODE_TYPE_MASK) == IMPL_RUNTIME;
    return (method->impl_flags & IMPL_CODE_TYPE_MASK) == 0;
}

/* Has the method IL of the size that is worth it, without protected regions? leaf: it
 * has if it calls nothing. */
static bool inline_body_allows(Method *method, bool *leaf)
{
    if (method->synth || (method->type->bits & TYPE_BIT_DELEGATE))
        return true;
    Arena scratch = ARENA_INIT;
    Err err = ERR_INIT;
    IlBody il;
    bool asked = (method->impl_flags & IMPL_AGGRESSIVE_INLINING) != 0;
    bool ok = method_body(method, &scratch, &il, &err) && il.n_clauses == 0 &&
              il.code.size <= (asked ? INLINE_ASKED : INLINE_LEAF);
    *leaf = ok && !asked && il.code.size > INLINE_SMALL;
    arena_free(&scratch);
    return ok;
}

static bool inline_ir_allows(const IrMethod *ir)
{
    if (ir->n_parts > 1 || ir->has_loops)
        return false;
    if (!ir->il_hash && ir->n_insns > INLINE_SYNTHESISED)
        return false;
    for (uint32_t i = 0; i < ir->n_insns; i++) {
        const IrInsn *insn = &ir->insns[i];
        if (insn->op == IR_THROW || insn->op == IR_THROW_ERR || insn->op == IR_LOCALLOC)
            return false;
        if (insn->op == IR_CALL && insn->call->method &&
            insn->call->method->def == ir->method->def)
            return false;
    }
    return true;
}

static bool inline_is_leaf(const IrMethod *ir)
{
    for (uint32_t i = 0; i < ir->n_insns; i++)
        if (ir->insns[i].op == IR_CALL)
            return false;
    return ir->n_blocks <= 2; /* the first one only goes to the second */
}

/* The callee's IR if it may be inlined anywhere; decided once in a context. */
IrMethod *inline_import(Cg *cg, Method *method)
{
    static IrMethod refused;
    IrMethod *ir = map_ptr_get(&cg->imports, method);
    if (!ir) {
        Err err = ERR_INIT;
        bool leaf = false;
        if (inline_method_allows(method) && inline_body_allows(method, &leaf))
            ir = ir_import(method, &cg->arena, &err);
        if (!ir || !inline_ir_allows(ir) || (leaf && !inline_is_leaf(ir)))
            ir = &refused;
        map_ptr_put(&cg->imports, method, ir);
    }
    return ir == &refused ? NULL : ir;
}

static Body *inline_copy(Body *body, Method *method)
{
    Body *host = body->host;
    Body *copy = map_ptr_get(&host->copies, method);
    if (copy)
        return copy;
    if (body->depth >= INLINE_DEPTH || host->n_copies >= INLINE_COPIES ||
        body->cg->n_inlined >= body->cg->options->inline_limit)
        return NULL;
    Err err = ERR_INIT;
    copy = body_open_copy(body, method);
    if (!body_prepare(copy, &err))
        return NULL;
    host->n_copies++;
    body->cg->n_inlined++;
    copy->symbol =
        arena_printf(&body->cg->arena, "%s_i%u", host->symbol, host->n_copies);
    *vec_push(&host->order) = copy;
    map_ptr_put(&host->copies, method, copy);
    return copy;
}

static bool inline_is_cold(const IrMethod *ir, const IrBlock *block)
{
    IrOp last = ir->insns[block->first + block->n - 1].op;
    return last == IR_THROW || last == IR_THROW_ERR || last == IR_RETHROW;
}

static void inline_call(Body *body, uint32_t i)
{
    Cg *cg = body->cg;
    const IrCall *call = body->ir->insns[i].call;
    if (call->kind != IRK_DIRECT || inline_in_chain(body, call->method))
        return;
    const IrMethod *ir = inline_import(cg, call->method);
    if (!ir || body->host->inlined + ir->n_insns > INLINE_BUDGET ||
        (call->tail && ir_has_tails(ir)))
        return; /* a copy's tail calls are ordinary calls */
    Body *copy = inline_copy(body, call->method);
    if (!copy)
        return;
    body->host->inlined += ir->n_insns;
    body->callees[i] = copy;
}

void inline_choose(Body *body)
{
    const IrMethod *ir = body->ir;
    if (!body->cg->options->inline_limit || body->cg->options->opt_level < 1)
        return;
    body->callees = arena_array(&body->cg->arena, Body *, ir->n_insns + 1);
    for (uint32_t b = 0; b < ir->n_blocks; b++) {
        const IrBlock *block = &ir->blocks[b];
        if (inline_is_cold(ir, block))
            continue;
        for (uint32_t i = block->first; i < block->first + block->n; i++)
            if (ir->insns[i].op == IR_CALL)
                inline_call(body, i);
    }
}
