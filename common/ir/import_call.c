#include <string.h>

#include "common/ir/import.h"

/* -- arguments and results ------------------------------------------------------- */

static bool import_pop_this(Importer *im, CallArgs *args)
{
    Slot *slot = &args->slots[0];
    if (!import_pop(im, slot))
        return false;
    args->vars[0] = slot->var;
    return import_is_pointer(slot) ||
           import_invalid(im, "`this` is no object or address");
}

bool import_pop_args(Importer *im, const MethodSig *sig, bool has_this, CallArgs *args)
{
    uint32_t first = has_this ? 1 : 0;
    args->n = sig->n_params + first;
    if (args->n > im->depth)
        return import_invalid(im, "stack underflow");
    args->vars = arena_array(im->arena, uint32_t, args->n);
    args->slots = arena_array(im->scratch, Slot, args->n);
    for (uint32_t i = args->n; i-- > first;) {
        import_pop(im, &args->slots[i]);
        if (!import_coerce(im, &args->slots[i], sig->params[i - first], &args->vars[i]))
            return false;
    }
    return !has_this || import_pop_this(im, args);
}

void import_this_as_ref(Importer *im, CallArgs *args)
{
    args->vars[0] = import_as(im, &args->slots[0], IR_REF);
    args->slots[0].var = args->vars[0];
    args->slots[0].kind = IR_REF;
}

IrCall *import_new_call(Importer *im, IrCallKind kind, Method *method, MethodSig *sig)
{
    IrCall *call = arena_new(im->arena, IrCall);
    *call = (IrCall){.kind = kind,
                     .method = method,
                     .sig = sig,
                     .ctx = IR_NONE,
                     .fn = IR_NONE,
                     .handle = IR_NONE};
    if (im->tail)
        im->tail_call = call;
    return call;
}

bool import_emit_call(Importer *im, IrCall *call, Type *ret)
{
    if (ret->element == ELEMENT_VOID) {
        import_emit(im, IR_CALL, IR_NONE, IR_NONE, IR_NONE)->call = call;
        return true;
    }
    uint32_t var;
    if (!import_push_type(im, ret, &var))
        return false;
    import_emit(im, IR_CALL, var, IR_NONE, IR_NONE)->call = call;
    return true;
}

/* -- tail calls (III.2.4) -------------------------------------------------------- */

/* A call that gives exactly what the method returns, as its last thing. */
static bool import_ends_method(const Importer *im, const IrInsn *last, uint32_t var)
{
    if (!last || last->op != IR_CALL || last->call != im->tail_call || last->dst != var)
        return false;
    const Type *own = im->sig->ret, *gives = last->call->sig->ret;
    IrKind kind = ir_kind_of(own);
    return !last->call->unmanaged && kind == ir_kind_of(gives) &&
           (kind != IR_VT || own == gives);
}

void import_return(Importer *im, uint32_t var)
{
    const IrInsn *last = import_last(im);
    if (import_ends_method(im, last, var))
        last->call->tail = true;
    import_emit(im, var == IR_NONE ? IR_RET : IR_RETV, IR_NONE, var, IR_NONE);
    im->ended = true;
}

/* Pointers into a frame can only be of these types, if the code is verifiable. */
static bool import_may_point(const Type *type)
{
    return type->element == ELEMENT_BYREF || type->element == ELEMENT_PTR ||
           type->element == ELEMENT_FNPTR || (type->bits & TYPE_BIT_BYREFLIKE);
}

static bool import_may_take_address(const Importer *im, const IrCall *call)
{
    if (call->has_this && im->vars.at[call->args[0]].kind != IR_REF)
        return true;
    for (uint32_t i = 0; i < call->sig->n_params; i++)
        if (import_may_point(call->sig->params[i]))
            return true;
    return (call->sig->kind & SIG_KIND_MASK) == SIG_VARARG;
}

