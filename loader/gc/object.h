/* object.h - managed objects as C sees them. Layout: format/layout.h.
 *
 * Rooting rule: the collector scans thread stacks and registers conservatively
 * and never moves objects. A managed pointer in a C local or argument is safe. A
 * managed pointer anywhere else must lie in memory from gc_alloc*, in a static block,
 * or in a C global registered with gc_root; malloc and arenas are not scanned.
 */
#ifndef LOADER_GC_OBJECT_H
#define LOADER_GC_OBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/types/types.h"
#include "format/layout.h"

typedef struct Object Object;

/* What a class library may read of a VTable by itself: the bits of its first word. */
enum {
    VTABLE_COMPONENT_SIZE = 0xffff, /* with HAS_COMPONENTS; else: */
    VTABLE_GENERIC_MASK = 0x30,     /* 0: not generic */
    VTABLE_GENERIC_INSTANCE = 0x10, /* over nothing that is shared */
    VTABLE_GENERIC_SHARED = 0x20,   /* has __Canon in it */
    VTABLE_GENERIC_DEFINITION = 0x30,
    VTABLE_HAS_DEFAULT_CONSTRUCTOR = 0x200, /* of any access */
    VTABLE_IS_BYREFLIKE = 0x1000,           /* in both cases: */
    VTABLE_CATEGORY_MASK = 0xf0000,         /* 0: class */
    VTABLE_VALUETYPE = 0x40000,             /* in 0xc0000, like two more */
    VTABLE_NULLABLE = 0x50000,              /* Nullable<T> */
    VTABLE_ENUM = 0x60000,                  /* like a primitive but for one bit */
    VTABLE_PRIMITIVE = 0x70000,
    VTABLE_ARRAY = 0x80000, /* in 0xc0000 */
    VTABLE_VECTOR = 0xa0000,
    VTABLE_INTERFACE = 0xc0000, /* in 0xc0000 */
    VTABLE_HAS_FINALIZER = 0x100000,
    VTABLE_HAS_REFERENCES = 0x1000000,
    VTABLE_IS_OPEN = 0x20000000,              /* has generic parameters in it */
    VTABLE_HAS_COMPONENTS = (int)0x80000000u, /* arrays and strings */
};

/* What a class library finds behind VTable.more. Its flags say what it has found out
 * by itself; none is set here. */
typedef struct VTableMore {
    uint32_t flags, pad;
    Assembly *module;
    Object *type_object; /* the RuntimeType, once there is one */
} VTableMore;

/* The first 64 bytes have the form that .NET's own class library knows as MethodTable
 * and reads without asking. It gives no names to three words, at 8, 24 and 40: these
 * are the runtime's. Nothing changes after publication but more.type_object. */
typedef struct VTable {
    uint32_t flags;      /* VTABLE_*; the low half holds what does not change it */
    uint32_t base_size;  /* bytes of an instance with its header; of arrays and strings:
                          * of one without elements, so those of an array begin there.
                          * Interfaces: 0 */
    uint32_t elem_size;  /* arrays and strings, else 0 */
    uint8_t gc_kind;     /* private to loader/gc */
    uint8_t plain_words; /* of what may be allocated without a call (gc/new.h): its size
                          * in words, of arrays anything; 0: it may not */
    uint16_t n_interfaces;
    struct VTable *parent; /* interfaces: Object's */
    uintptr_t gc_descr;    /* private to loader/gc, and no further behind (gc.c) */
    VTableMore *more;
    Type *type;
    union {
        struct VTable *element;            /* arrays; of pointers: the library's */
        struct VTable *const *const *args; /* of Nullable<T>: of T; else NULL */
    };
    union {
        struct VTable **interfaces; /* n_interfaces, own and inherited */
        struct {                    /* Nullable<T>, which has none */
            uint32_t value_offset, value_size;
        };
    };
    Type *elem; /* arrays: element type */
    VTableMore own_more;
    void *slots[]; /* stable entries; type->n_slots of them */
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

typedef struct Array {
    Object object;
    uint32_t length; /* total */
    uint32_t pad;
    uint8_t data[]; /* elements of a vector; of other arrays their lengths (int32), then
                     * their lower bounds, then the elements: array_data() */
} Array;

_Static_assert(offsetof(VTable, plain_words) == VTABLE_PLAIN_OFFSET, "layout.h");
_Static_assert(offsetof(VTable, type) == VTABLE_TYPE_OFFSET, "layout.h");
_Static_assert(offsetof(VTable, n_interfaces) == 14, "MethodTable");
_Static_assert(offsetof(VTable, parent) == 16, "MethodTable");
_Static_assert(offsetof(VTable, more) == 32, "MethodTable");
_Static_assert(offsetof(VTable, interfaces) == 56, "MethodTable");
_Static_assert(offsetof(VTable, value_size) == 60, "MethodTable");
_Static_assert(offsetof(VTableMore, module) == 8, "MethodTableAuxiliaryData");
_Static_assert(offsetof(VTableMore, type_object) == 16, "MethodTableAuxiliaryData");
_Static_assert(offsetof(VTable, element) == VTABLE_ELEMENT_OFFSET, "layout.h");
_Static_assert(offsetof(VTable, base_size) == VTABLE_BASE_SIZE_OFFSET, "types.h");
_Static_assert(offsetof(VTable, slots) == VTABLE_SLOTS_OFFSET, "layout.h");
_Static_assert(offsetof(String, length) == STRING_LENGTH_OFFSET, "types.h");
_Static_assert(offsetof(String, chars) == STRING_CHARS_OFFSET, "types.h");
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

/* Arrays whose type is not known to be a vector. */
static inline bool array_is_vector(const Array *array)
{
    return array->object.vtable->base_size == ARRAY_DATA_OFFSET;
}
static inline uint8_t *array_data(Array *array)
{
    return (uint8_t *)array + array->object.vtable->base_size;
}
/* One a dimension; the lower bounds follow. Not of a vector. */
static inline int32_t *array_lengths(Array *array)
{
    return (int32_t *)(void *)array->data;
}
static inline int32_t *array_lower_bounds(Array *array)
{
    return array_lengths(array) + array->object.vtable->type->rank;
}

#endif
