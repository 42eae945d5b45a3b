/* part.c - emits one part of a body as a function, and the flow between blocks.
 *
 * Part 0 is the method's own function, each try, handler and filter one of its own. A
 * function begins with a block that fills its variables: part 0 from its parameters (an
 * OSR entry: from the interpreter's frame), the others from the frame that they are
 * given. That block stays open to the end, since code in loops puts loads of cells into
 * it (cells.c); then it jumps to the part's first block. The blocks of the part follow
 * in the order of the IR. A block gets its GCC block when somebody first goes there:
 *
 *     entry:   x = w0; hoisted = cells[7];     jump b0
 *     b0:      if (x < y) b1 else region        an IR block of this part
 *     region:  r = eh_enter(frame, M_p1, ...)   stands for the try part 1, see eh.c
 *     b1:      ...
 *
 * Where a jump leads into a try part inside this one, it goes to the block that enters
 * it. These are filled last: what a region's leaves go on to may be another region.
 */
#include "crossgen/codegen/cg_private.h"

#include <assert.h>

JitBlock *flow_block(Fn *fn, uint32_t block)
{
    const IrMethod *ir = fn->body->ir;
    uint32_t part = ir->blocks[block].part;
    if (part == fn->part) {
        if (!fn->blocks[block])
            fn->blocks[block] = fn_block(fn, "b");
        return fn->blocks[block];
    }
    while (ir->parts[part].parent != fn->part)
        part = ir->parts[part].parent;
    assert(ir->parts[part].kind == IRP_TRY && ir->parts[part].entry == block);
    if (!fn->regions[part])
        fn->regions[part] = fn_block(fn, "region");
    return fn->regions[part];
}

void flow_leave(Fn *fn, uint32_t target)
{
    const IrMethod *ir = fn->body->ir;
    uint32_t inner = ir->blocks[target].part;
    while (inner != IR_NONE && inner != fn->part)
        inner = ir->parts[inner].parent;
    if (inner == fn->part) {
        fn_jump(fn, flow_block(fn, target));
        return;
    }
    const IrPart *part = &ir->parts[fn->part];
    bool from_body = part->kind == IRP_TRY;
    uint32_t index = eh_exit_index(fn->body, from_body ? fn->part : part->try_part,
                                   target, from_body);
    sync_exit(fn, target);
    gcc_jit_block_end_with_return(fn->block, fn->loc,
                                  val_int(fn->cg, fn->cg->i4, index));
    fn->block = NULL;
}

static void part_locate(Fn *fn, const IrInsn *insn)
{
    Cg *cg = fn->cg;
    fn->insn = insn;
    if (cg->options->debug_info && insn->il != UINT32_MAX)
        fn->loc = gcc_jit_context_new_location(cg->jit, fn->body->file,
                                               (int)(insn->il + 1), 1);
}

static void part_emit_block(Fn *fn, uint32_t b)
{
    const IrMethod *ir = fn->body->ir;
    const IrBlock *block = &ir->blocks[b];
    fn_begin(fn, flow_block(fn, b));
    fn->in_loop = fn->body->in_loop[b];
    for (uint32_t i = block->first; i < block->first + block->n; i++) {
        const IrInsn *insn = &ir->insns[i];
        if (!fn->block)
            break; /* the return behind a tail call */
        part_locate(fn, insn);
        emit_rows[insn->op].emit(fn, insn, emit_rows[insn->op].arg);
        lens_define(fn, insn);
    }
    assert(!fn->block);
}

/* Entering a region may leave to the entry of another one. */
static void part_emit_regions(Fn *fn)
{
    bool *done = arena_array(&fn->cg->arena, bool, fn->body->ir->n_parts + 1);
    for (bool again = true; again;) {
        again = false;
        for (uint32_t p = 1; p < fn->body->ir->n_parts; p++) {
            if (!fn->regions[p] || done[p])
                continue;
            done[p] = again = true;
            fn_begin(fn, fn->regions[p]);
            fn->in_loop = false;
            eh_emit_region(fn, p);
        }
    }
}

static void part_clear(Fn *fn, uint32_t var)
{
    Cg *cg = fn->cg;
    const IrVar *v = &fn->body->ir->vars[var];
    JitPlace *place = fn_place(fn, var);
    if (v->kind == IR_VT) {
        JitValue *args[3] = {gcc_jit_lvalue_get_address(place, NULL),
                             val_int(cg, cg->i4, 0),
                             val_int(cg, cg->i8, size_of_type(v->type))};
        fn_eval(fn, val_builtin(fn, "__builtin_memset", 3, args));
    } else if (v->kind == IR_REF || v->kind == IR_BYREF) {
        fn_assign(fn, place, val_null(cg));
    } else {
        fn_assign(fn, place, gcc_jit_context_zero(cg->jit, type_of_var(cg, v)));
    }
}

