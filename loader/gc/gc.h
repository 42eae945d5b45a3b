/* gc.h - the collector: it marks and sweeps, and moves nothing. See object.h for the
 * rooting rule.
 */
#ifndef LOADER_GC_GC_H
#define LOADER_GC_GC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loader/gc/object.h"

/* What the collector asks of the runtime above it. */
typedef struct GcRuntime {
    /* The calling pthread becomes a background thread of managed code. False: it can't.
     */
    bool (*attach_thread)(const char *name);
    void (*finalize)(Object *object); /* runs its finalizer, whatever comes of that */
} GcRuntime;

void gc_start(const GcRuntime *runtime); /* once, first of all, on the main thread */
/* pthread_sigmask and sigprocmask (of sigset_t), but that a registered thread goes on
 * to answer. */
int gc_sigmask(int how, const void *set, void *old);
int gc_sigprocmask(int how, const void *set, void *old);
void gc_signals(int out[2]); /* that stop threads and let them go on */
void gc_register_thread(void);
void gc_unregister_thread(void);
/* A second stack of the calling thread, which grows up: words from low to *top are
 * scanned like its own. NULL: it has none any more. */
void gc_watch_stack(void *low, char **top);

/* Fills vtable->gc_kind and gc_descr from the type's reference map. */
void gc_describe(VTable *vtable, Type *type);
Object *gc_alloc_object(VTable *vtable);             /* zeroed; NULL: out of memory */
Object *gc_alloc_sized(VTable *vtable, size_t size); /* arrays, strings */
/* The same, but every word of it may be a reference: its numbers name dynamic methods.
 */
Object *gc_alloc_scanned(VTable *vtable, size_t size);

void *gc_alloc(size_t size);               /* zeroed, scanned conservatively */
void *gc_alloc_atomic(size_t size);        /* zeroed, not scanned */
void *gc_alloc_uncollectable(size_t size); /* zeroed, scanned, lives until gc_free */
void *gc_try_uncollectable(size_t size);   /* the same for programs; NULL: no memory */
void gc_free(void *p);
void gc_root(void *start, size_t size); /* C globals that hold managed pointers */

void gc_collect(void); /* all generations */
void gc_collect_young(void);
void gc_pause(bool pause); /* no collections until all who paused have gone on */
uint64_t gc_heap_bytes(void);
uint64_t gc_used_bytes(void); /* what lived, and what was allocated since */
uint64_t gc_old_bytes(void);  /* the former */
bool gc_is_old(const Object *object);
uint64_t gc_allocated_bytes(void); /* since the start, by all threads */
uint64_t gc_allocated_here(void);  /* by this thread */
uint64_t gc_collections(void);     /* full ones among them */
uint64_t gc_full_collections(void);
uint64_t gc_pause_ns(void); /* that programs had to wait for collections */
typedef struct GcReport {
    uint64_t number;         /* of all collections, from 1 on; 0: there was none */
    uint64_t pause, longest; /* ns; the latter of all so far */
    uint64_t live, heap;     /* bytes, after it */
} GcReport;
GcReport
gc_report(bool full); /* of the last one of the young, or of the last full one */

/* The heap may take so many bytes, or if none are given such a part of the machine's or
 * the container's memory; before the first collection. */
void gc_limit(uint64_t bytes, unsigned percent);
uint64_t gc_limit_bytes(void);   /* 0: there is no limit */
uint64_t gc_machine_bytes(void); /* the machine's memory, or the container's */
/* No collections until so much is allocated, or it ends. False: one is under way. */
bool gc_region_start(uint64_t bytes);
bool gc_region_end(void); /* false: there was none, or it had ended by itself */
bool gc_in_region(void);

/* What the finalizer thread is to run, once; run's to free. */
typedef struct GcCall {
    struct GcCall *next;
    void (*run)(struct GcCall *call);
} GcCall;
typedef struct GcRegionCall {
    GcCall call;
    bool scheduled, abandoned; /* the latter: the region ended before */
} GcRegionCall;
typedef enum GcRegionAnswer { /* .NET's EnableNoGCRegionCallbackStatus */
                              GC_REGION_CALLS,
                              GC_REGION_NONE,
                              GC_REGION_TOO_SMALL, /* or so much is allocated already */
                              GC_REGION_HAS_ONE,
} GcRegionAnswer;
/* Has it run once so many bytes were allocated in the region, or it has ended. */
GcRegionAnswer gc_region_call(GcRegionCall *call, uint64_t bytes);

/* Full collections that are about to be, and that have been, but for those that the
 * program asked for. */
typedef enum GcNotice { GC_NOTICE_APPROACH, GC_NOTICE_COMPLETE, GC_NOTICES } GcNotice;
typedef enum GcNoticeAnswer { /* .NET's GCNotificationStatus */
                              GC_NOTICE_GIVEN,
                              GC_NOTICE_CANCELED = 2,
                              GC_NOTICE_TIMEOUT,
                              GC_NOTICE_NOT_WANTED,
} GcNoticeAnswer;
void gc_notices(bool wanted); /* false: all who wait go on */
GcNoticeAnswer gc_notice_wait(GcNotice notice, int32_t ms); /* -1: for ever */
void gc_register_finalizer(Object *object); /* run on the finalizer thread, once */
void gc_suppress_finalizer(Object *object);
void gc_run_finalizers(void); /* waits for what is queued */
void gc_finalize_all(void);   /* at exit, which is not gone back on */
/* Calls free_it(block), on the finalizer thread, when a block of gc_alloc is garbage
 * and no finalizer can still see it, nor bring it back. What it refers to may be gone.
 * Not at exit. */
void gc_register_block(void *block, void (*free_it)(void *block));

/* Words that hold an object, or null; their address is a handle that managed code may
 * read by itself. Plain atomic stores change them. NULL: out of memory. */
typedef enum GcSlotKind {
    GC_SLOT_WEAK,
    GC_SLOT_LONG, /* weak, but not before its object's finalizer has run */
    GC_SLOT_NORMAL,
    GC_SLOT_PINNED,
    GC_SLOT_PAIR,    /* two words: a key, weak, and a value that lives as long as it */
    GC_SLOT_COUNTED, /* normal while its object is counted on, else as LONG */
    GC_SLOT_KINDS,
} GcSlotKind;
Object **gc_slot_new(Object *object, GcSlotKind kind);
Object **gc_pair_new(Object *key, Object *value);
bool gc_slot_is(Object *const *slot, bool pair); /* of any address: one in use? */
void gc_slot_free(Object **slot);                /* also of a pair; ignores others */
/* Who says of objects in counted slots whether they are, while the world is stopped. */
void gc_set_counting(bool (*is_counted)(const Object *object));

/* The same as numbers, kind 0 to 3 of a GcSlotKind, up to 6: normal. */
uint32_t gc_handle_new(Object *object, int kind); /* 0: out of memory */
Object *gc_handle_get(uint32_t handle);
void gc_handle_set(uint32_t handle, Object *object);
int gc_handle_kind(uint32_t handle);
void gc_handle_free(uint32_t handle);
/* Ephemeron[]: dead keys become the tombstone, an object that is set at the start. */
void gc_register_ephemerons(Array *array);
void gc_set_tombstone(Object *object);
Object *gc_tombstone(void);

/* Calls that block need nothing around them: the collector stops threads by signals, so
 * callers retry what ends with EINTR. CODICIL_GC_STRESS=50 collects at every 50th
 * allocation, CODICIL_GC_STRESS=500us so often, most times the young;
 * CODICIL_GC_VERIFY=1 looks whether these found all that lives. */

#endif
