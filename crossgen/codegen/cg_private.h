/* cg_private.h - the state of one context and of one function.
 *
 *   Cg    one libgccjit context
 *   Body  one IrMethod in it: a method that the unit holds, or an inlined copy
 *   Fn    one function of a body: its part 0, or an outlined part
 *
 * Bodies are prepared first (what may fail) and emitted then (what may not): a function
 * that is begun can't be taken back out of a context.
 */
#ifndef CROSSGEN_CODEGEN_CG_PRIVATE_H
#define CROSSGEN_CODEGEN_CG_PRIVATE_H

#include <libgccjit.h>

#include "common/base/arena.h"
#include "common/base/map.h"
#include "common/base/vec.h"
#include "common/ir/abi.h"
#include "common/ir/ir.h"
#include "crossgen/codegen/codegen.h"
#include "format/layout.h"
#include "format/unit.h"

typedef gcc_jit_type JitType;
typedef gcc_jit_rvalue JitValue;
typedef gcc_jit_lvalue JitPlace;
typedef gcc_jit_block JitBlock;
typedef gcc_jit_function JitFunction;

typedef struct Cg {
    gcc_jit_context *jit;
    const CodegenOptions *options;
    UnitBuilder *unit;
    Arena arena;
    JitType *void_, *boolean, *ptr; /* ptr: char *, the type of all pointers */
    JitType *i1, *u1, *i2, *u2, *i4, *u4, *i8, *u8, *f4, *f8;
    JitType *mem[IRM_VT]; /* by IrMem */
    JitType *words[4];    /* by AbiWord */
    JitType *pairs[4];    /* results in two words: bit 0, 1: word is an F8 */
    JitType *helper_types[HELPER_COUNT];
    JitPlace *cells;
    VEC(struct VtType *) vt_types; /* by size */
    Map builtins;                  /* name -> JitFunction */
    Map imports;                   /* Method * -> IrMethod of callees (inline.c) */
    unsigned n_inlined;            /* copies made so far */
} Cg;

/* A leave that ends a protected region: what eh_enter's result stands for. */
typedef struct Exit {
    uint32_t target; /* block */
    bool from_body; /* else from a handler: finally clauses of this region do not run */
} Exit;

typedef VEC(Exit) Exits;

/* How a variable is kept while a body is emitted. */
enum {
    HOME_UNUSED = UINT32_MAX - 1,
    HOME_FRAME = UINT32_MAX
}; /* else: the part's number */

typedef struct PartState {
    Exits exits;            /* try parts */
    bool own_rethrow;       /* a handler whose exception is asked for by inner parts */
    uint32_t rethrow_slot;  /* its word in the frame */
    JitFunction *function;  /* of parts but part 0 */
    JitFunction **catchers; /* try parts: per clause with an open type, its filter */
} PartState;

typedef struct Body {
    Cg *cg;
    struct Body *host;   /* the unit's method that this copy belongs to; or self */
    struct Body *caller; /* copies: for whom it was made first */
    Method *method;
    IrMethod *ir;
    AbiSig *abi;
    AbiSig **call_abi;     /* per instruction: convention of a CALL */
    struct Body **callees; /* per instruction: copy to inline, or NULL */
    const char *symbol;
    bool osr;
    uint32_t osr_il, osr_block;
    AbiSig *own_abi;       /* as the function is declared: body_own_abi */
    JitFunction *function; /* part 0 */
    const char *file;      /* debug info */
    PartState *parts;
    uint32_t *homes;   /* per variable: HOME_* or part */
    uint32_t *offsets; /* byte offset in the frame of HOME_FRAME variables */
    uint32_t frame_words;
    bool has_rooms;      /* a localloc in another part than part 0 */
    uint32_t rooms_slot; /* the frame's word for them: helper part_room */
    struct Live *live;   /* bodies with protected regions (live.h) */
    bool *in_loop;       /* per block: lies between a back edge and its target */
    bool *is_read;       /* per variable: some instruction reads it */
    bool *outside; /* per variable: addresses that are none of the heap (barrier.c) */
    bool *is_null; /* per variable: holds nothing else */
    bool *has_length;         /* per variable: an array whose length is kept (lens.c) */
    unsigned depth;           /* of the chain of copies */
    Map copies;               /* host: Method * -> Body * of inlined copies */
    VEC(struct Body *) order; /* host: its copies, callees first */
    unsigned n_copies, inlined; /* host: copies made, instructions taken over */
} Body;

