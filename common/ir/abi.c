/* abi.c - signatures as words; abi.h has the convention.
 *
 * What is no structure is one word. A structure of at most 16 bytes is taken apart into
 * its scalars; each is counted in the eightbyte that it lies in, and the counts decide
 * the word:
 *
 *   struct { double x; long n; }    F8 I8
 *   struct { float x, y, z; }       I8 F4   (two floats fill an eightbyte: bits)
 *   struct { int a; float b; }      I8
 *   struct { long a, b, c; }        I8, the address of a copy
 *
 * This is SysV's classification up to two floats in one eightbyte, which C has as SSE:
 * words are what libgccjit can declare parameters as. Where native code is called,
 * loader/interop classifies for itself.
 */
#include "common/ir/abi.h"

#include "common/ir/ir.h"
#include "common/ir/synth.h"

/* What the eightbytes of a small struct hold. */
typedef struct Eightbytes {
    uint8_t n_f8[2], n_f4[2], n_other[2];
    bool unaligned; /* a scalar is not naturally aligned, or two overlap wrongly */
} Eightbytes;

static const uint8_t mem_sizes[] = {
    [IRM_I1] = 1, [IRM_U1] = 1, [IRM_I2] = 2, [IRM_U2] = 2, [IRM_I4] = 4,  [IRM_U4] = 4,
    [IRM_I8] = 8, [IRM_U8] = 8, [IRM_F4] = 4, [IRM_F8] = 8, [IRM_REF] = 8, [IRM_VT] = 0,
};

static void abi_note_scalar(Eightbytes *e, uint32_t offset, IrMem mem)
{
    uint32_t size = mem_sizes[mem];
    if (offset % size || offset + size > 16) {
        e->unaligned = true;
        return;
    }
    uint32_t word = offset / 8;
    if (mem == IRM_F8)
        e->n_f8[word]++;
    else if (mem == IRM_F4)
        e->n_f4[word]++;
    else
        e->n_other[word]++;
}

static bool abi_flatten(Eightbytes *e, Type *type, uint32_t offset, Err *err)
{
    IrMem mem = ir_mem_of(type);
    if (mem != IRM_VT) {
        abi_note_scalar(e, offset, mem);
        return true;
    }
    if (!type_load(type, LEVEL_LAYOUT, err))
        return false;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        Field *field = &type->fields[i];
        if (!(field->flags & FIELD_STATIC) &&
            !abi_flatten(e, field->type, offset + field->offset, err))
            return false;
    }
    return true;
}

/* size: of the structure. A float that more bytes follow is no word of its own: they
 * may be the rest of a fixed buffer, of which only the first element is a field. */
static AbiWord abi_eightbyte(const Eightbytes *e, uint32_t word, uint32_t size)
{
    if (e->n_other[word])
        return ABI_I8;
    if (e->n_f8[word] && !e->n_f4[word])
        return ABI_F8;
    bool alone = size - word * 8 == sizeof(float);
    if (e->n_f4[word] && !e->n_f8[word] && alone)
        return ABI_F4;
    return ABI_I8;
}

static bool abi_lower_struct(AbiArg *arg, Type *type, Err *err)
{
    if (!type_load(type, LEVEL_LAYOUT, err))
        return false;
    Eightbytes e = {0};
    arg->size = type->size;
    arg->n_words = 1;
    arg->words[0] = ABI_I8;
    arg->by_pointer = true;
    if (type->size > 16)
        return true;
    if (!abi_flatten(&e, type, 0, err))
        return false;
    if (e.unaligned)
        return true;
    arg->by_pointer = false;
    arg->is_struct = true;
    arg->n_words = type->size > 8 ? 2 : 1;
    for (uint32_t i = 0; i < arg->n_words; i++)
        arg->words[i] = abi_eightbyte(&e, i, type->size);
    return true;
}

