/* emit_object.c - allocation, boxing, casts, statics, handles, monitors. */
#include "crossgen/codegen/emit.h"

void emit_newobj(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    if (insn->c != IR_NONE) {
        fn_set(fn, insn->dst, HELPER_CALL(fn, new_object_type, fn_ptr(fn, insn->c)));
        return;
    }
    fn_set(fn, insn->dst, alloc_emit(fn, insn->type));
}

void emit_newdelegate(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *type = cell_type_or(fn, insn->c, insn->type);
    fn_set(
        fn, insn->dst,
        HELPER_CALL(fn, new_delegate, type, fn_ptr(fn, insn->a), fn_ptr(fn, insn->b)));
}

/* The address of a copy of a variable as it lies in memory. */
static JitValue *object_spill(Fn *fn, uint32_t var, JitType *type)
{
    JitPlace *copy = fn_local(fn, type, "boxed");
    JitValue *value = fn_get(fn, var);
    fn_assign(fn, copy,
              fn->body->ir->vars[var].kind == IR_VT ? value
                                                    : val_cast(fn, value, type));
    return val_cast(fn, gcc_jit_lvalue_get_address(copy, fn->loc), fn->cg->ptr);
}

void emit_box(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    IrMem mem = ir_mem_of(insn->type);
    JitType *type =
        mem == IRM_VT ? type_of_var(cg, &fn->body->ir->vars[insn->a]) : cg->mem[mem];
    if (insn->c != IR_NONE || (insn->type->bits & TYPE_BIT_NULLABLE) ||
        !type_is_valuetype(insn->type)) {
        JitValue *boxed_type = cell_type_or(fn, insn->c, insn->type);
        fn_set(fn, insn->dst,
               HELPER_CALL(fn, box, boxed_type, object_spill(fn, insn->a, type)));
        return;
    }
    JitValue *object = fn_keep(fn, cg->ptr, alloc_emit(fn, insn->type));
    JitValue *value = fn_get(fn, insn->a);
    fn_assign(fn, place_at(fn, object, OBJECT_HEADER_SIZE, type),
              mem == IRM_VT ? value : val_cast(fn, value, type));
    fn_set(fn, insn->dst, object);
}

static JitValue *object_type(Fn *fn, JitValue *object)
{
    Cg *cg = fn->cg;
    JitValue *vtable =
        fn_keep(fn, cg->ptr, val_load(fn, object, OBJECT_VTABLE_OFFSET, cg->ptr));
    return val_load(fn, vtable, VTABLE_TYPE_OFFSET, cg->ptr);
}

void emit_unbox(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    JitValue *object = fn_ptr(fn, insn->a);
    fn_check_null(fn, object);
    JitValue *type = cell_type_or(fn, insn->c, insn->type);
    JitPlace *address = fn_local(fn, cg->ptr, "address");
    JitBlock *slow = fn_block(fn, "slow"), *done = fn_block(fn, "done");
    fn_assign(fn, address, val_offset(fn, object, OBJECT_HEADER_SIZE));
    JitValue *other =
        val_compare(fn, GCC_JIT_COMPARISON_NE, object_type(fn, object), type);
    fn_branch(fn, val_unlikely(fn, other), slow, done);
    fn_begin(fn, slow);
    fn_assign(fn, address, HELPER_CALL(fn, unbox, type, object));
    fn_jump(fn, done);
    fn_begin(fn, done);
    fn_set(fn, insn->dst, gcc_jit_lvalue_as_rvalue(address));
}

void emit_unbox_nullable(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *type = cell_type_or(fn, insn->c, insn->type);
    JitType *vt = type_of_var(fn->cg, &fn->body->ir->vars[insn->dst]);
    JitPlace *result = fn_local(fn, vt, "nullable");
    JitValue *at =
        val_cast(fn, gcc_jit_lvalue_get_address(result, fn->loc), fn->cg->ptr);
    fn_eval(fn, HELPER_CALL(fn, unbox_nullable, type, fn_ptr(fn, insn->a), at));
    fn_set(fn, insn->dst, gcc_jit_lvalue_as_rvalue(result));
}

