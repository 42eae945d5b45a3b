/* emit.h - the emitters, by the file that has them, and the arguments that emit.def
 * gives. */
#ifndef CROSSGEN_CODEGEN_EMIT_H
#define CROSSGEN_CODEGEN_EMIT_H

#include "crossgen/codegen/cg_private.h"

enum {
    OVF_SADD,
    OVF_SADDL,
    OVF_UADD,
    OVF_UADDL,
    OVF_SSUB,
    OVF_SSUBL,
    OVF_USUB,
    OVF_USUBL,
    OVF_SMUL,
    OVF_SMULL,
    OVF_UMUL,
    OVF_UMULL,
};
enum {
    CONV_TO_I1,
    CONV_TO_U1,
    CONV_TO_I2,
    CONV_TO_U2,
    CONV_TO_I4,
    CONV_TO_I8,
    CONV_TO_F4,
    CONV_TO_F8,
    CONV_FROM_U4,
    CONV_FROM_U8,
};

/* Type in which an operation computes, from the kind of its operand a in ir.def. */
JitType *emit_type(Fn *fn, const IrInsn *insn);
JitType *emit_type_un(Fn *fn, const IrInsn *insn);
/* The comparison mk of operands a and b. */
JitValue *emit_condition(Fn *fn, const IrInsn *insn);
/* The bytes of a scalar in another type of the same size. */
JitValue *emit_bits(Fn *fn, JitValue *value, JitType *type);

#define EMIT(op, emitter, arg) Emitter emitter;
#include "crossgen/codegen/emit.def"
#undef EMIT

#endif
