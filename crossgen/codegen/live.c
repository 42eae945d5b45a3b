/* live.c - liveness over blocks, with the edges that exceptions take.
 *
 * Any instruction of a try part may go on at the part's handlers and filters, and so
 * may any of its filters, since an exception in there only means "no". A leave goes on
 * at its target and at the finally parts that it runs on the way; the end of a finally
 * part goes on where the leaves do that run it.
 *
 *     b0 (part 0):  x = 1; enter the try             in: z
 *     b1 (part 1):  y = f(x); leave b3               in: x, and z since b2 reads it
 *     b2 (catch):   z = g(z); leave b3               in: x, z
 *     b3 (part 0):  return x                         in: x
 *
 * The sets at the starts of blocks grow from the last block to the first, again and
 * again, until none does. What follows from them, a part at a time: which variables it
 * or a part inside it mentions and writes, and which of those that it writes a handler
 * may read, so that they must be in memory at every instruction that may throw.
 */
#include "crossgen/codegen/live_private.h"

#include "common/ir/visit.h"

typedef struct LiveScan {
    const IrMethod *ir;
    Arena *arena;
    struct Live *live;
    Bits *uses, *defs; /* per block: read before written, written */
    bool changed;
} LiveScan;

static Bits live_bits(LiveScan *scan)
{
    return arena_array(scan->arena, uint64_t, scan->live->n_words);
}

static Bits *live_bits_array(LiveScan *scan, uint32_t n)
{
    Bits *array = arena_array(scan->arena, Bits, n + 1);
    for (uint32_t i = 0; i < n; i++)
        array[i] = live_bits(scan);
    return array;
}

static void live_or(LiveScan *scan, Bits to, const uint64_t *from)
{
    for (uint32_t i = 0; i < scan->live->n_words; i++) {
        scan->changed |= (from[i] & ~to[i]) != 0;
        to[i] |= from[i];
    }
}

typedef struct LiveUse {
    LiveScan *scan;
    uint32_t block, skip; /* skip: the dst, which ir_visit_vars gives first */
} LiveUse;

static void live_use(void *user, uint32_t var)
{
    LiveUse *use = user;
    LiveScan *scan = use->scan;
    bit_set(scan->live->mentions[scan->ir->blocks[use->block].part], var);
    if (use->skip == var) { /* the first visit is the definition, later ones are uses */
        use->skip = IR_NONE;
        return;
    }
    if (!bit_test(scan->defs[use->block], var))
        bit_set(scan->uses[use->block], var);
}

static void live_scan_block(LiveScan *scan, uint32_t b)
{
    const IrMethod *ir = scan->ir;
    const IrBlock *block = &ir->blocks[b];
    for (uint32_t i = block->first; i < block->first + block->n; i++) {
        const IrInsn *insn = &ir->insns[i];
        LiveUse use = {scan, b, insn->dst};
        ir_visit_vars(insn, live_use, &use);
        if (insn->op == IR_CTX) {
            use.skip = IR_NONE;
            live_use(&use, ir->ctx_var != IR_NONE ? ir->ctx_var : 0);
        }
        if (insn->op == IR_ADDR)
            bit_set(scan->live->addressed, insn->a);
        if (insn->dst != IR_NONE) {
            bit_set(scan->defs[b], insn->dst);
            bit_set(scan->live->writes[block->part], insn->dst);
        }
    }
}

static void live_clauses(LiveScan *scan, const IrPart *part, Bits to)
{
    for (uint32_t c = 0; c < part->n_clauses; c++) {
        const IrClause *clause = &part->clauses[c];
        live_or(scan, to, scan->live->in[scan->ir->parts[clause->handler].entry]);
        if (clause->filter != IR_NONE)
            live_or(scan, to, scan->live->in[scan->ir->parts[clause->filter].entry]);
    }
}

/* The try part at whose clauses an exception of this very part goes on, or NULL. */
static const IrPart *live_try_of(const IrMethod *ir, uint32_t part)
{
    if (ir->parts[part].kind == IRP_FILTER)
        part = ir->parts[part].try_part;
    return ir->parts[part].kind == IRP_TRY ? &ir->parts[part] : NULL;
}

/* What handlers around a part need. */
static void live_exceptional(LiveScan *scan, uint32_t part, Bits to)
{
    for (; part != IR_NONE; part = scan->ir->parts[part].parent) {
        const IrPart *guarded = live_try_of(scan->ir, part);
        if (guarded)
            live_clauses(scan, guarded, to);
    }
}

static void live_finally(LiveScan *scan, uint32_t part, Bits out)
{
    for (; part != IR_NONE; part = scan->ir->parts[part].parent) {
        const IrPart *p = &scan->ir->parts[part];
        for (uint32_t c = 0; c < p->n_clauses; c++)
            if (p->clauses[c].kind == IRP_FINALLY)
                live_or(scan, out,
                        scan->live->in[scan->ir->parts[p->clauses[c].handler].entry]);
    }
}

static bool live_within(const IrMethod *ir, uint32_t part, uint32_t ancestor)
{
    while (part != ancestor && part != IR_NONE)
        part = ir->parts[part].parent;
    return part == ancestor;
}

