/* fingerprint.h - what a sidecar was made for, what this host is, and whether they
 * match.
 *
 * fp.def lists the facts of an image, features.def those of a CPU. A verdict is not an
 * error: it holds every mismatch, each with the words that the loader's log, --stats
 * and r2rinspect print alike.
 */
#ifndef FORMAT_FINGERPRINT_H
#define FORMAT_FINGERPRINT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/base/arena.h"
#include "common/base/bytes.h"
#include "common/base/err.h"
#include "common/base/vec.h"
#include "common/library/library.h"
#include "common/metadata/image.h"

typedef enum FpRule {
    FP_EQUAL,    /* the image's value is the host's */
    FP_SUPERSET, /* the host has all that the image requires */
    FP_ABSENT,   /* the host has nothing of what the image assumes absent */
    FP_AT_LEAST, /* the image's value is at least the host's */
    FP_IGNORE,   /* recorded for people */
} FpRule;

typedef enum FpType { FP_U32, FP_U64, FP_HEX, FP_TEXT, FP_MVID, FP_FEATURES } FpType;

typedef enum FpId {
#define FP(number, NAME, name, rule, type, text) FP_##NAME = number,
#define FP_REASON(number, NAME, name, text) FP_##NAME = number,
#include "format/fp.def"
#undef FP
#undef FP_REASON
} FpId;

typedef struct FpRow {
    FpId id;
    const char *name; /* "cpu.required" */
    FpRule rule;
    FpType type;
    const char *text; /* why an image without a match can't be used */
    bool is_fact;     /* stored in an image; else only a reason */
} FpRow;

extern const FpRow fp_rows[];
extern const uint32_t fp_row_count;
const FpRow *fp_row(uint32_t id); /* NULL: unknown */
const char *fp_rule_name(FpRule rule);

/* -- CPU features and levels --------------------------------------------------- */

typedef enum CpuFeature {
#define FEATURE(NAME, name, level, glibc) CPU_##NAME,
#include "format/features.def"
#undef FEATURE
    CPU_FEATURE_COUNT,
} CpuFeature;

enum { CPU_LEVELS = 4 }; /* x86-64, x86-64-v2, -v3, -v4 as 1..4 */

uint64_t
cpu_level_features(uint32_t level); /* bits 1 << CPU_* of a level and those below */
uint32_t
cpu_level_of(uint64_t features); /* highest level whose features are all there */
const char *cpu_level_name(uint32_t level); /* "x86-64-v3"; "?" */
uint32_t
cpu_level_parse(const char *name); /* "x86-64-v3", "v3", "x86-64"; 0: unknown */
const char *cpu_feature_name(CpuFeature feature);
/* "x86-64-v3" or "x86-64-v2 +avx" for a feature set. */
void cpu_features_print(Buffer *out, uint64_t features);

/* -- Facts --------------------------------------------------------------------- */

/* Values of facts, of an image or of a host with an assembly. Texts and blobs are
 * borrowed. */
typedef struct FpValue {
    bool present;
    uint64_t number;
    const char *text;
    uint8_t mvid[16];
} FpValue;

enum { FP_MAX = 64 };
typedef struct FpFacts {
    FpValue at[FP_MAX]; /* by FpId */
} FpFacts;

typedef struct HostFacts {
    FpFacts facts;     /* everything that does not depend on an assembly */
    uint64_t features; /* what the CPU and the OS offer */
    bool overridden;   /* by CODICIL_CPU or CODICIL_OS */
    char os[32], libc[32];
} HostFacts;

/* The host as CPUID, XGETBV and the C library say, changed by CODICIL_CPU (a level, or
 * a level with "-feature" and "+feature" words) and CODICIL_OS. False with a reason for
 * a bad value; *host then is the real one. */
bool host_detect(HostFacts *host, Err *err);
json_t *host_json(const HostFacts *host); /* what host_from_json reads */
bool host_from_json(HostFacts *host, const json_t *json, Err *err);

/* Facts of an assembly: its build and size, and (with_hash) the hash of the whole file.
 */
void fp_add_image(FpFacts *facts, const Image *image, bool with_hash);
void fp_add_library(FpFacts *facts, const Library *library);
void fp_write(Buffer *out, const FpFacts *facts);
/* Reads what fp_write wrote. An unknown fact is ignored unless it says that it is
 * critical: *unknown gets its number (else 0). False: malformed. */
bool fp_read(Bytes bytes, FpFacts *facts, uint32_t *unknown);
void fp_print(Buffer *out, FpId id, const FpValue *value);

/* -- Verdicts ------------------------------------------------------------------ */

typedef enum VerdictKind {
    VERDICT_ACCEPTED,
    VERDICT_REJECTED,
    VERDICT_MISSING
} VerdictKind;

typedef struct Reason {
    const FpRow *row;           /* id, name, rule and text */
    const char *wanted, *found; /* memory of the verdict */
    const char *text; /* "cpu.required: wanted x86-64-v3, found x86-64-v2: <text>" */
} Reason;

typedef struct Verdict {
    VerdictKind kind;
    bool malformed;  /* the file is no sidecar or is damaged */
    const char *isa; /* accepted: best level that is used, "x86-64-v3" */
    VEC(Reason)
    reasons; /* all mismatches; accepted images may have some, for native
              * sections that this host can't use */
    Arena arena;
} Verdict;

void verdict_free(Verdict *verdict);
const char *
verdict_name(const Verdict *verdict); /* "accepted", "rejected", "missing" */
/* Adds a reason; format is that of `found`. */
void verdict_add(Verdict *verdict, FpId id, const char *wanted, const char *found, ...)
    __attribute__((format(printf, 4, 5)));
/* Compares every fact by its rule and adds a reason for each mismatch. True: none.
 * Facts that have no value on either side hold. */
bool verdict_check(Verdict *verdict, const FpFacts *image, const FpFacts *host);
/* Does the image say everything that the host can compare? Features are not looked at:
 * each native section has its own. */
bool verdict_check_complete(Verdict *verdict, const FpFacts *image,
                            const FpFacts *host);
/* Any text: bytes that JSON can't say are shown as U+FFFD. */
json_t *text_json(const char *text);
json_t *
reason_counts_json(const json_t *skipped); /* {reason}[] -> {reason: how often} */
json_t *reason_json(const Reason *reason); /* {id, wanted, found, rule, text} */
json_t *verdict_reasons_json(const Verdict *verdict); /* of reason_json */
json_t *verdict_json(const Verdict *verdict);         /* {verdict, isa, reasons[]} */

#endif
