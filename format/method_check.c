/* method_check.c - may a method of an image run: is its code what was written, and is
 * all true that it relies on? */
#include <stdio.h>
#include <string.h>

#include "common/base/hash.h"
#include "format/facts.h"
#include "format/sidecar_private.h"

/* One of the lists of a method's uses at the cursor. */
Cursor sidecar_uses_of(const SidecarMethod *method, SidecarUses which)
{
    ImageMethod m = sidecar_row(method->unit->sidecar, method->row);
    const UnitReader *reader = sidecar_unit_reader(method->unit);
    Cursor c = cursor_open(reader ? reader->uses : (Bytes){NULL, 0});
    cursor_seek(&c, m.uses);
    for (int skipped = which; skipped; skipped--) {
        uint32_t n = cursor_compressed(&c);
        while (n-- && !c.failed)
            cursor_compressed(&c);
    }
    return c;
}

uint32_t sidecar_uses(const SidecarMethod *method, uint32_t *cells, uint32_t room)
{
    Cursor c = sidecar_uses_of(method, USES_CELLS);
    uint32_t n = cursor_compressed(&c), index = 0, filled = 0;
    for (uint32_t i = 0; i < n; i++) {
        index += cursor_compressed(&c);
        if (c.failed || index >= method->unit->n_cells)
            break;
        if (filled < room)
            cells[filled] = index;
        filled++;
    }
    return filled;
}

static bool check_hash(const SidecarMethod *method, Verdict *verdict)
{
    const Sidecar *s = method->unit->sidecar;
    uint64_t wanted = sidecar_row(s, method->row).hash, found;
    if (!sidecar_method_hash(s, method->row, &found)) {
        verdict_add(verdict, FP_METHOD_TABLES, "", "row %u", method->row);
        return false;
    }
    if (found == wanted)
        return true;
    char text[32];
    snprintf(text, sizeof text, "%016llx", (unsigned long long)wanted);
    verdict_add(verdict, FP_METHOD_HASH, text, "%016llx", (unsigned long long)found);
    return false;
}

void sidecar_fact_print(const UnitReader *reader, const UnitFact *fact, Buffer *out)
{
    ImageDep there;
    subject_print(&reader->subjects, fact->subject, out);
    if (fact->kind != FACT_NAMES || fact->there >= reader->subjects.n_deps)
        return;
    sidecar_table_row(reader->subjects.deps, fact->there, &there, sizeof there);
    buffer_printf(out, " in %s", subject_reader_name(&reader->subjects, there.name));
}

/* Is an assembly that the unit's subjects led to so far another build than recorded? */
static bool builds_differ(const SubjectReader *reader)
{
    for (uint32_t i = 0; i < reader->n_deps; i++) {
        ImageDep dep;
        const Assembly *assembly =
            __atomic_load_n(&reader->assemblies[i], __ATOMIC_ACQUIRE);
        sidecar_table_row(reader->deps, i, &dep, sizeof dep);
        if (assembly && !subject_is_build(assembly, &dep))
            return true;
    }
    return false;
}

static bool fact_differs(const UnitReader *reader, const UnitFact *fact, uint64_t value,
                         Verdict *verdict)
{
    Buffer wanted = BUFFER_INIT;
    sidecar_fact_print(reader, fact, &wanted);
    buffer_printf(&wanted, " %llx", (unsigned long long)fact->value);
    buffer_u8(&wanted, 0);
    verdict_add(verdict, fact_rows[fact->kind].reason, (char *)wanted.data, "%llx",
                (unsigned long long)value);
    buffer_free(&wanted);
    return false;
}

/* The body that the code was made of, byte by byte: the tokens in it mean the same in
 * the same build, and another one is judged by FACT_BODY. Known once for all methods.
 */
