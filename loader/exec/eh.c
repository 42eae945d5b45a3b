/* eh.c - raising, guards, and protected regions of compiled code. */
#include "loader/exec/eh.h"

#include <stdlib.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/exec/glue.h"
#include "loader/exec/helpers_private.h"
#include "loader/gc/gc.h"
#include "loader/vm/exception.h"
#include "loader/vm/library.h"
#include "loader/vm/shutdown.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/bind_cells_private.h"
#include "loader/exec/eh_private.h"
#include "loader/exec/interp_private.h"
#include "loader/exec/signals_private.h"
#include "loader/exec/trace_private.h"
#include "loader/exec/unwind_private.h"
#include "loader/exec/wrapped_private.h"
#include "loader/vm/vm.h"
#include "loader/vm/thread.h"
#include "loader/vm/typert.h"

enum { REG_RBX = 3, REG_RBP = 6, REG_R12 = 12 }; /* DWARF numbers */

extern const char eh_guard_return[];
int64_t eh_guard_landed(EhGuard *guard, Raise *raise);

_Static_assert(offsetof(EhGuard, run) == GUARD_RUN, "glue.S");
_Static_assert(offsetof(EhGuard, again) == GUARD_AGAIN, "glue.S");

/* -- raising ------------------------------------------------------------------- */

typedef struct Search {
    Raise *raise;
    TraceBuilder trace;
    Array *before; /* trace that is continued */
    TraceWay way;
    bool told; /* the program, that it is raised */
} Search;

EhGuard *eh_context_guard(UnwindContext *context)
{
    return unwind_get_ip(context) == (uintptr_t)eh_guard_return
               ? (EhGuard *)unwind_get_register(context, REG_RBX)
               : NULL;
}

/* The trace ends with the frame that raises. */
static void tell_first_chance(Search *search)
{
    search->told = true;
    if (!vm_library_hooks->first_chance || !vm_library_hooks->first_chance_wanted())
        return;
    TraceBuilder raiser = search->trace;
    raiser.frames.n = 1;
    trace_store(&raiser, search->raise->exception, search->before, search->way);
    vm_library_hooks->first_chance(search->raise->exception);
}

static _Unwind_Reason_Code search_frame(UnwindContext *context, void *user)
{
    Search *search = user;
    EhGuard *guard = eh_context_guard(context);
    trace_add(&search->trace, context, guard);
    if (!search->told && search->trace.frames.n)
        tell_first_chance(search);
    if (!guard)
        return _URC_NO_REASON;
    if (!guard->ops->search(guard, search->raise))
        return _URC_NO_REASON;
    search->raise->target = guard;
    return _URC_NORMAL_STOP;
}

void eh_before_filter(Raise *raise)
{
    Search *search = raise->search;
    trace_store(&search->trace, raise->exception, search->before, search->way);
}

/* Is there anything to do in the guard's frame? */
static bool guard_stops(EhGuard *guard, const Raise *raise)
{
    return raise->target == guard ||
           (guard->passed != raise && guard->ops->has_cleanup(guard));
}

typedef struct Passage {
    Raise *raise;
    GuardRegs regs;
} Passage;

static _Unwind_Reason_Code pass_frame(UnwindContext *context, void *user)
{
    Passage *passage = user;
    EhGuard *guard = eh_context_guard(context);
    if (!guard || !guard_stops(guard, passage->raise))
        return _URC_NO_REASON;
    GuardRegs *regs = &passage->regs;
    *regs = (GuardRegs){.rbx = (uintptr_t)guard,
                        .rbp = unwind_get_register(context, REG_RBP),
                        .rsp = unwind_get_sp(context)};
    for (int i = 0; i < 4; i++)
        regs->r12[i] = unwind_get_register(context, REG_R12 + i);
    return _URC_NORMAL_STOP;
}

/* Goes on in the next guard that wants the exception or has something to clean up. */
static void pass_on(Raise *raise) __attribute__((noreturn));

static void pass_on(Raise *raise)
{
    Passage passage = {.raise = raise};
    unwind_backtrace(pass_frame, &passage);
    if (!passage.regs.rsp)
        log_fatal("an exception could not be unwound");
    eh_guard_land(&passage.regs, raise);
}

static const EhGuardOps barrier_ops;

