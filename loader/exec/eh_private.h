/* eh_private.h - raising and unwinding.
 *
 * A guard says what runs under it and what happens when an exception arrives: it may
 * take the exception (search), or want to run finally handlers while it passes
 * (cleanup). In both cases the guard's frame is entered again through its landing pad,
 * with everything below it gone.
 *
 * Raising is one walk that collects the trace and searches, and one to the next guard
 * that has something to do, again and again up to the one found. Frames of native code
 * are left as longjmp leaves them: no frame has a personality, so that another
 * unwinder's passing through (pthread_exit) is no exception of ours. Where managed code
 * runs below method_invoke, its guard takes everything; where native code has called it
 * on a thread of its own, nobody may.
 */
#ifndef LOADER_EXEC_EH_PRIVATE_H
#define LOADER_EXEC_EH_PRIVATE_H

#include "loader/exec/unwind_private.h"
#include "loader/exec/eh.h"
#include "loader/gc/object.h"

typedef struct EhGuard EhGuard;

typedef struct Raise { /* gc memory */
    Object *exception;
    EhGuard *target;       /* takes the exception */
    uint32_t part, clause; /* of the target */
    void *search;          /* while it goes on */
} Raise;

typedef struct EhGuardOps {
    bool (*search)(EhGuard *guard, Raise *raise); /* does it take the exception? */
    bool (*has_cleanup)(EhGuard *guard);
    int64_t (*land)(EhGuard *guard, Raise *raise); /* it took it: result of eh_guard */
    int64_t (*cleanup)(EhGuard *guard,
                       Raise *raise); /* ends with eh_resume, or runs again */
} EhGuardOps;

struct EhGuard {
    int64_t (*run)(EhGuard *guard);
    uint8_t again; /* set by land and cleanup: run once more */
    const EhGuardOps *ops;
    Raise *passed;      /* its cleanup is done for this one */
    void *interp_frame; /* the InterpFrame that it guards, or NULL: */
    char *interp_sp;    /* what was taken of the interpreter's stack around it */
};

int64_t eh_guard(EhGuard *guard);
/* The guard whose frame context is; NULL: another frame. */
EhGuard *eh_context_guard(UnwindContext *context);
void eh_resume(Raise *raise) __attribute__((noreturn));

/* Runs function(arg); false: an exception arrived, and is pending now. */
bool eh_barrier(void (*function)(void *arg), void *arg);
/* Sets up and raises by name, with the default message. */
void eh_throw(const char *name) __attribute__((noreturn));
/* The object is not of that type. */
void eh_throw_cast(Object *object, Type *type) __attribute__((noreturn));
/* A filter may look at the trace so far: to be called before one runs. */
void eh_before_filter(Raise *raise);
bool eh_catches(Type *type, Object *exception);

#endif
