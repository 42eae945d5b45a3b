/* call.c - signatures in native terms, and the functions that call native code.
 *
 * A signature is looked at once: each parameter gets a NativeParam, which says how it
 * goes (by value, as a pointer to an array's elements, ...) and how its bytes are
 * converted (conv.c). native_call_stub makes a libffi closure with the words of abi.h
 * as its parameters; managed code calls it like any method. For
 *
 *     int write(int fd, StringBuilder text, ref Point p);
 *
 * call_handler finds the three values behind the words, and call_native
 *
 *     passes them   fd: the same bytes; text: a buffer with the text; p: the address
 *                   itself, or that of a native copy when Point looks different there
 *     calls
 *     takes back    the buffer's text into the builder, the copy into p, the result
 *
 * Each argument has a Slot for what has to be freed or written back. When one can't be
 * passed, those before it are taken back as if nothing had been called; the exception
 * of the first failure is the one that the caller sees.
 */
#include <alloca.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/lock.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/metadata/attribute.h"
#include "loader/gc/barrier.h"
#include "loader/interop/native_private.h"
#include "loader/exec/eh.h"
#include "loader/exec/invoke.h"
#include "loader/exec/natives.h"
#include "loader/exec/signals.h"
#include "common/ir/abi.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/vm.h"
#include "loader/vm/member.h"
#include "loader/vm/integer.h"

enum { PARAM_IN = 1, PARAM_OUT = 2, WORD = 8, RET_MIN = 16 };

/* Stubs are never freed. */
static void *stub_alloc(size_t size)
{
    static Lock lock = LOCK_INIT(LOCK_LEAF);
    static Arena perm = ARENA_INIT;
    lock_acquire(&lock);
    void *memory = arena_alloc(&perm, size);
    lock_release(&lock);
    return memory;
}

/* -- signatures ---------------------------------------------------------------- */

bool marshal_is_off(const Method *method)
{
    const Image *image = method->type->assembly->image;
    return image && image_find_attribute(image, TOKEN(TABLE_Assembly, 1),
                                         "System.Runtime.CompilerServices",
                                         "DisableRuntimeMarshallingAttribute");
}

/* method: NULL for a calli, whose parameters have no rows. */
static MarshalAs param_as(const NativeSig *sig, uint32_t sequence)
{
    Method *method = sig->method;
    uint32_t row = method ? method_param_row(method, sequence) : 0;
    MarshalAs as = marshal_as(method ? method->type->assembly : NULL,
                              row ? TOKEN(TABLE_Param, row) : 0);
    as.as_it_is = sig->as_it_is;
    return as;
}

static uint32_t param_flags(Method *method, uint32_t sequence)
{
    uint32_t row = method ? method_param_row(method, sequence) : 0;
    const Image *image = row ? method->type->assembly->image : NULL;
    return row ? image_get(image, TABLE_Param, row, COL_Param_Flags) : 0;
}

static bool type_is_builder(const Type *type)
{
    return type == known_string_builder();
}

static bool type_is_layout_class(Type *type)
{
    Err err = ERR_INIT;
    return type->element == ELEMENT_CLASS && !(type->bits & TYPE_BIT_DELEGATE) &&
           type->flags & TYPE_LAYOUT_MASK && type_load(type, LEVEL_PARENTS, &err) &&
           !marshal_is_handle(type);
}

static bool builder_is_utf16(MarshalAs as, bool utf16)
{
    if (as.native == NATIVE_LPTSTR && marshal_is_strict())
        return true;
    return as.native == NATIVE_LPWSTR ||
           (utf16 && as.native != NATIVE_LPSTR && as.native != NATIVE_LPUTF8STR);
}

/* False: pending. What conv_of makes it asks for itself. */
static bool may_go(Type *type, const MarshalAs *as)
{
    Err err = ERR_INIT;
    if (!type_load(type, LEVEL_LAYOUT, &err))
        return exception_set_err(&err);
    const char *why = marshal_refusal(type, as);
    return !why || marshal_unsupported(type, why);
}

static bool is_any(const Type *type, const MarshalAs *as)
{
    return as->native == NATIVE_ANY && type == vm.world->known.object && !as->as_it_is;
}

