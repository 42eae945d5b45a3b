/* r2rinspect_show.c - show, methods, diff. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/facts.h"
#include "format/r2rinspect.h"
#include "format/sidecar_private.h"

/* -- show ---------------------------------------------------------------------- */

static json_t *facts_json(const Sidecar *s)
{
    json_t *json = json_object();
    for (uint32_t i = 0; i < fp_row_count; i++) {
        Buffer text = BUFFER_INIT;
        const FpRow *row = &fp_rows[i];
        if (!row->is_fact || !s->facts.at[row->id].present)
            continue;
        fp_print(&text, row->id, &s->facts.at[row->id]);
        buffer_u8(&text, 0);
        json_object_set_new(json, row->name, text_json((char *)text.data));
        buffer_free(&text);
    }
    return json;
}

static json_t *sets_json(const Sidecar *s, Arena *arena)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < s->n_sets; i++) {
        const SidecarSet *set = &s->sets[i];
        json_array_append_new(
            list, json_pack("{ss ss ss ss si si}", "isa", cpu_level_name(set->level),
                            "required", inspect_features(arena, set->required),
                            "absent", inspect_features(arena, set->absent), "used",
                            inspect_features(arena, set->used), "methods",
                            (int)set->n_methods, "instances", (int)set->n_instances));
    }
    return list;
}

