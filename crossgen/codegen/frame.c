/* frame.c - where the variables of a body live.
 *
 * Without protected regions all are locals of the one function. With them, a variable
 * that one part alone uses is a local of that part, unless it is an argument or a local
 * of the IL (its value must outlast the part) or its address is taken; all others lie
 * in the frame, an array in part 0's function whose address every part gets.
 *
 *     int n = 0;                           n: an IL local used in parts 0 and 1: frame
 *     try { int t = a * a; n = t; }        the temporary of a * a: home is part 1
 *     finally { log(n); }                  a: an argument used in part 1: frame
 *     return n;
 *
 * One scan gives each variable the part that mentions it, or HOME_FRAME at the second
 * one; those that must outlast their part follow, then frame words are dealt out in the
 * order of the variables. Whether a part works on the frame itself or on a copy in a
 * local is sync.c's to say.
 */
#include "crossgen/codegen/live_private.h"

#include "common/ir/visit.h"

typedef struct FrameScan {
    Body *body;
    uint32_t part;
} FrameScan;

static void frame_note(void *user, uint32_t var)
{
    FrameScan *scan = user;
    uint32_t *home = &scan->body->homes[var];
    if (*home == HOME_UNUSED)
        *home = scan->part;
    else if (*home != scan->part)
        *home = HOME_FRAME;
}

static bool frame_must_outlast(const IrVar *var)
{
    return (var->flags & (IRV_ARG | IRV_LOCAL | IRV_ADDRESSED)) != 0;
}

static bool frame_has_catchers(const IrMethod *ir)
{
    for (uint32_t p = 0; p < ir->n_parts; p++)
        for (uint32_t c = 0; c < ir->parts[p].n_clauses; c++)
            if (ir->parts[p].clauses[c].open)
                return true;
    return false;
}

static void frame_place_vars(Body *body)
{
    const IrMethod *ir = body->ir;
    if (frame_has_catchers(ir)) {
        uint32_t context = ir->ctx_var != IR_NONE ? ir->ctx_var : 0;
        body->homes[context] = HOME_FRAME;
        bit_set(body->live->addressed, context);
    }
    for (uint32_t v = 0; v < ir->n_vars; v++) {
        uint32_t home = body->homes[v];
        if (home != HOME_UNUSED && home != 0 && frame_must_outlast(&ir->vars[v]))
            body->homes[v] = HOME_FRAME;
        if (body->homes[v] != HOME_FRAME)
            continue;
        uint32_t size = ir->vars[v].kind == IR_VT ? size_of_type(ir->vars[v].type) : 8;
        body->offsets[v] = body->frame_words * 8;
        body->frame_words += (size + 7) / 8;
    }
    for (uint32_t p = 1; p < ir->n_parts; p++)
        if (body->parts[p].own_rethrow)
            body->parts[p].rethrow_slot = body->frame_words++;
    if (body->has_rooms)
        body->rooms_slot = body->frame_words++;
}

void frame_prepare(Body *body)
{
    const IrMethod *ir = body->ir;
    body->homes = arena_array(&body->cg->arena, uint32_t, ir->n_vars + 1);
    body->offsets = arena_array(&body->cg->arena, uint32_t, ir->n_vars + 1);
    for (uint32_t v = 0; v < ir->n_vars; v++)
        body->homes[v] = HOME_UNUSED;
    if (ir->n_parts > 1)
        body->live = live_compute(ir, &body->cg->arena);
    for (uint32_t b = 0; b < ir->n_blocks; b++) {
        FrameScan scan = {body, ir->blocks[b].part};
        for (uint32_t i = 0; i < ir->blocks[b].n; i++) {
            const IrInsn *insn = &ir->insns[ir->blocks[b].first + i];
            ir_visit_vars(insn, frame_note, &scan);
            if (insn->op == IR_CTX)
                frame_note(&scan, ir->ctx_var != IR_NONE ? ir->ctx_var : 0);
        }
    }
    frame_place_vars(body);
}