/* What is returned, or passed by reference. */
static bool conv_of_target(Type *type, MarshalAs as, bool utf16, Conv *conv)
{
    if (is_any(type, &as))
        return marshal_unsupported(
            type, "AsAny cannot be used on return types, ByRef parameters, "
                  "ArrayWithOffset, or parameters passed from unmanaged to managed");
    if (as.as_it_is || !may_go(type, &as))
        return as.as_it_is && conv_of(type, as, utf16, conv);
    if (type_is_builder(type) && as.native != NATIVE_CUSTOM)
        return conv_of_builder(type, builder_is_utf16(as, utf16), conv);
    return type_is_layout_class(type) && as.native != NATIVE_CUSTOM
               ? conv_of_class(type, conv)
               : conv_of(type, as, utf16, conv);
}

static bool param_of_class(Type *type, NativeParam *p)
{
    const NativeLayout *layout = native_layout(type);
    if (!layout)
        return false;
    p->kind = PARAM_CLASS;
    p->conv = (Conv){.kind = layout->same_bits ? CONV_bits : CONV_struct,
                     .type = type,
                     .size = layout->size,
                     .align = layout->align,
                     .layout = layout};
    return true;
}

/* A generic structure goes by value only where it is the same on both sides. */
static bool generic_goes(const Conv *conv)
{
    return conv->kind != CONV_struct || !conv->type->n_args ||
           marshal_unsupported(conv->type,
                               "Non-blittable generic types cannot be marshaled");
}

static bool param_of_array(const Type *type, MarshalAs as, bool utf16, NativeParam *p)
{
    MarshalAs elem = {.native = as.elem, .place = PLACE_ELEMENT};
    return conv_of(type->elem, elem, utf16, &p->conv);
}

static bool param_of_byref(Type *type, MarshalAs as, uint32_t flags, bool utf16,
                           NativeParam *p)
{
    p->kind = PARAM_BYREF;
    p->out = p->out || !(flags & PARAM_IN);
    as.by_reference = true;
    if (type->element != ELEMENT_SZARRAY || as.native == NATIVE_CUSTOM)
        return conv_of_target(type, as, utf16, &p->conv);
    p->kind = PARAM_ARRAY_REF;
    return may_go(type, &as) && param_of_array(type, as, utf16, p);
}

static bool param_as_it_is(Type *type, MarshalAs as, NativeParam *p)
{
    p->kind = PARAM_VALUE;
    if (!conv_of(type, as, false, &p->conv))
        return false;
    p->ffi = p->conv.ffi;
    return true;
}

static bool param_of(Type *type, MarshalAs as, uint32_t flags, bool utf16,
                     NativeParam *p)
{
    *p = (NativeParam){.utf16 = utf16,
                       .ffi = &ffi_type_pointer,
                       .count = as.count,
                       .n_param = as.param};
    p->in = flags & PARAM_IN || !(flags & PARAM_OUT);
    p->out = (flags & PARAM_OUT) != 0;
    if (as.as_it_is)
        return param_as_it_is(type, as, p);
    if (type->element == ELEMENT_BYREF)
        return param_of_byref(type->elem, as, flags, utf16, p);
    if (!may_go(type, &as))
        return false;
    if (is_any(type, &as)) {
        p->kind = PARAM_ANY;
        p->conv = (Conv){.kind = CONV_bits, /* of the reference */
                         .type = type,
                         .ffi = &ffi_type_pointer,
                         .size = sizeof(void *),
                         .managed_size = sizeof(void *)};
        return true;
    }
    if (type_is_builder(type) && as.native != NATIVE_CUSTOM) {
        p->kind = PARAM_BUILDER;
        p->utf16 = builder_is_utf16(as, utf16);
        return conv_of_builder(type, p->utf16, &p->conv);
    }
    p->is_md = type->element == ELEMENT_ARRAY;
    if ((p->is_md || type->element == ELEMENT_SZARRAY) && as.native != NATIVE_CUSTOM) {
        p->kind = PARAM_ARRAY;
        return param_of_array(type, as, utf16, p);
    }
    if (type_is_layout_class(type) && as.native != NATIVE_CUSTOM)
        return param_of_class(type, p);
    bool by_pointer = as.native == NATIVE_LPSTRUCT && type_is_valuetype(type);
    p->kind = by_pointer ? PARAM_LPSTRUCT : PARAM_VALUE;
    if (!conv_of(type, as, utf16, &p->conv))
        return false;
    if (by_pointer)
        return true;
    p->ffi = p->conv.ffi;
    return generic_goes(&p->conv);
}

