/* abicall.c - see abicall_private.h; the convention is common/ir/abi.h's. */
#include "loader/exec/abicall_private.h"
#include "common/ir/abi.h"

#include <string.h>

static uint32_t arg_words(const AbiArg *arg)
{
    return arg->is_struct || arg->by_pointer ? (arg->size + 7) / 8 + !arg->size : 1;
}

uint32_t abi_frame_words(const AbiSig *abi)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < abi->n_args - abi->has_context; i++)
        n += arg_words(&abi->args[i]);
    return n;
}

uint32_t abi_ret_words(const AbiSig *abi)
{
    if (abi->ret == ABI_RET_VOID)
        return 0;
    return abi->ret_size > 8 ? (abi->ret_size + 7) / 8 : 1;
}

/* -- calling ------------------------------------------------------------------- */

typedef struct Passing {
    CallRegs *regs;
    uint32_t gpr, xmm;
    char *structs;
} Passing;

static void pass_integer(Passing *to, uint64_t word)
{
    if (to->gpr < 6)
        to->regs->gpr[to->gpr++] = word;
    else
        to->regs->stack[to->regs->n_stack++] = word;
}

static void pass_float(Passing *to, uint64_t word)
{
    if (to->xmm < 8)
        to->regs->xmm[to->xmm++] = word;
    else
        to->regs->stack[to->regs->n_stack++] = word;
}

static void pass_pointer(Passing *to, const AbiArg *arg, const uint64_t *words)
{
    if (to->structs) {
        words = memcpy(to->structs, words, arg->size);
        to->structs += (arg->size + 15) & ~7u;
    }
    pass_integer(to, (uintptr_t)words);
}

static void pass_arg(Passing *to, const AbiArg *arg, const uint64_t *words)
{
    if (arg->by_pointer) {
        pass_pointer(to, arg, words);
        return;
    }
    for (uint32_t i = 0; i < arg->n_words; i++)
        (arg->words[i] >= ABI_F4 ? pass_float : pass_integer)(to, words[i]);
}

void abi_pass(const AbiSig *abi, const uint64_t *words, void *context, void *result,
              const AbiPassing *into)
{
    Passing to = {.regs = into->regs, .structs = into->structs};
    to.regs->n_stack = 0;
    if (abi->ret == ABI_RET_MEMORY)
        pass_integer(&to, (uintptr_t)result);
    uint32_t n = abi->n_args - abi->has_context;
    for (uint32_t i = 0; i < n; i++) {
        pass_arg(&to, &abi->args[i], words);
        words += arg_words(&abi->args[i]);
    }
    if (abi->has_context)
        pass_integer(&to, (uintptr_t)context);
}

void abi_take_result(const AbiSig *abi, const CallRegs *regs, uint64_t *result)
{
    if (abi->ret == ABI_RET_WORD) {
        result[0] = abi->ret_words[0] >= ABI_F4 ? regs->xmm0 : regs->rax;
    } else if (abi->ret == ABI_RET_PAIR) {
        bool first = abi->ret_words[0] >= ABI_F4, second = abi->ret_words[1] >= ABI_F4;
        uint64_t words[2] = {first ? regs->xmm0 : regs->rax,
                             !second ? (first ? regs->rax : regs->rdx)
                                     : (first ? regs->xmm1 : regs->xmm0)};
        memcpy(result, words, sizeof words);
    }
}

/* -- being called -------------------------------------------------------------- */

typedef struct Receiving {
    const CallRegs *regs;
    uint32_t gpr, xmm, stack;
} Receiving;

static uint64_t receive_integer(Receiving *from)
{
    return from->gpr < 6 ? from->regs->gpr[from->gpr++]
                         : from->regs->stack[from->stack++];
}

static uint64_t receive_float(Receiving *from)
{
    return from->xmm < 8 ? from->regs->xmm[from->xmm++]
                         : from->regs->stack[from->stack++];
}

void abi_receive(const AbiSig *abi, const CallRegs *regs, uint64_t *words,
                 void **context)
{
    Receiving from = {.regs = regs, .gpr = abi->ret == ABI_RET_MEMORY};
    uint32_t n = abi->n_args - abi->has_context;
    for (uint32_t i = 0; i < n; i++) {
        const AbiArg *arg = &abi->args[i];
        if (arg->by_pointer)
            memcpy(words, (const void *)receive_integer(&from), arg->size);
        else
            for (uint32_t k = 0; k < arg->n_words; k++)
                words[k] =
                    (arg->words[k] >= ABI_F4 ? receive_float : receive_integer)(&from);
        words += arg_words(arg);
    }
    *context = abi->has_context ? (void *)receive_integer(&from) : NULL;
}

void abi_return(const AbiSig *abi, CallRegs *regs, const uint64_t *result)
{
    if (abi->ret == ABI_RET_VOID)
        return;
    if (abi->ret == ABI_RET_MEMORY) {
        memcpy((void *)regs->gpr[0], result, abi->ret_size);
        regs->rax = regs->gpr[0];
        return;
    }
    uint64_t *gpr[] = {&regs->rax, &regs->rdx}, *xmm[] = {&regs->xmm0, &regs->xmm1};
    uint32_t g = 0, x = 0;
    for (uint32_t i = 0; i < (abi->ret == ABI_RET_PAIR ? 2u : 1u); i++)
        *(abi->ret_words[i] >= ABI_F4 ? xmm[x++] : gpr[g++]) = result[i];
}
