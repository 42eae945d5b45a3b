/* buffer.c - System.Buffer: memory that is moved, with references in it or not. */
#include <string.h>

#include "loader/gc/barrier.h"
#include "loader/library/coreclr/table.h"

static void move(void *to, const void *from, size_t size)
{
    memmove(to, from, size);
}

static void clear(void *at, size_t size)
{
    memset(at, 0, size);
}

/* Another thread may read a reference while it is moved: whole words, in the order that
 * overlapping asks for. */
static void move_references(void *to, const void *from, size_t size)
{
    uintptr_t *out = to;
    const uintptr_t *in = from;
    size_t n = size / sizeof *out;
    gc_wrote_range(to, size);
    if (out <= in || out >= in + n)
        for (size_t i = 0; i < n; i++)
            __atomic_store_n(&out[i], in[i], __ATOMIC_RELAXED);
    else
        for (size_t i = n; i-- > 0;)
            __atomic_store_n(&out[i], in[i], __ATOMIC_RELAXED);
    gc_wrote_range(to, size);
}

const FcallRow fcalls_buffer[] = {
    FCALL("BulkMoveWithWriteBarrierInternal", NULL, move_references),
    FCALLS_END,
};

const QcallRow qcalls_buffer[] = {
    QCALL(Buffer_MemMove, move),
    QCALL(Buffer_Clear, clear),
    QCALLS_END,
};
