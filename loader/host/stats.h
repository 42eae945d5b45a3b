/* stats.h - what --stats writes: numbers of one run as JSON. */
#ifndef LOADER_HOST_STATS_H
#define LOADER_HOST_STATS_H

#include <jansson.h>

#include "common/base/err.h"

/* {methods{}, images[], rejected[], cache{}, startup_ms, jit_ms, gc{}}; a new
 * reference. */
json_t *stats_collect(void);
bool stats_write(const char *path, Err *err);
/* A line a method that was wanted: how it ran, its assembly, its name, with tabs
 * between; sorted by assembly and name. */
bool stats_write_methods(const char *path, Err *err);

#endif
