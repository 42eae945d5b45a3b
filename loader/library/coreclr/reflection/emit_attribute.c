/* emit_attribute.c - System.Reflection.Emit: custom attributes.
 *
 * Some are not kept as attributes: what they say is in rows of its own (II.21.2.1), as
 * a compiler writes it. [Out] on a parameter is a flag of its Param, [StructLayout] is
 * flags of a TypeDef and a row of ClassLayout. What reflection shows of them it makes
 * of these. Each has a row below, whose function gets the values; one that does not
 * look as it should is kept as it is. */
#include <string.h>

#include "common/metadata/sig.h"
#include "loader/library/coreclr/reflection/emit.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"

enum { MAX_NAMED = 12 };

typedef struct NamedValue {
    Bytes name;
    uint32_t number;
    Bytes text;
} NamedValue;

typedef struct Values {
    uint32_t fixed; /* the constructor's number, or 0 */
    NamedValue named[MAX_NAMED];
    uint32_t n_named;
} Values;

/* What an attribute is on. */
typedef struct Target {
    Assembly *assembly;
    uint32_t token;
} Target;

/* -- values -------------------------------------------------------------------- */

static Bytes read_string(Cursor *c)
{
    if (cursor_left(c) && *c->at == 0xff) { /* null */
        cursor_skip(c, 1);
        return (Bytes){NULL, 0};
    }
    uint32_t size = cursor_compressed(c);
    return cursor_bytes(c, size);
}

/* Enums of these attributes are four bytes wide. */
static bool read_named(Cursor *c, NamedValue *out)
{
    cursor_u8(c); /* a field or a property */
    uint8_t type = cursor_u8(c);
    if (type == ELEMENT_ATTR_ENUM)
        read_string(c);
    out->name = read_string(c);
    switch (type) {
    case ELEMENT_BOOLEAN:
        out->number = cursor_u8(c);
        break;
    case ELEMENT_I2:
    case ELEMENT_U2:
        out->number = cursor_u16(c);
        break;
    case ELEMENT_I4:
    case ELEMENT_U4:
    case ELEMENT_ATTR_ENUM:
        out->number = cursor_u32(c);
        break;
    case ELEMENT_STRING:
    case ELEMENT_ATTR_TYPE:
        out->text = read_string(c);
        break;
    default:
        return false;
    }
    return !c->failed;
}

/* width: of the constructor's argument. */
static bool read_values(Bytes blob, uint32_t width, Values *out)
{
    Cursor c = cursor_open(blob);
    if (cursor_u16(&c) != 1)
        return false;
    out->fixed = width == 4 ? cursor_u32(&c) : width ? cursor_u16(&c) : 0;
    out->n_named = cursor_u16(&c);
    if (c.failed || out->n_named > MAX_NAMED)
        return false;
    for (uint32_t i = 0; i < out->n_named; i++)
        if (!read_named(&c, &out->named[i]))
            return false;
    return true;
}

static const NamedValue *find_named(const Values *values, const char *name)
{
    for (uint32_t i = 0; i < values->n_named; i++)
        if (values->named[i].name.size == strlen(name) &&
            !memcmp(values->named[i].name.data, name, strlen(name)))
            return &values->named[i];
    return NULL;
}

static uint32_t number_named(const Values *values, const char *name)
{
    const NamedValue *value = find_named(values, name);
    return value ? value->number : 0;
}

/* -- flags --------------------------------------------------------------------- */

static bool serializable(const Target *on, const Values *values)
{
    (void)values;
    return emit_set_flags(on->assembly, on->token, COL_TypeDef_Flags,
                          TYPE_SERIALIZABLE);
}

static bool not_serialized(const Target *on, const Values *values)
{
    (void)values;
    return emit_set_flags(on->assembly, on->token, COL_Field_Flags,
                          FIELD_NOTSERIALIZED);
}

static bool param_in(const Target *on, const Values *values)
{
    (void)values;
    return emit_set_flags(on->assembly, on->token, COL_Param_Flags, 1);
}

static bool param_out(const Target *on, const Values *values)
{
    (void)values;
    return emit_set_flags(on->assembly, on->token, COL_Param_Flags, 2);
}

static bool param_optional(const Target *on, const Values *values)
{
    (void)values;
    return emit_set_flags(on->assembly, on->token, COL_Param_Flags, 0x10);
}

static bool special_method(const Target *on, const Values *values)
{
    (void)values;
    return emit_set_flags(on->assembly, on->token, COL_MethodDef_Flags,
                          METHOD_SPECIALNAME);
}

static bool preserve_sig(const Target *on, const Values *values)
{
    (void)values;
    return emit_set_flags(on->assembly, on->token, COL_MethodDef_ImplFlags,
                          IMPL_PRESERVESIG);
}

