#include <assert.h>
#include <string.h>

#include "common/ir/import.h"

/* -- arguments and locals -------------------------------------------------------- */

static bool import_load_var(Importer *im, uint32_t var)
{
    IrVar v = im->vars.at[var];
    uint32_t from = var;
    if (v.flags & IRV_ADDRESSED) { /* may change behind the stack's back */
        /* A store through its address writes the low bits of a small integer only. */
        if (v.kind == IR_I4 && v.type)
            from = import_normalise(im, 0, var, ir_mem_of(v.type));
        if (from == var) {
            from = import_temp(im, v.kind, v.type);
            import_emit(im, IR_MOV, from, var, IR_NONE);
        }
    }
    Slot *slot = import_push(im, v.kind, v.type, from);
    if (!slot)
        return false;
    slot->fits = v.kind == IR_I4 && v.type ? import_fits_of(v.type) : 0;
    return true;
}

static bool import_store_var(Importer *im, uint32_t var)
{
    Slot value;
    uint32_t from;
    if (!import_pop(im, &value) ||
        !import_coerce(im, &value, im->vars.at[var].type, &from))
        return false;
    import_protect(im, var);
    import_assign(im, var, &value, from);
    return true;
}

static bool import_address_var(Importer *im, uint32_t var)
{
    Type *type = im->vars.at[var].type;
    uint32_t address = import_temp(im, IR_BYREF, NULL);
    import_emit(im, IR_ADDR, address, var, IR_NONE);
    Slot *slot = import_push(im, IR_BYREF, type_byref(type), address);
    if (!slot)
        return false;
    slot->flags = SLOT_NONNULL;
    return true;
}

static bool import_arg_number(Importer *im, uint32_t arg, uint32_t *var)
{
    int64_t number = arg == IR_NONE ? im->insn.u.i : (int64_t)arg;
    *var = 0;
    uint32_t hidden = im->ctx_arg == IR_NONE ? 0 : 1;
    if (number >= (int64_t)(im->n_args - hidden))
        return import_invalid(im, "there is no argument %d", (int)number);
    *var = (uint32_t)number;
    return true;
}

static bool import_local_number(Importer *im, uint32_t arg, uint32_t *var)
{
    int64_t number = arg == IR_NONE ? im->insn.u.i : (int64_t)arg;
    *var = 0;
    if (number >= (int64_t)im->n_il_locals)
        return import_invalid(im, "there is no local %d", (int)number);
    *var = im->n_args + (uint32_t)number;
    return true;
}

bool import_op_ldarg(Importer *im, uint32_t arg)
{
    uint32_t var;
    return import_arg_number(im, arg, &var) && import_load_var(im, var);
}

bool import_op_ldarga(Importer *im, uint32_t arg)
{
    uint32_t var;
    (void)arg;
    return import_arg_number(im, IR_NONE, &var) && import_address_var(im, var);
}

bool import_op_starg(Importer *im, uint32_t arg)
{
    uint32_t var;
    (void)arg;
    return import_arg_number(im, IR_NONE, &var) && import_store_var(im, var);
}

bool import_op_ldloc(Importer *im, uint32_t arg)
{
    uint32_t var;
    return import_local_number(im, arg, &var) && import_load_var(im, var);
}

bool import_op_ldloca(Importer *im, uint32_t arg)
{
    uint32_t var;
    (void)arg;
    return import_local_number(im, IR_NONE, &var) && import_address_var(im, var);
}

bool import_op_stloc(Importer *im, uint32_t arg)
{
    uint32_t var;
    return import_local_number(im, arg, &var) && import_store_var(im, var);
}

/* -- loads and stores ------------------------------------------------------------ */

uint8_t import_null_flag(const Slot *address)
{
    bool check = address->kind != IR_BYREF && !(address->flags & SLOT_NONNULL);
    return check ? IRF_NULLCHECK : 0;
}

static bool import_pop_address(Importer *im, Slot *slot)
{
    if (!import_pop(im, slot))
        return false;
    if (slot->kind == IR_I4) { /* a native int that was made from a constant */
        slot->var = import_as(im, slot, IR_I8);
        slot->kind = IR_I8;
    }
    return import_is_pointer(slot) || import_invalid(im, "an address is needed");
}

