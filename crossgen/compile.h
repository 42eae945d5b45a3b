/* compile.h - methods to object files and unit records, with what goes wrong contained.
 *
 * A list of methods becomes one or more libgccjit contexts: methods are grouped by the
 * optimisation level that their size allows, and a context that fails is split until
 * the guilty method is alone. The driver's workers and the JIT worker use it alike;
 * both run it in a process of its own, since libgccjit may end its process.
 */
#ifndef CROSSGEN_COMPILE_H
#define CROSSGEN_COMPILE_H

#include "common/base/vec.h"
#include "common/types/types.h"
#include "crossgen/codegen/codegen.h"

typedef struct CompiledUnit {
    char *object;  /* path */
    Buffer record; /* of unit_write */
    uint32_t used; /* ISA levels of its note, link.h */
} CompiledUnit;

typedef struct CompileJob {
    World *world;
    Assembly *home;
    const char *isa; /* "x86-64-v3" */
    int opt_level;
    bool fixed_level; /* do not raise the level of loops */
    bool hurry;       /* somebody waits: start the assembler early */
    unsigned inline_limit;
    const char *dir;    /* where objects go */
    const char *name;   /* C identifier, unique in the image: prefix of units' names */
    CodegenItem *items; /* results per item */
    size_t n;
    VEC(CompiledUnit) units; /* out */
    Err broken; /* out: the machine fails, not a method; the rest was not tried */
} CompileJob;

void compile_run(CompileJob *job);
/* Does this machine make object files in dir: has it an assembler, and room? A compiler
 * that finds none may end the process. */
bool compile_check(const char *dir, Err *err);
void compile_free(CompileJob *job); /* units, not items */

/* Puts the job's units together, for the JIT and its cache. Appends to image (empty
 * before). */
bool compile_image(const CompileJob *job, uint32_t level, Buffer *image, Err *err);

/* Feature bits for the "x86 ISA used" bits of link_check_object. */
uint64_t compile_used_features(uint32_t used);

#endif
