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
 * leaves too many behind has the worker put them together when it ends, with what it
 * had to interpret (learn_private.h); that also keeps the whole cache within its size
 * (crossgen/tidy.h).
 */
#ifndef LOADER_EXEC_CACHE_H
#define LOADER_EXEC_CACHE_H

#include "common/base/bytes.h"
#include "common/base/vec.h"
#include "common/types/types.h"
#include "format/jitcache.h"

/* Keeps the image in fd (its offset is left alone). Failure is logged, nothing else. */
void cache_store(Assembly *home, int fd);
/* Visits the assembly's cached images. The visitor takes the descriptor over and
 * returns false when the file is of no use: it goes. */
typedef bool CacheVisitor(void *user, int fd, const char *path);
void cache_visit(Assembly *home, CacheVisitor *visit, void *user);
/* What the next run shall find compiled of an assembly. */
typedef struct LearnedOf {
    Assembly *home;
    Buffer request; /* a JitRequest, the hottest first */
} LearnedOf;
typedef VEC(LearnedOf) Learned;

/* The keys of what the compiler has refused of the assembly before; free with
 * jitcache_refused_free. */
void cache_refused(const Assembly *home, JitRefused *out);
/* At the end: is there something to tidy up, or learned? Then a JitTidy is appended to
 * out. */
bool cache_tidy(const Learned *learned, Buffer *out);
/* A descriptor that says, as long as anybody has it, that there is work for a worker:
 * jitcache.h; -1: it can't be said. */
int cache_pending(void);
/* Where the cache is ("": nowhere), and why it or a part of it is not used ("": it is).
 */
void cache_describe(char path[4096], char problem[400]);

#endif
