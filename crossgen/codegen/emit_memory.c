/* emit_memory.c - constants, moves, loads and stores.
 *
 * Memory model (x86-64, GCC's __atomic builtins):
 *   volatile LD          load, acquire           plain mov
 *   volatile ST          store, release          plain mov
 *   XCHG, XADD           seq_cst                 xchg, lock xadd
 *   CMPXCHG              seq_cst (full barrier)  lock cmpxchg
 *   FENCE                thread fence, seq_cst   mfence or lock or
 *   volatile value types plain copy with an acquire fence after, a release fence before
 */
#include "crossgen/codegen/emit.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { ORDER_RELAXED = 0, ORDER_ACQUIRE = 2, ORDER_RELEASE = 3, ORDER_SEQ_CST = 5 };

void emit_const_int(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitType *type = insn->op == IR_CONST_I4 ? fn->cg->i4 : fn->cg->i8;
    fn_set(fn, insn->dst, val_int(fn->cg, type, insn->imm));
}

/* By their bits: a NaN keeps its payload. */
void emit_const_float(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    bool single = insn->op == IR_CONST_F4;
    JitValue *bits =
        val_int(cg, single ? cg->i4 : cg->i8, single ? (int32_t)insn->imm : insn->imm);
    fn_set(fn, insn->dst, val_bitcast(fn, bits, single ? cg->f4 : cg->f8));
}

void emit_const_null(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    fn_set(fn, insn->dst, val_null(fn->cg));
}

void emit_str(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Fixup fixup = {.kind = FIX_STRING, .string = *insn->str};
    fn_set(fn, insn->dst, cell_lazy(fn, &fixup));
}

void emit_mov(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    fn_set(fn, insn->dst, fn_get(fn, insn->a));
}

static void emit_fill(Fn *fn, JitValue *at, JitValue *byte, JitValue *size)
{
    JitValue *args[3] = {at, byte, size};
    fn_eval(fn, val_builtin(fn, "__builtin_memset", 3, args));
}

void emit_zero(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    emit_fill(fn, gcc_jit_lvalue_get_address(fn_place(fn, insn->dst), fn->loc),
              val_int(cg, cg->i4, 0),
              val_int(cg, cg->i8, size_of_type(fn->body->ir->vars[insn->dst].type)));
}

static const uint8_t emit_sizes[IRM_VT] = {
    [IRM_I1] = 1, [IRM_U1] = 1, [IRM_I2] = 2, [IRM_U2] = 2, [IRM_I4] = 4,  [IRM_U4] = 4,
    [IRM_I8] = 8, [IRM_U8] = 8, [IRM_F4] = 4, [IRM_F8] = 8, [IRM_REF] = 8,
};

/* The integer type in which an atomic operation of that size works. */
static JitType *emit_atomic_type(Fn *fn, IrMem mem)
{
    Cg *cg = fn->cg;
    switch (emit_sizes[mem]) {
    case 1:
        return cg->u1;
    case 2:
        return cg->u2;
    case 4:
        return cg->i4;
    default:
        return cg->i8;
    }
}

JitValue *emit_bits(Fn *fn, JitValue *value, JitType *type)
{
    Cg *cg = fn->cg;
    JitType *from = gcc_jit_rvalue_get_type(value);
    bool floats = from == cg->f4 || from == cg->f8 || type == cg->f4 || type == cg->f8;
    return floats && from != type ? val_bitcast(fn, value, type)
                                  : val_cast(fn, value, type);
}

static JitValue *emit_atomic(Fn *fn, const char *name, IrMem mem, unsigned n,
                             JitValue **args)
{
    char full[64];
    snprintf(full, sizeof full, "%s_%u", name, emit_sizes[mem]);
    JitType *type = emit_atomic_type(fn, mem);
    JitValue *result = val_builtin(fn, full, n, args);
    if (gcc_jit_rvalue_get_type(result) == fn->cg->void_)
        return result;
    return emit_bits(fn, fn_keep(fn, type, result), fn->cg->mem[mem]);
}

static void emit_fence_of(Fn *fn, int order)
{
    JitValue *args[1] = {val_int(fn->cg, fn->cg->i4, order)};
    fn_eval(fn, val_builtin(fn, "__atomic_thread_fence", 1, args));
}

