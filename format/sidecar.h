/* sidecar.h - reads, judges and maps images of compiled code: sidecars and JIT answers.
 *
 * Nothing in the file is trusted: sizes, offsets and counts are checked when they are
 * used, and a damaged row makes its own method unusable, not the program. Opening does
 * not look at all rows: 25,000 methods open in 0.3 ms.
 *
 * A Sidecar lives from sidecar_load to sidecar_close (the runtime never closes an image
 * whose code may run). All functions that only read are thread-safe; those that take a
 * World may take its lock.
 *
 * A loader: sidecar_load; set up unit->user and the UNIT cells; then for each method
 * that is wanted: sidecar_find, sidecar_check, sidecar_uses for the cells that must be
 * filled first (CALL binding), method.entry. LAZY cells are resolved when helper
 * `resolve` asks: sidecar_cell_resolve.
 */
#ifndef FORMAT_SIDECAR_H
#define FORMAT_SIDECAR_H

#include "format/fingerprint.h"
#include "format/unit.h"

typedef struct Sidecar Sidecar;

typedef struct SidecarUnit {
    Sidecar *sidecar;
    uint32_t index;
    uint32_t set; /* native section it belongs to */
    const char *name;
    void **cells; /* NULL until mapped */
    uint32_t n_cells;
    void *user;                /* the loader's */
    struct UnitReader *reader; /* private */
} SidecarUnit;

/* One native section: the methods compiled for one ISA level. */
typedef struct SidecarSet {
    uint32_t level;                  /* 1..4 */
    uint64_t required, absent, used; /* feature bits */
    uint32_t n_methods, n_instances; /* rows by token and by key */
    bool usable;                     /* after sidecar_verify */
} SidecarSet;

struct Sidecar {
    const char *path;
    File file; /* read-only mapping of all of it */
    FpFacts facts;
    SidecarUnit *units; /* unit 0 of an image holds the stubs' HELPER cells */
    uint32_t n_units;
    SidecarSet *sets;
    uint32_t n_sets;
    uint32_t n_rows; /* compiled bodies, OSR variants included */
    uint32_t n_deps; /* assemblies that the image mentions, itself first */
    Assembly *home;  /* after sidecar_verify; NULL offline */
    uint8_t *base;   /* NULL until mapped */
    size_t size;     /* of the mapping */
    const uint8_t *text_start, *text_end;
    struct SidecarTables *tables; /* private */
};

typedef struct SidecarMethod {
    SidecarUnit *unit;
    uint32_t row;
    uint32_t flags;     /* UNIT_METHOD_* */
    uint32_t token;     /* MethodDef of the home assembly, 0: an instance or foreign */
    uint32_t osr_il;    /* UNIT_METHOD_OSR: IL offset of the loop header */
    void *entry;        /* code address; NULL until mapped */
    uint32_t code_size; /* of all its parts */
} SidecarMethod;

typedef struct SidecarDep {
    const char *name;
    const uint8_t *mvid;
} SidecarDep;

/* -- Open, judge, map ---------------------------------------------------------- */

enum {
    SIDECAR_ANY_OWNER = 1,   /* skip owner and mode: JIT answers, the inspector */
    SIDECAR_VERIFY_FULL = 2, /* hash the whole file and the assembly */
};

/* Opens, checks owner and mode, parses, compares with the host and the assembly, maps.
 * NULL when it can't be used; *verdict then says why in full (VERDICT_MISSING: no
 * file). The caller frees the verdict in either case. */
Sidecar *sidecar_load(const char *path, const HostFacts *host, Assembly *home,
                      unsigned flags, Verdict *verdict);
/* The same for a descriptor, which is taken over (JIT answers, cached ones); path is
 * for messages, and the owner must be root or this user. */
Sidecar *sidecar_load_fd(int fd, const char *path, const HostFacts *host,
                         Assembly *home, unsigned flags, Verdict *verdict);
/* The steps one by one. sidecar_open only parses; home may be NULL in sidecar_verify:
 * then the facts of the assembly are not compared. */
Sidecar *sidecar_open(const char *path, unsigned flags, Verdict *verdict);
Sidecar *sidecar_open_fd(int fd, const char *path, unsigned flags, Verdict *verdict);
Sidecar *sidecar_open_bytes(Bytes bytes, const char *path, Verdict *verdict);
/* Puts all hashes into an image of which everything else is done; false: it is none, or
 * has a row or a unit that leads outside its tables, and *problem (may be NULL) says
 * which. */
bool sidecar_put_hashes(Buffer *image, const char **problem);
/* Would a loader find and run every method of an image, on a CPU that has what it
 * needs? */
bool sidecar_audit(Bytes image, Assembly *home, Err *err);
/* image: the assembly's file, or NULL. home may be NULL where image is given (offline).
 */
bool sidecar_verify(Sidecar *sidecar, const HostFacts *host, const Image *image,
                    Assembly *home, unsigned flags, Verdict *verdict);
bool sidecar_map(Sidecar *sidecar, Err *err);
void sidecar_close(Sidecar *sidecar);

