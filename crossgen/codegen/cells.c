/* cells.c - the unit's cells and the helpers that are called through them.
 *
 * The array is imported: GCC must not see that nothing in the context writes it. A lazy
 * cell that code in a loop uses is read once, at the function's entry, into a local:
 * stores of the loop can't change that, and once bound it keeps its value.
 */
#include "crossgen/codegen/cg_private.h"

#include <assert.h>
#include <stdio.h>

enum { CELLS_MAX = 1 << 24 };

bool cells_open(Cg *cg)
{
    char name[300];
    snprintf(name, sizeof name, "r2r_cells_%s", unit_name(cg->unit));
    JitType *type = gcc_jit_context_new_array_type(cg->jit, NULL, cg->ptr, CELLS_MAX);
    cg->cells =
        gcc_jit_context_new_global(cg->jit, NULL, GCC_JIT_GLOBAL_IMPORTED, type, name);
    return cg->cells != NULL;
}

static JitPlace *cell_place(Fn *fn, uint32_t cell)
{
    Cg *cg = fn->cg;
    return gcc_jit_context_new_array_access(cg->jit, fn->loc,
                                            gcc_jit_lvalue_as_rvalue(cg->cells),
                                            val_int(cg, cg->i4, cell));
}

JitValue *cell_load(Fn *fn, uint32_t cell, JitType *type)
{
    JitValue *value = gcc_jit_lvalue_as_rvalue(cell_place(fn, cell));
    return type == fn->cg->ptr
               ? value
               : gcc_jit_context_new_cast(fn->cg->jit, fn->loc, value, type);
}

JitValue *helper_call(Fn *fn, HelperId helper, unsigned n, JitValue **args)
{
    Cg *cg = fn->cg;
    Fixup fixup = {.kind = FIX_HELPER, .helper = helper};
    uint32_t cell = unit_cell(cg->unit, &fixup);
    JitValue *function = cell_load(fn, cell, cg->helper_types[helper]);
    return gcc_jit_context_new_call_through_ptr(cg->jit, fn->loc, function, (int)n,
                                                args);
}

JitValue *cell_unit(Fn *fn)
{
    Fixup fixup = {.kind = FIX_UNIT};
    return cell_load(fn, unit_cell(fn->cg->unit, &fixup), fn->cg->ptr);
}

/* now: what the cell holds, perhaps null. */
static void cell_bind(Fn *fn, uint32_t cell, JitPlace *value)
{
    Cg *cg = fn->cg;
    JitBlock *unbound = fn_block(fn, "unbound"), *bound = fn_block(fn, "bound");
    JitValue *now = gcc_jit_lvalue_as_rvalue(value);
    fn_branch(
        fn, val_unlikely(fn, val_compare(fn, GCC_JIT_COMPARISON_EQ, now, val_null(cg))),
        unbound, bound);
    fn_begin(fn, unbound);
    fn_assign(fn, value,
              HELPER_CALL(fn, resolve, cell_unit(fn), val_int(cg, cg->i4, cell)));
    fn_jump(fn, bound);
    fn_begin(fn, bound);
}

JitValue *cell_lazy_of(Fn *fn, uint32_t cell, JitValue *now)
{
    JitPlace *value = fn_local(fn, fn->cg->ptr, "cell");
    fn_assign(fn, value, now);
    cell_bind(fn, cell, value);
    return gcc_jit_lvalue_as_rvalue(value);
}

/* The function's own copy of a lazy cell; NULL when the code is not in a loop. */
static JitPlace *cell_cached(Fn *fn, uint32_t cell)
{
    Cg *cg = fn->cg;
    if (!fn->entry || !fn->insn || !fn->in_loop)
        return NULL;
    JitPlace *place = map_ptr_get(&fn->cached, (void *)(uintptr_t)(cell + 1));
    if (!place) {
        place = fn_local(fn, cg->ptr, "hoisted");
        map_ptr_put(&fn->cached, (void *)(uintptr_t)(cell + 1), place);
        gcc_jit_block_add_assignment(fn->entry, NULL, place,
                                     cell_load(fn, cell, cg->ptr));
    }
    return place;
}

JitValue *cell_lazy(Fn *fn, const Fixup *fixup)
{
    uint32_t cell = unit_cell(fn->cg->unit, fixup);
    JitPlace *cached = cell_cached(fn, cell);
    if (!cached)
        return cell_lazy_of(fn, cell, cell_load(fn, cell, fn->cg->ptr));
    cell_bind(fn, cell, cached);
    return gcc_jit_lvalue_as_rvalue(cached);
}

JitValue *cell_type(Fn *fn, Type *type)
{
    Fixup fixup = {.kind = FIX_TYPE, .type = type};
    return cell_lazy(fn, &fixup);
}

JitValue *cell_type_or(Fn *fn, uint32_t handle, Type *type)
{
    return handle != IR_NONE ? fn_ptr(fn, handle) : cell_type(fn, type);
}
