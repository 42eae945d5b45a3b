/* types.c - libgccjit types: scalars, value types by size, functions by convention. */
#include "crossgen/codegen/cg_private.h"

#include <assert.h>
#include <stdio.h>

typedef struct VtType {
    uint32_t size;
    JitType *type;
    JitType *at[4]; /* aligned to 1, 2, 4, 8; NULL until asked for */
} VtType;

static JitType *types_int(Cg *cg, int size, int is_signed)
{
    return gcc_jit_context_get_int_type(cg->jit, size, is_signed);
}

static JitType *types_pair(Cg *cg, unsigned shape)
{
    static const char *const names[4] = {"pair_ii", "pair_di", "pair_id", "pair_dd"};
    gcc_jit_field *fields[2];
    for (unsigned i = 0; i < 2; i++)
        fields[i] = gcc_jit_context_new_field(
            cg->jit, NULL, shape >> i & 1 ? cg->f8 : cg->i8, i ? "second" : "first");
    return gcc_jit_struct_as_type(
        gcc_jit_context_new_struct_type(cg->jit, NULL, names[shape], 2, fields));
}

static JitType *types_letter(Cg *cg, char letter)
{
    switch (letter) {
    case 'v':
        return cg->void_;
    case 'i':
        return cg->i4;
    case 'l':
        return cg->i8;
    case 'f':
        return cg->f4;
    case 'd':
        return cg->f8;
    default:
        return cg->ptr;
    }
}

static void types_helpers(Cg *cg)
{
    static const struct {
        const char *ret, *args;
    } rows[] = {
#define HELPER(name, ret, args, function) {ret, args},
#include "format/helpers.def"
#undef HELPER
    };
    for (int h = 0; h < HELPER_COUNT; h++) {
        JitType *args[16];
        int n = 0;
        for (const char *at = rows[h].args; *at; at++)
            args[n++] = types_letter(cg, *at);
        cg->helper_types[h] = gcc_jit_context_new_function_ptr_type(
            cg->jit, NULL, types_letter(cg, rows[h].ret[0]), n, args, 0);
    }
}

bool types_open(Cg *cg)
{
    cg->void_ = gcc_jit_context_get_type(cg->jit, GCC_JIT_TYPE_VOID);
    cg->boolean = gcc_jit_context_get_type(cg->jit, GCC_JIT_TYPE_BOOL);
    cg->i1 = types_int(cg, 1, 1), cg->u1 = types_int(cg, 1, 0);
    cg->i2 = types_int(cg, 2, 1), cg->u2 = types_int(cg, 2, 0);
    cg->i4 = types_int(cg, 4, 1), cg->u4 = types_int(cg, 4, 0);
    cg->i8 = types_int(cg, 8, 1), cg->u8 = types_int(cg, 8, 0);
    cg->f4 = gcc_jit_context_get_type(cg->jit, GCC_JIT_TYPE_FLOAT);
    cg->f8 = gcc_jit_context_get_type(cg->jit, GCC_JIT_TYPE_DOUBLE);
    cg->ptr = gcc_jit_type_get_pointer(cg->i1);
    JitType *mem[IRM_VT] = {
        [IRM_I1] = cg->i1, [IRM_U1] = cg->u1, [IRM_I2] = cg->i2,   [IRM_U2] = cg->u2,
        [IRM_I4] = cg->i4, [IRM_U4] = cg->u4, [IRM_I8] = cg->i8,   [IRM_U8] = cg->u8,
        [IRM_F4] = cg->f4, [IRM_F8] = cg->f8, [IRM_REF] = cg->ptr,
    };
    __builtin_memcpy(cg->mem, mem, sizeof mem);
    JitType *words[4] = {cg->i4, cg->i8, cg->f4, cg->f8};
    __builtin_memcpy(cg->words, words, sizeof words);
    for (unsigned shape = 0; shape < 4; shape++)
        cg->pairs[shape] = types_pair(cg, shape);
    types_helpers(cg);
    return gcc_jit_context_get_first_error(cg->jit) == NULL;
}

JitType *type_of_pointer(JitType *type)
{
    return gcc_jit_type_get_pointer(type);
}

/* Words of the largest size that divides the value's, so that C's size is the same.
 * Small ones are fields, which GCC keeps in registers. */
