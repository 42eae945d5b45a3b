/* accessor.c - methods without IL that reach a member nobody else may name:
 *
 *     [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "count")]
 *     static extern ref int Count(Store store);
 *
 * The attribute says what kind of member it is and what it is called, the signature
 * where it is and of what type: the first parameter (the result, of a constructor) is
 * of the type that has it, the others are the member's own. Base classes are not looked
 * at. A type that can't be named in the signature stands in UnsafeAccessorType on the
 * parameter, which then is an object.
 *
 * Signatures are compared as they are for the exact method; where its arguments make
 * two members alike, as !0 and int32 of a Store<int32>, those of the definitions
 * decide. */
#include <assert.h>
#include <string.h>

#include "common/metadata/attribute.h"
#include "common/types/types_private.h"

#define ACCESSOR_NAMESPACE "System.Runtime.CompilerServices"

static uint32_t accessor_row(const Method *method)
{
    const Assembly *assembly = method->type->assembly;
    if (!method->token || method->synth || !assembly || assembly->dynamic ||
        method->flags & (METHOD_ABSTRACT | METHOD_PINVOKE) ||
        method->impl_flags & (IMPL_CODE_TYPE_MASK | IMPL_INTERNALCALL) ||
        image_get(assembly->image, TABLE_MethodDef, TOKEN_RID(method->token),
                  COL_MethodDef_RVA))
        return 0;
    return image_find_attribute(assembly->image, method->token, ACCESSOR_NAMESPACE,
                                "UnsafeAccessorAttribute");
}

bool method_is_accessor(const Method *method)
{
    return accessor_row(method) != 0;
}

typedef struct Search {
    Method *method;
    Accessor *out;
    const char *name;
    Type *target;
    MethodSig wanted; /* of the member: its params and result */
} Search;

static bool accessor_bad(const Search *s, Err *err)
{
    Arena scratch = ARENA_INIT;
    err_set(err, ERR_BAD_IMAGE, "Invalid usage of UnsafeAccessorAttribute: %.300s",
            method_name(&scratch, s->method));
    arena_free(&scratch);
    return false;
}

/* -- what the attributes say --------------------------------------------------- */

static bool read_attribute(Search *s, Arena *scratch, Err *err)
{
    static const AttrType kind = {.kind = ELEMENT_ATTR_ENUM, .underlying = ELEMENT_I4};
    const Image *image = s->method->type->assembly->image;
    Bytes blob = image_get_blob(image, TABLE_CustomAttribute, accessor_row(s->method),
                                COL_CustomAttribute_Value);
    Attribute attribute;
    if (!attribute_read(blob, (AttrParams){&kind, 1}, NULL, scratch, &attribute, err))
        return false;
    int64_t value = attribute.fixed[0].u.i;
    if (value < 0 || value > ACCESSOR_STATIC_FIELD)
        return accessor_bad(s, err);
    s->out->kind = (AccessorKind)value;
    s->name = s->method->name;
    for (uint32_t i = 0; i < attribute.n_named; i++) {
        const AttrNamed *named = &attribute.named[i];
        if (!strcmp(named->name, "Name") && named->value.type.kind == ELEMENT_STRING &&
            !named->value.is_null)
            s->name = named->value.u.text.at;
    }
    bool renamed = s->name != s->method->name && *s->name;
    if (value == ACCESSOR_CONSTRUCTOR && renamed)
        return accessor_bad(s, err);
    if (value == ACCESSOR_CONSTRUCTOR)
        s->name = ".ctor";
    return true;
}

/* The type that UnsafeAccessorType on a parameter (0: the result) names in its place.
 */
static Type *real_type(const Search *s, uint32_t sequence, Type *declared,
                       Arena *scratch, Err *err)
{
    static const AttrType text = {.kind = ELEMENT_STRING};
    Assembly *assembly = s->method->type->assembly;
    uint32_t param = method_param_row(s->method, sequence);
    uint32_t row =
        param ? image_find_attribute(assembly->image, TOKEN(TABLE_Param, param),
                                     ACCESSOR_NAMESPACE, "UnsafeAccessorTypeAttribute")
              : 0;
    Attribute attribute;
    if (!row)
        return declared;
    Bytes blob = image_get_blob(assembly->image, TABLE_CustomAttribute, row,
                                COL_CustomAttribute_Value);
    if (!attribute_read(blob, (AttrParams){&text, 1}, NULL, scratch, &attribute, err))
        return NULL;
    if (attribute.fixed[0].is_null) {
        accessor_bad(s, err);
        return NULL;
    }
    GenericContext ctx = method_context(s->method);
    return type_from_name(assembly, attribute.fixed[0].u.text.at, &ctx, err);
}

/* The accessor's signature with the real types, in scratch. */
static bool read_signature(Search *s, Arena *scratch, Err *err)
{
    const MethodSig *sig = method_sig(s->method, err);
    if (!sig)
        return false;
    s->wanted = *sig;
    s->wanted.params = arena_array(scratch, Type *, sig->n_params + 1u);
    s->wanted.ret = real_type(s, 0, sig->ret, scratch, err);
    bool ok = s->wanted.ret != NULL;
    for (uint32_t i = 0; ok && i < sig->n_params; i++) {
        s->wanted.params[i] = real_type(s, i + 1, sig->params[i], scratch, err);
        ok = s->wanted.params[i] != NULL;
    }
    return ok;
}

