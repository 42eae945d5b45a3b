/* signature.c - System.Signature: the types of a method, a field or a property, and
 * the bytes of metadata that they were read from (ECMA-335 II.23.2), in which managed
 * code looks for custom modifiers by offsets. */
#include <string.h>

#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"

/* -- walking the bytes --------------------------------------------------------- */

enum { MAX_DEPTH = 64, NOT_THERE = -1, BAD_FORMAT = (int)0x8007000b };

static void skip_type(Cursor *c, int depth);

static void skip_method(Cursor *c, int depth)
{
    if (cursor_u8(c) & SIG_GENERIC)
        cursor_compressed(c);
    uint32_t n = cursor_compressed(c);
    for (uint32_t i = 0; i <= n && !c->failed; i++)
        skip_type(c, depth);
}

static void skip_array(Cursor *c, int depth)
{
    skip_type(c, depth);
    cursor_compressed(c);
    for (int lists = 0; lists < 2; lists++) /* sizes and lower bounds */
        for (uint32_t n = cursor_compressed(c); n && !c->failed; n--)
            cursor_compressed(c);
}

static void skip_type(Cursor *c, int depth)
{
    if (depth > MAX_DEPTH) {
        c->failed = true;
        return;
    }
    switch (cursor_u8(c)) {
    case ELEMENT_CMOD_REQD:
    case ELEMENT_CMOD_OPT:
        cursor_compressed(c);
        skip_type(c, depth + 1);
        break;
    case ELEMENT_PTR:
    case ELEMENT_BYREF:
    case ELEMENT_SZARRAY:
    case ELEMENT_PINNED:
    case ELEMENT_SENTINEL:
        skip_type(c, depth + 1);
        break;
    case ELEMENT_CLASS:
    case ELEMENT_VALUETYPE:
    case ELEMENT_VAR:
    case ELEMENT_MVAR:
        cursor_compressed(c);
        break;
    case ELEMENT_ARRAY:
        skip_array(c, depth + 1);
        break;
    case ELEMENT_FNPTR:
        skip_method(c, depth + 1);
        break;
    case ELEMENT_GENERICINST:
        skip_type(c, depth + 1);
        for (uint32_t n = cursor_compressed(c); n && !c->failed; n--)
            skip_type(c, depth + 1);
        break;
    default:
        break;
    }
}

static Cursor open_at(const uint8_t *sig, int32_t size, int32_t offset)
{
    if (!sig || offset > size)
        return cursor_open((Bytes){sig, 0});
    return cursor_open((Bytes){sig + offset, (size_t)(size - offset)});
}

static int32_t offset_of(const Cursor *c, const uint8_t *sig)
{
    return c->failed ? BAD_FORMAT : (int32_t)(c->at - sig);
}

/* 0: the result. */
static int32_t parameter_offset(const uint8_t *sig, int32_t size, int32_t index)
{
    Cursor c = open_at(sig, size, 0);
    uint8_t kind = cursor_u8(&c);
    if ((kind & SIG_KIND_MASK) != SIG_FIELD) {
        if (kind & SIG_GENERIC)
            cursor_compressed(&c);
        cursor_compressed(&c);
        for (int32_t i = 0; i < index; i++)
            skip_type(&c, 0);
    }
    return offset_of(&c, sig);
}

/* Of the n-th type that the one at an offset is made of. */
static int32_t part_offset(const uint8_t *sig, int32_t size, int32_t offset,
                           int32_t index)
{
    Cursor c = open_at(sig, size, offset);
    switch (cursor_u8(&c)) {
    case ELEMENT_FNPTR:
        if (cursor_u8(&c) & SIG_GENERIC)
            cursor_compressed(&c);
        cursor_compressed(&c);
        break;
    case ELEMENT_GENERICINST:
        skip_type(&c, 0);
        cursor_compressed(&c);
        break;
    case ELEMENT_ARRAY:
    case ELEMENT_SZARRAY:
    case ELEMENT_BYREF:
    case ELEMENT_PTR:
        break;
    default:
        return NOT_THERE;
    }
    for (int32_t i = 0; i < index; i++)
        skip_type(&c, 0);
    return offset_of(&c, sig);
}