static bool sig_params(NativeSig *sig, const MethodSig *managed, bool utf16)
{
    for (uint32_t i = 0; i < sig->n; i++) {
        char place[32];
        snprintf(place, sizeof place, "parameter #%u", i + 1);
        marshal_speak_of(place);
        uint32_t flags = param_flags(sig->method, i + 1) & (PARAM_IN | PARAM_OUT);
        if (!param_of(managed->params[i], param_as(sig, i + 1), flags, utf16,
                      &sig->params[i])) {
            marshal_speak_of(NULL);
            return false;
        }
    }
    marshal_speak_of(NULL);
    return true;
}

static bool enum_is_int(void *context, const AttrType *type, ElementType *out, Err *err)
{
    (void)context, (void)type, (void)err;
    *out = ELEMENT_I4;
    return true;
}

/* UnmanagedFunctionPointerAttribute says how a delegate has strings. */
static bool delegate_is_utf16(const Type *type)
{
    enum { CHARSET_UNICODE = 3 };
    static const AttrType convention = {.kind = ELEMENT_I4};
    const Image *image = type->assembly->image;
    uint32_t row =
        image_find_attribute(image, type->token, "System.Runtime.InteropServices",
                             "UnmanagedFunctionPointerAttribute");
    if (!row)
        return false;
    Err err = ERR_INIT;
    Arena scratch = ARENA_INIT;
    Attribute attribute = {0};
    bool utf16 = false;
    AttrParams params = {&convention, 1};
    AttrEnums enums = {enum_is_int, NULL};
    if (attribute_read(image_get_blob(image, TABLE_CustomAttribute, row,
                                      COL_CustomAttribute_Value),
                       params, &enums, &scratch, &attribute, &err))
        for (uint32_t i = 0; i < attribute.n_named; i++)
            utf16 |= !strcmp(attribute.named[i].name, "CharSet") &&
                     attribute.named[i].value.u.i == CHARSET_UNICODE;
    arena_free(&scratch);
    return utf16;
}

NativeSig *native_sig_of_delegate(Method *invoke)
{
    return native_sig(invoke, delegate_is_utf16(invoke->type->def));
}

/* Results of its own, or an HRESULT of which an exception is made (II.23.1.11). */
static bool returns_hresult(const Method *method)
{
    return method && method->flags & METHOD_PINVOKE &&
           !(method->impl_flags & IMPL_PRESERVESIG);
}

static bool conv_of_result(Type *type, MarshalAs as, bool utf16, Conv *conv)
{
    bool is_array = type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY;
    if (marshal_is_strict() && is_array && as.native != NATIVE_CUSTOM && !as.as_it_is)
        return may_go(type, &as) &&
               marshal_unsupported(type, "Invalid managed/unmanaged type combination");
    if (marshal_is_strict() && type == known_decimal() && as.native == NATIVE_CURRENCY)
        return exception_set("System.Runtime.InteropServices.MarshalDirectiveException",
                             "Method's type signature is not PInvoke compatible.");
    return conv_of_target(type, as, utf16, conv);
}

static bool is_abstract_handle(const Conv *conv)
{
    return (conv->kind == CONV_safe_handle || conv->kind == CONV_critical_handle) &&
           conv->type->bits & TYPE_BIT_ABSTRACT;
}

