/* tail.c - tail calls (III.2.4).
 *
 * Compiled code jumps where the arguments fit the registers: crossgen has GCC make a
 * sibling call of it. In the interpreter the callee's frame takes the place of the
 * caller's (interp_tail). What is left goes by way of a TailCall that each thread has:
 * calls with arguments on the stack, calls from the interpreter to compiled code, and
 * those out of code that was entered in the middle of a loop. The caller puts address
 * and arguments there and ends. Who goes on:
 *
 *   glue_tail_call   is jumped to by compiled code and by glue_interp. With registers
 * alone it jumps on. Else, when the return address says that the one who called is a
 * dispatcher, it returns to it; if not, it becomes one itself. glue_call   is a
 * dispatcher: after each return it looks whether a tail call is under way, and makes
 * it. tail_run    of interpreter frames that C code runs.
 *
 * So a chain of calls of any length has one dispatcher. Structs that go by pointer lie
 * in the TailCall until the callee has copied them, which is the first thing that it
 * does; what runs before that (class loading, the JIT) may be managed code with tail
 * calls of its own, so method_invoke puts the TailCall away.
 */
#include "loader/exec/tail_private.h"

#include <string.h>

#include "common/base/mem.h"
#include "loader/exec/helpers_private.h"
#include "loader/gc/gc.h"
#include "loader/exec/eh.h"
#include "loader/exec/glue.h"
#include "loader/exec/abicall_private.h"
#include "common/ir/abi.h"
#include "loader/vm/vm.h"
#include "loader/vm/thread.h"

enum { ROOM_LEAST = 64 * 8 };

static TailCall *tail_new(uint64_t room)
{
    TailCall *tail = gc_alloc(sizeof *tail + room);
    if (!tail)
        return NULL;
    tail->room = room;
    tail->regs.stack = tail->words;
    return tail;
}

void tail_thread_start(void)
{
    while (!(thread_self()->exec.tail = tail_new(ROOM_LEAST)))
        mem_short(ROOM_LEAST);
}

TailCall *helper_tail_room(uint64_t bytes)
{
    TailCall *tail = thread_self()->exec.tail;
    if (bytes > tail->room) {
        tail = tail_new(2 * bytes);
        if (!tail)
            exec_raise(vm.out_of_memory);
        thread_self()->exec.tail = tail;
    }
    tail->used = bytes;
    return tail;
}

void tail_set(void *code, const AbiSig *abi, const uint64_t *words, void *context,
              void *result)
{
    uint64_t structs = 0;
    for (uint32_t i = 0; i < abi->n_args; i++)
        if (abi->args[i].by_pointer)
            structs += (abi->args[i].size + 15) & ~7u;
    uint64_t stack = 8 * (uint64_t)abi_stack_words(abi);
    TailCall *tail = helper_tail_room(stack + structs);
    abi_pass(abi, words, context, result,
             &(AbiPassing){&tail->regs, (char *)tail->words + stack});
    tail->code = code;
}

void tail_set_result(const AbiSig *abi, void *result)
{
    if (abi->ret == ABI_RET_MEMORY)
        thread_self()->exec.tail->regs.gpr[0] = (uintptr_t)result;
}

void tail_run(const AbiSig *abi, void *result)
{
    CallRegs regs;
    glue_call(NULL, &regs);
    if (result)
        abi_take_result(abi, &regs, result);
}

TailCall *tail_put_away(void)
{
    TailCall *tail = thread_self()->exec.tail;
    if (!tail->used)
        return NULL;
    tail_thread_start();
    return tail;
}

void tail_put_back(TailCall *tail)
{
    if (tail)
        thread_self()->exec.tail = tail;
}
