/* unit.c - builds the record of one unit of compiled code. */
#include "format/unit.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "format/facts.h"
#include "format/subject.h"

typedef struct BuilderCell {
    UnitCell cell;
    uint32_t user; /* number of the last method that used it, from 1 */
} BuilderCell;

typedef struct BuilderMethod {
    UnitMethod row;
    char *symbol;
} BuilderMethod;

enum { FACT_DROPPED = UINT32_MAX };

typedef struct BuilderFact {
    Fact fact;
    uint32_t index; /* in facts, or FACT_DROPPED */
} BuilderFact;

struct UnitBuilder {
    Assembly *home;
    char *name;
    SubjectWriter subjects;
    VEC(BuilderCell) cells;
    VEC(UnitFact) facts;
    VEC(BuilderFact) relied;
    VEC(BuilderMethod) methods;
    Map cell_index;   /* kind and subject -> index + 1 */
    Map fact_index;   /* all of a fact -> index + 1 */
    Map relied_index; /* Fact -> index in relied + 1 */
    Buffer uses;
    /* the method in progress */
    Method *method;
    uint32_t flags, osr_il;
    uint32_t number; /* counts methods that were begun */
    VEC(uint32_t) used_cells, used_facts;
    VEC(uint32_t) copies; /* subjects */
};

UnitBuilder *unit_open(World *world, Assembly *home, const char *name)
{
    UnitBuilder *unit = mem_alloc(sizeof *unit);
    unit->home = home;
    unit->name = mem_strdup(name);
    subject_writer_open(&unit->subjects, world, home);
    return unit;
}

void unit_close(UnitBuilder *unit)
{
    if (!unit)
        return;
    for (size_t i = 0; i < unit->methods.n; i++)
        free(unit->methods.at[i].symbol);
    subject_writer_close(&unit->subjects);
    vec_free(&unit->cells);
    vec_free(&unit->facts);
    vec_free(&unit->relied);
    vec_free(&unit->methods);
    vec_free(&unit->used_cells);
    vec_free(&unit->used_facts);
    vec_free(&unit->copies);
    map_free(&unit->cell_index);
    map_free(&unit->fact_index);
    map_free(&unit->relied_index);
    buffer_free(&unit->uses);
    free(unit->name);
    free(unit);
}

const char *unit_name(const UnitBuilder *unit)
{
    return unit->name;
}

/* -- Methods ------------------------------------------------------------------- */

void unit_method_begin(UnitBuilder *unit, Method *method, uint32_t flags,
                       uint32_t osr_il)
{
    unit->method = method;
    unit->flags = flags;
    unit->osr_il = osr_il;
    unit->number++;
    unit->used_cells.n = unit->used_facts.n = unit->copies.n = 0;
}

typedef struct CellKey {
    const UnitBuilder *unit;
    UnitCell cell;
} CellKey;

static bool cell_equal(const void *value, const void *key)
{
    const CellKey *k = key;
    const UnitCell *cell = &k->unit->cells.at[(uintptr_t)value - 1].cell;
    return cell->kind == k->cell.kind && cell->subject == k->cell.subject;
}

uint32_t unit_cell(UnitBuilder *unit, const Fixup *fixup)
{
    CellKey key = {unit, {fixup->kind, subject_write_fixup(&unit->subjects, fixup)}};
    uint64_t hash = hash_mix(key.cell.kind, key.cell.subject);
    uintptr_t index = 0;
    if (fixup->kind != FIX_IFACE)
        index = (uintptr_t)map_get(&unit->cell_index, hash, cell_equal, &key);
    if (!index) {
        vec_push(&unit->cells)->cell = key.cell;
        index = unit->cells.n;
        if (fixup->kind != FIX_IFACE)
            map_put(&unit->cell_index, hash, (void *)index);
    }
    BuilderCell *cell = &unit->cells.at[index - 1];
    if (unit->method && cell->user != unit->number) {
        cell->user = unit->number;
        *vec_push(&unit->used_cells) = (uint32_t)index - 1;
    }
    return (uint32_t)index - 1;
}

