/* abi.h - the calling convention of managed code, in terms of words.
 *
 * Native order of arguments: [hidden result pointer] [this] params... [context]. Each
 * is split into words; a word is an i32, i64, f32 or f64 that goes into the next SysV
 * integer or SSE register or stack slot, so a C function of the same parameter list has
 * the same convention. The context comes last: a callee that takes none ignores it.
 *
 * Structs of at most 16 bytes whose scalars are naturally aligned are split into their
 * eightbytes: a word is F8 if the eightbyte is exactly one double, F4 if it is exactly
 * one float at the end of the struct, otherwise I8. All others go by a pointer (I8) to
 * a copy that the caller owns. Results: a word; a pair of words each I8 or F8 (a lone
 * float eightbyte is I8 there); or memory: the hidden pointer, also returned in rax. A
 * one-eightbyte struct returns as its word. An empty struct is one I8 word.
 */
#ifndef COMMON_IR_ABI_H
#define COMMON_IR_ABI_H

#include "common/types/types.h"

typedef enum AbiWord { ABI_I4, ABI_I8, ABI_F4, ABI_F8 } AbiWord;
typedef enum AbiRet { ABI_RET_VOID, ABI_RET_WORD, ABI_RET_PAIR, ABI_RET_MEMORY } AbiRet;

typedef struct AbiArg {
    Type *type; /* declared type; this: NULL for references, the byref's for values */
    uint8_t n_words; /* 1 or 2 */
    bool by_pointer; /* a struct passed by pointer: one I8 word */
    bool is_struct;  /* words lie at offsets 0 and 8 of the value */
    AbiWord words[2];
    uint32_t size; /* bytes of the value */
} AbiArg;

typedef struct AbiSig {
    AbiRet ret;
    AbiWord ret_words[2];
    Type *ret_type;
    bool ret_struct; /* result is a struct in words */
    uint32_t ret_size;
    bool has_this, has_context;
    uint32_t n_args; /* [this] params [context], without the result pointer */
    AbiArg *args;
} AbiSig;

/* Lowers a signature. has_this by sig unless explicit. ERR_TYPE_LOAD when a struct's
 * layout fails. Memory of arena. */
AbiSig *abi_lower(const MethodSig *sig, bool has_this, bool has_context, Arena *arena,
                  Err *err);
/* The convention of method's own entry: with context iff method_has_context_arg. */
AbiSig *abi_of_method(Method *method, Arena *arena, Err *err);
/* Argument words that the registers do not hold. */
uint32_t abi_stack_words(const AbiSig *abi);

#endif