static JitType *emit_mem_type(Fn *fn, const IrInsn *insn, uint32_t var)
{
    if (insn->mk == IRM_VT)
        return type_of_vt_at(fn->cg, fn->body->ir->vars[var].type);
    JitType *type = fn->cg->mem[insn->mk];
    return insn->flags & IRF_UNALIGNED ? gcc_jit_type_get_aligned(type, 1) : type;
}

static void emit_ld_volatile(Fn *fn, const IrInsn *insn, JitValue *pointer)
{
    Cg *cg = fn->cg;
    if (insn->mk == IRM_VT) {
        fn_set(fn, insn->dst,
               val_load(fn, pointer, insn->imm, emit_mem_type(fn, insn, insn->dst)));
        emit_fence_of(fn, ORDER_ACQUIRE);
        return;
    }
    JitValue *args[2] = {val_offset(fn, pointer, insn->imm),
                         val_int(cg, cg->i4, ORDER_ACQUIRE)};
    fn_set(fn, insn->dst, emit_atomic(fn, "__atomic_load", (IrMem)insn->mk, 2, args));
}

static bool emit_is_byref(Fn *fn, uint32_t var)
{
    return fn->body->ir->vars[var].kind == IR_BYREF;
}

/* The null of a managed pointer is found by the machine, when it is used: unless what
 * is used lies far away from it. */
static void emit_check_far(Fn *fn, const IrInsn *insn)
{
    if (insn->imm >= LARGE_OFFSET && fn->body->ir->vars[insn->a].kind != IR_REF)
        fn_check_address(fn, insn->a);
}

/* GCC drops a load whose result nobody reads: what is left is one that it may not. */
static bool emit_ld_unread(Fn *fn, const IrInsn *insn, JitValue *pointer)
{
    bool unread = insn->dst == IR_NONE || !fn->body->is_read[insn->dst];
    if (!unread || !emit_is_byref(fn, insn->a))
        return false;
    JitValue *args[2] = {val_offset(fn, pointer, insn->imm),
                         val_int(fn->cg, fn->cg->i4, ORDER_RELAXED)};
    fn_eval(fn, val_builtin(fn, "__atomic_load_1", 2, args));
    return true;
}

void emit_ld(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *pointer = fn_ptr(fn, insn->a);
    fn_check_insn_null(fn, pointer);
    emit_check_far(fn, insn);
    if (emit_ld_unread(fn, insn, pointer))
        return;
    if (insn->flags & IRF_VOLATILE) {
        emit_ld_volatile(fn, insn, pointer);
        return;
    }
    JitType *type = emit_mem_type(fn, insn, insn->dst == IR_NONE ? insn->a : insn->dst);
    JitValue *value = val_load(fn, pointer, insn->imm, type);
    if (insn->flags & IRF_UNALIGNED && insn->mk != IRM_VT)
        value = gcc_jit_context_new_cast(fn->cg->jit, fn->loc, value,
                                         fn->cg->mem[insn->mk]);
    fn_set(fn, insn->dst, value);
}

static void emit_st_volatile(Fn *fn, const IrInsn *insn, JitValue *pointer)
{
    Cg *cg = fn->cg;
    if (insn->mk == IRM_VT) {
        emit_fence_of(fn, ORDER_RELEASE);
        fn_assign(fn,
                  place_at(fn, pointer, insn->imm, emit_mem_type(fn, insn, insn->b)),
                  fn_get(fn, insn->b));
        return;
    }
    JitValue *value = val_cast(fn, fn_get(fn, insn->b), cg->mem[insn->mk]);
    JitValue *args[3] = {val_offset(fn, pointer, insn->imm),
                         emit_bits(fn, value, emit_atomic_type(fn, (IrMem)insn->mk)),
                         val_int(cg, cg->i4, ORDER_RELEASE)};
    char name[32];
    snprintf(name, sizeof name, "__atomic_store_%u", emit_sizes[insn->mk]);
    fn_eval(fn, val_builtin(fn, name, 3, args));
}

