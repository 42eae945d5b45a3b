#include "common/ir/ir.h"

const char *const ir_names[IR_OP_COUNT] = {
#define IR(name, text, d, a, b, c, p, relies) [IR_##name] = text,
#include "common/ir/ir.def"
#undef IR
};

const char ir_operands[IR_OP_COUNT][6] = {
#define IR(name, text, d, a, b, c, p, relies) [IR_##name] = {d, a, b, c, p, 0},
#include "common/ir/ir.def"
#undef IR
};

const char ir_relies[IR_OP_COUNT] = {
#define IR(name, text, d, a, b, c, p, relies) [IR_##name] = relies,
#include "common/ir/ir.def"
#undef IR
};

/* Kind and memory form of each element type; 0xff: decided by the rest of the type. */
typedef struct ElementKind {
    uint8_t kind, mem;
} ElementKind;

static const ElementKind element_kinds[ELEMENT_MVAR + 1] = {
    [ELEMENT_VOID] = {IR_VOID, IRM_I1},
    [ELEMENT_BOOLEAN] = {IR_I4, IRM_U1},
    [ELEMENT_CHAR] = {IR_I4, IRM_U2},
    [ELEMENT_I1] = {IR_I4, IRM_I1},
    [ELEMENT_U1] = {IR_I4, IRM_U1},
    [ELEMENT_I2] = {IR_I4, IRM_I2},
    [ELEMENT_U2] = {IR_I4, IRM_U2},
    [ELEMENT_I4] = {IR_I4, IRM_I4},
    [ELEMENT_U4] = {IR_I4, IRM_U4},
    [ELEMENT_I8] = {IR_I8, IRM_I8},
    [ELEMENT_U8] = {IR_I8, IRM_U8},
    [ELEMENT_R4] = {IR_F4, IRM_F4},
    [ELEMENT_R8] = {IR_F8, IRM_F8},
    [ELEMENT_STRING] = {IR_REF, IRM_REF},
    [ELEMENT_PTR] = {IR_I8, IRM_I8},
    [ELEMENT_BYREF] = {IR_BYREF, IRM_I8},
    [ELEMENT_VALUETYPE] = {IR_VT, IRM_VT},
    [ELEMENT_CLASS] = {IR_REF, IRM_REF},
    [ELEMENT_VAR] = {IR_REF, IRM_REF},
    [ELEMENT_ARRAY] = {IR_REF, IRM_REF},
    [ELEMENT_GENERICINST] = {IR_REF, IRM_REF},
    [ELEMENT_TYPEDBYREF] = {IR_VT, IRM_VT},
    [ELEMENT_I] = {IR_I8, IRM_I8},
    [ELEMENT_U] = {IR_I8, IRM_I8},
    [ELEMENT_FNPTR] = {IR_I8, IRM_I8},
    [ELEMENT_OBJECT] = {IR_REF, IRM_REF},
    [ELEMENT_SZARRAY] = {IR_REF, IRM_REF},
    [ELEMENT_MVAR] = {IR_REF, IRM_REF},
};

static ElementKind element_kind(const Type *type)
{
    if (type->bits & TYPE_BIT_ENUM) {
        Err err = ERR_INIT;
        Type *enumeration = (Type *)type;
        if (!type_load(enumeration, LEVEL_LAYOUT, &err))
            return element_kinds[ELEMENT_I4];
        type = type_underlying(enumeration);
    }
    if (type->element > ELEMENT_MVAR)
        return element_kinds[ELEMENT_I];
    return element_kinds[type->element];
}

IrKind ir_kind_of(const Type *type)
{
    return (IrKind)element_kind(type).kind;
}

IrMem ir_mem_of(const Type *type)
{
    return (IrMem)element_kind(type).mem;
}

IrKind ir_kind_of_mem(IrMem mem)
{
    static const uint8_t kinds[] = {
        [IRM_I1] = IR_I4, [IRM_U1] = IR_I4, [IRM_I2] = IR_I4,   [IRM_U2] = IR_I4,
        [IRM_I4] = IR_I4, [IRM_U4] = IR_I4, [IRM_I8] = IR_I8,   [IRM_U8] = IR_I8,
        [IRM_F4] = IR_F4, [IRM_F8] = IR_F8, [IRM_REF] = IR_REF, [IRM_VT] = IR_VT,
    };
    return (IrKind)kinds[mem];
}

bool ir_ends_block(IrOp op)
{
    return op >= IR_JMP && op <= IR_THROW_ERR;
}

bool ir_has_tails(const IrMethod *ir)
{
    for (uint32_t i = 0; i < ir->n_insns; i++)
        if (ir->insns[i].op == IR_CALL && ir->insns[i].call->tail)
            return true;
    return false;
}
