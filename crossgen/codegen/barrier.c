/* barrier.c - the write barrier: what compiled code does before it stores references
 * where the heap may be (loader/gc/barrier.h).
 *
 *     offset = address - table->base
 *     if (offset < table->room)
 *         table->cards[offset >> CARD_SHIFT] = 1
 *
 * Nothing is done for a null, nor for an address that is known to be none of the heap:
 * that of a variable or of static fields. GCC would keep such a variable in memory, for
 * its address alone. So that is found out for a method and the copies of its callees
 * together: a parameter of a copy that is given such addresses only is one, too.
 */
#include "crossgen/codegen/cg_private.h"

enum { ORDER_RELEASE = 3 }; /* GCC moves no store across */

/* -- what is known of variables ------------------------------------------------ */

static bool is_outside(const Body *body, const IrInsn *insn)
{
    switch (insn->op) {
    case IR_ADDR:
    case IR_SBASE:
    case IR_TSBASE:
        return true;
    case IR_MOV:
    case IR_LEA:
        return body->outside[insn->a];
    default:
        return false;
    }
}

static bool is_null(const Body *body, const IrInsn *insn)
{
    return insn->op == IR_CONST_NULL || (insn->op == IR_MOV && body->is_null[insn->a]);
}

/* True: one fewer is known. */
static bool take_back(const Body *body, const IrInsn *insn)
{
    bool outside = body->outside[insn->dst], null = body->is_null[insn->dst];
    body->outside[insn->dst] = outside && is_outside(body, insn);
    body->is_null[insn->dst] = null && is_null(body, insn);
    return outside != body->outside[insn->dst] || null != body->is_null[insn->dst];
}

static void find_known(const Body *body)
{
    const IrMethod *ir = body->ir;
    for (bool again = true; again;) {
        again = false;
        for (uint32_t i = 0; i < ir->n_insns; i++)
            if (ir->insns[i].dst != IR_NONE)
                again |= take_back(body, &ir->insns[i]);
    }
}

/* Parameters of copies that this one calls. */
static void give_to_copies(const Body *body)
{
    for (uint32_t i = 0; body->callees && i < body->ir->n_insns; i++) {
        const IrInsn *insn = &body->ir->insns[i];
        const Body *copy = body->callees[i];
        if (!copy || insn->op != IR_CALL)
            continue;
        for (uint32_t k = 0; k < insn->call->n_args; k++) {
            copy->outside[k] &= body->outside[insn->call->args[k]];
            copy->is_null[k] &= body->is_null[insn->call->args[k]];
        }
    }
}

/* Variables are taken for known until something says otherwise; what others may change
 * by its address is not. */
static void assume(Body *body)
{
    const IrMethod *ir = body->ir;
    bool is_copy = body->host != body;
    body->outside = arena_array(&body->cg->arena, bool, ir->n_vars + 1);
    body->is_null = arena_array(&body->cg->arena, bool, ir->n_vars + 1);
    for (uint32_t v = 0; v < ir->n_vars; v++) {
        bool assumed =
            (v >= ir->n_args || is_copy) && !(ir->vars[v].flags & IRV_ADDRESSED);
        body->outside[v] = assumed && ir->vars[v].kind == IR_BYREF;
        body->is_null[v] = assumed && ir->vars[v].kind == IR_REF;
    }
}

/* Callers come before callees. */
void barrier_prepare(Body *host)
{
    assume(host);
    for (size_t i = 0; i < host->order.n; i++)
        assume(host->order.at[i]);
    find_known(host);
    give_to_copies(host);
    for (size_t i = host->order.n; i-- > 0;) {
        find_known(host->order.at[i]);
        give_to_copies(host->order.at[i]);
    }
}

/* -- code ---------------------------------------------------------------------- */

static void emit_card(Fn *fn, JitValue *cards, JitValue *offset)
{
    Cg *cg = fn->cg;
    JitValue *card = val_binary(fn, GCC_JIT_BINARY_OP_RSHIFT, cg->u8, offset,
                                val_int(cg, cg->u8, CARD_SHIFT));
    JitValue *at = gcc_jit_lvalue_get_address(
        gcc_jit_context_new_array_access(cg->jit, fn->loc, cards, card), fn->loc);
    JitValue *args[3] = {at, val_int(cg, cg->u1, 1),
                         val_int(cg, cg->i4, ORDER_RELEASE)};
    fn_eval(fn, val_builtin(fn, "__atomic_store_1", 3, args));
}

static JitValue *table_word(Fn *fn, JitValue *table, int64_t at)
{
    Cg *cg = fn->cg;
    return fn_keep(fn, cg->u8, val_load(fn, table, at, cg->u8));
}

static void emit_cards(Fn *fn, JitValue *at, uint32_t size)
{
    Cg *cg = fn->cg;
    Fixup fixup = {.kind = FIX_HELPER, .helper = HELPER_gc_cards};
    JitValue *table =
        fn_keep(fn, cg->ptr, cell_load(fn, unit_cell(cg->unit, &fixup), cg->ptr));
    JitValue *offset = fn_keep(fn, cg->u8,
                               val_binary(fn, GCC_JIT_BINARY_OP_MINUS, cg->u8,
                                          val_cast(fn, at, cg->u8),
                                          table_word(fn, table, CARDS_BASE_OFFSET)));
    JitBlock *inside = fn_block(fn, "inside"), *done = fn_block(fn, "done");
    fn_branch(fn,
              val_compare(fn, GCC_JIT_COMPARISON_LT, offset,
                          table_word(fn, table, CARDS_ROOM_OFFSET)),
              inside, done);
    fn_begin(fn, inside);
    JitValue *cards =
        fn_keep(fn, type_of_pointer(cg->i1),
                val_load(fn, table, CARDS_CARDS_OFFSET, type_of_pointer(cg->i1)));
    emit_card(fn, cards, offset);
    if (size > sizeof(void *))
        emit_card(fn, cards,
                  val_binary(fn, GCC_JIT_BINARY_OP_PLUS, cg->u8, offset,
                             val_int(cg, cg->u8, size - (int64_t)sizeof(void *))));
    fn_jump(fn, done);
    fn_begin(fn, done);
}

/* Of a reference or a structure; type: of the latter, or NULL. */
static uint32_t stored_size(IrMem mem, const Type *type)
{
    if (mem == IRM_REF)
        return sizeof(void *);
    bool refs = mem == IRM_VT && type->bits & TYPE_BIT_HAS_REFS &&
                !(type->bits & TYPE_BIT_BYREFLIKE);
    return refs ? size_of_type(type) : 0;
}

void barrier_emit_at(Fn *fn, JitValue *at, IrMem mem, const Type *type)
{
    uint32_t size = stored_size(mem, type);
    if (size > 1u << CARD_SHIFT)
        fn_eval(fn, HELPER_CALL(fn, writes_range, val_cast(fn, at, fn->cg->ptr),
                                val_int(fn->cg, fn->cg->i8, size)));
    else if (size)
        emit_cards(fn, at, size);
}

void barrier_emit(Fn *fn, uint32_t address, int64_t offset, IrMem mem, uint32_t value)
{
    const IrVar *vars = fn->body->ir->vars;
    if (fn->body->outside[address] || (mem == IRM_REF && fn->body->is_null[value]))
        return;
    barrier_emit_at(fn, val_offset(fn, fn_ptr(fn, address), offset), mem,
                    mem == IRM_VT ? vars[value].type : NULL);
}
