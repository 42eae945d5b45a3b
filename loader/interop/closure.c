/* closure.c - functions for native callers, of any signature, without code of their
 * own: the arguments are taken out of the registers that a stub has saved. */
#include <alloca.h>
#include <stdlib.h>

#include "common/base/mem.h"
#include "loader/exec/glue.h"
#include "loader/interop/native_private.h"
#include "loader/exec/native_entry.h"

typedef struct NativeClosure {
    NativeEntry entry;
    NativeSide side;
    InteropHandler *handler;
    void *user;
} NativeClosure;

typedef struct Receiving {
    CallRegs *regs;
    uint32_t gpr, xmm, stack;
} Receiving;

static bool is_float(const ffi_type *type)
{
    return type->type == FFI_TYPE_FLOAT || type->type == FFI_TYPE_DOUBLE;
}

/* Where the next argument lies: a word, or a structure in memory. */
static void *receive(Receiving *from, const ffi_type *type)
{
    CallRegs *regs = from->regs;
    if (is_float(type) && from->xmm < 8)
        return &regs->xmm[from->xmm++];
    if (type->type != FFI_TYPE_STRUCT && !is_float(type) && from->gpr < 6)
        return &regs->gpr[from->gpr++];
    void *at = &regs->stack[from->stack];
    from->stack += type->type == FFI_TYPE_STRUCT ? (uint32_t)(type->size + 7) / 8 : 1;
    return at;
}

/* Structures that are returned in registers have their words as elements. */
static bool in_memory(const ffi_type *type)
{
    return type->type == FFI_TYPE_STRUCT &&
           (type->size > 16 || type->elements[0]->type == FFI_TYPE_STRUCT);
}

static void give_word(CallRegs *regs, const ffi_type *type, uint64_t word,
                      uint32_t given[2])
{
    uint64_t *integers[] = {&regs->rax, &regs->rdx};
    uint64_t *floats[] = {&regs->xmm0, &regs->xmm1};
    if (is_float(type))
        *floats[given[1]++] = word;
    else
        *integers[given[0]++] = word;
}

static void give(CallRegs *regs, const ffi_type *type, const uint64_t words[2])
{
    uint32_t given[2] = {0, 0};
    if (in_memory(type)) {
        regs->rax = regs->gpr[0];
    } else if (type->type == FFI_TYPE_STRUCT) {
        for (int i = 0; i < 2 && type->elements[i]; i++)
            give_word(regs, type->elements[i], words[i], given);
    } else if (type->type != FFI_TYPE_VOID) {
        give_word(regs, type, words[0], given);
    }
}

static void closure_enter(NativeEntry *entry, CallRegs *regs)
{
    const NativeClosure *closure = (NativeClosure *)entry;
    const NativeSide *side = &closure->side;
    bool memory = in_memory(side->ret);
    Receiving from = {.regs = regs, .gpr = memory};
    uint64_t result[2] = {0, 0};
    void **words = alloca(sizeof *words * (side->n + 1));
    for (uint32_t i = 0; i < side->n; i++)
        words[i] = receive(&from, side->types[i]);
    closure->handler(memory ? (void *)regs->gpr[0] : result, words, closure->user);
    give(regs, side->ret, result);
}

void *native_closure_new(NativeSide side, InteropHandler *handler, void *user)
{
    NativeClosure *closure = mem_alloc(sizeof *closure);
    *closure = (NativeClosure){{closure_enter}, side, handler, user};
    return native_stub_new(&closure->entry);
}

void native_closure_free(void *code)
{
    NativeEntry *closure = native_stub_entry(code);
    native_stub_free(code);
    free(closure);
}

void *native_closure_user(const void *code, InteropHandler *handler)
{
    NativeEntry *entry = native_stub_entry(code);
    const NativeClosure *closure = (NativeClosure *)entry;
    return entry && entry->enter == closure_enter && closure->handler == handler
               ? closure->user
               : NULL;
}
