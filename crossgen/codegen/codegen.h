/* codegen.h - the back end: IR to an object file, through libgccjit.
 *
 * One call is one libgccjit context and one unit: its methods, their cells and the
 * facts that they depend on go into the caller's UnitBuilder, the code into the object
 * file, whose only undefined symbols are the unit's cells (r2r_cells_<unit name>) and C
 * functions that helpers.def names. libgccjit may end the process: callers run this in
 * workers.
 */
#ifndef CROSSGEN_CODEGEN_CODEGEN_H
#define CROSSGEN_CODEGEN_CODEGEN_H

#include "common/ir/ir.h"
#include "format/unit.h"

typedef struct CodegenOptions {
    int opt_level;         /* 0..3 */
    const char *isa;       /* "x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4" */
    bool debug_info;       /* line tables: one file a method, line = IL offset + 1 */
    bool keep_asm;         /* also writes obj_path with ".s" appended */
    unsigned inline_limit; /* copies of callees in one unit; 0: no inlining */
    const char *asm_path;  /* assembler text goes here instead of an object file */
} CodegenOptions;

typedef struct CodegenItem {
    Method *method; /* canonical, or exact and not shared */
    bool osr;       /* the variant that continues at loop header osr_il */
    uint32_t osr_il;
    bool compiled; /* out */
    ErrKind why;   /* out: kind and words of what prevented it */
    char reason[200];
} CodegenItem;

/* How much there is to compile; what a level costs grows faster than linearly with it.
 */
typedef struct CodegenCost {
    uint32_t blocks, insns, parts;
    bool loops;
} CodegenCost;
CodegenCost codegen_cost(const IrMethod *ir);
/* The level at which a method of that cost still compiles in a second. */
int codegen_level(CodegenCost cost, int wanted);

/* Compiles items into one object file. Items that can't be compiled say why and do not
 * disturb the others. False only when the whole context failed: then nothing is
 * compiled, and the caller may split the items and try again with a fresh unit. */
bool codegen_compile(const CodegenOptions *options, UnitBuilder *unit,
                     CodegenItem *items, size_t n, const char *obj_path, Err *err);

/* Compiles an empty function into an object file, by the compiler and the assembler
 * that all others go through. False, or the process ends: they do not work. */
bool codegen_check(const char *obj_path, Err *err);

#endif