static json_t *deps_json(const Sidecar *s)
{
    json_t *list = json_array();
    SidecarDep dep;
    for (uint32_t i = 1; sidecar_dep(s, i, &dep); i++) {
        Buffer text = BUFFER_INIT;
        FpValue mvid = {.present = true};
        memcpy(mvid.mvid, dep.mvid, sizeof mvid.mvid);
        fp_print(&text, FP_ASM_MVID, &mvid);
        buffer_u8(&text, 0);
        json_t *item = json_object();
        json_object_set_new(item, "assembly", text_json(dep.name));
        json_object_set_new(item, "mvid", text_json((char *)text.data));
        json_array_append_new(list, item);
        buffer_free(&text);
    }
    return list;
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static void print_show(const Sidecar *s, const json_t *json)
{
    const char *name;
    json_t *value;
    size_t i;
    printf("%s: %zu bytes, %u units, %u bodies\n", s->path, s->file.bytes.size,
           s->n_units, s->n_rows);
    json_object_foreach(json_object_get(json, "facts"), name, value)
        printf("  %-20s %s\n", name, json_string_value(value));
    json_array_foreach(json_object_get(json, "sets"), i, value)
    {
        printf("native section %s: %u methods, %u instances\n", text_of(value, "isa"),
               s->sets[i].n_methods, s->sets[i].n_instances);
        printf("  requires %s, assumes absent %s, uses %s\n",
               text_of(value, "required"), text_of(value, "absent"),
               text_of(value, "used"));
    }
    json_array_foreach(json_object_get(json, "dependencies"), i, value) printf(
        "depends on %-24s %s\n", text_of(value, "assembly"), text_of(value, "mvid"));
}

int inspect_show(const Inspect *in)
{
    Arena arena = ARENA_INIT;
    Sidecar *s = inspect_open(in->args[0]);
    if (!s)
        return INSPECT_BAD;
    json_t *json = json_object();
    json_object_set_new(json, "path", text_json(s->path));
    json_object_set_new(json, "bytes", json_integer((json_int_t)s->file.bytes.size));
    json_object_set_new(json, "units", json_integer(s->n_units));
    json_object_set_new(json, "bodies", json_integer(s->n_rows));
    json_object_set_new(json, "facts", facts_json(s));
    json_object_set_new(json, "sets", sets_json(s, &arena));
    json_object_set_new(json, "dependencies", deps_json(s));
    if (in->json)
        inspect_print_json(json);
    else {
        print_show(s, json);
        json_decref(json);
    }
    arena_free(&arena);
    sidecar_close(s);
    return INSPECT_OK;
}

/* -- methods ------------------------------------------------------------------- */

/* The facts that a method depends on: "layout System.Exception". */
static json_t *depends_json(const SidecarMethod *m)
{
    json_t *list = json_array();
    const UnitReader *reader = sidecar_unit_reader(m->unit);
    if (!reader)
        return list;
    Cursor c = sidecar_uses_of(m, USES_FACTS);
    uint32_t index = 0;
    for (uint32_t n = cursor_compressed(&c); n && !c.failed; n--) {
        UnitFact fact;
        Buffer text = BUFFER_INIT;
        index += cursor_compressed(&c);
        if (c.failed || index >= reader->head.n_facts)
            break;
        sidecar_table_row(reader->facts, index, &fact, sizeof fact);
        buffer_printf(&text, "%s ",
                      fact.kind < FACT_COUNT ? fact_rows[fact.kind].text : "?");
        sidecar_fact_print(reader, &fact, &text);
        buffer_u8(&text, 0);
        json_array_append_new(list, text_json((char *)text.data));
        buffer_free(&text);
    }
    return list;
}

/* What the loader would do with a row: "usable", "rejected", "unused", or "unknown"
 * where there is no assembly to ask. */
static const char *judge_method(const Judged *judged, uint32_t row, Verdict *verdict)
{
    static const char *const words[] = {[SIDECAR_USED] = "usable",
                                        [SIDECAR_UNUSED] = "unused",
                                        [SIDECAR_REJECTED] = "rejected"};
    SidecarMethod m;
    if (!judged->sidecar || judged->verdict.kind != VERDICT_ACCEPTED)
        return words[SIDECAR_UNUSED];
    if (!judged->home)
        return "unknown";
    return words[inspect_judge_row(judged, row, &m, verdict)];
}

static json_t *method_json(const SidecarMethod *m, const Judged *judged, Arena *arena)
{
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    const Sidecar *s = m->unit->sidecar;
    ImageMethod row = sidecar_row(s, m->row);
    uint32_t level = m->unit->set < s->n_sets ? s->sets[m->unit->set].level : 0;
    json_t *json = json_object();
    json_object_set_new(json, "method", text_json(sidecar_method_name(m, arena)));
    json_object_set_new(json, "token", json_integer(m->token));
    json_object_set_new(json, "isa", json_string(cpu_level_name(level)));
    json_object_set_new(json, "verdict",
                        json_string(judge_method(judged, m->row, &verdict)));
    json_object_set_new(json, "reasons", verdict_reasons_json(&verdict));
    verdict_free(&verdict);
    json_object_set_new(json, "rva", json_integer(row.entry_rva));
    json_object_set_new(json, "bytes", json_integer(m->code_size));
    json_object_set_new(json, "parts", json_integer(row.n_parts));
    json_object_set_new(json, "cells", json_integer(sidecar_uses(m, NULL, 0)));
    json_object_set_new(json, "depends", depends_json(m));
    json_object_set_new(json, "shared", json_boolean(m->flags & UNIT_METHOD_SHARED));
    json_object_set_new(json, "loops", json_boolean(m->flags & UNIT_METHOD_LOOPS));
    if (m->flags & UNIT_METHOD_OSR)
        json_object_set_new(json, "osr_il", json_integer(m->osr_il));
    return json;
}

static void print_method(const SidecarMethod *m, const Judged *judged, Arena *arena)
{
    const Sidecar *s = m->unit->sidecar;
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    uint32_t level = m->unit->set < s->n_sets ? s->sets[m->unit->set].level : 0;
    const char *word = judge_method(judged, m->row, &verdict);
    printf("%08x %-10s %7u  %-8s  %s%s", m->token, cpu_level_name(level), m->code_size,
           word, sidecar_method_name(m, arena),
           m->flags & UNIT_METHOD_OSR ? " (on-stack replacement)" : "");
    for (size_t i = 0; i < verdict.reasons.n; i++)
        printf("%s%s", i ? "; " : ": ", verdict.reasons.at[i].text);
    putchar('\n');
    verdict_free(&verdict);
}

/* Rows are shown even of an image that would not be opened to run. */
int inspect_methods(const Inspect *in)
{
    Arena arena = ARENA_INIT;
    Judged judged;
    SidecarMethod m;
    uint32_t bad = 0;
    Sidecar *s = inspect_open(in->args[0]);
    if (!s)
        return INSPECT_BAD;
    if (!inspect_judge(in, in->args[0], &judged)) {
        inspect_judged_close(&judged);
        sidecar_close(s);
        return INSPECT_BAD;
    }
    json_t *list = in->json ? json_array() : NULL;
    for (uint32_t i = 0; i < s->n_rows; i++) {
        if (!sidecar_method(s, i, &m)) {
            bad++;
            continue;
        }
        if (!inspect_wants(in, &m))
            continue;
        if (list)
            json_array_append_new(list, method_json(&m, &judged, &arena));
        else
            print_method(&m, &judged, &arena);
    }
    if (list)
        inspect_print_json(list);
    arena_free(&arena);
    inspect_judged_close(&judged);
    sidecar_close(s);
    return bad ? inspect_fail("%u rows are damaged", bad) : INSPECT_OK;
}

/* -- diff ---------------------------------------------------------------------- */

typedef struct DiffRow {
    const char *name;
    uint64_t hash;
    uint32_t size, level, osr_il;
} DiffRow;

static int compare_rows(const void *a, const void *b)
{
    const DiffRow *x = a, *y = b;
    int names = strcmp(x->name, y->name);
    if (names)
        return names;
    if (x->level != y->level)
        return x->level < y->level ? -1 : 1;
    return x->osr_il < y->osr_il ? -1 : x->osr_il > y->osr_il;
}

static DiffRow *collect_rows(const Inspect *in, Sidecar *s, Arena *arena, uint32_t *n)
{
    DiffRow *rows = arena_array(arena, DiffRow, s->n_rows + 1);
    SidecarMethod m;
    *n = 0;
    for (uint32_t i = 0; i < s->n_rows; i++)
        if (sidecar_method(s, i, &m) && inspect_wants(in, &m))
            rows[(*n)++] = (DiffRow){
                .name = sidecar_method_name(&m, arena),
                .hash = sidecar_row(s, i).hash,
                .size = m.code_size,
                .level = m.unit->set < s->n_sets ? s->sets[m.unit->set].level : 0,
                .osr_il = m.osr_il};
    qsort(rows, *n, sizeof *rows, compare_rows);
    return rows;
}

static void add_difference(json_t *list, const char *what, const char *name,
                           const char *first, const char *second)
{
    json_t *item = json_object();
    json_object_set_new(item, "what", json_string(what));
    json_object_set_new(item, "name", text_json(name));
    json_object_set_new(item, "first", text_json(first));
    json_object_set_new(item, "second", text_json(second));
    json_array_append_new(list, item);
}

static void diff_facts(const Sidecar *a, const Sidecar *b, json_t *list)
{
    for (uint32_t i = 0; i < fp_row_count; i++) {
        Buffer x = BUFFER_INIT, y = BUFFER_INIT;
        if (!fp_rows[i].is_fact)
            continue;
        fp_print(&x, fp_rows[i].id, &a->facts.at[fp_rows[i].id]);
        fp_print(&y, fp_rows[i].id, &b->facts.at[fp_rows[i].id]);
        buffer_u8(&x, 0);
        buffer_u8(&y, 0);
        if (strcmp((char *)x.data, (char *)y.data) != 0)
            add_difference(list, "fact", fp_rows[i].name, (char *)x.data,
                           (char *)y.data);
        buffer_free(&x);
        buffer_free(&y);
    }
}

static const char *size_text(const DiffRow *row, Arena *arena)
{
    return row ? arena_printf(arena, "%s, %u bytes, %016llx",
                              cpu_level_name(row->level), row->size,
                              (unsigned long long)row->hash)
               : "";
}

static void diff_rows(const DiffRow *x, uint32_t nx, const DiffRow *y, uint32_t ny,
                      json_t *list)
{
    Arena arena = ARENA_INIT;
    uint32_t i = 0, k = 0;
    while (i < nx || k < ny) {
        int order = i == nx ? 1 : (k == ny ? -1 : compare_rows(&x[i], &y[k]));
        const DiffRow *a = order <= 0 ? &x[i++] : NULL,
                      *b = order >= 0 ? &y[k++] : NULL;
        if (!a || !b || a->hash != b->hash)
            add_difference(list, "method", a ? a->name : b->name, size_text(a, &arena),
                           size_text(b, &arena));
    }
    arena_free(&arena);
}

int inspect_diff(const Inspect *in)
{
    Arena arena = ARENA_INIT;
    size_t i;
    json_t *item;
    uint32_t na, nb;
    Sidecar *a = inspect_open(in->args[0]);
    Sidecar *b = a ? inspect_open(in->args[1]) : NULL;
    if (!b) {
        sidecar_close(a);
        return INSPECT_BAD;
    }
    json_t *list = json_array();
    DiffRow *rows_a = collect_rows(in, a, &arena, &na);
    DiffRow *rows_b = collect_rows(in, b, &arena, &nb);
    diff_facts(a, b, list);
    diff_rows(rows_a, na, rows_b, nb, list);
    int status = json_array_size(list) ? INSPECT_NOT : INSPECT_OK;
    if (in->json)
        inspect_print_json(list);
    else {
        json_array_foreach(list, i, item) printf(
            "%s %s\n  - %s\n  + %s\n", text_of(item, "what"), text_of(item, "name"),
            text_of(item, "first"), text_of(item, "second"));
        json_decref(list);
    }
    sidecar_close(a);
    sidecar_close(b);
    arena_free(&arena);
    return status;
}
