/* bind_cells_private.h - cells, as the helpers and stubs of compiled code ask for them:
 * unit is what its UNIT cell holds. NULL: pending exception. */
#ifndef LOADER_EXEC_BIND_CELLS_PRIVATE_H
#define LOADER_EXEC_BIND_CELLS_PRIVATE_H

#include "common/types/types.h"

void *bind_resolve_cell(void *unit, uint32_t cell); /* helper `resolve` */
void *bind_resolve_call(void *unit, uint32_t cell); /* delay stub: code to jump to */
Type *bind_cell_type(void *unit, uint32_t cell);    /* of a TYPE cell (EhClause.type) */
void **bind_cell_address(void *unit, uint32_t cell);  /* where the cell itself lies */
Method *bind_iface_method(void *unit, uint32_t cell); /* of an IFACE cell */

#endif
