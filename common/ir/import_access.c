#include "common/ir/import.h"

/* Checks are made of what tokens say. Arguments that code got from its own context are
 * its caller's to name, so those of generic code are not looked at. */

/* Whose rights the code has; NULL: dynamic methods may name everything, as in .NET. */
static Type *import_subject(const Importer *im)
{
    return im->assembly->dynamic ? NULL : im->method->type;
}

static bool import_is_generic(const Importer *im)
{
    return im->ctx.n_class || im->ctx.n_method;
}

static bool import_has_arg(Type *const *args, uint32_t n, const Type *type)
{
    for (uint32_t i = 0; i < n; i++)
        if (args[i] == type)
            return true;
    return false;
}

static bool import_owner_open(const Importer *im, const Type *owner, Type *from)
{
    if (!import_is_generic(im))
        return type_is_accessible(owner, from);
    while (owner->elem && !owner->token) /* arrays, pointers, references */
        owner = owner->elem;
    return import_has_arg(im->ctx.class_args, im->ctx.n_class, owner) ||
           import_has_arg(im->ctx.method_args, im->ctx.n_method, owner) ||
           type_is_accessible(owner->def, from);
}

static bool import_refuse(Importer *im, ErrKind kind, const Type *owner,
                          const char *member, const Type *from)
{
    im->foreign_refusal |= owner->assembly != from->assembly;
    return err_set(&im->soft, kind, "%s%s%s%s%s is inaccessible from %s%s%s",
                   owner->name_space, *owner->name_space ? "." : "", owner->name,
                   *member ? ":" : "", member, from->name_space,
                   *from->name_space ? "." : "", from->name);
}

bool import_check_type(Importer *im, const TypeOperand *operand)
{
    Type *from = import_subject(im);
    const Type *type = operand->type;
    if (!from || type->def == from->def)
        return true;
    return import_owner_open(im, type, from) ||
           import_refuse(im, ERR_TYPE_ACCESS, type, "", from);
}

bool import_check_method(Importer *im, const Method *method)
{
    Type *from = import_subject(im);
    const Type *owner = method->type;
    if (!from || owner->def == from->def || method->synth)
        return true;
    bool ok = member_is_accessible(method->flags & METHOD_ACCESS_MASK, owner, from) &&
              import_owner_open(im, owner, from);
    for (uint32_t i = 0; ok && !import_is_generic(im) && i < method->n_args; i++)
        ok = type_is_accessible(method->args[i], from);
    return ok || import_refuse(im, ERR_METHOD_ACCESS, owner, method->name, from);
}

bool import_check_field(Importer *im, const Field *field)
{
    Type *from = import_subject(im);
    const Type *owner = field->owner;
    if (!from || owner->def == from->def)
        return true;
    return (member_is_accessible(field->flags & FIELD_ACCESS_MASK, owner, from) &&
            import_owner_open(im, owner, from)) ||
           import_refuse(im, ERR_FIELD_ACCESS, owner, field->name, from);
}
