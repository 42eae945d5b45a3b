/* interp_private.h - the interpreter.
 *
 * A method's IR is prepared once into an array of instructions that name their handlers
 * and the byte offsets of their operands. A frame is an InterpFrame and an array of
 * 8-byte words on a stack that the thread has for them (interp_stack.c): variables as
 * ir_layout places them, then a word per exception handler for its exception, then an
 * InterpExit per finally or fault handler. I4 and F4 use the low half of their word.
 *
 * interp_run goes from frame to frame where interpreted code calls interpreted code, so
 * such a call takes nothing of the C stack. A method with exception handlers runs under
 * a guard, and so in an interp_run of its own. A call site keeps what it has found; one
 * of a method that only loads a field becomes the load.
 *
 * The interpreter only runs exact methods.
 */
#ifndef LOADER_EXEC_INTERP_PRIVATE_H
#define LOADER_EXEC_INTERP_PRIVATE_H

#include "loader/exec/method.h"
#include "loader/exec/natives.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/eh_private.h"
#include "common/ir/abi.h"
#include "common/ir/ir.h"
#include "loader/gc/object.h"
#include "loader/vm/thread.h"

typedef enum InterpOp {
#define I(name) I_##name,
#include "loader/exec/interp.def"
#undef I
    I_COUNT,
} InterpOp;

typedef struct InterpInsn {
    const void *handler;
    uint32_t dst, a;
    union {
        struct {
            uint32_t b, c;
        };
        void *value; /* what p was resolved to; p stays */
    };
    union {
        int64_t imm;
        void *p;
    };
} InterpInsn;

typedef struct InterpClause {
    IrPartKind kind;
    Type *type;
    uint32_t handler, filter; /* parts */
} InterpClause;

typedef struct InterpPart {
    IrPartKind kind;
    uint32_t parent;
    uint32_t entry; /* instruction */
    uint32_t slot;  /* CATCH, FILTER: offset of the exception; FINALLY, FAULT: of
                     * the InterpExit */
    uint32_t n_clauses;
    InterpClause *clauses;
} InterpPart;

/* Where a finally handler goes on when it ends: out of the parts up to `stop`, through
 * the finally handlers on the way, then to `target`. */
typedef struct InterpExit {
    const InterpInsn *target; /* NULL: the exception goes on to other frames */
    Raise *raise;             /* why, or NULL: a leave */
    uint32_t part, clause;    /* where to go on looking for finally handlers */
    uint32_t stop;            /* part that control ends up in; IR_NONE: none */
    uint32_t stop_clause;     /* of the TRY part `stop`, or IR_NONE: stop before it */
} InterpExit;

enum { HOT_CALLS = 300, HOT_LOOP = 5000 }; /* from then on compiled code is wanted */

struct InterpCode {
    Method *method;
    InterpInsn *insns;
    uint32_t *il;      /* per instruction */
    uint16_t *part_of; /* per instruction; NULL: all are of part 0 */
    uint32_t n;
    uint32_t arg_words, words; /* of a frame */
    uint32_t ret_size;
    InterpPart *parts;
    uint32_t n_parts;
    bool lacks; /* a file was not found that an instruction needs: it throws */
    bool threw; /* which it did, so the next call is to look again; atomic */
};

typedef struct InterpGuard { /* of a frame whose code has parts */
    EhGuard guard;
    Raise *resume; /* what ENDFINALLY goes on to raise */
} InterpGuard;

typedef struct InterpFrame {
    struct InterpFrame *up;
    const InterpCode *code;
    const InterpInsn *ip; /* current at every call and throw */
    uint8_t *fp;          /* its words lie behind it; a filter has its method's */
    void *result;         /* room for the result's words, or NULL */
    InterpGuard *guard;   /* NULL: it has none */
    const char *stack;    /* an address in the C frame that runs it */
    char *end;            /* of what it has of the interpreter's stack */
    bool replaced;        /* compiled code (OSR) runs in its place */
    bool again;           /* a tail call has put other code there, to be run yet */
    bool filter_result;
} InterpFrame;

/* What a call site runs; what a call reads of it lies together. */
typedef struct InterpTarget {
    MethodRt *rt;
    const InterpCode *code; /* of it, where interp_run can make the frame; release */
    VTable *vtable;         /* of the objects that it is for, if for some */
} InterpTarget;

/* A call site. */
typedef struct InterpCall {
    InterpTarget target; /* DIRECT; VIRTUAL, INTERFACE: for the first type */
    uint32_t n_words;
    uint8_t kind; /* IrCallKind */
    bool null_check;
    bool has_this;
    bool taken; /* VIRTUAL, INTERFACE: who has set this sets the target; atomic */
    Method *method;
    AbiSig *abi;         /* POINTER: of the site */
    InteropSite *native; /* POINTER: to a native function */
    uint32_t fn;         /* offset of the variable, POINTER and METHOD */
    uint32_t from[];     /* per argument word: offset in the caller's frame */
} InterpCall;

/* -- interp_prepare.c ---------------------------------------------------------- */
/* Prepares once; NULL: pending exception. */
InterpCode *interp_code(MethodRt *rt);
bool interp_knows(IrOp op);
extern const void *const *interp_handlers; /* by InterpOp */

