/* link.h - objects from libgccjit, linked with ld into a shared object without imports.
 */
#ifndef FORMAT_LINK_H
#define FORMAT_LINK_H

#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/err.h"

/* A unit's cells: symbol r2r_cells_<name>, n words of zero. */
typedef struct LinkCells {
    const char *name;
    uint32_t n;
} LinkCells;

/* Names of the unit that holds the stubs' cells, and the C functions of helpers.def
 * that GCC calls by itself: each is a stub that jumps through its HELPER cell, number
 * i. They lie at the end of .text. */
#define LINK_STUBS_UNIT "stubs"
uint32_t link_stub_count(void);
const char *link_stub_name(uint32_t i);

/* Writes DIR/cells.o with the cells of all units and the stubs, and the version script,
 * links them with the objects into DIR/linked. cells[0] must be the stubs' unit.
 * ERR_UNSUPPORTED with ld's first words when it fails. */
bool link_objects(const char *dir, const char *const *objects, size_t n_objects,
                  const LinkCells *cells, size_t n_cells, Err *err);

/* What the object file needs and uses: *levels gets the bits of its "x86 ISA used" note
 * (bit 0: baseline, 1: v2, ...). False when it has an undefined symbol that neither
 * cells nor stubs provide, or a call frame of an unknown shape, or is no object file.
 */
bool link_check_object(const char *path, const char *unit_name, uint32_t *levels,
                       Err *err);

#endif
