/* workers.h - batches of methods, compiled by forked processes.
 *
 * A worker is a fork of the driver, so it has the plan's World without reading anything
 * again; it compiles one batch after another until its memory has grown too much.
 * Whatever happens to it costs at most the batch, which is then tried again in halves:
 * a method that kills its worker alone is skipped with the reason. Results do not
 * depend on the number of workers or on who finishes first.
 */
#ifndef CROSSGEN_WORKERS_H
#define CROSSGEN_WORKERS_H

#include <signal.h>

#include "crossgen/compile.h"
#include "crossgen/options.h"
#include "crossgen/plan.h"

typedef struct WorkUnit {
    CompiledUnit unit;
    uint32_t set;
    char *name; /* of the object: orders the units */
} WorkUnit;

typedef struct Workers {
    const Options *options;
    Plan *plan;
    const char *dir;
    VEC(WorkUnit) units;  /* out: all units so far */
    VEC(char *) read;     /* out: paths of the assemblies that workers read */
    Err failure;          /* of the machine, not of a method: no assembler, no room */
    uint64_t peak_bytes;  /* of the largest worker */
    uint32_t done, total; /* methods times levels of this wave, for progress */
    struct Worker *pool;  /* private */
    VEC(struct Job *) queue;
} Workers;

void workers_open(Workers *workers, const Options *options, Plan *plan,
                  const char *dir);
/* Compiles plan items [first, end) for every level; wave numbers the call. Marks the
 * items. False when interrupted by a signal, or when nothing can be compiled here. */
bool workers_run(Workers *workers, uint32_t first, uint32_t end, uint32_t wave,
                 Err *err);
void workers_close(Workers *workers);
/* Set by a signal handler: workers_run ends its workers and returns. */
extern volatile sig_atomic_t workers_interrupted;

#endif
