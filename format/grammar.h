/* clang-format off */
/* grammar.h - the bytes of an image of compiled code.
 *
 * An image is an ELF64 shared object for x86-64 without relocations, imports or
 * initialisers. Its code lies in r-x segments, its constants and unwind tables in r--
 * segments, its cells in one rw- segment (zero in the file). What a loader must know
 * lies in sections outside the segments. All integers are little-endian; all rows are
 * structs of this header, 8-byte aligned in the file; c is an ECMA-335 II.23.2
 * compressed unsigned number; [off] an offset from the start of the section or record.
 *
 *   .r2r.head     = ImageHead
 *   .r2r.facts    = { u16 id, u8 type, u8 critical, u32 size, size bytes, padding to 4 }*
 *                                   (fp.def: the image's facts)
 *   .r2r.sets     = ImageSet*       native sections, by rising ISA level
 *   .r2r.units    = ImageUnit*
 *   .r2r.records  = unit records (below), each 8-byte aligned
 *   .r2r.methods  = ImageMethod*    in each set: first rows with a token of the home
 *                                   assembly by (token, osr_il + 1), then the others
 *   .r2r.keys     = ImageKey*       in each set, by hash: rows of instances, of foreign
 *                                   and of synthesised methods
 *   .r2r.ranges   = ImageRange*     code of all methods by rising address
 *   .r2r.parts    = u32*            per method: indexes in .r2r.ranges, its entry's first
 *   .r2r.lines    = per method { c n, { c native delta, frames }* n }, the deltas from the
 *                                   end of the one before, counted from the start of each
 *                                   range in turn
 *   .r2r.deps     = ImageDep*       assemblies of all units, the home assembly first
 *   .r2r.strings  = { text NUL }*   starts with an empty text
 *   .r2r.hashes   = u64*            per unit: XXH3 of its record
 *   .r2r.skipped  = { text NUL text NUL }*   what was not compiled and why, for people
 *
 * A unit record describes one libgccjit context. Messages to and from the JIT worker
 * carry subjects in the same form.
 *
 *   record        = UnitHead deps cells facts subjects uses names methods
 *   deps          = ImageDep*       [name: offset in names]; 0 is the home assembly
 *   cells         = UnitCell*
 *   facts         = UnitFact*
 *   subjects      = 0, subject*     referred to by offset; a subject refers to others
 *                                   only at lower offsets
 *   uses          = per method { c n, { c delta }* n of cells, c n, { c delta }* n of
 *                                   facts, c n, { c subject }* n of copies, 1 first }
 *   names         = { text NUL }*   starts with an empty text
 *   methods       = UnitMethod*     only in what unit_write makes: an image has
 *                                   .r2r.methods instead
 *
 *   subject       = type | method | field | string | lookup | error | helper
 *   type          = TAG_TYPE      c dep, c kind, c name space [names], c name [names]
 *                 | TAG_NESTED    c dep, c kind, c enclosing type, c name [names]
 *                 | TAG_INSTANCE  c definition, c n, { c type }* n
 *                 | TAG_SZARRAY   c type  | TAG_ARRAY c type, c rank
 *                 | TAG_PTR c type  | TAG_BYREF c type
 *                 | TAG_VAR c number  | TAG_MVAR c number  | TAG_CANON
 *                 | TAG_FNPTR     u8 kind, u8 has this | explicit << 1, c generic,
 *                                 c type, c n, { c type }* n
 *   method        = TAG_METHOD    c owner, c rid, c name [names], u32 signature, c n,
 *                                 { c type }* n
 *                 | TAG_ARRAY_METHOD c owner, u8 SynthKind, c parameters
 *                 | TAG_SYNTH     u8 kind, c method
 *   field         = TAG_FIELD     c owner, c rid, c name [names]
 *   string        = TAG_STRING    c dep, c offset in #US, u64 hash of the UTF-16 text
 *   lookup        = TAG_LOOKUP    u8 IrLookupKind, c subject in open form; STATIC: c type,
 *                                 c method, as facts have them also exact
 *   error         = TAG_ERROR     u8 ErrKind, c text [names]
 *   helper        = TAG_HELPER    c name [names], c result and arguments [names]
 *
 *   frames        = c (place << 1)                    the innermost
 *                 | c (place << 1 | 1), c copy, frames
 *
 * place is 1 + IL offset, 0: unknown; in the method itself at first, then in its copy
 * number `copy`, a callee that was inlined there. Place 0 of the method itself before a
 * copy: the copy is a function of its own, and its caller has a frame around it.
 *
 * Any byte that decides what runs is under a hash that is checked at the latest when a
 * method is bound; seal.c computes them for writer and reader:
 *
 *   ImageHead.seal         the program headers; the head with zero in checksum and seal;
 *                          .r2r.facts, .sets, .units, .deps, .strings, .hashes; the r--
 *                          segments except .eh_frame; the stubs
 *   .r2r.hashes            a unit's record
 *   ImageMethod.hash       of each part in order: its ImageRange, its code, its FDE and
 *                          the CIE of that; its lines; u32 number of the row; the row
 *                          with zero in hash
 *   ImageHead.ranges_hash  .r2r.ranges, when an address is looked for
 *
 * Keys, parts, symbols, what was skipped and section headers need none: wrong ones lead to a row or to
 * bytes that do not fit. Nor does a right hash say that tables fit together: whoever
 * follows a row to another looks whether both are of the same native section, unit and
 * method.
 *
 * Native sections, units' cells and ranges lie in the order of their rows, without
 * overlap; rows of methods and keys follow each other without a gap. Call frames are
 * those that callframe.c knows.
 *
 * The enumerations of the u8 fields and of UnitCell.kind and UnitFact.kind are part of
 * the format: their numbers stay, new ones go to the end.
 *
 * kind is rid << 1 | 1 for value types, rid << 1 for others, which no code can use in
 * each other's place.
 *
 * rid is a hint that holds while its assembly is the build of the dep; 0: none.
 * signature is subject_sig_hash, 0: unknown.
 */
