/* tidy.h - the JIT cache put in order when a program has ended.
 *
 * The loader keeps each answer of the JIT as a file (loader/exec/cache.h), and at its
 * end it says what it had to interpret (loader/exec/learn.h). Here that is compiled,
 * with the optimisation of a sidecar, for the next run; the methods of a directory's
 * small files are compiled again with it, into one file, and the small ones go. What
 * can't be compiled is noted, so that nobody asks again. What can't be used any more
 * goes, too, and directories that were not used for long, when the whole is too large.
 *
 * One worker of a user does that at a time, with low priority, for ten minutes at most;
 * each thousand methods are kept when they are done. Who is killed meanwhile costs the
 * next run what is missing, nothing else.
 */
#ifndef CROSSGEN_TIDY_H
#define CROSSGEN_TIDY_H

#include "format/jitproto.h"

/* Lets go of the program's terminal and pipes; from now on others come first. */
void tidy_detach(void);
/* work: a private directory for intermediate files. */
void tidy_cache(World *world, const JitTidy *tidy, uint32_t level, const char *work);

#endif
