/* minilink.h - links one object file in memory, without running ld.
 *
 * For the JIT, where ld is a third of what a small method costs. It knows the sections
 * and relocations that the compiler makes for one context; whatever else it meets it
 * leaves to link_objects, whose result has the same meaning.
 */
#ifndef FORMAT_MINILINK_H
#define FORMAT_MINILINK_H

#include "format/link.h"

/* Appends a shared object to out (empty before). cells: the stubs' unit, then the
 * object's own. False: this object is not for us. */
bool minilink(Bytes object, const LinkCells *cells, size_t n_cells, Buffer *out);

#endif
