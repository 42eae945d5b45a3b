/* import_parts.c - where blocks begin, and which try or handler each lies in.
 *
 * Leaders are marked in one pass over the IL: targets, what follows a branch, the ends
 * of clauses. Clauses of one range make one TRY part, each handler and filter a part,
 * nested as their ranges are: sorted from outside in, a stack of the open ones gives
 * parents.
 *
 *   .try { A } catch { H: ... leave L }  L: ret
 *   part 0 METHOD: L; part 1 TRY: A, its clause's handler is 2; part 2 CATCH: H
 *
 * Control enters a TRY from its parent and at its start alone, so a branch to an IL
 * block is led through the entry blocks of the parts around it, outermost first
 * (import_enter). An entry is the first block of the part, or a made one before it. A
 * leave from a catch handler may go into the middle of the handler's own try block
 * (III.3.46): it sets the part's selector and goes to the entry, which switches
 * (import_resume). No edge leads to handlers: they become reachable with their TRY
 * (import_seed_handlers).
 */
#include <stdlib.h>
#include <string.h>

#include "common/ir/import.h"

/* -- blocks ---------------------------------------------------------------------- */

static void import_mark_leader(Importer *im, uint32_t at, uint8_t marks)
{
    if (at < im->body.code.size)
        im->marks[at] |= (uint8_t)(MARK_LEADER | marks);
}

static void import_mark_var(Importer *im, uint64_t var, uint32_t n, uint8_t state)
{
    if (var < n)
        im->var_state[var] |= state;
}

static bool import_is_terminator(IlOp op)
{
    return op == CIL_RET || op == CIL_THROW || op == CIL_RETHROW ||
           op == CIL_ENDFINALLY || op == CIL_ENDFILTER || op == CIL_JMP;
}

static void import_scan_insn(Importer *im, const IlInsn *insn)
{
    switch (insn->op) {
    case CIL_LDARGA:
    case CIL_LDARGA_S:
        import_mark_var(im, (uint64_t)insn->u.i, im->n_args, VAR_ADDRESSED);
        break;
    case CIL_STARG:
    case CIL_STARG_S:
        import_mark_var(im, (uint64_t)insn->u.i, im->n_args, VAR_STORED);
        break;
    case CIL_LDLOCA:
    case CIL_LDLOCA_S:
        import_mark_var(im, (uint64_t)insn->u.i + im->n_args, im->n_args + im->n_locals,
                        VAR_ADDRESSED);
        break;
    case CIL_SWITCH:
        for (uint32_t i = 0; i < insn->u.sw.n; i++)
            import_mark_leader(im, il_switch_target(im->body.code, insn, i),
                               MARK_TARGET);
        import_mark_leader(im, insn->next, 0);
        break;
    default:
        if (import_is_terminator(insn->op))
            import_mark_leader(im, insn->next, 0);
        break;
    }
}

static bool import_is_branch(IlOp op)
{
    return (op >= CIL_BR_S && op <= CIL_BLT_UN) || op == CIL_LEAVE || op == CIL_LEAVE_S;
}

static void import_scan(Importer *im)
{
    IlInsn insn;
    for (uint32_t at = 0; il_decode(im->body.code, at, &insn); at = insn.next) {
        im->marks[at] |= MARK_INSN;
        if (import_is_branch(insn.op)) {
            import_mark_leader(im, insn.u.target, MARK_TARGET);
            import_mark_leader(im, insn.next, 0);
        } else {
            import_scan_insn(im, &insn);
        }
    }
}

