/* gc.c - System.GC, System.Runtime.GCSettings.
 *
 * The collector has two generations and moves nothing: of what programs may wish of it,
 * much is true without doing anything. Generation 1 is none of its own: it is empty,
 * and collected with 0. Who asks for an object's generation is told how many
 * collections it has survived since somebody first asked, as far as that is known.
 */
#include "loader/gc/gc.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/base/hash.h"
#include "common/base/lock.h"
#include "loader/exec/method.h"
#include "loader/library/coreclr/core/program.h"
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/vm.h"

enum { MAX_GENERATION = 2 }; /* programs pass it to Collect */

/* System.GCLatencyMode, GCLargeObjectHeapCompactionMode, and results of what sets the
 * former. */
enum { LATENCY_INTERACTIVE = 1, LATENCY_NO_REGION = 4 };
enum { COMPACTION_DEFAULT = 1 };
enum { SET_DONE = 0, SET_IN_REGION = 1 };

static int32_t latency_mode = LATENCY_INTERACTIVE;
static int32_t compaction_mode = COMPACTION_DEFAULT;

/* -- collecting ---------------------------------------------------------------- */

/* In a region without collections, this ends it. */
static void collect(int32_t generation, int32_t mode, int32_t low_memory)
{
    (void)mode;
    (void)low_memory;
    gc_region_end();
    if (generation >= 0 && generation < MAX_GENERATION) {
        gc_collect_young();
        return;
    }
    gc_collect();
    compaction_mode = COMPACTION_DEFAULT;
}

static int32_t collection_count(int32_t generation, int32_t special)
{
    (void)special;
    return generation > MAX_GENERATION    ? 0
           : generation == MAX_GENERATION ? (int32_t)gc_full_collections()
                                          : (int32_t)gc_collections();
}

static int32_t max_generation(void)
{
    return MAX_GENERATION;
}

/* The last object of each hash that somebody has asked for. */
typedef struct Aged {
    uint32_t handle; /* weak; 0: none */
    uint64_t since;  /* gc_collections */
} Aged;

enum { AGED = 1024, HANDLE_WEAK = 0 };
static Lock aged_lock = LOCK_INIT(LOCK_LEAF);
static Aged aged[AGED];

static Aged aged_swap(const Object *object, Aged now)
{
    Aged *slot = &aged[hash_ptr(object) % AGED];
    lock_acquire(&aged_lock);
    Aged before = *slot;
    if (now.handle)
        *slot = now;
    lock_release(&aged_lock);
    return before;
}

/* What .NET keeps among its large objects is of the last generation at once. */
static int32_t generation_of(Object *object)
{
    enum { LARGE = 85000 };
    if (object_size(object) >= LARGE)
        return MAX_GENERATION;
    Aged known = aged_swap(object, (Aged){0, 0});
    if (known.handle && gc_handle_get(known.handle) == object) {
        uint64_t age = gc_collections() - known.since;
        return age < MAX_GENERATION ? (int32_t)age : MAX_GENERATION;
    }
    uint64_t since = gc_collections(), age = !gc_is_old(object) ? 0 : since > 1 ? 2 : 1;
    Aged now = {gc_handle_new(object, HANDLE_WEAK), since - age};
    known = aged_swap(object, now);
    if (now.handle && known.handle)
        gc_handle_free(known.handle);
    return (int32_t)age;
}

static uint64_t generation_size(int32_t generation)
{
    return generation == MAX_GENERATION ? gc_old_bytes()
           : generation                 ? 0
                                        : gc_used_bytes() - gc_old_bytes();
}

static int64_t generation_budget(int32_t generation)
{
    (void)generation;
    return -1; /* none */
}

/* -- memory that only the program knows of -------------------------------------- */

static uint64_t pressure; /* bytes since the last collection that it caused; atomic */

static void add_pressure(uint64_t bytes)
{
    enum { LEAST = 64 << 20 };
    uint64_t used = gc_used_bytes(), limit = used > LEAST ? used : LEAST;
    if (__atomic_add_fetch(&pressure, bytes, __ATOMIC_RELAXED) < limit)
        return;
    __atomic_store_n(&pressure, 0, __ATOMIC_RELAXED);
    gc_collect();
}

