/* import_intrinsic.c - calls that the class library says are something else.
 *
 * A row of the library's intrinsics.def gives a method its body (LibraryIntrinsic).
 * Handlers find the arguments on the stack and the signature in the operand; they know
 * no class, so one serves all methods of its shape:
 *
 *   call int32 Array::get_Length()       row ARRAY_LENGTH, array_length with IR_I4
 *   v2 = ldlen v1; v3 = conv.i4 v2
 *
 * A handler that does not know an overload declines (INTRINSIC_NO) before it pops
 * anything, and the call stays one. Who has the method's address runs its IL, which
 * gives the same, or where the library leaves it to the runtime what calls become.
 */
#include <string.h>

#include "common/ir/import_intrinsic.h"

enum { ASK_VALUETYPE, ASK_ENUM, ASK_PRIMITIVE }; /* of intrinsic_type_question */

IntrinsicResult intrinsic_done(bool ok)
{
    return ok ? INTRINSIC_DONE : INTRINSIC_FAILED;
}

bool intrinsic_pop(Importer *im, MethodOperand *operand, CallArgs *args)
{
    bool has_this = !(operand->method->flags & METHOD_STATIC);
    if (!import_pop_args(im, operand->sig, has_this, args))
        return false;
    if (has_this && !type_is_valuetype(operand->method->type))
        import_this_as_ref(im, args);
    return true;
}

/* The T of a first parameter `ref T`, or NULL. */
Type *intrinsic_target(const MethodSig *sig)
{
    Type *type = sig->n_params ? sig->params[0] : NULL;
    return type && type->element == ELEMENT_BYREF ? type->elem : NULL;
}

/* -- arithmetic, comparison ------------------------------------------------------ */

IntrinsicResult intrinsic_math(Importer *im, MethodOperand *operand, uint32_t math)
{
    Type *type = operand->sig->params[0];
    IrKind kind = ir_kind_of(type);
    CallArgs args;
    uint32_t var;
    if (operand->sig->ret != type || (kind != IR_F4 && kind != IR_F8))
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args) || !import_push_type(im, type, &var))
        return INTRINSIC_FAILED;
    import_emit(im, IR_MATH, var, args.vars[0], args.n > 1 ? args.vars[1] : IR_NONE)
        ->mk = (uint8_t)math;
    return INTRINSIC_DONE;
}

IntrinsicResult intrinsic_reference_compare(Importer *im, MethodOperand *operand,
                                            uint32_t cond)
{
    CallArgs args;
    uint32_t var;
    bool same;
    if (cond <= IRC_NE && import_decide_types(im, &same))
        return intrinsic_done(
            import_push_known(im, IR_I4, operand->sig->ret, same == (cond == IRC_EQ)));
    if (!intrinsic_pop(im, operand, &args) ||
        !import_push_type(im, operand->sig->ret, &var))
        return INTRINSIC_FAILED;
    import_emit(im, IR_CMP_I8, var, args.vars[0], args.vars[1])->mk = (uint8_t)cond;
    return INTRINSIC_DONE;
}

/* Types may say themselves that they are the same: not those that the runtime made. */
IntrinsicResult intrinsic_type_compare(Importer *im, MethodOperand *operand,
                                       uint32_t cond)
{
    bool made =
        im->depth >= 2 && (im->stack[im->depth - 1].of || im->stack[im->depth - 2].of);
    return made ? intrinsic_reference_compare(im, operand, cond) : INTRINSIC_NO;
}

/* -- shared memory --------------------------------------------------------------- */

/* Kinds that have atomic operations: I4, I8, references and, for some of them, unsigned
 * ones of less. */
static bool intrinsic_is_atomic(const Type *type, bool narrow)
{
    if (!type || (type_is_valuetype(type) && (type->bits & TYPE_BIT_ENUM)))
        return false;
    IrMem mem = ir_mem_of(type);
    return mem == IRM_I4 || mem == IRM_U4 || mem == IRM_I8 || mem == IRM_U8 ||
           mem == IRM_REF || (narrow && (mem == IRM_U1 || mem == IRM_U2));
}

