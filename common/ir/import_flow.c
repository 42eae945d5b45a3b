#include "common/ir/import.h"

/* -- branches -------------------------------------------------------------------- */

bool import_op_nop(Importer *im, uint32_t arg)
{
    (void)im;
    (void)arg;
    return true;
}

bool import_op_dup(Importer *im, uint32_t arg)
{
    (void)arg;
    if (!im->depth)
        return import_invalid(im, "stack underflow");
    Slot *top = &im->stack[im->depth - 1];
    top->flags |= SLOT_DUP;
    Slot copy = *top;
    Slot *slot = import_push(im, IR_I4, NULL, 0);
    if (!slot)
        return false;
    *slot = copy;
    return true;
}

/* The last instruction, if all that it makes is the temporary on top of the stack. */
static IrInsn *import_maker(Importer *im, const Slot *slot)
{
    IrInsn *last = import_last(im);
    bool temporary = slot->var >= im->n_args + im->n_locals;
    return last && temporary && last->dst == slot->var && !(slot->flags & SLOT_DUP)
               ? last
               : NULL;
}

bool import_op_pop(Importer *im, uint32_t arg)
{
    Slot slot;
    (void)arg;
    if (!import_pop(im, &slot))
        return false;
    IrInsn *last = import_maker(im, &slot);
    if (last && last->op == IR_CALL)
        last->dst = IR_NONE;
    return true;
}

static bool import_jump_to(Importer *im, uint32_t il)
{
    import_spill(im);
    uint32_t target = import_branch_to(im, il);
    if (target == IR_NONE)
        return false;
    import_emit(im, IR_JMP, IR_NONE, IR_NONE, IR_NONE)->target[0] = target;
    im->ended = true;
    return true;
}

bool import_op_br(Importer *im, uint32_t arg)
{
    (void)arg;
    return import_jump_to(im, im->insn.u.target);
}

/* Emits op with both targets; the branch is taken to `taken` when its condition holds.
 */
static bool import_emit_branch(Importer *im, IrInsn branch, bool when)
{
    import_spill(im);
    if (im->insn.next >= im->body.code.size)
        return import_invalid(im, "control reaches the end of the method");
    uint32_t taken = import_branch_to(im, im->insn.u.target);
    uint32_t next = taken == IR_NONE ? IR_NONE : import_branch_to(im, im->insn.next);
    if (next == IR_NONE)
        return false;
    IrInsn *insn = import_emit(im, (IrOp)branch.op, IR_NONE, branch.a, branch.b);
    insn->mk = branch.mk;
    insn->target[0] = when ? taken : next;
    insn->target[1] = when ? next : taken;
    im->ended = true;
    return true;
}

/* The branch goes to one place. */
static bool import_emit_decided(Importer *im, bool taken)
{
    if (!taken && im->insn.next >= im->body.code.size)
        return import_invalid(im, "control reaches the end of the method");
    return import_jump_to(im, taken ? im->insn.u.target : im->insn.next);
}

static IrOp import_branch_of_compare(IrOp compare)
{
    return (IrOp)(IR_BR_I4 + (compare - IR_CMP_I4));
}

bool import_op_br_if(Importer *im, uint32_t when)
{
    Slot value;
    bool is_true;
    if (!import_pop(im, &value))
        return false;
    if (value.kind == IR_F4 || value.kind == IR_F8 || value.kind == IR_VT)
        return import_invalid(im, "condition of wrong kind");
    if (import_decide_branch(im, &value, &is_true))
        return import_emit_decided(im, is_true == when);
    IrInsn branch = {.op = value.kind == IR_I4 ? IR_BRNZ_I4 : IR_BRNZ_I8,
                     .a = value.var,
                     .b = IR_NONE};
    IrInsn *last = import_last(im);
    if (last && last->op >= IR_CMP_I4 && last->op <= IR_CMP_F8 &&
        last->dst == value.var && value.var >= im->n_args + im->n_locals &&
        !(value.flags & SLOT_DUP)) {
        branch = *last;
        branch.op = (uint16_t)import_branch_of_compare((IrOp)last->op);
        import_drop_last(im);
    }
    return import_emit_branch(im, branch, when);
}

bool import_op_br_cmp(Importer *im, uint32_t cond)
{
    Slot a, b;
    IrOp op;
    bool holds;
    if (!import_pop(im, &b) || !import_pop(im, &a))
        return false;
    if (import_decide_compare(im, cond, &a, &b, &holds))
        return import_emit_decided(im, holds);
    if (!import_compare_operands(im, &a, &b, &op))
        return false;
    IrInsn branch = {.op = (uint16_t)import_branch_of_compare(op),
                     .mk = (uint8_t)cond,
                     .a = a.var,
                     .b = b.var};
    return import_emit_branch(im, branch, true);
}