/* Null stays null, an object of exactly the type itself; the helper decides the others.
 */
static void object_cast(Fn *fn, const IrInsn *insn, HelperId helper)
{
    Cg *cg = fn->cg;
    JitValue *object = fn_ptr(fn, insn->a);
    JitPlace *result = fn_local(fn, cg->ptr, "cast");
    JitBlock *set = fn_block(fn, "not_null"), *slow = fn_block(fn, "slow");
    JitBlock *done = fn_block(fn, "done");
    object = fn_keep(fn, cg->ptr, object);
    fn_assign(fn, result, object);
    fn_branch(fn, val_compare(fn, GCC_JIT_COMPARISON_EQ, object, val_null(cg)), done,
              set);
    fn_begin(fn, set);
    JitValue *now;
    uint32_t cell = 0;
    if (insn->c != IR_NONE) {
        now = fn_ptr(fn, insn->c);
    } else {
        Fixup fixup = {.kind = FIX_TYPE, .type = insn->type};
        cell = unit_cell(cg->unit, &fixup);
        now = fn_keep(fn, cg->ptr, cell_load(fn, cell, cg->ptr));
    }
    fn_branch(fn, val_compare(fn, GCC_JIT_COMPARISON_EQ, object_type(fn, object), now),
              done, slow);
    fn_begin(fn, slow);
    JitValue *args[2] = {insn->c != IR_NONE ? now : cell_lazy_of(fn, cell, now),
                         object};
    fn_assign(fn, result, helper_call(fn, helper, 2, args));
    fn_jump(fn, done);
    fn_begin(fn, done);
    fn_set(fn, insn->dst, gcc_jit_lvalue_as_rvalue(result));
}

void emit_isinst(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    object_cast(fn, insn, HELPER_isinst);
}

void emit_castclass(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    object_cast(fn, insn, HELPER_castclass);
}

void emit_typeof(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    if (insn->c != IR_NONE) {
        fn_set(fn, insn->dst, HELPER_CALL(fn, typeof, fn_ptr(fn, insn->c)));
        return;
    }
    Fixup fixup = {.kind = FIX_TYPEOF, .type = insn->type};
    fn_set(fn, insn->dst, cell_lazy(fn, &fixup));
}

/* A lazy cell whose subject is the instruction's p. */
void emit_handle(Fn *fn, const IrInsn *insn, int arg)
{
    Fixup fixup = {.kind = (FixupKind)arg};
    if (fixup.kind == FIX_TYPE)
        fixup.type = insn->type;
    else if (fixup.kind == FIX_FIELD)
        fixup.field = insn->field;
    else
        fixup.method = insn->method;
    fn_set(fn, insn->dst, cell_lazy(fn, &fixup));
}

void emit_sbase(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    if (insn->c != IR_NONE) {
        fn_set(fn, insn->dst, HELPER_CALL(fn, static_base, fn_ptr(fn, insn->c)));
        return;
    }
    Fixup fixup = {.kind = FIX_SBASE, .type = insn->type};
    fn_set(fn, insn->dst, cell_lazy(fn, &fixup));
}

void emit_tsbase(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *type = cell_type_or(fn, insn->c, insn->type);
    fn_set(fn, insn->dst, HELPER_CALL(fn, thread_static_base, type));
}

void emit_cctor(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    if (insn->c != IR_NONE) {
        fn_eval(fn, HELPER_CALL(fn, run_cctor, fn_ptr(fn, insn->c)));
        return;
    }
    Fixup fixup = {.kind = FIX_CCTOR, .type = insn->type};
    (void)cell_lazy(fn, &fixup);
}

void emit_monitor(Fn *fn, const IrInsn *insn, int arg)
{
    JitValue *object = fn_ptr(fn, insn->a);
    fn_check_insn_null(fn, object);
    fn_eval(fn, helper_call(fn, (HelperId)arg, 1, &object));
}
