/* eh.c - protected regions: parts outlined over the method's frame (format/layout.h).
 *
 * A try part, each handler and each filter are functions. Entering a try part calls
 * eh_enter with a table of its clauses; what that returns says which leave ended the
 * region, and the function of the parent part goes on from there: runs the finally
 * parts, then jumps to the target or leaves in its turn. The numbering of a region's
 * leaves is made before anything is emitted. Of
 *
 *     try { if (a) leave 1; x(); leave 2; } catch (E) { leave 2; } finally { y(); }
 *
 * (two try parts, one in the other) the inner one is emitted as
 *
 *     clauses = {EH_CATCH | cell of E << 32, address of M_p3}
 *     r = eh_enter(frame, address of M_p2, clauses, 1, unit);
 *     r == 0: leave 1;  r == 1: leave 2 of the body;  r == 2: leave 2 of the handler
 *
 * and each of those, as it ends the outer part as well, returns the number that the
 * outer one has for it; there, y runs for exits of the body before going on. An
 * exception that nobody here catches does not come back from eh_enter. A catch whose
 * type shared code does not know is a filter that looks it up.
 */
#include "crossgen/codegen/cg_private.h"

#include <assert.h>
#include <stdio.h>

/* Is part an ancestor of `inner`, or inner itself? */
static bool eh_encloses(const IrMethod *ir, uint32_t part, uint32_t inner)
{
    while (inner != IR_NONE && inner != part)
        inner = ir->parts[inner].parent;
    return inner == part;
}

/* The region that is left when control leaves the part: a handler belongs to its try.
 */
static uint32_t eh_region(const IrMethod *ir, uint32_t part)
{
    return ir->parts[part].kind == IRP_TRY ? part : ir->parts[part].try_part;
}

uint32_t eh_exit_index(Body *body, uint32_t try_part, uint32_t target, bool from_body)
{
    Exits *exits = &body->parts[try_part].exits;
    for (uint32_t i = 0; i < exits->n; i++)
        if (exits->at[i].target == target && exits->at[i].from_body == from_body)
            return i;
    *vec_push(exits) = (Exit){target, from_body};
    return (uint32_t)exits->n - 1;
}

/* Numbers the exits of all regions that a leave ends. */
static bool eh_note_leave(Body *body, uint32_t part, uint32_t target, Err *err)
{
    const IrMethod *ir = body->ir;
    while (!eh_encloses(ir, part, ir->blocks[target].part)) {
        IrPartKind kind = ir->parts[part].kind;
        if (kind != IRP_TRY && kind != IRP_CATCH)
            return err_set(err, ERR_UNSUPPORTED, "leave out of a finally or filter");
        (void)eh_exit_index(body, eh_region(ir, part), target, kind == IRP_TRY);
        part = ir->parts[part].parent;
    }
    return true;
}

/* May code of part go on at block: one of its own, or the entry of a try inside it? */
static bool eh_can_reach(const IrMethod *ir, uint32_t part, uint32_t block)
{
    uint32_t inner = ir->blocks[block].part;
    while (inner != part) {
        if (inner == IR_NONE || ir->parts[inner].kind != IRP_TRY ||
            ir->parts[inner].entry != block)
            return false;
        inner = ir->parts[inner].parent;
    }
    return true;
}

static bool eh_check_targets(const IrMethod *ir, uint32_t part, const IrInsn *insn)
{
    switch (insn->op) {
    case IR_JMP:
        return eh_can_reach(ir, part, insn->target[0]);
    case IR_BR_I4:
    case IR_BR_I8:
    case IR_BR_F4:
    case IR_BR_F8:
    case IR_BRNZ_I4:
    case IR_BRNZ_I8:
        return eh_can_reach(ir, part, insn->target[0]) &&
               eh_can_reach(ir, part, insn->target[1]);
    case IR_SWITCH:
        for (uint32_t i = 0; i < insn->sw->n; i++)
            if (!eh_can_reach(ir, part, insn->sw->targets[i]))
                return false;
        return eh_can_reach(ir, part, insn->sw->otherwise);
    case IR_LEAVE:
        while (!eh_encloses(ir, part, ir->blocks[insn->target[0]].part))
            part = ir->parts[part].parent;
        return eh_can_reach(ir, part, insn->target[0]);
    default:
        return true;
    }
}

static bool eh_note_rethrow(Body *body, uint32_t part, Err *err)
{
    const IrMethod *ir = body->ir;
    uint32_t handler = part;
    while (handler != IR_NONE && ir->parts[handler].kind != IRP_CATCH)
        handler = ir->parts[handler].parent;
    if (handler == IR_NONE)
        return err_set(err, ERR_INVALID_PROGRAM, "rethrow outside a handler");
    if (handler != part)
        body->parts[handler].own_rethrow = true;
    return true;
}

