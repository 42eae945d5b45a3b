/* jitcache.h - where JITted code is kept between runs, and how its files are named: the
 * loader fills the cache (loader/exec/cache.h), crossgen puts it in order
 * (crossgen/tidy.h).
 *
 *     ROOT/DIRECTORY/HASH.r2r    HASH: of the file's bytes, 16 digits
 *
 * ROOT: $CODICIL_CACHE, else $XDG_CACHE_HOME/codicil, else ~/.cache/codicil. A
 * directory also holds a lock, and for a while what is being written.
 */
#ifndef FORMAT_JITCACHE_H
#define FORMAT_JITCACHE_H

#include "common/base/bytes.h"
#include "common/base/err.h"

enum { JITCACHE_NAME = 32 }; /* room for the name of a file that is written */
#define JITCACHE_LOCK "lock"

/* False: there is none, or the path does not fit. */
bool jitcache_root(char *out, size_t size);
bool jitcache_is_image(const char *name);
/* Writes a file into an opened directory. */
bool jitcache_write(int dir, Bytes image, char name[JITCACHE_NAME], Err *err);

#endif
