/* cacheview.h - `codicil --cache`: what the JIT cache holds, and the worker that fills
 * it. */
#ifndef LOADER_HOST_CACHEVIEW_H
#define LOADER_HOST_CACHEVIEW_H

#include "common/base/err.h"

typedef enum CacheTask { CACHE_SHOW, CACHE_WAIT, CACHE_CLEAR } CacheTask;

/* SHOW: prints a line an assembly, what was refused, and what the worker does. WAIT:
 * comes back when no worker has anything to do. CLEAR: removes all that is kept. */
bool cacheview_run(CacheTask task, Err *err);

#endif