static void emit_st_plain(Fn *fn, const IrInsn *insn, JitValue *pointer)
{
    JitValue *value = fn_get(fn, insn->b);
    if (insn->mk != IRM_VT)
        value = val_cast(fn, value, fn->cg->mem[insn->mk]);
    fn_assign(fn, place_at(fn, pointer, insn->imm, emit_mem_type(fn, insn, insn->b)),
              value);
}

void emit_st(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *pointer = fn_ptr(fn, insn->a);
    fn_check_insn_null(fn, pointer);
    emit_check_far(fn, insn);
    barrier_emit(fn, insn->a, insn->imm, (IrMem)insn->mk, insn->b);
    if (insn->flags & IRF_VOLATILE)
        emit_st_volatile(fn, insn, pointer);
    else
        emit_st_plain(fn, insn, pointer);
}

void emit_lea(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *pointer = fn_ptr(fn, insn->a);
    fn_check_insn_null(fn, pointer);
    emit_check_far(fn, insn);
    fn_set(fn, insn->dst, val_offset(fn, pointer, insn->imm));
}

void emit_addr(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    fn_set(fn, insn->dst, gcc_jit_lvalue_get_address(fn_place(fn, insn->a), fn->loc));
}

static JitType *emit_type_at(Fn *fn, Type *type)
{
    IrMem mem = ir_mem_of(type);
    return mem == IRM_VT ? type_of_vt_at(fn->cg, type) : fn->cg->mem[mem];
}

/* Before and after: others may change what is copied from (loader/gc/barrier.h). */
static void emit_copy_barrier(Fn *fn, const IrInsn *insn)
{
    if (!fn->body->outside[insn->a])
        barrier_emit_at(fn, fn_ptr(fn, insn->a), ir_mem_of(insn->type), insn->type);
}

void emit_copy(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *to = fn_ptr(fn, insn->a), *from = fn_ptr(fn, insn->b);
    if (!emit_is_byref(fn, insn->a))
        fn_check_address(fn, insn->a);
    if (!emit_is_byref(fn, insn->b))
        fn_check_address(fn, insn->b);
    JitType *type = emit_type_at(fn, insn->type);
    emit_copy_barrier(fn, insn);
    fn_assign(fn, place_at(fn, to, 0, type), val_load(fn, from, 0, type));
    emit_copy_barrier(fn, insn);
}

void emit_init(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    JitValue *at = fn_ptr(fn, insn->a);
    fn_check_insn_null(fn, at);
    emit_fill(fn, at, val_int(cg, cg->i4, 0),
              val_int(cg, cg->i8, size_of_type(insn->type)));
}

static JitValue *emit_size(Fn *fn, uint32_t var)
{
    Cg *cg = fn->cg;
    return val_cast(fn, val_cast(fn, fn_get(fn, var), cg->u4), cg->u8);
}

/* Unless the block is empty; var: its address. */
static void emit_check_block(Fn *fn, uint32_t var, JitValue *size)
{
    Cg *cg = fn->cg;
    JitValue *some =
        val_compare(fn, GCC_JIT_COMPARISON_NE, size, val_int(cg, cg->u8, 0));
    JitValue *bad = val_binary(fn, GCC_JIT_BINARY_OP_BITWISE_AND, cg->i4, some,
                               fn_is_no_address(fn, var));
    fn_check(fn, val_compare(fn, GCC_JIT_COMPARISON_NE, bad, val_int(cg, cg->i4, 0)),
             HELPER_throw_null);
}

void emit_cpblk(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *size = fn_keep(fn, fn->cg->u8, emit_size(fn, insn->c));
    emit_check_block(fn, insn->a, size);
    emit_check_block(fn, insn->b, size);
    JitValue *args[3] = {fn_ptr(fn, insn->a), fn_ptr(fn, insn->b), size};
    fn_eval(fn, val_builtin(fn, "__builtin_memmove", 3, args));
}

void emit_initblk(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *size = fn_keep(fn, fn->cg->u8, emit_size(fn, insn->c));
    emit_check_block(fn, insn->a, size);
    emit_fill(fn, fn_ptr(fn, insn->a), fn_get(fn, insn->b), size);
}

