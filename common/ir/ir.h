/* ir.h - the register IR between IL and the two back ends.
 *
 * A method is a list of variables, blocks of instructions, and parts: part 0 is the
 * method's own code; every try, filter and handler is a part of its own, nested as in
 * the IL. Variables are typed; arguments come first ([this] params... [context]), then
 * locals, then temporaries. Temporaries are not live at block starts with an empty IL
 * stack.
 *
 * Small integers (bool, char, i1..u2) in variables of kind I4, in arguments and in
 * results are always extended to 32 bits according to their type: whoever writes them
 * normalises.
 */
#ifndef COMMON_IR_IR_H
#define COMMON_IR_IR_H

#include "common/base/arena.h"
#include "common/types/types.h"

typedef enum IrKind {
    IR_I4,
    IR_I8,
    IR_F4,
    IR_F8,
    IR_REF,
    IR_BYREF,
    IR_VT,
    IR_VOID
} IrKind;

/* How a value lies in memory; also targets of CONV_OVF. */
typedef enum IrMem {
    IRM_I1,
    IRM_U1,
    IRM_I2,
    IRM_U2,
    IRM_I4,
    IRM_U4,
    IRM_I8,
    IRM_U8,
    IRM_F4,
    IRM_F8,
    IRM_REF,
    IRM_VT,
} IrMem;

/* Floats: LT..GE, EQ false and *_UN, NE true when unordered. */
typedef enum IrCond {
    IRC_EQ,
    IRC_NE,
    IRC_LT,
    IRC_LE,
    IRC_GT,
    IRC_GE,
    IRC_LT_UN,
    IRC_LE_UN,
    IRC_GT_UN,
    IRC_GE_UN,
} IrCond;

typedef enum IrMath {
    IRX_SQRT,
    IRX_ABS,
    IRX_FLOOR,
    IRX_CEILING,
    IRX_SIN,
    IRX_COS,
    IRX_TAN,
    IRX_ASIN,
    IRX_ACOS,
    IRX_ATAN,
    IRX_ATAN2,
    IRX_POW,
    IRX_EXP,
    IRX_LOG,
    IRX_LOG10,
    IRX_SINH,
    IRX_COSH,
    IRX_TANH,
    IRX_CBRT,
    IRX_ROUND_EVEN,
    IRX_COUNT,
} IrMath;

typedef enum IrOp {
#define IR(name, text, d, a, b, c, p, relies) IR_##name,
#include "common/ir/ir.def"
#undef IR
    IR_OP_COUNT,
} IrOp;

/* IrInsn.flags. */
enum {
    IRF_NULLCHECK = 1 << 0,
    IRF_VOLATILE = 1 << 1, /* LD acquires, ST releases */
    IRF_UNALIGNED = 1 << 2,
    IRF_UN = 1 << 3,
    IRF_NOBOUNDS = 1 << 4,
    IRF_EXACT = 1 << 5, /* STELEM: element type is sealed or value is null */
    IRF_TYPECHECK = 1 << 6,
    IRF_LOWER = 1 << 7,
};

#define IR_NONE UINT32_MAX

typedef struct IrInsn {
    uint16_t op;           /* IrOp */
    uint8_t mk;            /* IrMem, IrCond or IrMath */
    uint8_t flags;         /* IRF_* */
    uint32_t il;           /* offset of the IL instruction it comes from */
    uint32_t dst, a, b, c; /* variables or IR_NONE */
    union {
        int64_t imm;
        uint32_t target[2]; /* blocks */
    };
    union {
        void *p;
        Type *type;
        Method *method;
        Field *field;
        struct IrCall *call;
        struct IrString *str;
        struct IrSwitch *sw;
        struct IrArgs *args;
        struct IrLookup *lookup;
        struct IrError *err;
    };
} IrInsn;

typedef enum IrCallKind {
    IRK_DIRECT,    /* method's entry */
    IRK_VIRTUAL,   /* method->slot in the vtable of args[0] */
    IRK_INTERFACE, /* looked up on args[0]; `handle`, if given, holds the Method * */
    IRK_POINTER,   /* fn holds a code address (calli, delegates) */
    IRK_METHOD, /* fn holds a Method * (generic virtual calls); it is also passed as the
                 * context argument */
} IrCallKind;

typedef struct IrCall {
    IrCallKind kind;
    bool null_check; /* args[0] is checked */
    bool callvirt;   /* DIRECT: since the method can't be overridden */
    bool tail;       /* takes the place of its method: its result, if any, is what the
                      * next instruction returns, or it ends the method */
    bool unmanaged;  /* calli with a native calling convention */
    Method *method;  /* shared code: canonical method; POINTER: NULL */
    MethodSig
        *sig; /* of the call site (vararg: the site's), in the caller's generic form */
    bool has_this;
    uint32_t n_args; /* with this, without context */
    uint32_t *args;
    uint32_t ctx;    /* variable passed as hidden context argument, or IR_NONE */
    uint32_t fn;     /* POINTER, METHOD */
    uint32_t handle; /* INTERFACE in shared code, or IR_NONE */
} IrCall;

typedef struct IrString {
    Assembly *assembly;
    uint32_t token; /* TOKEN_UserString */
} IrString;

typedef struct IrSwitch {
    uint32_t n;
    uint32_t *targets; /* blocks */
    uint32_t otherwise;
} IrSwitch;

typedef struct IrArgs {
    Type *type; /* array type */
    uint32_t n;
    uint32_t *vars; /* I4 or I8 indexes, lengths or bounds */
} IrArgs;