static bool eh_prepare_block(Body *body, const IrBlock *block, Err *err)
{
    const IrMethod *ir = body->ir;
    for (uint32_t i = block->first; i < block->first + block->n; i++) {
        const IrInsn *insn = &ir->insns[i];
        if (!eh_check_targets(ir, block->part, insn))
            return err_set(err, ERR_UNSUPPORTED, "branch into a protected region");
        if (insn->op == IR_LEAVE &&
            !eh_note_leave(body, block->part, insn->target[0], err))
            return false;
        if (insn->op == IR_RETHROW && !eh_note_rethrow(body, block->part, err))
            return false;
        if (insn->op == IR_LOCALLOC && block->part != 0)
            body->has_rooms = true;
        if ((insn->op == IR_RET || insn->op == IR_RETV) && block->part != 0)
            return err_set(err, ERR_INVALID_PROGRAM, "return from a protected region");
    }
    return true;
}

bool eh_prepare(Body *body, Err *err)
{
    const IrMethod *ir = body->ir;
    body->parts = arena_array(&body->cg->arena, PartState, ir->n_parts + 1);
    for (uint32_t b = 0; b < ir->n_blocks; b++)
        if (!eh_prepare_block(body, &ir->blocks[b], err))
            return false;
    return true;
}

static JitFunction *eh_new_part(Body *body, const char *name)
{
    Cg *cg = body->cg;
    gcc_jit_param *params[2] = {
        gcc_jit_context_new_param(cg->jit, NULL, cg->ptr, "frame"),
        gcc_jit_context_new_param(cg->jit, NULL, cg->ptr, "exception"),
    };
    return gcc_jit_context_new_function(cg->jit, NULL, GCC_JIT_FUNCTION_INTERNAL,
                                        cg->i4, name, 2, params, 0);
}

void eh_declare(Body *body)
{
    Cg *cg = body->cg;
    for (uint32_t p = 1; p < body->ir->n_parts; p++) {
        const IrPart *part = &body->ir->parts[p];
        PartState *state = &body->parts[p];
        state->function =
            eh_new_part(body, arena_printf(&cg->arena, "%s_p%u", body->symbol, p));
        state->catchers = arena_array(&cg->arena, JitFunction *, part->n_clauses + 1);
        for (uint32_t c = 0; c < part->n_clauses; c++)
            if (part->clauses[c].kind == IRP_CATCH && part->clauses[c].open)
                state->catchers[c] = eh_new_part(
                    body, arena_printf(&cg->arena, "%s_f%u_%u", body->symbol, p, c));
    }
}

static EhKind eh_kind(const PartState *state, const IrClause *clause, uint32_t i)
{
    if (clause->kind == IRP_FINALLY)
        return EH_FINALLY;
    if (clause->kind == IRP_FAULT)
        return EH_FAULT;
    return clause->filter != IR_NONE || state->catchers[i] ? EH_FILTER : EH_CATCH;
}

static void eh_store(Fn *fn, JitValue *table, uint32_t at, JitValue *value)
{
    fn_assign(fn, place_at(fn, table, at, gcc_jit_rvalue_get_type(value)), value);
}

static JitValue *eh_address(Fn *fn, JitFunction *function)
{
    return val_cast(fn, gcc_jit_function_get_address(function, fn->loc), fn->cg->ptr);
}

static void eh_fill_clause(Fn *fn, JitValue *table, uint32_t try_part, uint32_t i)
{
    Cg *cg = fn->cg;
    Body *body = fn->body;
    PartState *state = &body->parts[try_part];
    const IrClause *clause = &body->ir->parts[try_part].clauses[i];
    EhKind kind = eh_kind(state, clause, i);
    uint32_t at = i * (uint32_t)sizeof(EhClause), cell = 0;
    if (kind == EH_CATCH) {
        Fixup fixup = {.kind = FIX_TYPE, .type = clause->type};
        cell = unit_cell(cg->unit, &fixup);
    }
    eh_store(fn, table, at, val_int(cg, cg->i8, (int64_t)cell << 32 | (int64_t)kind));
    eh_store(fn, table, at + (uint32_t)offsetof(EhClause, handler),
             eh_address(fn, body->parts[clause->handler].function));
    if (kind == EH_FILTER)
        eh_store(fn, table, at + (uint32_t)offsetof(EhClause, filter),
                 eh_address(fn, state->catchers[i]
                                    ? state->catchers[i]
                                    : body->parts[clause->filter].function));
}

