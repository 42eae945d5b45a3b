/* cache.h - JITted code kept for the next run, per user.
 *
 * format/jitcache.h says where its root is; a directory an assembly (name and build),
 * host level and build of the compiler below it, with images in the format of sidecars,
 * named by their content. Files appear whole (rename) and are checked as sidecars are:
 * a damaged one is removed. Directories are made with mode 0700. Each step is opened by
 * descriptor (common/base/dir.h) and used only if it, and the file that is mapped in
 * the end, is root's or this user's and nobody else can write it.
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
/* Visits the assembly's cached images. The visitor takes the descriptor over and
 * returns false when the file is of no use: it goes. */
typedef bool CacheVisitor(void *user, int fd, const char *path);
void cache_visit(Assembly *home, CacheVisitor *visit, void *user);
/* At the end: is there something to tidy up? Then a JitTidy is appended to out. */
bool cache_tidy(Buffer *out);
/* Where the cache is ("": nowhere), and why it or a part of it is not used ("": it is).
 */
void cache_describe(char path[4096], char problem[400]);

#endif
