/* region.c - regions without collections: a program says how much it is about to
 * allocate, and there is none until it has, or says that it is done.
 */
#include "loader/gc/gc_private.h"

typedef struct Region {
    uint64_t start; /* gc_allocated_bytes, like the next two */
    uint64_t until; /* then it ends by itself; atomic; 0: there is none */
    uint64_t bytes; /* that the program asked for */
    GcRegionCall *call;
    uint64_t call_at;
} Region;

static Region region; /* under the lock */

bool gc_in_region(void)
{
    return __atomic_load_n(&region.until, __ATOMIC_ACQUIRE) != 0;
}

/* The program counts what its objects take; what threads have for themselves comes on
 * top. */
bool gc_region_start(uint64_t bytes)
{
    enum { HOLES = 4 << 20 };
    uint64_t start = gc_allocated_bytes();
    gc_lock();
    bool fresh = !gc_in_region();
    if (fresh) {
        region = (Region){.start = start, .bytes = bytes};
        __atomic_store_n(&region.until, start + bytes + bytes / 4 + HOLES,
                         __ATOMIC_RELEASE);
        gc_pause(true);
    }
    gc_unlock();
    return fresh;
}

static void schedule(bool abandoned)
{
    GcRegionCall *call = region.call;
    region.call = NULL;
    if (!call)
        return;
    call->abandoned = abandoned;
    call->scheduled = true;
    finalizer_add_call(&call->call);
}

static bool end(void)
{
    if (!__atomic_exchange_n(&region.until, 0, __ATOMIC_ACQ_REL))
        return false;
    schedule(true);
    gc_pause(false);
    return true;
}

bool gc_region_end(void)
{
    gc_lock();
    bool ended = end();
    gc_unlock();
    finalizer_notify();
    return ended;
}

void region_check(uint64_t allocated)
{
    if (!region.until)
        return;
    if (region.call && allocated >= region.call_at)
        schedule(false);
    if (allocated > region.until)
        end();
}

GcRegionAnswer gc_region_call(GcRegionCall *call, uint64_t bytes)
{
    uint64_t allocated = gc_allocated_bytes();
    gc_lock();
    GcRegionAnswer answer = GC_REGION_CALLS;
    if (!gc_in_region())
        answer = GC_REGION_NONE;
    else if (region.call)
        answer = GC_REGION_HAS_ONE;
    else if (bytes > region.bytes || region.start + bytes <= allocated)
        answer = GC_REGION_TOO_SMALL;
    if (answer == GC_REGION_CALLS) {
        region.call = call;
        region.call_at = region.start + bytes;
    }
    gc_unlock();
    return answer;
}
