/* facts.h - facts.def as a table, and the values that facts have here. */
#ifndef FORMAT_FACTS_H
#define FORMAT_FACTS_H

#include "format/fingerprint.h"
#include "format/unit.h"

typedef bool FactHash(const void *subject, uint64_t *value, Err *err);

typedef struct FactRow { /* as in facts.def */
    FixupKind subject;
    FactHash *hash;
    FpId reason;
    const char *text;
} FactRow;
extern const FactRow fact_rows[FACT_COUNT];

/* False: what the fact is about does not load. */
bool fact_value(FactKind kind, const void *subject, uint64_t *value, Err *err);
/* The type that a fact is about, or whose member is its subject. */
Type *fact_type(FactKind kind, const void *subject);
/* Does the value of a fact also depend on other assemblies than the subject's own, as
 * the offsets of a class whose parent is another's do? Then the builds of the
 * assemblies that a unit mentions say nothing about it. */
bool fact_spans(FactKind kind, const void *subject);
/* Does the metadata of `home` alone decide it, so that an image's own facts say enough?
 */
bool fact_is_home(FactKind kind, const void *subject, const Assembly *home);

/* -- body_hash.c */
uint64_t fact_body_hash(Method *method, Err *err);

#endif
