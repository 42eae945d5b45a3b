/* progress.c - see progress.h. */
#include "crossgen/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { QUIET_SECONDS = 20 }; /* between lines where nobody watches */

static struct {
    bool shown;
    double last;
} state;

double progress_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void progress_show(const char *name, uint32_t done, uint32_t total)
{
    bool terminal = isatty(STDERR_FILENO);
    double at = progress_now();
    if (!state.last)
        state.last = at;
    if (!total || at - state.last < (terminal ? 0.1 : QUIET_SECONDS))
        return;
    state.last = at;
    state.shown = terminal;
    fprintf(stderr, "%scrossgen: %s: %u of %u methods (%u%%)%s", terminal ? "\r" : "",
            name, done, total, (unsigned)(100ull * done / total),
            terminal ? "\033[K" : "\n");
    fflush(stderr);
}

void progress_end(void)
{
    if (state.shown)
        fprintf(stderr, "\r\033[K");
    state.shown = false;
    state.last = 0;
}
