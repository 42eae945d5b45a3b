/* stubs_code.S - the code of a chunk of stubs (stubs_private.h), whole pages of it: they are mapped out
 * of the file that this becomes part of. */
#include "loader/exec/stubs_private.h"

    .text
    .balign 4096
    .globl stubs_code
    .hidden stubs_code
    .type stubs_code, @object
stubs_code:
    .rept STUB_CODE_BYTES / STUB_BYTES
1:  movq 1b + STUB_CODE_BYTES + STUB_ARG(%rip), %r10
    jmp *1b + STUB_CODE_BYTES + STUB_TARGET(%rip)
    .balign STUB_BYTES, 0xcc
    .endr
    .size stubs_code, .-stubs_code
    .section .note.GNU-stack, "", @progbits
