/* object.h - managed objects as C sees them. Layout: format/layout.h.
 *
 * Rooting rule: the collector (libgc) scans thread stacks and registers conservatively
 * and never moves objects. A managed pointer in a C local or argument is safe. A
 * managed pointer anywhere else must lie in memory from gc_alloc*, in a static block,
 * or in a C global registered with gc_root; malloc and arenas are not scanned.
 */
#ifndef LOADER_GC_OBJECT_H
#define LOADER_GC_OBJECT_H

#include <stdint.h>

#include "common/types/types.h"
#include "format/layout.h"

typedef struct Object Object;

typedef struct VTable {
    Type *type;
    Type *elem;         /* arrays: element type */
    uintptr_t gc_descr; /* private to loader/gc */
    uint32_t size;      /* instance bytes with header; arrays and strings: base size */
    uint32_t elem_size;
    uint8_t gc_kind; /* private to loader/gc */
    uint8_t has_finalizer;
    uint8_t pad[30]; /* to VTABLE_SLOTS_OFFSET, which compiled code has in it */
    void *slots[];   /* stable entries; type->n_slots of them */
} VTable;

struct Object {
    VTable *vtable;
    uintptr_t monitor; /* loader/vm/monitor.c */
};

typedef struct String {
    Object object;
    int32_t length;
    uint16_t chars[]; /* UTF-16, NUL-terminated */
} String;

typedef struct ArrayBounds {
    uint32_t length;
    int32_t lower_bound;
} ArrayBounds;

typedef struct Array {
    Object object;
    ArrayBounds
        *bounds;     /* NULL: SZARRAY; else inside the object, behind the elements */
    uint32_t length; /* total */
    uint32_t pad;
    uint8_t data[];
} Array;

_Static_assert(offsetof(VTable, type) == VTABLE_TYPE_OFFSET, "layout.h");
_Static_assert(offsetof(VTable, elem) == VTABLE_ELEM_OFFSET, "layout.h");
_Static_assert(offsetof(VTable, slots) == VTABLE_SLOTS_OFFSET, "layout.h");
_Static_assert(offsetof(String, length) == STRING_LENGTH_OFFSET, "types.h");
_Static_assert(offsetof(String, chars) == STRING_CHARS_OFFSET, "types.h");
_Static_assert(offsetof(Array, bounds) == ARRAY_BOUNDS_OFFSET, "types.h");
_Static_assert(offsetof(Array, length) == ARRAY_LENGTH_OFFSET, "types.h");
_Static_assert(offsetof(Array, data) == ARRAY_DATA_OFFSET, "types.h");

static inline Type *object_type(const Object *object)
{
    return object->vtable->type;
}
static inline void *object_value(Object *boxed) /* address of a boxed value */
{
    return (char *)boxed + OBJECT_HEADER_SIZE;
}

#endif
