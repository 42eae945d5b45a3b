/* progress.c - see progress.h. */
#include "crossgen/progress.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"

enum { QUIET_SECONDS = 20 }; /* between lines where nobody watches */

static struct {
    double all, before, own; /* bytes: of all assemblies, of those done, of this one */
    size_t number, n;
    const char *name;
    double begun, wave; /* parts of this assembly: before this wave, of it */
    bool shown;
    double last;
    unsigned percent; /* that was printed last */
} state;

double progress_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double weight(const char *path)
{
    struct stat st;
    return stat(path, &st) ? 1 : (double)st.st_size + 1;
}

void progress_start(char *const *assemblies, size_t n)
{
    state.n = n;
    state.last = progress_now();
    for (size_t i = 0; i < n; i++)
        state.all += weight(assemblies[i]);
}

void progress_next(const char *assembly)
{
    state.name = file_name(assembly);
    state.before += state.own;
    state.own = weight(assembly);
    state.number++;
    state.begun = state.wave = 0;
}

void progress_wave(void)
{
    const double share = 0.8;
    state.begun += state.wave;
    state.wave = (1 - state.begun) * share;
}

void progress_show(uint32_t done, uint32_t total)
{
    bool terminal = isatty(STDERR_FILENO);
    double at = progress_now();
    if (!total || at - state.last < (terminal ? 0.1 : QUIET_SECONDS))
        return;
    double part = state.begun + state.wave * done / total;
    unsigned percent = (unsigned)(100 * (state.before + state.own * part) / state.all);
    state.last = at;
    if (percent > state.percent)
        state.percent = percent;
    fprintf(stderr, "%scrossgen: %s", terminal ? "\r" : "", state.name);
    if (state.n > 1)
        fprintf(stderr, " (%zu of %zu)", state.number, state.n);
    fprintf(stderr, ": %u%%%s", state.percent, terminal ? "\033[K" : "\n");
    fflush(stderr);
    state.shown = terminal;
}

void progress_end(void)
{
    if (state.shown)
        fprintf(stderr, "\r\033[K");
    state.shown = false;
}
