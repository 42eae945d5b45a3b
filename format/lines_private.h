/* lines_private.h - IL line and inline tables out of DWARF, for those who
 * write images.
 *
 * The compiler gives every function a file of its own, named as its symbol, and line =
 * IL offset + 1. At each address stand the function whose code it is, the copies that
 * were inlined there, outermost first, and their lines: of a call, but for the last.
 */
#ifndef FORMAT_LINES_PRIVATE_H
#define FORMAT_LINES_PRIVATE_H

#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/bytes.h"
#include "common/base/map.h"
#include "common/base/vec.h"

typedef struct LineFrame {
    const char *function; /* symbol; equal ones have one address */
    uint32_t line;        /* 0: unknown */
} LineFrame;

typedef struct Line { /* from here to the next */
    uint64_t address;
    uint32_t first, n; /* in Lines.frames; n 0: of no function */
} Line;

typedef struct Lines {
    VEC(Line) rows; /* by address */
    VEC(LineFrame) frames;
    Map names;
    Arena arena;
} Lines;

/* Of an ELF file in memory; empty when it has no debug information. */
void lines_read(Lines *lines, Bytes file);
void lines_free(Lines *lines);
/* First row at or behind address. */
uint32_t lines_find(const Lines *lines, uint64_t address);

#endif
