/* layout.h - what compiled code knows of objects, vtables and frames at run time.
 *
 * The runtime defines its structs from these; the static asserts in loader/vm hold them
 * together. Changing anything here changes CODICIL_RUNTIME_ABI.
 */
#ifndef FORMAT_LAYOUT_H
#define FORMAT_LAYOUT_H

#include <stdint.h>

#include "common/types/types.h"

enum {
    CODICIL_RUNTIME_ABI = 1,  /* object, vtable and helper conventions of compiled code */

    OBJECT_VTABLE_OFFSET = 0, /* VTable * */
    OBJECT_MONITOR_OFFSET = 8,

    VTABLE_TYPE_OFFSET = 0,   /* Type *: exact type */
    VTABLE_ELEM_OFFSET = 8,   /* Type *: element type of arrays, else NULL */
    VTABLE_SLOTS_OFFSET = 64, /* code addresses; one word a virtual slot */

    BOUNDS_SIZE = 8,          /* ArrayBounds {uint32 length; int32 lower_bound} per dimension */
    BOUNDS_LENGTH_OFFSET = 0,
    BOUNDS_LOWER_OFFSET = 4,
};

/* An interface call's cache: one immutable pair, replaced whole. The cell points at it. */
typedef struct IfaceCache {
    void *vtable; /* of the object that it answers for */
    void *target; /* code address */
} IfaceCache;

/* A protected region in compiled code (see crossgen/codegen/eh.c). All addresses are
 * filled by relative references of the image itself; the table is read-only data. Clauses
 * are tried in order. */
typedef enum EhKind { EH_CATCH, EH_FILTER, EH_FINALLY, EH_FAULT } EhKind;

/* int part(void *frame, Object *exception): runs a part over the method's frame struct.
 * Try bodies and catch handlers return the index of the leave they ended with (0: fell off
 * by the first leave); filters return 0 or 1; finally and fault return 0. */
typedef int32_t EhPart(void *frame, void *exception);

typedef struct EhClause {
    int32_t kind;    /* EhKind */
    int32_t handler; /* EhPart, relative to this field's address */
    int32_t filter;  /* FILTER: EhPart, relative to this field's address; else 0 */
    int32_t type;    /* CATCH: index of a TYPE cell of the unit */
} EhClause;

#endif
