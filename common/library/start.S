/* start.S - the lists of methods that most programs run (struct Library.start), as they
 * are: what codicil --list-methods writes, without generic arguments and parameters. The
 * smallest program's come first, then what several programs share, a web server's last.
 */
    .macro text name, file
    .globl \name
    .hidden \name
    .type \name, @object
\name:
    .incbin "\file"
    .byte 0
    .size \name, .-\name
    .endm

    .section starts, "a" /* away from what every start reads */
    text library_start_mono, "common/library/mono/start.txt"
    text library_start_coreclr, "common/library/coreclr/start.txt"
    .section .note.GNU-stack, "", @progbits