/* from: where it stands; the method itself, or whose calli it is. */
static NativeSig *sig_make(Method *method, const MethodSig *managed, bool utf16,
                           const Method *from)
{
    NativeSig *sig = mem_alloc(sizeof *sig);
    sig->method = method;
    sig->as_it_is = marshal_is_off(from);
    sig->n = managed->n_params;
    sig->params = mem_array(sig->n + 1u, sizeof *sig->params);
    sig->types = mem_array(2 * sig->n + 1u, sizeof *sig->types);
    sig->returns = managed->ret != vm.world->known.void_;
    sig->hresult = returns_hresult(method);
    marshal_speak_of("return value");
    bool ret_ok = !sig->returns ||
                  conv_of_result(managed->ret, param_as(sig, 0), utf16, &sig->ret);
    ret_ok = ret_ok && (!sig->returns || generic_goes(&sig->ret));
    if (ret_ok && sig->returns && is_abstract_handle(&sig->ret))
        ret_ok = marshal_unsupported(managed->ret,
                                     "Returned SafeHandles cannot be abstract");
    marshal_speak_of(NULL);
    if (!ret_ok)
        goto fail;
    if (sig->returns && sig->ret.kind == CONV_handle_ref) {
        marshal_unsupported(managed->ret, "a HandleRef can't come from native code");
        goto fail;
    }
    if (!sig_params(sig, managed, utf16))
        goto fail;
    if (native_lower(sig))
        return sig;
    marshal_unsupported(managed->ret, "libffi refuses the signature");
fail:
    free(sig->params);
    free(sig->types);
    free(sig);
    return NULL;
}

NativeSig *native_sig(Method *method, bool utf16)
{
    Err err = ERR_INIT;
    MethodSig *managed = method_sig(method, &err);
    if (!managed)
        exception_set_err(&err);
    return managed ? sig_make(method, managed, utf16, method) : NULL;
}

bool native_is_number(const NativeParam *p)
{
    return p->conv.kind == CONV_bits && p->conv.ffi->type != FFI_TYPE_FLOAT &&
           p->conv.ffi->type != FFI_TYPE_DOUBLE &&
           p->conv.ffi->type != FFI_TYPE_STRUCT &&
           (p->kind == PARAM_VALUE || p->kind == PARAM_BYREF);
}

int64_t native_number(const NativeParam *p, const void *native)
{
    if (p->kind == PARAM_BYREF)
        native = *(void *const *)native;
    switch (native ? p->conv.size : 0) {
    case 1:
        return *(const uint8_t *)native;
    case 2:
        return *(const uint16_t *)native;
    case 4:
        return *(const int32_t *)native;
    case 8:
        return *(const int64_t *)native;
    default:
        return 0;
    }
}

/* -- arguments ----------------------------------------------------------------- */

typedef struct Slot { /* one argument of a call under way */
    void *native;     /* where the argument lies */
    void *temp;       /* native copy of what it points to; malloc. What that leads to
                       * after the call is freed: native code that leaves something else
                       * has freed what was there */
    bool done;        /* to be undone after the call */
} Slot;

/* Passes a pointer to a native copy of `value`. */
static bool pass_copy(const NativeParam *p, void *value, Slot *slot)
{
    slot->temp = marshal_alloc(1, p->conv.size);
    *(void **)slot->native = slot->temp;
    if (!slot->temp)
        return false;
    return !p->in || (p->conv.kind == CONV_safe_handle && !*(Object **)value) ||
           conv_to_native(&p->conv, value, slot->temp);
}

static bool take_copy(const NativeParam *p, void *value, Slot *slot)
{
    bool ok = !p->out || conv_from_native(&p->conv, slot->temp, value);
    conv_release(&p->conv, slot->temp);
    return ok;
}

/* Native code sees the elements themselves; of structures, in a strict library, not. */
static bool array_is_shared(const NativeParam *p)
{
    return p->conv.kind == CONV_bits && !(p->conv.layout && marshal_is_strict());
}

static bool pass_array(const NativeParam *p, Array *array, Slot *slot)
{
    *(void **)slot->native = array ? array_data(array) : NULL;
    if (!array || array_is_shared(p))
        return true;
    uint32_t managed = array->object.vtable->elem_size;
    slot->temp = marshal_alloc(array->length, p->conv.size);
    *(void **)slot->native = slot->temp;
    if (!slot->temp)
        return false;
    for (uint32_t i = 0; i < array->length; i++)
        if (!conv_to_native(&p->conv, array_data(array) + (size_t)i * managed,
                            (char *)slot->temp + (size_t)i * p->conv.size))
            return false;
    return true;
}

