/* import_constant.c - values that are known where they are imported, and what follows.
 *
 * Generic code asks what it is for: `typeof(T) == typeof(byte)`, `sizeof(T)`,
 * `IsReferenceOrContainsReferences<T>()`, `Vector128.IsHardwareAccelerated`. The
 * answers are constants, which their slots carry (SLOT_KNOWN), and so is what is
 * computed of them. A branch on one goes to one place; what nobody else goes to is
 * never imported:
 *
 *   static int F<int>()
 *       ldtoken T, typeof; ldtoken int, typeof    two slots with Slot.of
 *       call Type.op_Equality                     known: 1
 *       brfalse L                                 jmp next; L is not reached
 *
 * Shared code does not know T, but that no reference type is a value type. Where values
 * join that differ, no more is known than before.
 */
#include "common/ir/import.h"

/* -- slots ------------------------------------------------------------------------- */

uint8_t import_fits_of_value(int64_t value)
{
    uint8_t fits = 0;
    fits |= value == (int8_t)value ? FITS_I1 : 0;
    fits |= value == (uint8_t)value ? FITS_U1 : 0;
    fits |= value == (int16_t)value ? FITS_I2 : 0;
    fits |= value == (uint16_t)value ? FITS_U2 : 0;
    return fits;
}

bool import_push_known(Importer *im, IrKind kind, Type *type, int64_t value)
{
    uint32_t var = kind == IR_I4 ? import_const_i4(im, (int32_t)value)
                                 : import_const_i8(im, value);
    Slot *slot = import_push(im, kind, type, var);
    if (!slot)
        return false;
    slot->flags = SLOT_KNOWN;
    slot->value = value;
    slot->fits = kind == IR_I4 ? import_fits_of_value(value) : 0;
    return true;
}

static void constant_forget_lookup(Importer *im, uint32_t var)
{
    const IrInsn *last = import_last(im);
    if (!last || last->op != IR_LOOKUP || last->dst != var || !im->lookups.n ||
        im->lookups.at[im->lookups.n - 1].var != var)
        return;
    im->lookups.n--;
    import_drop_last(im);
}

void import_forget(Importer *im, const Slot *slot)
{
    const IrInsn *last = import_last(im);
    if (!last || last->dst != slot->var || slot->var < im->n_args + im->n_locals ||
        (slot->flags & SLOT_DUP))
        return;
    uint32_t handle = last->c;
    switch ((IrOp)last->op) {
    case IR_CONST_I4:
    case IR_CONST_I8:
    case IR_CONST_NULL:
    case IR_HANDLE_TYPE:
        import_drop_last(im);
        break;
    case IR_TYPEOF:
    case IR_BOX:
        import_drop_last(im);
        constant_forget_lookup(im, handle);
        break;
    default:
        break;
    }
}

/* -- arithmetic -------------------------------------------------------------------- */

static bool constant_divide(uint32_t op, int64_t a, int64_t b, bool wide, int64_t *out)
{
    if (b == 0 || b == -1) /* may throw */
        return false;
    uint64_t ua = wide ? (uint64_t)a : (uint32_t)a,
             ub = wide ? (uint64_t)b : (uint32_t)b;
    switch (op) {
    case IR_DIV_I4:
        *out = a / b;
        return true;
    case IR_REM_I4:
        *out = a % b;
        return true;
    case IR_DIV_UN_I4:
        *out = (int64_t)(ua / ub);
        return true;
    case IR_REM_UN_I4:
        *out = (int64_t)(ua % ub);
        return true;
    default:
        return false;
    }
}

static bool constant_compute(uint32_t op, int64_t a, int64_t b, bool wide, int64_t *out)
{
    uint64_t ua = (uint64_t)a, ub = (uint64_t)b;
    switch (op) {
    case IR_ADD_I4:
        *out = (int64_t)(ua + ub);
        return true;
    case IR_SUB_I4:
        *out = (int64_t)(ua - ub);
        return true;
    case IR_MUL_I4:
        *out = (int64_t)(ua * ub);
        return true;
    case IR_AND_I4:
        *out = a & b;
        return true;
    case IR_OR_I4:
        *out = a | b;
        return true;
    case IR_XOR_I4:
        *out = a ^ b;
        return true;
    default:
        return constant_divide(op, a, b, wide, out);
    }
}