/* The instruction at ip becomes `op` with the value: first the value, then the handler.
 */
static inline void interp_patch(const InterpInsn *ip, InterpOp op, void *value)
{
    InterpInsn *insn = (InterpInsn *)(uintptr_t)ip;
    __atomic_store_n(&insn->value, value, __ATOMIC_RELEASE);
    __atomic_store_n(&insn->handler, interp_handlers[op], __ATOMIC_RELEASE);
}

/* -- interp_run.c -------------------------------------------------------------- */
/* Runs from frame->ip to the end of the method, the filter or the unwinding. With NULL:
 * sets interp_handlers. */
void interp_run(InterpFrame *frame);

/* -- interp_stack.c ------------------------------------------------------------ */
/* A new innermost frame; raises when the stack has no room for it. Its words are not
 * cleared. */
InterpFrame *interp_push(const InterpCode *code, void *result, const char *stack);

static inline bool interp_has_room(const Thread *thread, uint64_t bytes)
{
    return bytes <= (uint64_t)(thread->exec.interp_end - thread->exec.interp_sp);
}

static inline uint64_t interp_frame_size(const InterpCode *code)
{
    return sizeof(InterpFrame) + 8 * (uint64_t)code->words;
}

/* interp_push where there is room. */
static inline InterpFrame *interp_push_there(Thread *thread, const InterpCode *code,
                                             void *result, const char *stack)
{
    InterpFrame *frame = (InterpFrame *)thread->exec.interp_sp;
    thread->exec.interp_sp += interp_frame_size(code);
    *frame = (InterpFrame){.up = thread->exec.interp_top,
                           .code = code,
                           .ip = code->insns,
                           .fp = (uint8_t *)(frame + 1),
                           .result = result,
                           .stack = stack,
                           .end = thread->exec.interp_sp};
    thread->exec.interp_top = frame;
    return frame;
}

static inline void interp_pop(InterpFrame *frame)
{
    Thread *thread = thread_self();
    thread->exec.interp_top = frame->up;
    thread->exec.interp_sp = (char *)frame;
}

void interp_stack_free(Thread *thread); /* the calling one, which ends */
/* That many words past the frames, which the caller has until it puts interp_sp back.
 */
uint64_t *interp_take_words(uint32_t n);
void *interp_localloc(uint64_t bytes); /* zeroed; until the innermost frame ends */
/* The frame of a filter, over the words of its method's. */
InterpFrame *interp_push_filter(InterpFrame *of, const InterpInsn *ip);
/* The innermost frame becomes one of code, with its n first words. */
void interp_replace(InterpFrame *frame, const InterpCode *code, const uint64_t *words,
                    uint32_t n);

/* The frames of the calling thread: next outer one, and what stands there. */
void *interp_frame_up(void *frame);
bool interp_frame_info(void *frame, FrameInfo *info); /* false: none of its own */
/* Is it run below that address of the C stack, or guarded by that guard (may be NULL),
 * or called by one that is? */
bool interp_frame_within(void *frame, const char *limit, const EhGuard *guard);
void interp_drop_frames(const EhGuard *guard); /* those within a guard that is left */

/* -- interp_call.c ------------------------------------------------------------- */
/* Calls what rt runs. args: contiguous argument words in a frame's form. */
void interp_invoke(MethodRt *rt, const uint64_t *args, uint32_t n_words, void *result);
/* NULL: it has been called. Else the callee's frame, which is to be run now. */
InterpFrame *interp_call(InterpFrame *frame, InterpCall *call, void *result);
/* The same in place of frame, and what is NULL says that frame has ended; then
 * interp_finish runs what it has left to do. */
InterpFrame *interp_tail(InterpFrame *frame, InterpCall *call);
void interp_finish(InterpFrame *frame);

/* -- interp_eh.c --------------------------------------------------------------- */
extern const EhGuardOps interp_guard_ops;
int64_t interp_run_guarded(EhGuard *guard);
/* Where control goes from exit->part to end up where *exit says; the InterpExits of the
 * handlers on the way are set up. NULL: to other frames. */
const InterpInsn *interp_leave(InterpFrame *frame, InterpExit *exit);
InterpExit *interp_exit_of(InterpFrame *frame, uint32_t part);

/* -- interp_ops.c -------------------------------------------------------------- */
typedef struct InterpArgs { /* of MDADDR and NEWMD */
    Type *type;
    uint32_t n;
    bool lower;
    struct {
        uint32_t var; /* offset */
        bool wide;
    } vars[];
} InterpArgs;
void *interp_md_address(const uint8_t *fp, const InterpInsn *insn, Array *array);
Array *interp_new_md(const uint8_t *fp, const InterpArgs *args);
void interp_conv_ovf_i(int64_t value, const InterpInsn *insn, uint8_t *dst, bool wide);
void interp_conv_ovf_f(double value, const InterpInsn *insn, uint8_t *dst);
double interp_math_f8(uint32_t math, double a, double b);
float interp_math_f4(uint32_t math, float a, float b);

#endif
