/* import_static.c - calls of static virtual methods of interfaces.
 *
 *     constrained. !!T  call  !0 class IAddable`1<!!T>::Add(!0, !0)
 *
 * has no object that says whose method runs: T does. Where T and the interface are
 * known, the method is found here and called as any other; compiled code relies on its
 * being that one. Shared code, where T is __Canon, looks the address up in its generic
 * context: an address that needs no context of its own, since nothing says here what
 * kind of method it will be. */
#include "common/ir/import.h"

/* Found at run time: its address; else `target` is the method. */
static bool import_static_target(Importer *im, MethodOperand *operand,
                                 MethodOperand *target, uint32_t *address)
{
    TypeOperand type;
    *address = IR_NONE;
    if (!import_type_operand(im, im->constrained, &type))
        return false;
    if (im->shared &&
        (type.type->bits & TYPE_BIT_SHARED || method_is_shared(operand->method))) {
        if (!import_open_method(im, operand))
            return false;
        *address = import_lookup_static(im, type.open, operand->open);
        return true;
    }
    *target = *operand;
    target->method = type_static_impl(type.type, operand->method, &im->soft);
    target->open = NULL;
    if (!target->method)
        return false;
    import_rely_static(im, type.type, operand->method);
    target->sig = method_sig(target->method, &im->soft);
    return target->sig != NULL;
}

bool import_static_call(Importer *im, MethodOperand *operand)
{
    MethodOperand target;
    CallArgs args;
    uint32_t address;
    if (!import_static_target(im, operand, &target, &address))
        return false;
    if (address == IR_NONE)
        return import_call_method(im, &target, false);
    if (!import_pop_args(im, operand->sig, false, &args))
        return false;
    IrCall *call = import_new_call(im, IRK_POINTER, NULL, operand->sig);
    import_set_args(call, &args, false);
    call->fn = address;
    return import_emit_call(im, call, operand->sig->ret);
}

bool import_static_address(Importer *im, MethodOperand *operand)
{
    MethodOperand target;
    uint32_t address;
    if (!import_static_target(im, operand, &target, &address))
        return false;
    return address == IR_NONE ? import_method_address(im, &target)
                              : import_push(im, IR_I8, NULL, address) != NULL;
}