static void remove_pressure(uint64_t bytes)
{
    uint64_t now = __atomic_load_n(&pressure, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&pressure, &now, now > bytes ? now - bytes : 0,
                                        false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        continue;
}

/* -- numbers ------------------------------------------------------------------- */

static int64_t total_memory(void)
{
    return (int64_t)gc_used_bytes();
}

static int64_t allocated(void)
{
    return (int64_t)gc_allocated_bytes();
}

static int64_t allocated_here(void)
{
    return (int64_t)gc_allocated_here();
}

static int64_t total_pause(void)
{
    enum { NS_A_TICK = 100 };
    return (int64_t)(gc_pause_ns() / NS_A_TICK);
}

static uint64_t part_in_collections(uint64_t whole)
{
    uint64_t run = vm_now_ns() - vm.start_ns;
    return run ? gc_pause_ns() * whole / run : 0;
}

static int32_t percent_in_collections(void)
{
    return (int32_t)part_in_collections(100);
}

static uint64_t segment_size(void)
{
    return gc_heap_bytes();
}

/* 0: it can't be read. */
static uint64_t memory_available(void)
{
    static const char key[] = "MemAvailable:";
    FILE *file = fopen("/proc/meminfo", "re");
    char line[256];
    unsigned long kib = 0;
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, key, strlen(key)) &&
            sscanf(line + strlen(key), " %lu", &kib) == 1)
            break;
    if (file)
        fclose(file);
    return (uint64_t)kib << 10;
}

/* The last one of a kind, none of which goes on while the program does. */
static bool find_report(int32_t kind, GcReport *report, int32_t *generation)
{
    enum { ANY, EPHEMERAL, FULL_BLOCKING };
    GcReport young = gc_report(false), full = gc_report(true);
    bool is_full = kind == FULL_BLOCKING || (kind == ANY && full.number > young.number);
    *report = is_full ? full : young;
    *generation = is_full ? MAX_GENERATION : 0;
    return kind <= FULL_BLOCKING && report->number;
}

static void memory_info(Object *info, int32_t kind)
{
    enum { HIGH_PERCENT = 90, NS_A_TICK = 100 };
    uint64_t machine = gc_machine_bytes(), limit = gc_limit_bytes(),
             available = memory_available();
    *field_gc_memory_info_available(info) = (int64_t)(limit ? limit : machine);
    *field_gc_memory_info_high_threshold(info) =
        (int64_t)(machine * HIGH_PERCENT / 100);
    GcReport report;
    int32_t generation;
    if (!find_report(kind, &report, &generation))
        return; /* all else is as of the last one */
    *field_gc_memory_info_index(info) = (int64_t)report.number;
    *field_gc_memory_info_load(info) =
        (int64_t)(machine > available ? machine - available : 0);
    *field_gc_memory_info_heap(info) = (int64_t)report.live;
    *field_gc_memory_info_committed(info) = (int64_t)report.heap;
    *field_gc_memory_info_generation(info) = generation;
    *field_gc_memory_info_pause(info) = (void *)(uintptr_t)(report.pause / NS_A_TICK);
    *field_gc_memory_info_pause_percentage(info) =
        (int32_t)part_in_collections(100 * 100);
}

/* -- arrays -------------------------------------------------------------------- */

/* Whatever the flags: all memory is zeroed, and nothing moves. */
static void new_array(void *handle, int32_t length, int32_t flags, Object **result)
{
    (void)flags;
    *result = (Object *)array_new(type_of_handle(handle), length);
}

/* -- finalizers: the collector's own thread has them run (loader/gc/finalizer.c), one
 * at a time by the class library's loop, which knows who handles what they throw ------
 */

static __thread Object **due; /* on the stack of who has it run */

bool gc_finalize(Object *object)
{
    Object *last = object;
    uint64_t n[2];
    due = &last;
    bool ok = vm_invoke_bottom(method_gc_run_finalizers(), NULL, n);
    due = NULL;
    return ok;
}

static void *next_finalizable(Object **object)
{
    *object = due ? *due : NULL;
    due = NULL;
    return *object ? method_ftn(object_type(*object)->finalizer) : NULL;
}

static void reregister(Object **object)
{
    gc_register_finalizer(*object);
}

/* -- regions without collections, and what is not there ------------------------ */

enum {
    START_DONE = 0,
    START_NO_MEMORY = 1,
    START_IN_PROGRESS = 3,
    END_DONE = 0,
    END_NOT_IN_PROGRESS = 1
};

static int32_t start_region(int64_t size, int32_t large_known, int64_t large_size,
                            int32_t no_full)
{
    (void)large_known;
    (void)large_size;
    (void)no_full;
    if ((uint64_t)size > gc_machine_bytes())
        return START_NO_MEMORY;
    if (gc_region_start((uint64_t)size))
        return START_DONE;
    gc_region_end(); /* a second one ends the first */
    return START_IN_PROGRESS;
}

/* work: NoGCRegionCallbackFinalizerWorkItem, which begins as a GcRegionCall does. */
static int32_t region_callback(void *work, int64_t size)
{
    return (int32_t)gc_region_call(work, (uint64_t)size);
}

static int32_t end_region(void)
{
    return gc_region_end() ? END_DONE : END_NOT_IN_PROGRESS;
}

/* How much is left before it, in percent, is not asked for: it is known when the next
 * one is full. */
static int32_t register_notices(int32_t percent, int32_t percent_large)
{
    (void)percent, (void)percent_large;
    gc_notices(true);
    return true;
}

