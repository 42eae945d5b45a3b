/* vtable.c - what the first word of every object leads to.
 *
 * A VTable is made when its type is first wanted at run time, and all that it points at
 * with it: those of the parent, of the interfaces, of the element type of an array, of
 * the T of a Nullable<T>. A class library that reads them does not ask first, so none
 * may be missing. That costs little and changes nothing that a program sees: a type at
 * LEVEL_READY has its parents and interfaces there, too; interfaces have no slots; no
 * static constructor runs. It ends, since each step leads to a type that is part of, or
 * was there before, the last one. The arguments of generic types other than Nullable<T>
 * are not among it for that reason: class C : IComparable<C>. Nobody reads those.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/ir/synth.h"
#include "loader/gc/gc.h"
#include "loader/vm/exception.h"
#include "loader/vm/library.h"
#include "loader/vm/methods.h"
#include "loader/vm/object.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

/* -- the first word ------------------------------------------------------------ */

static uint32_t flags_of_value(const Type *type)
{
    if (type->bits & TYPE_BIT_NULLABLE)
        return VTABLE_NULLABLE;
    if (type->bits & TYPE_BIT_ENUM)
        return VTABLE_ENUM;
    return type->element == ELEMENT_VALUETYPE ? VTABLE_VALUETYPE : VTABLE_PRIMITIVE;
}

static uint32_t flags_of_generic(const Type *type)
{
    if (!type->n_args)
        return 0;
    return type->bits & TYPE_BIT_SHARED ? VTABLE_GENERIC_SHARED
                                        : VTABLE_GENERIC_INSTANCE;
}

/* Its signature is looked at as bytes: types that another constructor takes need not
 * exist. */
static bool has_default_constructor(const Type *type)
{
    static const uint8_t nothing[] = {SIG_HASTHIS, 0};
    for (uint32_t i = 0; i < type->n_methods; i++) {
        const Method *method = type->methods[i];
        if (strcmp(method->name, ".ctor") || method->synth)
            continue;
        Bytes sig = image_get_blob(type->assembly->image, TABLE_MethodDef,
                                   TOKEN_RID(method->token), COL_MethodDef_Signature);
        if (sig.size > sizeof nothing && !memcmp(sig.data, nothing, sizeof nothing))
            return true;
    }
    return false;
}

static uint32_t vtable_flags(const Type *type, uint32_t elem_size)
{
    uint32_t flags = 0;
    if (elem_size) /* an element that is too large: .NET has no such arrays */
        flags = VTABLE_HAS_COMPONENTS |
                (elem_size <= VTABLE_COMPONENT_SIZE ? elem_size : 0);
    else
        flags = flags_of_generic(type) |
                (type->bits & TYPE_BIT_BYREFLIKE ? VTABLE_IS_BYREFLIKE : 0) |
                (has_default_constructor(type) ? VTABLE_HAS_DEFAULT_CONSTRUCTOR : 0);
    if (type->element == ELEMENT_SZARRAY)
        flags |= VTABLE_VECTOR;
    else if (type->element == ELEMENT_ARRAY)
        flags |= VTABLE_ARRAY;
    else if (type->bits & TYPE_BIT_INTERFACE)
        flags |= VTABLE_INTERFACE;
    else if (type_is_valuetype(type))
        flags |= flags_of_value(type);
    if (type->bits & TYPE_BIT_FINALIZER)
        flags |= VTABLE_HAS_FINALIZER;
    if (type->bits & TYPE_BIT_HAS_REFS)
        flags |= VTABLE_HAS_REFERENCES;
    return flags;
}

/* -- sizes --------------------------------------------------------------------- */

static void vtable_size(VTable *vtable, const Type *type)
{
    if (type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY) {
        vtable->elem = type->elem;
        vtable->base_size = type_array_data(type);
        vtable->elem_size = type->elem_size;
    } else if (type == vm.world->known.string) {
        vtable->base_size = STRING_CHARS_OFFSET + 2; /* it ends with a NUL */
        vtable->elem_size = 2;
    } else if (type_is_valuetype(type)) {
        vtable->base_size = OBJECT_HEADER_SIZE + ((type->size + 7) & ~7u);
    } else if (!(type->bits & TYPE_BIT_INTERFACE)) {
        vtable->base_size = type->size;
    }
}

/* -- other vtables ------------------------------------------------------------- */

/* tail: two words. */
static bool link_nullable(VTable *vtable, Type *type, void **tail)
{
    assert(!vtable->n_interfaces);
    const Field *value = nullable_field(type, true);
    vtable->value_offset = value->offset;
    vtable->value_size = type_value_size(value->type);
    tail[1] = type_vtable(type->args[0]);
    tail[0] = &tail[1];
    vtable->args = (struct VTable *const *const *)(void *)tail;
    return tail[1] != NULL;
}

/* tail: a word for each interface. */
static bool link_interfaces(VTable *vtable, Type *type, void **tail)
{
    vtable->interfaces = (VTable **)(void *)tail;
    for (uint32_t i = 0; i < vtable->n_interfaces; i++)
        if (!(vtable->interfaces[i] = type_vtable(type->interfaces[i])))
            return false;
    return true;
}

static bool has_vtable(const Type *type)
{
    return type->element != ELEMENT_PTR && type->element != ELEMENT_FNPTR;
}