/* -- where the member is ------------------------------------------------------- */

static bool find_target(Search *s, Err *err)
{
    bool made = s->out->kind == ACCESSOR_CONSTRUCTOR;
    bool needs_object =
        s->out->kind == ACCESSOR_METHOD || s->out->kind == ACCESSOR_FIELD;
    if (!(s->method->flags & METHOD_STATIC) || (!made && !s->wanted.n_params))
        return accessor_bad(s, err);
    s->target = made ? s->wanted.ret : s->wanted.params[0];
    bool by_ref = s->target->element == ELEMENT_BYREF;
    if (by_ref)
        s->target = s->target->elem;
    if ((made && by_ref) || !s->target->token ||
        (!type_is_reference(s->target) && !type_is_valuetype(s->target)) ||
        (needs_object && type_is_valuetype(s->target) && !by_ref))
        return accessor_bad(s, err);
    if (!made) {
        s->wanted.params++;
        s->wanted.n_params--;
    }
    s->wanted.has_this = needs_object || made;
    if (made)
        s->wanted.ret = s->method->type->world->known.void_;
    return type_load(s->target, LEVEL_READY, err);
}

/* -- methods ------------------------------------------------------------------- */

static bool method_fits(const Search *s, Method *method, Err *err)
{
    const MethodSig *sig = method_sig(method, err);
    if (!sig || method->n_args != s->method->n_args)
        return false;
    MethodSig wanted = s->wanted;
    wanted.mods = sig->mods;
    return sig_equal(&wanted, sig);
}

/* Generic methods of the target are compared with the accessor's own parameters. */
static Method *with_args(const Search *s, Method *method, Err *err)
{
    if (!method->n_args || method->n_args != s->method->n_args)
        return method;
    return method_instance(method, s->method->args, s->method->n_args, err);
}

static Method *find_method(const Search *s, uint32_t *n_found, Err *err)
{
    Method *found = NULL;
    *n_found = 0;
    for (uint32_t i = 0; i < s->target->n_methods; i++) {
        if (strcmp(s->target->methods[i]->name, s->name))
            continue;
        Method *method = with_args(s, s->target->methods[i], err);
        if (!method || !method_fits(s, method, err)) {
            if (err->kind != ERR_NONE)
                return NULL;
            continue;
        }
        found = found ? found : method;
        ++*n_found;
    }
    return found;
}

/* Names the type as its row does: without its arguments and what encloses it. */
static bool missing(const Search *s, Err *err)
{
    bool field = s->out->kind >= ACCESSOR_FIELD;
    const Type *type = s->target;
    return err_set(err, field ? ERR_MISSING_FIELD : ERR_MISSING_METHOD,
                   "%s: '%.200s%s%.200s.%.100s'.",
                   field ? "Field not found" : "Method not found", type->name_space,
                   *type->name_space ? "." : "", type->name, s->name);
}

/* The one that the definition means. */
static bool choose_method(Search *s, Err *err)
{
    Accessor open;
    if (s->method->def == s->method || !accessor_resolve(s->method->def, &open, err)) {
        return err_set(err, ERR_AMBIGUOUS_MATCH,
                       "Ambiguity in binding of UnsafeAccessorAttribute.");
    }
    assert(open.method);
    Method *method = method_on_type(open.method->def, s->target, err);
    s->out->method = method ? with_args(s, method, err) : NULL;
    return s->out->method != NULL;
}

static bool resolve_method(Search *s, Err *err)
{
    uint32_t n;
    s->out->method = find_method(s, &n, err);
    if (err->kind != ERR_NONE)
        return false;
    if (n > 1)
        return choose_method(s, err);
    return n || missing(s, err);
}

/* -- fields -------------------------------------------------------------------- */

static bool resolve_field(Search *s, Err *err)
{
    bool is_static = s->out->kind == ACCESSOR_STATIC_FIELD;
    if (s->wanted.n_params || s->wanted.ret->element != ELEMENT_BYREF)
        return accessor_bad(s, err);
    if (!type_load(s->target, LEVEL_LAYOUT, err))
        return false;
    for (uint32_t i = 0; i < s->target->n_fields; i++) {
        Field *field = &s->target->fields[i];
        if (!strcmp(field->name, s->name) && field->type == s->wanted.ret->elem &&
            !(field->flags & FIELD_LITERAL) &&
            is_static == ((field->flags & FIELD_STATIC) != 0)) {
            s->out->field = field;
            return true;
        }
    }
    return missing(s, err);
}

bool accessor_resolve(Method *method, Accessor *out, Err *err)
{
    Arena scratch = ARENA_INIT;
    *out = (Accessor){.kind = ACCESSOR_METHOD};
    Search s = {.method = method, .out = out};
    bool ok = read_attribute(&s, &scratch, err) && read_signature(&s, &scratch, err) &&
              find_target(&s, err) &&
              (out->kind >= ACCESSOR_FIELD ? resolve_field(&s, err)
                                           : resolve_method(&s, err));
    arena_free(&scratch);
    return ok;
}
