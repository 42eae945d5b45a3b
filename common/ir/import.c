/* import.c - the importer's driver: the IL of one method becomes its IR.
 *
 * Variables come first (arguments, locals, then the importer's own), then blocks and
 * parts (import_parts.c). The entry block has no IL: it fetches the context, runs
 * static constructors, locks. From there on blocks are worked off, lowest IL offset
 * first, as edges reach them; what no edge reaches is never imported. In a block each
 * instruction goes to its handler of import.def, which pops slots, emits operations and
 * pushes slots:
 *
 *   IL          stack    IR
 *   ldloc.0     v1
 *   ldc.i4.1    v1 v2    v2 = const.i4 1
 *   add         v3       v3 = add.i4 v1, v2
 *   stloc.1              (that instruction gets v4, the local, in v3's place)
 *
 * Edges may turn out to bring less to a block than its code was imported for: then all
 * starts again, knowing that (import_stack.c). What failed softly throws where it
 * stands, and the block ends. At last blocks and parts that were reached get their
 * final numbers, in the order of the IL.
 */
#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/check.h"
#include "common/base/hash.h"
#include "common/base/log.h"
#include "common/ir/import.h"

enum { MAX_ATTEMPTS = 64 };

/* -- errors ---------------------------------------------------------------------- */

void import_set_invalid(Importer *im, const char *format, ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    err_set(im->err, ERR_INVALID_PROGRAM, "IL_%04x: %s", im->insn.offset, text);
}

void import_throw_soft(Importer *im)
{
    IrError *error = arena_new(im->arena, IrError);
    error->kind = im->soft.kind;
    error->text = arena_strdup(im->arena, im->soft.text);
    im->soft = (Err)ERR_INIT;
    import_emit(im, IR_THROW_ERR, IR_NONE, IR_NONE, IR_NONE)->err = error;
    im->ended = true;
}

/* -- instructions, variables, blocks --------------------------------------------- */

IrInsn *import_emit(Importer *im, IrOp op, uint32_t dst, uint32_t a, uint32_t b)
{
    IrInsn *insn = vec_push(&im->insns);
    insn->op = (uint16_t)op;
    insn->il = im->insn.offset;
    insn->dst = dst;
    insn->a = a;
    insn->b = b;
    insn->c = IR_NONE;
    return insn;
}

uint32_t import_var(Importer *im, IrKind kind, Type *type, uint32_t flags)
{
    *vec_push(&im->vars) = (IrVar){.kind = kind, .type = type, .flags = flags};
    return (uint32_t)im->vars.n - 1;
}

IrInsn *import_last(Importer *im)
{
    return im->insns.n > im->blocks.at[im->cur].first ? &im->insns.at[im->insns.n - 1]
                                                      : NULL;
}

void import_drop_last(Importer *im)
{
    im->insns.n--;
}

static void import_rely_on(Importer *im, IrReliance relied)
{
    for (size_t i = 0; i < im->relied.n; i++) {
        const IrReliance *old = &im->relied.at[i];
        if (old->type == relied.type && old->kind == relied.kind &&
            old->method == relied.method)
            return;
    }
    *vec_push(&im->relied) = relied;
}

void import_rely(Importer *im, IrReliedKind kind, Type *type)
{
    import_rely_on(im, (IrReliance){kind, type, NULL});
}

void import_rely_static(Importer *im, Type *type, Method *decl)
{
    import_rely_on(im, (IrReliance){IRR_STATIC, type, decl});
}

void import_rely_body(Importer *im, Method *method)
{
    import_rely_on(im, (IrReliance){IRR_BODY, NULL, method});
}

uint32_t import_const_i4(Importer *im, int32_t value)
{
    uint32_t var = import_temp(im, IR_I4, NULL);
    import_emit(im, IR_CONST_I4, var, IR_NONE, IR_NONE)->imm = value;
    return var;
}

uint32_t import_const_i8(Importer *im, int64_t value)
{
    uint32_t var = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_CONST_I8, var, IR_NONE, IR_NONE)->imm = value;
    return var;
}

bool import_peek(Importer *im, IlInsn *next)
{
    return im->insn.next < im->body.code.size &&
           !(im->marks[im->insn.next] & MARK_LEADER) &&
           il_decode(im->body.code, im->insn.next, next);
}

void import_skip(Importer *im, const IlInsn *next)
{
    im->insn.next = next->next;
}