static bool check_il(const UnitReader *reader, const UnitFact *fact, uint8_t *known,
                     Verdict *verdict)
{
    Err err = ERR_INIT;
    Assembly *assembly;
    Bytes raw = {NULL, 0};
    uint32_t rid;
    bool same;
    if (__atomic_load_n(known, __ATOMIC_RELAXED))
        return true;
    if (!subject_read_rid(&reader->subjects, fact->subject, &assembly, &rid, &same,
                          &err)) {
        verdict_add(verdict, FP_METHOD_SUBJECT, "", "%s", err.text);
        return false;
    }
    uint32_t rva = image_get(assembly->image, TABLE_MethodDef, rid, COL_MethodDef_RVA);
    il_body_raw(assembly->image, rva, &raw);
    uint64_t value = hash_bytes(raw.data, raw.size);
    if (same && value != fact->value)
        return fact_differs(reader, fact, value, verdict);
    __atomic_store_n(known, 1, __ATOMIC_RELAXED);
    return true;
}

/* Can a fact not be another one than recorded, since the assemblies that decide it are
 * the builds that they were? */
static bool is_settled(const UnitReader *reader, const Fact *fact)
{
    return !builds_differ(&reader->subjects) && !fact_spans(fact);
}

static bool is_true(const Fact *fact, uint64_t wanted, uint64_t *value)
{
    Err ignored = ERR_INIT; /* what does not load has another value */
    return fact_value(fact, value, &ignored) && *value == wanted;
}

/* What the IL names in another assembly: looked at if that is another build. */
static bool check_names(const UnitReader *reader, const UnitFact *row, Fact *fact,
                        uint64_t *value, Err *err)
{
    bool same;
    fact->there = subject_read_dep(&reader->subjects, row->there, &same, err);
    if (!fact->there || same)
        return fact->there != NULL;
    fact->method = subject_read_method(&reader->subjects, row->subject, err);
    return fact->method && is_true(fact, row->value, value);
}

static bool check_subject(const UnitReader *reader, const UnitFact *row, Fact *fact,
                          uint64_t *value, Err *err)
{
    Fixup subject = {.kind = fact_rows[fact->kind].subject};
    if (fact->kind == FACT_NAMES)
        return check_names(reader, row, fact, value, err);
    Arena scratch = ARENA_INIT;
    bool ok =
        subject_read_fixup(&reader->subjects, row->subject, &scratch, &subject, err);
    if (ok)
        ok = fact_set_subject(fact, &subject) ||
             err_set(err, ERR_BAD_IMAGE, "a fact with a lookup of another kind");
    if (ok)
        ok = is_settled(reader, fact) || is_true(fact, row->value, value);
    arena_free(&scratch);
    return ok;
}

static bool check_fact(const UnitReader *reader, uint32_t index, Verdict *verdict)
{
    Err err = ERR_INIT;
    UnitFact row;
    uint64_t value = 0;
    if (index >= reader->head.n_facts) {
        verdict_add(verdict, FP_METHOD_SUBJECT, "", "a fact outside the table");
        return false;
    }
    sidecar_table_row(reader->facts, index, &row, sizeof row);
    if (row.kind >= FACT_COUNT) {
        verdict_add(verdict, FP_FACT_UNKNOWN, "", "kind %u", row.kind);
        return false;
    }
    Fact fact = {.kind = (FactKind)row.kind};
    if (fact.kind == FACT_IL)
        return check_il(reader, &row, &reader->known[index], verdict);
    if (check_subject(reader, &row, &fact, &value, &err))
        return true;
    if (!err.kind)
        return fact_differs(reader, &row, value, verdict);
    verdict_add(verdict, FP_METHOD_SUBJECT, "", "%s", err.text);
    return false;
}

bool sidecar_check(const SidecarMethod *method, Verdict *verdict)
{
    bool ok = check_hash(method, verdict);
    const UnitReader *reader = sidecar_unit_reader(method->unit);
    Cursor c = sidecar_uses_of(method, USES_FACTS);
    uint32_t n = cursor_compressed(&c), index = 0;
    if (!reader || c.failed) {
        verdict_add(verdict, FP_METHOD_SUBJECT, "", "the unit's record is damaged");
        return false;
    }
    for (uint32_t i = 0; i < n && reader->subjects.world && ok; i++) {
        index += cursor_compressed(&c);
        ok = check_fact(reader, c.failed ? UINT32_MAX : index, verdict);
    }
    if (ok)
        __atomic_store_n(&method->unit->sidecar->tables->checked[method->row], 1,
                         __ATOMIC_RELEASE);
    return ok;
}
