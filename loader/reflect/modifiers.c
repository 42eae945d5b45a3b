/* modifiers.c - custom modifiers in signatures (ECMA-335 II.23.2.7). */
#include "loader/reflect/reflect.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"

static uint32_t read_modifier(Cursor *c)
{
    static const uint8_t tables[] = {TABLE_TypeDef, TABLE_TypeRef, TABLE_TypeSpec, 0};
    uint32_t coded = cursor_compressed(c);
    return TOKEN(tables[coded & 3], coded >> 2);
}

/* Modifiers at c, which moves on; types NULL: only counted. */
static uint32_t modifiers_read(Assembly *assembly, Cursor *c, uint8_t kind,
                               Array *types)
{
    uint32_t n = 0;
    while (cursor_left(c) &&
           (*c->at == ELEMENT_CMOD_REQD || *c->at == ELEMENT_CMOD_OPT)) {
        Err err = ERR_INIT;
        uint8_t found = cursor_u8(c);
        uint32_t token = read_modifier(c);
        if (found != kind || c->failed)
            continue;
        if (types) {
            Type *type = type_from_token(assembly, token, NULL, &err);
            if (!type) {
                exception_set_err(&err);
                return 0;
            }
            array_set(types, n, reflection_type(type));
        }
        n++;
    }
    return n;
}

Array *reflection_modifiers(Assembly *assembly, Cursor at, bool optional)
{
    uint8_t kind = optional ? ELEMENT_CMOD_OPT : ELEMENT_CMOD_REQD;
    Cursor count = at;
    Array *types = array_new_of(vm.world->known.type,
                                modifiers_read(assembly, &count, kind, NULL));
    if (types)
        modifiers_read(assembly, &at, kind, types);
    return exception_pending() ? NULL : types;
}

Array *reflection_param_modifiers(Method *method, int32_t position, bool optional)
{
    Method *def = method->def;
    Assembly *assembly = def->type->assembly;
    if (TOKEN_TABLE(def->token) != TABLE_MethodDef || assembly->dynamic)
        return array_new_of(vm.world->known.type, 0);
    Err err = ERR_INIT;
    Cursor c =
        cursor_open(image_get_blob(assembly->image, TABLE_MethodDef,
                                   TOKEN_RID(def->token), COL_MethodDef_Signature));
    if (cursor_u8(&c) & SIG_GENERIC)
        cursor_compressed(&c);
    cursor_compressed(&c); /* number of parameters; the result comes first: -1 */
    for (int32_t i = -1; i < position; i++)
        if (!type_from_sig(assembly, &c, NULL, NULL, &err)) {
            exception_set_err(&err);
            return NULL;
        }
    return reflection_modifiers(assembly, c, optional);
}