/* clang-format on */
#ifndef FORMAT_GRAMMAR_H
#define FORMAT_GRAMMAR_H

#include <stdint.h>

enum {
    IMAGE_ALIGN = 4096, /* of segments */
    IMAGE_STUB_SIZE = 16,
    UNIT_MAGIC = 0x54494e55,
};
#define IMAGE_MAGIC "R2R\032cdcl" /* 8 bytes */
#define IMAGE_GC "conservative-stack-1"
#define IMAGE_EH "outlined-parts-1"

enum SubjectTag {
    TAG_TYPE = 0x40,
    TAG_NESTED,
    TAG_INSTANCE,
    TAG_SZARRAY,
    TAG_ARRAY,
    TAG_PTR,
    TAG_BYREF,
    TAG_VAR,
    TAG_MVAR,
    TAG_CANON,
    TAG_FNPTR,
    TAG_METHOD = 0x60,
    TAG_ARRAY_METHOD,
    TAG_SYNTH,
    TAG_FIELD = 0x70,
    TAG_STRING,
    TAG_LOOKUP,
    TAG_ERROR,
    TAG_HELPER,
};

typedef struct ImageHead {
    char magic[8];
    uint32_t version; /* low half of image_format_version */
    uint32_t size;    /* of this struct */
    uint64_t file_size;
    uint64_t checksum; /* XXH3 of the file, with zero here */
    uint32_t n_sets, n_units, n_methods, n_keys;
    uint32_t n_ranges, n_parts, n_deps;
    uint32_t text_rva, text_size;         /* of section .text */
    uint32_t eh_frame_rva, eh_frame_size; /* of section .eh_frame, 0: none */
    uint32_t n_stubs; /* IMAGE_STUB_SIZE bytes each, at the end of .text */
    uint64_t seal;    /* of what all methods share */
    uint64_t ranges_hash;
} ImageHead;

typedef struct ImageSet {
    uint32_t level;
    uint32_t first_method, n_methods;     /* rows by token in .r2r.methods */
    uint32_t first_instance, n_instances; /* the others */
    uint32_t first_key, n_keys;
    uint32_t reserved;
    uint64_t required, absent, used;
} ImageSet;

typedef struct ImageUnit {
    uint32_t record, record_size; /* in .r2r.records */
    uint32_t name;                /* in .r2r.strings */
    uint32_t set;
    uint32_t cells_rva, n_cells;
} ImageUnit;

typedef struct ImageMethod {
    uint32_t token;
    uint32_t flags;
    uint32_t osr_il;
    uint32_t unit;
    uint32_t entry_rva;
    uint32_t subject; /* in the unit's subjects */
    uint32_t uses;    /* in the unit's uses */
    uint32_t lines;   /* in .r2r.lines; UINT32_MAX: none */
    uint32_t first_part, n_parts;
    uint64_t hash; /* XXH3 of what it alone needs; see above */
} ImageMethod;

typedef struct ImageKey {
    uint64_t hash; /* subject_method_key */
    uint32_t method;
    uint32_t reserved;
} ImageKey;

typedef struct ImageRange {
    uint32_t rva, size;
    uint32_t method;
    uint32_t fde; /* rva of its record in .eh_frame, 0: none */
} ImageRange;

typedef struct ImageDep {
    uint32_t name;
    uint8_t mvid[16];
    uint32_t reserved;
    uint64_t content; /* Image.content: with the MVID, which build it is */
} ImageDep;

typedef struct UnitHead {
    uint32_t magic;
    uint32_t size; /* of the record */
    uint32_t name; /* in names */
    uint32_t n_deps, deps;
    uint32_t n_cells, cells;
    uint32_t n_facts, facts;
    uint32_t subjects, subjects_size;
    uint32_t uses, uses_size;
    uint32_t names, names_size;
    uint32_t n_methods, methods;
    uint32_t reserved;
} UnitHead;

typedef struct UnitCell {
    uint32_t kind;    /* FixupKind by number in fixups.def */
    uint32_t subject; /* 0: none */
} UnitCell;

typedef struct UnitFact {
    uint16_t kind;  /* FactKind */
    uint16_t there; /* FACT_NAMES: a dep, the assembly that decides the value */
    uint32_t subject;
    uint64_t value;
} UnitFact;

typedef struct UnitMethod {
    uint32_t token; /* MethodDef of the home assembly, or 0 */
    uint32_t flags;
    uint32_t osr_il;
    uint32_t subject;
    uint32_t uses;
    uint32_t symbol; /* in names */
    uint64_t key;
} UnitMethod;

_Static_assert(sizeof(ImageHead) == 96, "");
_Static_assert(sizeof(ImageSet) == 56, "");
_Static_assert(sizeof(ImageUnit) == 24, "");
_Static_assert(sizeof(ImageMethod) == 48, "");
_Static_assert(sizeof(ImageKey) == 16, "");
_Static_assert(sizeof(ImageRange) == 16, "");
_Static_assert(sizeof(ImageDep) == 32, "");
_Static_assert(sizeof(UnitHead) == 72, "");
_Static_assert(sizeof(UnitCell) == 8, "");
_Static_assert(sizeof(UnitFact) == 16, "");
_Static_assert(sizeof(UnitMethod) == 32, "");

#endif
