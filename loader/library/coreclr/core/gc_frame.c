/* gc_frame.c - what tells .NET's collector and JIT of references in frames, and asks
 * them for figures. Ours scans stacks and registers as they are; what
 * compiles here is another process. */
#include "loader/library/coreclr/table.h"
#include "loader/gc/barrier.h"

static void nothing(const void *registration)
{
    (void)registration;
}

static void store(Object **at, Object *value)
{
    gc_writes(at);
    __atomic_store_n(at, value, __ATOMIC_RELEASE);
}

static int64_t none(int32_t current_thread)
{
    (void)current_thread;
    return 0;
}

const FcallRow fcalls_gc_frame[] = {
    FCALL("RegisterForGCReporting", NULL, nothing),
    FCALL("UnregisterForGCReporting", NULL, nothing),
    FCALLS_END,
};

const FcallRow fcalls_cast_helpers[] = {
    FCALL("WriteBarrier", NULL, store),
    FCALLS_END,
};

const FcallRow fcalls_jit_info[] = {
    FCALL("GetCompilationTimeInTicks", NULL, none),
    FCALL("GetCompiledILBytes", NULL, none),
    FCALL("GetCompiledMethodCount", NULL, none),
    FCALLS_END,
};
