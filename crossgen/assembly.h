/* assembly.h - one assembly from its file to its image. */
#ifndef CROSSGEN_ASSEMBLY_H
#define CROSSGEN_ASSEMBLY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"
#include "crossgen/options.h"

typedef struct Skipped {
    char *method, *reason;
} Skipped;

/* What happened, for the report. */
typedef struct AssemblyReport {
    const char *path; /* of the assembly; borrowed */
    char *image;      /* path; owned */
    char *error;      /* no image was made; owned, or NULL */
    uint32_t total, compiled, instances;
    VEC(Skipped) skipped;
    VEC(char *) dependencies; /* files that were read */
    double seconds;
    uint64_t peak_worker_bytes, image_bytes;
} AssemblyReport;

/* False: no image was made, report->error says why. */
bool assembly_compile(const Options *options, const char *path, AssemblyReport *report);
void assembly_report_free(AssemblyReport *report);

#endif
