/* glue.S - the ways between C, the interpreter and compiled code on x86-64 SysV. Unwinding
 * works through all of them. */
#include "loader/exec/glue.h"
#include "loader/vm/stack.h"

    .macro function name
    .globl \name
    .hidden \name
    .type \name, @function
\name:
    .cfi_startproc
    .endm

    .macro end name
    .cfi_endproc
    .size \name, .-\name
    .endm

    .macro frame
    pushq %rbp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbp, -16
    movq %rsp, %rbp
    .cfi_def_cfa_register %rbp
    .endm

    .macro unframe
    leave
    .cfi_def_cfa %rsp, 8
    .cfi_restore %rbp
    .endm

    .macro save_registers at
    movq %rdi, REGS_GPR(\at)
    movq %rsi, REGS_GPR+8(\at)
    movq %rdx, REGS_GPR+16(\at)
    movq %rcx, REGS_GPR+24(\at)
    movq %r8, REGS_GPR+32(\at)
    movq %r9, REGS_GPR+40(\at)
    movsd %xmm0, REGS_XMM(\at)
    movsd %xmm1, REGS_XMM+8(\at)
    movsd %xmm2, REGS_XMM+16(\at)
    movsd %xmm3, REGS_XMM+24(\at)
    movsd %xmm4, REGS_XMM+32(\at)
    movsd %xmm5, REGS_XMM+40(\at)
    movsd %xmm6, REGS_XMM+48(\at)
    movsd %xmm7, REGS_XMM+56(\at)
    .endm

    .macro load_registers at
    movsd REGS_XMM(\at), %xmm0
    movsd REGS_XMM+8(\at), %xmm1
    movsd REGS_XMM+16(\at), %xmm2
    movsd REGS_XMM+24(\at), %xmm3
    movsd REGS_XMM+32(\at), %xmm4
    movsd REGS_XMM+40(\at), %xmm5
    movsd REGS_XMM+48(\at), %xmm6
    movsd REGS_XMM+56(\at), %xmm7
    movq REGS_GPR(\at), %rdi
    movq REGS_GPR+8(\at), %rsi
    movq REGS_GPR+16(\at), %rdx
    movq REGS_GPR+24(\at), %rcx
    movq REGS_GPR+32(\at), %r8
    movq REGS_GPR+40(\at), %r9
    .endm

    .text

/* Pushes the stack words of the CallRegs at r10 and loads its registers. */
    .macro load_call
    movq REGS_N_STACK(%r10), %rcx
    testq %rcx, %rcx
    jz 8f
    movq REGS_STACK(%r10), %rax
    testb $1, %cl
    jz 7f
    subq $8, %rsp
7:  pushq -8(%rax,%rcx,8)
    decq %rcx
    jnz 7b
8:  load_registers %r10
    .endm

    .macro load_tail /* the thread's TailCall to r10; keeps results */
    movq thread_current@gottpoff(%rip), %r10
    movq %fs:(%r10), %r10
    movq THREAD_TAIL(%r10), %r10
    .endm

/* void glue_call(const void *code, CallRegs *regs) */
function glue_call
    frame
    pushq %rbx
    .cfi_offset %rbx, -24
    subq $8, %rsp
    movq %rsi, %rbx
    movq %rsi, %r10
    movq %rdi, %r11
    testq %rdi, %rdi
    jz glue_call_returned
1:  load_call
    call *%r11
glue_call_returned:
    movq thread_current@gottpoff(%rip), %r10
    movq %fs:(%r10), %r10
    testq %r10, %r10
    jz 2f /* a thread without managed code */
    movq THREAD_TAIL(%r10), %r10
    movq TAIL_CODE(%r10), %r11
    testq %r11, %r11
    jz 2f
    movq $0, TAIL_CODE(%r10)
    leaq -16(%rbp), %rsp
    jmp 1b
2:  movq %rax, REGS_RAX(%rbx)
    movq %rdx, REGS_RDX(%rbx)
    movsd %xmm0, REGS_XMM0(%rbx)
    movsd %xmm1, REGS_XMM1(%rbx)
    movq -8(%rbp), %rbx
    .cfi_restore %rbx
    unframe
    ret
end glue_call

function glue_tail_call
    load_tail
    cmpq $0, REGS_N_STACK(%r10)
    jne 1f
    movq TAIL_CODE(%r10), %r11
    movq $0, TAIL_CODE(%r10)
    load_registers %r10
    jmp *%r11
1:  leaq glue_call_returned(%rip), %rax
    cmpq %rax, (%rsp)
    je 3f
    leaq glue_tail_returned(%rip), %rax
    cmpq %rax, (%rsp)
    je 3f
    frame
2:  movq TAIL_CODE(%r10), %r11
    movq $0, TAIL_CODE(%r10)
    movq %rbp, %rsp
    load_call
    call *%r11
glue_tail_returned:
    load_tail
    cmpq $0, TAIL_CODE(%r10)
    jne 2b
    unframe
3:  ret
end glue_tail_call

/* Calls `resolver`(r10) and jumps to the address that it returns. */
    .macro resolving name, resolver