static bool abi_lower_type(AbiArg *arg, Type *type, Err *err)
{
    static const uint8_t words[] = {
        [IR_I4] = ABI_I4, [IR_I8] = ABI_I8,  [IR_F4] = ABI_F4,
        [IR_F8] = ABI_F8, [IR_REF] = ABI_I8, [IR_BYREF] = ABI_I8,
    };
    arg->type = type;
    if ((type->bits & TYPE_BIT_ENUM) && !type_load(type, LEVEL_LAYOUT, err))
        return false;
    IrKind kind = ir_kind_of(type);
    if (kind == IR_VT)
        return abi_lower_struct(arg, type, err);
    arg->n_words = 1;
    arg->words[0] = (AbiWord)words[kind];
    arg->size = mem_sizes[ir_mem_of(type)];
    return true;
}

static bool abi_lower_ret(AbiSig *out, Type *type, Err *err)
{
    out->ret_type = type;
    if (type->element == ELEMENT_VOID) {
        out->ret = ABI_RET_VOID;
        return true;
    }
    AbiArg arg = {0};
    if (!abi_lower_type(&arg, type, err))
        return false;
    out->ret_size = arg.size;
    out->ret_struct = arg.is_struct;
    out->ret = arg.by_pointer     ? ABI_RET_MEMORY
               : arg.n_words == 2 ? ABI_RET_PAIR
                                  : ABI_RET_WORD;
    for (uint32_t i = 0; i < arg.n_words; i++) {
        bool lone_float = arg.n_words == 2 && arg.words[i] == ABI_F4;
        out->ret_words[i] = lone_float ? ABI_I8 : arg.words[i];
    }
    return true;
}

static void abi_pointer_arg(AbiArg *arg, Type *type)
{
    *arg = (AbiArg){.type = type, .n_words = 1, .words = {ABI_I8}, .size = 8};
}

AbiSig *abi_lower(const MethodSig *sig, bool has_this, bool has_context, Arena *arena,
                  Err *err)
{
    AbiSig *out = arena_new(arena, AbiSig);
    out->has_this = has_this;
    out->has_context = has_context;
    out->n_args = sig->n_params + (has_this ? 1u : 0u) + (has_context ? 1u : 0u);
    out->args = arena_array(arena, AbiArg, out->n_args);
    if (!abi_lower_ret(out, sig->ret, err))
        return NULL;
    AbiArg *at = out->args;
    if (has_this)
        abi_pointer_arg(at++, NULL);
    for (uint32_t i = 0; i < sig->n_params; i++, at++)
        if (!abi_lower_type(at, sig->params[i], err))
            return NULL;
    if (has_context)
        abi_pointer_arg(at, sig->ret->world->known.i);
    return out;
}

AbiSig *abi_of_method(Method *method, Arena *arena, Err *err)
{
    MethodSig *sig = method_sig(method, err);
    if (!sig)
        return NULL;
    bool has_this = !(method->flags & METHOD_STATIC);
    AbiSig *out = abi_lower(sig, has_this, method_has_context_arg(method), arena, err);
    if (out && has_this && type_is_valuetype(method->type) &&
        method->synth != SYNTH_UNBOX)
        out->args[0].type = type_byref(method->type);
    return out;
}

uint32_t abi_stack_words(const AbiSig *abi)
{
    uint32_t gpr = abi->ret == ABI_RET_MEMORY, xmm = 0, stack = 0;
    for (uint32_t i = 0; i < abi->n_args; i++) {
        const AbiArg *arg = &abi->args[i];
        uint32_t g = 0, x = 0;
        for (uint32_t k = 0; k < arg->n_words; k++)
            *(arg->words[k] >= ABI_F4 ? &x : &g) += 1;
        for (; x; x--)
            *(xmm < 8 ? &xmm : &stack) += 1;
        for (; g; g--)
            *(gpr < 6 ? &gpr : &stack) += 1;
    }
    return stack;
}
