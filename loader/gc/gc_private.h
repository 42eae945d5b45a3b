/* gc_private.h - what the files of the collector's interface share. */
#ifndef LOADER_GC_PRIVATE_H
#define LOADER_GC_PRIVATE_H

#define GC_THREADS
#define GC_NO_THREAD_REDIRECTS
#include <gc/gc.h>
#include <gc/gc_inline.h>
#include <gc/gc_mark.h>

#include "loader/gc/gc.h"

/* VTable.gc_kind: how an object is allocated and scanned. */
typedef enum GcKind {
    GC_KIND_ATOMIC,  /* no references */
    GC_KIND_PLAIN,   /* every word may be a reference */
    GC_KIND_PRECISE, /* VTable.gc_descr says which words are */
    GC_KIND_COUNT,
} GcKind;

extern int gc_kinds[GC_KIND_COUNT]; /* libgc's numbers of them */

void ephemerons_mark_end(void); /* world stopped, marks complete */
void finalizer_start(const GcRuntime *runtime);

/* Below the caller's frame. Who waits or collects there does so in frames that do not
 * write all of their words: what lay in them would keep objects alive. */
void gc_wipe_stack(void);

/* Between true and false libgc may not fail to register what this thread hands it: it
 * would say nothing. */
void gc_must_register(bool must);

#endif
