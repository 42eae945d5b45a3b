/* decode.c - one CIL instruction at a time (ECMA-335 III.1.2). */
#include <string.h>

#include "common/il/il.h"

/* One-byte encodings come first, then those behind 0xfe. */
#define SLOT(encoding) ((encoding) < 0x100 ? (encoding) : 0x100 | ((encoding)&0xff))

enum { SLOTS = 512, PREFIX_TWO_BYTES = 0xfe };

static const uint8_t slot_operands[SLOTS] = {
/* Operand + 1: zero marks an unknown encoding. */
#define IL_OP(name, text, encoding, operand) [SLOT(encoding)] = operand + 1,
#include "common/il/opcodes.def"
#undef IL_OP
};

static const char *const slot_names[SLOTS] = {
#define IL_OP(name, text, encoding, operand) [SLOT(encoding)] = text,
#include "common/il/opcodes.def"
#undef IL_OP
};

static const uint8_t operand_sizes[] = {
    [IL_NONE] = 0,   [IL_VAR_S] = 1, [IL_VAR] = 2, [IL_I1] = 1,       [IL_I4] = 4,
    [IL_I8] = 8,     [IL_R4] = 4,    [IL_R8] = 8,  [IL_BRANCH_S] = 1, [IL_BRANCH] = 4,
    [IL_SWITCH] = 4, [IL_TOKEN] = 4, [IL_U1] = 1,
};

static bool is_encoding(uint32_t encoding)
{
    return encoding <= 0xff || encoding >> 8 == PREFIX_TWO_BYTES;
}

const char *il_name(IlOp op)
{
    uint32_t encoding = op;
    const char *name = is_encoding(encoding) ? slot_names[SLOT(encoding)] : NULL;
    return name ? name : "?";
}

IlOperand il_operand(IlOp op)
{
    uint32_t encoding = op;
    uint8_t operand = is_encoding(encoding) ? slot_operands[SLOT(encoding)] : 0;
    return operand ? (IlOperand)(operand - 1) : IL_NONE;
}

static int32_t read_i4(const uint8_t *at)
{
    int32_t v;
    memcpy(&v, at, sizeof v);
    return v;
}

static double read_r4(const uint8_t *at)
{
    float v;
    memcpy(&v, at, sizeof v);
    return (double)v;
}

/* insn->next is that of a switch without targets on entry. */
static bool decode_switch(Bytes code, const uint8_t *at, IlInsn *insn)
{
    uint32_t n = (uint32_t)read_i4(at);
    if (n > (code.size - insn->next) / 4)
        return false;
    insn->u.sw.n = n;
    insn->u.sw.targets = insn->next;
    insn->next += n * 4;
    return true;
}

static bool decode_operand(Bytes code, IlOperand operand, const uint8_t *at,
                           IlInsn *insn)
{
    switch (operand) {
    case IL_NONE:
        insn->u.i = 0;
        return true;
    case IL_VAR_S:
    case IL_U1:
        insn->u.i = *at;
        return true;
    case IL_VAR:
        insn->u.i = at[0] | at[1] << 8;
        return true;
    case IL_I1:
        insn->u.i = (int8_t)*at;
        return true;
    case IL_I4:
        insn->u.i = read_i4(at);
        return true;
    case IL_I8:
        memcpy(&insn->u.i, at, sizeof insn->u.i);
        return true;
    case IL_R4:
        insn->u.r = read_r4(at);
        return true;
    case IL_R8:
        memcpy(&insn->u.r, at, sizeof insn->u.r);
        return true;
    case IL_BRANCH_S:
        insn->u.target = insn->next + (uint32_t)(int8_t)*at;
        return true;
    case IL_BRANCH:
        insn->u.target = insn->next + (uint32_t)read_i4(at);
        return true;
    case IL_TOKEN:
        insn->u.token = (uint32_t)read_i4(at);
        return true;
    case IL_SWITCH:
        return decode_switch(code, at, insn);
    }
    return false;
}

bool il_decode(Bytes code, uint32_t offset, IlInsn *insn)
{
    if (offset >= code.size)
        return false;
    const uint8_t *at = code.data + offset, *end = code.data + code.size;
    uint32_t encoding = *at++;
    if (encoding == PREFIX_TWO_BYTES) {
        if (at == end)
            return false;
        encoding = PREFIX_TWO_BYTES << 8 | *at++;
    }
    uint32_t slot = SLOT(encoding);
    if (!slot_operands[slot])
        return false;
    IlOperand operand = slot_operands[slot] - 1;
    if ((size_t)(end - at) < operand_sizes[operand])
        return false;
    insn->op = (IlOp)encoding;
    insn->offset = offset;
    insn->next = (uint32_t)(at - code.data) + operand_sizes[operand];
    return decode_operand(code, operand, at, insn);
}

uint32_t il_switch_target(Bytes code, const IlInsn *insn, uint32_t i)
{
    uint32_t relative;
    Bytes slot;
    if (i >= insn->u.sw.n ||
        !bytes_slice(code, insn->u.sw.targets + (uint64_t)i * 4, 4, &slot))
        return UINT32_MAX;
    memcpy(&relative, slot.data, sizeof relative);
    return insn->next + relative;
}
