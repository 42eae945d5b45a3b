/* rules.c - refuses metadata that contradicts itself (ECMA-335 II.22); rules.def. */
#include "common/types/rules_private.h"

#include <string.h>

#include "common/types/slots_private.h"
#include "common/types/types_private.h"

static const struct {
    const char *section, *text;
} rules[] = {
#define RULE(id, section, text) {section, text},
#include "common/types/rules.def"
#undef RULE
};

bool rule_broken(const Type *type, Rule rule, const char *member, Err *err)
{
    Arena scratch = ARENA_INIT;
    type_fail(type, err,
              arena_printf(&scratch, "%.60s%s%s (ECMA-335 %s)", member ? member : "",
                           member ? ": " : "", rules[rule].text, rules[rule].section));
    arena_free(&scratch);
    return false;
}

/* -- types --------------------------------------------------------------------- */

/* What a type is was told from the name in its Extends, before any other was loaded. */
bool rules_check_parent(const Type *type, Err *err)
{
    const Type *parent = type->parent;
    const KnownTypes *known = &type->world->known;
    bool is_delegate = (type->bits & TYPE_BIT_DELEGATE) != 0;
    bool is_enum = (type->bits & TYPE_BIT_ENUM) != 0;
    if (is_delegate != (parent == known->multicast_delegate) ||
        is_enum != (parent == known->enum_) || parent->bits & TYPE_BIT_DELEGATE ||
        (parent == known->valuetype && !type_is_valuetype(type) &&
         type != known->enum_))
        return rule_broken(type, RULE_SPECIAL_PARENT, NULL, err);
    if (parent == known->array)
        return rule_broken(type, RULE_ARRAY_PARENT, NULL, err);
    bool laid_out = type->flags & TYPE_LAYOUT_MASK && !type_is_valuetype(type);
    if (type->world->library->strict_types && laid_out && parent != known->object &&
        !(parent->def->flags & TYPE_LAYOUT_MASK))
        return rule_broken(type, RULE_LAYOUT_PARENT, NULL, err);
    return true;
}

/* Most name no parent; they have none even so. */
bool rules_check_interface(const Type *type, const Type *parent, Err *err)
{
    return parent == type->world->known.object ||
           rule_broken(type, RULE_INTERFACE_PARENT, NULL, err);
}

/* The rows of an owner number its parameters from 0, in any order. */
static bool numbers_check(const Image *image, uint32_t owner, uint32_t n)
{
    uint32_t first = 0, end = 0;
    uint64_t seen[MAX_GENERIC_PARAMS / 64 + 1] = {0};
    image_find_rows(image, TABLE_GenericParam, COL_GenericParam_Owner, owner, &first,
                    &end);
    if (end - first != n || n > MAX_GENERIC_PARAMS)
        return false;
    for (uint32_t i = first; i < end; i++) {
        uint32_t at = image_get(image, TABLE_GenericParam, i, COL_GenericParam_Number);
        if (at >= n || seen[at / 64] >> (at % 64) & 1)
            return false;
        seen[at / 64] |= 1ull << (at % 64);
    }
    return true;
}

bool rules_check_params(const Type *type, Err *err)
{
    if (type->n_args &&
        !numbers_check(type->assembly->image, type->token, type->n_args))
        return rule_broken(type, RULE_PARAM_NUMBERS, NULL, err);
    if (type->variance && !(type->bits & (TYPE_BIT_INTERFACE | TYPE_BIT_DELEGATE)))
        return rule_broken(type, RULE_VARIANT_CLASS, NULL, err);
    return true;
}

/* -- methods ------------------------------------------------------------------- */

/* The head of a method's signature, without its types but for a result that is void. */
typedef struct SigHead {
    uint8_t first;
    uint32_t n_generic, n_params;
    bool is_void;
} SigHead;

static SigHead sig_head(Bytes blob)
{
    Cursor c = cursor_open(blob);
    SigHead head = {.first = cursor_u8(&c)};
    if (head.first & SIG_GENERIC)
        head.n_generic = cursor_compressed(&c);
    head.n_params = cursor_compressed(&c);
    uint8_t ret = cursor_u8(&c);
    while (!c.failed && (ret == ELEMENT_CMOD_REQD || ret == ELEMENT_CMOD_OPT)) {
        cursor_compressed(&c);
        ret = cursor_u8(&c);
    }
    head.is_void = ret == ELEMENT_VOID;
    return head;
}