/* False: pending exception. */
static bool vtable_link(VTable *vtable, Type *type, void **tail)
{
    const KnownTypes *known = &vm.world->known;
    Type *parent = type->bits & TYPE_BIT_INTERFACE ? known->object : type->parent;
    vtable->more = &vtable->own_more;
    vtable->own_more.module = type->assembly;
    if (parent && !(vtable->parent = type_vtable(parent)))
        return false;
    if (vtable->elem &&
        !(vtable->element = has_vtable(vtable->elem)
                                ? type_vtable(vtable->elem)
                                : vm_library_hooks->type_word(vtable->elem)))
        return false;
    return type->bits & TYPE_BIT_NULLABLE ? link_nullable(vtable, type, tail)
                                          : link_interfaces(vtable, type, tail);
}

/* -- slots --------------------------------------------------------------------- */

/* The address that a slot of type holds; NULL: it is never called through the slot. */
static bool vtable_slot(Type *type, Method *impl, void **code)
{
    *code = NULL;
    if (!impl || impl->flags & METHOD_ABSTRACT || impl->n_args)
        return true;
    if (type_is_valuetype(type) && impl->type == type) {
        Err err = ERR_INIT;
        impl = synth_method(SYNTH_UNBOX, impl, &err);
        if (!impl)
            return exception_set_err(&err);
    }
    *code = vm_methods->entry(impl);
    return true;
}

static bool vtable_slots(VTable *vtable, Type *type, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (!vtable_slot(type, type->slots[i], &vtable->slots[i]))
            return false;
    return true;
}

static VTable *vtable_make(Type *type)
{
    bool nullable = (type->bits & TYPE_BIT_NULLABLE) != 0;
    uint32_t n = type->bits & TYPE_BIT_INTERFACE ? 0 : type->n_slots;
    uint32_t n_tail = nullable ? 2 : type->n_interfaces;
    VTable *vtable = mem_alloc(sizeof *vtable + ((size_t)n + n_tail) * sizeof(void *));
    vtable->type = type;
    vtable->n_interfaces = (uint16_t)type->n_interfaces;
    vtable_size(vtable, type);
    vtable->flags = vtable_flags(type, vtable->elem_size);
    gc_describe(vtable, type);
    if (vtable_link(vtable, type, vtable->slots + n) && vtable_slots(vtable, type, n))
        return vtable;
    free(vtable);
    return NULL;
}

/* Another thread may have been first. */
static VTable *vtable_publish(TypeRt *rt, VTable *vtable)
{
    VTable *none = NULL;
    if (!__atomic_compare_exchange_n(&rt->vtable, &none, vtable, false,
                                     __ATOMIC_SEQ_CST, __ATOMIC_ACQUIRE)) {
        free(vtable);
        return none;
    }
    vtable_show_type_object(rt);
    return vtable;
}

/* NULL: none, or pending. */
static Type *shown_parent(Type *type)
{
    return type->parent && vm_library_hooks->shown_parent
               ? vm_library_hooks->shown_parent(type)
               : type->parent;
}

/* Of a type that has no instances: all that a program may ask its vtable. */
static VTable *vtable_make_bare(Type *type)
{
    VTable *vtable = mem_alloc(sizeof *vtable);
    bool is_array = type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY;
    vtable->type = type;
    vtable->more = &vtable->own_more;
    vtable->own_more.module = type->assembly;
    vtable->elem = is_array ? type->elem : NULL;
    vtable->base_size = is_array ? ARRAY_DATA_OFFSET : 0;
    if (type->element == ELEMENT_ARRAY)
        vtable->base_size += type->rank * (uint32_t)ARRAY_DIMENSION_SIZE;
    vtable->flags = vtable_flags(type, is_array ? 8 : 0);
    if (!is_array)
        vtable->flags |= VTABLE_IS_OPEN;
    if (type->bits & TYPE_BIT_GENERIC_DEF)
        vtable->flags = (vtable->flags & ~(uint32_t)VTABLE_GENERIC_MASK) |
                        VTABLE_GENERIC_DEFINITION;
    Type *parent = type->bits & TYPE_BIT_INTERFACE ? NULL : shown_parent(type);
    if (parent)
        vtable->parent = type_shown_vtable(parent);
    if (is_array)
        vtable->element = vm_library_hooks->type_word(type->elem);
    if (!exception_pending())
        return vtable;
    free(vtable);
    return NULL;
}

VTable *type_shown_vtable(Type *type)
{
    if (!(type->bits & (TYPE_BIT_OPEN | TYPE_BIT_GENERIC_DEF)))
        return type_vtable(type);
    TypeRt *rt = type_rt(type);
    VTable *vtable = __atomic_load_n(&rt->vtable, __ATOMIC_ACQUIRE);
    if (vtable)
        return vtable;
    if (!type_reach(type, LEVEL_PARENTS))
        return NULL;
    vtable = vtable_make_bare(type);
    return vtable ? vtable_publish(rt, vtable) : NULL;
}

VTable *type_vtable(Type *type)
{
    TypeRt *rt = type_rt(type);
    VTable *vtable = __atomic_load_n(&rt->vtable, __ATOMIC_ACQUIRE);
    if (vtable)
        return vtable;
    assert(!(type->bits & TYPE_BIT_OPEN));
    if (!type_reach(type, LEVEL_READY))
        return NULL;
    if (type->elem && type_is_valuetype(type->elem) &&
        !type_reach(type->elem, LEVEL_LAYOUT))
        return NULL;
    vtable = vtable_make(type);
    return vtable ? vtable_publish(rt, vtable) : NULL;
}

/* Called by who has published either: the later of two sees both. */
void vtable_show_type_object(TypeRt *rt)
{
    VTable *vtable = __atomic_load_n(&rt->vtable, __ATOMIC_SEQ_CST);
    Object *object = __atomic_load_n(&rt->type_object, __ATOMIC_SEQ_CST);
    if (vtable && object)
        __atomic_store_n(&vtable->own_more.type_object, object, __ATOMIC_RELEASE);
}
