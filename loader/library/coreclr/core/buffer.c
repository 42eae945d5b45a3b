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

const FcallRow fcalls_buffer[] = {
    FCALL("BulkMoveWithWriteBarrierInternal", NULL, gc_move),
    FCALLS_END,
};

const QcallRow qcalls_buffer[] = {
    QCALL(Buffer_MemMove, move),
    QCALL(Buffer_Clear, clear),
    QCALLS_END,
};
