/* value.c - expressions: constants, casts, addresses, builtins. */
#include "crossgen/codegen/cg_private.h"

#include "common/base/hash.h"

#include <assert.h>
#include <string.h>

JitValue *val_int(Cg *cg, JitType *type, int64_t value)
{
    if (type == cg->ptr)
        return gcc_jit_context_new_bitcast(
            cg->jit, NULL, gcc_jit_context_new_rvalue_from_long(cg->jit, cg->i8, value),
            type);
    return gcc_jit_context_new_rvalue_from_long(cg->jit, type, value);
}

JitValue *val_float(Cg *cg, JitType *type, double value)
{
    return gcc_jit_context_new_rvalue_from_double(cg->jit, type, value);
}

JitValue *val_null(Cg *cg)
{
    return gcc_jit_context_null(cg->jit, cg->ptr);
}

JitValue *val_bitcast(Fn *fn, JitValue *value, JitType *type)
{
    return gcc_jit_context_new_bitcast(fn->cg->jit, fn->loc, value, type);
}

static bool val_is_pointer(JitType *type)
{
    return gcc_jit_type_is_pointer(type) != NULL;
}

/* GCC may walk through several arrays with one number, the address in one of them, and
 * what lies between them; then nothing leads to the others any more, and they are
 * garbage to the collector. It does so with numbers alone (-fkeep-gc-roots-live), and
 * is not told where they come from. Operands of asm have to be variables. */
static JitValue *val_number_of(Fn *fn, JitValue *pointer)
{
    Cg *cg = fn->cg;
    JitPlace *place = fn_local(fn, cg->ptr, "pointer");
    JitValue *hidden = gcc_jit_lvalue_as_rvalue(place);
    fn_assign(fn, place, val_cast(fn, pointer, cg->ptr));
    gcc_jit_extended_asm *code = gcc_jit_block_add_extended_asm(fn->block, fn->loc, "");
    gcc_jit_extended_asm_add_output_operand(code, NULL, "=r", place);
    gcc_jit_extended_asm_add_input_operand(code, NULL, "0", hidden);
    return val_bitcast(fn, hidden, cg->i8);
}

JitValue *val_cast(Fn *fn, JitValue *value, JitType *type)
{
    Cg *cg = fn->cg;
    JitType *from = gcc_jit_rvalue_get_type(value);
    if (from == type)
        return value;
    bool from_pointer = val_is_pointer(from), to_pointer = val_is_pointer(type);
    if (from_pointer && !to_pointer)
        return val_cast(fn, val_number_of(fn, value), type);
    if (!from_pointer && to_pointer)
        return val_bitcast(fn, val_cast(fn, value, cg->i8), type);
    return gcc_jit_context_new_cast(cg->jit, fn->loc, value, type);
}

JitValue *val_binary(Fn *fn, enum gcc_jit_binary_op op, JitType *type, JitValue *a,
                     JitValue *b)
{
    return gcc_jit_context_new_binary_op(fn->cg->jit, fn->loc, op, type,
                                         val_cast(fn, a, type), val_cast(fn, b, type));
}

JitValue *val_compare(Fn *fn, enum gcc_jit_comparison op, JitValue *a, JitValue *b)
{
    return gcc_jit_context_new_comparison(fn->cg->jit, fn->loc, op, a, b);
}

JitValue *val_offset(Fn *fn, JitValue *pointer, int64_t offset)
{
    Cg *cg = fn->cg;
    if (!offset)
        return pointer;
    JitValue *index = val_int(cg, cg->i8, offset);
    return gcc_jit_lvalue_get_address(
        gcc_jit_context_new_array_access(cg->jit, fn->loc, pointer, index), fn->loc);
}

JitPlace *place_at(Fn *fn, JitValue *pointer, int64_t offset, JitType *type)
{
    JitValue *address = val_offset(fn, pointer, offset);
    JitType *wanted = type_of_pointer(type);
    return gcc_jit_rvalue_dereference(
        gcc_jit_context_new_cast(fn->cg->jit, fn->loc, address, wanted), fn->loc);
}

JitValue *val_load(Fn *fn, JitValue *pointer, int64_t offset, JitType *type)
{
    return gcc_jit_lvalue_as_rvalue(place_at(fn, pointer, offset, type));
}

static JitFunction *val_find_builtin(Cg *cg, const char *name)
{
    JitFunction *function = map_str_get(&cg->builtins, name);
    if (!function) {
        function = gcc_jit_context_get_builtin_function(cg->jit, name);
        assert(function);
        map_str_put(&cg->builtins, name, function);
    }
    return function;
}

JitValue *val_builtin(Fn *fn, const char *name, unsigned n, JitValue **args)
{
    Cg *cg = fn->cg;
    JitFunction *function = val_find_builtin(cg, name);
    JitValue *cast[8];
    assert(n <= 8);
    for (unsigned i = 0; i < n; i++) {
        JitValue *param =
            gcc_jit_param_as_rvalue(gcc_jit_function_get_param(function, (int)i));
        cast[i] = val_cast(fn, args[i], gcc_jit_rvalue_get_type(param));
    }
    return gcc_jit_context_new_call(cg->jit, fn->loc, function, (int)n, cast);
}

JitValue *val_unlikely(Fn *fn, JitValue *condition)
{
    Cg *cg = fn->cg;
    JitValue *args[2] = {val_cast(fn, condition, cg->i8), val_int(cg, cg->i8, 0)};
    JitValue *expected = val_builtin(fn, "__builtin_expect", 2, args);
    JitType *type = gcc_jit_rvalue_get_type(expected);
    return val_compare(fn, GCC_JIT_COMPARISON_NE, expected,
                       gcc_jit_context_zero(cg->jit, type));
}
