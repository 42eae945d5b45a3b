/* emit.c - the table of emitters. */
#include "crossgen/codegen/emit.h"

#define EMIT(op, emitter, arg) +1
_Static_assert(0
#include "crossgen/codegen/emit.def"
                   == IR_OP_COUNT,
               "every operation has one emitter");
#undef EMIT

const EmitRow emit_rows[IR_OP_COUNT] = {
#define EMIT(op, emitter, arg) [IR_##op] = {emitter, arg},
#include "crossgen/codegen/emit.def"
#undef EMIT
};
