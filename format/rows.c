/* rows.c - the rows of an image: methods and how they are found, cells, dependencies.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/base/search.h"
#include "common/ir/synth.h"
#include "format/sidecar_private.h"

/* -- Rows ---------------------------------------------------------------------- */

ImageMethod sidecar_row(const Sidecar *s, uint32_t row)
{
    ImageMethod m;
    sidecar_table_row(s->tables->methods, row, &m, sizeof m);
    return m;
}

bool sidecar_row_range(const Sidecar *s, uint32_t row, const ImageMethod *m, uint32_t i,
                       ImageRange *range)
{
    const ImageHead *head = &s->tables->head;
    uint32_t at,
        code_size = head->text_size - head->n_stubs * (uint32_t)IMAGE_STUB_SIZE;
    if (i >= m->n_parts || m->first_part >= head->n_parts ||
        i >= head->n_parts - m->first_part)
        return false;
    sidecar_table_row(s->tables->parts, m->first_part + i, &at, sizeof at);
    if (at >= head->n_ranges)
        return false;
    sidecar_table_row(s->tables->ranges, at, range, sizeof *range);
    return range->method == row && range->size && range->rva >= head->text_rva &&
           range->rva - head->text_rva <= code_size &&
           range->size <= code_size - (range->rva - head->text_rva);
}

/* The native section among whose rows it is. */
static uint32_t set_of_row(const Sidecar *s, uint32_t row)
{
    for (uint32_t i = 0; i < s->n_sets; i++) {
        const ImageSet *set = &s->tables->rows_sets[i];
        if (row - set->first_method < set->n_methods + set->n_instances)
            return i;
    }
    return UINT32_MAX;
}

/* Do a row's parts, its unit and its place in the table say the same? Unit 0 has no
 * methods. */
static bool row_agrees(const Sidecar *s, uint32_t row, const ImageMethod *m)
{
    ImageRange entry;
    bool osr = m->flags & UNIT_METHOD_OSR;
    return m->unit && m->unit < s->n_units && s->units[m->unit].set < s->n_sets &&
           s->units[m->unit].set == set_of_row(s, row) &&
           osr == (m->osr_il != UINT32_MAX) &&
           sidecar_row_range(s, row, m, 0, &entry) && entry.rva == m->entry_rva;
}

bool sidecar_method(Sidecar *s, uint32_t row, SidecarMethod *out)
{
    ImageRange range;
    if (row >= s->n_rows)
        return false;
    ImageMethod m = sidecar_row(s, row);
    if (!row_agrees(s, row, &m))
        return false;
    *out = (SidecarMethod){.unit = &s->units[m.unit],
                           .row = row,
                           .flags = m.flags,
                           .token = m.token,
                           .osr_il = m.osr_il,
                           .entry = s->base ? s->base + m.entry_rva : NULL};
    for (uint32_t i = 0; sidecar_row_range(s, row, &m, i, &range); i++)
        out->code_size += range.size;
    return true;
}

bool sidecar_range(const SidecarMethod *method, uint32_t i, uint32_t *rva, Bytes *code)
{
    Sidecar *s = method->unit->sidecar;
    ImageMethod m = sidecar_row(s, method->row);
    ImageRange range;
    if (!sidecar_row_range(s, method->row, &m, i, &range))
        return false;
    *rva = range.rva;
    return sidecar_loaded(s, range.rva, range.size, PROT_READ | PROT_EXEC, code);
}

/* -- Lookup -------------------------------------------------------------------- */

/* Rows are in this order. */
static uint64_t row_order(uint32_t token, uint32_t osr_il)
{
    return (uint64_t)token << 32 | (osr_il + 1u);
}

static uint64_t order_of_row(const Sidecar *s, uint32_t row)
{
    ImageMethod m = sidecar_row(s, row);
    return row_order(m.token, m.osr_il);
}

/* A row that a search of a native section led to: is it of this section, and does it
 * stand for what is looked for? Its code may be for another CPU otherwise, or be of
 * another method. */
static bool row_fits(Sidecar *s, uint32_t set, uint32_t row, const Method *method,
                     SidecarMethod *out)
{
    Err ignored = ERR_INIT;
    return sidecar_method(s, row, out) && out->unit->set == set &&
           sidecar_method_subject(out, &ignored) == method;
}

static bool find_token(Sidecar *s, uint32_t number, const Method *method,
                       uint32_t osr_il, SidecarMethod *out)
{
    const ImageSet *set = &s->tables->rows_sets[number];
    uint64_t order = row_order(method->token, osr_il);
    uint32_t end = set->first_method + set->n_methods;
    uint32_t row = search_first(i, set->first_method, end, order_of_row(s, i) < order);
    return row < end && order_of_row(s, row) == order &&
           row_fits(s, number, row, method, out);
}

static ImageKey key_row(const Sidecar *s, uint32_t i)
{
    ImageKey key;
    sidecar_table_row(s->tables->keys, i, &key, sizeof key);
    return key;
}

static bool find_key(Sidecar *s, uint32_t number, Method *method, uint32_t osr_il,
                     SidecarMethod *out)
{
    const ImageSet *set = &s->tables->rows_sets[number];
    uint64_t hash = subject_method_key(method);
    uint32_t end = set->first_key + set->n_keys;
    uint32_t at = search_first(i, set->first_key, end, key_row(s, i).hash < hash);
    for (; at < end; at++) {
        ImageKey key = key_row(s, at);
        if (key.hash != hash)
            break;
        if (row_fits(s, number, key.method, method, out) && out->osr_il == osr_il &&
            !out->token)
            return true;
    }
    return false;
}