static uint32_t intrinsic_atomic(Importer *im, IrOp op, Type *type,
                                 const uint32_t *vars)
{
    uint32_t var = import_temp(im, ir_kind_of(type), type);
    IrInsn *insn = import_emit(im, op, var, vars[0], vars[1]);
    IrMem mem = ir_mem_of(type);
    insn->mk = (uint8_t)(mem == IRM_U4 ? IRM_I4 : mem == IRM_U8 ? IRM_I8 : mem);
    return var;
}

static IntrinsicResult intrinsic_push_old(Importer *im, Type *type, uint32_t old)
{
    Slot *slot = import_push(im, ir_kind_of(type), type, old);
    if (slot)
        slot->fits = import_fits_of(type);
    return intrinsic_done(slot);
}

IntrinsicResult intrinsic_interlocked_xchg(Importer *im, MethodOperand *operand,
                                           uint32_t arg)
{
    Type *type = intrinsic_target(operand->sig);
    CallArgs args;
    (void)arg;
    if (!intrinsic_is_atomic(type, true))
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    uint32_t old = intrinsic_atomic(im, IR_XCHG, type, args.vars);
    return intrinsic_push_old(im, type, old);
}

IntrinsicResult intrinsic_interlocked_cmpxchg(Importer *im, MethodOperand *operand,
                                              uint32_t arg)
{
    Type *type = intrinsic_target(operand->sig);
    CallArgs args;
    (void)arg;
    if (!intrinsic_is_atomic(type, true) || operand->sig->params[1] != type)
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    uint32_t old = intrinsic_atomic(im, IR_CMPXCHG, type, args.vars);
    import_last(im)->c = args.vars[2];
    return intrinsic_push_old(im, type, old);
}

static IntrinsicResult intrinsic_push_sum(Importer *im, Type *type, uint32_t old,
                                          uint32_t step)
{
    IrKind kind = ir_kind_of(type);
    uint32_t sum = import_temp(im, kind, NULL);
    import_emit(im, kind == IR_I4 ? IR_ADD_I4 : IR_ADD_I8, sum, old, step);
    return intrinsic_done(import_push(im, kind, type, sum));
}

IntrinsicResult intrinsic_interlocked_add(Importer *im, MethodOperand *operand,
                                          uint32_t sum)
{
    Type *type = intrinsic_target(operand->sig);
    CallArgs args;
    if (!intrinsic_is_atomic(type, false) || type_is_reference(type))
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    uint32_t old = intrinsic_atomic(im, IR_XADD, type, args.vars);
    return sum ? intrinsic_push_sum(im, type, old, args.vars[1])
               : intrinsic_push_old(im, type, old);
}

IntrinsicResult intrinsic_interlocked_step(Importer *im, MethodOperand *operand,
                                           uint32_t by)
{
    Type *type = intrinsic_target(operand->sig);
    CallArgs args;
    if (!intrinsic_is_atomic(type, false) || type_is_reference(type))
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    int32_t step = (int32_t)by;
    uint32_t one = ir_kind_of(type) == IR_I4 ? import_const_i4(im, step)
                                             : import_const_i8(im, step);
    uint32_t vars[] = {args.vars[0], one};
    return intrinsic_push_sum(im, type, intrinsic_atomic(im, IR_XADD, type, vars), one);
}

IntrinsicResult intrinsic_fence(Importer *im, MethodOperand *operand, uint32_t arg)
{
    (void)operand;
    (void)arg;
    import_emit(im, IR_FENCE, IR_NONE, IR_NONE, IR_NONE);
    return INTRINSIC_DONE;
}

IntrinsicResult intrinsic_volatile_read(Importer *im, MethodOperand *operand,
                                        uint32_t arg)
{
    Type *type = intrinsic_target(operand->sig);
    CallArgs args;
    (void)arg;
    if (!type)
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    im->access |= IRF_VOLATILE;
    return intrinsic_done(import_load_push(im, &args.slots[0], type));
}

IntrinsicResult intrinsic_volatile_write(Importer *im, MethodOperand *operand,
                                         uint32_t arg)
{
    Type *type = intrinsic_target(operand->sig);
    CallArgs args;
    (void)arg;
    if (!type)
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    import_store(im, args.vars[0], 0, type, args.vars[1])->flags = IRF_VOLATILE;
    return INTRINSIC_DONE;
}

/* -- arrays, strings ------------------------------------------------------------- */