static bool flags_check(const Method *method, Err *err)
{
    const Type *type = method->type;
    uint32_t flags = method->flags;
    if (flags & METHOD_STATIC && !(type->bits & TYPE_BIT_INTERFACE) &&
        flags & (METHOD_VIRTUAL | METHOD_ABSTRACT))
        return rule_broken(type, RULE_STATIC_VIRTUAL, method->name, err);
    if (flags & METHOD_ABSTRACT && !(flags & METHOD_VIRTUAL))
        return rule_broken(type, RULE_ABSTRACT_VIRTUAL, method->name, err);
    /* An interface makes a method of its base abstract again by a final one (Augments).
     */
    uint32_t barred = type->bits & TYPE_BIT_INTERFACE ? METHOD_PINVOKE
                                                      : METHOD_FINAL | METHOD_PINVOKE;
    if (flags & METHOD_ABSTRACT && flags & barred)
        return rule_broken(type, RULE_ABSTRACT_FINAL, method->name, err);
    if (flags & METHOD_PINVOKE && !(flags & METHOD_STATIC))
        return rule_broken(type, RULE_PINVOKE_STATIC, method->name, err);
    return true;
}

static bool is_runtime(const Method *method)
{
    return (method->impl_flags & IMPL_CODE_TYPE_MASK) == IMPL_RUNTIME;
}

static bool constructor_check(const Method *method, const SigHead *head, Err *err)
{
    const Type *type = method->type;
    uint32_t flags = method->flags;
    bool plain = head->is_void && !head->n_generic && !(flags & METHOD_VIRTUAL);
    if (!strcmp(method->name, ".cctor"))
        return (plain && flags & METHOD_STATIC && !head->n_params &&
                (head->first & SIG_KIND_MASK) == SIG_DEFAULT) ||
               rule_broken(type, RULE_CCTOR, NULL, err);
    if (strcmp(method->name, ".ctor"))
        return true;
    if (!plain || flags & METHOD_STATIC)
        return rule_broken(type, RULE_CTOR, NULL, err);
    bool has_parent = image_get(type->assembly->image, TABLE_TypeDef,
                                TOKEN_RID(type->token), COL_TypeDef_Extends) != 0;
    if (!has_parent && type != type->world->known.object &&
        !(type->bits & TYPE_BIT_INTERFACE))
        return rule_broken(type, RULE_MODULE_CTOR, NULL, err);
    return true;
}

bool rules_check_method(const Method *method, Bytes sig, Err *err)
{
    const Type *type = method->type;
    SigHead head = sig_head(sig);
    uint32_t kind = head.first & SIG_KIND_MASK;
    if (kind != SIG_DEFAULT && kind != SIG_VARARG)
        return rule_broken(type, RULE_CONVENTION, method->name, err);
    if (!(head.first & SIG_HASTHIS) != !!(method->flags & METHOD_STATIC))
        return rule_broken(type, RULE_HAS_THIS, method->name, err);
    if (head.first & SIG_EXPLICITTHIS)
        return rule_broken(type, RULE_EXPLICIT_THIS, method->name, err);
    if (head.n_generic &&
        !numbers_check(type->assembly->image, method->token, head.n_generic))
        return rule_broken(type, RULE_GENERIC_COUNT, method->name, err);
    return flags_check(method, err) &&
           (method->name[0] != '.' || constructor_check(method, &head, err));
}

/* (object, native int) */
static bool delegate_ctor_check(Method *method, Err *err)
{
    const MethodSig *sig = method_sig(method, err);
    if (!sig)
        return false;
    bool ok =
        is_runtime(method) && sig->n_params == 2 &&
        sig->params[0]->element == ELEMENT_OBJECT &&
        (sig->params[1]->element == ELEMENT_I || sig->params[1]->element == ELEMENT_U);
    return ok || rule_broken(method->type, RULE_DELEGATE_CTOR, NULL, err);
}

