/* method.h - methods at run time: their entries, and what runs behind them.
 *
 * Every method has one stable entry, a stub of 16 bytes in an RX page whose data
 * (target, argument) lies in the RW page behind it: `target` is the preparing stub at
 * first, then compiled code, or the interpreter's entry stub with the method as
 * argument.
 */
#ifndef LOADER_EXEC_METHOD_H
#define LOADER_EXEC_METHOD_H

#include "common/ir/abi.h"
#include "common/types/types.h"
#include "loader/gc/object.h"

typedef struct InterpCode InterpCode; /* loader/exec/interp: prepared IR */

typedef struct MethodRt { /* Method.rt; what calls of the interpreter ask comes first */
    Method *method;
    InterpCode *interp; /* prepared for interpretation, or NULL; acquire */
    uint32_t calls;     /* of the interpreter, for tiering */
    uint8_t how;        /* HOW_*: what the entry runs; acquire */
    uint8_t ran;        /* RAN_*: for --stats */
    uint8_t compiling;  /* queued for the JIT */
    uint32_t loops;
    uint32_t stack_words; /* words of arguments that registers do not hold */
    void *entry;          /* stable stub */
    void *code;           /* compiled code, or NULL; acquire */
    void *ftn;            /* instantiating stub's entry, or entry */
    AbiSig *abi;
    void *native;          /* C function of an internal call or P/Invoke */
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
/* The method whose compiled code runs for it: the shared one. */
Method *method_compiled(Method *method);
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

/* Stable address that runs the method under the convention of abi.h: what vtable slots
 * and direct callers hold. Never NULL. A method with a context argument wants it. */
void *method_entry(Method *method);
/* What delegates and ldftn hold: the entry, or its instantiating stub's; of a method
 * for native callers a C function (NULL: pending exception). */
void *method_ftn(Method *method);
Method *method_from_entry(const void *code); /* NULL: not a managed entry */
/* Finds code for a method if nobody has yet (sidecar, JIT or interpreter, as vm.mode
 * says). Returns the address to jump to now; NULL: pending exception. */
void *method_prepare(Method *method);
/* The same, and imports what will be interpreted: now, not when it is called, its body
 * is found to be invalid. False: pending exception. */
bool method_compile(Method *method);

/* The exact method behind a shared (canonical) one that was entered with these argument
 * words; the method itself if it is exact. NULL: pending exception. */
Method *method_exact(Method *method, Object *self, void *context);

#endif