uint32_t import_new_block(Importer *im)
{
    *vec_push(&im->blocks) =
        (Block){.il = IR_NONE, .part = im->blocks.at[im->cur].part, .seen = true};
    return (uint32_t)im->blocks.n - 1;
}

void import_end_block(Importer *im)
{
    Block *block = &im->blocks.at[im->cur];
    block->n = (uint32_t)im->insns.n - block->first;
    block->done = true;
    im->lookups.n = 0;
}

/* The block before is complete: its instructions are counted when the next one begins.
 */
void import_begin_block(Importer *im, uint32_t block)
{
    im->cur = block;
    im->blocks.at[block].first = (uint32_t)im->insns.n;
    im->lookups.n = 0;
}

void import_jump(Importer *im, uint32_t block)
{
    import_emit(im, IR_JMP, IR_NONE, IR_NONE, IR_NONE)->target[0] = block;
    import_end_block(im);
}

void import_mark_pending(Importer *im, uint32_t block)
{
    if (block >= im->n_il_blocks || im->blocks.at[block].done)
        return;
    im->pending[block / 64] |= 1ull << block % 64;
    im->lowest = block < im->lowest ? block : im->lowest;
}

static uint32_t import_next_pending(Importer *im)
{
    uint32_t words = im->n_il_blocks / 64 + 1;
    for (uint32_t w = im->lowest / 64; w < words; w++) {
        if (!im->pending[w])
            continue;
        uint32_t block = w * 64 + (uint32_t)__builtin_ctzll(im->pending[w]);
        im->pending[w] &= im->pending[w] - 1;
        im->lowest = block;
        return block;
    }
    return IR_NONE;
}

/* -- variables of the method ----------------------------------------------------- */

bool import_arguments(Importer *im)
{
    Method *method = im->method;
    if (!(method->flags & METHOD_STATIC)) {
        bool by_ref = type_is_valuetype(method->type) && method->synth != SYNTH_UNBOX;
        if (by_ref)
            import_var(im, IR_BYREF, type_byref(method->type), IRV_ARG);
        else
            import_var(im, IR_REF, method->type, IRV_ARG);
    }
    for (uint32_t i = 0; i < im->sig->n_params; i++) {
        IrKind kind;
        Type *type = im->sig->params[i];
        if (!import_kind(im, type, &kind)) {
            *im->err = im->soft;
            return false;
        }
        import_var(im, kind, type, IRV_ARG);
    }
    im->ctx_arg = IR_NONE;
    if (im->ctx_kind >= CONTEXT_TYPE)
        im->ctx_arg = import_var(im, IR_I8, NULL, IRV_ARG);
    im->n_args = (uint32_t)im->vars.n;
    return true;
}

static bool import_is_synchronized(const Importer *im)
{
    return (im->method->impl_flags & IMPL_SYNCHRONIZED) != 0;
}

/* Locals of the importer's own come after those of the IL: the context (CTX, where it
 * is not an argument), the locked object and the result of a synchronized method. */
static bool import_own_locals(Importer *im)
{
    const uint32_t flags = IRV_LOCAL | IRV_ZERO;
    im->ctx_local = im->sync_local = im->ret_local = IR_NONE;
    if (im->shared && im->ctx_kind == CONTEXT_THIS)
        im->ctx_local = import_var(im, IR_I8, NULL, flags);
    if (import_is_synchronized(im)) {
        IrKind kind;
        im->sync_local = import_var(im, IR_REF, NULL, flags);
        if (!import_kind(im, im->sig->ret, &kind)) {
            *im->err = im->soft;
            return false;
        }
        if (kind != IR_VOID)
            im->ret_local = import_var(im, kind, im->sig->ret, flags);
    }
    im->n_locals = (uint32_t)im->vars.n - im->n_args;
    return true;
}

static bool import_locals(Importer *im)
{
    Type **types = NULL;
    bool *pinned = NULL;
    uint32_t n = 0;
    if (im->body.locals_token &&
        !locals_from_token(im->assembly, im->body.locals_token, &im->ctx, im->scratch,
                           &types, &pinned, &n, im->err))
        return false;
    for (uint32_t i = 0; i < n; i++) {
        IrKind kind;
        if (!import_kind(im, types[i], &kind)) {
            *im->err = im->soft;
            return false;
        }
        if (kind == IR_VOID)
            return import_invalid(im, "local %u is void", i);
        uint32_t pin = pinned && pinned[i] ? IRV_PINNED : 0;
        import_var(im, kind, types[i], IRV_LOCAL | IRV_ZERO | pin);
    }
    im->n_il_locals = n;
    return import_own_locals(im);
}