void import_settle_tails(Importer *im)
{
    bool exposed = false, addresses = !im->world->library->frees_frames;
    for (size_t i = 0; i < im->insns.n && !exposed; i++)
        exposed = im->insns.at[i].op == IR_LOCALLOC ||
                  (addresses && im->insns.at[i].op == IR_ADDR);
    for (size_t i = 0; exposed && i < im->insns.n; i++) {
        const IrInsn *insn = &im->insns.at[i];
        if (insn->op == IR_CALL && insn->call->tail)
            insn->call->tail = !import_may_take_address(im, insn->call);
    }
}

void import_set_args(IrCall *call, const CallArgs *args, bool has_this)
{
    call->has_this = has_this;
    call->n_args = args->n;
    call->args = args->vars;
}

/* -- targets --------------------------------------------------------------------- */

/* What a call of a virtual method runs that no other class decides; NULL: failed. */
static Method *import_in_slot(Importer *im, Method *method, bool callvirt)
{
    return callvirt || im->world->library->calls_slots
               ? method_in_slot(method, &im->soft)
               : method;
}

bool import_direct_call(Importer *im, MethodOperand *operand, const CallArgs *args,
                        bool callvirt)
{
    if (operand->method->flags & METHOD_ABSTRACT)
        return err_set(&im->soft, ERR_BAD_IMAGE, "call of abstract method %s",
                       operand->method->name);
    Method *method = import_in_slot(im, operand->method, callvirt);
    if (!method)
        return false;
    uint32_t ctx;
    if (!import_context_arg(im, operand, &ctx))
        return false;
    Method *target = im->shared ? method_canonical(method) : method;
    IrCall *call = import_new_call(im, IRK_DIRECT, target, operand->sig);
    bool has_this = !(method->flags & METHOD_STATIC);
    import_set_args(call, args, has_this);
    call->null_check = callvirt && !(args->slots[0].flags & SLOT_NONNULL) &&
                       args->slots[0].kind != IR_BYREF;
    call->callvirt = callvirt && !method_is_overridable(method);
    call->ctx = ctx;
    return import_emit_call(im, call, operand->sig->ret);
}

bool import_found_call(Importer *im, MethodOperand *operand, const CallArgs *args,
                       uint32_t decl)
{
    uint32_t fn = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_VIRT, fn, args->vars[0], decl)->flags =
        import_null_flag(&args->slots[0]);
    IrCall *call = import_new_call(im, IRK_METHOD, operand->method, operand->sig);
    import_set_args(call, args, true);
    call->fn = fn;
    return import_emit_call(im, call, operand->sig->ret);
}

bool import_virtual_call(Importer *im, MethodOperand *operand, CallArgs *args)
{
    Method *method = operand->method;
    uint32_t decl;
    import_this_as_ref(im, args);
    if (method->n_args)
        return import_method_value(im, operand, &decl) &&
               import_found_call(im, operand, args, decl);
    if (!type_load(method->type, LEVEL_READY, &im->soft))
        return false;
    bool interface = (method->type->bits & TYPE_BIT_INTERFACE) != 0;
    IrCall *call = import_new_call(im, interface ? IRK_INTERFACE : IRK_VIRTUAL, method,
                                   operand->sig);
    import_set_args(call, args, true);
    call->null_check = !(args->slots[0].flags & SLOT_NONNULL);
    if (interface && im->shared && method_is_shared(method) &&
        !import_method_value(im, operand, &call->handle))
        return false;
    return import_emit_call(im, call, operand->sig->ret);
}

/* -- delegates ------------------------------------------------------------------- */

static bool import_is_invoke(const Method *method)
{
    return (method->type->bits & TYPE_BIT_DELEGATE) && method->synth == SYNTH_NONE &&
           (method->impl_flags & IMPL_CODE_TYPE_MASK) == IMPL_RUNTIME &&
           !strcmp(method->name, "Invoke");
}

/* invoke(invoke_arg, args...), as the bodies of Invoke methods do. */
bool import_invoke_delegate(Importer *im, MethodSig *sig, CallArgs *args)
{
    Field *code = import_member(im, MEMBER_delegate_invoke);
    Field *first = import_member(im, MEMBER_delegate_invoke_arg);
    if (!code || !first)
        return false;
    uint32_t object = args->vars[0], fn = import_temp(im, IR_I8, NULL);
    IrInsn *insn = import_load(im, fn, object, code->offset, im->world->known.i);
    insn->field = code;
    insn->flags = import_null_flag(&args->slots[0]);
    args->vars[0] = import_temp(im, IR_REF, NULL);
    import_load(im, args->vars[0], object, first->offset, im->world->known.object)
        ->field = first;
    IrCall *call = import_new_call(im, IRK_POINTER, NULL, sig);
    import_set_args(call, args, true);
    call->fn = fn;
    return import_emit_call(im, call, sig->ret);
}

