/* progress.h - one updating line on a terminal, a line now and then elsewhere. */
#ifndef CROSSGEN_PROGRESS_H
#define CROSSGEN_PROGRESS_H

#include <stdint.h>

void progress_show(const char *name, uint32_t done, uint32_t total);
void progress_end(void); /* clears the line */
/* Seconds of a clock that never goes back. */
double progress_now(void);

#endif