IntrinsicResult intrinsic_array_length(Importer *im, MethodOperand *operand,
                                       uint32_t kind)
{
    CallArgs args;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    uint32_t length = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_LDLEN, length, args.vars[0], IR_NONE)->flags =
        import_null_flag(&args.slots[0]);
    Slot slot = {.kind = IR_I8, .var = length};
    return intrinsic_done(import_push(im, (IrKind)kind, operand->sig->ret,
                                      import_as(im, &slot, (IrKind)kind)));
}

/* The address of the first element. Where that is, the type of a vector says; other
 * arrays are asked. */
IntrinsicResult intrinsic_array_data(Importer *im, MethodOperand *operand, uint32_t arg)
{
    CallArgs args;
    (void)arg;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    const Type *array = args.slots[0].type;
    if (operand->sig->n_params && operand->sig->params[0]->element == ELEMENT_SZARRAY)
        array = operand->sig->params[0];
    uint8_t null = import_null_flag(&args.slots[0]);
    uint32_t data = import_temp(im, IR_BYREF, NULL);
    if (array && array->element == ELEMENT_SZARRAY) {
        IrInsn *insn = import_emit(im, IR_LEA, data, args.vars[0], IR_NONE);
        insn->imm = ARRAY_DATA_OFFSET;
        insn->flags = null;
    } else {
        const KnownTypes *known = &im->world->known;
        uint32_t vtable = import_temp(im, IR_I8, NULL);
        uint32_t size = import_temp(im, IR_I4, NULL);
        uint32_t wide = import_temp(im, IR_I8, NULL);
        import_load(im, vtable, args.vars[0], OBJECT_VTABLE_OFFSET, known->i)->flags =
            null;
        import_load(im, size, vtable, VTABLE_BASE_SIZE_OFFSET, known->i4);
        import_emit(im, IR_CONV_U8_I4, wide, size, IR_NONE);
        import_emit(im, IR_ADD_I8, data, args.vars[0], wide);
    }
    Slot *slot = import_push(im, IR_BYREF, operand->sig->ret, data);
    if (slot)
        slot->flags = SLOT_NONNULL;
    return intrinsic_done(slot);
}

static bool intrinsic_element(Importer *im, IrOp op, Type *type,
                              const uint32_t *array_index, uint32_t value)
{
    IrKind kind;
    if (!import_kind(im, type, &kind))
        return false;
    IrInsn *insn = import_emit(im, op, op == IR_LDELEM ? value : IR_NONE,
                               array_index[0], array_index[1]);
    insn->c = op == IR_STELEM ? value : IR_NONE;
    insn->mk = (uint8_t)ir_mem_of(type);
    insn->imm = type_value_size(type);
    insn->type = type;
    return true;
}

IntrinsicResult intrinsic_unsafe_load(Importer *im, MethodOperand *operand,
                                      uint32_t arg)
{
    CallArgs args;
    uint32_t var;
    Type *type = operand->sig->ret;
    (void)arg;
    if (!intrinsic_pop(im, operand, &args) || !import_push_type(im, type, &var) ||
        !intrinsic_element(im, IR_LDELEM, type, args.vars, var))
        return INTRINSIC_FAILED;
    import_last(im)->flags = IRF_NOBOUNDS;
    return INTRINSIC_DONE;
}

IntrinsicResult intrinsic_unsafe_store(Importer *im, MethodOperand *operand,
                                       uint32_t arg)
{
    CallArgs args;
    (void)arg;
    if (!intrinsic_pop(im, operand, &args) ||
        !intrinsic_element(im, IR_STELEM, operand->sig->params[2], args.vars,
                           args.vars[2]))
        return INTRINSIC_FAILED;
    import_last(im)->flags = IRF_NOBOUNDS | IRF_EXACT;
    return INTRINSIC_DONE;
}

/* IR_LDELEM: an element into what the last argument points at; IR_STELEM: back. */
IntrinsicResult intrinsic_generic_value(Importer *im, MethodOperand *operand,
                                        uint32_t op)
{
    CallArgs args;
    IrKind kind;
    Type *type = intrinsic_argument(operand);
    if (!type)
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args) || !import_kind(im, type, &kind))
        return INTRINSIC_FAILED;
    uint32_t value = import_temp(im, kind, type);
    if (op == IR_STELEM)
        import_load(im, value, args.vars[2], 0, type);
    if (!intrinsic_element(im, (IrOp)op, type, args.vars, value))
        return INTRINSIC_FAILED;
    if (op == IR_LDELEM)
        import_store(im, args.vars[2], 0, type, value);
    return INTRINSIC_DONE;
}

