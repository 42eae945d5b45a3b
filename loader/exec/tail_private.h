/* tail_private.h - tail calls that go by way of the thread. See tail.c.
 */
#ifndef LOADER_EXEC_TAIL_PRIVATE_H
#define LOADER_EXEC_TAIL_PRIVATE_H

#include "format/layout.h"
#include "loader/exec/glue.h"
#include "common/ir/abi.h"
#include "loader/vm/thread.h"

typedef struct TailCall { /* gc memory; format/layout.h has offsets */
    CallRegs regs;        /* arguments */
    void *code;           /* to be called; NULL: no tail call is under way */
    uint64_t room, used;  /* bytes of words */
    uint64_t words[];     /* arguments that registers do not hold, structs */
} TailCall;

_Static_assert(offsetof(TailCall, code) == TAIL_CODE, "glue.S");
_Static_assert(offsetof(TailCall, regs.gpr) == TAIL_GPR_OFFSET, "layout.h");
_Static_assert(offsetof(TailCall, regs.xmm) == TAIL_XMM_OFFSET, "layout.h");
_Static_assert(offsetof(TailCall, regs.n_stack) == TAIL_N_STACK_OFFSET, "layout.h");
_Static_assert(offsetof(TailCall, code) == TAIL_CODE_OFFSET, "layout.h");
_Static_assert(offsetof(TailCall, words) == TAIL_WORDS_OFFSET, "layout.h");

static inline bool tail_pending(void)
{
    return thread_self()->exec.tail->code != NULL;
}

void tail_thread_start(void);
/* Makes the call of code with frame words the one under way; what it gives goes to
 * result, which is not NULL where abi returns in memory. May raise. */
void tail_set(void *code, const AbiSig *abi, const uint64_t *words, void *context,
              void *result);
/* Code that does not know where its result in memory goes has left that out. */
void tail_set_result(const AbiSig *abi, void *result);
/* Makes the call that is under way; abi: of a method with the same result. */
void tail_run(const AbiSig *abi, void *result);
/* Managed code that C calls may make tail calls while one is under way. */
TailCall *tail_put_away(void);
void tail_put_back(TailCall *tail);

#endif
