/* interlocked.c - System.Threading.Interlocked: what the importer has no operation for.
 */
#include <linux/membarrier.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "loader/gc/barrier.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"

static Object *exchange(Object **at, Object *value)
{
    if (!exception_check_address(at))
        return NULL;
    gc_writes(at);
    return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);
}

static Object *compare_exchange(Object **at, Object *value, Object *expected)
{
    if (!exception_check_address(at))
        return NULL;
    gc_writes(at);
    __atomic_compare_exchange_n(at, &expected, value, false, __ATOMIC_SEQ_CST,
                                __ATOMIC_SEQ_CST);
    return expected;
}

/* On every processor that runs a thread of this process. */
static void barrier_everywhere(void)
{
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

const FcallRow fcalls_interlocked[] = {
    FCALL("ExchangeObject", NULL, exchange),
    FCALL("CompareExchangeObject", NULL, compare_exchange),
    FCALLS_END,
};

const QcallRow qcalls_interlocked[] = {
    QCALL(Interlocked_MemoryBarrierProcessWide, barrier_everywhere),
    QCALLS_END,
};