/* The type that has it, at a level that has its fields and methods. */
static Type *import_member_type(Importer *im, uint32_t tag)
{
    const LibraryMembers *members = im->world->library->members;
    const LibraryMember *member = &members->members[tag];
    assert(member->name);
    const LibraryType *row = &members->types[member->type];
    Type *type =
        member->type < KNOWN_COUNT
            ? im->world->known.at[member->type]
            : assembly_find_type(im->world->corlib, row->ns, row->name, &im->soft);
    return type && type_load(type, LEVEL_LAYOUT, &im->soft) ? type : NULL;
}

Method *import_member_method(Importer *im, uint32_t tag)
{
    Type *type = import_member_type(im, tag);
    const char *name = im->world->library->members->members[tag].name;
    if (!type || !type_load(type, LEVEL_READY, &im->soft))
        return NULL;
    Method *method = type_find_method(type, name, -1);
    if (!method)
        err_set(&im->soft, ERR_MISSING_METHOD, "%s.%s.%s", type->name_space, type->name,
                name);
    return method;
}

Field *import_member(Importer *im, uint32_t tag)
{
    const LibraryMember *member = &im->world->library->members->members[tag];
    Type *type = import_member_type(im, tag);
    if (!type)
        return NULL;
    Field *field = type_find_field(type, member->name);
    if (!field)
        err_set(&im->soft, ERR_MISSING_FIELD, "%s.%s.%s", type->name_space, type->name,
                member->name);
    return field;
}

IrInsn *import_load(Importer *im, uint32_t dst, uint32_t address, int64_t offset,
                    Type *type)
{
    IrInsn *insn = import_emit(im, IR_LD, dst, address, IR_NONE);
    insn->mk = (uint8_t)ir_mem_of(type);
    insn->imm = offset;
    return insn;
}

IrInsn *import_store(Importer *im, uint32_t address, int64_t offset, Type *type,
                     uint32_t value)
{
    IrInsn *insn = import_emit(im, IR_ST, IR_NONE, address, value);
    insn->mk = (uint8_t)ir_mem_of(type);
    insn->imm = offset;
    return insn;
}

bool import_load_push(Importer *im, const Slot *address, Type *type)
{
    uint32_t var;
    if (!import_push_type(im, type, &var))
        return false;
    import_load(im, var, address->var, 0, type)->flags =
        im->access | import_null_flag(address);
    return true;
}

static bool import_store_value(Importer *im, const Slot *address, Type *type,
                               const Slot *value)
{
    uint32_t var;
    IrKind kind;
    /* What a store truncates need not be normalised first. */
    if (value->kind == IR_I4 && import_kind(im, type, &kind) && kind == IR_I4)
        var = value->var;
    else if (!import_coerce(im, value, type, &var))
        return false;
    import_store(im, address->var, 0, type, var)->flags =
        im->access | import_null_flag(address);
    return true;
}

static Type *import_type_of_mem(Importer *im, IrMem mem)
{
    const KnownTypes *k = &im->world->known;
    Type *const types[] = {
        [IRM_I1] = k->i1, [IRM_U1] = k->u1, [IRM_I2] = k->i2,      [IRM_U2] = k->u2,
        [IRM_I4] = k->i4, [IRM_U4] = k->u4, [IRM_I8] = k->i8,      [IRM_U8] = k->u8,
        [IRM_F4] = k->r4, [IRM_F8] = k->r8, [IRM_REF] = k->object,
    };
    return types[mem];
}

bool import_op_ldind(Importer *im, uint32_t mem)
{
    Slot address;
    if (!import_pop_address(im, &address))
        return false;
    Type *type = import_type_of_mem(im, (IrMem)mem);
    Type *to = address.type;
    if (mem == IRM_REF && to && to->elem && to->element == ELEMENT_BYREF &&
        type_is_reference(to->elem))
        type = to->elem;
    return import_load_push(im, &address, type);
}

bool import_op_ldind_i(Importer *im, uint32_t arg)
{
    Slot address;
    (void)arg;
    return import_pop_address(im, &address) &&
           import_load_push(im, &address, im->world->known.i);
}

bool import_op_stind(Importer *im, uint32_t mem)
{
    Slot value, address;
    if (!import_pop(im, &value) || !import_pop_address(im, &address))
        return false;
    Type *type = import_type_of_mem(im, (IrMem)mem);
    if (mem == IRM_I8 && (value.kind == IR_I4 || import_is_native(&value)))
        type = im->world->known.i;
    return import_store_value(im, &address, type, &value);
}

