/* import_stack.c - the evaluation stack: a slot a value, which names its variable.
 *
 * Pushing emits nothing: ldloc pushes the local itself. So a variable that is about to
 * change is copied where slots name it (import_protect), and what an instruction made
 * for a local goes there at once (import_assign).
 *
 * Where a block ends, its slots move into variables that belong to their depth and
 * kind, so blocks that join find them in one place:
 *
 *   A: ldc.i4.1; br J    s0 = 1;  jmp J
 *   B: ldloc.0           s0 = v1; jmp J
 *   J: ret               retv s0
 *
 * The first edge to a block settles its entry; later ones are merged into it. Static
 * types and ranges that differ are forgotten. Kinds that differ (int32 and native int)
 * take a block on the edge that converts (EdgeFix), in the kind that both have in
 * common. If the block was imported already and knew more than now holds, what is to be
 * forgotten is noted (Forced) and the import begins again: each time less is known, so
 * it ends.
 */
#include <assert.h>

#include "common/ir/import.h"

/* -- slots ----------------------------------------------------------------------- */

Slot *import_push(Importer *im, IrKind kind, Type *type, uint32_t var)
{
    if (im->depth == im->max_depth) {
        import_set_invalid(im, "more than %u values on the stack", im->max_depth);
        return NULL;
    }
    Slot *slot = &im->stack[im->depth++];
    *slot = (Slot){.var = var, .kind = (uint8_t)kind, .type = type};
    return slot;
}

uint8_t import_fits_of_mem(IrMem mem)
{
    static const uint8_t fits[] = {
        [IRM_I1] = FITS_I1 | FITS_I2,
        [IRM_U1] = FITS_U1 | FITS_I2 | FITS_U2,
        [IRM_I2] = FITS_I2,
        [IRM_U2] = FITS_U2,
        [IRM_VT] = 0,
    };
    return fits[mem];
}

uint8_t import_fits_of(const Type *type)
{
    return import_fits_of_mem(ir_mem_of(type));
}

bool import_kind(Importer *im, Type *type, IrKind *kind)
{
    if (!import_closed(im, type) ||
        (type_is_valuetype(type) && type_level(type) < LEVEL_LAYOUT &&
         !type_load(type, LEVEL_LAYOUT, &im->soft)))
        return false;
    *kind = ir_kind_of(type);
    if (type->bits & TYPE_BIT_ENUM)
        import_rely(im, IRR_LAYOUT, type); /* variables may only tell the kind */
    return true;
}

bool import_push_type(Importer *im, Type *type, uint32_t *var)
{
    IrKind kind;
    if (!import_kind(im, type, &kind))
        return false;
    *var = import_temp(im, kind, type);
    Slot *slot = import_push(im, kind, type, *var);
    if (!slot)
        return false;
    slot->fits = import_fits_of(type);
    return true;
}

bool import_pop(Importer *im, Slot *slot)
{
    if (!im->depth)
        return import_invalid(im, "stack underflow");
    *slot = im->stack[--im->depth];
    return true;
}

bool import_is_native(const Slot *slot)
{
    if (slot->kind != IR_I8 || !slot->type)
        return true;
    Type *type = type_underlying(slot->type);
    return type->element != ELEMENT_I8 && type->element != ELEMENT_U8;
}

bool import_is_pointer(const Slot *slot)
{
    return slot->kind == IR_I8 || slot->kind == IR_BYREF || slot->kind == IR_REF;
}

/* -- conversions ----------------------------------------------------------------- */

uint32_t import_as(Importer *im, const Slot *slot, IrKind kind)
{
    static const uint16_t conversions[IR_VOID][IR_VOID] = {
        [IR_I4] = {[IR_I8] = IR_CONV_I8_I4, [IR_BYREF] = IR_CONV_I8_I4},
        [IR_I8] = {[IR_I4] = IR_CONV_I4_I8, [IR_REF] = IR_MOV, [IR_BYREF] = IR_MOV},
        [IR_F4] = {[IR_F8] = IR_CONV_F8_F4},
        [IR_F8] = {[IR_F4] = IR_CONV_F4_F8},
        [IR_REF] = {[IR_I8] = IR_MOV, [IR_BYREF] = IR_MOV},
        [IR_BYREF] = {[IR_I8] = IR_MOV, [IR_REF] = IR_MOV, [IR_I4] = IR_CONV_I4_I8},
    };
    if (slot->kind == kind)
        return slot->var;
    IrOp op = (IrOp)conversions[slot->kind][kind];
    assert(op);
    uint32_t from = slot->var;
    if (op == IR_CONV_I8_I4 && kind == IR_BYREF) {
        from = import_temp(im, IR_I8, NULL);
        import_emit(im, op, from, slot->var, IR_NONE);
        op = IR_MOV;
    }
    uint32_t var = import_temp(im, kind, kind == IR_REF ? slot->type : NULL);
    import_emit(im, op, var, from, IR_NONE);
    return var;
}