IntrinsicResult intrinsic_object_word(Importer *im, MethodOperand *operand,
                                      uint32_t offset)
{
    CallArgs args;
    uint32_t var;
    if (!intrinsic_pop(im, operand, &args) ||
        !import_push_type(im, operand->sig->ret, &var))
        return INTRINSIC_FAILED;
    import_load(im, var, args.vars[0], offset, operand->sig->ret)->flags =
        import_null_flag(&args.slots[0]);
    return INTRINSIC_DONE;
}

/* Loads the character at an index that is known to be inside. */
static void intrinsic_load_char(Importer *im, const uint32_t *string_index,
                                uint32_t dst)
{
    uint32_t wide = import_temp(im, IR_I8, NULL), two = import_temp(im, IR_I8, NULL);
    uint32_t address = import_temp(im, IR_BYREF, NULL);
    import_emit(im, IR_CONV_U8_I4, wide, string_index[1], IR_NONE);
    import_emit(im, IR_ADD_I8, two, wide, wide);
    import_emit(im, IR_ADD_I8, address, string_index[0], two);
    import_load(im, dst, address, STRING_CHARS_OFFSET, im->world->known.char_);
}

/* An index outside is left to the method itself: it throws. */
IntrinsicResult intrinsic_string_chars(Importer *im, MethodOperand *operand,
                                       uint32_t arg)
{
    CallArgs args;
    (void)arg;
    if (im->method == operand->method)
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    uint32_t result = import_temp(im, IR_I4, im->world->known.char_);
    uint32_t length = import_temp(im, IR_I4, NULL);
    uint32_t inside = import_new_block(im), outside = import_new_block(im);
    uint32_t after = import_new_block(im);
    import_load(im, length, args.vars[0], STRING_LENGTH_OFFSET, im->world->known.i4)
        ->flags = import_null_flag(&args.slots[0]);
    IrInsn *branch = import_emit(im, IR_BR_I4, IR_NONE, args.vars[1], length);
    branch->mk = IRC_LT_UN;
    branch->target[0] = inside;
    branch->target[1] = outside;
    import_end_block(im);
    import_begin_block(im, outside);
    if (!import_direct_call(im, operand, &args, false))
        return INTRINSIC_FAILED;
    import_last(im)->dst = result;
    im->depth--;
    import_jump(im, after);
    import_begin_block(im, inside);
    intrinsic_load_char(im, args.vars, result);
    import_jump(im, after);
    import_begin_block(im, after);
    Slot *slot = import_push(im, IR_I4, im->world->known.char_, result);
    if (slot)
        slot->fits = FITS_U2;
    return intrinsic_done(slot);
}

/* -- types and casts ------------------------------------------------------------- */

IntrinsicResult intrinsic_nothing(Importer *im, MethodOperand *operand, uint32_t arg)
{
    CallArgs args;
    (void)arg;
    return intrinsic_done(intrinsic_pop(im, operand, &args));
}

IntrinsicResult intrinsic_byreference_value(Importer *im, MethodOperand *operand,
                                            uint32_t arg)
{
    CallArgs args;
    uint32_t var;
    (void)arg;
    if (!intrinsic_pop(im, operand, &args) ||
        !import_push_type(im, operand->sig->ret, &var))
        return INTRINSIC_FAILED;
    import_load(im, var, args.vars[0], 0, im->world->known.i);
    return INTRINSIC_DONE;
}

IntrinsicResult intrinsic_has_references(Importer *im, MethodOperand *operand,
                                         uint32_t arg)
{
    IrKind kind;
    (void)arg;
    if (operand->method->n_args != 1)
        return INTRINSIC_NO;
    Type *type = operand->method->args[0];
    if (!import_kind(im, type, &kind))
        return INTRINSIC_FAILED;
    import_rely(im, IRR_LAYOUT, type);
    bool has = !type_is_valuetype(type) || (type->bits & TYPE_BIT_HAS_REFS);
    return intrinsic_done(import_push_known(im, IR_I4, operand->sig->ret, has));
}

