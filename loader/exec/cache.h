/* cache.h - JITted code kept for the next run, per user.
 *
 * $CODICIL_CACHE, else $XDG_CACHE_HOME/codicil, else ~/.cache/codicil; a directory an
 * assembly (name and MVID), host level and build of the compiler below it, with images
 * in the format of sidecars, named by their content. Files appear whole (rename) and
 * are checked as sidecars are: a damaged one is removed. Directories are made with mode
 * 0700 and used only if the user owns them and nobody else can write.
 *
 * An answer is one file, and many small files make a start slow. So a process that
 * leaves too many behind has the worker put them together when it ends
 * (crossgen/tidy.h), which also keeps the whole cache within its size.
 */
#ifndef LOADER_EXEC_CACHE_H
#define LOADER_EXEC_CACHE_H

#include "common/base/bytes.h"
#include "common/types/types.h"

/* Keeps the image in fd (its offset is left alone). Failure is logged, nothing else. */
void cache_store(Assembly *home, int fd);
/* Visits the paths of the assembly's cached images. */
typedef void CacheVisitor(void *user, const char *path);
void cache_visit(Assembly *home, CacheVisitor *visit, void *user);
/* At the end: is there something to tidy up? Then a JitTidy is appended to out. */
bool cache_tidy(Buffer *out);

#endif
