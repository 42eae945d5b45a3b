/* emit_sig.c - signatures of other modules (ECMA-335 II.23.2): all is copied but the
 * tokens of types, which become those of the module that is built. */
#include "common/metadata/sig.h"
#include "loader/library/coreclr/reflection/emit.h"

enum { MAX_SIG_DEPTH = 200 };

typedef struct Translation {
    Assembly *from, *to;
    Cursor c;
    Buffer *out;
    Err *err;
    int depth;
} Translation;

static bool malformed(Translation *t)
{
    return err_set(t->err, ERR_BAD_IMAGE, "%s: bad signature", t->from->name);
}

static bool translate_type(Translation *t);

static uint8_t copy_byte(Translation *t)
{
    uint8_t byte = cursor_u8(&t->c);
    buffer_u8(t->out, byte);
    return byte;
}

/* Bytes as they are: a signed number has more than one form. */
static uint32_t copy_number(Translation *t)
{
    const uint8_t *start = t->c.at;
    uint32_t number = cursor_compressed(&t->c);
    buffer_put(t->out, start, (size_t)(t->c.at - start));
    return number;
}

static void put_token(Buffer *out, uint32_t token)
{
    uint32_t tag = TOKEN_TABLE(token) == TABLE_TypeDef   ? 0
                   : TOKEN_TABLE(token) == TABLE_TypeRef ? 1
                                                         : 2;
    buffer_compressed(out, TOKEN_RID(token) << 2 | tag);
}

static uint32_t token_of(uint32_t coded)
{
    static const uint8_t tables[4] = {TABLE_TypeDef, TABLE_TypeRef, TABLE_TypeSpec};
    return tables[coded & 3] ? TOKEN(tables[coded & 3], coded >> 2) : 0;
}

static uint32_t translate_spec(Translation *t, uint32_t rid)
{
    Buffer blob = BUFFER_INIT;
    uint32_t cells[EMIT_CELLS] = {0}, row = 0;
    Translation inner = *t;
    inner.c = cursor_open(
        image_get_blob(t->from->image, TABLE_TypeSpec, rid, COL_TypeSpec_Signature));
    inner.out = &blob;
    if (translate_type(&inner) && growing_blob(t->to->image, buffer_bytes(&blob),
                                               &cells[COL_TypeSpec_Signature], t->err))
        row = growing_add_once(t->to->image, TABLE_TypeSpec, cells, t->err);
    buffer_free(&blob);
    return row ? TOKEN(TABLE_TypeSpec, row) : 0;
}

static bool translate_token(Translation *t)
{
    uint32_t token = token_of(cursor_compressed(&t->c)), made = 0;
    if (t->c.failed)
        return malformed(t);
    if (TOKEN_TABLE(token) == TABLE_TypeSpec) {
        made = translate_spec(t, TOKEN_RID(token));
    } else {
        Type *type = type_from_token(t->from, token, NULL, t->err);
        made = type ? emit_type_token(t->to, type, t->err) : 0;
    }
    if (made)
        put_token(t->out, made);
    return made != 0;
}

/* Of a method or a property: [count of type parameters] count result parameters. */
static bool translate_params(Translation *t, bool is_generic)
{
    if (is_generic)
        copy_number(t);
    uint32_t n = copy_number(t);
    for (uint32_t i = 0; i <= n; i++) {
        if (cursor_left(&t->c) && *t->c.at == ELEMENT_SENTINEL)
            copy_byte(t);
        if (!translate_type(t))
            return false;
    }
    return true;
}

static bool translate_array(Translation *t)
{
    if (!translate_type(t))
        return false;
    copy_number(t); /* the rank */
    for (int list = 0; list < 2; list++)
        for (uint32_t n = copy_number(t); n && !t->c.failed; n--)
            copy_number(t);
    return true;
}

static bool translate_instance(Translation *t)
{
    copy_byte(t);
    if (!translate_token(t))
        return false;
    for (uint32_t n = copy_number(t); n; n--)
        if (!translate_type(t))
            return false;
    return true;
}

static bool translate_rest(Translation *t, uint8_t element)
{
    switch (element) {
    case ELEMENT_CMOD_REQD:
    case ELEMENT_CMOD_OPT:
        return translate_token(t) && translate_type(t);
    case ELEMENT_PTR:
    case ELEMENT_BYREF:
    case ELEMENT_SZARRAY:
    case ELEMENT_PINNED:
        return translate_type(t);
    case ELEMENT_VALUETYPE:
    case ELEMENT_CLASS:
        return translate_token(t);
    case ELEMENT_VAR:
    case ELEMENT_MVAR:
        copy_number(t);
        return true;
    case ELEMENT_ARRAY:
        return translate_array(t);
    case ELEMENT_GENERICINST:
        return translate_instance(t);
    case ELEMENT_FNPTR:
        return translate_params(t, copy_byte(t) & SIG_GENERIC);
    default:
        return element <= ELEMENT_STRING || element == ELEMENT_TYPEDBYREF ||
               element == ELEMENT_I || element == ELEMENT_U ||
               element == ELEMENT_OBJECT || malformed(t);
    }
}

static bool translate_type(Translation *t)
{
    if (t->depth >= MAX_SIG_DEPTH || t->c.failed)
        return malformed(t);
    t->depth++;
    bool ok = translate_rest(t, copy_byte(t));
    t->depth--;
    return ok && (!t->c.failed || malformed(t));
}

bool emit_sig_translate(Assembly *from, Bytes sig, Assembly *to, Buffer *out, Err *err)
{
    Translation t = {from, to, cursor_open(sig), out, err, 0};
    if (from == to) {
        buffer_put(out, sig.data, sig.size);
        return true;
    }
    uint8_t kind = copy_byte(&t);
    if ((kind & SIG_KIND_MASK) == SIG_FIELD)
        return translate_type(&t);
    return translate_params(&t, kind & SIG_GENERIC);
}

void emit_sig_value_type(Bytes field_sig, uint32_t *token)
{
    Cursor c = cursor_open(field_sig);
    cursor_u8(&c); /* FIELD */
    uint8_t element = cursor_u8(&c);
    *token = 0;
    while (element == ELEMENT_CMOD_REQD || element == ELEMENT_CMOD_OPT) {
        cursor_compressed(&c);
        element = cursor_u8(&c);
    }
    if (element == ELEMENT_GENERICINST)
        element = cursor_u8(&c);
    if (element == ELEMENT_VALUETYPE && !c.failed)
        *token = token_of(cursor_compressed(&c));
}
