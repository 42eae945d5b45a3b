/* sidecar_private.h - what the files of the reader share. */
#ifndef FORMAT_SIDECAR_PRIVATE_H
#define FORMAT_SIDECAR_PRIVATE_H

#include "format/sidecar.h"
#include "format/subject.h"

enum { SIDECAR_SEGMENTS = 8 };

typedef struct SidecarSegment {
    uint32_t rva, memory_size, file_size, offset;
    int prot;
} SidecarSegment;

typedef struct SidecarTables {
    ImageHead head;
    Bytes facts, sets, units, deps, strings, methods, keys, ranges, parts, lines,
        records;
    Bytes hashes; /* empty: only code has hashes */
    SidecarSegment segments[SIDECAR_SEGMENTS];
    uint32_t n_segments;
    uint32_t eh_frame_hdr_rva;
    uint32_t
        unknown_fact;    /* a critical fact that this version does not know; 0: none */
    ImageSet *rows_sets; /* parallel to Sidecar.sets */
    bool owns_bytes;
} SidecarTables;

/* A unit's record, opened at its first use. */
typedef struct UnitReader {
    UnitHead head;
    Bytes cells, facts, uses;
    SubjectReader subjects;
} UnitReader;

/* NULL: the record is damaged. */
UnitReader *sidecar_unit_reader(const SidecarUnit *unit);
void sidecar_unit_close(SidecarUnit *unit);

bool sidecar_parse(Sidecar *sidecar, const char **problem);
ImageMethod sidecar_row(const Sidecar *sidecar, uint32_t row);
/* The segment that holds [rva, rva + size) and has exactly these protections; NULL:
 * none. */
const SidecarSegment *sidecar_segment(const Sidecar *sidecar, uint64_t rva,
                                      uint64_t size, int prot);
/* Row i of a table of n rows; the caller has checked i. */
void sidecar_table_row(Bytes table, uint32_t i, void *row, size_t size);

#endif
