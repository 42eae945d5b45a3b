/* vm.h - the state of the one runtime in a process.
 *
 * Lock order: see ARCHITECTURE.md. Managed code is never called with a lock held.
 */
#ifndef LOADER_VM_VM_H
#define LOADER_VM_VM_H

#include <pthread.h>
#include <stdbool.h>

<<<<<<< HEAD
#include "common/base/lock.h"
#include "common/ir/abi.h"
=======
>>>>>>> h-floors
#include "common/types/types.h"
#include "loader/gc/object.h"

typedef enum VmMode { VM_MIXED, VM_AOT, VM_JIT, VM_INTERP } VmMode;

typedef struct Vm {
    World *world;
    Lock lock; /* recursive; slow paths: vtables, method state */
    VmMode mode;
    bool require_native, no_cache, verify_full;
    Assembly *entry; /* the program's assembly */
    int argc;
    char **argv;       /* program's arguments, without its own name */
    uint64_t start_ns; /* CLOCK_MONOTONIC at process start */
    Object *domain;    /* the one AppDomain object */
    Object *out_of_memory, *stack_overflow, *null_reference; /* preallocated */
    int exit_code;                                           /* Environment.ExitCode */
    bool shutting_down;
    uint64_t jit_wait_ns; /* time the program waited for compilation; atomic */
} Vm;

extern Vm vm;

uint64_t vm_now_ns(void); /* CLOCK_MONOTONIC */