/* The runtime makes, copies and calls delegates by these two alone. */
bool rules_check_methods(const Type *type, Err *err)
{
    uint32_t n_invoke = 0;
    if (!(type->bits & TYPE_BIT_DELEGATE))
        return true;
    for (uint32_t i = 0; i < type->n_methods; i++) {
        Method *method = type->methods[i];
        bool is_invoke = !strcmp(method->name, "Invoke");
        if (!strcmp(method->name, ".ctor") && !delegate_ctor_check(method, err))
            return false;
        if (is_invoke && (!is_runtime(method) || method->n_args ||
                          method->flags & (METHOD_STATIC | METHOD_ABSTRACT)))
            return rule_broken(type, RULE_DELEGATE_INVOKE, NULL, err);
        n_invoke += is_invoke;
    }
    return n_invoke == 1 || rule_broken(type, RULE_DELEGATE_INVOKE, NULL, err);
}

/* -- fields -------------------------------------------------------------------- */

static bool is_byreflike(const Type *type)
{
    return type->element == ELEMENT_BYREF || type->element == ELEMENT_TYPEDBYREF ||
           type->bits & TYPE_BIT_BYREFLIKE;
}

bool rules_check_field(const Field *field, Err *err)
{
    const Type *type = field->owner;
    bool is_static = (field->flags & FIELD_STATIC) != 0;
    if ((field->flags & FIELD_ACCESS_MASK) == FIELD_ACCESS_MASK)
        return rule_broken(type, RULE_FIELD_ACCESS, field->name, err);
    if (field->flags & FIELD_HASRVA && !is_static)
        return rule_broken(type, RULE_RVA_STATIC, field->name, err);
    if (type->bits & TYPE_BIT_INTERFACE && !is_static)
        return rule_broken(type, RULE_INTERFACE_FIELD, field->name, err);
    if (is_byreflike(field->type) && (is_static || !(type->bits & TYPE_BIT_BYREFLIKE)))
        return rule_broken(type, RULE_FIELD_BYREF, field->name, err);
    return true;
}

bool rules_check_rva(const Type *type, Err *err)
{
    const uint32_t wanted = FIELD_STATIC | FIELD_HASRVA;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const Field *field = &type->fields[i];
        Bytes data;
        if ((field->flags & (wanted | FIELD_LITERAL)) != wanted)
            continue;
        if (type_has_reference(field->type))
            return rule_broken(type, RULE_RVA_REFERENCE, field->name, err);
        if (!field->rva || !image_rva(type->assembly->image, field->rva,
                                      type_value_size(field->type), &data))
            return rule_broken(type, RULE_RVA_BOUNDS, field->name, err);
    }
    return true;
}

/* -- overrides ----------------------------------------------------------------- */

/* What a primitive that is pointed to is verified as (I.8.7.1): uint8 as int8, and so a
 * boolean; 0: something else. */
static uint8_t verified_as(Type *type)
{
    static const uint8_t elements[] = {
        [ELEMENT_BOOLEAN] = ELEMENT_I1, [ELEMENT_I1] = ELEMENT_I1,
        [ELEMENT_U1] = ELEMENT_I1,      [ELEMENT_CHAR] = ELEMENT_I2,
        [ELEMENT_I2] = ELEMENT_I2,      [ELEMENT_U2] = ELEMENT_I2,
        [ELEMENT_I4] = ELEMENT_I4,      [ELEMENT_U4] = ELEMENT_I4,
        [ELEMENT_I8] = ELEMENT_I8,      [ELEMENT_U8] = ELEMENT_I8,
        [ELEMENT_I] = ELEMENT_I,        [ELEMENT_U] = ELEMENT_I,
    };
    uint8_t element = type_underlying(type)->element;
    return element < sizeof elements ? elements[element] : 0;
}

/* A result may be of a type that is used as the declared one (covariant returns). */
static bool result_fits(Type *from, Type *to, Err *err)
{
    if (from == to)
        return true;
    if (type_is_reference(from) && type_is_reference(to))
        return type_assignable(from, to, err);
    bool pointers = from->element == to->element &&
                    (from->element == ELEMENT_PTR || from->element == ELEMENT_BYREF);
    return pointers && verified_as(from->elem) &&
           verified_as(from->elem) == verified_as(to->elem);
}