/* -- entry ----------------------------------------------------------------------- */

static bool import_wants_cctor(const Importer *im)
{
    const Method *method = im->method;
    uint32_t bits = method->type->bits;
    if (!(bits & TYPE_BIT_CCTOR) || (bits & TYPE_BIT_BEFOREFIELDINIT))
        return false;
    if (!strcmp(method->name, ".cctor"))
        return false;
    return (method->flags & METHOD_STATIC) || !strcmp(method->name, ".ctor") ||
           type_is_valuetype(method->type) || bits & TYPE_BIT_INTERFACE;
}

static TypeOperand import_own_type(Importer *im)
{
    TypeOperand own = {.type = im->method->type, .open = im->method->type->def};
    import_type_handle(im, &own);
    return own;
}

static void import_cctor(Importer *im, TypeOperand operand)
{
    IrInsn *insn = import_emit(im, IR_CCTOR, IR_NONE, IR_NONE, IR_NONE);
    insn->type = operand.type;
    insn->c = operand.handle;
}

void import_initialize(Importer *im)
{
    Type *initializer = assembly_initializer(im->method->type->assembly);
    if (initializer && initializer != im->method->type)
        import_cctor(im, (TypeOperand){.type = initializer, .handle = IR_NONE});
    if (import_wants_cctor(im))
        import_cctor(im, import_own_type(im));
}

static void import_enter_monitor(Importer *im)
{
    if (im->method->flags & METHOD_STATIC) {
        TypeOperand own = import_own_type(im);
        IrInsn *insn = import_emit(im, IR_TYPEOF, im->sync_local, IR_NONE, IR_NONE);
        insn->type = own.type;
        insn->c = own.handle;
    } else {
        import_emit(im, IR_MOV, im->sync_local, 0, IR_NONE);
    }
    import_emit(im, IR_MON_ENTER, IR_NONE, im->sync_local, IR_NONE);
}

/* The handler of the part that import_add_monitor made. */
static void import_exit_monitor(Importer *im)
{
    uint32_t handler = im->parts.at[1].clauses[0].handler;
    im->blocks.at[im->parts.at[handler].entry].seen = true;
    import_begin_block(im, im->parts.at[handler].entry);
    import_emit(im, IR_MON_EXIT, IR_NONE, im->sync_local, IR_NONE);
    import_emit(im, IR_ENDFINALLY, IR_NONE, IR_NONE, IR_NONE);
    import_end_block(im);
}

/* Block n_il_blocks is the method's entry. */
static bool import_prologue(Importer *im)
{
    import_begin_block(im, im->n_il_blocks);
    im->ctx_insn = IR_NONE;
    if (im->ctx_local != IR_NONE) {
        im->ctx_insn = (uint32_t)im->insns.n;
        import_emit(im, IR_CTX, im->ctx_local, IR_NONE, IR_NONE);
    }
    import_initialize(im);
    if (import_is_synchronized(im))
        import_enter_monitor(im);
    import_reset_resumes(im);
    uint32_t target = import_edge(im, import_enter(im, 0, 0));
    if (target == IR_NONE)
        return false;
    import_jump(im, target);
    import_flush_fixes(im);
    if (import_is_synchronized(im))
        import_exit_monitor(im);
    return true;
}

/* -- blocks ---------------------------------------------------------------------- */

static const ImportRow *import_row(IlOp op)
{
    return &import_rows[((uint32_t)op & 0xff) | ((uint32_t)op >= 0xfe00 ? 0x100u : 0u)];
}

static bool import_is_prefix(IlOp op)
{
    return op == CIL_VOLATILE || op == CIL_UNALIGNED || op == CIL_TAIL ||
           op == CIL_NO || op == CIL_CONSTRAINED || op == CIL_READONLY;
}

/* What could not be resolved throws. */
static bool import_failed(Importer *im)
{
    if (im->err->kind != ERR_NONE)
        return false;
    assert(im->soft.kind != ERR_NONE);
    import_throw_soft(im);
    return true;
}

static bool import_insn(Importer *im)
{
    const ImportRow *row = import_row(im->insn.op);
    if (!row->handler)
        return import_invalid(im, "unknown instruction");
    return row->handler(im, row->arg) || import_failed(im);
}

