/* trace.c - stack traces: walking the frames, and keeping them in exceptions.
 *
 * An interpreter frame knows an address inside the C frame of the function that runs
 * it, so walking outwards it belongs in front of the first physical frame whose stack
 * pointer is above that.
 *
 * An exception's trace is a long[] in its field _stackTrace: a Method *, then offsets,
 * per frame. Managed code only tests that field for null, clears it and puts back what
 * it was: an array is never changed, a longer trace is another one.
 */

#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/ir/synth.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/eh_private.h"
#include "loader/exec/interp_private.h"
#include "loader/exec/method.h"
#include "loader/exec/trace.h"
#include "loader/exec/trace_private.h"
#include "loader/exec/unwind_private.h"
#include "loader/vm/vm.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/thread.h"
#include "loader/vm/member.h"

enum {
    WORDS = 2,         /* of a frame in the array */
    MOST_FRAMES = 999, /* of an exception: stack overflows have a million, mono as many
                        * as this */
};

#define HANDED_ON (1ULL << 63) /* in the offsets; no method has as much code */

static void trace_push(TraceBuilder *trace, const FrameInfo *frame)
{
    if (!synth_is(frame->method) && trace->frames.n < trace->most)
        *vec_push(&trace->frames) = *frame;
}

void trace_open(TraceBuilder *trace, bool of_exception)
{
    trace->most = of_exception ? MOST_FRAMES : SIZE_MAX;
    trace->frames.at = NULL;
    trace->frames.n = trace->frames.room = 0;
    trace->interp = thread_self()->exec.interp_top;
    trace->outlined = NULL;
}

void trace_close(TraceBuilder *trace)
{
    vec_free(&trace->frames);
}

/* A part of a method (a try, a handler) and the method's own frame count once. */
static void trace_add_compiled(TraceBuilder *trace, const void *ip)
{
    enum { FEW = 16 };
    FrameInfo few[FEW], *frames = few;
    uint32_t n = bind_frames_at(ip, frames, FEW);
    if (n > FEW) {
        frames = mem_array(n, sizeof *frames);
        n = bind_frames_at(ip, frames, n);
    }
    if (n) {
        bool counted = trace->outlined == frames[0].method;
        trace->outlined = frames[n - 1].outlined ? frames[n - 1].method : NULL;
        for (uint32_t i = counted ? 1 : 0; i < n; i++)
            trace_push(trace, &frames[i]);
    }
    if (frames != few)
        free(frames);
}

void trace_add(TraceBuilder *trace, UnwindContext *context, const EhGuard *guard)
{
    const char *limit = (const char *)unwind_get_sp(context);
    FrameInfo info;
    for (; trace->interp && interp_frame_within(trace->interp, limit, guard);
         trace->interp = interp_frame_up(trace->interp))
        if (interp_frame_info(trace->interp, &info))
            trace_push(trace, &info);
    int at_instruction; /* a signal's frame; others hold return addresses */
    uintptr_t ip = unwind_get_ip_info(context, &at_instruction);
    if (!guard)
        trace_add_compiled(trace, (const void *)(at_instruction ? ip : ip - 1));
}

void exec_trace_unbound(Method *method, uint8_t n)
{
    Thread *thread = thread_self();
    thread->exec.unbound = thread->pending;
    thread->exec.unbound_method = method;
    thread->exec.n_unbound = n;
}

void trace_add_unbound(TraceBuilder *trace, const Object *exception)
{
    ThreadExec *exec = &thread_self()->exec;
    if (exec->unbound == exception)
        for (uint8_t i = 0; i < exec->n_unbound; i++)
            trace_push(trace, &(FrameInfo){.method = exec->unbound_method});
    exec->unbound = NULL;
}

/* -- in exceptions ------------------------------------------------------------- */

static bool has_trace(const Object *thrown)
{
    Type *type = object_type(thrown), *base = vm.world->known.exception;
    return type == base || type_is_subclass(type, base);
}

Array *trace_of(Object *exception)
{
    return has_trace(exception) ? *field_exception_trace(exception) : NULL;
}

/* The frame that caught the exception, the last of the n before, throws it again. */
static bool trace_rethrows(const TraceBuilder *trace, const Array *before, uint32_t n)
{
    const uint64_t *last = (const uint64_t *)before->data + (n - 1) * WORDS;
    return (Method *)last[0] == trace->frames.at[0].method;
}

/* Words that name methods which may be freed keep them: all of an array, or none. */
static bool trace_is_scanned(const TraceBuilder *trace, const Array *before)
{
    for (size_t i = 0; i < trace->frames.n; i++)
        if (method_dynamic(trace->frames.at[i].method))
            return true;
    for (uint32_t i = 0; before && i < before->length; i += WORDS)
        if (method_dynamic((Method *)((const uint64_t *)before->data)[i]))
            return true;
    return false;
}

static Array *trace_array(const TraceBuilder *trace, const Array *before, size_t words)
{
    Type *elem = vm.world->known.i8;
    return trace_is_scanned(trace, before) ? array_new_scanned(elem, (uint32_t)words)
                                           : array_new_of(elem, (int64_t)words);
}

void trace_store(const TraceBuilder *trace, Object *exception, const Array *before,
                 TraceWay way)
{
    if (!has_trace(exception))
        return;
    uint32_t n = before ? before->length / WORDS : 0;
    size_t first =
        way == TRACE_AGAIN && n && trace->frames.n && trace_rethrows(trace, before, n);
    size_t n_new = trace->frames.n - first;
    Array *made = trace_array(trace, before, (n + n_new) * WORDS);
    if (!made) {
        exception_take();
        return;
    }
    if (before)
        memcpy(made->data, before->data, (size_t)before->length * 8);
    uint64_t *words = (uint64_t *)made->data + n * WORDS;
    if (way == TRACE_KEPT && n)
        words[-1] |= HANDED_ON;
    for (size_t i = 0; i < n_new; i++) {
        const FrameInfo *frame = &trace->frames.at[first + i];
        words[i * WORDS] = (uintptr_t)frame->method;
        words[i * WORDS + 1] = (uint64_t)frame->native_offset << 32 | frame->il_offset;
    }
    field_exception_trace_set(exception, made);
}

bool exec_trace_read(Object *exception, uint32_t index, FrameInfo *frame)
{
    const Array *words =
        has_trace(exception) ? trace_of(exception) : (Array *)exception;
    if (!words || index >= words->length / WORDS)
        return false;
    const uint64_t *at = (const uint64_t *)words->data + index * WORDS;
    frame->method = (Method *)at[0];
    frame->il_offset = (uint32_t)at[1];
    frame->native_offset = (uint32_t)((at[1] & ~HANDED_ON) >> 32);
    frame->outlined = false;
    frame->handed_on = (at[1] & HANDED_ON) != 0;
    return true;
}

void exec_trace_keep(void)
{
    thread_self()->exec.keeps_trace = true;
}

/* -- walking ------------------------------------------------------------------- */

static _Unwind_Reason_Code walk_frame(UnwindContext *context, void *user)
{
    trace_add(user, context, eh_context_guard(context));
    return _URC_NO_REASON;
}

void exec_walk(FrameVisitor *visit, void *user)
{
    TraceBuilder trace;
    trace_open(&trace, false);
    unwind_backtrace(walk_frame, &trace);
    for (size_t i = 0; i < trace.frames.n; i++)
        if (!visit(user, &trace.frames.at[i]))
            break;
    trace_close(&trace);
}
