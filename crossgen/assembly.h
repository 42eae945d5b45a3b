/* assembly.h - one assembly from its file to its image. */
#ifndef CROSSGEN_ASSEMBLY_H
#define CROSSGEN_ASSEMBLY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/err.h"
#include "crossgen/options.h"
#include "crossgen/outputs.h"
#include "crossgen/search.h"

typedef struct Skipped {
    char *method, *reason;
} Skipped;

/* What happened, for the report. */
typedef struct AssemblyReport {
    const char *path; /* of the assembly; borrowed */
    char *image;      /* path; owned; NULL: none was made */
    char *error;      /* no image was made; owned, or NULL */
    uint32_t total, compiled, instances;
    VEC(Skipped) skipped;
    References references;
    VEC(char *) dependencies; /* files that decided what the image holds */
    double seconds;
    uint64_t peak_worker_bytes, image_bytes;
} AssemblyReport;

/* False: no image was made, and one that was there stays; report->error says why. */
bool assembly_compile(const Options *options, const char *path, const Output *output,
                      AssemblyReport *report);
void assembly_report_free(AssemblyReport *report);

#endif
