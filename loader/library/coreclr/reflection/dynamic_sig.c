/* dynamic_sig.c - signatures that SignatureHelper writes for dynamic methods: those of
 * metadata (ECMA-335 II.23.2), but for types by name, of which they have the address: a
 * TypeHandle behind INTERNAL. */
#include "loader/library/coreclr/core/type_handle.h"
#include "loader/library/coreclr/reflection/dynamic.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"

enum { TYPE_INTERNAL = 0x21, CMOD_INTERNAL = 0x22, MAX_DEPTH = 64 };

static Type *bad_signature(void)
{
    exception_set("System.BadImageFormatException",
                  "A signature of a dynamic method is malformed.");
    return NULL;
}

static Type *type_at(Cursor *c, int depth, bool *pinned);

static Type *simple_type(uint32_t element)
{
    const KnownTypes *k = &vm.world->known;
    Type *const types[] = {
        [ELEMENT_VOID] = k->void_,    [ELEMENT_BOOLEAN] = k->boolean,
        [ELEMENT_CHAR] = k->char_,    [ELEMENT_I1] = k->i1,
        [ELEMENT_U1] = k->u1,         [ELEMENT_I2] = k->i2,
        [ELEMENT_U2] = k->u2,         [ELEMENT_I4] = k->i4,
        [ELEMENT_U4] = k->u4,         [ELEMENT_I8] = k->i8,
        [ELEMENT_U8] = k->u8,         [ELEMENT_R4] = k->r4,
        [ELEMENT_R8] = k->r8,         [ELEMENT_STRING] = k->string,
        [ELEMENT_I] = k->i,           [ELEMENT_U] = k->u,
        [ELEMENT_OBJECT] = k->object, [ELEMENT_TYPEDBYREF] = k->typedref,
    };
    Type *type = element < sizeof types / sizeof *types ? types[element] : NULL;
    return type ? type : bad_signature();
}

static Type *handle_at(Cursor *c)
{
    uint64_t handle = cursor_u64(c);
    return c->failed || !handle ? bad_signature()
                                : type_of_handle((void *)(uintptr_t)handle);
}

static Type *array_at(Cursor *c, int depth)
{
    Type *elem = type_at(c, depth, NULL);
    uint32_t rank = cursor_compressed(c);
    for (int lists = 0; lists < 2; lists++)
        for (uint32_t n = cursor_compressed(c); n && !c->failed; n--)
            cursor_compressed(c);
    if (elem && (c->failed || !rank))
        return bad_signature();
    return elem ? reflection_make_array(elem, (int32_t)rank) : NULL;
}

static Type *instance_at(Cursor *c, int depth)
{
    enum { MAX_ARGS = 256 };
    Type *def = type_at(c, depth, NULL), *args[MAX_ARGS];
    uint32_t n = cursor_compressed(c);
    if (!def)
        return NULL;
    if (c->failed || n > MAX_ARGS || def->def->n_args != n)
        return bad_signature();
    for (uint32_t i = 0; i < n; i++)
        if (!(args[i] = type_at(c, depth, NULL)))
            return NULL;
    return reflection_make_generic(def->def, args, n);
}

static MethodSig *method_at(Cursor *c, int depth, Arena *memory);

static Type *pointer_at(Cursor *c, int depth)
{
    Arena scratch = ARENA_INIT;
    MethodSig *sig = method_at(c, depth, &scratch);
    Type *type = sig ? type_fnptr(vm.world, sig) : NULL;
    arena_free(&scratch);
    return type;
}

static Type *type_at(Cursor *c, int depth, bool *pinned)
{
    uint32_t element = cursor_u8(c);
    Type *elem;
    if (c->failed || depth > MAX_DEPTH)
        return bad_signature();
    switch (element) {
    case ELEMENT_PINNED:
        if (pinned)
            *pinned = true;
        return type_at(c, depth + 1, NULL);
    case ELEMENT_CMOD_REQD:
    case ELEMENT_CMOD_OPT:
        cursor_compressed(c);
        return type_at(c, depth + 1, pinned);
    case CMOD_INTERNAL:
        cursor_u8(c);
        cursor_u64(c);
        return type_at(c, depth + 1, pinned);
    case TYPE_INTERNAL:
        return handle_at(c);
    case ELEMENT_CLASS: /* before the address of a definition */
    case ELEMENT_VALUETYPE:
        return type_at(c, depth + 1, NULL);
    case ELEMENT_PTR:
        return (elem = type_at(c, depth + 1, NULL)) ? type_ptr(elem) : NULL;
    case ELEMENT_BYREF:
        return (elem = type_at(c, depth + 1, NULL)) ? reflection_make_byref(elem)
                                                    : NULL;
    case ELEMENT_SZARRAY:
        return (elem = type_at(c, depth + 1, NULL)) ? type_szarray(elem) : NULL;
    case ELEMENT_ARRAY:
        return array_at(c, depth + 1);
    case ELEMENT_GENERICINST:
        return instance_at(c, depth + 1);
    case ELEMENT_FNPTR:
        return pointer_at(c, depth + 1);
    default:
        return simple_type(element);
    }
}

static MethodSig *method_at(Cursor *c, int depth, Arena *memory)
{
    uint8_t kind = cursor_u8(c);
    uint32_t n = cursor_compressed(c);
    if (c->failed || n > cursor_left(c) || kind & SIG_GENERIC) {
        bad_signature();
        return NULL;
    }
    MethodSig *sig = arena_new(memory, MethodSig);
    sig->kind = kind & SIG_KIND_MASK;
    sig->has_this = (kind & SIG_HASTHIS) != 0;
    sig->explicit_this = (kind & SIG_EXPLICITTHIS) != 0;
    sig->sentinel = -1;
    sig->n_params = (uint16_t)n;
    sig->params = arena_array(memory, Type *, n + 1u);
    if (!(sig->ret = type_at(c, depth, NULL)))
        return NULL;
    for (uint32_t i = 0; i < n; i++)
        if (!(sig->params[i] = type_at(c, depth, NULL)))
            return NULL;
    return sig;
}

MethodSig *dynamic_sig_method(Bytes blob, Arena *memory)
{
    Cursor c = cursor_open(blob);
    return method_at(&c, 0, memory);
}

bool dynamic_sig_locals(Bytes blob, DynamicCode *code)
{
    Cursor c = cursor_open(blob);
    uint8_t kind = cursor_u8(&c);
    uint32_t n = cursor_compressed(&c);
    if (c.failed || kind != SIG_LOCALS || n > cursor_left(&c))
        return bad_signature();
    code->locals = arena_array(&code->memory, Type *, n + 1u);
    code->pinned = arena_array(&code->memory, bool, n + 1u);
    for (uint32_t i = 0; i < n; i++) {
        bool pinned = false;
        if (!(code->locals[i] = type_at(&c, 0, &pinned)))
            return false;
        code->pinned[i] = pinned;
    }
    code->n_locals = n;
    code->body.locals_token = n ? 1 : 0;
    return true;
}