static bool import_mark_clauses(Importer *im)
{
    uint32_t size = (uint32_t)im->body.code.size;
    for (uint32_t i = 0; i < im->body.n_clauses; i++) {
        const IlClause *c = &im->body.clauses[i];
        uint32_t filter =
            c->kind == IL_CLAUSE_FILTER ? c->filter_start : c->handler_start;
        const uint32_t at[] = {c->try_start, c->try_end, c->handler_start,
                               c->handler_end, filter};
        for (int k = 0; k < 5; k++) {
            if (at[k] > size || (at[k] < size && !(im->marks[at[k]] & MARK_INSN)))
                return import_invalid(
                    im, "clause %u begins or ends inside an instruction", i);
            import_mark_leader(im, at[k], 0);
        }
        if (c->try_start >= c->try_end || c->handler_start >= c->handler_end ||
            filter > c->handler_start)
            return import_invalid(im, "clause %u is empty", i);
    }
    return true;
}

bool import_find_blocks(Importer *im)
{
    import_mark_leader(im, 0, 0);
    import_scan(im);
    if (!import_mark_clauses(im))
        return false;
    for (uint32_t at = 0; at < im->body.code.size; at++) {
        im->block_at[at] = IR_NONE;
        if ((im->marks[at] & (MARK_LEADER | MARK_INSN)) != (MARK_LEADER | MARK_INSN))
            continue;
        im->block_at[at] = (uint32_t)im->blocks.n;
        *vec_push(&im->blocks) = (Block){.il = at};
    }
    im->n_il_blocks = (uint32_t)im->blocks.n;
    return im->n_il_blocks && !im->block_at[0] ? true
                                               : import_invalid(im, "no instruction");
}

/* -- parts ----------------------------------------------------------------------- */

static uint32_t import_add_part(Importer *im, IrPartKind kind, uint32_t start,
                                uint32_t end)
{
    *vec_push(&im->parts) = (Part){.kind = kind,
                                   .start = start,
                                   .end = end,
                                   .parent = 0,
                                   .try_part = IR_NONE,
                                   .entry = IR_NONE};
    return (uint32_t)im->parts.n - 1;
}

static int import_compare_clauses(const void *a, const void *b)
{
    const IlClause *x = *(const IlClause *const *)a, *y = *(const IlClause *const *)b;
    if (x->try_start != y->try_start)
        return x->try_start < y->try_start ? -1 : 1;
    if (x->try_end != y->try_end)
        return x->try_end < y->try_end ? -1 : 1;
    return x < y ? -1 : x > y;
}

static bool import_clause_type(Importer *im, const IlClause *from, IrClause *to)
{
    TypeOperand operand;
    if (!import_type_operand(im, from->token, &operand)) {
        *im->err = im->soft;
        return false;
    }
    to->type = operand.type;
    to->open = operand.open == operand.type ? NULL : operand.open;
    return true;
}

static bool import_add_handler(Importer *im, const IlClause *from, uint32_t try_part,
                               IrClause *to)
{
    static const uint8_t kinds[] = {[IL_CLAUSE_CATCH] = IRP_CATCH,
                                    [IL_CLAUSE_FILTER] = IRP_CATCH,
                                    [IL_CLAUSE_FINALLY] = IRP_FINALLY,
                                    [IL_CLAUSE_FAULT] = IRP_FAULT};
    to->kind =
        from->kind == IL_CLAUSE_FILTER ? IRP_FILTER : (IrPartKind)kinds[from->kind];
    to->filter = IR_NONE;
    if (from->kind == IL_CLAUSE_CATCH && !import_clause_type(im, from, to))
        return false;
    if (from->kind == IL_CLAUSE_FILTER) {
        to->filter =
            import_add_part(im, IRP_FILTER, from->filter_start, from->handler_start);
        im->parts.at[to->filter].try_part = try_part;
    }
    to->handler = import_add_part(im, (IrPartKind)kinds[from->kind],
                                  from->handler_start, from->handler_end);
    im->parts.at[to->handler].try_part = try_part;
    return true;
}

/* Clauses of one try range, in the order of the file, become one try part. */
static bool import_add_try(Importer *im, const IlClause **clauses, uint32_t n)
{
    uint32_t part =
        import_add_part(im, IRP_TRY, clauses[0]->try_start, clauses[0]->try_end);
    IrClause *to = arena_array(im->scratch, IrClause, n);
    for (uint32_t i = 0; i < n; i++)
        if (!import_add_handler(im, clauses[i], part, &to[i]))
            return false;
    im->parts.at[part].clauses = to;
    im->parts.at[part].n_clauses = n;
    return true;
}