static int32_t pointer_convention(const uint8_t *sig, int32_t size, int32_t offset)
{
    Cursor c = open_at(sig, size, offset);
    cursor_u8(&c);
    uint8_t kind = cursor_u8(&c);
    return c.failed ? BAD_FORMAT : kind;
}

const FcallRow fcalls_signature[] = {
    FCALL("GetCallingConventionFromFunctionPointerAtOffsetInternal", NULL,
          pointer_convention),
    FCALL("GetParameterOffsetInternal", NULL, parameter_offset),
    FCALL("GetTypeParameterOffsetInternal", NULL, part_offset),
    FCALLS_END,
};

/* -- types --------------------------------------------------------------------- */

/* Whose types are shown: those of a declaring type, of a method on it. */
typedef struct Shown {
    Object *object; /* Signature */
    Type *owner;
    Method *method;
} Shown;

static Object *shown_type(const Shown *shown, Type *type)
{
    return reflection_type_in(type, shown->owner, shown->method);
}

/* CallingConventions. */
static int32_t convention_of(const MethodSig *sig)
{
    enum { STANDARD = 1, VARARGS = 2, HAS_THIS = 0x20, EXPLICIT_THIS = 0x40 };
    return ((sig->kind & SIG_KIND_MASK) == SIG_VARARG ? VARARGS : STANDARD) |
           (sig->has_this ? HAS_THIS : 0) | (sig->explicit_this ? EXPLICIT_THIS : 0);
}

static bool show_method(const Shown *shown, const MethodSig *sig)
{
    *field_signature_flags(shown->object) = convention_of(sig);
    Object *ret = shown_type(shown, sig->ret);
    /* a method's own variable arguments are no parameter */
    uint32_t n = sig->n_params;
    if ((sig->kind & SIG_KIND_MASK) == SIG_VARARG && n)
        n--;
    Array *types = ret ? array_new_of(vm.world->known.runtime_type, n) : NULL;
    for (uint32_t i = 0; types && i < n; i++)
        if (!array_set(types, i, shown_type(shown, sig->params[i])))
            return false;
    if (!types)
        return false;
    field_signature_arguments_set(shown->object, types);
    field_signature_result_set(shown->object, ret);
    return true;
}

static bool show_type(const Shown *shown, Type *type)
{
    Object *object = type ? shown_type(shown, type) : NULL;
    if (object)
        field_signature_result_set(shown->object, object);
    return object;
}

/* A property's (II.23.2.5) is that of its getter but for the first byte. */
static Bytes as_method(Arena *arena, Bytes blob)
{
    if (!blob.size || (blob.data[0] & SIG_KIND_MASK) != SIG_PROPERTY)
        return blob;
    uint8_t *copy = arena_copy(arena, blob.data, blob.size);
    copy[0] &= SIG_HASTHIS;
    return (Bytes){copy, blob.size};
}

static bool show_blob(const Shown *shown, Bytes blob)
{
    Err err = ERR_INIT;
    GenericContext ctx = type_context(shown->owner);
    Assembly *assembly = shown->owner->assembly;
    if (blob.size && (blob.data[0] & SIG_KIND_MASK) == SIG_FIELD) {
        Cursor c = cursor_open(blob);
        cursor_u8(&c);
        Type *type = type_from_sig(assembly, &c, &ctx, NULL, &err);
        return type ? show_type(shown, type) : exception_set_err(&err);
    }
    Arena scratch = ARENA_INIT;
    blob = as_method(&scratch, blob);
    MethodSig *sig = sig_from_blob(assembly, blob, &ctx, &err);
    arena_free(&scratch);
    return sig ? show_method(shown, sig) : exception_set_err(&err);
}

/* Methods of arrays have no blob. Managed code looks through theirs for modifiers, of
 * which there are none: a parameter is as good as another. */