static bool take_array(const NativeParam *p, Array *array, Slot *slot)
{
    bool ok = true;
    uint32_t managed = array->object.vtable->elem_size;
    for (uint32_t i = 0; i < array->length; i++) {
        size_t at = (size_t)i * p->conv.size;
        if (ok && p->out)
            ok = conv_from_native(&p->conv, (char *)slot->temp + at,
                                  array_data(array) + (size_t)i * managed);
        conv_release(&p->conv, (char *)slot->temp + at);
    }
    return ok;
}

/* -- arrays by reference: native code gets a copy, and may leave another -------- */

static bool pass_array_ref(const NativeParam *p, Array *array, Slot *slot)
{
    slot->temp = marshal_alloc(1, sizeof(void *));
    *(void **)slot->native = slot->temp;
    if (!slot->temp || !p->in || !array)
        return slot->temp != NULL;
    char *copy = marshal_alloc(array->length, p->conv.size);
    *(void **)slot->temp = copy;
    uint32_t managed = array->object.vtable->elem_size;
    for (uint32_t i = 0; copy && i < array->length; i++)
        if (!conv_to_native(&p->conv, array_data(array) + (size_t)i * managed,
                            copy + (size_t)i * p->conv.size))
            return false;
    return copy != NULL;
}

/* How many native code has left; one if nothing says it. */
static int64_t array_ref_length(const NativeParam *p, const NativeSig *sig,
                                const Slot *slots)
{
    bool has = p->n_param >= 0 && (uint32_t)p->n_param < sig->n &&
               native_is_number(&sig->params[p->n_param]);
    if (!has)
        return p->count ? p->count : 1;
    return p->count + native_number(&sig->params[p->n_param], slots[p->n_param].native);
}

static bool take_array_ref(const NativeParam *p, Array **variable, const NativeSig *sig,
                           const Slot *slot, const Slot *slots)
{
    char *native = *(char **)slot->temp;
    Array *array = p->out ? NULL : *variable;
    bool ok = true;
    if (p->out && native) {
        array = array_new_of(p->conv.type, array_ref_length(p, sig, slots));
        ok = array != NULL;
    }
    for (uint32_t i = 0; array && native && i < array->length; i++) {
        char *at = native + (size_t)i * p->conv.size;
        if (ok && p->out)
            ok = conv_from_native(&p->conv, at,
                                  array_data(array) +
                                      (size_t)i * array->object.vtable->elem_size);
        conv_release(&p->conv, at);
    }
    if (ok && p->out)
        gc_store(variable, array);
    free(native);
    return ok;
}

/* value: address of the managed argument. */
static bool arg_pass(const NativeParam *p, void *value, Slot *slot)
{
    assert(value);
    slot->done = true;
    switch (p->kind) {
    case PARAM_VALUE:
        if (p->conv.kind == CONV_custom && !p->in) {
            *(void **)slot->native = NULL;
            return true;
        }
        return conv_to_native(&p->conv, value, slot->native);
    case PARAM_BYREF:
        *(void **)slot->native = *(void **)value;
        return p->conv.kind == CONV_bits || !*(void **)value ||
               pass_copy(p, *(void **)value, slot);
    case PARAM_LPSTRUCT:
        *(void **)slot->native = value;
        return p->conv.kind == CONV_bits || pass_copy(p, value, slot);
    case PARAM_ARRAY:
        return pass_array(p, *(Array **)value, slot);
    case PARAM_ARRAY_REF:
        return !*(void **)value || pass_array_ref(p, **(Array ***)value, slot);
    case PARAM_BUILDER:
        if (!builder_to_native(*(Object **)value, p->utf16, &slot->temp))
            return false;
        *(void **)slot->native = slot->temp;
        return true;
    case PARAM_ANY: {
        bool ok = any_to_native(p, *(Object **)value, &slot->temp);
        *(void **)slot->native = slot->temp;
        return ok;
    }
    case PARAM_CLASS:
        *(void **)slot->native = NULL;
        if (!*(Object **)value)
            return true;
        *(void **)slot->native = object_value(*(Object **)value);
        return p->conv.kind == CONV_bits ||
               pass_copy(p, object_value(*(Object **)value), slot);
    }
    return false;
}