static bool found_by_token(const Sidecar *s, const Method *method)
{
    return !method->synth && method->token && method->def == method &&
           method->type->def == method->type && !method->n_args &&
           !method->type->n_args && method->type->assembly == s->home;
}

bool sidecar_find_in(Sidecar *s, uint32_t set, Method *method, uint32_t osr_il,
                     SidecarMethod *out)
{
    method = synth_shared(method);
    return found_by_token(s, method) ? find_token(s, set, method, osr_il, out)
                                     : find_key(s, set, method, osr_il, out);
}

bool sidecar_find(Sidecar *s, Method *method, uint32_t osr_il, SidecarMethod *out)
{
    for (uint32_t i = s->n_sets; i--;)
        if (s->sets[i].usable && sidecar_find_in(s, i, method, osr_il, out))
            return true;
    return false;
}

void sidecar_populate(const Sidecar *s)
{
    const SidecarTables *tables = s->tables;
    for (uint32_t i = s->n_sets; i--;) {
        const ImageSet *set = &tables->rows_sets[i];
        if (!s->sets[i].usable)
            continue;
        mem_populate(tables->methods.data + set->first_method * sizeof(ImageMethod),
                     (set->n_methods + set->n_instances) * sizeof(ImageMethod), false);
        mem_populate(tables->keys.data + set->first_key * sizeof(ImageKey),
                     set->n_keys * sizeof(ImageKey), false);
        return;
    }
}

Method *sidecar_method_subject(const SidecarMethod *method, Err *err)
{
    ImageMethod m = sidecar_row(method->unit->sidecar, method->row);
    UnitReader *reader = sidecar_unit_reader(method->unit);
    if (!reader || !reader->subjects.world) {
        err_set(err, ERR_BAD_IMAGE, "the unit's record is damaged");
        return NULL;
    }
    return subject_read_method(&reader->subjects, m.subject, err);
}

static const char *print_subject(const UnitReader *reader, uint32_t subject,
                                 Arena *arena)
{
    Buffer out = BUFFER_INIT;
    if (reader)
        subject_print(&reader->subjects, subject, &out);
    const char *text = arena_strndup(arena, out.data ? (char *)out.data : "?",
                                     out.data ? out.size : 1);
    buffer_free(&out);
    return text;
}

const char *sidecar_method_name(const SidecarMethod *method, Arena *arena)
{
    ImageMethod m = sidecar_row(method->unit->sidecar, method->row);
    return print_subject(sidecar_unit_reader(method->unit), m.subject, arena);
}

/* -- Cells --------------------------------------------------------------------- */

static bool cell_row(const SidecarUnit *unit, uint32_t cell, UnitCell *row)
{
    const UnitReader *reader = sidecar_unit_reader(unit);
    if (!reader || cell >= unit->n_cells)
        return false;
    sidecar_table_row(reader->cells, cell, row, sizeof *row);
    return true;
}

FixupKind sidecar_cell_kind(const SidecarUnit *unit, uint32_t cell)
{
    UnitCell row;
    return cell_row(unit, cell, &row) && row.kind < FIX_COUNT ? (FixupKind)row.kind
                                                              : FIX_COUNT;
}

bool sidecar_cell_resolve(const SidecarUnit *unit, uint32_t cell, Arena *arena,
                          Fixup *out, Err *err)
{
    UnitCell row;
    const UnitReader *reader = sidecar_unit_reader(unit);
    if (!cell_row(unit, cell, &row) || row.kind >= FIX_COUNT)
        return err_set(err, ERR_BAD_IMAGE, "unit %s has no cell %u", unit->name, cell);
    *out = (Fixup){.kind = (FixupKind)row.kind};
    if (!reader->subjects.world && row.kind != FIX_UNIT && row.kind != FIX_HELPER)
        return err_set(err, ERR_ARGUMENT, "an image that is not bound to an assembly");
    return subject_read_fixup(&reader->subjects, row.subject, arena, out, err);
}

const char *sidecar_cell_name(const SidecarUnit *unit, uint32_t cell, Arena *arena)
{
    UnitCell row;
    if (!cell_row(unit, cell, &row))
        return "?";
    return row.subject ? print_subject(sidecar_unit_reader(unit), row.subject, arena)
                       : "";
}

bool sidecar_cell_index(const SidecarUnit *unit, const void *address, uint32_t *cell)
{
    uintptr_t offset = (uintptr_t)address - (uintptr_t)unit->cells;
    if (!unit->cells || offset / 8 >= unit->n_cells || offset % 8)
        return false;
    *cell = (uint32_t)(offset / 8);
    return true;
}

/* -- Dependencies -------------------------------------------------------------- */

bool sidecar_dep(const Sidecar *s, uint32_t i, SidecarDep *out)
{
    const SidecarTables *t = s->tables;
    ImageDep dep;
    if (i >= s->n_deps)
        return false;
    sidecar_table_row(t->deps, i, &dep, sizeof dep);
    out->name =
        dep.name < t->strings.size ? (const char *)t->strings.data + dep.name : "";
    out->mvid = t->deps.data + i * sizeof dep + offsetof(ImageDep, mvid);
    return true;
}
