/* tidy.h - the JIT cache put in order when a program has ended.
 *
 * The loader keeps each answer of the JIT as a file (loader/exec/cache.h). Here the
 * methods of a directory's small files are compiled again, together and with more
 * optimisation, into one file, and the small ones go. What can't be used any more goes,
 * too, and directories that were not used for long, when the whole is too large.
 */
#ifndef CROSSGEN_TIDY_H
#define CROSSGEN_TIDY_H

#include "format/jitproto.h"

/* Lets go of the program's terminal and pipes; from now on others come first. */
void tidy_detach(void);
/* work: a private directory for intermediate files. */
void tidy_cache(World *world, const JitTidy *tidy, uint32_t level, const char *work);

#endif