static bool safe_handle_release(Object *handle)
{
    void *args[] = {&handle};
    uint64_t result[2];
    return method_invoke(method_safe_handle_release(), args, result);
}

/* After the call, or after a later argument failed (then called: false). */
static bool arg_take(const NativeSig *sig, uint32_t at, void *value, Slot *slots,
                     bool called)
{
    const NativeParam *p = &sig->params[at];
    Slot *slot = &slots[at];
    assert(value);
    bool ok = true;
    NativeParam quiet = *p;
    quiet.out = p->out && called;
    if (p->kind == PARAM_VALUE) {
        Object *ignored; /* a custom marshaler is told; the caller keeps its object */
        if (quiet.out && p->conv.kind == CONV_custom)
            ok = conv_from_native(&p->conv, slot->native, &ignored);
        if (p->conv.kind == CONV_safe_handle)
            ok = safe_handle_release(*(Object **)value);
        else
            conv_release(&p->conv, slot->native);
    } else if (p->kind == PARAM_ARRAY_REF) {
        ok = !slot->temp || take_array_ref(&quiet, *(Array ***)value, sig, slot, slots);
    } else if (p->kind == PARAM_BUILDER) {
        ok = !called || builder_from_native(*(Object **)value, p->utf16, slot->temp);
    } else if (p->kind == PARAM_ANY) {
        ok = any_from_native(&quiet, *(Object **)value, slot->temp);
    } else if (slot->temp && p->kind == PARAM_LPSTRUCT) {
        conv_release(&p->conv, slot->temp);
    } else if (slot->temp && p->kind == PARAM_BYREF) {
        ok = take_copy(&quiet, *(void **)value, slot);
    } else if (slot->temp && p->kind == PARAM_CLASS) {
        ok = take_copy(&quiet, object_value(*(Object **)value), slot);
    } else if (slot->temp) {
        ok = take_array(&quiet, *(Array **)value, slot);
    }
    return ok;
}

/* -- the function under the managed convention --------------------------------- */

typedef struct NativeCallee {
    const NativeSig *sig;
    void *function;
    bool last_error;
} NativeCallee;

typedef struct CallStub {
    NativeCallee callee;
    AbiSig *abi;
    bool raise;
} CallStub;

static ffi_type *const word_types[] = {[ABI_I4] = &ffi_type_sint32,
                                       [ABI_I8] = &ffi_type_sint64,
                                       [ABI_F4] = &ffi_type_float,
                                       [ABI_F8] = &ffi_type_double};

/* Puts a managed value into the registers that carry the result. */
static void result_return(const CallStub *stub, void *ret, const void *value,
                          void *hidden)
{
    const AbiSig *abi = stub->abi;
    if (abi->ret == ABI_RET_MEMORY) {
        assert(hidden);
        memcpy(hidden, value, abi->ret_size);
        *(void **)ret = hidden;
    } else if (abi->ret == ABI_RET_PAIR) {
        memcpy(ret, value, 16);
    } else if (abi->ret == ABI_RET_WORD && abi->ret_words[0] == ABI_I4 &&
               !abi->ret_struct) {
        *(ffi_sarg *)ret = *(const int32_t *)value;
    } else if (abi->ret == ABI_RET_WORD) {
        memcpy(ret, value, WORD);
    }
}

/* Small results of native code have undefined upper bits; conversion to the managed
 * type cuts them, and this extends them again. */
static void result_extend(const Type *type, void *value)
{
    if (type->element >= ELEMENT_BOOLEAN && type->element <= ELEMENT_U2)
        *(int32_t *)value = (int32_t)integer_read(type->element, value);
}

/* False: pending. */
static bool check_hresult(int32_t hresult)
{
    void *args[] = {&hresult};
    uint64_t ignored[2];
    return hresult >= 0 ||
           method_invoke(method_marshal_throw_for_hresult(), args, ignored);
}