bool import_op_switch(Importer *im, uint32_t arg)
{
    Slot value;
    (void)arg;
    if (!import_pop(im, &value))
        return false;
    if (value.kind != IR_I4 && value.kind != IR_I8)
        return import_invalid(im, "switch on something that is no integer");
    if (value.flags & SLOT_KNOWN) {
        import_forget(im, &value);
        uint32_t chosen = (uint32_t)value.value;
        return import_jump_to(im,
                              chosen < im->insn.u.sw.n
                                  ? il_switch_target(im->body.code, &im->insn, chosen)
                                  : im->insn.next);
    }
    uint32_t index = import_as(im, &value, IR_I4);
    import_spill(im);
    IrSwitch *sw = arena_new(im->arena, IrSwitch);
    sw->n = im->insn.u.sw.n;
    sw->targets = arena_array(im->arena, uint32_t, sw->n);
    for (uint32_t i = 0; i < sw->n; i++) {
        uint32_t il = il_switch_target(im->body.code, &im->insn, i);
        sw->targets[i] = import_branch_to(im, il);
        if (sw->targets[i] == IR_NONE)
            return false;
    }
    sw->otherwise = import_branch_to(im, im->insn.next);
    if (sw->otherwise == IR_NONE)
        return false;
    import_emit(im, IR_SWITCH, IR_NONE, index, IR_NONE)->sw = sw;
    im->ended = true;
    return true;
}

/* -- return ---------------------------------------------------------------------- */

/* A synchronized method returns from outside of its try part. */
static bool import_leave_monitor(Importer *im, const Slot *value, uint32_t var)
{
    if (im->ret_local != IR_NONE)
        import_assign(im, im->ret_local, value, var);
    if (im->ret_block == IR_NONE) {
        im->ret_block = import_new_block(im);
        im->blocks.at[im->ret_block].part = 0;
    }
    import_emit(im, IR_LEAVE, IR_NONE, IR_NONE, IR_NONE)->target[0] = im->ret_block;
    im->ended = true;
    return true;
}

bool import_op_ret(Importer *im, uint32_t arg)
{
    Slot value = {0};
    uint32_t var = IR_NONE, part = im->blocks.at[im->cur].part;
    bool synchronized = (im->method->impl_flags & IMPL_SYNCHRONIZED) != 0;
    (void)arg;
    if (part != (synchronized ? 1 : 0))
        return import_invalid(im, "return from inside a protected region");
    if (im->sig->ret->element != ELEMENT_VOID &&
        (!import_pop(im, &value) || !import_coerce(im, &value, im->sig->ret, &var)))
        return false;
    if (im->depth)
        return import_invalid(im, "return with %u values left on the stack", im->depth);
    if (synchronized)
        return import_leave_monitor(im, &value, var);
    import_return(im, var);
    return true;
}

/* -- exceptions ------------------------------------------------------------------ */

bool import_op_throw(Importer *im, uint32_t arg)
{
    Slot value;
    (void)arg;
    if (!import_pop(im, &value))
        return false;
    if (!import_is_pointer(&value))
        return import_invalid(im, "throw of something that is no object");
    uint32_t var = import_as(im, &value, IR_REF);
    import_emit(im, IR_THROW, IR_NONE, var, IR_NONE);
    im->ended = true;
    return true;
}

bool import_op_rethrow(Importer *im, uint32_t arg)
{
    (void)arg;
    if (import_part_of_kind(im, im->blocks.at[im->cur].part, IRP_CATCH, IRP_CATCH) ==
        IR_NONE)
        return import_invalid(im, "rethrow outside of a catch handler");
    import_emit(im, IR_RETHROW, IR_NONE, IR_NONE, IR_NONE);
    im->ended = true;
    return true;
}

bool import_op_leave(Importer *im, uint32_t arg)
{
    (void)arg;
    uint32_t il = im->insn.u.target, part = im->blocks.at[im->cur].part;
    im->depth = 0;
    if (il >= im->body.code.size || !(im->marks[il] & MARK_INSN))
        return import_invalid(im, "leave to IL_%04x, which is no instruction", il);
    uint32_t block = im->block_at[il];
    if (il <= im->insn.offset) {
        im->blocks.at[block].loop_header = true;
        im->has_loops = true;
    }
    uint32_t target = import_edge(im, import_enter_leave(im, part, block));
    if (target == IR_NONE)
        return false;
    uint32_t to = im->blocks.at[target].part;
    bool entry = target >= im->n_il_blocks || im->parts.at[to].entry == target;
    bool inside = to == part || (entry && to && im->parts.at[to].parent == part);
    IrOp op = inside ? IR_JMP : IR_LEAVE;
    import_emit(im, op, IR_NONE, IR_NONE, IR_NONE)->target[0] = target;
    im->ended = true;
    return true;
}

bool import_op_endfinally(Importer *im, uint32_t arg)
{
    (void)arg;
    IrPartKind kind = im->parts.at[im->blocks.at[im->cur].part].kind;
    if (kind != IRP_FINALLY && kind != IRP_FAULT)
        return import_invalid(im, "endfinally outside of a finally handler");
    import_emit(im, IR_ENDFINALLY, IR_NONE, IR_NONE, IR_NONE);
    im->ended = true;
    return true;
}

bool import_op_endfilter(Importer *im, uint32_t arg)
{
    Slot value;
    (void)arg;
    if (im->parts.at[im->blocks.at[im->cur].part].kind != IRP_FILTER)
        return import_invalid(im, "endfilter outside of a filter");
    if (!import_pop(im, &value))
        return false;
    if (value.kind != IR_I4)
        return import_invalid(im, "endfilter with something that is no int32");
    import_emit(im, IR_ENDFILTER, IR_NONE, value.var, IR_NONE);
    im->ended = true;
    return true;
}
