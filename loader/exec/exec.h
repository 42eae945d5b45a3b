/* exec.h - running methods: interpreter, compiled code, the way between them,
 * unwinding.
 *
 * Every method has one stable entry, a stub of 16 bytes in an RX page whose data
 * (target, argument) lies in the RW page behind it: `target` is the preparing stub at
 * first, then compiled code, or the interpreter's entry stub with the method as
 * argument.
 */
#ifndef LOADER_EXEC_EXEC_H
#define LOADER_EXEC_EXEC_H

#include "common/ir/ir.h"
#include "format/unit.h"
#include "loader/vm/vm.h"

typedef struct InterpCode InterpCode; /* loader/exec/interp: prepared IR */

typedef struct MethodRt { /* Method.rt */
    Method *method;
    void *entry; /* stable stub */
    void *code;  /* compiled code, or NULL; acquire */
    void *ftn;   /* instantiating stub's entry, or entry */
    AbiSig *abi;
    InterpCode *interp; /* prepared for interpretation, or NULL; acquire */
    void *native;       /* C function of an internal call or P/Invoke */
    uint32_t calls;     /* of the interpreter, for tiering */
    uint32_t loops;
    uint8_t ran;           /* RAN_*: for --stats */
    uint8_t compiling;     /* queued for the JIT */
    uint8_t how;           /* HOW_*: what the entry runs; acquire */
    uint32_t stack_words;  /* words of arguments that registers do not hold */
    void *unit_row;        /* loader/exec/bind.c: the sidecar row it came from */
    void *foreign;         /* native_entry.c: for native code, or NULL */
    struct MethodRt *next; /* of all */
} MethodRt;

enum { HOW_UNKNOWN, HOW_INTERP, HOW_CODE, HOW_ICALL };

enum {
    RAN_PRECOMPILED = 1,
    RAN_JITTED = 2,
    RAN_INTERPRETED = 4,
    RAN_REJECTED = 8,
    RAN_CACHED = 16
};

MethodRt *method_rt(Method *method); /* never NULL */
/* The scope of a method that was made at run time, or NULL. Such a method, with its rt
 * and what was prepared for it, lies in memory of the collector: pointers to any of it
 * in stacks, delegates and traces keep it. */
DynamicCode *method_dynamic(const Method *method);
/* Before the rt of a dynamic method is freed: its entry will be another one's. */
void method_rt_release(MethodRt *rt);
/* Every MethodRt made so far, in no order (--stats). */
void method_rt_each(void (*visit)(void *user, MethodRt *rt), void *user);
/* Compiled code for the method has become available: its entry runs it from now on.
 * ran: the RAN_* bit that it earns. Thread-safe. */
void method_set_code(Method *method, void *code, uint8_t ran);

/* A stub for a CALL cell whose callee is not known yet: at its first call it asks
 * resolve(unit, cell) for the code address (NULL: a pending exception, which it raises)
 * and jumps there, then and later. */
typedef void *DelayResolver(void *unit, uint32_t cell);
void *exec_delay_stub(void *unit, uint32_t cell, DelayResolver *resolve);

/* Where compiled code comes from (bind.c): a sidecar's code for the method (canonical
 * form), bound and checked, or NULL. Not called for icalls, P/Invokes. Each found or
 * refused row sets RAN_* bits. */
void *bind_find_code(Method *method);
/* For the helpers and stubs of compiled code; unit is what its UNIT cell holds. NULL:
 * pending exception. */
void *bind_resolve_cell(void *unit, uint32_t cell); /* helper `resolve` */
void *bind_resolve_call(void *unit, uint32_t cell); /* delay stub: code to jump to */
Type *bind_cell_type(void *unit, uint32_t cell);    /* of a TYPE cell (EhClause.type) */
void **bind_cell_address(void *unit, uint32_t cell); /* where the cell itself lies */
/* Address of an IFACE cell, and the interface method that it stands for (NULL:
 * pending). */
