/* import_vararg.c - variable arguments (II.15.3).
 *
 * A method with the vararg convention takes one parameter more than its signature says:
 * a long[] with two words for each variable argument, its Type * and the address of its
 * value in the caller's frame. `arglist` gives that reference as a
 * RuntimeArgumentHandle, and ArgIterator, a part of each class library, reads it.
 */
#include "common/ir/import.h"

enum { WORDS_PER_ARGUMENT = 2 };

static bool import_push_array(Importer *im, uint32_t var)
{
    /* The IL's own stack depth does not count it; there is room for one more. */
    im->stack[im->depth++] =
        (Slot){.var = var, .kind = IR_REF, .type = im->world->known.object};
    return true;
}

static uint32_t import_new_long_array(Importer *im, uint32_t n)
{
    uint32_t length = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_CONST_I8, length, IR_NONE, IR_NONE)->imm = n;
    uint32_t array = import_temp(im, IR_REF, NULL);
    IrInsn *insn = import_emit(im, IR_NEWARR, array, length, IR_NONE);
    insn->type = type_szarray(im->world->known.i8);
    insn->c = IR_NONE;
    return array;
}

/* Pops one argument into a variable that has an address; stores type and address. */
static bool import_pack_one(Importer *im, Type *type, uint32_t array, uint32_t index)
{
    Slot slot;
    IrKind kind;
    uint32_t value;
    if (type->bits & TYPE_BIT_SHARED)
        return err_set(&im->soft, ERR_UNSUPPORTED,
                       "a variable argument of a type that depends on type arguments");
    if (!import_pop(im, &slot) || !import_coerce(im, &slot, type, &value) ||
        !import_kind(im, type, &kind))
        return false;
    uint32_t address, var = import_zeroed_temp(im, kind, type, &address);
    import_emit(im, IR_MOV, var, value, IR_NONE);
    TypeOperand operand = {.type = type, .open = type, .handle = IR_NONE};
    Type *native = im->world->known.i;
    int64_t at = ARRAY_DATA_OFFSET + 8 * WORDS_PER_ARGUMENT * (int64_t)index;
    import_store(im, array, at, native, import_type_value(im, &operand));
    import_store(im, array, at + 8, native, address);
    return true;
}

static bool import_pack(Importer *im, const MethodSig *site, uint32_t n_fixed)
{
    uint32_t n = site->n_params > n_fixed ? site->n_params - n_fixed : 0;
    uint32_t array = import_new_long_array(im, n * WORDS_PER_ARGUMENT);
    for (uint32_t i = n; i-- > 0;)
        if (!import_pack_one(im, site->params[n_fixed + i], array, i))
            return false;
    return import_push_array(im, array);
}

static bool import_may_pack(Importer *im)
{
    return !im->world->library->no_varargs ||
           err_set(&im->soft, ERR_INVALID_PROGRAM,
                   "Vararg calling convention not supported.");
}

bool import_varargs(Importer *im, MethodOperand *operand)
{
    MethodSig *site = operand->sig;
    if ((site->kind & SIG_KIND_MASK) != SIG_VARARG)
        return true;
    if (!import_may_pack(im))
        return false;
    if (!method_takes_varargs(operand->method, site))
        return err_set(&im->soft, ERR_UNSUPPORTED,
                       "call of native code with variable arguments");
    MethodSig *own = method_sig(operand->method, &im->soft);
    if (!own)
        return false;
    uint32_t n_fixed = own->n_params - 1u;
    MethodSig fixed = *own;
    fixed.n_params = (uint16_t)n_fixed;
    operand->sig = own;
    return import_pack(im, site == own ? &fixed : site, n_fixed);
}

bool import_varargs_of_site(Importer *im, MethodSig **sig)
{
    if (!import_may_pack(im))
        return false;
    MethodSig *site = *sig, *own = arena_new(im->arena, MethodSig);
    uint32_t n_fixed = site->sentinel >= 0 ? (uint32_t)site->sentinel : site->n_params;
    *own = *site;
    own->sentinel = -1;
    own->n_params = (uint16_t)(n_fixed + 1);
    own->params = arena_array(im->arena, Type *, own->n_params);
    for (uint32_t i = 0; i < n_fixed; i++)
        own->params[i] = site->params[i];
    own->params[n_fixed] = im->world->known.object;
    *sig = own;
    return import_pack(im, site, n_fixed);
}

bool import_op_arglist(Importer *im, uint32_t arg)
{
    (void)arg;
    const MethodSig *sig = im->sig;
    if (!method_takes_varargs(im->method, sig))
        return import_invalid(im, "arglist in a method without variable arguments");
    Type *type = im->world->known.argument_handle;
    Field *field = import_member(im, MEMBER_argument_list);
    if (!field)
        return false;
    uint32_t list = (sig->has_this ? 1u : 0u) + sig->n_params - 1u, address;
    uint32_t var = import_zeroed_temp(im, IR_VT, type, &address);
    import_store(im, address, field->offset, im->world->known.i, list)->field = field;
    return import_push(im, IR_VT, type, var);
}