/* alloca itself would wrap, or step over what guards the stack. */
static void emit_stack_room(Fn *fn, JitValue *size)
{
    enum { ALWAYS_THERE = 4096 };
    Cg *cg = fn->cg;
    JitBlock *large = fn_block(fn, "large"), *fits = fn_block(fn, "fits");
    fn_branch(fn,
              val_unlikely(fn, val_compare(fn, GCC_JIT_COMPARISON_GT,
                                           val_cast(fn, size, cg->u8),
                                           val_int(cg, cg->u8, ALWAYS_THERE))),
              large, fits);
    fn_begin(fn, large);
    fn_eval(fn, HELPER_CALL(fn, stack_room, size));
    fn_jump(fn, fits);
    fn_begin(fn, fits);
}

/* In a part, the function's own room would be gone before the method ends. Of no bytes
 * there is no address. */
void emit_localloc(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    Cg *cg = fn->cg;
    JitValue *size = fn_keep(fn, cg->i8, fn_word(fn, insn->a));
    if (fn->part) {
        JitValue *rooms = val_offset(fn, fn->frame, (int64_t)fn->body->rooms_slot * 8);
        fn_set(fn, insn->dst, HELPER_CALL(fn, part_room, rooms, size));
        return;
    }
    emit_stack_room(fn, size);
    JitValue *at = fn_keep(fn, cg->ptr, val_builtin(fn, "__builtin_alloca", 1, &size));
    emit_fill(fn, at, val_int(cg, cg->i4, 0), size);
    JitValue *some =
        val_compare(fn, GCC_JIT_COMPARISON_NE, size, val_int(cg, cg->i8, 0));
    JitValue *mask = val_binary(fn, GCC_JIT_BINARY_OP_MINUS, cg->u8,
                                val_int(cg, cg->u8, 0), val_cast(fn, some, cg->u8));
    JitValue *address = val_binary(fn, GCC_JIT_BINARY_OP_BITWISE_AND, cg->u8,
                                   val_cast(fn, at, cg->u8), mask);
    fn_set(fn, insn->dst, val_cast(fn, address, cg->ptr));
}

void emit_fence(Fn *fn, const IrInsn *insn, int arg)
{
    (void)insn, (void)arg;
    emit_fence_of(fn, ORDER_SEQ_CST);
}

static JitValue *emit_atomic_pointer(Fn *fn, const IrInsn *insn)
{
    JitValue *pointer = fn_ptr(fn, insn->a);
    fn_check_insn_null(fn, pointer);
    return val_offset(fn, pointer, insn->imm);
}

static JitValue *emit_atomic_operand(Fn *fn, const IrInsn *insn, uint32_t var)
{
    JitValue *value = fn_get(fn, var);
    return emit_bits(fn, value, emit_atomic_type(fn, (IrMem)insn->mk));
}

void emit_xchg(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *args[3] = {emit_atomic_pointer(fn, insn),
                         emit_atomic_operand(fn, insn, insn->b),
                         val_int(fn->cg, fn->cg->i4, ORDER_SEQ_CST)};
    barrier_emit(fn, insn->a, insn->imm, (IrMem)insn->mk, insn->b);
    fn_set(fn, insn->dst,
           emit_atomic(fn, "__atomic_exchange", (IrMem)insn->mk, 3, args));
}

void emit_cmpxchg(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *args[3] = {emit_atomic_pointer(fn, insn),
                         emit_atomic_operand(fn, insn, insn->c),
                         emit_atomic_operand(fn, insn, insn->b)};
    barrier_emit(fn, insn->a, insn->imm, (IrMem)insn->mk, insn->b);
    fn_set(fn, insn->dst,
           emit_atomic(fn, "__sync_val_compare_and_swap", (IrMem)insn->mk, 3, args));
}

void emit_xadd(Fn *fn, const IrInsn *insn, int arg)
{
    (void)arg;
    JitValue *args[3] = {emit_atomic_pointer(fn, insn),
                         emit_atomic_operand(fn, insn, insn->b),
                         val_int(fn->cg, fn->cg->i4, ORDER_SEQ_CST)};
    fn_set(fn, insn->dst,
           emit_atomic(fn, "__atomic_fetch_add", (IrMem)insn->mk, 3, args));
}
