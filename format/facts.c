/* facts.c - what compiled code may rely on of other assemblies, as numbers. */
#include <assert.h>
#include <string.h>

#include "common/base/hash.h"
#include "format/facts.h"
#include "format/subject.h"

static uint64_t hash_map_words(uint64_t hash, const uint64_t *map, uint32_t words)
{
    uint32_t n = map ? (words + 63) / 64 : 0;
    for (uint32_t i = 0; i < n; i++)
        hash = hash_mix(hash, map[i]);
    return hash;
}

/* -- Rows ---------------------------------------------------------------------- */

#define FACT(number, KIND, subject, hash, reason, text)                                \
    static FactHash fact_hash_##hash;
#include "format/facts.def"
#undef FACT

#define FACT(number, KIND, subject, hash, reason, text)                                \
    static_assert(number == FACT_##KIND,                                               \
                  "the number in images is the place in the list");
#include "format/facts.def"
#undef FACT

const FactRow fact_rows[FACT_COUNT] = {
#define FACT(number, KIND, subject, hash, reason, text)                                \
    {FIX_##subject, fact_hash_##hash, FP_##reason, text},
#include "format/facts.def"
#undef FACT
};

Fixup fact_subject(const Fact *fact, IrLookup *room)
{
    Fixup subject = {.kind = fact_rows[fact->kind].subject, .type = fact->type};
    if (fact->kind == FACT_STATIC) {
        *room = (IrLookup){IRL_STATIC, .type = fact->answers, .method = fact->method};
        subject.lookup = room;
    }
    return subject; /* type, method and field are pointers at one place */
}

bool fact_set_subject(Fact *fact, const Fixup *subject)
{
    if (fact->kind != FACT_STATIC) {
        fact->type = subject->type;
        return true;
    }
    if (subject->lookup->kind != IRL_STATIC)
        return false;
    fact->method = subject->lookup->method;
    fact->answers = subject->lookup->type;
    return true;
}

static Type *fact_type(const Fact *fact)
{
    switch (fact_rows[fact->kind].subject) {
    case FIX_TYPE:
        return fact->type;
    case FIX_FIELD:
        return fact->field->owner;
    default:
        return fact->method->type;
    }
}

/* -- Values -------------------------------------------------------------------- */

bool fact_value(const Fact *fact, uint64_t *value, Err *err)
{
    return fact_rows[fact->kind].hash(fact, value, err);
}

static bool fact_hash_layout(const Fact *fact, uint64_t *value, Err *err)
{
    Type *type = fact->type;
    if (!type_load(type, LEVEL_LAYOUT, err))
        return false;
    uint64_t hash = hash_mix(
        hash_mix(type->size, type->align),
        type->bits & (TYPE_BIT_VALUETYPE | TYPE_BIT_ENUM | TYPE_BIT_BYREFLIKE));
    for (const Type *t = type; t; t = t->parent)
        for (uint32_t i = 0; i < t->n_fields; i++)
            if (!(t->fields[i].flags & FIELD_STATIC))
                hash = hash_mix(hash, hash_mix(t->fields[i].offset,
                                               subject_type_hash(t->fields[i].type)));
    *value = hash_map_words(hash, type->ref_map, type->ref_words);
    return true;
}

static bool fact_hash_field(const Fact *fact, uint64_t *value, Err *err)
{
    (void)err; /* whoever has a field has loaded its owner */
    const Field *field = fact->field;
    const uint32_t flags = FIELD_STATIC | FIELD_LITERAL;
    *value = hash_mix(hash_mix(field->offset, subject_type_hash(field->type)),
                      (uint64_t)field->is_thread_static << 16 | (field->flags & flags));
    return true;
}

static bool fact_hash_slot(const Fact *fact, uint64_t *value, Err *err)
{
    const Method *method = fact->method;
    if (!type_load(method->type, LEVEL_READY, err))
        return false;
    *value = hash_mix((uint64_t)method->slot, method->type->bits & TYPE_BIT_INTERFACE);
    return true;
}

static bool fact_hash_body(const Fact *fact, uint64_t *value, Err *err)
{
    Err failure = ERR_INIT;
    *value = fact_body_hash(fact->method, &failure);
    if (failure.kind)
        *err = failure;
    return !failure.kind;
}

static uint64_t hash_impls(uint64_t hash, Method *const *impls, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        hash = hash_mix(hash, impls[i] ? subject_method_key(impls[i]) : 0);
    return hash;
}

static bool fact_hash_impls(const Fact *fact, uint64_t *value, Err *err)
{
    Type *type = fact->type;
    if (!type_load(type, LEVEL_READY, err))
        return false;
    uint64_t hash = hash_impls(0, type->slots, type->n_slots);
    for (uint32_t i = 0; i < type->n_interfaces; i++) {
        const InterfaceEntry *entry = &type->iface_map[i];
        hash = hash_mix(hash, subject_type_hash(entry->interface) + entry->own);
        if (entry->impls)
            hash = hash_impls(hash, entry->impls, entry->interface->n_slots);
    }
    *value = hash;
    return true;
}

static bool fact_hash_il(const Fact *fact, uint64_t *value, Err *err)
{
    const Method *method = fact->method;
    const Image *image = method->type->assembly->image;
    Bytes raw = {NULL, 0};
    (void)err; /* no body is one of no bytes */
    if (TOKEN_RID(method->token))
        il_body_raw(image,
                    image_get(image, TABLE_MethodDef, TOKEN_RID(method->token),
                              COL_MethodDef_RVA),
                    &raw);
    *value = hash_bytes(raw.data, raw.size);
    return true;
}

static bool fact_hash_names(const Fact *fact, uint64_t *value, Err *err)
{
    return names_hash(fact->method, fact->there, value, err);
}

static bool fact_hash_static(const Fact *fact, uint64_t *value, Err *err)
{
    if (!fact->answers || !method_is_static_virtual(fact->method))
        return err_set(err, ERR_BAD_IMAGE, "no type or no static virtual method");
    const Method *impl = type_static_impl(fact->answers, fact->method, err);
    *value = impl ? subject_method_key(impl) : 0;
    return impl != NULL;
}

static bool fact_hash_sealed(const Fact *fact, uint64_t *value, Err *err)
{
    (void)err; /* the bit is there as soon as a type has a name */
    *value = (fact->type->bits & TYPE_BIT_SEALED) != 0;
    return true;
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

/* May a base class or an interface have the method that is in neither of the two
 * assemblies that the subject names? */
static bool static_spans(const Fact *fact)
{
    const Assembly *own = fact->answers->assembly, *decl = fact->method->type->assembly;
    Err ignored = ERR_INIT;
    if (!type_load(fact->answers, LEVEL_PARENTS, &ignored))
        return true;
    bool is_value = type_is_valuetype(fact->answers);
    for (const Type *t = fact->answers; t && t->parent; t = is_value ? NULL : t->parent)
        if (t->assembly != own && t->assembly != decl)
            return true;
    for (uint32_t i = 0; i < fact->answers->n_interfaces; i++) {
        const Assembly *there = fact->answers->interfaces[i]->assembly;
        if (there != own && there != decl)
            return true;
    }
    return false;
}

/* System.Object, which has no fields and whose virtual methods never change, is
 * nobody's.
 */
bool fact_spans(const Fact *fact)
{
    FactKind kind = fact->kind;
    if (kind == FACT_STATIC)
        return static_spans(fact);
    if (kind != FACT_LAYOUT && kind != FACT_FIELD && kind != FACT_SLOT)
        return false;
    Type *type = fact_type(fact);
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

bool fact_is_home(const Fact *fact, const Assembly *home)
{
    const Type *type = fact_type(fact);
    if (!home || fact->kind == FACT_IL || fact->kind == FACT_NAMES ||
        (fact->kind == FACT_STATIC && fact->answers->assembly != home))
        return false;
    bool several = type->n_args && fact->kind != FACT_IMPLS; /* its arguments, too */
    return !several && type->assembly == home && !fact_spans(fact);
}
