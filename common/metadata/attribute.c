#include "common/metadata/attribute.h"

#include <string.h>

enum {
    PROLOG = 0x0001,
    STRING_NULL = 0xff,
    MAX_DEPTH = 32,     /* of objects in arrays in objects */
    NAMED_MIN_SIZE = 4, /* kind, type, length of the name, value */
};

typedef struct Reader {
    Cursor c;
    const AttrEnums *enums;
    Arena *arena;
    Err *err;
    int depth;
} Reader;

/* Bytes of a scalar of the kind, negative where it is signed; 0: not a scalar. */
static int scalar_size(ElementType kind)
{
    static const int8_t sizes[] = {
        [ELEMENT_BOOLEAN] = 1, [ELEMENT_CHAR] = 2, [ELEMENT_I1] = -1, [ELEMENT_U1] = 1,
        [ELEMENT_I2] = -2,     [ELEMENT_U2] = 2,   [ELEMENT_I4] = -4, [ELEMENT_U4] = 4,
        [ELEMENT_I8] = -8,     [ELEMENT_U8] = 8,   [ELEMENT_R4] = 4,  [ELEMENT_R8] = 8,
    };
    return (size_t)kind < sizeof sizes ? sizes[kind] : 0;
}

static bool reader_fail(Reader *r, const char *what)
{
    return err_set(r->err, ERR_BAD_IMAGE, "custom attribute: %s at offset %zu", what,
                   cursor_offset(&r->c));
}

/* NULL in *at for a null string. */
static bool string_read(Reader *r, const char **at, size_t *size)
{
    *at = NULL;
    *size = 0;
    if (cursor_left(&r->c) && *r->c.at == STRING_NULL) {
        cursor_skip(&r->c, 1);
        return true;
    }
    Bytes text = cursor_bytes(&r->c, cursor_compressed(&r->c));
    if (r->c.failed)
        return reader_fail(r, "truncated string");
    *at = arena_strndup(r->arena, (const char *)text.data, text.size);
    *size = text.size;
    return true;
}

static bool name_read(Reader *r, const char **name)
{
    size_t size;
    if (!string_read(r, name, &size))
        return false;
    return *name && size == strlen(*name) ? true : reader_fail(r, "bad name");
}

static bool type_read(Reader *r, bool is_element, AttrType *type)
{
    *type = (AttrType){.kind = (ElementType)cursor_u8(&r->c)};
    if (r->c.failed)
        return reader_fail(r, "truncated type");
    if (scalar_size(type->kind))
        return true;
    if (type->kind == ELEMENT_ATTR_ENUM)
        return name_read(r, &type->enum_name);
    if (type->kind == ELEMENT_SZARRAY && !is_element) {
        AttrType *element = arena_new(r->arena, AttrType);
        type->element = element;
        return type_read(r, true, element);
    }
    if (type->kind == ELEMENT_STRING || type->kind == ELEMENT_ATTR_TYPE ||
        type->kind == ELEMENT_ATTR_BOXED)
        return true;
    return reader_fail(r, "unknown type");
}

static bool value_read(Reader *r, const AttrType *type, AttrValue *value);

static bool scalar_read(Reader *r, ElementType kind, AttrValue *value)
{
    union {
        uint64_t bits;
        float r4;
        double r8;
    } raw = {0};
    int size = scalar_size(kind);
    unsigned n = (unsigned)(size < 0 ? -size : size);
    Bytes bytes = cursor_bytes(&r->c, n);
    if (r->c.failed)
        return reader_fail(r, "truncated value");
    memcpy(&raw, bytes.data, n);
    if (kind == ELEMENT_R4)
        value->u.r = (double)raw.r4;
    else if (kind == ELEMENT_R8)
        value->u.r = raw.r8;
    else if (kind == ELEMENT_BOOLEAN)
        value->u.i = raw.bits != 0;
    else if (size < 0)
        value->u.i = (int64_t)(raw.bits << (64 - 8 * n)) >> (64 - 8 * n);
    else
        value->u.i = (int64_t)raw.bits;
    return true;
}

static bool enum_read(Reader *r, AttrValue *value)
{
    ElementType *underlying = &value->type.underlying;
    if (*underlying == ELEMENT_END) {
        if (!r->enums)
            return reader_fail(r, "enum of unknown width");
        if (!r->enums->underlying(r->enums->context, &value->type, underlying, r->err))
            return false;
    }
    if (!scalar_size(*underlying) || *underlying == ELEMENT_R4 ||
        *underlying == ELEMENT_R8)
        return reader_fail(r, "enum of no integral type");
    return scalar_read(r, *underlying, value);
}