static bool import_new_delegate(Importer *im, MethodOperand *operand)
{
    CallArgs args;
    if (strcmp(operand->method->name, ".ctor") || operand->sig->n_params != 2)
        return import_invalid(im, "newobj of a delegate without its constructor");
    if (!type_load(operand->method->type, LEVEL_READY, &im->soft))
        return false;
    if (!import_pop_args(im, operand->sig, false, &args))
        return false;
    TypeOperand type = {.type = operand->method->type, .open = operand->method->type};
    if (im->shared && (type.type->bits & TYPE_BIT_SHARED)) {
        if (!import_open_method(im, operand))
            return false;
        type.open = operand->open->type;
    }
    import_type_handle(im, &type);
    uint32_t var = import_temp(im, IR_REF, NULL);
    IrInsn *insn = import_emit(im, IR_NEWDELEGATE, var, args.vars[0], args.vars[1]);
    insn->type = type.type;
    insn->c = type.handle;
    Slot *slot = import_push(im, IR_REF, type.type, var);
    if (!slot)
        return false;
    slot->flags = SLOT_NONNULL;
    return true;
}

/* -- constrained calls (III.2.1) ------------------------------------------------- */

static bool import_call_on_value(Importer *im, const TypeOperand *type, Method *impl,
                                 MethodOperand *operand, CallArgs *args)
{
    MethodOperand target = {
        .method = impl, .sig = operand->sig, .token = operand->token};
    uint32_t ctx = IR_NONE;
    if (method_context_kind(impl) == CONTEXT_TYPE)
        ctx = import_type_value(im, type);
    else if (!import_context_arg(im, &target, &ctx))
        return false;
    IrCall *call = import_new_call(
        im, IRK_DIRECT, im->shared ? method_canonical(impl) : impl, operand->sig);
    import_set_args(call, args, true);
    call->ctx = ctx;
    return import_emit_call(im, call, operand->sig->ret);
}

static bool import_call_found(Importer *im, MethodOperand *operand, CallArgs *args,
                              uint32_t address)
{
    IrCall *call = import_new_call(im, IRK_POINTER, NULL, operand->sig);
    import_set_args(call, args, true);
    call->fn = address;
    return import_emit_call(im, call, operand->sig->ret);
}

static bool import_constrained_value(Importer *im, TypeOperand *type,
                                     MethodOperand *operand, CallArgs *args)
{
    IrKind kind;
    if (!import_kind(im, type->type, &kind))
        return false;
    OwnImpl own;
    if (!import_own_impl(im, type, operand, &own))
        return false;
    Method *impl = own.method;
    import_rely(im, IRR_LAYOUT, type->type);
    import_rely(im, IRR_IMPLS, type->type);
    if (own.address != IR_NONE)
        return import_call_found(im, operand, args, own.address);
    if (impl && impl->type == type->type)
        return import_call_on_value(im, type, impl, operand, args);
    Slot address = args->slots[0], boxed;
    if (!import_load_push(im, &address, type->type))
        return false;
    import_pop(im, &boxed);
    if (!import_box_value(im, type, &boxed) || !import_pop(im, &args->slots[0]))
        return false;
    args->vars[0] = args->slots[0].var;
    if (impl && !(impl->type->bits & TYPE_BIT_INTERFACE) && !impl->n_args) {
        MethodOperand target = {
            .method = impl, .sig = operand->sig, .token = operand->token};
        return import_direct_call(im, &target, args, true);
    }
    return import_virtual_call(im, operand, args);
}