static bool intrinsic_answer(const Type *type, uint32_t question)
{
    switch (question) {
    case ASK_VALUETYPE:
        return type_is_valuetype(type);
    case ASK_ENUM:
        return (type->bits & TYPE_BIT_ENUM) != 0;
    default:
        return (type->element >= ELEMENT_BOOLEAN && type->element <= ELEMENT_R8) ||
               type->element == ELEMENT_I || type->element == ELEMENT_U;
    }
}

/* What is known of a type by its name, if it is typeof(T). */
IntrinsicResult intrinsic_type_question(Importer *im, MethodOperand *operand,
                                        uint32_t question)
{
    Slot object;
    if (!im->depth || !im->stack[im->depth - 1].of)
        return INTRINSIC_NO;
    import_pop(im, &object);
    import_forget(im, &object);
    import_rely(im, IRR_LAYOUT, object.of);
    return intrinsic_done(import_push_known(im, IR_I4, operand->sig->ret,
                                            intrinsic_answer(object.of, question)));
}

/* Takes the bits of one type for another; integers widen by the sign of their own type.
 */
IntrinsicResult intrinsic_unsafe_mov(Importer *im, MethodOperand *operand, uint32_t arg)
{
    Type *from = operand->sig->params[0], *to = operand->sig->ret;
    IrKind kind_from, kind_to;
    Slot value;
    uint32_t var;
    (void)arg;
    if (!import_kind(im, from, &kind_from) || !import_kind(im, to, &kind_to))
        return INTRINSIC_FAILED;
    bool widen = kind_from == IR_I4 && kind_to == IR_I8;
    bool narrow = kind_from == IR_I8 && kind_to == IR_I4;
    if ((kind_from != kind_to && !widen && !narrow) ||
        (kind_from == IR_VT && from != to))
        return INTRINSIC_NO;
    if (!import_pop(im, &value) || !import_coerce(im, &value, from, &var))
        return INTRINSIC_FAILED;
    if (widen) {
        IrMem mem = ir_mem_of(from);
        bool is_unsigned = mem == IRM_U1 || mem == IRM_U2 || mem == IRM_U4;
        uint32_t wide = import_temp(im, IR_I8, NULL);
        import_emit(im, is_unsigned ? IR_CONV_U8_I4 : IR_CONV_I8_I4, wide, var,
                    IR_NONE);
        return intrinsic_done(import_push(im, IR_I8, to, wide));
    }
    Slot moved = {.kind = (uint8_t)kind_from, .var = var, .type = narrow ? NULL : to};
    if (kind_to == IR_I4 && !import_coerce(im, &moved, to, &var))
        return INTRINSIC_FAILED;
    Slot *slot = import_push(im, kind_to, to, var);
    if (!slot)
        return INTRINSIC_FAILED;
    slot->flags = value.flags | SLOT_DUP;
    slot->fits = import_fits_of(to);
    return INTRINSIC_DONE;
}

/* -- bodies ---------------------------------------------------------------------- */