function \name
    frame
    subq $REGS_SIZE, %rsp
    save_registers %rsp
    movq %r10, %rdi
    call \resolver
    movq %rax, %r11
    load_registers %rsp
    unframe
    jmp *%r11
end \name
    .endm

    resolving glue_prepare, method_prepare_entry
    resolving glue_delay, method_resolve_delayed

/* Calls `function`(r10, registers), which leaves a result in the registers, or, if it may,
 * says that a tail call is under way. */
    .macro receiving name, function, tails
function \name
    frame
    subq $REGS_SIZE, %rsp
    save_registers %rsp
    leaq 16(%rbp), %rax
    movq %rax, REGS_STACK(%rsp)
    movq %r10, %rdi
    movq %rsp, %rsi
    call \function
    .if \tails
    testb %al, %al
    jz 1f
    .cfi_remember_state
    unframe
    jmp glue_tail_call
    .cfi_restore_state
1:
    .endif
    movq REGS_RAX(%rsp), %rax
    movq REGS_RDX(%rsp), %rdx
    movsd REGS_XMM0(%rsp), %xmm0
    movsd REGS_XMM1(%rsp), %xmm1
    unframe
    ret
end \name
    .endm

    receiving glue_interp, interp_enter, 1
    receiving glue_native, native_enter, 0

/* For native code, too: its thread becomes known first. */
function glue_foreign
    movq thread_current@gottpoff(%rip), %rax
    cmpq $0, %fs:(%rax)
    je glue_foreign_thread
    jmp *METHOD_RT_ENTRY(%r10)
end glue_foreign

    resolving glue_foreign_thread, native_enter_thread

/* The argument registers are the C function's already; words on the stack are copied. */
function glue_icall
    frame
    movq thread_current@gottpoff(%rip), %rax
    movq %fs:(%rax), %rax
    movl METHOD_RT_STACK_WORDS(%r10), %r11d
    negq %r11
    leaq -STACK_RESERVE(%rsp,%r11,8), %r11
    cmpq THREAD_STACK_LOW(%rax), %r11
    jb 5f
    movq METHOD_RT_NATIVE(%r10), %r11
    movl METHOD_RT_STACK_WORDS(%r10), %eax
    testl %eax, %eax
    jz 3f
    testb $1, %al
    jz 2f
    subq $8, %rsp
2:  pushq 8(%rbp,%rax,8)
    decl %eax
    jnz 2b
3:  call *%r11
    movq thread_current@gottpoff(%rip), %rcx
    movq %fs:(%rcx), %rcx
    cmpq $0, THREAD_PENDING(%rcx)
    jne 4f
    unframe
    ret
    .cfi_def_cfa %rbp, 16
    .cfi_offset %rbp, -16
4:  andq $-16, %rsp
    call exec_raise_pending
    ud2
5:  call stack_overflow_throw
    ud2
end glue_icall

/* Compiled code goes on here when it used an address near null; (%rsp) is that instruction,
 * 8(%rsp) its stack pointer. */
    .globl glue_null
    .hidden glue_null
    .type glue_null, @function
glue_null:
    .cfi_startproc
    .cfi_signal_frame
    .cfi_escape 0x0f, 3, 0x77, 8, 0x06 /* the frame's address: DW_OP_breg7 8, DW_OP_deref */
    .cfi_escape 0x10, 16, 2, 0x77, 0   /* the return address lies at DW_OP_breg7 0 */
    call helper_throw_null
    ud2
end glue_null

/* int64_t eh_guard(EhGuard *guard): returns guard->run(guard). eh_guard_land goes on behind
 * its end, in its frame. */
    .globl eh_guard_return
    .hidden eh_guard_return
function eh_guard
    pushq %rbx
    .cfi_def_cfa_offset 16
    .cfi_offset %rbx, -16
    movq %rdi, %rbx
1:  movq %rbx, %rdi
    call *GUARD_RUN(%rbx)
eh_guard_return:
    popq %rbx
    .cfi_def_cfa_offset 8
    .cfi_restore %rbx
    ret
end eh_guard

/* void eh_guard_land(const GuardRegs *regs, Raise *raise); raise is the second argument of
 * eh_guard_landed, too. */
function eh_guard_land
    movq GUARD_REGS_RBX(%rdi), %rbx
    movq GUARD_REGS_RBP(%rdi), %rbp
    movq GUARD_REGS_R12(%rdi), %r12
    movq GUARD_REGS_R12+8(%rdi), %r13
    movq GUARD_REGS_R12+16(%rdi), %r14
    movq GUARD_REGS_R12+24(%rdi), %r15
    movq GUARD_REGS_RSP(%rdi), %rsp
    .cfi_def_cfa_offset 16
    .cfi_offset %rbx, -16
    movq %rbx, %rdi
    call eh_guard_landed
    cmpb $0, GUARD_AGAIN(%rbx)
    jne 1b
    popq %rbx
    .cfi_def_cfa_offset 8
    .cfi_restore %rbx
    ret
end eh_guard_land

    .section .note.GNU-stack, "", @progbits