<<<<<<< HEAD
/* -- threads (thread.c) -------------------------------------------------------- */
typedef struct Thread {
    Object *pending;              /* exception set and not raised yet */
    Object *in_flight;            /* exception being raised (root while it unwinds) */
    Object *managed;              /* System.Threading.Thread */
    Object *internal;             /* the object behind that */
    void *interp_top;             /* loader/exec: innermost interpreter frame */
    void *eh;                     /* loader/exec: state of the raise under way */
    char *stack_low, *stack_high; /* usable stack: guard excluded */
    void **statics;               /* thread-static blocks by index; gc memory */
    uint32_t n_statics;
    int32_t managed_id;
    pthread_t pthread;
    bool background;
    uint32_t state;          /* System.Threading.ThreadState */
    void *wait;              /* loader/vm/monitor.c, wait handles */
    struct Thread *next;     /* all threads, under vm.lock */
    Type *cctor_wait;        /* the type whose .cctor on another thread it waits for */
    struct ThreadSync *sync; /* loader/vm/sync.h: how others wake this thread */
    Object *name;            /* String or NULL */
    bool named;              /* by the program, which may do so once */
    Object *start, *start_arg; /* thread.c: what it will run */
    Object *passing;           /* the pending one, if managed code below threw it */
    struct TailCall
        *tail; /* loader/exec/tail_private.h: the one under way; gc memory */
    char *interp_sp, *interp_end; /* loader/exec/interp_stack.c */
    char *interp_low;             /* the mapping; NULL: nothing was interpreted yet */
    size_t interp_size;
    uint32_t invocations; /* of managed code, on its stack */
    int32_t attached;     /* codicil_attach_thread, nested */
    bool runs_main;       /* its end is the program's */
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
void thread_expect_foreign(void); /* before native code gets to call managed code */
void thread_detach(void);

/* -- types at run time (typert.c, vtable.c)
 * ---------------------------------------------- */
typedef enum CctorState {
    CCTOR_NEEDED,
    CCTOR_RUNNING,
    CCTOR_DONE,
    CCTOR_FAILED
} CctorState;

typedef struct TypeRt {      /* Type.rt; uncollectable gc memory, scanned */
    VTable *vtable;          /* NULL until type_vtable */
    void *statics;           /* static block */
    Object *type_object;     /* of System.Type */
    Object *cctor_exception; /* TypeInitializationException, when FAILED */
    Thread *cctor_thread;
    uint8_t cctor_state;         /* CctorState; read with acquire */
    int32_t thread_static_index; /* -1: none yet */
    void *reflection;            /* caches of reflection; gc memory */
} TypeRt;

TypeRt *type_rt(Type *type);                  /* never NULL */
bool type_reach(Type *type, TypeLevel level); /* loads; false: pending exception */
/* Loads to READY and makes the vtable. NULL: pending exception. Slots hold each
 * method's stable entry (method_entry), value types' slots their unboxing stub's. What
 * it points at is there, too (vtable.c). */
VTable *type_vtable(Type *type);
void vtable_show_type_object(TypeRt *rt); /* to who reads the vtable itself */
void *type_statics(Type *type);           /* static block without running the .cctor */
/* Runs the .cctor unless done or running on this thread. False: pending exception. */
bool type_init(Type *type);
/* Static block after type_init; *done: it may be cached (the .cctor has finished). */
void *type_static_base(Type *type, bool *done);
void *type_thread_static_base(Type *type);
Object *type_object(Type *type);            /* the one of System.Type; NULL: pending */
Type *type_of_object(Object *runtime_type); /* behind an object of System.Type */
bool type_castable(Type *from, Type *to);   /* cached type_assignable */
Object *object_isinst(Object *object, Type *type);
/* What decl runs on object, cached per (vtable, decl). NULL: pending. It takes the
 * object as `this`: for a value type's own method it is the SYNTH_UNBOX (synth.h) of
 * that method. */
Method *object_virtual(Object *object, Method *decl);

/* -- objects (object.c, string.c, array.c) ------------------------------------- */
Object *object_new(Type *type); /* zeroed; no constructor; NULL: pending */
Object *object_new_vtable(VTable *vtable);
Field *nullable_field(Type *nullable, bool value); /* its value or whether it has one */
Object *object_box(Type *type,
                   const void *value); /* Nullable aware; may be NULL, no pending */
void object_unbox_nullable(Type *nullable, Object *object, void *out);
Object *object_clone(Object *object);
uint32_t object_hash(Object *object); /* stable identity hash */

String *string_new(uint32_t length); /* zeroed */
String *string_from_utf8(const char *text);
String *string_from_utf8n(const char *text, size_t size);
String *string_from_utf16(const uint16_t *chars, uint32_t length);
char *string_to_utf8(const String *string); /* malloc; NULL string: NULL */
/* The same for strings of any size that a program wants to have copied: false leaves an
 * OutOfMemoryException pending. */
bool string_copy_utf8(const String *string, char **out);
String *string_intern(String *string);
String *string_is_interned(String *string);                 /* NULL: no */
String *string_literal(Assembly *assembly, uint32_t token); /* interned */

Array *array_new(Type *array_type, int64_t length); /* SZARRAY; NULL: pending */
Array *array_new_vtable(VTable *vtable, int64_t length);
/* Arrays in arrays: T[a][b] of n lengths, no more than the type has levels. */
Array *array_new_jagged(Type *array_type, const int32_t *lengths, uint32_t n);
Array *array_new_md(Type *array_type, const int32_t *lengths,
                    const int32_t *lower_bounds);
Array *array_new_scanned(Type *elem, uint32_t length); /* gc_alloc_scanned */
Array *array_new_of(Type *elem, int64_t length);
#define ARRAY_AT(array, T, i) (((T *)(array)->data)[i])

/* -- delegates (delegate.c) ---------------------------------------------------- */
/* Sets up a delegate object over (target, stable code address); NULL: pending. */
Object *delegate_new(Type *type, Object *target, void *code);
/* For reflection: over a Method. closed: target is its first argument. */
Object *delegate_new_method(Type *type, Object *target, Method *method);
/* Fills invoke_impl and extra_arg for the fields that managed code set (Combine, ...).
 */
bool delegate_setup(Object *delegate);
/* Makes a zeroed one run what will be in its field `delegates`. */
bool delegate_setup_multicast(Object *delegate);
/* Calls an event handler (sender, event). False: pending exception. */
bool delegate_invoke_handler(Object *handler, Object *sender, Object *event);

/* -- exceptions (exception.c) -------------------------------------------------- */
/* Makes the exception and sets it pending; always returns false. Name: "System.X";
 * format NULL: the message of its own constructor. */
bool exception_set(const char *name, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool exception_set_object(Object *exception);
bool exception_set_err(const Err *err); /* by its kind */
/* False: nothing can lie there, and NullReferenceException is pending. C code asks
 * before it uses an address that managed code has made up. */
bool exception_check_address(const void *address);
/* For exceptions of a message and a parameter's or file's name (NULL: none). */
bool exception_argument(const char *name, const char *param, const char *message);
bool exception_argument_null(const char *param);
static inline bool exception_pending(void)
{
    return __builtin_expect(thread_current->pending != NULL, 0);
}
Object *exception_take(void); /* the pending one, which is cleared; NULL: none */
/* An unhandled exception on stderr. */
void exception_print_unhandled(Object *exception);
char *exception_describe(Object *exception); /* its ToString(), malloc; never NULL */

/* -- methods at run time (loader/exec/method.c) -------------------------------- */
/* Stable address that runs the method under the convention of abi.h: what vtable slots
 * and direct callers hold. Never NULL. A method with a context argument wants it. */
void *method_entry(Method *method);
/* What delegates and ldftn hold: the entry, or its instantiating stub's; of a method
 * for native callers a C function (NULL: pending exception). */
void *method_ftn(Method *method);
Method *method_from_entry(const void *code); /* NULL: not a managed entry */
/* For native code: the same under the same convention, which for plain words is C's, on
 * any thread. */
void *method_native_address(Method *method);
/* Calls a method from C. args[i] points at the value of argument i (this first: pointer
 * to the reference, or for value types pointer to the address); result: room for the
 * return value, 8 bytes at least. Generic context is passed by itself. False: pending
 * exception. Not virtual: resolve with object_virtual before. */
bool method_invoke(Method *method, void **args, void *result);

=======
>>>>>>> h-floors
#endif