static bool inherits(const Type *type, const Type *other)
{
    for (uint32_t i = 0; i < type->n_interfaces; i++)
        if (type->interfaces[i] == other)
            return true;
    return type == other || type_is_subclass(type, other);
}

/* What depends on type parameters shows in the instances; code shared by some stands
 * for types that fit. */
static bool results_fit(Type *type, const MethodSig *from, const MethodSig *to,
                        Err *err)
{
    if (result_fits(from->ret, to->ret, err))
        return true;
    if (err->kind != ERR_NONE)
        return false;
    bool depends = from->ret->bits & TYPE_BIT_OPEN || to->ret->bits & TYPE_BIT_OPEN;
    if (depends && type->bits & (TYPE_BIT_GENERIC_DEF | TYPE_BIT_OPEN)) {
        type->bits |= TYPE_BIT_RESULTS;
        return true;
    }
    return (type->bits & TYPE_BIT_SHARED) != 0;
}

bool rules_check_override(Type *type, Method *body, Method *decl, Err *err)
{
    if (body == decl || !inherits(type, decl->type))
        return rule_broken(type, RULE_OVERRIDE_DECLARATION, decl->name, err);
    const MethodSig *own = method_sig(body, err);
    const MethodSig *other = own ? method_sig(decl, err) : NULL;
    if (!other)
        return false;
    MethodSig same_result = *own;
    same_result.ret = other->ret;
    bool ok = body->n_args == decl->n_args && sig_equal(&same_result, other) &&
              results_fit(type, own, other, err);
    if (ok)
        return rules_check_constraints(type, body, decl, err);
    return err->kind == ERR_NONE &&
           rule_broken(type, RULE_OVERRIDE_SIGNATURE, decl->name, err);
}

/* Who sees a method with one access sees it with the other. Another assembly's override
 * of a family-or-assembly method can't be seen there. */
static bool sees_no_less(const Method *body, const Method *old)
{
    uint32_t own = body->flags & METHOD_ACCESS_MASK;
    switch (old->flags & METHOD_ACCESS_MASK) {
    case METHOD_PUBLIC:
        return own == METHOD_PUBLIC;
    case METHOD_FAMORASSEM:
        return own == METHOD_PUBLIC || own == METHOD_FAMORASSEM ||
               (own == METHOD_FAMILY && body->type->assembly != old->type->assembly);
    case METHOD_FAMILY:
        return own >= METHOD_FAMILY;
    case METHOD_ASSEM:
        return own == METHOD_ASSEM || own > METHOD_FAMILY;
    case METHOD_FAMANDASSEM:
        return own >= METHOD_FAMANDASSEM;
    default:
        return true;
    }
}

/* Of one by its name; a MethodImpl's body may be private. */
static bool check_access(const Type *type, const Method *body, const Method *old,
                         Err *err)
{
    if (!type->world->library->strict_types || body->slot != old->slot ||
        sees_no_less(body, old))
        return true;
    return rule_broken(type, RULE_OVERRIDE_ACCESS, body->name, err);
}

bool rules_check_result(Type *type, Method *body, Method *old, Err *err)
{
    if (old == body || old->type == type)
        return true;
    const MethodSig *own = method_sig(body, err);
    const MethodSig *other = own ? method_sig(old, err) : NULL;
    if (other && results_fit(type, own, other, err))
        return check_access(type, body, old, err) &&
               rules_check_constraints(type, body, old, err);
    return other && err->kind == ERR_NONE &&
           rule_broken(type, RULE_OVERRIDE_SIGNATURE, old->name, err);
}

/* Inherited ones may be declared again. Code that is shared stands for instances that
 * are checked themselves. */
bool rules_check_same(const Type *type, const InterfaceEntry *entry,
                      const InterfaceEntry *other, Err *err)
{
    if (!type->world->library->strict_types || !entry->declared || !other->declared ||
        type->bits & (TYPE_BIT_SHARED | TYPE_BIT_OPEN))
        return true;
    return rule_broken(type, RULE_SAME_INTERFACES, entry->interface->name, err);
}

