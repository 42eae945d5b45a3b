/* bind_private.h - what the files of the binder share.
 *
 * All of it is under binder.lock, which is taken before the world's lock, except what
 * says otherwise.
 */
#ifndef LOADER_EXEC_BIND_PRIVATE_H
#define LOADER_EXEC_BIND_PRIVATE_H

#include "common/base/lock.h"

#include "format/sidecar.h"
#include "loader/exec/bind.h"

typedef struct BoundImage {
    Assembly *assembly;
    char *path;
    Verdict verdict;
    Sidecar *sidecar;        /* NULL: not usable */
    uint8_t *rows;           /* ROW_* per row */
    Method **subjects;       /* per row, once an address led there; release */
    uint8_t ran;             /* RAN_* bit of its methods */
    struct BoundImage *next; /* of the same assembly */
} BoundImage;

enum { ROW_UNKNOWN, ROW_GOOD, ROW_BAD };

typedef struct Rejected {
    const BoundImage *image;
    char *method;
    Verdict verdict;
} Rejected;

typedef struct BoundAssembly {
    BoundImage *first;     /* its images, the usable one in front */
    BoundImage *jitted;    /* JIT answers and cached ones, newest first */
    bool searched, cached; /* were looked for beside it; in the cache */
} BoundAssembly;

extern struct Binder {
    HostFacts host;
    Lock lock;                     /* recursive */
    VEC(BoundImage *) images;      /* all, in the order in which they were found */
    VEC(BoundAssembly) assemblies; /* by Assembly.index */
    VEC(Rejected *) rejected;      /* methods, in the order in which they were met */
    Arena arena;                   /* lookups, errors and strings that cells point at */
} binder;

/* -- bind_images.c ------------------------------------------------------------- */
/* The images of an assembly, which are looked for if nobody has; JIT answers and what
 * the cache has, the same. */
BoundImage *bind_images_of(Assembly *assembly);
BoundImage *bind_jitted_of(Assembly *assembly);

/* -- bind_cells.c -------------------------------------------------------------- */
/* Fills the cells that a unit needs before any of its code runs. */
void bind_unit(SidecarUnit *unit);
/* Fills the CALL cells that the method's code uses. False: one that was to be filled
 * with its unit was not, since there is no such helper. */
bool bind_method_cells(const SidecarMethod *found);

#endif
