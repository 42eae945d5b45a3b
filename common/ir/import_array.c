#include "common/ir/import.h"

static bool import_pop_index(Importer *im, Slot *index)
{
    if (!import_pop(im, index))
        return false;
    return index->kind == IR_I4 || index->kind == IR_I8 ||
           import_invalid(im, "array index or size is no integer");
}

static bool import_pop_array(Importer *im, Slot *array)
{
    if (!import_pop(im, array))
        return false;
    return array->kind == IR_REF || import_invalid(im, "an array is needed");
}

/* What lies on stacks only is in no array. */
static bool import_check_element(Importer *im, const Type *elem)
{
    return !(elem->bits & TYPE_BIT_BYREFLIKE) ||
           err_set(im->err, ERR_TYPE_LOAD,
                   "Could not create array type '%s[]': its elements are by-ref-like",
                   elem->name);
}

bool import_op_newarr(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot size;
    (void)arg;
    if (!import_pop_index(im, &size) ||
        !import_type_operand(im, im->insn.u.token, &operand) ||
        !import_check_type(im, &operand) || !import_check_element(im, operand.type))
        return false;
    operand.type = type_szarray(operand.type);
    operand.open = type_szarray(operand.open);
    import_type_handle(im, &operand);
    uint32_t var = import_temp(im, IR_REF, NULL);
    IrInsn *insn = import_emit(im, IR_NEWARR, var, size.var, IR_NONE);
    insn->type = operand.type;
    insn->c = operand.handle;
    Slot *slot = import_push(im, IR_REF, operand.type, var);
    if (!slot)
        return false;
    slot->flags = SLOT_NONNULL | (size.flags & SLOT_KNOWN);
    slot->value = size.value;
    return true;
}

bool import_op_ldlen(Importer *im, uint32_t arg)
{
    Slot array;
    (void)arg;
    if (!import_pop_array(im, &array))
        return false;
    uint32_t var = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_LDLEN, var, array.var, IR_NONE)->flags =
        import_null_flag(&array);
    return import_push(im, IR_I8, NULL, var);
}

/* The element type that the static type of an array tells. */
static Type *import_element_of(const Slot *array)
{
    return array->type && array->type->element == ELEMENT_SZARRAY ? array->type->elem
                                                                  : NULL;
}

/* The element type of an instruction that only says how elements lie in memory. */
static Type *import_element_type(Importer *im, const Slot *array, uint32_t arg)
{
    const KnownTypes *k = &im->world->known;
    Type *const types[] = {
        [IRM_I1] = k->i1, [IRM_U1] = k->u1, [IRM_I2] = k->i2,      [IRM_U2] = k->u2,
        [IRM_I4] = k->i4, [IRM_U4] = k->u4, [IRM_I8] = k->i8,      [IRM_U8] = k->u8,
        [IRM_F4] = k->r4, [IRM_F8] = k->r8, [IRM_REF] = k->object,
    };
    Type *known = import_element_of(array);
    if (arg == IRM_REF && known && type_is_reference(known))
        return known;
    return arg & ELEM_NATIVE ? k->i : types[arg];
}

/* Compilers take the address of an array of several dimensions with an instruction for
 * vectors: one index, which counts through all elements. */
static bool import_is_flat(const Slot *array)
{
    return array->type && array->type->element == ELEMENT_ARRAY;
}

static uint32_t import_flat_address(Importer *im, const Slot *array, const Slot *index,
                                    Type *type)
{
    uint32_t var = import_temp(im, IR_BYREF, NULL);
    IrInsn *insn = import_emit(im, IR_MDFLAT, var, array->var, index->var);
    insn->imm = type_value_size(type);
    insn->type = array->type;
    return var;
}

static bool import_load_element(Importer *im, const Slot *array, const Slot *index,
                                Type *type)
{
    uint32_t var;
    if (import_is_flat(array)) {
        Slot address = {.kind = IR_BYREF,
                        .var = import_flat_address(im, array, index, type),
                        .flags = SLOT_NONNULL};
        return import_load_push(im, &address, type);
    }
    if (!import_push_type(im, type, &var))
        return false;
    IrInsn *insn = import_emit(im, IR_LDELEM, var, array->var, index->var);
    insn->mk = (uint8_t)ir_mem_of(type);
    insn->imm = type_value_size(type);
    insn->type = type;
    return true;
}

bool import_op_ldelem_kind(Importer *im, uint32_t arg)
{
    Slot array, index;
    return import_pop_index(im, &index) && import_pop_array(im, &array) &&
           import_load_element(im, &array, &index,
                               import_element_type(im, &array, arg));
}

