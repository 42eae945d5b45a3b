/* interp_eh.c - exceptions in interpreter frames: finding handlers, running finally. */
#include "loader/exec/interp_private.h"
#include "loader/exec/eh_private.h"
#include "loader/exec/method.h"
#include "loader/exec/wrapped_private.h"
#include "common/ir/ir.h"
#include "loader/gc/object.h"
#include "loader/vm/exception.h"

InterpExit *interp_exit_of(InterpFrame *frame, uint32_t part)
{
    return (InterpExit *)(frame->fp + frame->code->parts[part].slot);
}

static bool ends_with(const InterpClause *clause, bool unwinding)
{
    return clause->kind == IRP_FINALLY || (unwinding && clause->kind == IRP_FAULT);
}

const InterpInsn *interp_leave(InterpFrame *frame, InterpExit *exit)
{
    const InterpCode *code = frame->code;
    while (exit->part != IR_NONE) {
        const InterpPart *part = &code->parts[exit->part];
        bool last = exit->part == exit->stop;
        if (last && exit->stop_clause == IR_NONE)
            break;
        uint32_t n = last ? exit->stop_clause : part->n_clauses;
        while (exit->clause < n) {
            const InterpClause *clause = &part->clauses[exit->clause++];
            if (!ends_with(clause, exit->raise != NULL))
                continue;
            *interp_exit_of(frame, clause->handler) = *exit;
            return &code->insns[code->parts[clause->handler].entry];
        }
        if (last || part->kind == IRP_FILTER)
            break;
        exit->part = part->parent;
        exit->clause = 0;
    }
    return exit->target;
}

static uint32_t part_at(const InterpFrame *frame)
{
    const InterpCode *code = frame->code;
    return code->part_of ? code->part_of[frame->ip - code->insns] : 0;
}

/* -- filters ------------------------------------------------------------------- */

/* A filter runs as a frame of its own over the words of its method's. */
static void run_filter(void *arg)
{
    InterpFrame *frame = arg;
    InterpGuard guard = {.guard = {.run = interp_run_guarded,
                                   .ops = &interp_guard_ops,
                                   .interp_frame = frame}};
    frame->guard = &guard;
    frame->stack = __builtin_frame_address(0);
    eh_guard(&guard.guard);
}

static bool filter_takes(InterpFrame *frame, uint32_t part, Raise *raise)
{
    const InterpCode *code = frame->code;
    *(Object **)(frame->fp + code->parts[part].slot) =
        eh_seen_by(code->method, raise->exception);
    eh_before_filter(raise);
    InterpFrame *inner =
        interp_push_filter(frame, &code->insns[code->parts[part].entry]);
    bool ended = eh_barrier(run_filter, inner);
    bool result = inner->filter_result;
    interp_pop(inner);
    if (!ended)
        exception_take();
    return ended && result;
}

static bool clause_takes(InterpFrame *frame, const InterpClause *clause, Raise *raise)
{
    if (clause->kind == IRP_CATCH)
        return eh_catches(clause->type,
                          eh_seen_by(frame->code->method, raise->exception));
    return clause->kind == IRP_FILTER && filter_takes(frame, clause->filter, raise);
}

/* -- guard --------------------------------------------------------------------- */

static bool interp_search(EhGuard *guard, Raise *raise)
{
    InterpFrame *frame = guard->interp_frame;
    const InterpPart *parts = frame->code->parts;
    for (uint32_t p = part_at(frame); p != IR_NONE; p = parts[p].parent) {
        if (parts[p].kind == IRP_FILTER)
            break;
        for (uint32_t k = 0; k < parts[p].n_clauses; k++)
            if (clause_takes(frame, &parts[p].clauses[k], raise)) {
                raise->part = p;
                raise->clause = k;
                return true;
            }
    }
    return false;
}

static bool interp_has_cleanup(EhGuard *guard)
{
    InterpFrame *frame = guard->interp_frame;
    const InterpPart *parts = frame->code->parts;
    for (uint32_t p = part_at(frame); p != IR_NONE && parts[p].kind != IRP_FILTER;
         p = parts[p].parent)
        for (uint32_t k = 0; k < parts[p].n_clauses; k++)
            if (ends_with(&parts[p].clauses[k], true))
                return true;
    return false;
}

static int64_t interp_go_on(InterpFrame *frame, InterpExit *exit)
{
    frame->ip = interp_leave(frame, exit);
    frame->guard->guard.again = 1;
    return 0;
}

static int64_t interp_land(EhGuard *guard, Raise *raise)
{
    InterpFrame *frame = guard->interp_frame;
    const InterpCode *code = frame->code;
    uint32_t handler = code->parts[raise->part].clauses[raise->clause].handler;
    *(Object **)(frame->fp + code->parts[handler].slot) =
        eh_seen_by(code->method, raise->exception);
    InterpExit exit = {.target = &code->insns[code->parts[handler].entry],
                       .raise = raise,
                       .part = part_at(frame),
                       .stop = raise->part,
                       .stop_clause = raise->clause};
    return interp_go_on(frame, &exit);
}

static int64_t interp_cleanup(EhGuard *guard, Raise *raise)
{
    InterpFrame *frame = guard->interp_frame;
    InterpExit exit = {.raise = raise,
                       .part = part_at(frame),
                       .stop = IR_NONE,
                       .stop_clause = IR_NONE};
    return interp_go_on(frame, &exit);
}

const EhGuardOps interp_guard_ops = {interp_search, interp_has_cleanup, interp_land,
                                     interp_cleanup};

int64_t interp_run_guarded(EhGuard *guard)
{
    InterpFrame *frame = guard->interp_frame;
    interp_run(frame);
    Raise *raise = ((InterpGuard *)guard)->resume;
    if (!raise)
        return 0;
    ((InterpGuard *)guard)->resume = NULL;
    guard->passed = raise;
    eh_resume(raise);
}
