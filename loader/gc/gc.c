/* gc.c - the collector's start, and what it knows of types. */
#include <stdlib.h>

#include "loader/gc/gc_private.h"
#include "loader/gc/object.h"

enum { DESCR_BITS = 64, HEADER_WORDS = OBJECT_HEADER_SIZE / 8 };

void gc_start(const GcRuntime *runtime)
{
    heap_start();
    stop_start();
    collect_start();
    finalizer_start(runtime);
    const char *stress = secure_getenv("CODICIL_GC_STRESS");
#ifdef CODICIL_GC_STRESS
    stress = stress ? stress : CODICIL_GC_STRESS;
#endif
    if (stress)
        stress_start(stress);
}

static GcKind kind_of_array(const Type *elem)
{
    if (!type_is_valuetype(elem))
        return elem->element == ELEMENT_PTR || elem->element == ELEMENT_FNPTR
                   ? GC_KIND_ATOMIC
                   : GC_KIND_REFS;
    if (!(elem->bits & TYPE_BIT_HAS_REFS))
        return GC_KIND_ATOMIC;
    return elem == elem->world->known.ephemeron ? GC_KIND_EPHEMERONS : GC_KIND_ELEMENTS;
}

/* Words that are references: a delegate's extra_arg, and a dynamic method's Method. */
static bool has_hidden(const Type *type)
{
    return type->bits & TYPE_BIT_DELEGATE || type == type->world->known.dynamic_method;
}

static uint8_t plain_words(const VTable *vtable)
{
    if (stress_counts() || vtable->flags & VTABLE_HAS_FINALIZER ||
        vtable->base_size > GC_FAST_MOST)
        return 0;
    return (uint8_t)(vtable->base_size / sizeof(void *));
}

void gc_describe(VTable *vtable, Type *type)
{
    vtable->gc_descr = 0;
    vtable->plain_words = plain_words(vtable);
    if (vtable->elem) {
        vtable->gc_kind = (uint8_t)kind_of_array(vtable->elem);
        return;
    }
    if (has_hidden(type)) {
        vtable->gc_kind = GC_KIND_WORDS;
        return;
    }
    vtable->gc_kind = type->bits & TYPE_BIT_HAS_REFS ? GC_KIND_FIELDS : GC_KIND_ATOMIC;
    uint32_t skip = type_is_valuetype(type) ? HEADER_WORDS : 0;
    if (type->ref_words + skip > DESCR_BITS)
        return;
    for (uint32_t i = 0; i < type->ref_words; i++)
        if (type->ref_map[i / 64] >> (i % 64) & 1)
            vtable->gc_descr |= (uintptr_t)1 << (i + skip);
}
