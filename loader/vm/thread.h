/* thread.h - managed threads: attaching, start, join, state. */
#ifndef LOADER_VM_THREAD_H
#define LOADER_VM_THREAD_H

#include <pthread.h>
#include <stdbool.h>

#include "loader/gc/object.h"

/* What a floor above keeps of a thread, in its own part of Thread. */
typedef struct ThreadExec {
    struct TailCall *tail;        /* tail_private.h: the one under way; gc memory */
    Object *in_flight;            /* exception being raised (root while it unwinds) */
    Object *passing;              /* the pending one, if managed code below threw it */
    void *interp_top;             /* innermost interpreter frame */
    char *interp_sp, *interp_end; /* interp_stack.c */
    char *interp_low;             /* the mapping; NULL: nothing was interpreted yet */
    size_t interp_size;
    uint32_t invocations; /* of managed code, on its stack */
    uint32_t barriers;    /* that no exception passes, on its stack */
    bool keeps_trace;     /* of the next exception that is raised: trace.h */
    uint8_t n_unbound;    /* frames of unbound_method in the trace of */
    Object *unbound;      /* the pending one: that method has no native code */
    Method *unbound_method;
} ThreadExec;

typedef struct Thread {
    Object *pending;              /* exception set and not raised yet */
    char *stack_low, *stack_high; /* usable stack: guard excluded */
    ThreadExec exec;
    struct {
        bool named; /* by the program, which may do so once */
    } library;
    struct {
        int32_t attached; /* codicil_attach_thread, nested */
    } host;
    Object *managed;           /* System.Threading.Thread */
    Object *internal;          /* the object behind that */
    Object *name;              /* String or NULL */
    Object *start, *start_arg; /* what it will run, or */
    Method *start_method;      /* a method of the managed Thread, of no arguments */
    uintptr_t
        hidden_managed; /* complement of the managed Thread that has not started */
    void **statics;     /* thread-static blocks by index; gc memory */
    uint32_t n_statics;
    int32_t managed_id;
    int32_t stack_size; /* wanted; 0: the default */
    uint8_t apartment;  /* ApartmentState */
    pthread_t pthread;
    bool background;
    bool runs_main;          /* its end is the program's */
    bool bottom;             /* it runs managed code by vm_invoke_bottom */
    bool is_main;            /* of the process, which is called as it is */
    uint32_t state;          /* System.Threading.ThreadState */
    void *wait;              /* monitor.c, wait handles */
    Type *cctor_wait;        /* the type whose .cctor on another thread it waits for */
    struct ThreadSync *sync; /* sync.h: how others wake this thread */
    struct Thread *next;     /* all threads, under vm.lock */
} Thread;

extern __thread Thread *thread_current; /* initial-exec TLS */
static inline Thread *thread_self(void)
{
    return thread_current;
}
/* The calling pthread becomes one of managed code, until it detaches or ends. False:
 * pending exception. */
bool thread_attach(const char *name);
/* The same for a thread of native code's own: a background thread. */
bool thread_attach_foreign(void);
void thread_detach(void);

/* System.Threading.ThreadState. */
enum {
    THREAD_BACKGROUND = 4,
    THREAD_UNSTARTED = 8,
    THREAD_STOPPED = 16,
    THREAD_WAIT_SLEEP_JOIN = 32,
};

/* System.Threading.ThreadPriority: what a thread is told; the system treats all alike.
 */
enum { PRIORITY_LOWEST = 0, PRIORITY_NORMAL = 2, PRIORITY_HIGHEST = 4 };

/* System.Threading.ApartmentState: what a thread says of itself; nothing comes of it.
 */
typedef enum ApartmentState {
    APARTMENT_STA,
    APARTMENT_MTA,
    APARTMENT_UNKNOWN,
} ApartmentState;

/* Gives a new managed Thread the object behind it.
 * False: pending exception. */
bool thread_construct_internal(Object *managed);
/* The Thread behind such an object, or behind a managed Thread. NULL: none
 * yet. */
Thread *thread_of_internal(Object *internal);
Thread *thread_of_managed(Object *managed);
/* Frees it when its thread has ended (a finalizer). */
void thread_free_internal(Object *internal);

/* Starts it: runs the delegate, with the argument kept in Thread if it takes one.
 * False: no thread could be made; may have a pending exception. */
bool thread_start(Object *managed, Object *delegate);
/* The same for one that thread_construct_internal has made: runs a method of it. Who
 * calls keeps the managed Thread alive. */
bool thread_start_method(Thread *thread, Method *method);
/* ms: -1 for ever. False: pending exception (interrupted, not started); *ended: it did.
 */
bool thread_join(Thread *thread, int32_t ms, bool *ended);
bool thread_sleep(int32_t ms); /* false: pending ThreadInterruptedException */
void thread_interrupt(Thread *thread);
void thread_set_state(Thread *thread, uint32_t bits);
void thread_clear_state(Thread *thread, uint32_t bits);
uint32_t thread_get_state(const Thread *thread);
void thread_set_apartment(Thread *thread, ApartmentState state);
int32_t thread_priority(Object *managed);
/* False: pending exception (no priority, thread has ended). */
bool thread_set_priority(Object *managed, int32_t priority);
String *thread_name(Thread *thread);                /* NULL: none */
void thread_set_name(Thread *thread, String *name); /* NULL: none */

/* The calling pthread becomes a background one of managed code. False: pending
 * exception. */
bool thread_attach_background(const char *name);
/* A background pthread of the runtime's own that runs managed code: body runs attached.
 */
bool thread_run(const char *name, void (*body)(void *), void *arg);
/* Waits until no foreground thread but the caller runs. */
void thread_wait_foreground(void);

#endif
