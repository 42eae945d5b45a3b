/* assembler.h - `as`, started before there is something to assemble.
 *
 * Starting it costs as much as compiling a small method. The JIT has it start while
 * libgccjit works, and lets the text come in through a pipe.
 */
#ifndef CROSSGEN_ASSEMBLER_H
#define CROSSGEN_ASSEMBLER_H

#include <sys/types.h>

#include "common/base/err.h"

typedef struct Assembler {
    pid_t pid;
    int pipe;
    char input[32]; /* path to write the text to */
} Assembler;

/* PATH says which `as`. */
bool assembler_start(Assembler *as, const char *object, Err *err);
/* Waits until what was written has become the object file. */
bool assembler_finish(Assembler *as, Err *err);

#endif
