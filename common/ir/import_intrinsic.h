/* import_intrinsic.h - what the handlers of common/library/handlers.def share. */
#ifndef COMMON_IR_IMPORT_INTRINSIC_H
#define COMMON_IR_IMPORT_INTRINSIC_H

#include "common/ir/import.h"

/* The arguments are on the stack; INTRINSIC_NO leaves them there. */
typedef IntrinsicResult IntrinsicHandler(Importer *im, MethodOperand *operand,
                                         uint32_t arg);

#define HANDLER(tag, function, argument) IntrinsicHandler intrinsic_##function;
#include "common/library/handlers.def"
#undef HANDLER

IntrinsicResult intrinsic_done(bool ok); /* DONE or FAILED */
bool intrinsic_pop(Importer *im, MethodOperand *operand, CallArgs *args);
/* The T of a first parameter `ref T`, or NULL. */
Type *intrinsic_target(const MethodSig *sig);
/* The only argument of a generic method, or NULL. */
Type *intrinsic_argument(const MethodOperand *operand);

#endif
