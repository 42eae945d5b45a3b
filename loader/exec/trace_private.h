/* trace_private.h - collecting a trace while the stack is walked. */
#ifndef LOADER_EXEC_TRACE_PRIVATE_H
#define LOADER_EXEC_TRACE_PRIVATE_H

#include "common/base/vec.h"
#include "loader/exec/eh_private.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/unwind_private.h"
#include "loader/exec/trace.h"
#include "loader/gc/object.h"

typedef struct TraceBuilder {
    VEC(FrameInfo) frames;
    size_t most;
    void *interp;     /* innermost interpreter frame that was not visited yet */
    Method *outlined; /* last compiled frame: of a part of this method; or NULL */
} TraceBuilder;

/* of_exception: a long trace is cut. */
void trace_open(TraceBuilder *trace, bool of_exception);
void trace_close(TraceBuilder *trace);
/* Adds the frames that exec_trace_unbound has said of the exception, and forgets them.
 */
void trace_add_unbound(TraceBuilder *trace, const Object *exception);
/* Adds what the frame of context holds; guard: the guard that it is of, or NULL. */
void trace_add(TraceBuilder *trace, UnwindContext *context, const EhGuard *guard);
/* How a trace relates to the one that the exception has. */
typedef enum TraceWay {
    TRACE_NEW,
    TRACE_AGAIN, /* thrown again by the frame that caught it */
    TRACE_ON,    /* on its way through C code */
    TRACE_KEPT,  /* raised anew, exec_trace_keep */
} TraceWay;
/* Stores the trace into the exception, behind the frames of `before` (may be NULL). */
void trace_store(const TraceBuilder *trace, Object *exception, const Array *before,
                 TraceWay way);
Array *trace_of(Object *exception); /* as it is stored; NULL: none */

#endif
