/* mutant.h - one cell of an assembly's metadata tables set to another value that a
 * writer might have put there, and all of it that can be loaded then. */
#ifndef TESTS_FUZZ_MUTANT_H
#define TESTS_FUZZ_MUTANT_H

#include "common/metadata/image.h"
#include "common/types/types.h"

/* A cell, or a byte of the blob that the cell names. */
typedef struct Mutation {
    uint32_t table, rid, column;
    int32_t byte; /* -1: the cell itself */
    uint32_t value;
} Mutation;

typedef struct Mutations {
    Mutation *at;
    size_t n, room;
} Mutations;

typedef struct Subject {
    uint8_t *bytes; /* owned; what mutations change */
    size_t size;
    Image *image; /* over bytes */
    char name[64];
} Subject;

bool subject_open(Subject *subject, const char *path, Err *err);
void subject_close(Subject *subject);
/* Every mutation of at most so many rows of each table, always the same ones. */
Mutations subject_mutations(const Subject *subject, uint32_t rows);
/* Returns what was there, for mutation_undo. */
uint32_t mutation_apply(const Subject *subject, const Mutation *mutation);
void mutation_undo(const Subject *subject, const Mutation *mutation, uint32_t old);
void mutation_print(char *out, size_t size, const Mutation *mutation);

typedef struct WalkTotals {
    uint32_t types, bad_types, bodies, bad_bodies;
} WalkTotals;

/* Loads all types to the last level, imports all bodies (also over __Canon), resolves
 * all references and attributes. */
void walk_assembly(Assembly *assembly, WalkTotals *totals);
/* A world with the real class library. */
World *walk_world(void);
/* A definition instantiated over __Canon where it is generic. */
Method *walk_over_canon(Method *def, Err *err);
/* The same of the subject as it stands, in a world of its own. False: not loaded. */
bool walk_subject(const Subject *subject, WalkTotals *totals);

#endif