static JitType *types_make_vt(Cg *cg, uint32_t size)
{
    uint32_t unit = 8;
    while (size % unit)
        unit /= 2;
    JitType *word = types_int(cg, (int)unit, 1);
    uint32_t n = size / unit;
    gcc_jit_field *fields[8];
    char name[32];
    int n_fields = 0;
    if (n <= 8) {
        for (uint32_t i = 0; i < n; i++) {
            snprintf(name, sizeof name, "w%u", i);
            fields[n_fields++] = gcc_jit_context_new_field(cg->jit, NULL, word, name);
        }
    } else {
        JitType *array = gcc_jit_context_new_array_type(cg->jit, NULL, word, (int)n);
        fields[n_fields++] = gcc_jit_context_new_field(cg->jit, NULL, array, "w");
    }
    snprintf(name, sizeof name, "vt_%u", size);
    return gcc_jit_struct_as_type(
        gcc_jit_context_new_struct_type(cg->jit, NULL, name, n_fields, fields));
}

static VtType *types_vt(Cg *cg, uint32_t size)
{
    size = size ? size : 1;
    for (size_t i = 0; i < cg->vt_types.n; i++)
        if (cg->vt_types.at[i]->size == size)
            return cg->vt_types.at[i];
    VtType *vt = arena_new(&cg->arena, VtType);
    vt->size = size;
    vt->type = types_make_vt(cg, size);
    *vec_push(&cg->vt_types) = vt;
    return vt;
}

JitType *type_of_vt(Cg *cg, uint32_t size)
{
    return types_vt(cg, size)->type;
}

JitType *type_of_vt_at(Cg *cg, const Type *type)
{
    VtType *vt = types_vt(cg, size_of_type(type));
    uint32_t align = type_value_align(type);
    unsigned log = align >= 8 ? 3 : align >= 4 ? 2 : align >= 2 ? 1 : 0;
    if (!vt->at[log])
        vt->at[log] = gcc_jit_type_get_aligned(vt->type, (size_t)1 << log);
    return vt->at[log];
}

uint32_t size_of_type(const Type *type)
{
    uint32_t size = type_value_size(type);
    return size ? size : 1;
}

JitType *type_of_var(Cg *cg, const IrVar *var)
{
    switch (var->kind) {
    case IR_I4:
        return cg->i4;
    case IR_I8:
        return cg->i8;
    case IR_F4:
        return cg->f4;
    case IR_F8:
        return cg->f8;
    case IR_VT:
        return type_of_vt(cg, size_of_type(var->type));
    default:
        return cg->ptr;
    }
}

JitType *type_of_result(Cg *cg, const AbiSig *abi)
{
    switch (abi->ret) {
    case ABI_RET_VOID:
        return cg->void_;
    case ABI_RET_WORD:
        return cg->words[abi->ret_words[0]];
    case ABI_RET_PAIR:
        return cg
            ->pairs[(abi->ret_words[0] == ABI_F8) | (abi->ret_words[1] == ABI_F8) << 1];
    default:
        return cg->ptr;
    }
}

uint32_t abi_word_count(const AbiSig *abi)
{
    uint32_t n = abi->ret == ABI_RET_MEMORY;
    for (uint32_t i = 0; i < abi->n_args; i++)
        n += abi->args[i].n_words;
    return n;
}

JitType *type_of_abi_word(Cg *cg, const AbiSig *abi, uint32_t i)
{
    if (abi->ret == ABI_RET_MEMORY && i-- == 0)
        return cg->ptr;
    for (uint32_t arg = 0; arg < abi->n_args; arg++) {
        if (i < abi->args[arg].n_words)
            return cg->words[abi->args[arg].words[i]];
        i -= abi->args[arg].n_words;
    }
    assert(!"word of no argument");
    return NULL;
}

JitType *type_of_callee(Cg *cg, const AbiSig *abi)
{
    uint32_t n = abi_word_count(abi);
    JitType **words = arena_array(&cg->arena, JitType *, n + 1);
    for (uint32_t i = 0; i < n; i++)
        words[i] = type_of_abi_word(cg, abi, i);
    return gcc_jit_context_new_function_ptr_type(cg->jit, NULL, type_of_result(cg, abi),
                                                 (int)n, words, 0);
}
