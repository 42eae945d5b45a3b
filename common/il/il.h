/* il.h - CIL instructions and method bodies (ECMA-335 II.25.4, III). */
#ifndef COMMON_IL_IL_H
#define COMMON_IL_IL_H

#include "common/base/arena.h"
#include "common/metadata/image.h"

/* Operand encodings of instructions (III.1.2 to 1.9). */
typedef enum IlOperand {
    IL_NONE,
    IL_VAR_S, /* u1 argument or local number */
    IL_VAR,   /* u2 */
    IL_I1,    /* ldc.i4.s */
    IL_I4,
    IL_I8,
    IL_R4,
    IL_R8,
    IL_BRANCH_S, /* i1 from the next instruction */
    IL_BRANCH,   /* i4 from the next instruction */
    IL_SWITCH,
    IL_TOKEN, /* metadata token */
    IL_U1,    /* unaligned., no. */
} IlOperand;

/* il/opcodes.def: IL_OP(NAME, "text", encoding, operand); two-byte ones are 0xfe00 | n.
 * Example: IL_OP(LDC_I4_S, "ldc.i4.s", 0x1f, IL_I1), IL_OP(CEQ, "ceq", 0xfe01,
 * IL_NONE). */
typedef enum IlOp {
#define IL_OP(name, text, encoding, operand) CIL_##name = encoding,
#include "common/il/opcodes.def"
#undef IL_OP
} IlOp;

typedef struct IlInsn {
    IlOp op;
    uint32_t offset; /* of this instruction in the body */
    uint32_t next;   /* of the one after it */
    union {
        int64_t i; /* integers; VAR numbers; prefix operand */
        double r;  /* IL_R4 and IL_R8 */
        uint32_t token;
        uint32_t target; /* IL_BRANCH*: absolute offset; may lie outside: check */
        struct {
            uint32_t n;       /* IL_SWITCH: number of targets */
            uint32_t targets; /* offset in the body of the first i4, relative to next */
        } sw;
    } u;
} IlInsn;

/* Decodes the instruction at offset; false at the end, for an unknown opcode or an
 * operand that is cut off. */
bool il_decode(Bytes code, uint32_t offset, IlInsn *insn);
/* Absolute target number i of a decoded switch. */
uint32_t il_switch_target(Bytes code, const IlInsn *insn, uint32_t i);
IlOperand il_operand(IlOp op); /* NONE when unknown */
const char *il_name(IlOp op);  /* "ldc.i4.s"; "?" when unknown */

typedef enum IlClauseKind {
    IL_CLAUSE_CATCH = 0,
    IL_CLAUSE_FILTER = 1,
    IL_CLAUSE_FINALLY = 2,
    IL_CLAUSE_FAULT = 4,
} IlClauseKind;

typedef struct IlClause { /* II.25.4.6, ends exclusive; all inside code, checked */
    IlClauseKind kind;
    uint32_t try_start, try_end;
    uint32_t handler_start, handler_end;
    uint32_t filter_start; /* FILTER */
    uint32_t token;        /* CATCH: the type */
} IlClause;

typedef struct IlBody {
    Bytes code;
    uint32_t max_stack;
    uint32_t locals_token; /* StandAloneSig token or 0 */
    bool init_locals;
    uint32_t n_clauses;
    IlClause *clauses; /* in the file's order: inner before outer */
    Bytes raw;         /* header, code and sections: what a content hash covers */
} IlBody;

/* Reads the body at rva. Clauses are allocated in arena. ERR_BAD_IMAGE or
 * ERR_INVALID_PROGRAM with a reason. */
bool il_body_read(const Image *image, uint32_t rva, Arena *arena, IlBody *body,
                  Err *err);
/* IlBody.raw alone, its clauses unchecked; false: there is no body. */
bool il_body_raw(const Image *image, uint32_t rva, Bytes *raw);

#endif