/* What the library leaves to the runtime has what its calls become as its body. */
static bool import_begin_method(Importer *im)
{
    IntrinsicResult own = import_own_body(im);
    return own != INTRINSIC_FAILED || import_failed(im);
}

/* Control flows from the current block into the one that begins at IL offset il, if an
 * instruction does: a branch that is never taken may lead to what is none. */
static bool import_fall_into(Importer *im, uint32_t il)
{
    if (!(im->marks[il] & MARK_INSN))
        return import_invalid(im, "IL_%04x: no instruction", il);
    import_spill(im);
    uint32_t block = im->block_at[il];
    uint32_t part = im->blocks.at[im->cur].part;
    uint32_t target = import_edge(im, import_enter(im, part, block));
    if (target == IR_NONE)
        return false;
    import_jump(im, target);
    import_flush_fixes(im);
    return true;
}

static void import_clear_prefixes(Importer *im)
{
    im->access = 0;
    im->tail = im->readonly = false;
    im->constrained = 0;
}

/* The return that follows a tail call is the call's own, even if others go there. */
static bool import_tail_return(Importer *im)
{
    IlInsn next;
    uint32_t at = im->insn.next;
    if (!im->tail || im->ended || import_is_prefix(im->insn.op) ||
        at >= im->body.code.size || !(im->marks[at] & MARK_LEADER) ||
        !il_decode(im->body.code, at, &next) || next.op != CIL_RET)
        return true;
    return import_op_ret(im, 0);
}

static bool import_block(Importer *im, uint32_t number)
{
    import_seed_handlers(im, im->blocks.at[number].part);
    import_flush_fixes(im);
    if (im->err->kind != ERR_NONE)
        return false;
    const Block *block = &im->blocks.at[number];
    uint32_t at = block->il;
    im->depth = block->depth;
    if (block->depth)
        memcpy(im->stack, block->entry, block->depth * sizeof *im->stack);
    import_begin_block(im, number);
    import_catch(im, number);
    import_clear_prefixes(im);
    im->ended = false;
    if (!at && !import_begin_method(im))
        return false;
    while (!im->ended) {
        if (!il_decode(im->body.code, at, &im->insn))
            return err_set(im->err, ERR_INVALID_PROGRAM, "IL_%04x: no instruction", at);
        if (!import_insn(im))
            return false;
        if (!import_tail_return(im))
            return false;
        if (!import_is_prefix(im->insn.op))
            import_clear_prefixes(im);
        if (im->ended)
            break;
        at = im->insn.next;
        if (at >= im->body.code.size)
            return import_invalid(im, "control reaches the end of the method");
        if (im->marks[at] & MARK_LEADER)
            return import_fall_into(im, at);
    }
    import_end_block(im);
    import_flush_fixes(im);
    return true;
}

/* -- the whole method ------------------------------------------------------------ */

static bool import_prepare(Importer *im)
{
    size_t size = im->body.code.size;
    if (!size)
        return import_invalid(im, "empty body");
    im->marks = arena_alloc(im->scratch, size + 1);
    im->block_at = arena_array(im->scratch, uint32_t, size + 1);
    if (!import_arguments(im) || !import_locals(im))
        return false;
    im->var_state = arena_alloc(im->scratch, im->n_args + im->n_locals + 1);
    im->max_depth = im->body.max_stack;
    im->stack = arena_array(im->scratch, Slot, im->max_depth + im->n_args + 1);
    if (!import_find_blocks(im) || !import_make_parts(im))
        return false;
    for (uint32_t i = 0; i < im->n_args + im->n_locals; i++)
        if (im->var_state[i] & VAR_ADDRESSED)
            im->vars.at[i].flags |= IRV_ADDRESSED;
    im->pending = arena_array(im->scratch, uint64_t, im->n_il_blocks / 64 + 1);
    im->lowest = im->n_il_blocks;
    return true;
}

/* Where a synchronized method returns, if it ever does. */
static void import_epilogue(Importer *im)
{
    if (im->ret_block == IR_NONE)
        return;
    import_begin_block(im, im->ret_block);
    import_emit(im, im->ret_local == IR_NONE ? IR_RET : IR_RETV, IR_NONE, im->ret_local,
                IR_NONE);
    import_end_block(im);
}

static bool import_body(Importer *im)
{
    if (!import_prepare(im) || !import_prologue(im))
        return false;
    uint32_t block;
    while ((block = import_next_pending(im)) != IR_NONE)
        if (!import_block(im, block))
            return false;
    import_epilogue(im);
    return true;
}