typedef struct FactKey {
    const UnitBuilder *unit;
    UnitFact fact;
} FactKey;

static bool fact_equal(const void *value, const void *key)
{
    const FactKey *k = key;
    return !memcmp(&k->unit->facts.at[(uintptr_t)value - 1], &k->fact, sizeof k->fact);
}

/* Number of a fact in the unit's table. */
static uint32_t fact_index(UnitBuilder *unit, const Fact *fact, uint64_t value)
{
    IrLookup room;
    Fixup fixup = fact_subject(fact, &room);
    UnitFact row = {.kind = (uint16_t)fact->kind,
                    .subject = subject_write_fixup(&unit->subjects, &fixup),
                    .value = value};
    if (fact->kind == FACT_NAMES)
        row.there = (uint16_t)subject_dep(&unit->subjects, fact->there);
    FactKey key = {unit, row};
    uint64_t hash = hash_bytes(&row, sizeof row);
    uint32_t i =
        (uint32_t)(uintptr_t)map_get(&unit->fact_index, hash, fact_equal, &key);
    if (!i) {
        *vec_push(&unit->facts) = row;
        i = (uint32_t)unit->facts.n;
        map_put(&unit->fact_index, hash, (void *)(uintptr_t)i);
    }
    return i - 1;
}

static void use_fact(UnitBuilder *unit, uint32_t index)
{
    for (size_t i = 0; i < unit->used_facts.n; i++)
        if (unit->used_facts.at[i] == index)
            return;
    *vec_push(&unit->used_facts) = index;
}

void unit_fact(UnitBuilder *unit, const Fact *fact, uint64_t value)
{
    if (!fact_is_home(fact, unit->home))
        use_fact(unit, fact_index(unit, fact, value));
}

typedef struct ReliedKey {
    const UnitBuilder *unit;
    const Fact *fact;
} ReliedKey;

static bool relied_equal(const void *value, const void *key)
{
    const ReliedKey *k = key;
    const Fact *fact = &k->unit->relied.at[(uintptr_t)value - 1].fact;
    return fact->kind == k->fact->kind && fact->type == k->fact->type &&
           fact->there == k->fact->there;
}

/* Many methods of a unit rely on the same: what becomes of it is found once. */
void unit_rely(UnitBuilder *unit, const Fact *fact)
{
    Err ignored =
        ERR_INIT; /* what does not load has no value that another could have */
    ReliedKey key = {unit, fact};
    uint64_t hash =
        hash_mix(hash_mix(hash_ptr(fact->type), fact->kind), hash_ptr(fact->there));
    uintptr_t i = (uintptr_t)map_get(&unit->relied_index, hash, relied_equal, &key);
    if (!i) {
        BuilderFact relied = {*fact, FACT_DROPPED};
        uint64_t value = 0;
        if (!fact_is_home(fact, unit->home)) {
            (void)fact_value(fact, &value, &ignored);
            relied.index = fact_index(unit, fact, value);
        }
        *vec_push(&unit->relied) = relied;
        i = unit->relied.n;
        map_put(&unit->relied_index, hash, (void *)i);
    }
    if (unit->relied.at[i - 1].index != FACT_DROPPED)
        use_fact(unit, unit->relied.at[i - 1].index);
}

