/* cultures.S - the texts that culture_data.c reads, as they are. */
    .macro text name, file
    .globl \name
    .hidden \name
    .type \name, @object
\name:
    .incbin "\file"
    .size \name, .-\name
    .globl \name\()_end
    .hidden \name\()_end
\name\()_end:
    .endm

    .section cultures, "a" /* away from what every start reads */
    text cultures_text, "loader/library/mono/services/cultures.txt"
    text regions_text, "loader/library/mono/services/regions.txt"
    .section .note.GNU-stack, "", @progbits
