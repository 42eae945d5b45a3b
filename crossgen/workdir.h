/* workdir.h - the private directory of one run, gone when the run is.
 *
 * Objects, results and what libgccjit writes lie in it. A lock says that its run lives:
 * the next run removes what one left behind that was killed.
 */
#ifndef CROSSGEN_WORKDIR_H
#define CROSSGEN_WORKDIR_H

#include "common/base/err.h"

typedef struct WorkDir {
    char path[4096]; /* "": none */
    int lock;        /* workers hold it, too, as long as they live */
} WorkDir;

/* Makes base/<prefix>XXXXXX for the owner alone; base NULL: $TMPDIR, or /tmp. First
 * removes those with the prefix whose runs are dead. */
bool workdir_open(WorkDir *dir, const char *base, const char *prefix, Err *err);
/* keep: the directory stays, and no later run removes it. */
void workdir_close(WorkDir *dir, bool keep);

#endif
