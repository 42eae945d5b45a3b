#include "common/ir/import.h"
#include "common/types/words.h"

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
    /* T may be an array, and what is asked for an array of T. */
    for (;; owner = owner->elem) {
        if (import_has_arg(im->ctx.class_args, im->ctx.n_class, owner) ||
            import_has_arg(im->ctx.method_args, im->ctx.n_method, owner))
            return true;
        if (!owner->elem || owner->token) /* no array, pointer, reference */
            return type_is_accessible(owner->def, from);
    }
}

typedef struct Refusal {
    ErrKind kind;
    LibraryWords words;
    const Type *owner;
    const char *member; /* NULL: the type itself */
    Method *method;     /* the member, if it is one */
} Refusal;

static const char *full_name(Arena *arena, const Type *type, const char *member)
{
    return arena_printf(arena, "%s%s%s%s%s", type->name_space,
                        *type->name_space ? "." : "", type->name, member ? ":" : "",
                        member ? member : "");
}

static bool import_refuse(Importer *im, const Refusal *refusal, const Type *from)
{
    const Type *owner = refusal->owner;
    Arena scratch = ARENA_INIT;
    const char *subject = words_type(&scratch, owner);
    if (refusal->method)
        subject = words_method(&scratch, refusal->method);
    else if (refusal->member)
        subject = arena_printf(&scratch, "%s.%s", subject, refusal->member);
    const char *const args[WORDS_ARGS] = {full_name(&scratch, owner, refusal->member),
                                          full_name(&scratch, from, NULL), subject,
                                          words_method(&scratch, im->method)};
    im->foreign_refusal |= owner->assembly != from->assembly;
    err_words(&im->soft, refusal->kind, from->world, refusal->words, args);
    arena_free(&scratch);
    return false;
}

bool import_check_type(Importer *im, const TypeOperand *operand)
{
    Type *from = import_subject(im);
    const Type *type = operand->type;
    if (!from || type->def == from->def)
        return true;
    return import_owner_open(im, type, from) ||
           import_refuse(
               im, &(Refusal){ERR_TYPE_ACCESS, WORDS_TYPE_HIDDEN, type, NULL, NULL},
               from);
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
    return ok || import_refuse(im,
                               &(Refusal){ERR_METHOD_ACCESS, WORDS_METHOD_REFUSED,
                                          owner, method->name, (Method *)method},
                               from);
}

bool import_check_field(Importer *im, const Field *field)
{
    Type *from = import_subject(im);
    const Type *owner = field->owner;
    if (!from || owner->def == from->def)
        return true;
    return (member_is_accessible(field->flags & FIELD_ACCESS_MASK, owner, from) &&
            import_owner_open(im, owner, from)) ||
           import_refuse(im,
                         &(Refusal){ERR_FIELD_ACCESS, WORDS_FIELD_REFUSED, owner,
                                    field->name, NULL},
                         from);
}