typedef enum IrLookupKind {
#define IR_LOOKUP(name) IRL_##name,
#include "common/ir/lookups.def"
#undef IR_LOOKUP
} IrLookupKind;

typedef struct IrLookup { /* open forms: VAR and MVAR of the method being compiled */
    IrLookupKind kind;
    Type *type;
    Method *method;
    Field *field;
} IrLookup;

typedef struct IrError {
    ErrKind kind;
    const char *text;
} IrError;

enum { IRV_ADDRESSED = 1, IRV_ARG = 2, IRV_LOCAL = 4, IRV_ZERO = 8, IRV_PINNED = 16 };

typedef struct IrVar {
    IrKind kind;
    uint32_t flags; /* IRV_*; ZERO: cleared at entry */
    Type *type;     /* VT: the type; others: static type if known, else NULL */
    uint32_t slot;  /* ir_layout: offset in 8-byte words in an interpreter frame */
} IrVar;

typedef struct IrBlock {
    uint32_t first, n; /* instructions; the last one ends the block */
    uint32_t il;       /* IL offset, UINT32_MAX: made by the importer */
    uint32_t part;     /* innermost part */
    bool
        loop_header; /* target of a backward branch with an empty IL stack: OSR entry */
} IrBlock;

typedef enum IrPartKind {
    IRP_METHOD,
    IRP_TRY,
    IRP_FILTER,
    IRP_CATCH,
    IRP_FINALLY,
    IRP_FAULT
} IrPartKind;

/* A try part has clauses; a handler or filter part belongs to a clause of a try part,
 * whose parent is also its parent. Entering a try part happens by a JMP, branch or fall
 * from its parent to its entry block (IL allows only the first instruction); leaving by
 * LEAVE. */
typedef struct IrPart {
    IrPartKind kind;
    uint32_t parent;    /* enclosing part; part 0: IR_NONE */
    uint32_t entry;     /* first block */
    uint32_t try_part;  /* handlers and filters: the try part they guard */
    uint32_t n_clauses; /* TRY: in the order in which they are tried */
    struct IrClause *clauses;
} IrPart;

typedef struct IrClause {
    IrPartKind kind;  /* CATCH, FILTER (handler is a CATCH part), FINALLY, FAULT */
    Type *type;       /* CATCH; shared code: canonical, and open has the open form */
    Type *open;       /* NULL: type is exact */
    uint32_t handler; /* part */
    uint32_t filter;  /* part or IR_NONE */
} IrClause;

typedef enum IrReliedKind {
    IRR_LAYOUT, /* value type: how it lies in memory; of an enum also its kind */
    IRR_IMPLS,  /* value type: which methods its values run for virtual ones */
    IRR_SEALED, /* class: nothing derives from it */
    IRR_BODY,   /* method: what its IL means */
    IRR_STATIC, /* what it runs for a static virtual method */
} IrReliedKind;

/* What the importer took for granted of a type or method when it decided something that
 * no instruction shows: the size that became a constant, the call that became direct.
 */
typedef struct IrReliance {
    IrReliedKind kind;
    Type *type;
    Method *method; /* STATIC, BODY */
} IrReliance;

typedef struct IrMethod {
    Method *method;
    MethodSig *sig;
    uint32_t n_args;  /* variables 0..n_args-1: [this] params [context] */
    uint32_t ctx_var; /* context argument, or IR_NONE */
    ContextKind ctx_kind;
    uint32_t n_locals; /* variables n_args..n_args+n_locals-1 */
    uint32_t n_vars, n_blocks, n_insns, n_parts;
    IrVar *vars;
    IrBlock *blocks; /* block 0 is the entry */
    IrInsn *insns;
    IrPart *parts;
    IrReliance *relied;
    uint32_t n_relied;
    uint32_t frame_words; /* ir_layout */
    bool has_loops;
    bool foreign_refusal; /* it throws since another assembly hides what it names: true
                           * of that build only */
    uint32_t il_size;
    uint64_t il_hash; /* of IlBody.raw; 0: synthesised, of nothing but its subject */
} IrMethod;

/* -- import.c -------------------------------------------------------------------- */
/* IL of a method to IR in arena. A canonical method (with __Canon in it) gives shared
 * code with CTX and LOOKUP; an exact one has no lookups. ERR_INVALID_PROGRAM when the
 * IL breaks ECMA-335 III in a way that leaves it no meaning; what only can't be
 * resolved becomes THROW_ERR where it stands. Synthesised methods (synth.h) have bodies
 * too. Thread-safe. */
IrMethod *ir_import(Method *method, Arena *arena, Err *err);

/* -- ir.c ------------------------------------------------------------------------ */
extern const char *const ir_names[IR_OP_COUNT];
extern const char ir_operands[IR_OP_COUNT][6]; /* dst a b c p as in ir.def */
extern const char ir_relies[IR_OP_COUNT];      /* as in ir.def */
IrKind ir_kind_of(const Type *type);           /* stack kind of a value of this type */
IrMem ir_mem_of(const Type *type);             /* how it lies in memory */
IrKind ir_kind_of_mem(IrMem mem);
bool ir_ends_block(IrOp op);
bool ir_has_tails(const IrMethod *ir); /* calls that take its place */
/* Gives variables their words in an interpreter frame: arguments and locals first, in
 * order; the same IL gives the same layout in every process (OSR depends on it). */
void ir_layout(IrMethod *ir);
void ir_print(Buffer *out, const IrMethod *ir);
/* Structural check of what import.c made; false with a reason (a bug in the importer).
 */
bool ir_check(const IrMethod *ir, Err *err);

#endif