/* May a value of this kind be used where kind `to` is wanted (III.1.6, as mono does)?
 */
static bool import_convertible(const Slot *slot, IrKind to, const Type *type)
{
    bool to_native =
        to != IR_I8 || (type->element != ELEMENT_I8 && type->element != ELEMENT_U8);
    switch ((IrKind)slot->kind) {
    case IR_I4:
        return (to == IR_I8 || to == IR_BYREF) && to_native;
    case IR_I8:
        return to == IR_BYREF || to == IR_REF ||
               (to == IR_I4 && import_is_native(slot));
    case IR_F4:
    case IR_F8:
        return to == IR_F4 || to == IR_F8;
    case IR_REF:
        return to == IR_I8 || to == IR_BYREF || to == IR_REF;
    case IR_BYREF: /* as a number, even as an int32, as mono does */
        return to == IR_I8 || to == IR_I4 || to == IR_BYREF || to == IR_REF;
    default:
        return false;
    }
}

static IrOp import_narrowing(IrMem mem)
{
    static const uint16_t ops[] = {
        [IRM_I1] = IR_CONV_I1_I4,
        [IRM_U1] = IR_CONV_U1_I4,
        [IRM_I2] = IR_CONV_I2_I4,
        [IRM_U2] = IR_CONV_U2_I4,
    };
    return (IrOp)ops[mem];
}

uint32_t import_normalise(Importer *im, uint8_t fits, uint32_t var, IrMem mem)
{
    static const uint8_t wanted[] = {FITS_I1, FITS_U1, FITS_I2, FITS_U2};
    if (mem > IRM_U2 || (fits & wanted[mem]))
        return var;
    uint32_t narrow = import_temp(im, IR_I4, NULL);
    import_emit(im, import_narrowing(mem), narrow, var, IR_NONE);
    return narrow;
}

bool import_coerce(Importer *im, const Slot *slot, Type *to, uint32_t *var)
{
    IrKind kind;
    if (!import_kind(im, to, &kind))
        return false;
    if (slot->kind != kind) {
        if (!import_convertible(slot, kind, type_underlying(to)))
            return import_invalid(im, "a value on the stack has the wrong kind");
        *var = import_as(im, slot, kind);
    } else if (kind == IR_VT && slot->type != to && slot->type->size != to->size) {
        return import_invalid(im, "a structure on the stack has the wrong type");
    } else {
        *var = slot->var;
    }
    if (kind == IR_I4)
        *var = import_normalise(im, slot->kind == IR_I4 ? slot->fits : 0, *var,
                                ir_mem_of(to));
    return true;
}

/* -- assignment ------------------------------------------------------------------ */

void import_protect(Importer *im, uint32_t var)
{
    for (uint32_t i = 0; i < im->depth; i++) {
        Slot *slot = &im->stack[i];
        if (slot->var != var)
            continue;
        uint32_t copy = import_temp(im, (IrKind)slot->kind, slot->type);
        import_emit(im, IR_MOV, copy, var, IR_NONE);
        slot->var = copy;
        for (uint32_t j = i + 1; j < im->depth; j++)
            if (im->stack[j].var == var)
                im->stack[j].var = copy;
    }
}

/* The instruction that made a temporary may write to a variable instead: it is the last
 * one, nobody else holds the temporary, and a result that arrives in pieces (a
 * structure from a call) can't be seen half written. */
static bool import_retarget(Importer *im, uint32_t var, const Slot *slot,
                            uint32_t value)
{
    IrInsn *last = import_last(im);
    const IrVar *to = &im->vars.at[var], *from = &im->vars.at[value];
    if (!last || last->dst != value || (slot->var == value && (slot->flags & SLOT_DUP)))
        return false;
    if (from->flags || from->kind != to->kind || value < im->n_args + im->n_locals)
        return false;
    if (from->kind == IR_VT &&
        (last->op == IR_CALL || from->type != to->type || (to->flags & IRV_ADDRESSED)))
        return false;
    last->dst = var;
    return true;
}

void import_assign(Importer *im, uint32_t var, const Slot *slot, uint32_t value)
{
    if (var == value)
        return;
    if (!import_retarget(im, var, slot, value))
        import_emit(im, IR_MOV, var, value, IR_NONE);
}

/* -- joins ----------------------------------------------------------------------- */