bool import_op_ldobj(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot address;
    (void)arg;
    return import_pop_address(im, &address) &&
           import_type_operand(im, im->insn.u.token, &operand) &&
           import_load_push(im, &address, operand.type);
}

bool import_op_stobj(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot value, address;
    (void)arg;
    return import_pop(im, &value) && import_pop_address(im, &address) &&
           import_type_operand(im, im->insn.u.token, &operand) &&
           import_store_value(im, &address, operand.type, &value);
}

bool import_op_cpobj(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot from, to;
    IrKind kind;
    (void)arg;
    if (!import_pop_address(im, &from) || !import_pop_address(im, &to) ||
        !import_type_operand(im, im->insn.u.token, &operand) ||
        !import_kind(im, operand.type, &kind))
        return false;
    IrInsn *insn = import_emit(im, IR_COPY, IR_NONE, to.var, from.var);
    insn->type = operand.type;
    insn->flags = im->access | import_null_flag(&to);
    return true;
}

static void import_zero_var(Importer *im, uint32_t var)
{
    static const uint16_t ops[] = {
        [IR_I4] = IR_CONST_I4, [IR_I8] = IR_CONST_I8,    [IR_F4] = IR_CONST_F4,
        [IR_F8] = IR_CONST_F8, [IR_REF] = IR_CONST_NULL, [IR_VT] = IR_ZERO,
    };
    import_emit(im, (IrOp)ops[im->vars.at[var].kind], var, IR_NONE, IR_NONE);
}

bool import_op_initobj(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    Slot address;
    IrKind kind;
    (void)arg;
    if (!import_pop_address(im, &address) ||
        !import_type_operand(im, im->insn.u.token, &operand) ||
        !import_kind(im, operand.type, &kind))
        return false;
    IrInsn *last = import_last(im);
    if (last && last->op == IR_ADDR && last->dst == address.var &&
        address.var >= im->n_args + im->n_locals && !(address.flags & SLOT_DUP) &&
        im->vars.at[last->a].type == operand.type) {
        uint32_t var = last->a;
        import_drop_last(im);
        import_zero_var(im, var);
        return true;
    }
    IrInsn *insn = import_emit(im, IR_INIT, IR_NONE, address.var, IR_NONE);
    insn->type = operand.type;
    insn->flags = import_null_flag(&address);
    return true;
}

/* -- blocks of bytes ------------------------------------------------------------- */

bool import_op_cpblk(Importer *im, uint32_t arg)
{
    Slot size, from, to;
    (void)arg;
    if (!import_pop(im, &size) || !import_pop_address(im, &from) ||
        !import_pop_address(im, &to))
        return false;
    if (size.kind != IR_I4 && size.kind != IR_I8)
        return import_invalid(im, "size is no integer");
    uint32_t n = import_as(im, &size, IR_I4);
    import_emit(im, IR_CPBLK, IR_NONE, to.var, from.var)->c = n;
    return true;
}

bool import_op_initblk(Importer *im, uint32_t arg)
{
    Slot size, value, to;
    (void)arg;
    if (!import_pop(im, &size) || !import_pop(im, &value) ||
        !import_pop_address(im, &to))
        return false;
    if ((size.kind != IR_I4 && size.kind != IR_I8) ||
        (value.kind != IR_I4 && value.kind != IR_I8))
        return import_invalid(im, "size or value is no integer");
    uint32_t n = import_as(im, &size, IR_I4), byte = import_as(im, &value, IR_I4);
    import_emit(im, IR_INITBLK, IR_NONE, to.var, byte)->c = n;
    return true;
}

static bool import_in_handler(const Importer *im)
{
    uint32_t part = im->blocks.at[im->cur].part;
    return import_part_of_kind(im, part, IRP_FILTER, IRP_CATCH) != IR_NONE ||
           import_part_of_kind(im, part, IRP_FINALLY, IRP_FAULT) != IR_NONE;
}

/* Is that variable a constant, or one made wider, that is not 0? */
static bool import_is_some(const Importer *im, uint32_t var)
{
    for (size_t i = im->insns.n; i-- > 0;) {
        const IrInsn *insn = &im->insns.at[i];
        if (insn->dst != var)
            continue;
        if (insn->op != IR_CONV_U8_I4)
            return (insn->op == IR_CONST_I4 || insn->op == IR_CONST_I8) && insn->imm;
        var = insn->a;
    }
    return false;
}

