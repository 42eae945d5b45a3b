/* stats.h - what --stats writes: numbers of one run as JSON. */
#ifndef LOADER_HOST_STATS_H
#define LOADER_HOST_STATS_H

#include <jansson.h>

#include "common/base/err.h"

/* {methods{}, images[], startup_ms, jit_ms, gc{}}; a new reference. */
json_t *stats_collect(void);
bool stats_write(const char *path, Err *err);

#endif
