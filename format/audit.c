/* audit.c - reads an image as a loader does, all of it. */
#include "format/sidecar_private.h"

/* Every cell resolves, or names what throws when the code comes to it: a type that
 * can't be loaded is what its method finds in any mode. */
static bool audit_unit(const SidecarUnit *unit, Arena *arena, Err *err)
{
    if (!sidecar_unit_reader(unit))
        return err_set(err, ERR_BAD_IMAGE, "unit %s: its record is damaged",
                       unit->name);
    for (uint32_t cell = 0; cell < unit->n_cells; cell++) {
        Err why = ERR_INIT;
        Fixup fixup;
        if (!sidecar_cell_resolve(unit, cell, arena, &fixup, &why) &&
            why.kind == ERR_BAD_IMAGE)
            return err_set(err, why.kind, "unit %s, cell %u: %s", unit->name, cell,
                           why.text);
    }
    return true;
}

/* A method is found where it is looked for, and may run. */
static bool audit_row(Sidecar *s, uint32_t row, Verdict *verdict)
{
    SidecarMethod method, found;
    Err err = ERR_INIT;
    if (!sidecar_method(s, row, &method)) {
        verdict_add(verdict, FP_METHOD_TABLES, "", "row %u", row);
        return false;
    }
    Method *subject = sidecar_method_subject(&method, &err);
    if (!subject) {
        verdict_add(verdict, FP_METHOD_SUBJECT, "", "%s", err.text);
        return false;
    }
    if (!sidecar_find_in(s, method.unit->set, subject, method.osr_il, &found)) {
        verdict_add(verdict, FP_METHOD_TABLES, "", "row %u, which no search finds",
                    row);
        return false;
    }
    return sidecar_check(&method, verdict);
}

static bool audit_rows(Sidecar *s, Arena *arena, Err *err)
{
    for (uint32_t row = 0; row < s->n_rows; row++) {
        Verdict verdict = {.kind = VERDICT_ACCEPTED};
        bool ok = audit_row(s, row, &verdict);
        if (!ok) {
            ImageMethod m = sidecar_row(s, row);
            SidecarMethod method = {.unit = &s->units[m.unit < s->n_units ? m.unit : 0],
                                    .row = row};
            err_set(err, ERR_BAD_IMAGE, "%s: %s", sidecar_method_name(&method, arena),
                    verdict.reasons.at[0].text);
        }
        verdict_free(&verdict);
        if (!ok)
            return false;
    }
    return true;
}

bool sidecar_audit(Bytes image, Assembly *home, Err *err)
{
    Arena arena = ARENA_INIT;
    Verdict verdict;
    Sidecar *s = sidecar_open_bytes(image, "(just made)", &verdict);
    bool ok = s != NULL && s->n_units;
    if (ok) {
        s->home = home;
        for (uint32_t i = 0; ok && i < s->n_units; i++)
            ok = audit_unit(&s->units[i], &arena, err);
        ok = ok && audit_rows(s, &arena, err);
    } else
        err_set(err, ERR_BAD_IMAGE, "%s",
                verdict.reasons.n ? verdict.reasons.at[0].found : "it has no units");
    sidecar_close(s);
    verdict_free(&verdict);
    arena_free(&arena);
    return ok;
}