IfaceCache **bind_iface_cell(void *unit, uint32_t cell, Method **decl);
/* Images for --stats and embedders; false: no image of that number. Texts are borrowed.
 */
typedef struct BindImage {
    Assembly *assembly;
    const char *path;
    const struct Verdict *verdict;
} BindImage;
bool bind_image(uint32_t number, BindImage *out);
/* The same for methods whose native code was refused. */
typedef struct BindRejected {
    Assembly *assembly; /* of the image */
    const char *path;   /* the image */
    const char *method;
    const struct Verdict *verdict;
} BindRejected;
bool bind_rejected(uint32_t number, BindRejected *out);
/* Judges all methods of all images found so far, not only those that are wanted; their
 * number. */
uint32_t bind_check_all(void);
bool bind_start(Err *err); /* host facts; bad CODICIL_CPU or CODICIL_OS */

/* Finds code for a method if nobody has yet (sidecar, JIT or interpreter, as vm.mode
 * says). Returns the address to jump to now; NULL: pending exception. */
void *method_prepare(Method *method);

/* The JIT (jit.c): compiles now and waits (modes aot, jit), or NULL when there is no
 * worker or the method can't be compiled. */
void *jit_compile_now(Method *method);
/* Why nothing is compiled any more, for ever; NULL: nobody gave it up. */
const char *jit_given_up(void);
/* Queues for the background (mixed). */
void jit_enqueue(Method *method);
/* OSR code for a loop header of an exact method, or NULL: f(frame words). */
void *jit_osr(Method *method, uint32_t il_offset);

/* Raises: set the trace, find the handler, unwind. Only with no lock held. */
void exec_raise(Object *exception) __attribute__((noreturn));
void exec_raise_pending(void) __attribute__((noreturn));
void exec_rethrow(Object *exception) __attribute__((noreturn));

/* Is there room on the stack for that many bytes, which C code is about to take for
 * managed values? False: a pending StackOverflowException. */
bool exec_stack_room(uint64_t bytes);

/* The managed frames of the calling thread, innermost first. */
typedef struct FrameInfo {
    Method *method;
    uint32_t il_offset; /* UINT32_MAX: unknown */
    uint32_t native_offset;
    bool outlined; /* of compiled code: its caller is the method's own frame */
} FrameInfo;
typedef bool FrameVisitor(void *user, const FrameInfo *frame); /* false: stop */
void exec_walk(FrameVisitor *visit, void *user);
/* Frame number `index`, innermost first, of the trace that raising put into an
 * exception (or into the object that an exception's _stackTrace holds); false past the
 * end. */
bool exec_trace_read(Object *exception, uint32_t index, FrameInfo *frame);

/* What native code calls, by the registers of its call (glue.h); the runtime knows its
 * thread by then. The stub is a function pointer for C, freed or kept for ever. */
typedef struct NativeEntry NativeEntry;
struct CallRegs;
struct NativeEntry {
    void (*enter)(NativeEntry *entry, struct CallRegs *regs);
};
void *native_stub_new(NativeEntry *entry);
void native_stub_free(void *code);
NativeEntry *native_stub_entry(const void *code); /* NULL: no such stub */

/* The C function behind helper `id` (format/helpers.def). */
void *helper_address(HelperId id);

/* Address of compiled code -> the method it is of; bind.c knows images' code. */
bool bind_frame_at(const void *ip, FrameInfo *frame);
/* The same with the methods that were inlined there, innermost first: fills at most
 * room, returns their number, 0: no compiled code. Only the last one may be outlined.
 */
uint32_t bind_frames_at(const void *ip, FrameInfo *out, uint32_t room);
/* For _dl_find_object: the image that holds pc, and the call-frame record of the code
 * there. */
typedef struct BindFrame {
    const void *start, *end; /* of all its code */
    const void *fde;         /* NULL: none */
} BindFrame;
bool bind_find_frame(const void *pc, BindFrame *out);

void exec_start(void); /* stubs, signal handlers, vm_methods */

#endif