/* Nobody catches it but the runtime, at the bottom of a thread. */
static bool ends_thread(const Thread *thread, const Raise *raise)
{
    return thread->bottom && thread->exec.barriers == 1 && raise->target &&
           raise->target->ops == &barrier_ops;
}

static void raise_exception(Object *exception, TraceWay way) __attribute__((noreturn));

static uint32_t n_raised;

uint32_t exec_raised_count(void)
{
    return __atomic_load_n(&n_raised, __ATOMIC_RELAXED);
}

static void raise_exception(Object *exception, TraceWay way)
{
    Thread *thread = thread_self();
    lock_assert_none();
    __atomic_fetch_add(&n_raised, way != TRACE_ON, __ATOMIC_RELAXED);
    thread->pending = thread->exec.passing = NULL;
    if (way == TRACE_NEW && thread->exec.keeps_trace)
        way = TRACE_KEPT;
    thread->exec.keeps_trace = false;
    if (!exception)
        exception = exception_new("System.NullReferenceException", NULL);
    if (!exception)
        exception = exception_take();
    exception = eh_wrap(exception);
    Raise *raise = gc_alloc(sizeof *raise);
    if (!raise)
        raise = mem_alloc(sizeof *raise);
    raise->exception = exception;
    thread->exec.in_flight = exception;
    if (exception == vm.stack_overflow && vm_library_hooks->stack_overflow)
        vm_library_hooks->stack_overflow();
    Search search = {.raise = raise, .way = way, .told = way == TRACE_ON};
    search.before = way != TRACE_NEW ? trace_of(exception) : NULL;
    raise->search = &search;
    trace_open(&search.trace, true);
    trace_add_unbound(&search.trace, exception);
    unwind_backtrace(search_frame, &search);
    trace_store(&search.trace, exception, search.before, way);
    raise->search = NULL;
    trace_close(&search.trace);
    if (ends_thread(thread, raise))
        vm_tell_last(exception);
    if (!raise->target) { /* native code called this, on a thread of its own */
        thread->pending = exception;
        vm_die(DIED_IN_THREAD);
    }
    pass_on(raise);
}

void exec_raise(Object *exception)
{
    raise_exception(exception, TRACE_NEW);
}

void exec_rethrow(Object *exception)
{
    raise_exception(exception, TRACE_AGAIN);
}

void exec_raise_pending(void)
{
    const Thread *thread = thread_self();
    Object *exception = thread->pending;
    TraceWay way = exception == thread->exec.passing ? TRACE_ON : TRACE_NEW;
    raise_exception(exception ? exception : vm.out_of_memory, way);
}

void eh_throw_cast(Object *object, Type *type)
{
    if (!vm_library_hooks->invalid_cast)
        eh_throw("System.InvalidCastException");
    Object *exception = vm_library_hooks->invalid_cast(object_type(object), type);
    exec_raise(exception ? exception : exception_take());
}

void eh_throw(const char *name)
{
    Object *exception = exception_new(name, NULL);
    exec_raise(exception ? exception : exception_take());
}

bool eh_catches(Type *type, Object *exception)
{
    return type_castable(object_type(exception), type);
}

/* -- guards -------------------------------------------------------------------- */

int64_t eh_guard_landed(EhGuard *guard, Raise *raise)
{
    guard->again = 0;
    signals_landed();
    interp_drop_frames(guard);
    if (raise->target != guard)
        return guard->ops->cleanup(guard, raise);
    thread_self()->exec.in_flight = NULL;
    return guard->ops->land(guard, raise);
}

void eh_resume(Raise *raise)
{
    thread_self()->exec.in_flight = raise->exception;
    pass_on(raise);
}

/* -- barriers: C that must not be unwound -------------------------------------- */

typedef struct Barrier {
    EhGuard guard;
    void (*function)(void *arg);
    void *arg;
} Barrier;

static int64_t barrier_run(EhGuard *guard)
{
    Barrier *barrier = (Barrier *)guard;
    barrier->function(barrier->arg);
    return true;
}

static bool barrier_search(EhGuard *guard, Raise *raise)
{
    (void)guard, (void)raise;
    return true;
}

static bool no_cleanup(EhGuard *guard)
{
    (void)guard;
    return false;
}

static int64_t barrier_land(EhGuard *guard, Raise *raise)
{
    (void)guard;
    thread_self()->pending = thread_self()->exec.passing = raise->exception;
    return false;
}