static bool import_constrained_call(Importer *im, MethodOperand *operand)
{
    TypeOperand type;
    CallArgs args;
    if (!import_type_operand(im, im->constrained, &type) ||
        !import_pop_args(im, operand->sig, true, &args))
        return false;
    if (type_is_valuetype(type.type))
        return import_constrained_value(im, &type, operand, &args);
    uint32_t object = import_temp(im, IR_REF, NULL);
    import_load(im, object, args.vars[0], 0, im->world->known.object)->flags =
        import_null_flag(&args.slots[0]);
    args.slots[0] = (Slot){.var = object, .kind = IR_REF, .type = type.type};
    args.vars[0] = object;
    return method_is_overridable(operand->method)
               ? import_virtual_call(im, operand, &args)
               : import_direct_call(im, operand, &args, true);
}

/* -- call, callvirt -------------------------------------------------------------- */

bool import_call_method(Importer *im, MethodOperand *operand, bool is_virtual)
{
    Method *method = operand->method;
    if (method->synth >= SYNTH_ARRAY_CTOR && method->synth <= SYNTH_ARRAY_ADDRESS)
        return import_array_method(im, operand);
    bool has_this = !(method->flags & METHOD_STATIC);
    bool dispatched = is_virtual && has_this && method_is_overridable(method);
    IntrinsicResult done = import_intrinsic(im, operand);
    if (done == INTRINSIC_NO &&
        !dispatched) /* a call to itself is one to others, too */
        done = import_open_call(im, operand);
    if (done != INTRINSIC_NO)
        return done == INTRINSIC_DONE;
    CallArgs args;
    if (!import_pop_args(im, operand->sig, has_this, &args))
        return false;
    if (import_is_invoke(method))
        return import_invoke_delegate(im, operand->sig, &args);
    if (dispatched)
        return import_virtual_call(im, operand, &args);
    return import_direct_call(im, operand, &args, is_virtual && has_this);
}

bool import_op_call(Importer *im, uint32_t is_virtual)
{
    MethodOperand operand;
    if (!import_method_operand(im, im->insn.u.token, &operand))
        return false;
    if (!import_varargs(im, &operand))
        return false;
    if (is_virtual && (operand.method->flags & METHOD_STATIC))
        return import_invalid(im, "callvirt of a static method");
    if (im->constrained && !(operand.method->flags & METHOD_STATIC))
        return import_constrained_call(im, &operand);
    if (im->constrained && method_is_static_virtual(operand.method))
        return import_static_call(im, &operand);
    return import_call_method(im, &operand, is_virtual);
}

static MethodSig *import_site_sig(Importer *im, uint32_t token)
{
    if (im->assembly->dynamic)
        return dynamic_ref(im->assembly, token, DYNAMIC_SIGNATURE, &im->soft);
    if (TOKEN_TABLE(token) != TABLE_StandAloneSig) {
        (void)import_invalid(im, "calli with bad token %08x", token);
        return NULL;
    }
    Bytes blob = image_get_blob(im->assembly->image, TABLE_StandAloneSig,
                                TOKEN_RID(token), COL_StandAloneSig_Signature);
    return sig_from_blob(im->assembly, blob, &im->ctx, &im->soft);
}

bool import_op_calli(Importer *im, uint32_t arg)
{
    Slot fn;
    CallArgs args;
    (void)arg;
    MethodSig *sig = import_site_sig(im, im->insn.u.token);
    if (!sig || !import_pop(im, &fn))
        return false;
    if (fn.kind != IR_I8 && fn.kind != IR_BYREF)
        return import_invalid(im, "calli of something that is no address");
    uint8_t convention = sig->kind & SIG_KIND_MASK;
    if (convention == SIG_VARARG && !import_varargs_of_site(im, &sig))
        return false;
    if (!import_pop_args(im, sig, sig->has_this && !sig->explicit_this, &args))
        return false;
    IrCall *call = import_new_call(im, IRK_POINTER, NULL, sig);
    import_set_args(call, &args, sig->has_this && !sig->explicit_this);
    call->fn = fn.var;
    call->unmanaged = sig_is_unmanaged(sig->kind);
    return import_emit_call(im, call, sig->ret);
}