static bool import_add_clauses(Importer *im)
{
    uint32_t n = im->body.n_clauses;
    const IlClause **sorted = arena_array(im->scratch, const IlClause *, n + 1);
    for (uint32_t i = 0; i < n; i++)
        sorted[i] = &im->body.clauses[i];
    qsort(sorted, n, sizeof *sorted, import_compare_clauses);
    for (uint32_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && sorted[end]->try_start == sorted[i]->try_start &&
                          sorted[end]->try_end == sorted[i]->try_end;)
            end++;
        if (!import_add_try(im, sorted + i, end - i))
            return false;
    }
    return true;
}

/* A synchronized method is one try part with a finally handler that has no IL. */
static uint32_t import_add_monitor(Importer *im)
{
    uint32_t part = import_add_part(im, IRP_TRY, 0, (uint32_t)im->body.code.size);
    uint32_t handler = import_add_part(im, IRP_FINALLY, IR_NONE, IR_NONE);
    im->parts.at[handler].try_part = part;
    IrClause *clause = arena_new(im->scratch, IrClause);
    *clause = (IrClause){.kind = IRP_FINALLY, .handler = handler, .filter = IR_NONE};
    im->parts.at[part].clauses = clause;
    im->parts.at[part].n_clauses = 1;
    im->parts.at[part].seeded = true;
    return part;
}

typedef struct Range {
    uint32_t start, end, part;
} Range;

static int import_compare_ranges(const void *a, const void *b)
{
    const Range *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end > y->end ? -1 : 1;
    return x->part < y->part ? -1 : x->part > y->part;
}

static bool import_nest(Importer *im, const Range *ranges, uint32_t n, uint32_t root)
{
    uint32_t top = root;
    for (uint32_t i = 0; i < n; i++) {
        while (top != root && im->parts.at[top].end <= ranges[i].start)
            top = im->parts.at[top].parent;
        if (top != root && ranges[i].end > im->parts.at[top].end)
            return import_invalid(im, "protected regions overlap");
        im->parts.at[ranges[i].part].parent = top;
        top = ranges[i].part;
    }
    for (uint32_t i = 0; i < n; i++) {
        const Part *part = &im->parts.at[ranges[i].part];
        if (part->try_part != IR_NONE &&
            im->parts.at[part->try_part].parent != part->parent)
            return import_invalid(im, "a handler lies elsewhere than its try block");
    }
    return true;
}

static void import_assign_parts(Importer *im, const Range *ranges, uint32_t n,
                                uint32_t root)
{
    uint32_t top = root, next = 0;
    for (uint32_t i = 0; i < im->n_il_blocks; i++) {
        uint32_t il = im->blocks.at[i].il;
        while (top != root && im->parts.at[top].end <= il)
            top = im->parts.at[top].parent;
        for (; next < n && ranges[next].start <= il; next++)
            top = ranges[next].part;
        im->blocks.at[i].part = top;
    }
}

static bool import_takes_exception(const Part *part)
{
    return part->kind == IRP_CATCH || part->kind == IRP_FILTER;
}

/* The try part that a leave from a part resumes inside: it comes from a catch handler
 * of it. IR_NONE: none, or its start. */
static uint32_t import_resumed_try(const Importer *im, uint32_t from, uint32_t block)
{
    uint32_t to = im->blocks.at[block].part;
    if (im->parts.at[to].kind != IRP_TRY ||
        im->parts.at[to].start == im->blocks.at[block].il)
        return IR_NONE;
    for (; from; from = im->parts.at[from].parent)
        if (im->parts.at[from].kind == IRP_CATCH && im->parts.at[from].try_part == to)
            return to;
    return IR_NONE;
}