static bool method_impl(const Target *on, const Values *values)
{
    uint32_t flags = values->fixed | number_named(values, "MethodCodeType");
    return emit_set_flags(on->assembly, on->token, COL_MethodDef_ImplFlags,
                          flags & 0xffff);
}

/* -- layout -------------------------------------------------------------------- */

static bool field_offset(const Target *on, const Values *values)
{
    const uint32_t cells[EMIT_CELLS] = {values->fixed, TOKEN_RID(on->token)};
    return emit_only_row(on->assembly, TABLE_FieldLayout, COL_FieldLayout_Field, cells);
}

static bool struct_layout(const Target *on, const Values *values)
{
    enum { SEQUENTIAL, EXPLICIT = 2, UNICODE = 3, AUTO = 4 };
    enum { TYPE_UNICODE = 0x10000, TYPE_AUTO_CHARS = 0x20000, TYPE_CHARS = 0x30000 };
    uint32_t rid = TOKEN_RID(on->token), chars = number_named(values, "CharSet");
    uint32_t flags =
        image_get(on->assembly->image, TABLE_TypeDef, rid, COL_TypeDef_Flags);
    const uint32_t cells[EMIT_CELLS] = {number_named(values, "Pack"),
                                        number_named(values, "Size"), rid};
    flags &= ~(uint32_t)(TYPE_LAYOUT_MASK | TYPE_CHARS);
    flags |= values->fixed == SEQUENTIAL ? TYPE_SEQUENTIAL
             : values->fixed == EXPLICIT ? TYPE_EXPLICIT
                                         : 0;
    flags |= chars == UNICODE ? TYPE_UNICODE : chars == AUTO ? TYPE_AUTO_CHARS : 0;
    return emit_set(on->assembly, TABLE_TypeDef, rid, COL_TypeDef_Flags, flags) &&
           ((!cells[COL_ClassLayout_PackingSize] &&
             !cells[COL_ClassLayout_ClassSize]) ||
            emit_only_row(on->assembly, TABLE_ClassLayout, COL_ClassLayout_Parent,
                          cells));
}

/* -- marshalling --------------------------------------------------------------- */

static void put_text(Buffer *out, const Values *values, const char *name)
{
    const NamedValue *value = find_named(values, name);
    Bytes text = value ? value->text : (Bytes){NULL, 0};
    buffer_compressed(out, (uint32_t)text.size);
    buffer_put(out, text.data, text.size);
}

/* II.23.4, and what custom marshalers have. */
static void put_native_type(Buffer *out, const Values *values)
{
    enum { BY_VALUE_TEXT = 23, BY_VALUE_ARRAY = 30, ARRAY = 42, CUSTOM = 44, ANY = 80 };
    uint32_t element = number_named(values, "ArraySubType");
    uint32_t size = number_named(values, "SizeConst");
    bool has_param = find_named(values, "SizeParamIndex");
    buffer_compressed(out, values->fixed & 0x1fffffff);
    switch (values->fixed) {
    case BY_VALUE_TEXT:
    case BY_VALUE_ARRAY:
        buffer_compressed(out, size & 0x1fffffff);
        if (element && values->fixed == BY_VALUE_ARRAY)
            buffer_compressed(out, element & 0x1fffffff);
        break;
    case ARRAY:
        buffer_compressed(out, element ? element & 0x1fffffff : ANY);
        if (!has_param && !size)
            break;
        buffer_compressed(out, number_named(values, "SizeParamIndex") & 0xffff);
        buffer_compressed(out, size & 0x1fffffff);
        buffer_compressed(out, has_param); /* the index counts */
        break;
    case CUSTOM:
        buffer_u8(out, 0);
        buffer_u8(out, 0);
        put_text(out, values,
                 find_named(values, "MarshalType") ? "MarshalType" : "MarshalTypeRef");
        put_text(out, values, "MarshalCookie");
        break;
    default:
        break;
    }
}

static bool marshal_as(const Target *on, const Values *values)
{
    enum { FIELD_HAS_MARSHAL = 0x1000, PARAM_HAS_MARSHAL = 0x2000 };
    bool is_field = TOKEN_TABLE(on->token) == TABLE_Field;
    uint32_t cells[EMIT_CELLS] = {on->token};
    Buffer blob = BUFFER_INIT;
    put_native_type(&blob, values);
    bool ok = emit_blob(on->assembly, blob.data, (int32_t)blob.size,
                        &cells[COL_FieldMarshal_NativeType]) &&
              emit_only_row(on->assembly, TABLE_FieldMarshal, COL_FieldMarshal_Parent,
                            cells) &&
              emit_set_flags(on->assembly, on->token,
                             is_field ? COL_Field_Flags : COL_Param_Flags,
                             is_field ? FIELD_HAS_MARSHAL : PARAM_HAS_MARSHAL);
    buffer_free(&blob);
    return ok;
}