static const EhGuardOps barrier_ops = {barrier_search, no_cleanup, barrier_land,
                                       barrier_land};

bool eh_barrier(void (*function)(void *arg), void *arg)
{
    lock_assert_none();
    Barrier barrier = {{.run = barrier_run,
                        .ops = &barrier_ops,
                        .interp_sp = thread_self()->exec.interp_sp},
                       function,
                       arg};
    thread_self()->exec.barriers++;
    bool ok = eh_guard(&barrier.guard);
    thread_self()->exec.barriers--;
    return ok;
}

/* -- protected regions of compiled code (format/layout.h) ---------------------- */

typedef struct Region {
    EhGuard guard;
    void *frame;
    EhPart *body;
    const EhClause *clauses;
    uint32_t n;
    void *unit;
} Region;

typedef struct FilterCall {
    EhPart *filter;
    void *frame;
    Object *exception;
    int32_t result;
} FilterCall;

static int64_t region_run(EhGuard *guard)
{
    Region *region = (Region *)guard;
    return region->body(region->frame, NULL);
}

static void filter_run(void *arg)
{
    FilterCall *call = arg;
    call->result = call->filter(call->frame, call->exception);
}

/* Compiled code does not say whose it is, but its handlers lie in the method's code. */
static Object *region_sees(const EhClause *clause, Object *exception)
{
    FrameInfo frame;
    return eh_is_wrapper(exception) &&
                   bind_frame_at((const void *)clause->handler, &frame)
               ? eh_seen_by(frame.method, exception)
               : exception;
}

static bool clause_takes(const Region *region, const EhClause *clause, Raise *raise)
{
    if (clause->kind == EH_CATCH) {
        Type *type = bind_cell_type(region->unit, (uint32_t)clause->type);
        if (!type)
            exception_take();
        return type && eh_catches(type, region_sees(clause, raise->exception));
    }
    if (clause->kind != EH_FILTER)
        return false;
    eh_before_filter(raise);
    FilterCall call = {clause->filter, region->frame,
                       region_sees(clause, raise->exception), 0};
    if (!eh_barrier(filter_run, &call))
        exception_take();
    return call.result != 0;
}

static bool region_search(EhGuard *guard, Raise *raise)
{
    Region *region = (Region *)guard;
    for (uint32_t i = 0; i < region->n; i++)
        if (clause_takes(region, &region->clauses[i], raise)) {
            raise->clause = i;
            return true;
        }
    return false;
}

static bool is_cleanup(const EhClause *clause)
{
    return clause->kind == EH_FINALLY || clause->kind == EH_FAULT;
}

static bool region_has_cleanup(EhGuard *guard)
{
    Region *region = (Region *)guard;
    for (uint32_t i = 0; i < region->n; i++)
        if (is_cleanup(&region->clauses[i]))
            return true;
    return false;
}

static void region_clean(Region *region, uint32_t n, Raise *raise)
{
    for (uint32_t i = 0; i < n; i++)
        if (is_cleanup(&region->clauses[i]))
            region->clauses[i].handler(region->frame, raise->exception);
}

static int64_t region_land(EhGuard *guard, Raise *raise)
{
    Region *region = (Region *)guard;
    Object *volatile exception = raise->exception; /* rooted while the handler runs */
    region_clean(region, raise->clause, raise);
    const EhClause *clause = &region->clauses[raise->clause];
    return clause->handler(region->frame, region_sees(clause, exception));
}

static int64_t region_cleanup(EhGuard *guard, Raise *raise)
{
    Region *region = (Region *)guard;
    region_clean(region, region->n, raise);
    eh_resume(raise);
}

static const EhGuardOps region_ops = {region_search, region_has_cleanup, region_land,
                                      region_cleanup};

int32_t helper_eh_enter(void *frame, EhPart *body, const EhClause *clauses, int32_t n,
                        void *unit)
{
    stack_check();
    Region region = {.guard = {.run = region_run,
                               .ops = &region_ops,
                               .interp_sp = thread_self()->exec.interp_sp},
                     .frame = frame,
                     .body = body,
                     .clauses = clauses,
                     .n = (uint32_t)n,
                     .unit = unit};
    return (int32_t)eh_guard(&region.guard);
}