/* -- result ---------------------------------------------------------------------- */

static void import_map_target(const uint32_t *map, uint32_t *target)
{
    assert(map[*target] != IR_NONE);
    *target = map[*target];
}

static void import_map_insn(const uint32_t *map, IrInsn *insn)
{
    if (insn->op == IR_SWITCH) {
        for (uint32_t i = 0; i < insn->sw->n; i++)
            import_map_target(map, &insn->sw->targets[i]);
        import_map_target(map, &insn->sw->otherwise);
        return;
    }
    if (insn->op == IR_JMP || insn->op == IR_LEAVE) {
        import_map_target(map, &insn->target[0]);
    } else if (insn->op >= IR_BR_I4 && insn->op <= IR_BRNZ_I8) {
        import_map_target(map, &insn->target[0]);
        import_map_target(map, &insn->target[1]);
    }
}

/* Blocks get numbers in the order of the IL, made ones where they were made; the entry
 * is first. Unreachable blocks go. */
static uint32_t *import_number_blocks(Importer *im, uint32_t *n)
{
    uint32_t *map = arena_array(im->scratch, uint32_t, im->blocks.n);
    memset(map, 0xff, im->blocks.n * sizeof *map);
    uint32_t next = 0;
    map[im->n_il_blocks] = next++;
    for (uint32_t i = 0; i < im->blocks.n; i++)
        if (im->blocks.at[i].done && i != im->n_il_blocks)
            map[i] = next++;
    *n = next;
    return map;
}

static uint32_t *import_number_parts(Importer *im, const uint32_t *blocks, uint32_t *n)
{
    uint32_t *map = arena_array(im->scratch, uint32_t, im->parts.n);
    uint32_t next = 0;
    for (uint32_t i = 0; i < im->parts.n; i++) {
        const Part *part = &im->parts.at[i];
        bool alive = !i || blocks[part->entry] != IR_NONE;
        map[i] = alive ? next++ : IR_NONE;
    }
    *n = next;
    return map;
}

static void import_finish_parts(Importer *im, IrMethod *ir, const uint32_t *blocks,
                                const uint32_t *parts)
{
    ir->parts = arena_array(im->arena, IrPart, ir->n_parts);
    for (uint32_t i = 0; i < im->parts.n; i++) {
        if (parts[i] == IR_NONE)
            continue;
        const Part *from = &im->parts.at[i];
        IrPart *to = &ir->parts[parts[i]];
        *to = (IrPart){.kind = from->kind, .n_clauses = from->n_clauses};
        to->parent = i ? parts[from->parent] : IR_NONE;
        to->entry = i ? blocks[from->entry] : 0;
        to->try_part = from->try_part == IR_NONE ? IR_NONE : parts[from->try_part];
        to->clauses = from->n_clauses
                          ? arena_copy(im->arena, from->clauses,
                                       from->n_clauses * sizeof *to->clauses)
                          : NULL;
        for (uint32_t c = 0; c < from->n_clauses; c++) {
            IrClause *clause = &to->clauses[c];
            clause->handler = parts[clause->handler];
            if (clause->filter != IR_NONE)
                clause->filter = parts[clause->filter];
        }
    }
}

static void import_finish_blocks(Importer *im, IrMethod *ir, const uint32_t *blocks,
                                 const uint32_t *parts)
{
    ir->blocks = arena_array(im->arena, IrBlock, ir->n_blocks);
    for (uint32_t i = 0; i < im->blocks.n; i++) {
        const Block *from = &im->blocks.at[i];
        if (blocks[i] == IR_NONE)
            continue;
        ir->blocks[blocks[i]] = (IrBlock){.first = from->first,
                                          .n = from->n,
                                          .il = from->il,
                                          .part = parts[from->part],
                                          .loop_header = from->loop_header};
    }
    ir->insns = arena_copy(im->arena, im->insns.at, im->insns.n * sizeof *ir->insns);
    ir->n_insns = (uint32_t)im->insns.n;
    for (uint32_t i = 0; i < ir->n_insns; i++)
        import_map_insn(blocks, &ir->insns[i]);
    if (im->ctx_insn != IR_NONE && !im->ctx_used) {
        ir->blocks[0].first++;
        ir->blocks[0].n--;
    }
}