/* -- which they are ------------------------------------------------------------ */

static const struct Pseudo {
    const char *space, *name;
    TableId on;
    bool (*apply)(const Target *on, const Values *values); /* false: pending */
    uint8_t widths[2]; /* of the constructor's argument: by its signature's type, when
                        * that is a short, and when it is an enum or an int */
} pseudos[] = {
#define SERVICES "System.Runtime.InteropServices"
#define COMPILER "System.Runtime.CompilerServices"
    {"System", "SerializableAttribute", TABLE_TypeDef, serializable, {0, 0}},
    {"System", "NonSerializedAttribute", TABLE_Field, not_serialized, {0, 0}},
    {SERVICES, "InAttribute", TABLE_Param, param_in, {0, 0}},
    {SERVICES, "OutAttribute", TABLE_Param, param_out, {0, 0}},
    {SERVICES, "OptionalAttribute", TABLE_Param, param_optional, {0, 0}},
    {SERVICES, "PreserveSigAttribute", TABLE_MethodDef, preserve_sig, {0, 0}},
    {SERVICES, "FieldOffsetAttribute", TABLE_Field, field_offset, {0, 4}},
    {SERVICES, "StructLayoutAttribute", TABLE_TypeDef, struct_layout, {2, 4}},
    {SERVICES, "MarshalAsAttribute", TABLE_Field, marshal_as, {2, 4}},
    {SERVICES, "MarshalAsAttribute", TABLE_Param, marshal_as, {2, 4}},
    {COMPILER, "SpecialNameAttribute", TABLE_MethodDef, special_method, {0, 0}},
    {COMPILER, "MethodImplAttribute", TABLE_MethodDef, method_impl, {2, 4}},
};

/* The type that a constructor's token is of, if it is a reference to elsewhere. */
static bool is_ctor_of(const Image *image, uint32_t ctor, const struct Pseudo *pseudo)
{
    uint32_t class =
        TOKEN_TABLE(ctor) == TABLE_MemberRef
            ? image_get(image, TABLE_MemberRef, TOKEN_RID(ctor), COL_MemberRef_Class)
            : 0;
    return TOKEN_TABLE(class) == TABLE_TypeRef &&
           !strcmp(image_get_string(image, TABLE_TypeRef, TOKEN_RID(class),
                                    COL_TypeRef_TypeName),
                   pseudo->name) &&
           !strcmp(image_get_string(image, TABLE_TypeRef, TOKEN_RID(class),
                                    COL_TypeRef_TypeNamespace),
                   pseudo->space);
}

/* The width of the only argument: HASTHIS 1 VOID type; 0: none. */
static uint32_t width_of(const Image *image, uint32_t ctor, const struct Pseudo *pseudo)
{
    Bytes sig = image_get_blob(image, TABLE_MemberRef, TOKEN_RID(ctor),
                               COL_MemberRef_Signature);
    if (sig.size < 4 || !sig.data[1])
        return 0;
    return pseudo->widths[sig.data[3] != ELEMENT_I2];
}

static const struct Pseudo *find_pseudo(const Image *image, uint32_t on, uint32_t ctor)
{
    for (size_t i = 0; i < sizeof pseudos / sizeof *pseudos; i++)
        if (TOKEN_TABLE(on) == pseudos[i].on && is_ctor_of(image, ctor, &pseudos[i]))
            return &pseudos[i];
    return NULL;
}

static void define_attribute(Object **keep, Assembly *assembly, int32_t owner,
                             int32_t ctor, const uint8_t *value, int32_t size)
{
    (void)keep;
    const Target on = {assembly, (uint32_t)owner};
    Bytes blob = {value, value && size > 0 ? (size_t)size : 0};
    Values values = {0};
    const struct Pseudo *pseudo =
        find_pseudo(assembly->image, on.token, (uint32_t)ctor);
    if (pseudo &&
        read_values(blob, width_of(assembly->image, (uint32_t)ctor, pseudo), &values)) {
        pseudo->apply(&on, &values);
        return;
    }
    uint32_t cells[EMIT_CELLS] = {(uint32_t)owner, (uint32_t)ctor};
    if (emit_blob(assembly, value, size, &cells[COL_CustomAttribute_Value]))
        emit_row(assembly, TABLE_CustomAttribute, cells);
}

const QcallRow qcalls_emit_attribute[] = {
    QCALL(TypeBuilder_DefineCustomAttribute, define_attribute),
    QCALLS_END,
};