static void part_clear_vars(Fn *fn)
{
    const IrMethod *ir = fn->body->ir;
    for (uint32_t v = ir->n_args; v < ir->n_vars; v++) {
        uint32_t home = fn->body->homes[v];
        if ((ir->vars[v].flags & IRV_ZERO) &&
            (home == fn->part || (home == HOME_FRAME && fn->part == 0)))
            part_clear(fn, v);
    }
}

/* Arguments and locals from the words of the interpreter's frame. */
static void part_enter_osr(Fn *fn)
{
    Cg *cg = fn->cg;
    const IrMethod *ir = fn->body->ir;
    fn->osr_words = fn_local(fn, cg->ptr, "words");
    JitValue *words = gcc_jit_lvalue_as_rvalue(fn->osr_words);
    fn_assign(fn, fn->osr_words,
              gcc_jit_param_as_rvalue(gcc_jit_function_get_param(fn->function, 0)));
    for (uint32_t v = 0; v < ir->n_args + ir->n_locals; v++) {
        if (fn->body->homes[v] == HOME_UNUSED)
            continue;
        fn_assign(fn, fn_place(fn, v),
                  val_load(fn, words, (int64_t)ir->vars[v].slot * 8,
                           type_of_var(cg, &ir->vars[v])));
    }
}

static void part_enter_method(Fn *fn)
{
    Cg *cg = fn->cg;
    Body *body = fn->body;
    if (body->ir->n_parts > 1) {
        int words = body->frame_words ? (int)body->frame_words : 1;
        JitType *type = gcc_jit_context_new_array_type(cg->jit, NULL, cg->i8, words);
        JitPlace *frame = fn_local(fn, type, "frame");
        fn->frame = fn_keep(fn, cg->ptr, gcc_jit_lvalue_get_address(frame, NULL));
        if (body->has_rooms)
            fn_assign(fn,
                      place_at(fn, fn->frame, (int64_t)body->rooms_slot * 8, cg->ptr),
                      val_null(cg));
    }
    if (body->osr) {
        part_enter_osr(fn);
    } else {
        args_enter(fn);
        part_clear_vars(fn);
    }
    lens_enter(fn);
}

static void part_enter_outlined(Fn *fn)
{
    PartState *state = &fn->body->parts[fn->part];
    fn->frame = gcc_jit_param_as_rvalue(gcc_jit_function_get_param(fn->function, 0));
    fn->exception =
        gcc_jit_param_as_rvalue(gcc_jit_function_get_param(fn->function, 1));
    if (state->own_rethrow)
        fn_assign(
            fn, place_at(fn, fn->frame, (int64_t)state->rethrow_slot * 8, fn->cg->ptr),
            fn->exception);
    part_clear_vars(fn);
    lens_enter(fn);
    sync_enter(fn);
}

void part_emit(Body *body, uint32_t part)
{
    Cg *cg = body->cg;
    const IrMethod *ir = body->ir;
    Fn fn = {.cg = cg, .body = body, .part = part};
    fn.function = part ? body->parts[part].function : body->function;
    fn.blocks = arena_array(&cg->arena, JitBlock *, ir->n_blocks + 1);
    fn.regions = arena_array(&cg->arena, JitBlock *, ir->n_parts + 1);
    fn.vars = arena_array(&cg->arena, JitPlace *, ir->n_vars + 1);
    fn.pins = arena_array(&cg->arena, JitPlace *, ir->n_vars + 1);
    fn.lengths = arena_array(&cg->arena, JitPlace *, ir->n_vars + 1);
    fn_begin(&fn, fn_block(&fn, "entry"));
    if (part)
        part_enter_outlined(&fn);
    else
        part_enter_method(&fn);
    fn.entry = fn.block;
    fn.block = NULL;
    for (uint32_t b = 0; b < ir->n_blocks; b++)
        if (ir->blocks[b].part == part)
            part_emit_block(&fn, b);
    uint32_t first = body->osr ? body->osr_block : ir->parts[part].entry;
    if (part)
        first = ir->parts[part].entry;
    JitBlock *start = flow_block(&fn, first);
    part_emit_regions(&fn);
    fn.block = fn.entry;
    fn.loc = NULL;
    fn_jump(&fn, start);
    map_keyed_free(&fn.cached);
}
