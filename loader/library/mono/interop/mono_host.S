/* mono_host.S - the library that mono_host/shim.S makes, as bytes. */
    .section .rodata
    .globl mono_host_shim, mono_host_shim_size
    .hidden mono_host_shim, mono_host_shim_size
mono_host_shim:
    .incbin MONO_HOST_SHIM
1:  .balign 8
mono_host_shim_size:
    .quad 1b - mono_host_shim
    .section .note.GNU-stack, "", @progbits
