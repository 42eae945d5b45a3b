/* mono_host.S - the library that mono_host/shim.S makes, as bytes. */
    .section .rodata
    .globl mono_host_shim, mono_host_shim_end
    .hidden mono_host_shim, mono_host_shim_end
mono_host_shim:
    .incbin MONO_HOST_SHIM
mono_host_shim_end:
    .section .note.GNU-stack, "", @progbits
