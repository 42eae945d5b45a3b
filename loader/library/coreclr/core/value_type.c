/* value_type.c - System.ValueType: how values of a type without an Equals of its own
 * are compared and hashed.
 *
 * They are compared as bytes where equal bytes are equal values and every byte is of a
 * field: no references, no gaps, no floating point (0 equals -0), no field with an
 * Equals or GetHashCode of its own. The managed side goes through fields otherwise. A
 * hash is that of one field, the first that can be had.
 *
 * An InlineArray refuses both, until it was found in a value that was hashed.
 */
#include <string.h>

#include "loader/library/coreclr/table.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

/* VTableMore.flags, which the managed side reads first. */
enum { CHECKED = 2, COMPARES_AS_BYTES = 4 };

static bool is_instance(const Field *field)
{
    return !(field->flags & FIELD_STATIC);
}

/* Does the type itself say what runs for one of Object's methods? */
static bool overrides(Type *type, const char *name, uint32_t n_params)
{
    for (uint32_t i = 0; i < type->n_methods; i++) {
        const Method *method = type->methods[i];
        Err err = ERR_INIT;
        const MethodSig *sig;
        if (method->flags & METHOD_VIRTUAL && !(method->flags & METHOD_NEWSLOT) &&
            !strcmp(method->name, name) && (sig = method_sig(type->methods[i], &err)) &&
            sig->n_params == n_params)
            return true;
    }
    return false;
}

static bool compares_as_bytes(Type *type)
{
    if (!type_reach(type, LEVEL_READY) || type->bits & TYPE_BIT_HAS_REFS ||
        type->inline_length)
        return false;
    uint32_t used = 0;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const Field *field = &type->fields[i];
        if (!is_instance(field))
            continue;
        Type *of = field->type;
        used += type_value_size(of);
        if (of->element == ELEMENT_R4 || of->element == ELEMENT_R8)
            return false;
        if (of->element == ELEMENT_VALUETYPE && !(of->bits & TYPE_BIT_ENUM) &&
            (!type_reach(of, LEVEL_READY) || overrides(of, "Equals", 1) ||
             overrides(of, "GetHashCode", 0) || !compares_as_bytes(of)))
            return false;
    }
    return used == type->size;
}

/* Asks it once and for all. */
static bool check(VTable *vtable)
{
    bool yes = compares_as_bytes(vtable->type);
    __atomic_fetch_or(&vtable->more->flags, CHECKED | (yes ? COMPARES_AS_BYTES : 0),
                      __ATOMIC_RELAXED);
    return yes;
}

static int32_t can_compare_bits(VTable *vtable)
{
    if (!vtable->type->inline_length)
        return check(vtable);
    return exception_set("System.NotSupportedException",
                         "Calling built-in Equals() or GetHashCode() on type marked as "
                         "InlineArray is invalid.");
}

/* -- hashes -------------------------------------------------------------------- */

typedef enum Strategy { /* ValueTypeHashCodeStrategy */
                        HASH_NONE,
                        HASH_REFERENCE,
                        HASH_DOUBLE,
                        HASH_SINGLE,
                        HASH_BYTES,
                        HASH_OVERRIDE,
} Strategy;

typedef struct Found {
    uint32_t offset, size;
    VTable *vtable;
} Found;

static Strategy hash_of_fields(Type *type, const char *value, Found *found);

static Strategy hash_of_value(Type *type, const char *value, Found *found)
{
    if (!type_reach(type, LEVEL_READY))
        return HASH_NONE;
    if (check(type_vtable(type))) {
        found->size = type->size;
        return HASH_BYTES;
    }
    if (!overrides(type, "GetHashCode", 0))
        return hash_of_fields(type, value, found);
    found->vtable = type_vtable(type);
    return HASH_OVERRIDE;
}

static Strategy hash_of_field(const Field *field, const char *at, Found *found)
{
    Type *type = field->type;
    if (type_is_reference(type))
        return *(Object *const *)(const void *)at ? HASH_REFERENCE : HASH_NONE;
    if (type->element == ELEMENT_R8)
        return HASH_DOUBLE;
    if (type->element == ELEMENT_R4)
        return HASH_SINGLE;
    if (type->element == ELEMENT_VALUETYPE && !(type->bits & TYPE_BIT_ENUM))
        return hash_of_value(type, at, found);
    found->size = type_value_size(type);
    return HASH_BYTES;
}

/* value: of this type, at found->offset of the whole. */
static Strategy hash_of_fields(Type *type, const char *value, Found *found)
{
    uint32_t start = found->offset;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const Field *field = &type->fields[i];
        if (!is_instance(field))
            continue;
        found->offset = start + field->offset;
        Strategy strategy = hash_of_field(field, value + field->offset, found);
        if (strategy != HASH_NONE)
            return strategy;
    }
    return HASH_NONE;
}

static int32_t hash_strategy(VTable *vtable, Object **object, uint32_t *offset,
                             uint32_t *size, VTable **of)
{
    Found found = {0, 0, NULL};
    Strategy strategy = hash_of_fields(vtable->type, object_value(*object), &found);
    *offset = found.offset;
    *size = found.size;
    *of = found.vtable;
    return strategy;
}

const QcallRow qcalls_value_type[] = {
    QCALL(MethodTable_CanCompareBitsOrUseFastGetHashCode, can_compare_bits),
    QCALL(ValueType_GetHashCodeStrategy, hash_strategy),
    QCALLS_END,
};