static void import_count_resumes(Importer *im)
{
    IlInsn insn;
    uint32_t block = 0, size = (uint32_t)im->body.code.size;
    for (uint32_t at = 0; il_decode(im->body.code, at, &insn); at = insn.next) {
        if (im->block_at[at] != IR_NONE)
            block = im->block_at[at];
        if ((insn.op != CIL_LEAVE && insn.op != CIL_LEAVE_S) || insn.u.target >= size ||
            !(im->marks[insn.u.target] & MARK_INSN))
            continue;
        uint32_t part = import_resumed_try(im, im->blocks.at[block].part,
                                           im->block_at[insn.u.target]);
        if (part != IR_NONE)
            im->parts.at[part].n_resumes++;
    }
    for (uint32_t i = 1; i < im->parts.n; i++) {
        Part *part = &im->parts.at[i];
        if (!part->n_resumes)
            continue;
        part->selector = import_var(im, IR_I4, im->world->known.i4, 0);
        part->resume = arena_new(im->arena, IrSwitch);
        part->resume->n = part->n_resumes + 1;
        part->resume->targets = arena_array(im->arena, uint32_t, part->resume->n);
    }
}

void import_reset_resumes(Importer *im)
{
    for (uint32_t i = 1; i < im->parts.n; i++)
        if (im->parts.at[i].n_resumes)
            import_emit(im, IR_CONST_I4, im->parts.at[i].selector, IR_NONE, IR_NONE);
}

void import_emit_resume(Importer *im, uint32_t number, uint32_t start)
{
    Part *part = &im->parts.at[number];
    uint32_t index = import_temp(im, IR_I4, NULL);
    for (uint32_t i = 0; i < part->resume->n; i++)
        if (i == 0 || i > part->n_resumed)
            part->resume->targets[i] = start;
    part->resume->otherwise = start;
    import_emit(im, IR_MOV, index, part->selector, IR_NONE);
    import_emit(im, IR_CONST_I4, part->selector, IR_NONE, IR_NONE);
    import_emit(im, IR_SWITCH, IR_NONE, index, IR_NONE)->sw = part->resume;
    import_end_block(im);
}

/* Goes on at a block inside the try part, by way of its entry. */
static uint32_t import_resume(Importer *im, uint32_t number, uint32_t block)
{
    Part *part = &im->parts.at[number];
    uint32_t target = import_edge(im, block);
    if (target == IR_NONE)
        return IR_NONE;
    import_emit(im, IR_CONST_I4, part->selector, IR_NONE, IR_NONE)->imm =
        ++part->n_resumed;
    part->resume->targets[part->n_resumed] = target;
    im->has_loops = true;
    return part->entry;
}

/* A part begins in a block of its own making when its first IL block belongs to a part
 * inside it, or when its CATCH must not be run again by a branch to that block. Such
 * blocks follow the entry block of the method. */
static void import_make_entries(Importer *im)
{
    if (im->body.n_clauses)
        import_count_resumes(im);
    for (uint32_t i = 1; i < im->parts.n; i++) {
        Part *part = &im->parts.at[i];
        uint32_t block = part->start == IR_NONE ? IR_NONE : im->block_at[part->start];
        if (block != IR_NONE && im->blocks.at[block].part == i && !part->n_resumes &&
            !(import_takes_exception(part) && (im->marks[part->start] & MARK_TARGET))) {
            part->entry = block;
            continue;
        }
        part->entry = (uint32_t)im->blocks.n;
        *vec_push(&im->blocks) = (Block){.il = IR_NONE, .part = i};
    }
}