typedef struct Fn {
    Cg *cg;
    Body *body;
    uint32_t part;
    JitFunction *function;
    JitBlock *block;     /* being filled; NULL after a terminator */
    JitBlock **blocks;   /* per IR block; NULL until asked for */
    JitBlock **regions;  /* per part: block that enters the try part */
    JitPlace **vars;     /* per variable; NULL until asked for */
    JitPlace **pins;     /* the same of those that are pinned: their words in memory */
    JitPlace **lengths;  /* per variable with a kept length */
    Map cached;          /* lazy cell + 1 -> JitPlace of its local copy */
    JitBlock *entry;     /* first block: filled with loads of cached cells to the end */
    bool in_loop;        /* the instruction being emitted is */
    JitValue *frame;     /* char * to the frame words, or NULL */
    JitValue *exception; /* outlined parts */
    JitPlace *osr_words; /* OSR entry: the interpreter's frame */
    const IrInsn *insn;  /* being emitted */
    gcc_jit_location *loc;
} Fn;

/* -- types.c */
bool types_open(Cg *cg);
JitType *type_of_var(Cg *cg, const IrVar *var);
JitType *type_of_vt(Cg *cg, uint32_t size);       /* a struct of that many bytes */
JitType *type_of_vt_at(Cg *cg, const Type *type); /* with memory's alignment */
JitType *type_of_pointer(JitType *type);
JitType *type_of_result(Cg *cg, const AbiSig *abi);
JitType *type_of_callee(Cg *cg, const AbiSig *abi); /* pointer to function */
uint32_t abi_word_count(const AbiSig *abi); /* parameters, with the result pointer */
JitType *type_of_abi_word(Cg *cg, const AbiSig *abi, uint32_t i);
uint32_t size_of_type(const Type *type);

/* -- value.c: expressions; nothing here has a place in the order of evaluation */
JitValue *val_int(Cg *cg, JitType *type, int64_t value);
JitValue *val_float(Cg *cg, JitType *type, double value);
JitValue *val_null(Cg *cg);
JitValue *val_cast(Fn *fn, JitValue *value,
                   JitType *type); /* numbers; pointers as I8 */
JitValue *val_bitcast(Fn *fn, JitValue *value, JitType *type);
JitValue *val_binary(Fn *fn, enum gcc_jit_binary_op op, JitType *type, JitValue *a,
                     JitValue *b);
JitValue *val_compare(Fn *fn, enum gcc_jit_comparison op, JitValue *a, JitValue *b);
JitValue *val_offset(Fn *fn, JitValue *pointer, int64_t offset);
JitPlace *place_at(Fn *fn, JitValue *pointer, int64_t offset, JitType *type);
JitValue *val_load(Fn *fn, JitValue *pointer, int64_t offset, JitType *type);
JitValue *val_builtin(Fn *fn, const char *name, unsigned n, JitValue **args);
JitValue *val_unlikely(Fn *fn, JitValue *condition);

/* -- fn.c: statements, variables, checks */
JitValue *fn_keep(Fn *fn, JitType *type, JitValue *value); /* in a fresh local, now */
JitPlace *fn_local(Fn *fn, JitType *type, const char *name);
void fn_assign(Fn *fn, JitPlace *place, JitValue *value);
void fn_eval(Fn *fn, JitValue *value);
JitPlace *fn_place(Fn *fn, uint32_t var);
JitValue *fn_get(Fn *fn, uint32_t var);             /* in its own type */
JitValue *fn_ptr(Fn *fn, uint32_t var);             /* as ptr */
JitValue *fn_word(Fn *fn, uint32_t var);            /* as i8; I4 sign-extends */
void fn_set(Fn *fn, uint32_t var, JitValue *value); /* var IR_NONE: evaluates */
JitBlock *fn_block(Fn *fn, const char *name);
void fn_branch(Fn *fn, JitValue *condition, JitBlock *yes, JitBlock *no);
void fn_jump(Fn *fn, JitBlock *block);
void fn_begin(Fn *fn, JitBlock *block);
void fn_unreachable(Fn *fn);
/* Raises through the helper when condition holds. */
void fn_check(Fn *fn, JitValue *condition, HelperId helper);
void fn_check_null(Fn *fn, JitValue *pointer);
void fn_check_address(Fn *fn, uint32_t var); /* not only null is none */
JitValue *fn_is_no_address(Fn *fn, uint32_t var);
void fn_check_insn_null(Fn *fn, JitValue *pointer); /* if the instruction asks for it */

