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

/* Of an object that lies anywhere, once all that lives is marked. */
static inline bool object_is_dead(Object *object)
{
    return object && GC_base(object) == object && !GC_is_marked(object);
}

/* Before the first ephemeron, under the allocation lock; NULL. */
void *ephemerons_prepare(void *none);
/* With the world stopped. */
void ephemerons_mark_end(void); /* marks are complete but these */
bool ephemeron_mark_value(Object *key, Object *value); /* true: marked one more */
void slots_push_strong(void);
void slots_clear_dead(GcSlotKind kind);
bool pairs_mark_values(void); /* true: marked one more */
void pairs_clear_dead(void);

void heap_memory_grows(void); /* from now on memory is for what is used at once */

void finalizables_mark_dead(void);
void finalizables_keep_blocks(void);
void finalizables_push_ready(void);
void mark_reachable(void *object);

/* run(object, data) once when the object is garbage; replaces what was registered. */
typedef void FinalizableRun(void *object, void *data);
void finalizable_register(void *object, FinalizableRun *run, void *data);
void finalizable_register_block(void *block, FinalizableRun *run, void *data);
void finalizable_forget(void *object);
bool finalizable_has_news(void); /* once: since it was last asked, some became ready */
bool finalizable_is_ready(void);
bool finalizable_run_next(void);       /* false: nothing is ready */
bool finalizable_make_all_ready(void); /* false: there were none */

void finalizer_start(const GcRuntime *runtime);
void finalizer_notify(void); /* a collection may have been; with no lock held */

/* Below the caller's frame. Who waits or collects there does so in frames that do not
 * write all of their words: what lay in them would keep objects alive. */
void gc_wipe_stack(void);

#endif