/* -- variance ------------------------------------------------------------------ */

enum { COVARIANT = GENPARAM_COVARIANT, CONTRAVARIANT = GENPARAM_CONTRAVARIANT };

static bool variance_ok(const Type *def, const Type *type, uint32_t position);

static bool variance_of_args_ok(const Type *def, const Type *type, uint32_t position)
{
    for (uint32_t i = 0; i < type->n_args; i++) {
        uint32_t own = type->variance ? type->variance[i] : 0;
        uint32_t at = own == COVARIANT       ? position
                      : own == CONTRAVARIANT ? position ^ (COVARIANT | CONTRAVARIANT)
                                             : 0;
        if (!variance_ok(def, type->args[i], at))
            return false;
    }
    return true;
}

/* May a parameter of def stand in type where results (COVARIANT), arguments
 * (CONTRAVARIANT) or both (0) are of that type. */
static bool variance_ok(const Type *def, const Type *type, uint32_t position)
{
    if (!(type->bits & TYPE_BIT_OPEN))
        return true;
    switch (type->element) {
    case ELEMENT_VAR:
        return type->var_index >= def->n_args || !def->variance[type->var_index] ||
               def->variance[type->var_index] == position;
    case ELEMENT_SZARRAY:
    case ELEMENT_ARRAY:
        return variance_ok(def, type->elem, position);
    case ELEMENT_BYREF:
    case ELEMENT_PTR:
        return variance_ok(def, type->elem, 0);
    default:
        return variance_of_args_ok(def, type, position);
    }
}

/* Of one parameter of a method, by its row; false with ERR_NONE: against the rule. */
static bool variance_in_constraints(const Type *type, uint32_t param, Err *err)
{
    const Image *image = type->assembly->image;
    GenericContext ctx = type_context(type);
    uint32_t first = 0, end = 0;
    image_find_rows(image, TABLE_GenericParamConstraint,
                    COL_GenericParamConstraint_Owner, param, &first, &end);
    for (uint32_t i = first; i < end; i++) {
        uint32_t token = image_get(image, TABLE_GenericParamConstraint, i,
                                   COL_GenericParamConstraint_Constraint);
        Type *constraint = type_from_token(type->assembly, token, &ctx, err);
        if (!constraint || !variance_ok(type, constraint, CONTRAVARIANT))
            return false;
    }
    return true;
}

static bool variance_in_params(const Type *type, const Method *method, Err *err)
{
    uint32_t first = 0, end = 0;
    if (method->n_args)
        image_find_rows(type->assembly->image, TABLE_GenericParam,
                        COL_GenericParam_Owner, method->token, &first, &end);
    for (uint32_t i = first; i < end; i++)
        if (!variance_in_constraints(type, i, err))
            return false;
    return true;
}

static bool variance_in_method(const Type *type, Method *method, Err *err)
{
    const MethodSig *sig = method_sig(method, err);
    bool ok = sig && variance_ok(type, sig->ret, COVARIANT);
    for (uint32_t i = 0; ok && i < sig->n_params; i++)
        ok = variance_ok(type, sig->params[i], CONTRAVARIANT);
    ok = ok && variance_in_params(type, method, err);
    return ok || (err->kind == ERR_NONE &&
                  rule_broken(type, RULE_VARIANCE_USE, method->name, err));
}

bool rules_check_variance(Type *type, Err *err)
{
    bool is_delegate = (type->bits & TYPE_BIT_DELEGATE) != 0;
    if (!type->variance)
        return true;
    for (uint32_t i = 0; !is_delegate && i < type->n_interfaces; i++)
        if (!variance_ok(type, type->interfaces[i], COVARIANT))
            return rule_broken(type, RULE_VARIANCE_USE, type->interfaces[i]->name, err);
    for (uint32_t i = 0; i < type->n_methods; i++) {
        Method *method = type->methods[i];
        bool counts =
            is_delegate ? !strcmp(method->name, "Invoke") : method_is_virtual(method);
        if (counts && !variance_in_method(type, method, err))
            return false;
    }
    return true;
}
