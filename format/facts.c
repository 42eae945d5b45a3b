/* facts.c - what compiled code may rely on of other assemblies, as numbers. */
#include <string.h>

#include "common/base/hash.h"
#include "format/subject.h"
#include "format/unit.h"

static uint64_t hash_map_words(uint64_t hash, const uint64_t *map, uint32_t words)
{
    uint32_t n = map ? (words + 63) / 64 : 0;
    for (uint32_t i = 0; i < n; i++)
        hash = hash_mix(hash, map[i]);
    return hash;
}

FixupKind fact_fixup(FactKind kind)
{
    switch (kind) {
    case FACT_LAYOUT:
    case FACT_IMPLS:
        return FIX_TYPE;
    case FACT_FIELD:
        return FIX_FIELD;
    case FACT_SLOT:
    case FACT_BODY:
    case FACT_IL:
        return FIX_METHOD;
    }
    return FIX_COUNT;
}

Type *fact_type(FactKind kind, const void *subject)
{
    switch (fact_fixup(kind)) {
    case FIX_TYPE:
        return (Type *)subject;
    case FIX_FIELD:
        return ((const Field *)subject)->owner;
    default:
        return ((const Method *)subject)->type;
    }
}

uint64_t fact_layout_hash(Type *type)
{
    Err ignored = ERR_INIT;
    if (!type_load(type, LEVEL_LAYOUT, &ignored))
        return 0;
    uint64_t hash = hash_mix(hash_mix(type->size, type->align),
                             type->bits & (TYPE_BIT_VALUETYPE | TYPE_BIT_ENUM));
    if (type->bits & TYPE_BIT_SEALED && !type_is_valuetype(type))
        hash = hash_mix(hash, TYPE_BIT_SEALED);
    for (const Type *t = type; t; t = t->parent)
        for (uint32_t i = 0; i < t->n_fields; i++)
            if (!(t->fields[i].flags & FIELD_STATIC))
                hash = hash_mix(hash, hash_mix(t->fields[i].offset,
                                               subject_type_hash(t->fields[i].type)));
    return hash_map_words(hash, type->ref_map, type->ref_words);
}

uint64_t fact_field_hash(Field *field)
{
    const uint32_t flags = FIELD_STATIC | FIELD_LITERAL;
    return hash_mix(hash_mix(field->offset, subject_type_hash(field->type)),
                    (uint64_t)field->is_thread_static << 16 | (field->flags & flags));
}

uint64_t fact_slot(const Method *method)
{
    return hash_mix((uint64_t)method->slot, method->type->bits & TYPE_BIT_INTERFACE);
}

static uint64_t hash_impls(uint64_t hash, Method *const *impls, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        hash = hash_mix(hash, impls[i] ? subject_method_key(impls[i]) : 0);
    return hash;
}

uint64_t fact_impls_hash(Type *type)
{
    Err ignored = ERR_INIT;
    if (!type_load(type, LEVEL_READY, &ignored))
        return 0;
    uint64_t hash = hash_impls(0, type->slots, type->n_slots);
    for (uint32_t i = 0; i < type->n_interfaces; i++) {
        const InterfaceEntry *entry = &type->iface_map[i];
        hash = hash_mix(hash, subject_type_hash(entry->interface) + entry->own);
        if (entry->impls)
            hash = hash_impls(hash, entry->impls, entry->interface->n_slots);
    }
    return hash;
}

/* -- Facts that another assembly decides --------------------------------------- */

/* Does a field of this type take room that another assembly than home decides? */
static bool value_spans(Type *type, const Assembly *home)
{
    Err ignored = ERR_INIT;
    if (!type_is_valuetype(type) ||
        (ir_mem_of(type) != IRM_VT && !(type->bits & TYPE_BIT_ENUM)))
        return false;
    if (type->assembly != home || !type_load(type, LEVEL_LAYOUT, &ignored))
        return true;
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (!(type->fields[i].flags & FIELD_STATIC) &&
            value_spans(type->fields[i].type, home))
            return true;
    return false;
}

static bool fields_span(Type *type, const Assembly *home)
{
    Err ignored = ERR_INIT;
    if (!type_load(type, LEVEL_LAYOUT, &ignored))
        return true;
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (value_spans(type->fields[i].type, home))
            return true;
    return false;
}

/* System.Object, which has no fields and whose virtual methods never change, is
 * nobody's.
 */
bool fact_spans(FactKind kind, const void *subject)
{
    if (kind == FACT_BODY || kind == FACT_IMPLS || kind == FACT_IL)
        return false;
    Type *type = fact_type(kind, subject);
    if (type->bits & TYPE_BIT_ENUM)
        return false; /* an integer, whose type need not be loaded for that */
    const Assembly *home = type->assembly;
    bool is_value = type_is_valuetype(type);
    Err ignored = ERR_INIT;
    for (Type *t = type; t; t = is_value ? NULL : t->parent) {
        if (!type_load(t, LEVEL_PARENTS, &ignored))
            return true;
        if (t->parent &&
            (t->assembly != home || (kind != FACT_SLOT && fields_span(t, home))))
            return true;
    }
    return false;
}