/* III.3.37: the arguments are the method's own, so both must have the same. */
static bool import_same_arguments(const Importer *im, const MethodOperand *operand)
{
    const Method *own = im->method, *other = operand->method;
    const MethodSig *sig = operand->sig;
    bool has_this = !(other->flags & METHOD_STATIC);
    if (has_this == ((own->flags & METHOD_STATIC) != 0) ||
        sig->n_params != im->sig->n_params || sig->kind != im->sig->kind)
        return false;
    if (has_this && own->type != other->type &&
        (type_is_valuetype(own->type) || type_is_valuetype(other->type)))
        return false;
    return !sig->n_params ||
           !memcmp(sig->params, im->sig->params, sig->n_params * sizeof(Type *));
}

/* jmp is a call with the method's own arguments whose result is returned. */
bool import_op_jmp(Importer *im, uint32_t arg)
{
    MethodOperand operand;
    (void)arg;
    if (!import_method_operand(im, im->insn.u.token, &operand))
        return false;
    uint32_t hidden = im->ctx_arg == IR_NONE ? 0 : 1;
    if (im->depth || !import_same_arguments(im, &operand))
        return import_invalid(im, "jmp to a method of another signature");
    CallArgs args = {.n = im->n_args - hidden};
    args.vars = arena_array(im->arena, uint32_t, args.n + 1);
    args.slots = arena_array(im->scratch, Slot, args.n + 1);
    for (uint32_t i = 0; i < args.n; i++)
        args.vars[i] = i;
    im->tail = true;
    im->max_depth++; /* the result is on no stack of the method's */
    bool ok = import_direct_call(im, &operand, &args, false) && import_op_ret(im, 0);
    im->max_depth--;
    return ok;
}

/* -- newobj ---------------------------------------------------------------------- */

static void import_insert_this(Importer *im, CallArgs *args, uint32_t var)
{
    uint32_t *vars = arena_array(im->arena, uint32_t, args->n + 1);
    Slot *slots = arena_array(im->scratch, Slot, args->n + 1);
    memcpy(vars + 1, args->vars, args->n * sizeof *vars);
    memcpy(slots + 1, args->slots, args->n * sizeof *slots);
    vars[0] = var;
    slots[0] = (Slot){.var = var, .kind = IR_REF, .flags = SLOT_NONNULL};
    *args = (CallArgs){.n = args->n + 1, .vars = vars, .slots = slots};
}

static bool import_new_string(Importer *im, MethodOperand *operand)
{
    CallArgs args;
    Method *factory = corlib_string_factory(im->world, operand->sig, &im->soft);
    if (!factory || !import_pop_args(im, operand->sig, false, &args))
        return false;
    bool has_this = !(factory->flags & METHOD_STATIC);
    if (has_this) {
        uint32_t null = import_temp(im, IR_REF, NULL);
        import_emit(im, IR_CONST_NULL, null, IR_NONE, IR_NONE);
        import_insert_this(im, &args, null);
    }
    IrCall *call =
        import_new_call(im, IRK_DIRECT, factory, method_sig(factory, &im->soft));
    import_set_args(call, &args, has_this);
    return import_emit_call(im, call, im->world->known.string);
}

/* The constructor of a value type gets the address of a zeroed temporary below its
 * arguments, which makes it a call like others (and some of them are intrinsics). */
static bool import_new_value(Importer *im, MethodOperand *operand)
{
    CallArgs args;
    IrKind kind;
    uint32_t address;
    Type *type = operand->method->type;
    if (!import_kind(im, type, &kind) ||
        !import_pop_args(im, operand->sig, false, &args))
        return false;
    uint32_t var = import_zeroed_temp(im, kind, type, &address);
    if (type->def == im->world->known.byreference) {
        import_store(im, address, 0, im->world->known.i, args.vars[0]);
    } else {
        import_insert_this(im, &args, address);
        if (!import_direct_call(im, operand, &args, false))
            return false;
    }
    Slot *slot = import_push(im, kind, type, var);
    if (!slot)
        return false;
    slot->fits = import_fits_of(type);
    return true;
}

