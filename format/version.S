/* version.S - the texts that say what images contain: see version.h. */
    .section .rodata
    .globl version_format_start, version_format_end
    .globl version_abi_start, version_abi_end
    .hidden version_format_start, version_format_end
    .hidden version_abi_start, version_abi_end
version_format_start:
    .incbin "format/grammar.h"
    .incbin "common/base/errors.def"
    .incbin "common/ir/lookups.def"
    .incbin "format/facts.def"
    .incbin "format/facts.c"
    .incbin "format/body_hash.c"
version_format_end:
version_abi_start:
    .incbin "format/layout.h"
    .incbin "format/fixups.def"
    .incbin "format/helpers.def"
    .incbin "common/ir/abi.h"
    .incbin "common/ir/abi.c"
    .incbin "common/ir/layout.c"
version_abi_end:
    .section .note.GNU-stack, "", @progbits
