/* unit.h - a unit of compiled code: the methods of one libgccjit context with their
 * cells.
 *
 * A unit has one array of cells (symbol `r2r_cells_<unit name>`, 8 bytes each, zero in
 * the file) and one record that says what each cell is, which methods the unit holds
 * and on what facts each of them depends. Sidecars and the answers of the JIT worker
 * are images of one or more units; the loader binds both with the same code.
 *
 * The builder side (UnitBuilder) is used by crossgen/codegen; the reader side by the
 * loader and r2rinspect. Subjects are encoded by name, with token hints that hold while
 * their assembly is the recorded build (grammar: format/grammar.h).
 */
#ifndef FORMAT_UNIT_H
#define FORMAT_UNIT_H

#include "common/ir/ir.h"

typedef enum FixupKind {
#define FIXUP(name, subject, binding) FIX_##name,
#include "format/fixups.def"
#undef FIXUP
    FIX_COUNT,
} FixupKind;

typedef enum HelperId {
#define HELPER(name, ret, args, function) HELPER_##name,
#include "format/helpers.def"
#undef HELPER
    HELPER_COUNT,
} HelperId;

typedef struct HelperRow {
    const char *name, *ret, *args, *sig; /* ret(args) */
} HelperRow;
extern const HelperRow helper_rows[HELPER_COUNT];

/* What a cell stands for. */
typedef struct Fixup {
    FixupKind kind;
    union {
        Type *type;
        Method *method;
        Field *field;
        IrString string;
        const IrLookup *lookup;
        const IrError *error;
        HelperId helper;
    };
} Fixup;

typedef enum FactKind {
#define FACT(number, KIND, subject, hash, reason, text) FACT_##KIND,
#include "format/facts.def"
#undef FACT
    FACT_COUNT,
} FactKind;

typedef struct Fact {
    FactKind kind;
    union {
        Type *type;
        Method *method;
        Field *field;
    };
    union {
        Assembly *there; /* NAMES: the one in which it names something */
        Type *answers;   /* STATIC: what of this type runs for the method */
    };
} Fact;

/* Flags of a compiled method. */
enum {
    UNIT_METHOD_SHARED = 1, /* canonical body */
    UNIT_METHOD_OSR = 2, /* entry is void f(void *frame_words): on-stack replacement */
    UNIT_METHOD_LOOPS = 4,
};

/* An OSR entry continues a method at the loop header osr_il from the words of its
 * interpreter frame (IrVar.slot of ir_layout: arguments and locals; temporaries are
 * dead there) and runs it to its end. The result lies in frame_words[0..] afterwards,
 * in the form in which the variable of a RETV lies in an interpreter frame. */

typedef struct UnitBuilder UnitBuilder;

/* name: a C identifier, unique in its image; home: the assembly being compiled. */
UnitBuilder *unit_open(World *world, Assembly *home, const char *name);
void unit_close(UnitBuilder *unit);
const char *unit_name(const UnitBuilder *unit);

/* Starts a method; the calls below up to unit_method_end belong to it. */
void unit_method_begin(UnitBuilder *unit, Method *method, uint32_t flags,
                       uint32_t osr_il);
/* Index of the cell for a fixup; equal fixups share one cell of the unit, IFACE never.
 */
uint32_t unit_cell(UnitBuilder *unit, const Fixup *fixup);
/* Records a fact that the method being compiled relies on, once. Facts that the
 * metadata of `home` alone decides are dropped: the image's facts cover them. */
void unit_rely(UnitBuilder *unit, const Fact *fact);
/* The same with another value than the fact has here. */
void unit_fact(UnitBuilder *unit, const Fact *fact, uint64_t value);
/* The method's code has a copy of `method` for GCC to inline. Copies are numbered from
 * 1 in the order of these calls. */
void unit_copy(UnitBuilder *unit, Method *method);
/* symbol: the entry's name in the object file. Other symbols of the method (its parts,
 * its copies of inlined callees, GCC's clones) are named symbol + ("_" or ".") +
 * suffix; that of copy k is "_i" k. */
void unit_method_end(UnitBuilder *unit, const char *symbol);
void unit_method_drop(UnitBuilder *unit); /* it was not compiled after all */
uint32_t unit_cell_count(const UnitBuilder *unit);
/* The record in the form that image_build (format/writer.h) takes. */
bool unit_write(const UnitBuilder *unit, Buffer *out, Err *err);

#endif