bool import_op_ldelem(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot array, index;
    (void)arg;
    return import_pop_index(im, &index) && import_pop_array(im, &array) &&
           import_type_operand(im, im->insn.u.token, &operand) &&
           import_load_element(im, &array, &index, operand.type);
}

/* Is everything that may be used as type of exactly that type? Array types count as
 * sealed, and yet a string[] is an object[]; generic delegates may be variant. */
static bool import_is_sealed(Importer *im, Type *type)
{
    while (type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY)
        type = type->elem;
    if (!(type->bits & TYPE_BIT_SEALED) || (type->bits & TYPE_BIT_SHARED))
        return false;
    if (type->bits & TYPE_BIT_DELEGATE)
        return !type->n_args;
    if (!type_is_valuetype(type))
        import_rely(im, IRR_SEALED, type); /* another build may have subclasses */
    return true;
}

/* Arrays of a sealed class hold nothing else: no covariance from or to them. */
static bool import_is_exact(Importer *im, const Slot *array, const Slot *value)
{
    Type *elem = import_element_of(array);
    if (value->flags & SLOT_NULL)
        return true;
    return elem && value->type == elem && import_is_sealed(im, elem);
}

static bool import_store_element(Importer *im, const Slot *array, const Slot *index,
                                 const Slot *value, Type *type)
{
    uint32_t var = value->var;
    IrKind kind;
    if (!import_kind(im, type, &kind))
        return false;
    if ((kind != IR_I4 || value->kind != IR_I4) &&
        !import_coerce(im, value, type, &var))
        return false;
    if (import_is_flat(array)) {
        if (kind == IR_REF)
            import_emit(im, IR_STCHECK, IR_NONE, array->var, var);
        import_store(im, import_flat_address(im, array, index, type), 0, type, var);
        return true;
    }
    IrInsn *insn = import_emit(im, IR_STELEM, IR_NONE, array->var, index->var);
    insn->c = var;
    insn->mk = (uint8_t)ir_mem_of(type);
    insn->imm = type_value_size(type);
    insn->type = type;
    if (kind == IR_REF && import_is_exact(im, array, value))
        insn->flags |= IRF_EXACT;
    return true;
}

bool import_op_stelem_kind(Importer *im, uint32_t arg)
{
    Slot array, index, value;
    return import_pop(im, &value) && import_pop_index(im, &index) &&
           import_pop_array(im, &array) &&
           import_store_element(im, &array, &index, &value,
                                import_element_type(im, &array, arg));
}

bool import_op_stelem(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot array, index, value;
    (void)arg;
    return import_pop(im, &value) && import_pop_index(im, &index) &&
           import_pop_array(im, &array) &&
           import_type_operand(im, im->insn.u.token, &operand) &&
           import_store_element(im, &array, &index, &value, operand.type);
}

static void import_element_check(Importer *im, uint32_t array, TypeOperand *elem)
{
    import_type_handle(im, elem);
    IrInsn *insn = import_emit(im, IR_ELCHECK, IR_NONE, array, IR_NONE);
    insn->type = elem->type;
    insn->c = elem->handle;
}

static uint32_t import_vector_address(Importer *im, const Slot *array,
                                      const Slot *index, TypeOperand *elem, bool check)
{
    elem->handle = IR_NONE;
    if (check)
        import_type_handle(im, elem);
    uint32_t var = import_temp(im, IR_BYREF, NULL);
    IrInsn *insn = import_emit(im, IR_LDELEMA, var, array->var, index->var);
    insn->c = elem->handle;
    insn->imm = type_value_size(elem->type);
    insn->type = elem->type;
    insn->flags = check ? IRF_TYPECHECK : 0;
    return var;
}

static bool import_element_address(Importer *im, const Slot *array, const Slot *index,
                                   TypeOperand *elem)
{
    IrKind kind;
    uint32_t var;
    if (!import_kind(im, elem->type, &kind))
        return false;
    bool check = kind == IR_REF && !im->readonly;
    if (import_is_flat(array)) {
        if (check)
            import_element_check(im, array->var, elem);
        var = import_flat_address(im, array, index, elem->type);
    } else {
        var = import_vector_address(im, array, index, elem, check);
    }
    Slot *slot = import_push(im, IR_BYREF, type_byref(elem->type), var);
    if (!slot)
        return false;
    slot->flags = SLOT_NONNULL;
    return true;
}

bool import_op_ldelema(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot array, index;
    (void)arg;
    return import_pop_index(im, &index) && import_pop_array(im, &array) &&
           import_type_operand(im, im->insn.u.token, &operand) &&
           import_element_address(im, &array, &index, &operand);
}

/* -- arrays of several dimensions: methods that the runtime makes up ------------- */

