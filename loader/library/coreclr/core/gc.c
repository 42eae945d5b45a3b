/* gc.c - System.GC. */
#include "loader/gc/gc.h"

#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"

/* Finalizers are run by the collector's own thread (loader/gc/finalizer.c): the loop of
 * the class library finds none. */
static void *next_finalizable(Object **object)
{
    *object = NULL;
    return NULL;
}

const FcallRow fcalls_gc[] = {
    FCALL("SuppressFinalizeInternal", NULL, gc_suppress_finalizer),
    FCALLS_END,
};

const QcallRow qcalls_gc[] = {
    QCALL(GCInterface_GetNextFinalizableObject, next_finalizable),
    QCALLS_END,
};