void unit_copy(UnitBuilder *unit, Method *method)
{
    *vec_push(&unit->copies) = subject_write_method(&unit->subjects, method);
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

static void write_uses(Buffer *out, uint32_t *items, size_t n)
{
    uint32_t last = 0;
    if (n)
        qsort(items, n, sizeof *items, compare_u32);
    buffer_compressed(out, (uint32_t)n);
    for (size_t i = 0; i < n; i++) {
        buffer_compressed(out, items[i] - last);
        last = items[i];
    }
}

/* Instances, synthesised and foreign methods are found by key, others by token. */
static uint32_t row_token(const UnitBuilder *unit, const Method *method)
{
    bool plain = !method->synth && method->token && method->def == method &&
                 method->type->def == method->type && !method->n_args &&
                 !method->type->n_args;
    return plain && method->type->assembly == unit->home ? method->token : 0;
}

void unit_method_end(UnitBuilder *unit, const char *symbol)
{
    BuilderMethod *method = vec_push(&unit->methods);
    method->symbol = mem_strdup(symbol);
    method->row = (UnitMethod){
        .token = row_token(unit, unit->method),
        .flags = unit->flags,
        .osr_il = unit->flags & UNIT_METHOD_OSR ? unit->osr_il : UINT32_MAX,
        .subject = subject_write_method(&unit->subjects, unit->method),
        .uses = (uint32_t)unit->uses.size,
        .key = subject_method_key(unit->method),
    };
    write_uses(&unit->uses, unit->used_cells.at, unit->used_cells.n);
    write_uses(&unit->uses, unit->used_facts.at, unit->used_facts.n);
    buffer_compressed(&unit->uses, (uint32_t)unit->copies.n);
    for (size_t i = 0; i < unit->copies.n; i++)
        buffer_compressed(&unit->uses, unit->copies.at[i]);
    unit->method = NULL;
}

void unit_method_drop(UnitBuilder *unit)
{
    unit->method = NULL;
}

uint32_t unit_cell_count(const UnitBuilder *unit)
{
    return (uint32_t)unit->cells.n;
}

/* -- The record ---------------------------------------------------------------- */

static uint32_t record_part(Buffer *out, size_t start, const void *data, size_t size)
{
    buffer_align(out, 8);
    uint32_t at = (uint32_t)(out->size - start);
    buffer_put(out, data, size);
    return at;
}

static void record_methods(const UnitBuilder *unit, Buffer *names, Buffer *out)
{
    for (size_t i = 0; i < unit->methods.n; i++) {
        UnitMethod row = unit->methods.at[i].row;
        row.symbol = (uint32_t)names->size;
        buffer_cstr(names, unit->methods.at[i].symbol);
        buffer_put(out, &row, sizeof row);
    }
}

bool unit_write(const UnitBuilder *unit, Buffer *out, Err *err)
{
    buffer_align(out, 8);
    size_t start = out->size;
    Buffer names = BUFFER_INIT, methods = BUFFER_INIT, deps = BUFFER_INIT;
    Buffer cells = BUFFER_INIT;
    UnitHead head = {.magic = UNIT_MAGIC,
                     .n_deps = (uint32_t)unit->subjects.deps.n,
                     .n_cells = (uint32_t)unit->cells.n,
                     .n_facts = (uint32_t)unit->facts.n,
                     .n_methods = (uint32_t)unit->methods.n,
                     .subjects_size = (uint32_t)unit->subjects.blob.size,
                     .uses_size = (uint32_t)unit->uses.size};
    buffer_put(&names, unit->subjects.names.data, unit->subjects.names.size);
    head.name = (uint32_t)names.size;
    buffer_cstr(&names, unit->name);
    record_methods(unit, &names, &methods);
    subject_write_deps(&unit->subjects, &deps);
    for (size_t i = 0; i < unit->cells.n; i++)
        buffer_put(&cells, &unit->cells.at[i].cell, sizeof(UnitCell));
    head.names_size = (uint32_t)names.size;
    buffer_put(out, &head, sizeof head);
    head.deps = record_part(out, start, deps.data, deps.size);
    head.cells = record_part(out, start, cells.data, cells.size);
    head.facts =
        record_part(out, start, unit->facts.at, unit->facts.n * sizeof(UnitFact));
    head.subjects =
        record_part(out, start, unit->subjects.blob.data, unit->subjects.blob.size);
    head.uses = record_part(out, start, unit->uses.data, unit->uses.size);
    head.names = record_part(out, start, names.data, names.size);
    head.methods = record_part(out, start, methods.data, methods.size);
    head.size = (uint32_t)(out->size - start);
    memcpy(out->data + start, &head, sizeof head);
    buffer_free(&names);
    buffer_free(&methods);
    buffer_free(&deps);
    buffer_free(&cells);
    return out->size - start < UINT32_MAX / 4 ||
           err_set(err, ERR_UNSUPPORTED, "a unit of more than 1 GB");
}