static bool import_new_md(Importer *im, MethodOperand *operand)
{
    CallArgs args;
    Method *method = operand->method;
    if (!import_check_element(im, method->type->elem) ||
        !import_pop_args(im, operand->sig, false, &args))
        return false;
    TypeOperand array = {.type = method->type, .open = method->type};
    if (im->shared && (method->type->bits & TYPE_BIT_SHARED)) {
        if (!import_open_method(im, operand))
            return false;
        array.open = operand->open->type;
    }
    import_type_handle(im, &array);
    uint32_t var = import_temp(im, IR_REF, NULL);
    IrArgs *lengths = arena_new(im->arena, IrArgs);
    *lengths = (IrArgs){.type = method->type, .n = args.n, .vars = args.vars};
    IrInsn *insn = import_emit(im, IR_NEWMD, var, IR_NONE, IR_NONE);
    insn->args = lengths;
    insn->c = array.handle;
    insn->flags = method->synth == SYNTH_ARRAY_CTOR_LB ? IRF_LOWER : 0;
    Slot *slot = import_push(im, IR_REF, method->type, var);
    if (!slot)
        return false;
    slot->flags = SLOT_NONNULL;
    return true;
}

static uint32_t import_md_address(Importer *im, const MethodOperand *operand,
                                  const CallArgs *args, uint32_t n)
{
    uint32_t var = import_temp(im, IR_BYREF, NULL);
    IrArgs *indexes = arena_new(im->arena, IrArgs);
    *indexes = (IrArgs){.type = operand->method->type, .n = n, .vars = args->vars + 1};
    IrInsn *insn = import_emit(im, IR_MDADDR, var, args->vars[0], IR_NONE);
    insn->args = indexes;
    insn->imm = type_value_size(operand->method->type->elem);
    return var;
}

static bool import_md_address_check(Importer *im, MethodOperand *operand,
                                    uint32_t array)
{
    Type *type = operand->method->type;
    TypeOperand elem = {.type = type->elem, .open = type->elem};
    if (im->shared && (type->bits & TYPE_BIT_SHARED)) {
        if (!import_open_method(im, operand))
            return false;
        elem.open = operand->open->type->elem;
    }
    import_element_check(im, array, &elem);
    return true;
}

/* Those of vectors do what ldelem, stelem and ldelema do. */
static bool import_vector_method(Importer *im, MethodOperand *operand,
                                 const CallArgs *args)
{
    Method *method = operand->method;
    Type *elem = method->type->elem;
    Slot index = {.kind = IR_I4, .var = args->vars[1]};
    if (method->synth == SYNTH_ARRAY_GET)
        return import_load_element(im, &args->slots[0], &index, elem);
    if (method->synth == SYNTH_ARRAY_SET) {
        Slot value = args->slots[2];
        return import_store_element(im, &args->slots[0], &index, &value, elem);
    }
    TypeOperand exact = {.type = elem, .open = elem};
    if (im->shared && (method->type->bits & TYPE_BIT_SHARED)) {
        if (!import_open_method(im, operand))
            return false;
        exact.open = operand->open->type->elem;
    }
    return import_element_address(im, &args->slots[0], &index, &exact);
}

bool import_array_method(Importer *im, MethodOperand *operand)
{
    CallArgs args;
    Method *method = operand->method;
    Type *elem = method->type->elem;
    IrKind kind;
    if (!import_kind(im, elem, &kind))
        return false;
    if (method->synth <= SYNTH_ARRAY_CTOR_LB)
        return import_new_md(im, operand);
    if (!import_pop_args(im, operand->sig, true, &args))
        return false;
    import_this_as_ref(im, &args);
    if (method->type->element == ELEMENT_SZARRAY)
        return import_vector_method(im, operand, &args);
    Slot address = {.kind = IR_BYREF, .flags = SLOT_NONNULL};
    if (method->synth == SYNTH_ARRAY_GET) {
        address.var = import_md_address(im, operand, &args, args.n - 1);
        return import_load_push(im, &address, elem);
    }
    if (method->synth == SYNTH_ARRAY_SET) {
        uint32_t value = args.vars[args.n - 1];
        if (kind == IR_REF)
            import_emit(im, IR_STCHECK, IR_NONE, args.vars[0], value);
        address.var = import_md_address(im, operand, &args, args.n - 2);
        import_store(im, address.var, 0, elem, value);
        return true;
    }
    if (kind == IR_REF && !im->readonly &&
        !import_md_address_check(im, operand, args.vars[0]))
        return false;
    address.var = import_md_address(im, operand, &args, args.n - 1);
    Slot *slot = import_push(im, IR_BYREF, type_byref(elem), address.var);
    if (!slot)
        return false;
    slot->flags = SLOT_NONNULL;
    return true;
}