/* The end of a finally handler: on to the targets of the leaves out of its try part. */
static void live_after_finally(LiveScan *scan, uint32_t try_part, Bits out)
{
    const IrMethod *ir = scan->ir;
    for (uint32_t b = 0; b < ir->n_blocks; b++) {
        const IrBlock *block = &ir->blocks[b];
        const IrInsn *last = &ir->insns[block->first + block->n - 1];
        if (last->op == IR_LEAVE && live_within(ir, block->part, try_part) &&
            !live_within(ir, ir->blocks[last->target[0]].part, try_part))
            live_or(scan, out, scan->live->in[last->target[0]]);
    }
    live_finally(scan, ir->parts[try_part].parent, out);
}

static void live_successors(LiveScan *scan, const IrBlock *block, Bits out)
{
    const IrInsn *last = &scan->ir->insns[block->first + block->n - 1];
    Bits *in = scan->live->in;
    if (last->op == IR_SWITCH) {
        for (uint32_t i = 0; i < last->sw->n; i++)
            live_or(scan, out, in[last->sw->targets[i]]);
        live_or(scan, out, in[last->sw->otherwise]);
    } else if (last->op == IR_ENDFILTER) {
        live_clauses(scan, &scan->ir->parts[scan->ir->parts[block->part].try_part],
                     out);
    } else if (last->op == IR_JMP || last->op == IR_LEAVE ||
               (last->op >= IR_BR_I4 && last->op <= IR_BRNZ_I8)) {
        live_or(scan, out, in[last->target[0]]);
        if (last->op != IR_JMP && last->op != IR_LEAVE)
            live_or(scan, out, in[last->target[1]]);
    }
    const IrPart *part = &scan->ir->parts[block->part];
    if (last->op == IR_LEAVE)
        live_finally(scan, block->part, out);
    else if (last->op == IR_ENDFINALLY && part->kind == IRP_FINALLY)
        live_after_finally(scan, part->try_part, out);
}

static void live_solve(LiveScan *scan)
{
    const IrMethod *ir = scan->ir;
    Bits out = live_bits(scan);
    for (bool again = true; again;) {
        again = false;
        for (uint32_t b = ir->n_blocks; b-- > 0;) {
            for (uint32_t i = 0; i < scan->live->n_words; i++)
                out[i] = 0;
            live_successors(scan, &ir->blocks[b], out);
            for (uint32_t i = 0; i < scan->live->n_words; i++)
                out[i] = (out[i] & ~scan->defs[b][i]) | scan->uses[b][i];
            live_exceptional(scan, ir->blocks[b].part, out);
            scan->changed = false;
            live_or(scan, scan->live->in[b], out);
            again |= scan->changed;
        }
    }
}

/* What a try part or its filter writes and one of its handlers reads has to be in
 * memory there. */
static void live_guarded(LiveScan *scan, uint32_t part)
{
    const IrMethod *ir = scan->ir;
    Bits read = live_bits(scan);
    for (uint32_t up = part; up != IR_NONE; up = ir->parts[up].parent) {
        const IrPart *guarded = live_try_of(ir, up);
        if (!guarded)
            continue;
        for (uint32_t w = 0; w < scan->live->n_words; w++)
            read[w] = 0;
        live_clauses(scan, guarded, read);
        for (uint32_t w = 0; w < scan->live->n_words; w++)
            scan->live->in_memory[part][w] |= read[w] & scan->live->writes[up][w];
    }
}

/* From the parts themselves to the parts around them. */
static void live_gather_parts(LiveScan *scan)
{
    const IrMethod *ir = scan->ir;
    Bits *own = live_bits_array(scan, ir->n_parts),
         *own_writes = live_bits_array(scan, ir->n_parts);
    for (uint32_t p = 0; p < ir->n_parts; p++) {
        live_or(scan, own[p], scan->live->mentions[p]);
        live_or(scan, own_writes[p], scan->live->writes[p]);
    }
    for (uint32_t p = 0; p < ir->n_parts; p++) {
        for (uint32_t up = ir->parts[p].parent; up != IR_NONE;
             up = ir->parts[up].parent) {
            live_or(scan, scan->live->mentions[up], own[p]);
            live_or(scan, scan->live->writes[up], own_writes[p]);
        }
    }
    for (uint32_t p = 0; p < ir->n_parts; p++)
        live_guarded(scan, p);
}

struct Live *live_compute(const IrMethod *ir, Arena *arena)
{
    struct Live *live = arena_new(arena, struct Live);
    live->n_words = ir->n_vars / 64 + 1;
    LiveScan scan = {.ir = ir, .arena = arena, .live = live};
    live->in = live_bits_array(&scan, ir->n_blocks);
    live->mentions = live_bits_array(&scan, ir->n_parts);
    live->writes = live_bits_array(&scan, ir->n_parts);
    live->in_memory = live_bits_array(&scan, ir->n_parts);
    live->addressed = live_bits(&scan);
    scan.uses = live_bits_array(&scan, ir->n_blocks);
    scan.defs = live_bits_array(&scan, ir->n_blocks);
    for (uint32_t b = 0; b < ir->n_blocks; b++)
        live_scan_block(&scan, b);
    live_solve(&scan);
    live_gather_parts(&scan);
    return live;
}
