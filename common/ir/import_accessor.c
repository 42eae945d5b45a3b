/* import_accessor.c - the bodies of methods with UnsafeAccessor, which have no IL: what
 * a compiler would write that may name the member (common/types/accessor.c).
 *
 * Arguments are pushed and the member is used by the importer's own functions, so
 * contexts, null checks and static constructors are as in IL. In shared code the member
 * is looked up in the form that the definition names it by. A member that is not there
 * throws when the accessor is called. */
#include "common/ir/import.h"

static void accessor_push(Importer *im, uint32_t arg)
{
    const IrVar *var = &im->vars.at[arg];
    Slot *slot = import_push(im, var->kind, var->type, arg);
    slot->fits = var->kind == IR_I4 && var->type ? import_fits_of(var->type) : 0;
}

/* What argument i is for the member; i 0 of one of an object: that. */
static Type *wanted_type(const Accessor *accessor, uint32_t i, Err *err)
{
    bool of_object = accessor->kind == ACCESSOR_METHOD;
    if (accessor->kind == ACCESSOR_FIELD)
        return accessor->field->owner;
    if (of_object && !i)
        return accessor->method->type;
    const MethodSig *sig = method_sig(accessor->method, err);
    uint32_t skipped = of_object || accessor->kind == ACCESSOR_STATIC_METHOD;
    return sig ? sig->params[i - skipped] : NULL;
}

/* What UnsafeAccessorType names is declared as object: it is checked. */
static bool accessor_check(Importer *im, const Accessor *exact, const Accessor *open,
                           uint32_t i)
{
    Type *wanted = wanted_type(exact, i, &im->soft),
         *named = wanted ? wanted_type(open, i, &im->soft) : NULL;
    const Type *declared = im->sig->params[i];
    if (!named)
        return false;
    return declared == wanted || !type_is_reference(declared) ||
           !type_is_reference(wanted) || import_castclass_to(im, wanted, named);
}

static bool accessor_use(Importer *im, const Accessor *exact, const Accessor *open)
{
    MethodOperand operand = {.method = exact->method, .open = open->method};
    uint32_t hidden = im->ctx_arg == IR_NONE ? 0 : 1;
    uint32_t first = exact->kind == ACCESSOR_STATIC_METHOD;
    if (exact->kind == ACCESSOR_STATIC_FIELD)
        return import_static_address_of(im, exact->field, open->field->owner);
    for (uint32_t i = first; i < im->n_args - hidden; i++) {
        accessor_push(im, i);
        if (!accessor_check(im, exact, open, i))
            return false;
    }
    if (exact->kind == ACCESSOR_FIELD)
        return import_field_address_of(im, exact->field);
    operand.sig = method_sig(exact->method, &im->soft);
    if (!operand.sig)
        return false;
    return exact->kind == ACCESSOR_CONSTRUCTOR
               ? import_new(im, &operand)
               : import_call_method(im, &operand, exact->kind == ACCESSOR_METHOD);
}

static bool accessor_body(Importer *im)
{
    Accessor exact, open;
    if (!accessor_resolve(im->method, &exact, &im->soft))
        return false;
    open = exact;
    if (im->shared && !accessor_resolve(im->method->def, &open, &im->soft))
        return false;
    return accessor_use(im, &exact, &open);
}

bool accessor_import(Importer *im)
{
    im->ctx_local = im->sync_local = im->ret_local = IR_NONE;
    if (!import_arguments(im))
        return false;
    im->max_depth = im->n_args + 2;
    im->stack = arena_array(im->scratch, Slot, im->max_depth + 1);
    *vec_push(&im->parts) = (Part){.kind = IRP_METHOD, .try_part = IR_NONE};
    *vec_push(&im->blocks) = (Block){.il = IR_NONE, .seen = true};
    import_begin_block(im, 0);
    import_initialize(im);
    if (accessor_body(im)) {
        uint32_t var = im->depth ? im->stack[--im->depth].var : IR_NONE;
        import_return(im, var);
    } else if (im->err->kind == ERR_NONE) {
        import_throw_soft(im);
    } else {
        return false;
    }
    import_end_block(im);
    return true;
}
