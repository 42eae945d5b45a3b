/* emit_array.c - elements and lengths. An index is compared unsigned with the length.
 */
#include <assert.h>

#include "crossgen/codegen/emit.h"

static JitValue *array_length(Fn *fn, JitValue *array)
{
    Cg *cg = fn->cg;
    return fn_keep(fn, cg->u4, val_load(fn, array, ARRAY_LENGTH_OFFSET, cg->u4));
}

void emit_ldlen(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *array = fn_ptr(fn, insn->a);
    fn_check_insn_null(fn, array);
    JitValue *kept = lens_get(fn, insn->a);
    fn_set(fn, insn->dst, kept ? kept : array_length(fn, array));
}

/* Raises NullReference or IndexOutOfRange unless 0 <= index < length, the kept one. */
static void array_check_kept(Fn *fn, JitValue *array, JitValue *index, JitValue *length)
{
    Cg *cg = fn->cg;
    JitType *type = gcc_jit_rvalue_get_type(index);
    JitBlock *bad = fn_block(fn, "bad"), *good = fn_block(fn, "good");
    JitValue *low = val_compare(fn, GCC_JIT_COMPARISON_LT, index,
                                gcc_jit_context_zero(cg->jit, type));
    JitValue *high =
        val_compare(fn, GCC_JIT_COMPARISON_GE, index, val_cast(fn, length, type));
    fn_branch(fn,
              val_unlikely(fn, val_binary(fn, GCC_JIT_BINARY_OP_LOGICAL_OR, cg->boolean,
                                          low, high)),
              bad, good);
    fn_begin(fn, bad);
    fn_check_null(fn, array);
    fn_eval(fn, helper_call(fn, HELPER_throw_bounds, 0, NULL));
    fn_unreachable(fn);
    fn_begin(fn, good);
}

/* The index as i8, known to be inside an array that is not null. */
static JitValue *array_index(Fn *fn, const IrInsn *insn, JitValue *array)
{
    Cg *cg = fn->cg;
    bool wide = fn->body->ir->vars[insn->b].kind != IR_I4;
    bool check = !(insn->flags & IRF_NOBOUNDS);
    JitType *type = wide ? cg->i8 : cg->i4, *un = wide ? cg->u8 : cg->u4;
    JitValue *index = fn_keep(fn, type, fn_get(fn, insn->b));
    JitValue *kept = lens_get(fn, insn->a);
    if (check && kept) {
        array_check_kept(fn, array, index, kept);
        return val_cast(fn, index, cg->i8);
    }
    if (check || (insn->flags & IRF_NULLCHECK))
        fn_check_null(fn, array);
    index = fn_keep(fn, un, index);
    if (check)
        fn_check(fn,
                 val_compare(fn, GCC_JIT_COMPARISON_GE, index,
                             val_cast(fn, array_length(fn, array), un)),
                 HELPER_throw_bounds);
    return val_cast(fn, index, cg->i8);
}

static JitValue *array_address(Fn *fn, const IrInsn *insn, uint32_t data_offset)
{
    Cg *cg = fn->cg;
    JitValue *array = fn_ptr(fn, insn->a);
    JitValue *index = array_index(fn, insn, array);
    JitValue *offset = val_binary(fn, GCC_JIT_BINARY_OP_MULT, cg->i8, index,
                                  val_int(cg, cg->i8, insn->imm));
    JitValue *data = val_offset(fn, array, data_offset);
    return fn_keep(
        fn, cg->ptr,
        gcc_jit_lvalue_get_address(
            gcc_jit_context_new_array_access(cg->jit, fn->loc, data, offset), fn->loc));
}

static JitValue *array_element(Fn *fn, const IrInsn *insn)
{
    return array_address(fn, insn, ARRAY_DATA_OFFSET);
}

static JitType *array_mem_type(Fn *fn, const IrInsn *insn, uint32_t var)
{
    return insn->mk == IRM_VT ? type_of_vt_at(fn->cg, fn->body->ir->vars[var].type)
                              : fn->cg->mem[insn->mk];
}

void emit_ldelem(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *element = array_element(fn, insn);
    fn_set(fn, insn->dst,
           val_load(fn, element, 0, array_mem_type(fn, insn, insn->dst)));
}

/* Raises ArrayTypeMismatch unless value is null, or of exactly the element type, or the
 * helper finds that it may be stored. */
static void array_store_check(Fn *fn, JitValue *array, JitValue *value)
{
    Cg *cg = fn->cg;
    JitBlock *set = fn_block(fn, "not_null"), *slow = fn_block(fn, "slow");
    JitBlock *done = fn_block(fn, "done");
    fn_branch(fn, val_compare(fn, GCC_JIT_COMPARISON_EQ, value, val_null(cg)), done,
              set);
    fn_begin(fn, set);
    JitValue *vtable =
        fn_keep(fn, cg->ptr, val_load(fn, array, OBJECT_VTABLE_OFFSET, cg->ptr));
    JitValue *wanted = val_load(fn, vtable, VTABLE_ELEMENT_OFFSET, cg->ptr);
    JitValue *found = val_load(fn, value, OBJECT_VTABLE_OFFSET, cg->ptr);
    fn_branch(fn,
              val_unlikely(fn, val_compare(fn, GCC_JIT_COMPARISON_NE, wanted, found)),
              slow, done);
    fn_begin(fn, slow);
    fn_eval(fn, HELPER_CALL(fn, stelem_check, array, value));
    fn_jump(fn, done);
    fn_begin(fn, done);
}