static bool constant_is_int(const Slot *slot)
{
    return (slot->flags & SLOT_KNOWN) && (slot->kind == IR_I4 || slot->kind == IR_I8);
}

bool import_fold_binary(Importer *im, uint32_t op, const Slot *a, const Slot *b,
                        Type *type)
{
    bool wide = a->kind == IR_I8 || b->kind == IR_I8;
    int64_t value;
    if (!constant_is_int(a) || !constant_is_int(b) ||
        !constant_compute(op, a->value, b->value, wide, &value))
        return false;
    import_forget(im, b);
    import_forget(im, a);
    return import_push_known(im, wide ? IR_I8 : IR_I4, type,
                             wide ? value : (int32_t)value);
}

/* -- comparison -------------------------------------------------------------------- */

static bool constant_holds(IrCond cond, int64_t a, int64_t b, bool wide)
{
    uint64_t ua = wide ? (uint64_t)a : (uint32_t)a,
             ub = wide ? (uint64_t)b : (uint32_t)b;
    switch (cond) {
    case IRC_EQ:
        return a == b;
    case IRC_NE:
        return a != b;
    case IRC_LT:
        return a < b;
    case IRC_LE:
        return a <= b;
    case IRC_GT:
        return a > b;
    case IRC_GE:
        return a >= b;
    case IRC_LT_UN:
        return ua < ub;
    case IRC_LE_UN:
        return ua <= ub;
    case IRC_GT_UN:
        return ua > ub;
    default:
        return ua >= ub;
    }
}

/* An object compared with null. */
static bool constant_is_null_test(const Slot *a, const Slot *b, int64_t *va,
                                  int64_t *vb)
{
    const uint8_t sure = SLOT_NULL | SLOT_NONNULL;
    if (a->kind != IR_REF || b->kind != IR_REF || !(a->flags & sure) ||
        !(b->flags & sure) || !((a->flags | b->flags) & SLOT_NULL))
        return false;
    *va = !(a->flags & SLOT_NULL);
    *vb = !(b->flags & SLOT_NULL);
    return true;
}

bool import_decide_compare(Importer *im, uint32_t cond, const Slot *a, const Slot *b,
                           bool *holds)
{
    int64_t va = a->value, vb = b->value;
    bool ints = constant_is_int(a) && constant_is_int(b);
    if (!ints && !constant_is_null_test(a, b, &va, &vb))
        return false;
    *holds = constant_holds((IrCond)cond, va, vb, a->kind != IR_I4 || b->kind != IR_I4);
    import_forget(im, b);
    import_forget(im, a);
    return true;
}

bool import_decide_branch(Importer *im, const Slot *value, bool *is_true)
{
    bool null = value->kind == IR_REF && (value->flags & SLOT_NULL);
    bool object = value->kind == IR_REF && (value->flags & SLOT_NONNULL);
    if (!constant_is_int(value) && !null && !object)
        return false;
    *is_true = object || (!null && value->value);
    import_forget(im, value);
    return true;
}

/* -- types ------------------------------------------------------------------------- */

/* Are two types the same, in every instance of the code? -1: in some. */
static int constant_same_type(const Importer *im, Type *a, Type *b)
{
    const Type *canon = im->world->canon;
    if (a == canon || b == canon)
        return type_is_valuetype(a == canon ? b : a) ? 0 : -1;
    if (!im->shared || !((a->bits | b->bits) & TYPE_BIT_SHARED))
        return a == b;
    return type_canonical(a) == type_canonical(b) ? -1 : 0;
}

bool import_decide_types(Importer *im, bool *same)
{
    const Slot *b = &im->stack[im->depth - 1], *a = b - 1;
    if (im->depth < 2 || !a->of || !b->of)
        return false;
    int is = constant_same_type(im, a->of, b->of);
    if (is < 0)
        return false;
    import_rely(im, IRR_LAYOUT, a->of); /* that one is a value type */
    import_rely(im, IRR_LAYOUT, b->of);
    *same = is;
    im->depth -= 2;
    import_forget(im, b);
    import_forget(im, a);
    return true;
}