static uint32_t import_stack_var(Importer *im, uint32_t depth, IrKind kind, Type *type)
{
    while (im->stack_heads.n <= depth)
        *vec_push(&im->stack_heads) = IR_NONE;
    for (uint32_t i = im->stack_heads.at[depth]; i != IR_NONE;
         i = im->stack_vars.at[i].next) {
        const IrVar *var = &im->vars.at[im->stack_vars.at[i].var];
        if (var->kind == kind && (kind != IR_VT || var->type == type))
            return im->stack_vars.at[i].var;
    }
    uint32_t var = import_var(im, kind, kind == IR_VT ? type : NULL, 0);
    uint32_t entry = (uint32_t)im->stack_vars.n;
    *vec_push(&im->stack_vars) =
        (StackVar){.depth = depth, .var = var, .next = im->stack_heads.at[depth]};
    im->stack_heads.at[depth] = entry;
    return var;
}

/* A variable of a depth is only ever held by the slot of that depth or by ones above it
 * that came from it, so moves from the bottom up never destroy what is still to move.
 */
void import_spill(Importer *im)
{
    for (uint32_t i = 0; i < im->depth; i++) {
        Slot *slot = &im->stack[i];
        uint32_t var = import_stack_var(im, i, (IrKind)slot->kind, slot->type);
        if (slot->var == var)
            continue;
        import_emit(im, IR_MOV, var, slot->var, IR_NONE);
        slot->var = var;
        slot->flags &= (uint8_t)~SLOT_DUP;
    }
}

static const Forced *import_forced(const Importer *im, uint32_t block, uint32_t depth)
{
    for (size_t i = 0; i < im->forced.n; i++)
        if (im->forced.at[i].block == block && im->forced.at[i].depth == depth)
            return &im->forced.at[i];
    return NULL;
}

/* The kind that two values at a join have in common; IR_VOID: none. */
static IrKind import_join_kind(const Slot *a, const Slot *b)
{
    if (a->kind == b->kind)
        return a->kind == IR_VT && a->type != b->type ? IR_VOID : (IrKind)a->kind;
    bool float_a = a->kind == IR_F4 || a->kind == IR_F8;
    bool float_b = b->kind == IR_F4 || b->kind == IR_F8;
    if (float_a && float_b)
        return IR_F8;
    if (import_is_pointer(a) && import_is_pointer(b))
        return a->kind == IR_REF || b->kind == IR_REF ? IR_REF : IR_BYREF;
    bool native_a = a->kind == IR_I4 ? true : a->kind == IR_I8 && import_is_native(a);
    bool native_b = b->kind == IR_I4 ? true : b->kind == IR_I8 && import_is_native(b);
    return native_a && native_b ? IR_I8 : IR_VOID;
}

/* The next attempt takes the slot for a value of kind of which nothing more is known.
 */
static bool import_force(Importer *im, uint32_t block, uint32_t depth, IrKind kind)
{
    *vec_push(&im->forced) = (Forced){.block = block, .depth = depth, .kind = kind};
    im->restart = true;
    return import_invalid(im, "stack differs at a join");
}

static bool import_differs(Importer *im, const Block *block, const Slot *a,
                           const Slot *b)
{
    const char *x = a->type ? type_name(im->scratch, a->type) : "?";
    const char *y = b->type ? type_name(im->scratch, b->type) : "?";
    return import_invalid(im, "stack differs at IL_%04x: %s and %s", block->il, x, y);
}

static bool import_merge_slot(Importer *im, uint32_t block, uint32_t depth,
                              const Slot *from)
{
    Block *b = &im->blocks.at[block];
    Slot *to = &b->entry[depth];
    IrKind kind = import_join_kind(to, from);
    if (kind == IR_VOID)
        return import_differs(im, b, to, from);
    if (kind != (IrKind)to->kind)
        return import_force(im, block, depth, kind);
    Type *type = to->type;
    if (type != from->type && kind != IR_VT) {
        if (to->flags & SLOT_NULL)
            type = from->type;
        else if (!(from->flags & SLOT_NULL))
            type = NULL;
    }
    uint8_t fits = to->fits & from->fits;
    uint8_t flags = to->flags & from->flags;
    Type *of = to->of == from->of ? to->of : NULL;
    if (to->value != from->value)
        flags &= (uint8_t)~SLOT_KNOWN;
    if (type == to->type && fits == to->fits && flags == to->flags && of == to->of)
        return true;
    if (b->done)
        return import_force(im, block, depth, kind);
    to->type = type;
    to->fits = fits;
    to->flags = flags;
    to->of = of;
    return true;
}

enum { MANY_FORCED = 8 };