bool import_make_parts(Importer *im)
{
    import_add_part(im, IRP_METHOD, 0, (uint32_t)im->body.code.size);
    im->parts.at[0].entry = im->n_il_blocks;
    *vec_push(&im->blocks) = (Block){.il = IR_NONE, .part = 0, .seen = true};
    uint32_t root = 0;
    if (im->method->impl_flags & IMPL_SYNCHRONIZED)
        root = import_add_monitor(im);
    uint32_t first = (uint32_t)im->parts.n;
    if (im->body.n_clauses && !import_add_clauses(im))
        return false;
    uint32_t n = (uint32_t)im->parts.n - first;
    Range *ranges = arena_array(im->scratch, Range, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        const Part *part = &im->parts.at[first + i];
        ranges[i] = (Range){part->start, part->end, first + i};
    }
    qsort(ranges, n, sizeof *ranges, import_compare_ranges);
    if (!import_nest(im, ranges, n, root))
        return false;
    import_assign_parts(im, ranges, n, root);
    import_make_entries(im);
    return true;
}

/* -- moving between parts -------------------------------------------------------- */

bool import_part_within(const Importer *im, uint32_t part, uint32_t ancestor)
{
    while (part != ancestor && part)
        part = im->parts.at[part].parent;
    return part == ancestor;
}

uint32_t import_part_of_kind(const Importer *im, uint32_t part, IrPartKind a,
                             IrPartKind b)
{
    for (; part; part = im->parts.at[part].parent)
        if (im->parts.at[part].kind == a || im->parts.at[part].kind == b)
            return part;
    return IR_NONE;
}

/* May control that is outside of part go to IL block `block` by way of its start? */
static bool import_begins_try(const Importer *im, uint32_t part, uint32_t block)
{
    const Part *p = &im->parts.at[part];
    return p->kind == IRP_TRY && p->start == im->blocks.at[block].il;
}

uint32_t import_enter(Importer *im, uint32_t from, uint32_t block)
{
    uint32_t part = im->blocks.at[block].part;
    if (part == from)
        return block;
    for (; part && import_begins_try(im, part, block); part = im->parts.at[part].parent)
        if (im->parts.at[part].parent == from)
            return im->parts.at[part].entry;
    import_set_invalid(im, "control may not go to IL_%04x from here",
                       im->blocks.at[block].il);
    return IR_NONE;
}

uint32_t import_enter_leave(Importer *im, uint32_t from, uint32_t block)
{
    uint32_t to = im->blocks.at[block].part, resumed;
    resumed = import_resumed_try(im, from, block);
    if (resumed != IR_NONE)
        to = im->parts.at[resumed].parent;
    while (!import_part_within(im, from, to) && import_begins_try(im, to, block))
        to = im->parts.at[to].parent;
    bool legal = import_part_within(im, from, to);
    for (uint32_t part = from; legal && part != to; part = im->parts.at[part].parent) {
        IrPartKind kind = im->parts.at[part].kind;
        legal = kind == IRP_TRY || kind == IRP_CATCH;
    }
    if (legal)
        return resumed == IR_NONE ? import_enter(im, to, block)
                                  : import_resume(im, resumed, block);
    import_set_invalid(im, "leave may not go to IL_%04x", im->blocks.at[block].il);
    return IR_NONE;
}

static void import_seed(Importer *im, uint32_t number, Type *type)
{
    Part *part = &im->parts.at[number];
    im->depth = 0;
    if (import_takes_exception(part)) {
        uint32_t var = import_exception_var(im);
        im->stack[0] =
            (Slot){.var = var, .kind = IR_REF, .flags = SLOT_NONNULL, .type = type};
        im->depth = 1;
    }
    import_edge(im, part->entry);
}

void import_seed_handlers(Importer *im, uint32_t part)
{
    for (; part; part = im->parts.at[part].parent) {
        Part *p = &im->parts.at[part];
        if (p->kind != IRP_TRY || p->seeded)
            continue;
        p->seeded = true;
        for (uint32_t i = 0; i < p->n_clauses; i++) {
            const IrClause *clause = &p->clauses[i];
            Type *type = clause->type ? clause->type : im->world->known.object;
            if (clause->filter != IR_NONE)
                import_seed(im, clause->filter, type);
            import_seed(im, clause->handler, type);
        }
    }
}
