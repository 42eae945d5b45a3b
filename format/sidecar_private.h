/* sidecar_private.h - what the files of the reader share. */
#ifndef FORMAT_SIDECAR_PRIVATE_H
#define FORMAT_SIDECAR_PRIVATE_H

#include <string.h>

#include "format/sidecar.h"
#include "format/subject.h"
#include "format/version.h"

enum { SIDECAR_SEGMENTS = 8, RANGES_GOOD = 1, RANGES_BAD };

typedef struct SidecarSegment {
    uint32_t rva, memory_size, file_size, offset;
    int prot;
} SidecarSegment;

typedef struct SidecarTables {
    ImageHead head;
    size_t head_at; /* in the file */
    Bytes phdrs;    /* program headers */
    Bytes facts, sets, units, deps, strings, methods, keys, ranges, parts, lines,
        records;
    Bytes hashes, skipped;
    SidecarSegment segments[SIDECAR_SEGMENTS];
    uint32_t n_segments;
    uint8_t ranges_state; /* atomic: 0 not looked at, RANGES_GOOD, RANGES_BAD */
    uint8_t *checked;     /* per row, atomic: it passed sidecar_check */
    uint32_t
        unknown_fact;    /* a critical fact that this version does not know; 0: none */
    ImageSet *rows_sets; /* parallel to Sidecar.sets */
    bool owns_bytes;
} SidecarTables;

/* A unit's record, opened at its first use. */
typedef struct UnitReader {
    UnitHead head;
    Bytes cells, facts, uses;
    uint8_t *known; /* per fact, atomic: a body that was seen to be the recorded one */
    SubjectReader subjects;
} UnitReader;

/* NULL: the record is damaged. */
UnitReader *sidecar_unit_reader(const SidecarUnit *unit);
void sidecar_unit_close(SidecarUnit *unit);
/* What a fact is about, as people read it. */
void sidecar_fact_print(const UnitReader *reader, const UnitFact *fact, Buffer *out);

Sidecar *sidecar_new(const char *path);
/* sealed: the seal must be right. */
bool sidecar_parse(Sidecar *sidecar, bool sealed, const char **problem);
ImageMethod sidecar_row(const Sidecar *sidecar, uint32_t row);
/* The segment that holds [rva, rva + size) and has exactly these protections; NULL:
 * none. */
const SidecarSegment *sidecar_segment(const Sidecar *sidecar, uint64_t rva,
                                      uint64_t size, int prot);
/* The bytes of a segment with these protections, mapped or in the file. */
bool sidecar_loaded(const Sidecar *sidecar, uint64_t rva, uint64_t size, int prot,
                    Bytes *out);
/* Part i of a row; false: there is none, it is another row's, or it lies outside the
 * methods' code. */
bool sidecar_row_range(const Sidecar *sidecar, uint32_t row, const ImageMethod *m,
                       uint32_t i, ImageRange *range);
/* One of the lists of a method's uses, at the cursor. */
typedef enum SidecarUses { USES_CELLS, USES_FACTS, USES_COPIES } SidecarUses;
Cursor sidecar_uses_of(const SidecarMethod *method, SidecarUses which);
/* Passes the frames of a row of .r2r.lines. */
void sidecar_skip_frames(Cursor *c);
/* The call frame of a range and what it shares with others (FDE and CIE), if the
 * unwinder can be given them. */
bool sidecar_call_frame(const Sidecar *sidecar, const ImageRange *range, Bytes *fde,
                        Bytes *cie);
/* Is it of the format of this build? Else only its facts are read. */
static inline bool sidecar_version_is_ours(const Sidecar *sidecar)
{
    return sidecar->tables->head.version == (uint32_t)image_format_version();
}
/* Row i of a table of n rows; the caller has checked i. */
static inline void sidecar_table_row(Bytes table, uint32_t i, void *row, size_t size)
{
    memcpy(row, table.data + i * size, size);
}

/* -- seal.c: hashes as they should be */
uint64_t sidecar_seal(const Sidecar *sidecar);
uint64_t sidecar_ranges_hash(const Sidecar *sidecar);
/* False: the row leads outside the tables. */
bool sidecar_method_hash(const Sidecar *sidecar, uint32_t row, uint64_t *hash);

#endif