static bool import_new_object(Importer *im, MethodOperand *operand)
{
    CallArgs args;
    Type *type = operand->method->type;
    TypeOperand own = {.type = type, .open = type};
    if (!import_pop_args(im, operand->sig, false, &args))
        return false;
    if (im->shared && (type->bits & TYPE_BIT_SHARED)) {
        if (!import_open_method(im, operand))
            return false;
        own.open = operand->open->type;
    }
    import_type_handle(im, &own);
    uint32_t var = import_temp(im, IR_REF, NULL);
    IrInsn *insn = import_emit(im, IR_NEWOBJ, var, IR_NONE, IR_NONE);
    insn->type = type;
    insn->c = own.handle;
    if (type != im->world->known.object) {
        import_insert_this(im, &args, var);
        if (!import_direct_call(im, operand, &args, false))
            return false;
    }
    Slot *slot = import_push(im, IR_REF, type, var);
    if (!slot)
        return false;
    slot->flags = SLOT_NONNULL;
    return true;
}

bool import_op_newobj(Importer *im, uint32_t arg)
{
    MethodOperand operand;
    (void)arg;
    return import_method_operand(im, im->insn.u.token, &operand) &&
           import_new(im, &operand);
}

bool import_new(Importer *im, MethodOperand *operand)
{
    Method *ctor = operand->method;
    if (ctor->synth >= SYNTH_ARRAY_CTOR && ctor->synth <= SYNTH_ARRAY_CTOR_LB)
        return import_array_method(im, operand);
    /* III.4.21 wants a .ctor; any instance method without a result does as well. */
    if ((ctor->flags & METHOD_STATIC) || operand->sig->ret->element != ELEMENT_VOID)
        return import_invalid(im, "newobj of something that is no constructor");
    if (ctor->type->bits & (TYPE_BIT_ABSTRACT | TYPE_BIT_INTERFACE))
        return err_set(im->err, ERR_MEMBER_ACCESS,
                       "IL_%04x: instance of abstract type %s", im->insn.offset,
                       ctor->type->name);
    if (!import_varargs(im, operand))
        return false;
    if (ctor->type == im->world->known.string)
        return import_new_string(im, operand);
    if (ctor->type->bits & TYPE_BIT_DELEGATE)
        return import_new_delegate(im, operand);
    if (type_is_valuetype(ctor->type))
        return import_new_value(im, operand);
    return import_new_object(im, operand);
}

/* -- addresses of methods -------------------------------------------------------- */

static bool import_push_code(Importer *im, uint32_t method)
{
    uint32_t var = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_LDFTN_M, var, method, IR_NONE);
    return import_push(im, IR_I8, NULL, var);
}

bool import_method_address(Importer *im, MethodOperand *operand)
{
    uint32_t method;
    if (im->shared && method_is_shared(operand->method))
        return import_method_value(im, operand, &method) &&
               import_push_code(im, method);
    uint32_t var = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_LDFTN, var, IR_NONE, IR_NONE)->method = operand->method;
    return import_push(im, IR_I8, NULL, var);
}

bool import_op_ldftn(Importer *im, uint32_t arg)
{
    MethodOperand operand;
    (void)arg;
    if (!import_method_operand(im, im->insn.u.token, &operand))
        return false;
    return im->constrained && method_is_static_virtual(operand.method)
               ? import_static_address(im, &operand)
               : import_method_address(im, &operand);
}

bool import_op_ldvirtftn(Importer *im, uint32_t arg)
{
    MethodOperand operand;
    Slot object;
    uint32_t decl;
    (void)arg;
    if (!import_pop(im, &object) ||
        !import_method_operand(im, im->insn.u.token, &operand))
        return false;
    if (object.kind != IR_REF)
        return import_invalid(im, "ldvirtftn of something that is no object");
    if (!import_method_value(im, &operand, &decl))
        return false;
    uint32_t method = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_VIRT, method, object.var, decl)->flags =
        import_null_flag(&object);
    return import_push_code(im, method);
}

/* -- prefixes -------------------------------------------------------------------- */

bool import_op_prefix_tail(Importer *im, uint32_t arg)
{
    (void)arg;
    im->tail = true;
    return true;
}

bool import_op_prefix_constrained(Importer *im, uint32_t arg)
{
    (void)arg;
    im->constrained = im->insn.u.token;
    return true;
}