/* Memory that a result leads to is the caller's, to be freed with what Marshal
 * allocates; the older rules say so of texts alone. */
static bool is_given_away(const Conv *ret)
{
    return marshal_is_strict() || ret->kind == CONV_custom || ret->kind == CONV_str8 ||
           ret->kind == CONV_str16 || ret->kind == CONV_bstr;
}

static bool call_native(const NativeCallee *callee, void **values, void *result)
{
    const NativeSig *sig = callee->sig;
    const uint32_t n = sig->n;
    size_t room = 0;
    for (uint32_t i = 0; i < n; i++)
        room += sig->params[i].kind == PARAM_VALUE
                    ? (sig->params[i].conv.size + 31u) & ~15u
                    : 16;
    size_t ret_size = sig->returns && sig->ret.size > RET_MIN ? sig->ret.size : RET_MIN;
    /* libffi copies values onto the stack once more */
    if (!exec_stack_room(2 * room + ret_size + (sizeof(Slot) + 16) * (uint64_t)(n + 1)))
        return false;
    Slot *slots = alloca(sizeof *slots * (n + 1));
    void **args = alloca(sizeof *args * (sig->n_words + 1));
    char *at = memset(alloca(room + 16), 0, room + 16);
    memset(slots, 0, sizeof *slots * (n + 1));
    bool ok = true;
    for (uint32_t i = 0, word = 0; ok && i < n; i++) {
        const NativeParam *p = &sig->params[i];
        slots[i].native = at;
        for (uint32_t k = 0; k < p->n_words; k++)
            args[word++] = at + k * WORD;
        at += p->kind == PARAM_VALUE ? (p->conv.size + 31u) & ~15u : 16;
        ok = arg_pass(p, values[i], &slots[i]);
    }
    void *native = memset(alloca(ret_size), 0, ret_size), *out = native;
    uint64_t hresult = 0;
    if (sig->hresult && sig->returns)
        args[sig->n_words - 1] = &out;
    bool called = ok;
    if (called) {
        if (callee->last_error)
            errno = 0;
        ffi_call((ffi_cif *)&sig->cif, FFI_FN(callee->function),
                 sig->hresult ? (void *)&hresult : native, args);
        if (callee->last_error)
            interop_set_last_error(errno);
        ok = !sig->hresult || check_hresult((int32_t)hresult);
        ok = ok && (!sig->returns || conv_from_native(&sig->ret, native, result));
        if (sig->returns && is_given_away(&sig->ret))
            conv_release(&sig->ret, native);
    }
    Object *failure = ok ? NULL : exception_take(); /* releasing runs managed code */
    for (uint32_t i = 0; i < n && slots[i].done; i++)
        ok &= arg_take(sig, i, values[i], slots, called && ok);
    for (uint32_t i = 0; i < n; i++)
        free(slots[i].temp);
    if (failure)
        return exception_set_object(failure);
    if (ok && sig->returns)
        result_extend(type_underlying(sig->ret.type), result);
    return ok && !exception_pending();
}

/* The address of each managed argument, out of the words that carry them. */
static void call_handler(void *ret, void **words, void *user)
{
    CallStub *stub = user;
    const AbiSig *abi = stub->abi;
    void *hidden = NULL;
    uint32_t word = 0;
    if (abi->ret == ABI_RET_MEMORY)
        hidden = *(void **)words[word++];
    if (!exec_stack_room(32 * (uint64_t)abi->n_args + abi->ret_size)) {
        if (stub->raise)
            exec_raise_pending();
        return;
    }
    void **values = alloca(sizeof *values * (abi->n_args + 1));
    memset(values, 0, sizeof *values * (abi->n_args + 1));
    for (uint32_t i = 0; i < abi->n_args; i++) {
        const AbiArg *arg = &abi->args[i];
        if (arg->by_pointer) {
            values[i] = *(void **)words[word++];
        } else if (arg->n_words == 2) {
            uint64_t *pair = alloca(16);
            memcpy(&pair[0], words[word++], WORD);
            memcpy(&pair[1], words[word++], WORD);
            values[i] = pair;
        } else {
            values[i] = words[word++];
        }
    }
    size_t size = abi->ret_size > RET_MIN ? abi->ret_size : RET_MIN;
    void *result = alloca(size);
    memset(result, 0, size);
    bool ok = call_native(&stub->callee, values, result);
    if (!ok && stub->raise)
        exec_raise_pending();
    result_return(stub, ret, result, hidden);
}

