/* glue.h - offsets that glue.S and C agree on. Included by assembly: only macros
 * outside of the guard. */
#ifndef LOADER_EXEC_GLUE_H
#define LOADER_EXEC_GLUE_H

/* CallRegs */
#define REGS_GPR 0
#define REGS_XMM 48
#define REGS_STACK 112
#define REGS_N_STACK 120
#define REGS_RAX 128
#define REGS_RDX 136
#define REGS_XMM0 144
#define REGS_XMM1 152
#define REGS_SIZE 160
/* MethodRt */
#define METHOD_RT_ENTRY 32
#define METHOD_RT_NATIVE 64
#define METHOD_RT_STACK_WORDS 28
/* Thread */
#define THREAD_PENDING 0
#define THREAD_STACK_LOW 8
#define THREAD_TAIL 24
/* TailCall, whose first member is a CallRegs */
#define TAIL_CODE 160
/* EhGuard */
#define GUARD_RUN 0
#define GUARD_AGAIN 8
/* GuardRegs */
#define GUARD_REGS_RBX 0
#define GUARD_REGS_RBP 8
#define GUARD_REGS_R12 16
#define GUARD_REGS_RSP 48

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

#include "loader/exec/method.h"
#include "loader/exec/native_entry.h"
#include "loader/vm/thread.h"

/* Registers of a call, in either direction. */
typedef struct CallRegs {
    uint64_t gpr[6];
    uint64_t xmm[8];
    uint64_t *stack; /* words of arguments behind the registers */
    uint64_t n_stack;
    uint64_t rax, rdx, xmm0, xmm1; /* result */
} CallRegs;

_Static_assert(offsetof(CallRegs, xmm) == REGS_XMM, "glue.S");
_Static_assert(offsetof(CallRegs, stack) == REGS_STACK, "glue.S");
_Static_assert(offsetof(CallRegs, n_stack) == REGS_N_STACK, "glue.S");
_Static_assert(offsetof(CallRegs, rax) == REGS_RAX, "glue.S");
_Static_assert(offsetof(CallRegs, rdx) == REGS_RDX, "glue.S");
_Static_assert(offsetof(CallRegs, xmm0) == REGS_XMM0, "glue.S");
_Static_assert(offsetof(CallRegs, xmm1) == REGS_XMM1, "glue.S");
_Static_assert(sizeof(CallRegs) == REGS_SIZE, "glue.S");
_Static_assert(offsetof(MethodRt, entry) == METHOD_RT_ENTRY, "glue.S");
_Static_assert(offsetof(MethodRt, native) == METHOD_RT_NATIVE, "glue.S");
_Static_assert(offsetof(MethodRt, stack_words) == METHOD_RT_STACK_WORDS, "glue.S");
_Static_assert(offsetof(Thread, pending) == THREAD_PENDING, "glue.S");
_Static_assert(offsetof(Thread, stack_low) == THREAD_STACK_LOW, "glue.S");
_Static_assert(offsetof(Thread, exec.tail) == THREAD_TAIL, "glue.S");

/* What a guard's frame has as its callee returns. */
typedef struct GuardRegs {
    uint64_t rbx, rbp, r12[4], rsp;
} GuardRegs;

_Static_assert(offsetof(GuardRegs, rbp) == GUARD_REGS_RBP, "glue.S");
_Static_assert(offsetof(GuardRegs, r12) == GUARD_REGS_R12, "glue.S");
_Static_assert(offsetof(GuardRegs, rsp) == GUARD_REGS_RSP, "glue.S");

struct Raise;
/* Enters that frame through its landing pad. */
void eh_guard_land(const GuardRegs *regs, struct Raise *raise)
    __attribute__((noreturn));

/* Calls code with the words of regs; stores the result words there. code NULL: makes
 * the tail call that is under way. */
void glue_call(const void *code, CallRegs *regs);
/* Makes the tail call that is under way in place of the function that jumps here. */
void glue_tail_call(void);

/* Targets of stubs: r10 holds the stub's argument. */
void glue_prepare(void); /* MethodRt: finds out what to run, and runs it */
void glue_interp(void);  /* MethodRt: interprets it */
void glue_icall(void);   /* MethodRt: calls ->native, raises what is pending */
void glue_delay(void);   /* DelayedCall */
void glue_native(void);  /* NativeEntry */
void glue_foreign(void); /* MethodRt: its entry, from native code as well */

/* Where a signal handler sends compiled code that used an address near null. */
void glue_null(void);

/* What they call. */
void *method_prepare_entry(MethodRt *rt);
bool interp_enter(MethodRt *rt, CallRegs *regs); /* true: a tail call is under way */
void *method_resolve_delayed(void *delayed);
void native_enter(NativeEntry *entry, CallRegs *regs);
void *native_enter_thread(MethodRt *rt);

#endif
#endif
