/* reliance_check.c - does the image say all that a method relies on? Its IL and that of
 * the copies in it are imported again, as when it was made.
 *
 * A loader need not ask: what crossgen wrote is complete if reliance.c is. This is for
 * people who want to know it of a file.
 */
#include "common/base/vec.h"
#include "format/facts.h"
#include "format/reliance.h"
#include "format/sidecar_private.h"

typedef struct Recount {
    const Assembly *home;
    VEC(Fact) recorded;
    VEC(Fact) missing;
} Recount;

static bool fact_is_in(const Fact *facts, size_t n, const Fact *fact)
{
    for (size_t i = 0; i < n; i++)
        if (facts[i].kind == fact->kind && facts[i].type == fact->type &&
            facts[i].there == fact->there)
            return true;
    return false;
}

static void recount_fact(void *user, const Fact *fact)
{
    Recount *recount = user;
    if (!fact_is_home(fact, recount->home) &&
        !fact_is_in(recount->recorded.at, recount->recorded.n, fact) &&
        !fact_is_in(recount->missing.at, recount->missing.n, fact))
        *vec_push(&recount->missing) = *fact;
}

/* -- What the image says ------------------------------------------------------- */

static bool read_fact(const UnitReader *reader, uint32_t index, Fact *fact, Err *err)
{
    UnitFact row;
    bool same;
    if (index >= reader->head.n_facts)
        return err_set(err, ERR_BAD_IMAGE, "a fact outside the table");
    sidecar_table_row(reader->facts, index, &row, sizeof row);
    if (row.kind >= FACT_COUNT)
        return err_set(err, ERR_BAD_IMAGE, "a fact of kind %u", row.kind);
    Fixup subject = {.kind = fact_rows[row.kind].subject};
    Arena scratch = ARENA_INIT;
    *fact = (Fact){.kind = (FactKind)row.kind};
    bool ok =
        subject_read_fixup(&reader->subjects, row.subject, &scratch, &subject, err);
    if (ok)
        ok = fact_set_subject(fact, &subject) ||
             err_set(err, ERR_BAD_IMAGE, "a fact with a lookup of another kind");
    arena_free(&scratch);
    if (!ok)
        return false;
    if (fact->kind == FACT_NAMES)
        fact->there = subject_read_dep(&reader->subjects, row.there, &same, err);
    return fact->kind != FACT_NAMES || fact->there;
}

static bool read_facts(const SidecarMethod *method, Recount *recount, Err *err)
{
    const UnitReader *reader = sidecar_unit_reader(method->unit);
    Cursor c = sidecar_uses_of(method, USES_FACTS);
    uint32_t n = cursor_compressed(&c), index = 0;
    for (uint32_t i = 0; i < n; i++) {
        Fact fact;
        index += cursor_compressed(&c);
        if (!reader || !read_fact(reader, c.failed ? UINT32_MAX : index, &fact, err))
            return false;
        *vec_push(&recount->recorded) = fact;
    }
    return true;
}

/* -- What the IL says ---------------------------------------------------------- */

static bool recount_body(Recount *recount, Method *method, bool osr, Err *err)
{
    Arena scratch = ARENA_INIT;
    const IrMethod *ir = method ? ir_import(method, &scratch, err) : NULL;
    if (ir)
        reliance_of(ir, osr, recount_fact, recount);
    arena_free(&scratch);
    return ir != NULL;
}

static bool recount_method(const SidecarMethod *method, Recount *recount, Err *err)
{
    const UnitReader *reader = sidecar_unit_reader(method->unit);
    Cursor c = sidecar_uses_of(method, USES_COPIES);
    uint32_t n = cursor_compressed(&c);
    if (!recount_body(recount, sidecar_method_subject(method, err),
                      method->flags & UNIT_METHOD_OSR, err))
        return false;
    for (uint32_t i = 0; i < n && !c.failed; i++) {
        uint32_t subject = cursor_compressed(&c);
        Method *copy = subject_read_method(&reader->subjects, subject, err);
        if (!recount_body(recount, copy, false, err))
            return false;
    }
    return true;
}

/* -- The verdict --------------------------------------------------------------- */

static void add_missing(const Fact *fact, Verdict *verdict)
{
    Arena scratch = ARENA_INIT;
    const char *name;
    switch (fact_rows[fact->kind].subject) {
    case FIX_TYPE:
        name = type_name(&scratch, fact->type);
        break;
    case FIX_FIELD:
        name = arena_printf(&scratch, "%s.%s", type_name(&scratch, fact->field->owner),
                            fact->field->name);
        break;
    default:
        name = method_name(&scratch, fact->method);
        break;
    }
    const char *where = fact->kind == FACT_NAMES    ? fact->there->name
                        : fact->kind == FACT_STATIC ? type_name(&scratch, fact->answers)
                                                    : NULL;
    const char *text = arena_printf(&scratch, "%s %s%s%s", fact_rows[fact->kind].text,
                                    name, where ? " in " : "", where ? where : "");
    verdict_add(verdict, FP_METHOD_FACTS, text, "%s", "nothing");
    arena_free(&scratch);
}

bool sidecar_check_reliance(const SidecarMethod *method, Verdict *verdict)
{
    Err err = ERR_INIT;
    Recount recount = {.home = method->unit->sidecar->home};
    bool read =
        read_facts(method, &recount, &err) && recount_method(method, &recount, &err);
    if (!read)
        verdict_add(verdict, FP_METHOD_SUBJECT, "", "%s", err.text);
    for (size_t i = 0; read && i < recount.missing.n; i++)
        add_missing(&recount.missing.at[i], verdict);
    bool complete = read && !recount.missing.n;
    vec_free(&recount.recorded);
    vec_free(&recount.missing);
    return complete;
}
