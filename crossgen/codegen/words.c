/* words.c - between variables and the words in which they are passed (common/ir/abi.h).
 */
#include "crossgen/codegen/cg_private.h"

static JitValue *vt_address(Fn *fn, JitPlace *value)
{
    return val_cast(fn, gcc_jit_lvalue_get_address(value, fn->loc), fn->cg->ptr);
}

/* The last eightbyte of a struct may be cut off: it is put together from smaller parts.
 */
static JitValue *vt_word_tail(Fn *fn, JitValue *address, uint32_t offset, uint32_t left)
{
    Cg *cg = fn->cg;
    JitValue *word = val_int(cg, cg->i8, 0);
    uint32_t done = 0;
    for (uint32_t size = 4; size; size /= 2) {
        if (!(left & size))
            continue;
        JitType *type = size == 4 ? cg->u4 : size == 2 ? cg->u2 : cg->u1;
        JitValue *part =
            val_cast(fn, val_load(fn, address, offset + done, type), cg->i8);
        part = val_binary(fn, GCC_JIT_BINARY_OP_LSHIFT, cg->i8, part,
                          val_int(cg, cg->i8, done * 8));
        word = val_binary(fn, GCC_JIT_BINARY_OP_BITWISE_OR, cg->i8, word, part);
        done += size;
    }
    return word;
}

JitValue *vt_word(Fn *fn, JitPlace *value, uint32_t size, uint32_t i, AbiWord word)
{
    Cg *cg = fn->cg;
    JitValue *address = vt_address(fn, value);
    uint32_t offset = i * 8, left = size > offset ? size - offset : 0;
    if (word == ABI_F4 || word == ABI_F8 || (word == ABI_I4 && left >= 4) || left >= 8)
        return fn_keep(fn, cg->words[word],
                       val_load(fn, address, offset, cg->words[word]));
    return fn_keep(fn, cg->words[word], vt_word_tail(fn, address, offset, left));
}

void vt_set_word(Fn *fn, JitPlace *value, uint32_t size, uint32_t i, JitValue *word)
{
    Cg *cg = fn->cg;
    JitValue *address = vt_address(fn, value);
    JitType *type = gcc_jit_rvalue_get_type(word);
    uint32_t offset = i * 8, left = size > offset ? size - offset : 0;
    if (type == cg->f4 || type == cg->f8 || left >= 8) {
        fn_assign(fn, place_at(fn, address, offset, type), word);
        return;
    }
    uint32_t done = 0;
    for (uint32_t part = 4; part; part /= 2) {
        if (!(left & part))
            continue;
        type = part == 4 ? cg->u4 : part == 2 ? cg->u2 : cg->u1;
        JitValue *bits = val_binary(fn, GCC_JIT_BINARY_OP_RSHIFT, cg->i8, word,
                                    val_int(cg, cg->i8, done * 8));
        fn_assign(fn, place_at(fn, address, offset + done, type),
                  val_cast(fn, bits, type));
        done += part;
    }
}

/* The parameters of part 0 into the variables of the arguments. */
void args_enter(Fn *fn)
{
    Body *body = fn->body;
    AbiSig *abi = body->abi;
    int at = abi->ret == ABI_RET_MEMORY;
    for (uint32_t i = 0; i < abi->n_args; i++) {
        const AbiArg *arg = &abi->args[i];
        bool is_vt = body->ir->vars[i].kind == IR_VT;
        for (uint32_t w = 0; w < arg->n_words; w++, at++) {
            if (body->homes[i] == HOME_UNUSED)
                continue;
            JitValue *word =
                gcc_jit_param_as_rvalue(gcc_jit_function_get_param(fn->function, at));
            if (!is_vt)
                fn_set(fn, i, word);
            else if (arg->by_pointer)
                fn_set(fn, i,
                       val_load(fn, val_cast(fn, word, fn->cg->ptr), 0,
                                type_of_vt_at(fn->cg, body->ir->vars[i].type)));
            else
                vt_set_word(fn, fn_place(fn, i), arg->size, w, word);
        }
    }
}

static JitValue *ret_pair(Fn *fn, const AbiSig *abi, uint32_t var)
{
    JitType *type = type_of_result(fn->cg, abi);
    JitPlace *pair = fn_local(fn, type, "pair");
    JitValue *address = vt_address(fn, pair);
    for (uint32_t i = 0; i < 2; i++) {
        JitValue *word =
            vt_word(fn, fn_place(fn, var), abi->ret_size, i, abi->ret_words[i]);
        fn_assign(fn, place_at(fn, address, i * 8, gcc_jit_rvalue_get_type(word)),
                  word);
    }
    return gcc_jit_lvalue_as_rvalue(pair);
}

static JitValue *ret_memory(Fn *fn, uint32_t var)
{
    Body *body = fn->body;
    JitValue *result =
        gcc_jit_param_as_rvalue(gcc_jit_function_get_param(fn->function, 0));
    JitType *type = type_of_vt_at(fn->cg, body->ir->vars[var].type);
    fn_assign(fn, place_at(fn, result, 0, type), fn_get(fn, var));
    return result;
}

/* An OSR entry leaves the result in the interpreter's frame. */
static void ret_osr(Fn *fn, uint32_t var)
{
    if (var != IR_NONE) {
        const IrVar *v = &fn->body->ir->vars[var];
        JitType *type = type_of_var(fn->cg, v);
        fn_assign(fn, place_at(fn, gcc_jit_lvalue_as_rvalue(fn->osr_words), 0, type),
                  fn_get(fn, var));
    }
    gcc_jit_block_end_with_void_return(fn->block, fn->loc);
}

void ret_emit(Fn *fn, uint32_t var)
{
    const AbiSig *abi = fn->body->abi;
    JitValue *value = NULL;
    if (fn->osr_words) {
        ret_osr(fn, var);
        fn->block = NULL;
        return;
    }
    if (abi->ret == ABI_RET_PAIR)
        value = ret_pair(fn, abi, var);
    else if (abi->ret == ABI_RET_MEMORY)
        value = ret_memory(fn, var);
    else if (abi->ret == ABI_RET_WORD && fn->body->ir->vars[var].kind == IR_VT)
        value = vt_word(fn, fn_place(fn, var), abi->ret_size, 0, abi->ret_words[0]);
    else if (abi->ret == ABI_RET_WORD)
        value = val_cast(fn, fn_get(fn, var), fn->cg->words[abi->ret_words[0]]);
    if (abi->ret == ABI_RET_VOID && fn->body->own_abi->ret != ABI_RET_VOID)
        value = val_int(fn->cg, fn->cg->i8, 0);
    if (value)
        gcc_jit_block_end_with_return(fn->block, fn->loc, value);
    else
        gcc_jit_block_end_with_void_return(fn->block, fn->loc);
    fn->block = NULL;
}