static bool array_read(Reader *r, AttrValue *value)
{
    uint32_t n = cursor_u32(&r->c);
    const AttrType *element = value->type.element;
    value->is_null = n == UINT32_MAX;
    n = value->is_null ? 0 : n;
    /* Every item takes a byte at least: the count can't ask for more memory than that.
     */
    if (r->c.failed || n > cursor_left(&r->c) || !element ||
        element->kind == ELEMENT_SZARRAY)
        return reader_fail(r, "bad array");
    value->u.items.at = arena_array(r->arena, AttrValue, n);
    value->u.items.n = n;
    for (uint32_t i = 0; i < n; i++)
        if (!value_read(r, element, &value->u.items.at[i]))
            return false;
    return true;
}

static bool boxed_read(Reader *r, AttrValue *value)
{
    AttrType type;
    if (!type_read(r, false, &type))
        return false;
    if (type.kind == ELEMENT_ATTR_BOXED)
        return reader_fail(r, "object in an object");
    if (!value_read(r, &type, value))
        return false;
    value->was_boxed = true;
    return true;
}

static bool value_read_kind(Reader *r, AttrValue *value)
{
    switch ((int)value->type.kind) {
    case ELEMENT_STRING:
    case ELEMENT_ATTR_TYPE:
        if (!string_read(r, &value->u.text.at, &value->u.text.size))
            return false;
        value->is_null = !value->u.text.at;
        return true;
    case ELEMENT_ATTR_ENUM:
        return enum_read(r, value);
    case ELEMENT_SZARRAY:
        return array_read(r, value);
    case ELEMENT_ATTR_BOXED:
    case ELEMENT_OBJECT:
        return boxed_read(r, value);
    default:
        if (!scalar_size(value->type.kind))
            return reader_fail(r, "parameter that no attribute can have");
        return scalar_read(r, value->type.kind, value);
    }
}

static bool value_read(Reader *r, const AttrType *type, AttrValue *value)
{
    *value = (AttrValue){.type = *type};
    if (r->depth == MAX_DEPTH)
        return reader_fail(r, "values nested too deeply");
    r->depth++;
    bool ok = value_read_kind(r, value);
    r->depth--;
    return ok;
}

static bool named_read(Reader *r, AttrNamed *named)
{
    uint8_t kind = cursor_u8(&r->c);
    named->is_property = kind == ELEMENT_ATTR_PROPERTY;
    if (!named->is_property && kind != ELEMENT_ATTR_FIELD)
        return reader_fail(r, "named argument of unknown kind");
    return type_read(r, false, &named->type) && name_read(r, &named->name) &&
           value_read(r, &named->type, &named->value);
}

/* All up to the named arguments; *n of them follow. */
static bool fixed_read(Reader *r, AttrParams params, Attribute *out, uint32_t *n)
{
    *out = (Attribute){.n_fixed = 0};
    *n = 0;
    if (!cursor_left(&r->c) && !params.n)
        return true;
    if (cursor_u16(&r->c) != PROLOG)
        return reader_fail(r, "no prolog");
    out->fixed = arena_array(r->arena, AttrValue, params.n);
    for (; out->n_fixed < params.n; out->n_fixed++)
        if (!value_read(r, &params.at[out->n_fixed], &out->fixed[out->n_fixed]))
            return false;
    if (!cursor_left(&r->c)) /* .NET takes no count for none */
        return true;
    *n = cursor_u16(&r->c);
    if (r->c.failed || *n > cursor_left(&r->c) / NAMED_MIN_SIZE)
        return reader_fail(r, "truncated named arguments");
    return true;
}

bool attribute_read(Bytes blob, AttrParams params, const AttrEnums *enums, Arena *arena,
                    Attribute *out, Err *err)
{
    Reader r = {cursor_open(blob), enums, arena, err, 0};
    uint32_t n;
    if (!fixed_read(&r, params, out, &n))
        return false;
    out->named = arena_array(arena, AttrNamed, n);
    for (; out->n_named < n; out->n_named++)
        if (!named_read(&r, &out->named[out->n_named]))
            return false;
    return true;
}

// NOLINTNEXTLINE(readability-function-size): as the others, and where it ended
bool attribute_read_fixed(Bytes blob, AttrParams params, const AttrEnums *enums,
                          Arena *arena, Attribute *out, size_t *end, Err *err)
{
    Reader r = {cursor_open(blob), enums, arena, err, 0};
    uint32_t n;
    bool ok = fixed_read(&r, params, out, &n);
    out->n_named = n;
    *end = cursor_offset(&r.c);
    return ok;
}

bool attribute_read_named(Bytes blob, const AttrEnums *enums, Arena *arena,
                          AttrNamed *out, size_t *end, Err *err)
{
    Reader r = {cursor_open(blob), enums, arena, err, 0};
    bool ok = named_read(&r, out);
    *end = cursor_offset(&r.c);
    return ok;
}