static ffi_type *stub_ret_type(const AbiSig *abi)
{
    if (abi->ret == ABI_RET_VOID)
        return &ffi_type_void;
    if (abi->ret == ABI_RET_MEMORY)
        return &ffi_type_pointer;
    if (abi->ret == ABI_RET_WORD)
        return word_types[abi->ret_words[0]];
    ffi_type *pair = stub_alloc(sizeof *pair);
    ffi_type **elements = stub_alloc(3 * sizeof *elements);
    elements[0] = word_types[abi->ret_words[0]];
    elements[1] = word_types[abi->ret_words[1]];
    *pair = (ffi_type){.type = FFI_TYPE_STRUCT, .elements = elements};
    return pair;
}

void *interop_stub_new(const AbiSig *abi, InteropHandler *handler, void *user)
{
    ffi_type **types = stub_alloc((2 * abi->n_args + 1) * sizeof *types);
    uint32_t n = 0;
    if (abi->ret == ABI_RET_MEMORY)
        types[n++] = &ffi_type_pointer;
    for (uint32_t i = 0; i < abi->n_args; i++)
        for (int k = 0; k < abi->args[i].n_words; k++)
            types[n++] = abi->args[i].by_pointer ? &ffi_type_pointer
                                                 : word_types[abi->args[i].words[k]];
    return native_closure_new((NativeSide){stub_ret_type(abi), types, n}, handler,
                              user);
}

void *native_call_function(const void *code)
{
    const CallStub *stub = native_closure_user(code, call_handler);
    return stub ? stub->callee.function : NULL;
}

void *native_call_stub(NativeSig *sig, void *function, bool last_error, bool raise)
{
    Err err = ERR_INIT;
    Arena *arena = stub_alloc(sizeof *arena);
    MethodSig *managed = method_sig(sig->method, &err);
    AbiSig *abi = managed ? abi_lower(managed, false, false, arena, &err) : NULL;
    if (!abi) {
        exception_set_err(&err);
        return NULL;
    }
    CallStub *stub = stub_alloc(sizeof *stub);
    *stub = (CallStub){{sig, function, last_error}, abi, raise};
    return interop_stub_new(abi, call_handler, stub);
}

/* -- calli --------------------------------------------------------------------- */

/* `this` is one more pointer to native code. */
static const MethodSig *sig_with_this(const MethodSig *sig)
{
    if (!sig->has_this || sig->explicit_this)
        return sig;
    MethodSig *whole = stub_alloc(sizeof *whole);
    *whole = *sig;
    whole->n_params++;
    whole->params = stub_alloc(whole->n_params * sizeof *whole->params);
    whole->params[0] = vm.world->known.i;
    memcpy(whole->params + 1, sig->params, sig->n_params * sizeof *sig->params);
    return whole;
}

bool interop_call_site(InteropSite *site, void *function, uint64_t *words, void *result)
{
    NativeSig *sig = __atomic_load_n(&site->native, __ATOMIC_ACQUIRE);
    if (!sig && !(sig = sig_make(NULL, sig_with_this(site->sig), false, site->from)))
        return false;
    __atomic_store_n(&site->native, sig, __ATOMIC_RELEASE); /* of equal ones the last */
    if (!function)
        return exception_set("System.NullReferenceException", NULL);
    void **values = alloca(sizeof *values * (sig->n + 1));
    for (uint32_t i = 0; i < sig->n; i++) {
        const NativeParam *p = &sig->params[i];
        bool by_value = p->kind == PARAM_VALUE || p->kind == PARAM_LPSTRUCT;
        values[i] = words;
        words += by_value ? (p->conv.managed_size + WORD - 1) / WORD : 1;
    }
    return call_native(&(NativeCallee){sig, function, false}, values, result);
}
