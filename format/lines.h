/* lines.h - IL line tables out of DWARF. Private to the writing side.
 *
 * The compiler gives every method a file of its own, named as its symbol, and line = IL
 * offset + 1.
 */
#ifndef FORMAT_LINES_H
#define FORMAT_LINES_H

#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/vec.h"

typedef struct Line {
    uint64_t address;
    uint32_t line; /* 0: none from here on */
    uint32_t file; /* lines_file of its name */
} Line;

typedef struct Lines {
    VEC(Line) rows; /* by address */
} Lines;

/* Of an ELF file in memory; empty when it has no line tables. */
void lines_read(Lines *lines, Bytes file);
uint32_t
lines_file(const char *path); /* number for a file's name, without directories */
void lines_free(Lines *lines);
/* First row at or behind address. */
uint32_t lines_find(const Lines *lines, uint64_t address);

#endif
