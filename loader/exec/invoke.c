/* invoke.c - managed methods called from C. */
#include <alloca.h>
#include <string.h>

#include "loader/exec/abicall_private.h"
#include "loader/exec/interp_private.h"
#include "loader/exec/tail_private.h"
#include "loader/exec/eh_private.h"
#include "loader/exec/invoke.h"
#include "loader/exec/method_private.h"
#include "loader/exec/signals_private.h"
#include "common/ir/abi.h"
#include "common/ir/ir.h"
#include "loader/vm/thread.h"

typedef struct Invocation {
    MethodRt *rt;
    void **args;
    void *result;
    AbiSig *abi;
} Invocation;

/* Small integers are extended to 32 bits (ir.h). */
static uint64_t load_scalar(const Type *type, const void *from)
{
    uint64_t word = 0;
    if (!type) {
        memcpy(&word, from, sizeof word);
        return word;
    }
    IrMem mem = ir_mem_of(type);
    switch (mem) {
    case IRM_I1:
        return (uint32_t)(int32_t) * (const int8_t *)from;
    case IRM_U1:
        return *(const uint8_t *)from;
    case IRM_I2:
        return (uint32_t)(int32_t) * (const int16_t *)from;
    case IRM_U2:
        return *(const uint16_t *)from;
    case IRM_I4:
    case IRM_U4:
    case IRM_F4:
        return *(const uint32_t *)from;
    default:
        memcpy(&word, from, sizeof word);
        return word;
    }
}

static void run_invocation(void *arg)
{
    const Invocation *call = arg;
    const AbiSig *abi = call->abi;
    uint32_t n_words = abi_frame_words(abi);
    stack_check_room(8 * ((uint64_t)n_words + abi_ret_words(abi)));
    uint64_t *words = alloca((size_t)n_words * 8 + 8);
    uint64_t *at = words;
    for (uint32_t i = 0; i < abi->n_args - abi->has_context; i++) {
        const AbiArg *a = &abi->args[i];
        if (a->is_struct || a->by_pointer) {
            memcpy(at, call->args[i], a->size);
            at += a->size ? (a->size + 7) / 8 : 1;
        } else {
            *at++ = load_scalar(abi->has_this && !i ? NULL : a->type, call->args[i]);
        }
    }
    uint64_t *result = alloca((size_t)abi_ret_words(abi) * 8 + 8);
    interp_invoke(call->rt, words, n_words, result);
    if (abi->ret != ABI_RET_VOID && call->result)
        memcpy(call->result, result,
               abi->ret_struct || abi->ret == ABI_RET_MEMORY ? abi->ret_size
                                                             : sizeof *result);
}

bool method_invoke(Method *method, void **args, void *result)
{
    Invocation call = {method_rt(method), args, result, NULL};
    call.abi = method_abi(call.rt);
    if (!call.abi)
        return false;
    Thread *thread = thread_self();
    TailCall *tail = tail_put_away();
    thread->exec.invocations++;
    bool ok = eh_barrier(run_invocation, &call);
    thread->exec.invocations--;
    tail_put_back(tail);
    return ok;
}
