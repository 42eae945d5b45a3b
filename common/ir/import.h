/* import.h - the importer's own state, shared by its files and nothing else.
 *
 * IL is read block by block, in the order of the IL as far as control flow allows. The
 * evaluation stack exists only here: a Slot names the variable that holds a value. What
 * is on the stack where a block ends moves into a variable that belongs to its depth
 * and kind, so blocks that join agree on it.
 *
 * Handlers return false for two reasons: im->err is set (the IL has no meaning: the
 * import fails), or im->soft is set (something could not be resolved: the driver emits
 * THROW_ERR and the rest of the block is unreachable).
 */
#ifndef COMMON_IR_IMPORT_H
#define COMMON_IR_IMPORT_H

#include "common/ir/ir.h"
#include "common/ir/synth.h"
#include "common/library/members.h"

/* Slot.fits: ranges that an I4 is known to lie in. */
enum {
    FITS_I1 = 1,
    FITS_U1 = 2,
    FITS_I2 = 4,
    FITS_U2 = 8,
    FITS_ALL = 15,
};

/* Slot.flags. */
enum {
    SLOT_DUP = 1,     /* another slot may hold the same variable */
    SLOT_NONNULL = 2, /* a reference or address that is not null */
    SLOT_NULL = 4,    /* the null constant */
    SLOT_KNOWN = 8,   /* an I4 or I8 that is .value, a new array of so many elements */
};

typedef struct Slot {
    uint32_t var;
    uint8_t kind; /* IrKind */
    uint8_t fits;
    uint8_t flags;
    Type *type; /* static type; NULL: unknown, for I8 native int */
    Type *of;   /* it is typeof(of); NULL: unknown */
    int64_t value;
} Slot;

/* Marks of IL offsets. */
enum {
    MARK_INSN = 1,
    MARK_LEADER = 2, /* begins a block */
    MARK_TARGET = 4, /* some branch goes here */
};

typedef struct Block {
    uint32_t il; /* IR_NONE: made by the importer */
    uint32_t part;
    uint32_t first, n;
    uint32_t depth; /* of the stack at entry */
    Slot *entry;
    bool seen; /* entry is known */
    bool done; /* instructions are there */
    bool loop_header;
} Block;

typedef struct Part {
    IrPartKind kind;
    uint32_t parent;
    uint32_t start, end; /* IL range */
    uint32_t try_part;
    uint32_t entry; /* block */
    uint32_t n_clauses;
    IrClause *clauses;
    bool seeded; /* TRY: its handlers are known to be reachable */
    /* TRY: where leaves of its own catch handlers go on inside it (III.3.46). The entry
     * block branches by selector: 0 to the start, k to target k. */
    uint32_t n_resumes, n_resumed, selector;
    IrSwitch *resume;
} Part;

/* What an earlier attempt found out about the stack at the entry of an IL block. */
typedef struct Forced {
    uint32_t block, depth;
    IrKind kind;
} Forced;

typedef struct EdgeFix {
    uint32_t block, target, depth;
    Slot *stack;
} EdgeFix;

typedef struct LookupEntry {
    IrLookupKind kind;
    const void *key, *decl; /* decl: STATIC's method */
    uint32_t var;
} LookupEntry;

typedef struct StackVar {
    uint32_t depth;
    uint32_t var;
    uint32_t next; /* in stack_vars, of the same depth; IR_NONE: last */
} StackVar;

