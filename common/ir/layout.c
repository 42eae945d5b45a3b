#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/ir/visit.h"

/* Where a temporary is used: in one block (then its words serve others after its last
 * use), or in several, or through its address. */
typedef struct Range {
    uint32_t block; /* IR_NONE: not seen yet */
    uint32_t last;  /* instruction of the last use in block */
    bool global;
} Range;

typedef struct Layout {
    IrMethod *ir;
    Range *ranges;
    uint32_t block, insn;
    uint32_t *free[2]; /* stacks of free runs: one word, two words */
    uint32_t n_free[2];
    uint32_t top; /* first word that no live temporary holds */
    uint32_t high;
} Layout;

static uint32_t layout_words(const IrVar *var)
{
    if (var->kind != IR_VT)
        return 1;
    uint32_t size = type_value_size(var->type);
    return size ? (size + 7) / 8 : 1;
}

static void layout_see(void *user, uint32_t var)
{
    Layout *l = user;
    Range *range = &l->ranges[var];
    if (range->block == IR_NONE)
        range->block = l->block;
    else if (range->block != l->block)
        range->global = true;
    range->last = l->insn;
}

static bool layout_is_temp(const IrMethod *ir, uint32_t var)
{
    return var >= ir->n_args + ir->n_locals;
}

static void layout_place(Layout *l, uint32_t var)
{
    IrVar *v = &l->ir->vars[var];
    uint32_t words = layout_words(v);
    if (words <= 2 && l->n_free[words - 1]) {
        v->slot = l->free[words - 1][--l->n_free[words - 1]];
        return;
    }
    v->slot = l->top;
    l->top += words;
    l->high = l->top > l->high ? l->top : l->high;
}

static void layout_use(void *user, uint32_t var)
{
    Layout *l = user;
    Range *range = &l->ranges[var];
    if (!layout_is_temp(l->ir, var) || range->global)
        return;
    IrVar *v = &l->ir->vars[var];
    if (v->slot == IR_NONE)
        layout_place(l, var);
}

static void layout_end(void *user, uint32_t var)
{
    Layout *l = user;
    Range *range = &l->ranges[var];
    IrVar *v = &l->ir->vars[var];
    if (!layout_is_temp(l->ir, var) || range->global || range->last != l->insn)
        return;
    uint32_t words = layout_words(v);
    if (words > 2 || (v->flags & IRV_ADDRESSED))
        return;
    l->free[words - 1][l->n_free[words - 1]++] = v->slot;
    range->last = IR_NONE; /* once, also when the instruction names it twice */
}

static void layout_globals(Layout *l)
{
    IrMethod *ir = l->ir;
    for (uint32_t i = 0; i < ir->n_vars; i++) {
        IrVar *v = &ir->vars[i];
        v->slot = IR_NONE;
        if (layout_is_temp(ir, i) && !l->ranges[i].global)
            continue;
        v->slot = l->top;
        l->top += layout_words(v);
    }
    l->high = l->top;
}

/* Operands are released only after the result has its place: calls and what works
 * through addresses may write a result before they have read all operands. */
static void layout_block(Layout *l, const IrBlock *block)
{
    uint32_t base = l->top;
    l->n_free[0] = l->n_free[1] = 0;
    for (uint32_t i = block->first; i < block->first + block->n; i++) {
        l->insn = i;
        ir_visit_vars(&l->ir->insns[i], layout_use, l);
        ir_visit_vars(&l->ir->insns[i], layout_end, l);
    }
    l->top = base;
}

void ir_layout(IrMethod *ir)
{
    Layout l = {.ir = ir};
    l.ranges = mem_array(ir->n_vars + 1, sizeof *l.ranges);
    l.free[0] = mem_array(ir->n_vars + 1, 2 * sizeof **l.free);
    if (!l.ranges || !l.free[0])
        abort();
    l.free[1] = l.free[0] + ir->n_vars + 1;
    for (uint32_t i = 0; i < ir->n_vars; i++)
        l.ranges[i].block = IR_NONE;
    for (uint32_t b = 0; b < ir->n_blocks; b++) {
        l.block = b;
        for (uint32_t i = 0; i < ir->blocks[b].n; i++) {
            l.insn = ir->blocks[b].first + i;
            ir_visit_vars(&ir->insns[l.insn], layout_see, &l);
        }
    }
    layout_globals(&l);
    for (uint32_t b = 0; b < ir->n_blocks; b++)
        layout_block(&l, &ir->blocks[b]);
    ir->frame_words = l.high;
    free(l.ranges);
    free(l.free[0]);
}