static IrMethod *import_finish(Importer *im)
{
    IrMethod *ir = arena_new(im->arena, IrMethod);
    ir->method = im->method;
    ir->sig = im->sig;
    ir->n_args = im->n_args;
    ir->ctx_var = im->ctx_arg;
    ir->ctx_kind = im->ctx_kind;
    ir->n_locals = im->n_locals;
    ir->n_vars = (uint32_t)im->vars.n;
    ir->vars = arena_copy(im->arena, im->vars.at, im->vars.n * sizeof *ir->vars);
    import_settle_tails(im);
    uint32_t *blocks = import_number_blocks(im, &ir->n_blocks);
    uint32_t *parts = import_number_parts(im, blocks, &ir->n_parts);
    import_finish_parts(im, ir, blocks, parts);
    import_finish_blocks(im, ir, blocks, parts);
    ir->n_relied = (uint32_t)im->relied.n;
    ir->relied =
        arena_copy(im->arena, im->relied.at, im->relied.n * sizeof *ir->relied);
    ir->has_loops = im->has_loops;
    ir->foreign_refusal = im->foreign_refusal;
    ir->il_size = (uint32_t)im->body.code.size;
    ir->il_hash = im->body.raw.size ? hash_bytes(im->body.raw.data, im->body.raw.size)
                  : method_is_accessor(im->method) ? 1
                                                   : 0;
    return ir;
}

static void import_reset(Importer *im)
{
    im->parts.n = im->blocks.n = im->vars.n = im->insns.n = 0;
    im->stack_vars.n = im->stack_heads.n = im->lookups.n = im->fixes.n = 0;
    im->relied.n = 0;
    im->tail_call = NULL;
    im->depth = im->cur = 0;
    im->insn = (IlInsn){0};
    im->restart = im->has_loops = im->ctx_used = im->foreign_refusal = false;
    im->ctx_insn = IR_NONE;
    im->ret_block = IR_NONE;
    im->soft = (Err)ERR_INIT;
}

static bool import_attempt(Importer *im)
{
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        import_reset(im);
        bool done = synth_is(im->method)             ? synth_import(im)
                    : method_is_accessor(im->method) ? accessor_import(im)
                                                     : import_body(im);
        if (done || !im->restart)
            return done;
        *im->err = (Err)ERR_INIT;
    }
    return err_set(im->err, ERR_INVALID_PROGRAM, "stack differs at too many joins");
}

static bool import_open(Importer *im)
{
    Method *method = im->method;
    /* No method of a type that is refused runs. */
    im->sig = type_load(method->type, LEVEL_READY, im->err)
                  ? method_sig(method, im->err)
                  : NULL;
    if (!im->sig)
        return false;
    im->ctx = method_context(method);
    im->shared = method_is_shared(method);
    im->ctx_kind = synth_is(method) ? CONTEXT_NONE : method_context_kind(method);
    if (synth_is(method) || method_is_accessor(method) ||
        method_body(method, im->scratch, &im->body, im->err))
        return true;
    if (method->flags & METHOD_ABSTRACT) /* by its address: calls are refused before */
        return err_set(im->err, ERR_BAD_IMAGE, "call of abstract method %s",
                       method->name);
    return err_set(im->err, ERR_UNSUPPORTED, "method has no IL");
}

/* Whatever the IL was, what is made of it holds together. */
static void import_assert(const IrMethod *ir)
{
    Err err = ERR_INIT;
    Arena scratch = ARENA_INIT;
    if (!ir_check(ir, &err))
        log_fatal("IR of %s: %s", method_name(&scratch, ir->method), err.text);
    arena_free(&scratch);
}

IrMethod *ir_import(Method *method, Arena *arena, Err *err)
{
    Arena scratch = ARENA_INIT;
    Importer im = {.method = method,
                   .world = method->type->world,
                   .assembly = method->type->assembly,
                   .arena = arena,
                   .scratch = &scratch,
                   .err = err};
    IrMethod *ir = NULL;
    if (import_open(&im) && import_attempt(&im))
        ir = import_finish(&im);
    if (CHECKS_ON && ir)
        import_assert(ir);
    vec_free(&im.parts);
    vec_free(&im.blocks);
    vec_free(&im.forced);
    vec_free(&im.vars);
    vec_free(&im.insns);
    vec_free(&im.stack_vars);
    vec_free(&im.stack_heads);
    vec_free(&im.lookups);
    vec_free(&im.fixes);
    vec_free(&im.relied);
    arena_free(&scratch);
    return ir;
}