/* -- alloc.c */
JitValue *alloc_emit(Fn *fn, Type *type); /* a new object of that type */

/* -- barrier.c */
void barrier_prepare(Body *host); /* once its copies are known */
/* A value is about to be stored at address + offset. type: of structures. */
void barrier_emit(Fn *fn, uint32_t address, int64_t offset, IrMem mem, uint32_t value);
void barrier_emit_at(Fn *fn, JitValue *at, IrMem mem, const Type *type);

/* -- cells.c */
bool cells_open(Cg *cg);
JitValue *cell_load(Fn *fn, uint32_t cell, JitType *type);
JitValue *cell_lazy(Fn *fn, const Fixup *fixup); /* bound value, as ptr */
JitValue *cell_lazy_of(Fn *fn, uint32_t cell, JitValue *now);
JitValue *cell_unit(Fn *fn);
JitValue *cell_type(Fn *fn, Type *type);
JitValue *cell_type_or(Fn *fn, uint32_t handle,
                       Type *type); /* handle variable if given */
JitValue *helper_call(Fn *fn, HelperId helper, unsigned n, JitValue **args);
#define HELPER_CALL(fn, helper, ...)                                                   \
    helper_call(fn, HELPER_##helper,                                                   \
                sizeof((JitValue *[]){__VA_ARGS__}) / sizeof(JitValue *),              \
                (JitValue *[]){__VA_ARGS__})

/* -- body.c, part.c, frame.c, flow.c */
Body *body_open(Cg *cg, const CodegenItem *item, const char *symbol);
/* A copy of an inlined callee, for caller's host. */
Body *body_open_copy(Body *caller, Method *method);
/* The passes that may fail, up to the choice of what is inlined (which prepares copies
 * in its turn): import, check, abi, regions, loops, homes, lengths, inline. */
bool body_prepare(Body *body, Err *err);
void body_close(Body *body);
void body_declare(Body *body);
void body_emit(Body *body);
/* GCC fails on a function without a result whose last thing is a call that has to be a
 * jump. Such a function, and what it calls so, gives a word that nobody looks at. */
AbiSig *body_own_abi(Body *body, const AbiSig *abi);
bool eh_prepare(Body *body, Err *err);
void frame_prepare(Body *body);
void eh_declare(Body *body);
void eh_emit_region(Fn *fn, uint32_t try_part);
void eh_emit_catchers(Body *body);
uint32_t eh_exit_index(Body *body, uint32_t try_part, uint32_t target, bool from_body);
void part_emit(Body *body, uint32_t part);
JitBlock *flow_block(Fn *fn, uint32_t block);
/* Goes on at block with what a leave has to do on the way. */
void flow_leave(Fn *fn, uint32_t target);
void ret_emit(Fn *fn, uint32_t var); /* IR_NONE: no value */
void args_enter(Fn *fn);
JitValue *vt_word(Fn *fn, JitPlace *value, uint32_t size, uint32_t i, AbiWord word);
void vt_set_word(Fn *fn, JitPlace *value, uint32_t size, uint32_t i, JitValue *word);

/* -- sync.c */
/* Is a variable of the frame read and written there by that part? */
bool sync_in_memory(const Body *body, uint32_t part, uint32_t var);
void sync_enter(Fn *fn); /* outlined parts */
void sync_before_region(Fn *fn, uint32_t try_part);
void sync_after_region(Fn *fn, uint32_t try_part, uint32_t target);
void sync_exit(Fn *fn, uint32_t target); /* of a leave that returns from the part */
void sync_end_handler(Fn *fn);           /* finally, fault and filter parts */

/* -- lens.c */
void lens_prepare(Body *body);
void lens_enter(Fn *fn);
void lens_reload(Fn *fn, uint32_t var);       /* var has got a value by other means */
void lens_define(Fn *fn, const IrInsn *insn); /* after insn has set its dst */
JitValue *lens_get(Fn *fn, uint32_t var);     /* i4 or NULL: not kept */

/* -- inline.c */
void inline_choose(Body *body);                  /* fills body->callees */
IrMethod *inline_import(Cg *cg, Method *method); /* NULL: not to be inlined */

JitValue *ctx_get(Fn *fn); /* generic context of shared code, as ptr (emit_call.c) */

/* -- emit.c: the table of emitters */
typedef void Emitter(Fn *fn, const IrInsn *insn, int arg);
typedef struct EmitRow {
    Emitter *emit;
    int arg;
} EmitRow;
extern const EmitRow emit_rows[IR_OP_COUNT];

#endif
