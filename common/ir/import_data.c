/* import_data.c - data of a field that ldtoken names, for the call right behind it.
 *
 *   ldtoken F; call CreateSpan<T>               a span over F in the static block
 *   newarr T; dup; ldtoken F; call InitializeArray    F is copied into the array
 *
 * What is not plain, or not known to fit, is left to the methods themselves.
 */
#include "common/ir/import_intrinsic.h"

static LibraryHandler data_user(Importer *im, IlInsn *next, MethodOperand *operand)
{
    const LibraryIntrinsic *row = NULL;
    if (import_peek(im, next) && next->op == CIL_CALL &&
        import_method_operand(im, next->u.token, operand))
        row = corlib_intrinsic(operand->method->type, operand->method->name,
                               operand->sig->n_params);
    im->soft = (Err)ERR_INIT;
    return row && row->body == BODY_HANDLER ? (LibraryHandler)row->handler
                                            : HANDLER_COUNT;
}

/* Numbers, characters, enumerations: the data of all of them is in the file as it is in
 * memory. */
static bool data_is_plain(const Type *type)
{
    return type_is_valuetype(type) && ir_mem_of(type) < IRM_REF;
}

static bool data_address(Importer *im, Field *field, uint32_t *var)
{
    Slot slot;
    if (!import_static_address_of(im, field, NULL) || !import_pop(im, &slot))
        return false;
    *var = slot.var;
    return true;
}

/* The two fields of a span: an address and a number. */
static bool data_span_fields(Type *span, Field **address, Field **length)
{
    *address = *length = NULL;
    for (uint32_t i = 0; i < span->n_fields; i++) {
        Field *field = &span->fields[i];
        if (field->flags & FIELD_STATIC)
            continue;
        if (field->type->element == ELEMENT_BYREF)
            *address = field;
        else if (field->type->element == ELEMENT_I4)
            *length = field;
    }
    return *address && *length;
}

static bool data_span(Importer *im, Field *field, const MethodOperand *operand,
                      bool *done)
{
    Type *elem = intrinsic_argument(operand), *span = operand->sig->ret;
    Field *start, *length;
    IrKind kind;
    uint32_t at, data;
    if (!elem || !import_kind(im, elem, &kind) || !import_kind(im, span, &kind))
        return elem == NULL;
    if (!data_is_plain(elem) || kind != IR_VT ||
        !data_span_fields(span, &start, &length))
        return true;
    import_rely(im, IRR_LAYOUT, elem);
    import_rely(im, IRR_LAYOUT, field->type);
    uint32_t n = type_value_size(field->type) / type_value_size(elem);
    uint32_t var = import_zeroed_temp(im, kind, span, &at);
    if (!data_address(im, field, &data))
        return false;
    import_store(im, at, start->offset, start->type, data)->field = start;
    uint32_t count = import_const_i4(im, (int32_t)n);
    import_store(im, at, length->offset, length->type, count)->field = length;
    *done = true;
    return import_push(im, kind, span, var);
}

static bool data_array(Importer *im, Field *field, bool *done)
{
    const Slot *top = im->depth ? &im->stack[im->depth - 1] : NULL;
    Slot array;
    uint32_t data;
    if (!top || top->kind != IR_REF || !(top->flags & SLOT_KNOWN) ||
        !data_is_plain(top->type->elem))
        return true;
    uint64_t size = (uint64_t)top->value * type_value_size(top->type->elem);
    if (size > type_value_size(field->type))
        return true; /* throws */
    import_rely(im, IRR_LAYOUT, top->type->elem);
    import_rely(im, IRR_LAYOUT, field->type);
    import_pop(im, &array);
    if (!data_address(im, field, &data))
        return false;
    uint32_t to = import_temp(im, IR_BYREF, NULL);
    import_emit(im, IR_LEA, to, array.var, IR_NONE)->imm = ARRAY_DATA_OFFSET;
    uint32_t n = import_const_i4(im, (int32_t)size);
    import_emit(im, IR_CPBLK, IR_NONE, to, data)->c = n;
    *done = true;
    return true;
}

bool import_field_data(Importer *im, Field *field, bool *done)
{
    MethodOperand operand;
    IlInsn next;
    bool ok = true;
    *done = false;
    if (!(field->flags & FIELD_HASRVA) || (field->owner->bits & TYPE_BIT_SHARED))
        return true;
    switch (data_user(im, &next, &operand)) {
    case HANDLER_DATA_SPAN:
        ok = data_span(im, field, &operand, done);
        break;
    case HANDLER_DATA_ARRAY:
        ok = data_array(im, field, done);
        break;
    default:
        break;
    }
    if (ok && *done)
        import_skip(im, &next);
    return ok;
}

IntrinsicResult intrinsic_data(Importer *im, MethodOperand *operand, uint32_t arg)
{
    (void)im;
    (void)operand;
    (void)arg;
    return INTRINSIC_NO; /* its field is not known */
}