static Bytes array_bytes(Method *method)
{
    enum { HEAD = 3 };
    Err err = ERR_INIT;
    const MethodSig *sig = method_sig(method, &err);
    if (!sig || sig->n_params > 0x7f)
        return (Bytes){NULL, 0};
    uint8_t *blob = reflection_alloc(HEAD + (size_t)sig->n_params);
    blob[0] = SIG_HASTHIS;
    blob[1] = (uint8_t)sig->n_params;
    blob[2] = ELEMENT_VOID;
    memset(blob + HEAD, ELEMENT_I4, sig->n_params);
    return (Bytes){blob, HEAD + (size_t)sig->n_params};
}

static Bytes bytes_of(Method *method, const Field *field)
{
    const Image *image =
        method ? method->type->assembly->image : field->owner->assembly->image;
    if (method && method->synth)
        return array_bytes(method);
    if (method)
        return method->token && !method->type->assembly->dynamic
                   ? image_get_blob(image, TABLE_MethodDef, TOKEN_RID(method->token),
                                    COL_MethodDef_Signature)
                   : (Bytes){NULL, 0};
    return image_get_blob(image, TABLE_Field, TOKEN_RID(field->token),
                          COL_Field_Signature);
}

static void init(Object **object, const uint8_t *sig, int32_t size, Field *field,
                 Method *method)
{
    Shown shown = {*object, type_of_object(*field_signature_owner(*object)), method};
    Bytes bytes = {sig, (size_t)size};
    if (method || field)
        bytes = bytes_of(method, field);
    *field_signature_bytes(*object) = (void *)bytes.data;
    *field_signature_size(*object) = (int32_t)bytes.size;
    *field_signature_method(*object) = method;
    if (*field_signature_result(*object)) /* the caller knows the types */
        return;
    if (method) {
        Err err = ERR_INIT;
        MethodSig *types = method_sig(method, &err);
        if (!types)
            exception_set_err(&err);
        else
            show_method(&shown, types);
    } else if (field) {
        Err err = ERR_INIT;
        if (field_find_type(field, &err))
            show_type(&shown, field->type);
        else
            exception_set_err(&err);
    } else {
        show_blob(&shown, bytes);
    }
}

static void modifiers(Object **object, int32_t offset, int32_t required,
                      Object **result)
{
    const uint8_t *sig = *field_signature_bytes(*object);
    Cursor at = open_at(sig, *field_signature_size(*object), offset);
    Type *owner = type_of_object(*field_signature_owner(*object));
    *result = (Object *)reflection_modifiers(owner->assembly, at, !required);
    Array *types = (Array *)*result; /* the last one first */
    for (uint32_t i = 0, n = types ? types->length : 0; i < n / 2; i++) {
        Object *type = ARRAY_AT(types, Object *, i);
        array_set(types, i, ARRAY_AT(types, Object *, n - 1 - i));
        array_set(types, n - 1 - i, type);
    }
}

static MethodSig *sig_of(const uint8_t *sig, int32_t size, void *handle)
{
    Err ignored = ERR_INIT;
    Arena scratch = ARENA_INIT;
    Bytes blob = as_method(&scratch, (Bytes){sig, (size_t)size});
    MethodSig *result =
        sig_from_blob(type_of_handle(handle)->assembly, blob, NULL, &ignored);
    arena_free(&scratch);
    return result;
}

static int32_t are_equal(const uint8_t *one, int32_t one_size, Object **keep,
                         void *one_type, const uint8_t *other, int32_t other_size,
                         Object **keep_other, void *other_type)
{
    (void)keep, (void)keep_other;
    const MethodSig *a = sig_of(one, one_size, one_type);
    const MethodSig *b = sig_of(other, other_size, other_type);
    if (!a || !b || a->kind != b->kind || a->has_this != b->has_this ||
        a->n_generic != b->n_generic || a->n_params != b->n_params ||
        a->ret != b->ret || a->mods != b->mods)
        return 0;
    for (uint32_t i = 0; i < a->n_params; i++)
        if (a->params[i] != b->params[i])
            return 0;
    return 1;
}

const QcallRow qcalls_signature[] = {
    QCALL(Signature_AreEqual, are_equal),
    QCALL(Signature_GetCustomModifiersAtOffset, modifiers),
    QCALL(Signature_Init, init),
    QCALLS_END,
};