static const struct {
    IntrinsicHandler *handler;
    uint32_t arg;
} handlers[HANDLER_COUNT] = {
#define HANDLER(tag, function, argument)                                               \
    [HANDLER_##tag] = {intrinsic_##function, argument},
#include "common/library/handlers.def"
#undef HANDLER
};

static IntrinsicResult intrinsic_constant(Importer *im, MethodOperand *operand,
                                          int32_t value)
{
    CallArgs args;
    IrKind kind = ir_kind_of(operand->sig->ret);
    if (kind != IR_I4 && kind != IR_I8)
        return INTRINSIC_NO;
    if (!intrinsic_pop(im, operand, &args))
        return INTRINSIC_FAILED;
    return intrinsic_done(import_push_known(im, kind, operand->sig->ret, value));
}

/* The only generic method of that name and number of parameters, over the arguments of
 * the one that it stands for. */
static Method *intrinsic_generic(Importer *im, Type *type, const char *name,
                                 const MethodOperand *operand)
{
    Method *method = operand->method;
    for (uint32_t i = 0; i < type->n_methods; i++) {
        Method *other = type->methods[i];
        if (other->n_args != method->n_args || strcmp(other->name, name) != 0)
            continue;
        MethodSig *sig = method_sig(other, &im->soft);
        if (!sig || sig->n_params == operand->sig->n_params)
            return sig ? method_instance(other, method->args, method->n_args, &im->soft)
                       : NULL;
    }
    return NULL;
}

/* The method that is called instead, of the same signature. */
static Method *intrinsic_other(Importer *im, const LibraryIntrinsic *row,
                               const MethodOperand *operand)
{
    Type *type = assembly_find_type(im->world->corlib, row->other.name_space,
                                    row->other.name, &im->soft);
    Method *method = NULL;
    if (type && type_load(type, LEVEL_READY, &im->soft))
        method = operand->method->n_args
                     ? intrinsic_generic(im, type, row->other_method, operand)
                     : type_find_method_sig(type, row->other_method, operand->sig,
                                            &im->soft);
    if (!method && im->soft.kind == ERR_NONE)
        err_set(&im->soft, ERR_MISSING_METHOD, "%s.%s.%s", row->other.name_space,
                row->other.name, row->other_method);
    return method;
}

static IntrinsicResult intrinsic_method(Importer *im, MethodOperand *operand,
                                        const LibraryIntrinsic *row)
{
    CallArgs args;
    if (operand->method->n_args && method_is_shared(operand->method))
        return INTRINSIC_NO;
    Method *method = intrinsic_other(im, row, operand);
    if (!method)
        return INTRINSIC_FAILED;
    if (method == im->method) /* it may be made of the one that it stands for */
        return INTRINSIC_NO;
    MethodOperand other = {.method = method, .sig = operand->sig};
    return import_pop_args(im, other.sig, other.sig->has_this, &args) &&
                   import_direct_call(im, &other, &args, false)
               ? INTRINSIC_DONE
               : INTRINSIC_FAILED;
}

IntrinsicResult import_intrinsic(Importer *im, MethodOperand *operand)
{
    const Method *method = operand->method;
    const LibraryIntrinsic *row =
        method->synth == SYNTH_NONE
            ? corlib_intrinsic(method->type, method->name, operand->sig->n_params)
            : NULL;
    switch (row ? (LibraryBody)row->body : BODY_NATIVE) {
    case BODY_HANDLER:
        return handlers[row->handler].handler(im, operand, handlers[row->handler].arg);
    case BODY_CONSTANT:
        return intrinsic_constant(im, operand, row->constant);
    case BODY_METHOD:
        return intrinsic_method(im, operand, row);
    case BODY_NATIVE: /* called as it is */
        break;
    }
    return INTRINSIC_NO;
}

/* Who has the address of a method that is left to the runtime calls it all the same. */
IntrinsicResult import_own_body(Importer *im)
{
    Method *method = im->method;
    const LibraryIntrinsic *row =
        method->synth == SYNTH_NONE
            ? corlib_intrinsic(method->type, method->name, im->sig->n_params)
            : NULL;
    if (!row || row->body > BODY_CONSTANT || !corlib_is_marked(method))
        return INTRINSIC_NO;
    MethodOperand operand = {.method = method, .sig = im->sig, .open = method->def};
    uint32_t max_depth = im->max_depth, start = (uint32_t)im->insns.n;
    uint32_t n = im->n_args - (im->ctx_arg == IR_NONE ? 0 : 1);
    im->max_depth += n;
    for (uint32_t i = 0; i < n; i++)
        import_op_ldarg(im, i);
    IntrinsicResult done = import_intrinsic(im, &operand);
    if (done == INTRINSIC_DONE && !import_op_ret(im, 0))
        done = INTRINSIC_FAILED;
    if (done == INTRINSIC_NO) {
        im->depth = 0;
        im->insns.n = start;
    }
    im->max_depth = max_depth;
    return done;
}

/* -- what no row knows ----------------------------------------------------------- */

/* Marked methods that call themselves ask for instructions of a processor, or are them:
 * code that looks for support first goes without. */
IntrinsicResult import_open_call(Importer *im, MethodOperand *operand)
{
    Method *method = operand->method;
    bool own = method->def == im->method->def;
    if (!operand->sig->n_params && corlib_is_feature(method)) {
        if (!own)
            import_rely_body(im, method);
        return intrinsic_constant(im, operand, false);
    }
    if (!own || !corlib_is_marked(method))
        return INTRINSIC_NO;
    err_set(&im->soft, ERR_PLATFORM, "Operation is not supported on this platform.");
    return INTRINSIC_FAILED;
}