static void import_first_entry(Importer *im, uint32_t block)
{
    Block *b = &im->blocks.at[block];
    b->seen = true;
    b->depth = im->depth;
    b->entry = arena_array(im->scratch, Slot, im->depth + 1);
    for (uint32_t i = 0; i < im->depth; i++) {
        b->entry[i] = im->stack[i];
        b->entry[i].flags &= (uint8_t)~SLOT_DUP;
        if (im->forced.n > MANY_FORCED) { /* attempts are not for constants alone */
            b->entry[i].flags &= (uint8_t)~SLOT_KNOWN;
            b->entry[i].of = NULL;
        }
        const Forced *forced = import_forced(im, block, i);
        if (!forced)
            continue;
        uint32_t var = forced->kind == im->stack[i].kind
                           ? im->stack[i].var
                           : import_stack_var(im, i, forced->kind, NULL);
        b->entry[i] = (Slot){.var = var, .kind = (uint8_t)forced->kind};
        if (forced->kind == IR_VT)
            b->entry[i].type = im->stack[i].type;
    }
}

uint32_t import_exception_var(Importer *im)
{
    return import_stack_var(im, 0, IR_REF, NULL);
}

/* The IL block that a block leads to: itself, or where the part begins whose entry it
 * is. */
static uint32_t import_il_block(const Importer *im, uint32_t block)
{
    if (block < im->n_il_blocks)
        return block;
    return im->block_at[im->parts.at[im->blocks.at[block].part].start];
}

/* Has the made entry block of a part written out, and those of the parts that begin
 * with it, when control first gets there. */
static void import_reach_entry(Importer *im, uint32_t block)
{
    while (block >= im->n_il_blocks && !im->blocks.at[block].seen) {
        im->blocks.at[block].seen = true;
        uint32_t part = im->blocks.at[block].part;
        uint32_t next = import_enter(im, part, import_il_block(im, block));
        *vec_push(&im->fixes) = (EdgeFix){.block = block, .target = next};
        block = next;
    }
}

static uint32_t import_fix_edge(Importer *im, uint32_t block)
{
    uint32_t made = import_new_block(im);
    Slot *copy = arena_copy(im->scratch, im->stack, im->depth * sizeof *copy);
    *vec_push(&im->fixes) =
        (EdgeFix){.block = made, .target = block, .depth = im->depth, .stack = copy};
    return made;
}

uint32_t import_edge(Importer *im, uint32_t block)
{
    if (block == IR_NONE)
        return IR_NONE;
    uint32_t il_block = import_il_block(im, block);
    import_reach_entry(im, block);
    if (!im->blocks.at[il_block].seen)
        import_first_entry(im, il_block);
    Block *b = &im->blocks.at[il_block];
    if (b->depth != im->depth) {
        import_set_invalid(im, "%u values on the stack instead of %u at IL_%04x",
                           im->depth, b->depth, b->il);
        return IR_NONE;
    }
    bool fix = false;
    for (uint32_t i = 0; i < im->depth; i++) {
        if (!import_merge_slot(im, il_block, i, &im->stack[i]))
            return IR_NONE;
        fix |= b->entry[i].kind != im->stack[i].kind;
    }
    import_mark_pending(im, il_block);
    return fix ? import_fix_edge(im, block) : block;
}

uint32_t import_branch_to(Importer *im, uint32_t il)
{
    if (il >= im->body.code.size || !(im->marks[il] & MARK_INSN)) {
        import_set_invalid(im, "branch to IL_%04x, which is no instruction", il);
        return IR_NONE;
    }
    uint32_t block = im->block_at[il];
    if (il <= im->insn.offset) {
        im->blocks.at[block].loop_header |= im->depth == 0;
        im->has_loops = true;
    }
    return import_edge(im, import_enter(im, im->blocks.at[im->cur].part, block));
}

static bool import_is_entry(const Importer *im, uint32_t block)
{
    const Part *part = &im->parts.at[im->blocks.at[block].part];
    return part->entry == block &&
           (part->kind == IRP_CATCH || part->kind == IRP_FILTER);
}

void import_catch(Importer *im, uint32_t block)
{
    if (import_is_entry(im, block))
        import_emit(im, IR_CATCH, import_exception_var(im), IR_NONE, IR_NONE);
}

void import_flush_fixes(Importer *im)
{
    while (im->fixes.n) {
        EdgeFix fix = im->fixes.at[--im->fixes.n];
        uint32_t il_block = import_il_block(im, fix.target);
        import_begin_block(im, fix.block);
        import_catch(im, fix.block);
        for (uint32_t i = 0; i < fix.depth; i++) {
            Slot to = im->blocks.at[il_block].entry[i];
            if (to.kind == fix.stack[i].kind)
                continue;
            uint32_t var = import_as(im, &fix.stack[i], (IrKind)to.kind);
            import_emit(im, IR_MOV, to.var, var, IR_NONE);
        }
        uint32_t part = im->blocks.at[fix.block].part;
        if (im->parts.at[part].n_resumes && im->parts.at[part].entry == fix.block)
            import_emit_resume(im, part, fix.target);
        else
            import_jump(im, fix.target);
    }
}