static int32_t cancel_notices(void)
{
    gc_notices(false);
    return true;
}

static int32_t wait_for_approach(int32_t ms)
{
    return (int32_t)gc_notice_wait(GC_NOTICE_APPROACH, ms);
}

static int32_t wait_for_complete(int32_t ms)
{
    return (int32_t)gc_notice_wait(GC_NOTICE_COMPLETE, ms);
}

/* Limits of the heap are the operating system's. */
static int32_t refresh_limit(void)
{
    enum { REFRESHED = 0 };
    return REFRESHED;
}

static void *no_segment(void *start, intptr_t size)
{
    (void)start;
    (void)size;
    return NULL;
}

static void forget_segment(void *segment)
{
    (void)segment;
}

typedef void TellValue(void *context, const char *name, const char *public_name,
                       int32_t type, int64_t value);

static void tell_configuration(void *context, TellValue *tell)
{
    enum { IS_INT64 = 0, IS_BOOL = 2 };
    tell(context, "ServerGC", "System.GC.Server", IS_BOOL, false);
    tell(context, "ConcurrentGC", "System.GC.Concurrent", IS_BOOL, false);
    tell(context, "HeapCount", "System.GC.HeapCount", IS_INT64, 1);
}

/* -- GCSettings ---------------------------------------------------------------- */

static int32_t is_server(void)
{
    return false;
}

static int32_t get_latency(void)
{
    return gc_in_region() ? LATENCY_NO_REGION : latency_mode;
}

static int32_t set_latency(int32_t mode)
{
    if (gc_in_region())
        return SET_IN_REGION;
    latency_mode = mode;
    return SET_DONE;
}

static int32_t get_compaction(void)
{
    return compaction_mode;
}

static void set_compaction(int32_t mode)
{
    compaction_mode = mode;
}

const FcallRow fcalls_gc[] = {
    FCALL("GetMaxGeneration", NULL, max_generation),
    FCALL("GetGenerationInternal", NULL, generation_of),
    FCALL("GetGenerationSize", NULL, generation_size),
    FCALL("_CollectionCount", NULL, collection_count),
    FCALL("GetAllocatedBytesForCurrentThread", NULL, allocated_here),
    FCALL("GetTotalAllocatedBytesApproximate", NULL, allocated),
    FCALL("_GetTotalPauseDuration", NULL, total_pause),
    FCALL("GetLastGCPercentTimeInGC", NULL, percent_in_collections),
    FCALL("GetMemoryInfo", NULL, memory_info),
    FCALL("GetSegmentSize", NULL, segment_size),
    FCALL("SuppressFinalizeInternal", NULL, gc_suppress_finalizer),
    FCALL("_RegisterForFullGCNotification", NULL, register_notices),
    FCALL("_CancelFullGCNotification", NULL, cancel_notices),
    FCALLS_END,
};

const FcallRow fcalls_gc_settings[] = {
    FCALL("get_IsServerGC", NULL, is_server),
    FCALL("GetGCLatencyMode", NULL, get_latency),
    FCALL("SetGCLatencyMode", NULL, set_latency),
    FCALL("GetLOHCompactionMode", NULL, get_compaction),
    FCALL("SetLOHCompactionMode", NULL, set_compaction),
    FCALLS_END,
};

const QcallRow qcalls_gc[] = {
    QCALL(GCInterface_Collect, collect),
    QCALL(GCInterface_GetTotalMemory, total_memory),
    QCALL(GCInterface_GetTotalAllocatedBytesPrecise, allocated),
    QCALL(GCInterface_GetGenerationBudget, generation_budget),
    QCALL(GCInterface_AddMemoryPressure, add_pressure),
    QCALL(GCInterface_RemoveMemoryPressure, remove_pressure),
    QCALL(GCInterface_AllocateNewArray, new_array),
    QCALL(GCInterface_GetNextFinalizableObject, next_finalizable),
    QCALL(GCInterface_ReRegisterForFinalize, reregister),
    QCALL(GCInterface_WaitForPendingFinalizers, gc_run_finalizers),
    QCALL(GCInterface_StartNoGCRegion, start_region),
    QCALL(GCInterface_EndNoGCRegion, end_region),
    QCALL(GCInterface_EnableNoGCRegionCallback, region_callback),
    QCALL(GCInterface_WaitForFullGCApproach, wait_for_approach),
    QCALL(GCInterface_WaitForFullGCComplete, wait_for_complete),
    QCALL(GCInterface_RefreshMemoryLimit, refresh_limit),
    QCALL(GCInterface_RegisterFrozenSegment, no_segment),
    QCALL(GCInterface_UnregisterFrozenSegment, forget_segment),
    QCALL(GCInterface_EnumerateConfigurationValues, tell_configuration),
    QCALLS_END,
};
