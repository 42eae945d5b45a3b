/* facts.h - facts.def as a table, and the values that facts have here. */
#ifndef FORMAT_FACTS_H
#define FORMAT_FACTS_H

#include "format/fingerprint.h"
#include "format/unit.h"

typedef bool FactHash(const Fact *fact, uint64_t *value, Err *err);

typedef struct FactRow { /* as in facts.def */
    FixupKind subject;
    FactHash *hash;
    FpId reason;
    const char *text;
} FactRow;
extern const FactRow fact_rows[FACT_COUNT];

/* What stands for the subject of a fact in an image, and back; room: for a lookup. */
Fixup fact_subject(const Fact *fact, IrLookup *room);
bool fact_set_subject(Fact *fact, const Fixup *subject); /* false: of another kind */
/* False: what the fact is about does not load. */
bool fact_value(const Fact *fact, uint64_t *value, Err *err);
/* Does the value of a fact also depend on other assemblies than the subject's own, as
 * the offsets of a class whose parent is another's do? Then the builds of the
 * assemblies that a unit mentions say nothing about it. */
bool fact_spans(const Fact *fact);
/* Does the metadata of `home` alone decide it, so that an image's own facts say enough?
 */
bool fact_is_home(const Fact *fact, const Assembly *home);

/* -- body_hash.c */
uint64_t fact_body_hash(Method *method, Err *err);

/* -- names.c */
/* What the IL of a method's definition names in one assembly; false: it has none. */
bool names_hash(Method *method, const Assembly *there, uint64_t *hash, Err *err);
/* Tells f, perhaps more than once, the assemblies in which it names something. */
typedef void NamesFn(void *user, Assembly *assembly);
void names_assemblies(Method *method, NamesFn *f, void *user);

#endif
