/* progress.h - one updating line on a terminal, a line now and then elsewhere.
 *
 * The percentage is that of the whole run and only rises: assemblies count by their
 * size. How much a later wave of an assembly will add is not known, so each is given
 * four fifths of what is left.
 */
#ifndef CROSSGEN_PROGRESS_H
#define CROSSGEN_PROGRESS_H

#include <stddef.h>
#include <stdint.h>

void progress_start(char *const *assemblies, size_t n);
void progress_next(const char *assembly);          /* the one before is done */
void progress_wave(void);                          /* a wave of it begins */
void progress_show(uint32_t done, uint32_t total); /* methods of the wave */
void progress_end(void); /* clears the line: something else is printed */
/* Seconds of a clock that never goes back. */
double progress_now(void);

#endif