static JitValue *eh_clauses(Fn *fn, uint32_t try_part)
{
    Cg *cg = fn->cg;
    uint32_t n = fn->body->ir->parts[try_part].n_clauses;
    JitType *type = gcc_jit_context_new_array_type(cg->jit, NULL, cg->i8, (int)n * 3);
    JitPlace *place = fn_local(fn, type, "clauses");
    JitValue *table = val_cast(fn, gcc_jit_lvalue_get_address(place, fn->loc), cg->ptr);
    for (uint32_t i = 0; i < n; i++)
        eh_fill_clause(fn, table, try_part, i);
    return table;
}

static void eh_run_finally(Fn *fn, uint32_t try_part)
{
    Body *body = fn->body;
    const IrPart *part = &body->ir->parts[try_part];
    for (uint32_t i = 0; i < part->n_clauses; i++) {
        if (part->clauses[i].kind != IRP_FINALLY)
            continue;
        JitFunction *handler = body->parts[part->clauses[i].handler].function;
        JitValue *args[2] = {fn->frame, val_null(fn->cg)};
        fn_eval(fn, gcc_jit_context_new_call(fn->cg->jit, fn->loc, handler, 2, args));
    }
}

/* Goes on after eh_enter has returned `result`. */
static void eh_dispatch(Fn *fn, uint32_t try_part, JitValue *result)
{
    Cg *cg = fn->cg;
    Exits *exits = &fn->body->parts[try_part].exits;
    for (uint32_t i = 0; i < exits->n; i++) {
        JitBlock *next = NULL;
        if (i + 1 < exits->n) {
            JitBlock *taken = fn_block(fn, "leave");
            next = fn_block(fn, "next");
            fn_branch(
                fn,
                val_compare(fn, GCC_JIT_COMPARISON_EQ, result, val_int(cg, cg->i4, i)),
                taken, next);
            fn_begin(fn, taken);
        }
        if (exits->at[i].from_body)
            eh_run_finally(fn, try_part);
        sync_after_region(fn, try_part, exits->at[i].target);
        flow_leave(fn, exits->at[i].target);
        if (next)
            fn_begin(fn, next);
    }
    if (!exits->n) {
        fn_unreachable(fn);
        fn->block = NULL;
    }
}

void eh_emit_region(Fn *fn, uint32_t try_part)
{
    Cg *cg = fn->cg;
    Body *body = fn->body;
    sync_before_region(fn, try_part);
    JitValue *clauses = eh_clauses(fn, try_part);
    JitValue *count = val_int(cg, cg->i4, body->ir->parts[try_part].n_clauses);
    JitValue *result = HELPER_CALL(fn, eh_enter, fn->frame,
                                   eh_address(fn, body->parts[try_part].function),
                                   clauses, count, cell_unit(fn));
    eh_dispatch(fn, try_part, fn_keep(fn, cg->i4, result));
}

/* A catch of an open type in shared code: a filter that asks what the type is here. */
static void eh_emit_catcher(Body *body, uint32_t try_part, uint32_t i)
{
    Cg *cg = body->cg;
    Fn fn = {.cg = cg, .body = body, .part = try_part};
    fn.function = body->parts[try_part].catchers[i];
    fn.vars = arena_array(&cg->arena, JitPlace *, body->ir->n_vars + 1);
    fn.pins = arena_array(&cg->arena, JitPlace *, body->ir->n_vars + 1);
    fn.frame = gcc_jit_param_as_rvalue(gcc_jit_function_get_param(fn.function, 0));
    fn.exception = gcc_jit_param_as_rvalue(gcc_jit_function_get_param(fn.function, 1));
    fn_begin(&fn, fn_block(&fn, "entry"));
    IrLookup *lookup = arena_new(&cg->arena, IrLookup);
    lookup->kind = IRL_TYPE;
    lookup->type = body->ir->parts[try_part].clauses[i].open;
    JitValue *context = fn_keep(&fn, cg->ptr, ctx_get(&fn));
    Fixup fixup = {.kind = FIX_LOOKUP, .lookup = lookup};
    JitValue *descriptor = cell_lazy(&fn, &fixup);
    JitValue *type =
        fn_keep(&fn, cg->ptr, HELPER_CALL(&fn, lookup, context, descriptor));
    JitValue *found =
        fn_keep(&fn, cg->ptr, HELPER_CALL(&fn, isinst, type, fn.exception));
    JitValue *caught = val_compare(&fn, GCC_JIT_COMPARISON_NE, found, val_null(cg));
    gcc_jit_block_end_with_return(fn.block, NULL, val_cast(&fn, caught, cg->i4));
}

void eh_emit_catchers(Body *body)
{
    for (uint32_t p = 1; p < body->ir->n_parts; p++)
        for (uint32_t i = 0; i < body->ir->parts[p].n_clauses; i++)
            if (body->parts[p].catchers[i])
                eh_emit_catcher(body, p, i);
}