/* -- Methods ------------------------------------------------------------------- */

/* The compiled body of a canonical method (method_canonical) in the best usable native
 * section; osr_il IR_NONE: the normal entry. */
bool sidecar_find(Sidecar *sidecar, Method *method, uint32_t osr_il,
                  SidecarMethod *out);
/* The same in native section `set`, whether it is usable or not. */
bool sidecar_find_in(Sidecar *sidecar, uint32_t set, Method *method, uint32_t osr_il,
                     SidecarMethod *out);
/* Many methods will be looked for, all over the image: has its rows in memory at once.
 */
void sidecar_populate(const Sidecar *sidecar);
/* Row 0..n_rows-1; false: damaged. */
bool sidecar_method(Sidecar *sidecar, uint32_t row, SidecarMethod *out);
/* May this method run? Compares the hash of its code, the IL that it was made of and,
 * where a dependency is another build than recorded, each fact it depends on. Adds
 * reasons. */
bool sidecar_check(const SidecarMethod *method, Verdict *verdict);

/* Does the image say all that the method relies on? Imports its IL again; the image has
 * a home. Adds a reason for each fact that is missing. */
bool sidecar_check_reliance(const SidecarMethod *method, Verdict *verdict);

typedef enum SidecarUse {
    SIDECAR_USED,     /* the loader runs it */
    SIDECAR_UNUSED,   /* of a native section that others come before here */
    SIDECAR_REJECTED, /* it does not match, and the verdict got the reasons */
} SidecarUse;

/* What the loader would do with a row if its method were wanted now. For images that
 * sidecar_verify accepted for an assembly of a World. *method is filled in any case,
 * with no unit where the row is damaged. */
SidecarUse sidecar_judge(Sidecar *sidecar, uint32_t row, SidecarMethod *method,
                         Verdict *verdict);
/* Cells that the method's code uses: fills at most room indexes, returns their number.
 */
uint32_t sidecar_uses(const SidecarMethod *method, uint32_t *cells, uint32_t room);
/* The descriptor a row stands for. */
Method *sidecar_method_subject(const SidecarMethod *method, Err *err);
/* The next method that was not compiled, from *at (0 at first) on; false: no more. */
bool sidecar_next_skipped(const Sidecar *sidecar, size_t *at, const char **method,
                          const char **reason);
/* Its name as recorded, without a World: "Ns.Type:Name". Memory of arena. */
const char *sidecar_method_name(const SidecarMethod *method, Arena *arena);
/* Code range number i of a method: parts outlined by the compiler come after the
 * entry's. */
bool sidecar_range(const SidecarMethod *method, uint32_t i, uint32_t *rva, Bytes *code);

/* -- Cells --------------------------------------------------------------------- */

FixupKind sidecar_cell_kind(const SidecarUnit *unit,
                            uint32_t cell); /* FIX_COUNT: bad index */
/* What a cell stands for. IrLookup and IrError are allocated in arena. False: it does
 * not resolve here (the methods that use it must not run, or the error is thrown). For
 * HELPER cells: the runtime has no helper of that name and signature. */
bool sidecar_cell_resolve(const SidecarUnit *unit, uint32_t cell, Arena *arena,
                          Fixup *out, Err *err);
/* The same as text for people, without a World. */
const char *sidecar_cell_name(const SidecarUnit *unit, uint32_t cell, Arena *arena);
/* The cell index of an address inside a unit's cells; false: outside. */
bool sidecar_cell_index(const SidecarUnit *unit, const void *address, uint32_t *cell);

/* -- Addresses ----------------------------------------------------------------- */

/* Of mapped images, and methods that passed sidecar_check: no other code runs.
 *
 * The method whose code holds address; *offset (may be NULL) from its range's start. */
bool sidecar_find_address(Sidecar *sidecar, const void *address, SidecarMethod *out,
                          uint32_t *offset);
/* The call-frame record (FDE) of the code at address; NULL: none. */
const void *sidecar_find_frame(Sidecar *sidecar, const void *address);

/* A method at an address: the one that was compiled, or a copy of a callee in its code.
 */
typedef struct SidecarFrame {
    uint32_t copy; /* number, 0: the method itself */
    uint32_t il;   /* IL offset, IR_NONE: no line table tells */
} SidecarFrame;

/* Who runs at address, innermost first; fills at most room and returns their number, at
 * least 1. The method itself is missing where a copy is a function with a frame of its
 * own. */
uint32_t sidecar_frames(const SidecarMethod *method, const void *address,
                        SidecarFrame *out, uint32_t room);
/* What copy number `copy` is a copy of. */
Method *sidecar_copy(const SidecarMethod *method, uint32_t copy, Err *err);

/* -- Dependencies -------------------------------------------------------------- */

bool sidecar_dep(const Sidecar *sidecar, uint32_t i, SidecarDep *out);

/* -- Paths --------------------------------------------------------------------- */

/* ASSEMBLY.r2r beside the assembly. False when it does not fit. */
bool sidecar_path(char *out, size_t size, const char *assembly_path);

#endif