/* Of no bytes there is no address. */
bool import_op_localloc(Importer *im, uint32_t arg)
{
    Slot size;
    (void)arg;
    if (!import_pop(im, &size))
        return false;
    if (size.kind != IR_I4 && size.kind != IR_I8)
        return import_invalid(im, "size is no integer");
    if (!im->world->library->localloc_anywhere && import_in_handler(im))
        return import_invalid(im, "localloc in a handler");
    uint32_t n = size.var;
    if (size.kind == IR_I4) {
        n = import_temp(im, IR_I8, NULL);
        import_emit(im, IR_CONV_U8_I4, n, size.var, IR_NONE);
    }
    uint32_t var = import_temp(im, IR_I8, NULL);
    import_emit(im, IR_LOCALLOC, var, n, IR_NONE);
    Slot *slot = import_push(im, IR_I8, NULL, var);
    if (!slot)
        return false;
    slot->flags = import_is_some(im, n) ? SLOT_NONNULL : 0;
    return true;
}

bool import_op_sizeof(Importer *im, uint32_t arg)
{
    TypeOperand operand;
    IrKind kind;
    (void)arg;
    if (!import_type_operand(im, im->insn.u.token, &operand) ||
        !import_kind(im, operand.type, &kind))
        return false;
    import_rely(im, IRR_LAYOUT, operand.type);
    return import_push_known(im, IR_I4, im->world->known.u4,
                             type_value_size(operand.type));
}

/* -- fields ---------------------------------------------------------------------- */

static Field *import_field(Importer *im)
{
    Field *field =
        field_from_token(im->assembly, im->insn.u.token, &im->ctx, &im->soft);
    if (field && (field->flags & FIELD_LITERAL)) {
        err_set(&im->soft, ERR_MISSING_FIELD, "%s is a constant", field->name);
        return NULL;
    }
    return field && import_closed(im, field->owner) && import_check_field(im, field) &&
                   field_find_type(field, &im->soft)
               ? field
               : NULL;
}

enum { LOOKUP_SBASE = 16, LOOKUP_TSBASE }; /* in the cache beside IrLookupKind */

/* open: the owner in open form; NULL: as the token of the instruction has it. */
static bool import_static_base(Importer *im, const Field *field, Type *open,
                               uint32_t *base)
{
    IrOp op = field->is_thread_static ? IR_TSBASE : IR_SBASE;
    uint32_t cache = op == IR_SBASE ? LOOKUP_SBASE : LOOKUP_TSBASE;
    for (size_t i = 0; i < im->lookups.n; i++)
        if (im->lookups.at[i].kind == cache && im->lookups.at[i].key == field->owner) {
            *base = im->lookups.at[i].var;
            return true;
        }
    TypeOperand owner = {.type = field->owner, .open = field->owner, .handle = IR_NONE};
    if (im->shared && (field->owner->bits & TYPE_BIT_SHARED)) {
        owner.open = open;
        if (!open && !import_open_owner(im, im->insn.u.token, &owner.open))
            return false;
        import_type_handle(im, &owner);
    }
    *base = import_temp(im, IR_I8, NULL);
    IrInsn *insn = import_emit(im, op, *base, IR_NONE, IR_NONE);
    insn->type = owner.type;
    insn->c = owner.handle;
    *vec_push(&im->lookups) =
        (LookupEntry){.kind = (IrLookupKind)cache, .key = field->owner, .var = *base};
    return true;
}

static bool import_load_static(Importer *im, Field *field)
{
    uint32_t base, var;
    if (!import_static_base(im, field, NULL, &base) ||
        !import_push_type(im, field->type, &var))
        return false;
    IrInsn *insn = import_load(im, var, base, field->offset, field->type);
    insn->flags = im->access;
    insn->field = field;
    return true;
}

static bool import_store_static(Importer *im, Field *field, const Slot *value)
{
    uint32_t base, var;
    if (!import_coerce(im, value, field->type, &var) ||
        !import_static_base(im, field, NULL, &base))
        return false;
    IrInsn *insn = import_store(im, base, field->offset, field->type, var);
    insn->flags = im->access;
    insn->field = field;
    return true;
}

bool import_static_address_of(Importer *im, Field *field, Type *owner)
{
    uint32_t base, var = import_temp(im, IR_BYREF, NULL);
    if (!import_static_base(im, field, owner, &base))
        return false;
    IrInsn *insn = import_emit(im, IR_LEA, var, base, IR_NONE);
    insn->imm = field->offset;
    insn->field = field;
    Slot *slot = import_push(im, IR_BYREF, type_byref(field->type), var);
    if (!slot)
        return false;
    slot->flags = SLOT_NONNULL;
    return true;
}