void emit_stelem(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *element = array_element(fn, insn);
    if (insn->mk == IRM_REF && !(insn->flags & IRF_EXACT))
        array_store_check(fn, fn_ptr(fn, insn->a), fn_ptr(fn, insn->c));
    JitValue *value = fn_get(fn, insn->c);
    if (insn->mk != IRM_VT)
        value = val_cast(fn, value, fn->cg->mem[insn->mk]);
    if (!fn->body->is_null[insn->c])
        barrier_emit_at(fn, element, (IrMem)insn->mk, fn->body->ir->vars[insn->c].type);
    fn_assign(fn, place_at(fn, element, 0, array_mem_type(fn, insn, insn->c)), value);
}

void emit_stcheck(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *array = fn_ptr(fn, insn->a);
    fn_check_null(fn, array);
    array_store_check(fn, array, fn_ptr(fn, insn->b));
}

void emit_elcheck(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *array = fn_ptr(fn, insn->a);
    fn_check_null(fn, array);
    JitValue *type = cell_type_or(fn, insn->c, insn->type);
    fn_eval(fn, HELPER_CALL(fn, ldelema_check, array, type));
}

void emit_ldelema(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *element = array_element(fn, insn);
    if (insn->flags & IRF_TYPECHECK) {
        JitValue *type = cell_type_or(fn, insn->c, insn->type);
        fn_eval(fn, HELPER_CALL(fn, ldelema_check, fn_ptr(fn, insn->a), type));
    }
    fn_set(fn, insn->dst, element);
}

/* Row-major: ((i0 * n1 + i1) * n2 + i2)..., each index less its lower bound. */
void emit_mdaddr(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    JitValue *array = fn_ptr(fn, insn->a);
    fn_check_null(fn, array);
    uint32_t n = insn->args->n;
    assert(n == insn->args->type->rank);
    JitValue *linear = NULL;
    for (uint32_t i = 0; i < n; i++) {
        int64_t at = ARRAY_LENGTHS_OFFSET + 4 * (int64_t)i;
        JitValue *given = val_cast(fn, fn_get(fn, insn->args->vars[i]), cg->i4);
        JitValue *lower = val_load(fn, array, at + 4 * (int64_t)n, cg->i4);
        JitValue *length = val_load(fn, array, at, cg->u4);
        JitValue *index = fn_keep(
            fn, cg->u4, val_binary(fn, GCC_JIT_BINARY_OP_MINUS, cg->i4, given, lower));
        length = fn_keep(fn, cg->u4, length);
        fn_check(fn, val_compare(fn, GCC_JIT_COMPARISON_GE, index, length),
                 HELPER_throw_bounds);
        if (linear)
            index = val_binary(
                fn, GCC_JIT_BINARY_OP_PLUS, cg->i8,
                val_binary(fn, GCC_JIT_BINARY_OP_MULT, cg->i8, linear, length), index);
        linear = fn_keep(fn, cg->i8, index);
    }
    JitValue *offset = val_binary(fn, GCC_JIT_BINARY_OP_MULT, cg->i8, linear,
                                  val_int(cg, cg->i8, insn->imm));
    JitPlace *element = gcc_jit_context_new_array_access(
        cg->jit, fn->loc, val_offset(fn, array, type_array_data(insn->args->type)),
        offset);
    fn_set(fn, insn->dst, gcc_jit_lvalue_get_address(element, fn->loc));
}

void emit_mdflat(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    fn_set(fn, insn->dst, array_address(fn, insn, type_array_data(insn->type)));
}

void emit_newarr(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *length = fn_word(fn, insn->a);
    if (insn->c != IR_NONE) {
        fn_set(fn, insn->dst,
               HELPER_CALL(fn, new_array_type, fn_ptr(fn, insn->c), length));
        return;
    }
    Fixup fixup = {.kind = FIX_VTABLE, .type = insn->type};
    fn_set(fn, insn->dst, HELPER_CALL(fn, new_array, cell_lazy(fn, &fixup), length));
}

void emit_newmd(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    const IrArgs *args = insn->args;
    JitValue *type = cell_type_or(fn, insn->c, args->type);
    JitType *words_type =
        gcc_jit_context_new_array_type(cg->jit, NULL, cg->i4, (int)args->n);
    JitPlace *words = fn_local(fn, words_type, "words");
    for (uint32_t i = 0; i < args->n; i++)
        fn_assign(fn,
                  gcc_jit_context_new_array_access(cg->jit, fn->loc,
                                                   gcc_jit_lvalue_as_rvalue(words),
                                                   val_int(cg, cg->i4, i)),
                  val_cast(fn, fn_get(fn, args->vars[i]), cg->i4));
    JitValue *at = val_cast(fn, gcc_jit_lvalue_get_address(words, fn->loc), cg->ptr);
    fn_set(fn, insn->dst,
           HELPER_CALL(fn, new_md, type, val_int(cg, cg->i4, args->n), at,
                       val_int(cg, cg->i4, (insn->flags & IRF_LOWER) != 0)));
}