typedef struct Importer {
    Method *method;
    MethodSig *sig;
    World *world;
    Assembly *assembly;
    Arena *arena, *scratch;
    Err *err, soft;
    GenericContext ctx;
    bool shared;
    ContextKind ctx_kind;

    IlBody body;
    uint8_t *marks;
    uint32_t *block_at; /* by IL offset, at leaders */
    uint8_t *var_state; /* VAR_*, by argument and local */
    VEC(Part) parts;
    VEC(Block) blocks;
    uint32_t n_il_blocks;
    uint64_t *pending; /* bit per IL block */
    uint32_t lowest;   /* no pending block lies below */
    VEC(Forced) forced;
    bool restart;

    uint32_t n_args, n_locals, n_il_locals;
    uint32_t ctx_arg;               /* context argument or IR_NONE */
    uint32_t ctx_local;             /* local for the result of CTX, or IR_NONE */
    uint32_t sync_local, ret_local; /* synchronized methods */
    uint32_t ret_block;             /* of a synchronized method, or IR_NONE */
    bool ctx_used;
    bool has_loops;
    bool foreign_refusal; /* another assembly's build decides that something is refused
                           */
    uint32_t ctx_insn;

    VEC(IrVar) vars;
    VEC(IrInsn) insns;
    VEC(StackVar) stack_vars;
    VEC(uint32_t) stack_heads; /* by depth: first in stack_vars */
    VEC(LookupEntry) lookups;
    VEC(EdgeFix) fixes;
    VEC(IrReliance) relied;

    Slot *stack;
    uint32_t depth, max_depth;
    uint32_t cur;
    bool ended;
    IlInsn insn;

    /* prefixes of the current instruction */
    uint8_t access; /* IRF_VOLATILE, IRF_UNALIGNED */
    bool tail, readonly;
    IrCall *tail_call;    /* the last call with the prefix */
    uint32_t constrained; /* token or 0 */
} Importer;

enum { VAR_ADDRESSED = 1, VAR_STORED = 2 }; /* Importer.var_state */

enum { CONV_UN = 1 << 8, CONV_NATIVE = 1 << 9, ELEM_NATIVE = 1 << 8 }; /* import.def */

/* Handler of an IL instruction (im->insn); arg is what its row in import.def says. The
 * handlers themselves are declared from import.def, below. */
typedef bool ImportFn(Importer *im, uint32_t arg);
typedef struct ImportRow {
    ImportFn *handler;
    uint32_t arg;
} ImportRow;
extern const ImportRow import_rows[512];
#define OP(name, function, argument) ImportFn import_op_##function;
#include "common/ir/import.def"
#undef OP