static Field *import_static_field(Importer *im)
{
    Field *field = import_field(im);
    if (field && !(field->flags & FIELD_STATIC)) {
        err_set(&im->soft, ERR_MISSING_FIELD, "%s is no static field", field->name);
        return NULL;
    }
    return field;
}

bool import_op_ldsfld(Importer *im, uint32_t arg)
{
    (void)arg;
    Field *field = import_static_field(im);
    return field && import_load_static(im, field);
}

bool import_op_ldsflda(Importer *im, uint32_t arg)
{
    (void)arg;
    Field *field = import_static_field(im);
    return field && import_static_address_of(im, field, NULL);
}

bool import_op_stsfld(Importer *im, uint32_t arg)
{
    Slot value;
    (void)arg;
    if (!import_pop(im, &value))
        return false;
    Field *field = import_static_field(im);
    return field && import_store_static(im, field, &value);
}

/* A structure on the stack is read through the address of its variable. */
static void import_address_value(Importer *im, Slot *slot)
{
    uint32_t address = import_temp(im, IR_BYREF, NULL);
    im->vars.at[slot->var].flags |= IRV_ADDRESSED;
    import_emit(im, IR_ADDR, address, slot->var, IR_NONE);
    *slot = (Slot){.var = address, .kind = IR_BYREF, .flags = SLOT_NONNULL};
}

static bool import_pop_object(Importer *im, Slot *slot)
{
    if (!import_pop(im, slot))
        return false;
    if (slot->kind == IR_VT)
        import_address_value(im, slot);
    return import_is_pointer(slot) || import_invalid(im, "an object is needed");
}

bool import_op_ldfld(Importer *im, uint32_t arg)
{
    Slot object;
    uint32_t var;
    (void)arg;
    Field *field = import_field(im);
    if (!field)
        return false;
    if (field->flags & FIELD_STATIC)
        return import_pop(im, &object) && import_load_static(im, field);
    if (!import_pop_object(im, &object) || !import_push_type(im, field->type, &var))
        return false;
    IrInsn *insn = import_load(im, var, object.var, field->offset, field->type);
    insn->flags = im->access | import_null_flag(&object);
    insn->field = field;
    return true;
}

bool import_field_address_of(Importer *im, Field *field)
{
    Slot object;
    if (!import_pop_object(im, &object))
        return false;
    if (field->flags & FIELD_STATIC)
        return import_static_address_of(im, field, NULL);
    bool native = object.kind == IR_I8; /* sums of native pointers are not checked */
    IrKind kind = native ? IR_I8 : IR_BYREF;
    uint32_t var = import_temp(im, kind, NULL);
    IrInsn *insn = import_emit(im, IR_LEA, var, object.var, IR_NONE);
    insn->imm = field->offset;
    insn->flags = native ? 0 : import_null_flag(&object);
    insn->field = field;
    Type *type = native ? type_ptr(field->type) : type_byref(field->type);
    Slot *slot = import_push(im, kind, type, var);
    if (!slot)
        return false;
    slot->flags = native ? 0 : SLOT_NONNULL;
    return true;
}

bool import_op_stfld(Importer *im, uint32_t arg)
{
    Slot value, object;
    uint32_t var;
    (void)arg;
    Field *field = import_field(im);
    if (!field || !import_pop(im, &value))
        return false;
    if (field->flags & FIELD_STATIC)
        return import_pop(im, &object) && import_store_static(im, field, &value);
    if (!import_pop(im, &object))
        return false;
    if (!import_is_pointer(&object))
        return import_invalid(im, "an object is needed");
    if (!import_coerce(im, &value, field->type, &var))
        return false;
    IrInsn *insn = import_store(im, object.var, field->offset, field->type, var);
    insn->flags = im->access | import_null_flag(&object);
    insn->field = field;
    return true;
}

bool import_op_ldflda(Importer *im, uint32_t arg)
{
    (void)arg;
    Field *field = import_field(im);
    return field && import_field_address_of(im, field);
}

/* -- prefixes -------------------------------------------------------------------- */

bool import_op_prefix_access(Importer *im, uint32_t flag)
{
    im->access |= (uint8_t)flag;
    return true;
}

bool import_op_prefix_readonly(Importer *im, uint32_t arg)
{
    (void)arg;
    im->readonly = true;
    return true;
}
