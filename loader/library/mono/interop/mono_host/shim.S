/* shim.S - a library that serves the names of mono_host.def and passes the calls on to whoever
 * filled the table: see mono_host.c. */
    .macro forward name
    .globl \name
    .type \name, @function
\name:
    .cfi_startproc
    jmp *at_\name(%rip)
    .cfi_endproc
    .size \name, .-\name
    .endm

    .text
#define HOST(name) forward name;
#include "loader/library/mono/interop/mono_host.def"
#undef HOST

    .bss
    .balign 8
    .globl codicil_mono_host
    .type codicil_mono_host, @object
codicil_mono_host:
#define HOST(name) at_##name: .skip 8;
#include "loader/library/mono/interop/mono_host.def"
#undef HOST
    .size codicil_mono_host, .-codicil_mono_host
    .section .note.GNU-stack, "", @progbits
