/* jitcache.h - where JITted code is kept between runs, and how its files are named: the
 * loader fills the cache (loader/exec/cache.h), crossgen puts it in order
 * (crossgen/tidy.h), codicil --cache shows it.
 *
 *     ROOT/DIRECTORY/HASH.r2r    HASH: of the file's bytes, 16 digits
 *     ROOT/DIRECTORY/refused     methods that can't be compiled, and why
 *     ROOT/.pending              locked (shared) as long as a worker has work to do
 *     ROOT/.worker               locked by the one that does it, and what it does
 *
 * ROOT: $CODICIL_CACHE, else $XDG_CACHE_HOME/codicil, else ~/.cache/codicil. A
 * directory holds for a while what is being written, too.
 */
#ifndef FORMAT_JITCACHE_H
#define FORMAT_JITCACHE_H

#include "common/base/bytes.h"
#include "common/base/err.h"

enum { JITCACHE_NAME = 32 }; /* room for the name of a file that is written */
#define JITCACHE_REFUSED "refused"
#define JITCACHE_PENDING ".pending"
#define JITCACHE_WORKER ".worker"

/* False: there is none, or the path does not fit. */
bool jitcache_root(char *out, size_t size);
bool jitcache_is_image(const char *name);
/* Writes a file into an opened directory. */
bool jitcache_write(int dir, Bytes image, char name[JITCACHE_NAME], Err *err);
/* Opens one of the files that are locked, making it, in an opened root; -1: errno. */
int jitcache_open_lock(int root, const char *name);

/* What a directory's compiler refused: a line a method, KEY TAB METHOD TAB REASON. KEY:
 * subject_method_key, 16 digits. */
typedef struct JitRefused {
    char *text;     /* of all lines, without line ends: malloc, or NULL */
    uint64_t *keys; /* by line */
    char **lines;   /* the rest of it, from METHOD on */
    uint32_t n;
} JitRefused;

/* Of a damaged or missing file: what is whole of it. */
void jitcache_refused_read(int dir, JitRefused *out);
bool jitcache_refused_has(const JitRefused *refused, uint64_t key);
void jitcache_refused_free(JitRefused *refused);
/* Replaces it: the old lines and more, each with its line end. */
bool jitcache_refused_add(int dir, const JitRefused *old, Bytes more, Err *err);

#endif