/* -- import.c -------------------------------------------------------------------- */
void import_set_invalid(Importer *im, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Sets im->err; false, which a macro lets compilers see. */
#define import_invalid(...) (import_set_invalid(__VA_ARGS__), false)
IrInsn *import_emit(Importer *im, IrOp op, uint32_t dst, uint32_t a, uint32_t b);
uint32_t import_var(Importer *im, IrKind kind, Type *type, uint32_t flags);
static inline uint32_t import_temp(Importer *im, IrKind kind, Type *type)
{
    return import_var(im, kind, type, 0);
}
IrInsn *import_last(Importer *im); /* last instruction of the current block, or NULL */
void import_drop_last(Importer *im);
/* The instruction after the current one when control can't enter between them. */
bool import_peek(Importer *im, IlInsn *next);
void import_skip(Importer *im, const IlInsn *next); /* the peeked one is done too */
uint32_t import_const_i4(Importer *im, int32_t value);
uint32_t import_const_i8(Importer *im, int64_t value);
/* Blocks of the importer's own making within the current part. */
uint32_t import_new_block(Importer *im);
void import_begin_block(Importer *im, uint32_t block); /* the one before has ended */
void import_jump(Importer *im, uint32_t block);        /* ends the current block */
void import_end_block(Importer *im);
void import_mark_pending(Importer *im, uint32_t block);
void import_throw_soft(Importer *im); /* THROW_ERR with im->soft; ends the block */

/* The IR that is being made is right only as long as this is true of the type. */
void import_rely(Importer *im, IrReliedKind kind, Type *type);
void import_rely_body(Importer *im, Method *method);
void import_rely_static(Importer *im, Type *type, Method *decl);

/* -- import_parts.c -------------------------------------------------------------- */
bool import_find_blocks(Importer *im);
bool import_make_parts(Importer *im);
/* Block to go to from part `from` for a branch to IL block `block`; IR_NONE with
 * im->err when ECMA-335 does not allow to enter there. */
uint32_t import_enter(Importer *im, uint32_t from, uint32_t block);
/* The same for a leave, which may go to an enclosing part. */
uint32_t import_enter_leave(Importer *im, uint32_t from, uint32_t block);
/* Try parts that are resumed start at the start; then what their entry blocks do. */
void import_reset_resumes(Importer *im);
void import_emit_resume(Importer *im, uint32_t part, uint32_t start);
void import_seed_handlers(Importer *im, uint32_t part);
bool import_part_within(const Importer *im, uint32_t part, uint32_t ancestor);
/* The innermost part of one of two kinds around `part`, or IR_NONE. */
uint32_t import_part_of_kind(const Importer *im, uint32_t part, IrPartKind a,
                             IrPartKind b);

/* -- import_stack.c -------------------------------------------------------------- */
Slot *import_push(Importer *im, IrKind kind, Type *type, uint32_t var);
/* A new temporary for a value of a type, pushed; small integers know their range. */
bool import_push_type(Importer *im, Type *type, uint32_t *var);
bool import_pop(Importer *im, Slot *slot);
uint8_t import_fits_of(const Type *type);
uint8_t import_fits_of_mem(IrMem mem);
bool import_kind(Importer *im, Type *type, IrKind *kind); /* loads value types; soft */
bool import_is_native(const Slot *slot);  /* I8 that is a native int or address */
bool import_is_pointer(const Slot *slot); /* I8, BYREF or REF */
/* Variable that holds slot as kind: I4 to I8 by sign, between floats and pointers. */
uint32_t import_as(Importer *im, const Slot *slot, IrKind kind);
/* Variable that holds slot as a value of type `to`: implicit conversions of III.1.6,
 * small integers normalised. False with im->err when there is none. */
bool import_coerce(Importer *im, const Slot *slot, Type *to, uint32_t *var);
/* Variable that holds var extended from the width of mem to 32 bits, unless it fits. */
uint32_t import_normalise(Importer *im, uint8_t fits, uint32_t var, IrMem mem);
/* MOV var = value, or lets the instruction that made value write to var. */
void import_assign(Importer *im, uint32_t var, const Slot *slot, uint32_t value);
void import_protect(Importer *im,
                    uint32_t var); /* var changes: copies slots that alias it */
void import_spill(Importer *im);   /* all slots into the variables of their depth */
/* The stack flows from the current block to `block` (an IL block's entry in some part);
 * gives the block to name as the target, IR_NONE with im->err. */
uint32_t import_edge(Importer *im, uint32_t block);
uint32_t import_branch_to(Importer *im, uint32_t il);
void import_flush_fixes(Importer *im); /* writes the blocks that edges needed */
uint32_t import_exception_var(Importer *im);
void import_catch(Importer *im,
                  uint32_t block); /* CATCH where block begins a handler */

/* -- import_constant.c ----------------------------------------------------------- */
uint8_t import_fits_of_value(int64_t value);
bool import_push_known(Importer *im, IrKind kind, Type *type, int64_t value);
/* The value of a popped slot is not wanted: takes back what made it, if that is the
 * last instruction and does nothing else. */
void import_forget(Importer *im, const Slot *slot);
/* Pushes the result if both popped operands are known; op: of the I4 operation. */
bool import_fold_binary(Importer *im, uint32_t op, const Slot *a, const Slot *b,
                        Type *type);
/* Is the condition, or the value as one, known? They are forgotten then. */
bool import_decide_compare(Importer *im, uint32_t cond, const Slot *a, const Slot *b,
                           bool *holds);
bool import_decide_branch(Importer *im, const Slot *value, bool *is_true);
/* Are the two types on top of the stack the same? If that is known they are popped. */
bool import_decide_types(Importer *im, bool *same);

/* -- import_arith.c -------------------------------------------------------------- */
/* Brings two operands to one kind; op: the CMP of it. */
bool import_compare_operands(Importer *im, Slot *a, Slot *b, IrOp *op);

/* -- import_generic.c ------------------------------------------------------------ */
typedef struct TypeOperand {
    Type *type;      /* closed */
    Type *open;      /* its open form in shared code; the same as type elsewhere */
    uint32_t handle; /* variable, or IR_NONE: type is exact */
} TypeOperand;
/* castclass of what is on top of the stack. */
bool import_castclass_to(Importer *im, Type *type, Type *open);
bool import_type_operand(Importer *im, uint32_t token, TypeOperand *out);
/* For ldtoken, which may name a generic definition. */
bool import_any_type_operand(Importer *im, uint32_t token, TypeOperand *out);
/* Has it parameters that nothing here stands for? Soft failure: nothing can be made of
 * such a type. */
bool import_closed(Importer *im, const Type *type);
void import_type_handle(Importer *im, TypeOperand *operand); /* of .type and .open */
uint32_t import_lookup(Importer *im, IrLookupKind kind, void *open);
/* Address of what type runs for a static virtual method, or a value type itself for one
 * of an interface; both in open form. */
uint32_t import_lookup_static(Importer *im, Type *open, Method *decl);
/* Variable with the exact Type * or Method * or Field *. */
uint32_t import_type_value(Importer *im, const TypeOperand *operand);

typedef struct MethodOperand {
    Method *method; /* closed */
    MethodSig *sig; /* of the call site */
    uint32_t token;
    Method *open; /* found on demand: import_open_method */
} MethodOperand;
bool import_method_operand(Importer *im, uint32_t token, MethodOperand *out);
bool import_any_method_operand(Importer *im, uint32_t token, MethodOperand *out);
bool import_open_method(Importer *im, MethodOperand *operand);
/* Variable with the exact Method *. */
bool import_method_value(Importer *im, MethodOperand *operand, uint32_t *var);
/* Hidden context argument for calling operand->method directly; IR_NONE: takes none. */
bool import_context_arg(Importer *im, MethodOperand *operand, uint32_t *var);
/* The open form of the owner of a Field token. */
bool import_open_owner(Importer *im, uint32_t token, Type **open);

/* -- import_access.c ------------------------------------------------------------- */
/* May the code that is being imported name it? Soft failure. */
bool import_check_type(Importer *im, const TypeOperand *operand);
bool import_check_method(Importer *im, const Method *method);
bool import_check_field(Importer *im, const Field *field);

/* -- import_array.c -------------------------------------------------------------- */
/* Calls and newobj of the made-up methods of arrays: Get, Set, Address, .ctor. */
bool import_array_method(Importer *im, MethodOperand *operand);

/* -- import_call.c --------------------------------------------------------------- */
typedef struct CallArgs {
    uint32_t n; /* with this */
    uint32_t *vars;
    Slot *slots;
} CallArgs;
bool import_pop_args(Importer *im, const MethodSig *sig, bool has_this, CallArgs *args);
void import_this_as_ref(Importer *im, CallArgs *args); /* for operations on objects */
/* Emits the call and pushes its result. */
bool import_emit_call(Importer *im, IrCall *call, Type *ret);
/* RET or RETV of var; the call that gave it becomes a tail call if it may. */
void import_return(Importer *im, uint32_t var);
/* Takes back tail calls that could be given an address in the frame they end. */
void import_settle_tails(Importer *im);
IrCall *import_new_call(Importer *im, IrCallKind kind, Method *method, MethodSig *sig);
/* Calls a delegate (args->vars[0]) with the arguments after it, and pushes the result.
 */
bool import_invoke_delegate(Importer *im, MethodSig *sig, CallArgs *args);
/* Direct call of operand->method with arguments that are popped; callvirt: `this` must
 * not be null, and the call is direct only since nothing can override the method. */
bool import_direct_call(Importer *im, MethodOperand *operand, const CallArgs *args,
                        bool callvirt);
void import_set_args(IrCall *call, const CallArgs *args, bool has_this);
/* Any call or callvirt that is not constrained; its arguments are on the stack. */
bool import_call_method(Importer *im, MethodOperand *operand, bool is_virtual);
/* Pushes an address to call, as ldftn does. */
bool import_method_address(Importer *im, MethodOperand *operand);
/* A virtual, interface or generic virtual call. */
bool import_virtual_call(Importer *im, MethodOperand *operand, CallArgs *args);
/* Virtual call of a generic method: which one runs is found with its exact declaration,
 * in variable decl. */
bool import_found_call(Importer *im, MethodOperand *operand, const CallArgs *args,
                       uint32_t decl);

bool import_new(Importer *im, MethodOperand *ctor); /* newobj */

/* -- import_accessor.c ----------------------------------------------------------- */
bool accessor_import(Importer *im);

/* -- import_own.c ---------------------------------------------------------------- */
typedef struct OwnImpl {
    Method *method;   /* what runs, also for a box; NULL: not known here */
    uint32_t address; /* variable with the address of a method of the type itself, or
                       * IR_NONE */
} OwnImpl;
/* What a value type runs for a method that is called through a constraint. */
bool import_own_impl(Importer *im, const TypeOperand *type, MethodOperand *decl,
                     OwnImpl *out);

/* -- import_static.c ------------------------------------------------------------- */
/* Calls a static virtual method for the type of the constrained prefix; pushes its
 * address. */
bool import_static_call(Importer *im, MethodOperand *operand);
bool import_static_address(Importer *im, MethodOperand *operand);

/* -- import_vararg.c ------------------------------------------------------------- */
/* The variable arguments of a call, on the stack, become the array that the callee
 * takes for them, and operand->sig the callee's own. Nothing for other calls. */
bool import_varargs(Importer *im, MethodOperand *operand);
/* The same for calli; *sig becomes the one to call with. */
bool import_varargs_of_site(Importer *im, MethodSig **sig);

/* -- import_object.c ------------------------------------------------------------- */
/* Boxes a value that is popped and pushes the box. */
bool import_box_value(Importer *im, TypeOperand *operand, const Slot *value);
/* A temporary that is zeroed, and its address. */
uint32_t import_zeroed_temp(Importer *im, IrKind kind, Type *type, uint32_t *address);

/* -- import_intrinsic.c ---------------------------------------------------------- */
typedef enum IntrinsicResult {
    INTRINSIC_NO,
    INTRINSIC_DONE,
    INTRINSIC_FAILED
} IntrinsicResult;
/* Imports a call of a method that the class library has a row for; its arguments are
 * still on the stack. */
IntrinsicResult import_intrinsic(Importer *im, MethodOperand *operand);
/* The method that is imported is such a one, left to the runtime: its body. */
IntrinsicResult import_own_body(Importer *im);
/* A call of one that the library leaves to the runtime and that no row knows. */
IntrinsicResult import_open_call(Importer *im, MethodOperand *operand);

/* -- import_data.c --------------------------------------------------------------- */
/* ldtoken of a field with data: is it used up by the call behind it? */
bool import_field_data(Importer *im, Field *field, bool *done);

/* -- import_memory.c ------------------------------------------------------------- */
/* A field of common/library/members.def, which the class library has; soft failure. */
Field *import_member(Importer *im, uint32_t tag);
Method *import_member_method(Importer *im, uint32_t tag); /* the only one of its name */
IrInsn *import_load(Importer *im, uint32_t dst, uint32_t address, int64_t offset,
                    Type *type);
IrInsn *import_store(Importer *im, uint32_t address, int64_t offset, Type *type,
                     uint32_t value);
/* Pushes the address of a field of the object on the stack, or of a static one; owner:
 * its type in open form. */
bool import_field_address_of(Importer *im, Field *field);
bool import_static_address_of(Importer *im, Field *field, Type *owner);
bool import_load_push(Importer *im, const Slot *address, Type *type);
uint8_t import_null_flag(const Slot *address);

/* -- synth.c --------------------------------------------------------------------- */
bool synth_import(Importer *im);

/* -- import.c: what synth.c shares ----------------------------------------------- */
bool import_arguments(Importer *im);
/* What runs before the method: initialisers of its assembly and type. */
void import_initialize(Importer *im);

#endif
