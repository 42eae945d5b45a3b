/* import_rows.c - import.def as a table: opcodes of two bytes after those of one. */
#include "common/ir/import.h"

/* clang-format off */
#define ROW(op) ((op) >= 0xfe00 ? 0x100 | ((op)&0xff) : (op))

const ImportRow import_rows[512] = {
#define OP(name, function, argument) [ROW(CIL_##name)] = {import_op_##function, argument},
#include "common/ir/import.def"
#undef OP
};
/* clang-format on */
