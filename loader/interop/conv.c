/* conv.c - conversion of single values.
 *
 * conv_of decides once, from a type and its MarshalAs, which of the kinds in conv.def a
 * value is: a Conv says that, and the sizes on both sides. From then on the kind's
 * three functions do the work, each between the address of the managed and of the
 * native bytes:
 *
 *     conv_to_X    makes the native value; it may allocate
 *     conv_from_X  makes the managed value
 *     conv_free_X  frees what conv_to_X has allocated, or does nothing
 *
 * A string by MarshalAs(LPStr) is CONV_str8: to native, malloc'ed UTF-8 whose address
 * is stored; from native, a new String; free frees the text. A struct is CONV_struct
 * and goes field by field (layout.c), each field by a Conv of its own; one that has the
 * same bytes on both sides is CONV_bits, like an int, and costs a memcpy.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/interop/native_private.h"
#include "loader/exec/invoke.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"
#include "loader/vm/member.h"

static __thread char place[32];
static __thread const Field *field_spoken_of;

void marshal_speak_of(const char *what)
{
    snprintf(place, sizeof place, "%s", what ? what : "");
}

const Field *marshal_speak_of_field(const Field *field)
{
    const Field *before = field_spoken_of;
    field_spoken_of = field;
    return before;
}

bool marshal_unsupported(const Type *type, const char *why)
{
    Arena scratch = ARENA_INIT;
    const Field *field = marshal_is_strict() ? field_spoken_of : NULL;
    if (field)
        exception_set("System.TypeLoadException",
                      "Cannot marshal field '%s' of type '%s%s%s': %s.", field->name,
                      field->owner->name_space, *field->owner->name_space ? "." : "",
                      field->owner->name, why);
    else
        exception_set("System.Runtime.InteropServices.MarshalDirectiveException",
                      "Cannot marshal '%s': %s.",
                      *place ? place : type_name(&scratch, type), why);
    arena_free(&scratch);
    return false;
}

static void nothing_to_free(const Conv *conv, void *native)
{
    (void)conv, (void)native;
}

/* -- bits, bool, char ---------------------------------------------------------- */

static bool conv_to_bits(const Conv *conv, const void *managed, void *native)
{
    memcpy(native, managed, conv->size);
    return true;
}
static bool conv_from_bits(const Conv *conv, const void *native, void *managed)
{
    memcpy(managed, native, conv->size);
    return true;
}
#define conv_free_bits nothing_to_free

static bool conv_to_bool(const Conv *conv, const void *managed, void *native)
{
    bool truth = *(const uint8_t *)managed != 0;
    int32_t value = conv->size == 2 ? -truth : truth; /* VARIANT_BOOL: -1 */
    memcpy(native, &value, conv->size);
    return true;
}
static bool conv_from_bool(const Conv *conv, const void *native, void *managed)
{
    int32_t value = 0;
    memcpy(&value, native, conv->size);
    *(uint8_t *)managed = value != 0;
    return true;
}
#define conv_free_bool nothing_to_free

/* A strict library has the first byte of the character's UTF-8. */
static bool conv_to_char8(const Conv *conv, const void *managed, void *native)
{
    (void)conv;
    uint16_t c = *(const uint16_t *)managed;
    if (!marshal_is_strict())
        *(uint8_t *)native = c < 0x100 ? (uint8_t)c : '?';
    else if (c < 0x80)
        *(uint8_t *)native = (uint8_t)c;
    else if (c < 0x800)
        *(uint8_t *)native = (uint8_t)(0xc0 | c >> 6);
    else /* half of a pair is no character */
        *(uint8_t *)native = (c & 0xf800) == 0xd800 ? 0xef : (uint8_t)(0xe0 | c >> 12);
    return true;
}
static bool conv_from_char8(const Conv *conv, const void *native, void *managed)
{
    (void)conv;
    uint8_t c = *(const uint8_t *)native;
    *(uint16_t *)managed = c >= 0x80 && marshal_is_strict() ? 0xfffd : c;
    return true;
}
#define conv_free_char8 nothing_to_free

/* -- strings ------------------------------------------------------------------- */

void *marshal_alloc(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        exception_set_object(vm.out_of_memory);
    return p;
}

bool string_copy_utf16(const String *string, void *out)
{
    size_t size = string ? 2 * ((size_t)string->length + 1) : 0;
    char *copy = string ? marshal_alloc(1, size) : NULL;
    *(char **)out = copy;
    if (copy)
        memcpy(copy, string->chars, size);
    return copy || !string;
}

static String *string_from_utf16z(const uint16_t *chars)
{
    uint32_t n = 0;
    while (chars[n])
        n++;
    return string_from_utf16(chars, n);
}

static bool conv_to_str8(const Conv *conv, const void *managed, void *native)
{
    (void)conv;
    return string_copy_utf8(*(String *const *)managed, native);
}
static bool conv_from_str8(const Conv *conv, const void *native, void *managed)
{
    (void)conv;
    const char *text = *(const char *const *)native;
    String *string = text ? string_from_utf8(text) : NULL;
    gc_store(managed, string);
    return string || !text;
}
static void conv_free_str8(const Conv *conv, void *native)
{
    (void)conv;
    free(*(char **)native);
}

static bool conv_to_str16(const Conv *conv, const void *managed, void *native)
{
    (void)conv;
    return string_copy_utf16(*(String *const *)managed, native);
}
static bool conv_from_str16(const Conv *conv, const void *native, void *managed)
{
    (void)conv;
    const uint16_t *chars = *(const uint16_t *const *)native;
    String *string = chars ? string_from_utf16z(chars) : NULL;
    gc_store(managed, string);
    return string || !chars;
}
#define conv_free_str16 conv_free_str8

/* A BSTR: eight bytes, of which the last four are the text's size, then the text. */
enum { BSTR_HEADER = 8 };

static void *bstr_new(const void *text, size_t size, size_t end)
{
    char *memory = marshal_alloc(1, BSTR_HEADER + size + end);
    if (!memory)
        return NULL;
    uint32_t prefix = (uint32_t)size;
    memcpy(memory + BSTR_HEADER - sizeof prefix, &prefix, sizeof prefix);
    memcpy(memory + BSTR_HEADER, text, size);
    return memory + BSTR_HEADER;
}

static uint32_t bstr_size(const char *bstr)
{
    uint32_t size;
    memcpy(&size, bstr - sizeof size, sizeof size);
    return size;
}

static void conv_free_bstr(const Conv *conv, void *native)
{
    (void)conv;
    char *bstr = *(char **)native;
    if (bstr)
        free(bstr - BSTR_HEADER);
}

static bool conv_to_bstr(const Conv *conv, const void *managed, void *native)
{
    (void)conv;
    const String *string = *(String *const *)managed;
    void *bstr = string ? bstr_new(string->chars, 2 * (size_t)string->length, 2) : NULL;
    *(void **)native = bstr;
    return bstr || !string;
}
static bool conv_from_bstr(const Conv *conv, const void *native, void *managed)
{
    (void)conv;
    const char *bstr = *(const char *const *)native;
    String *string =
        bstr ? string_from_utf16((const uint16_t *)bstr, bstr_size(bstr) / 2) : NULL;
    gc_store(managed, string);
    return string || !bstr;
}

static bool conv_to_ansi_bstr(const Conv *conv, const void *managed, void *native)
{
    (void)conv;
    char *text;
    *(void **)native = NULL;
    if (!string_copy_utf8(*(String *const *)managed, &text))
        return false;
    void *bstr = text ? bstr_new(text, strlen(text), 1) : NULL;
    bool ok = bstr || !text;
    *(void **)native = bstr;
    free(text);
    return ok;
}
static bool conv_from_ansi_bstr(const Conv *conv, const void *native, void *managed)
{
    (void)conv;
    const char *bstr = *(const char *const *)native;
    String *string = bstr ? string_from_utf8n(bstr, bstr_size(bstr)) : NULL;
    gc_store(managed, string);
    return string || !bstr;
}
#define conv_free_ansi_bstr conv_free_bstr

static bool conv_to_builder(const Conv *conv, const void *managed, void *native)
{
    return builder_to_native(*(Object *const *)managed, conv->utf16, native);
}
static bool conv_from_builder(const Conv *conv, const void *native, void *managed)
{
    return builder_new(conv->type, conv->utf16, *(void *const *)native, managed);
}
#define conv_free_builder conv_free_str8

static bool conv_to_fixed_str(const Conv *conv, const void *managed, void *native)
{
    char *text;
    memset(native, 0, conv->size);
    if (!string_copy_utf8(*(String *const *)managed, &text))
        return false;
    if (text && conv->size)
        memcpy(native, text, strnlen(text, conv->size - 1));
    free(text);
    return true;
}
static bool conv_from_fixed_str(const Conv *conv, const void *native, void *managed)
{
    String *string = string_from_utf8n(native, strnlen(native, conv->size - 1));
    gc_store(managed, string);
    return string != NULL;
}
#define conv_free_fixed_str nothing_to_free

static bool conv_to_fixed_str16(const Conv *conv, const void *managed, void *native)
{
    const String *string = *(String *const *)managed;
    int32_t room = (int32_t)conv->count - 1;
    memset(native, 0, conv->size);
    if (string)
        memcpy(native, string->chars,
               sizeof(uint16_t) *
                   (size_t)(string->length < room ? string->length : room));
    return true;
}
static bool conv_from_fixed_str16(const Conv *conv, const void *native, void *managed)
{
    const uint16_t *chars = native;
    uint32_t n = 0;
    while (n < conv->count && chars[n])
        n++;
    String *string = string_from_utf16(chars, n);
    gc_store(managed, string);
    return string != NULL;
}
#define conv_free_fixed_str16 nothing_to_free

/* -- arrays and structs -------------------------------------------------------- */

static bool conv_to_fixed_array(const Conv *conv, const void *managed, void *native)
{
    Array *array = *(Array *const *)managed;
    memset(native, 0, conv->size);
    if (array && array->length < conv->count && marshal_is_strict())
        return exception_set("System.ArgumentException",
                             "Type could not be marshaled because the length of an "
                             "embedded array instance does not match the declared "
                             "length in the layout.");
    for (uint32_t i = 0; array && i < conv->count && i < array->length; i++)
        if (!conv_to_native(conv->elem,
                            array_data(array) +
                                (size_t)i * array->object.vtable->elem_size,
                            (char *)native + (size_t)i * conv->elem->size))
            return false;
    return true;
}
static bool conv_from_fixed_array(const Conv *conv, const void *native, void *managed)
{
    Array *array = array_new(conv->type, conv->count);
    gc_store(managed, array);
    for (uint32_t i = 0; array && i < conv->count; i++)
        if (!conv_from_native(
                conv->elem, (const char *)native + (size_t)i * conv->elem->size,
                array_data(array) + (size_t)i * array->object.vtable->elem_size))
            return false;
    return array != NULL;
}
static void conv_free_fixed_array(const Conv *conv, void *native)
{
    for (uint32_t i = 0; i < conv->count; i++)
        conv_release(conv->elem, (char *)native + (size_t)i * conv->elem->size);
}

static bool conv_to_struct(const Conv *conv, const void *managed, void *native)
{
    memset(native, 0, conv->size);
    for (uint32_t i = 0; i < conv->layout->n; i++) {
        const NativeField *f = &conv->layout->fields[i];
        if (!conv_to_native(&f->conv, (const char *)managed + f->managed,
                            (char *)native + f->native))
            return false;
    }
    return true;
}
static bool conv_from_struct(const Conv *conv, const void *native, void *managed)
{
    for (uint32_t i = 0; i < conv->layout->n; i++) {
        const NativeField *f = &conv->layout->fields[i];
        if (!conv_from_native(&f->conv, (const char *)native + f->native,
                              (char *)managed + f->managed))
            return false;
    }
    return true;
}
static void conv_free_struct(const Conv *conv, void *native)
{
    for (uint32_t i = 0; i < conv->layout->n; i++) {
        const NativeField *f = &conv->layout->fields[i];
        conv_release(&f->conv, (char *)native + f->native);
    }
}

static bool conv_to_class(const Conv *conv, const void *managed, void *native)
{
    Object *object = *(Object *const *)managed;
    *(void **)native = NULL;
    if (!object)
        return true;
    void *copy = marshal_alloc(1, conv->layout->size);
    *(void **)native = copy;
    return copy && conv_to_struct(conv, object_value(object), copy);
}
static bool conv_from_class(const Conv *conv, const void *native, void *managed)
{
    const void *fields = *(void *const *)native;
    Object *object = fields ? object_new(conv->type) : NULL;
    gc_store(managed, object);
    return !fields || (object && conv_from_struct(conv, fields, object_value(object)));
}
static void conv_free_class(const Conv *conv, void *native)
{
    void *copy = *(void **)native;
    if (copy)
        conv_free_struct(conv, copy);
    free(copy);
}

static bool conv_to_embedded(const Conv *conv, const void *managed, void *native)
{
    Object *object = *(Object *const *)managed;
    memset(native, 0, conv->size);
    return !object || conv_to_struct(conv, object_value(object), native);
}
static bool conv_from_embedded(const Conv *conv, const void *native, void *managed)
{
    Object *object = object_new(conv->type);
    gc_store(managed, object);
    return object && conv_from_struct(conv, native, object_value(object));
}
#define conv_free_embedded conv_free_struct

static bool conv_to_custom(const Conv *conv, const void *managed, void *native)
{
    return marshaler_to_native(conv->marshaler, *(Object *const *)managed, native);
}
static bool conv_from_custom(const Conv *conv, const void *native, void *managed)
{
    return marshaler_to_managed(conv->marshaler, *(void *const *)native, managed);
}
static void conv_free_custom(const Conv *conv, void *native)
{
    Object *pending = exception_take(); /* managed code runs */
    if (!marshaler_clean_native(conv->marshaler, *(void **)native) && pending)
        exception_take();
    if (pending)
        exception_set_object(pending);
}

/* -- delegates and handles ----------------------------------------------------- */

static bool conv_to_delegate(const Conv *conv, const void *managed, void *native)
{
    (void)conv;
    Object *delegate = *(Object *const *)managed;
    *(void **)native = delegate ? interop_delegate_to_native(delegate) : NULL;
    return !delegate || *(void **)native;
}
static bool conv_from_delegate(const Conv *conv, const void *native, void *managed)
{
    void *function = *(void *const *)native;
    Object *delegate =
        function ? interop_delegate_from_native(conv->type, function) : NULL;
    gc_store(managed, delegate);
    return delegate || !function;
}
#define conv_free_delegate nothing_to_free

bool marshal_is_safe_handle(const Type *type)
{
    return type == known_safe_handle() || type_is_subclass(type, known_safe_handle());
}

static bool conv_to_safe_handle(const Conv *conv, const void *managed, void *native)
{
    (void)conv;
    Object *handle = *(Object *const *)managed;
    if (!handle && marshal_is_strict())
        return exception_argument("System.ArgumentNullException", "pHandle",
                                  "SafeHandle cannot be null.");
    if (!handle)
        return exception_argument_null("handle");
    uint8_t added = 0;
    void *at = &added;
    void *args[] = {&handle, &at};
    uint64_t result[2];
    if (!method_invoke(method_safe_handle_add_ref(), args, result))
        return false;
    *(void **)native = *field_safe_handle_value(handle);
    return true;
}

bool marshal_is_handle(const Type *type)
{
    return marshal_is_safe_handle(type) || type == known_critical_handle() ||
           type_is_subclass(type, known_critical_handle());
}

/* A new object over a handle that native code returned or put in the place of one. */
static bool handle_from(const Conv *conv, const void *native, void *managed,
                        void **(*value)(const void *handle))
{
    Object *now = *(Object **)managed;
    if (now && *value(now) == *(void *const *)native)
        return true; /* left as it was */
    if (conv->type->bits & TYPE_BIT_ABSTRACT)
        return marshal_unsupported(conv->type,
                                   "Returned SafeHandles cannot be abstract");
    Object *object = object_new(conv->type);
    Method *ctor = object ? type_find_method(conv->type, ".ctor", 0) : NULL;
    uint64_t result[2];
    void *args[] = {&object};
    if (!object)
        return false;
    if (!ctor)
        return exception_set("System.MissingMethodException",
                             "paramterless constructor required");
    if (!method_invoke(ctor, args, result))
        return false;
    *value(object) = *(void *const *)native;
    gc_store(managed, object);
    return true;
}

static void **safe_value(const void *handle)
{
    return field_safe_handle_value((void *)handle);
}
static bool conv_from_safe_handle(const Conv *conv, const void *native, void *managed)
{
    return handle_from(conv, native, managed, safe_value);
}
#define conv_free_safe_handle nothing_to_free

static void **critical_value(const void *handle)
{
    return field_critical_handle_value((void *)handle);
}
static bool conv_to_critical_handle(const Conv *conv, const void *managed, void *native)
{
    (void)conv;
    Object *handle = *(Object *const *)managed;
    if (!handle)
        return exception_argument_null("handle");
    *(void **)native = *critical_value(handle);
    return true;
}
static bool conv_from_critical_handle(const Conv *conv, const void *native,
                                      void *managed)
{
    return handle_from(conv, native, managed, critical_value);
}
#define conv_free_critical_handle nothing_to_free

/* HandleRef is {object wrapper; IntPtr handle}. */
static bool conv_to_handle_ref(const Conv *conv, const void *managed, void *native)
{
    (void)conv;
    memcpy(native, field_handle_ref_value(managed), sizeof(void *));
    return true;
}
static bool conv_from_handle_ref(const Conv *conv, const void *native, void *managed)
{
    if (!memcmp(native, field_handle_ref_value(managed), sizeof(void *)))
        return true; /* left as it was */
    return marshal_unsupported(conv->type, "a HandleRef can't come from native code");
}
#define conv_free_handle_ref nothing_to_free

/* -- dates --------------------------------------------------------------------- */

static bool conv_to_date(const Conv *conv, const void *managed, void *native)
{
    (void)conv;
    const void *args[] = {&managed};
    return method_invoke(method_date_time_to_days(), (void **)args, native);
}
static bool conv_from_date(const Conv *conv, const void *native, void *managed)
{
    (void)conv;
    const void *args[] = {native};
    return method_invoke(method_date_time_from_days(), (void **)args, managed);
}
#define conv_free_date nothing_to_free

/* -- currency ------------------------------------------------------------------- */

/* As in Decimal: sign and scale, then 96 bits. */
typedef struct DecimalBits {
    uint32_t flags, high;
    uint64_t low;
} DecimalBits;

enum { CURRENCY_SCALE = 4, DECIMAL_SCALE_SHIFT = 16 };
static const uint32_t DECIMAL_SIGN = 0x80000000;

/* To the nearest, of two the even one. */
static bool conv_to_currency(const Conv *conv, const void *managed, void *native)
{
    (void)conv;
    DecimalBits d;
    memcpy(&d, managed, sizeof d);
    unsigned __int128 n = ((unsigned __int128)d.high << 64 | d.low) * 10000, one = 1;
    for (uint32_t i = d.flags >> DECIMAL_SCALE_SHIFT & 0xff; i; i--)
        one *= 10;
    unsigned __int128 rest = n % one;
    n /= one;
    n += rest * 2 > one || (rest * 2 == one && n & 1);
    bool negative = (d.flags & DECIMAL_SIGN) != 0;
    if (n > (unsigned __int128)INT64_MAX + negative)
        return exception_set("System.OverflowException",
                             "Value was either too large or too small for a Currency.");
    int64_t value = (int64_t)(negative ? -(uint64_t)n : (uint64_t)n);
    memcpy(native, &value, sizeof value);
    return true;
}
/* With as few digits after the point as it has. */
static bool conv_from_currency(const Conv *conv, const void *native, void *managed)
{
    (void)conv;
    int64_t value;
    memcpy(&value, native, sizeof value);
    uint32_t scale = CURRENCY_SCALE;
    uint64_t n = value < 0 ? -(uint64_t)value : (uint64_t)value;
    for (; n && scale && n % 10 == 0; scale--)
        n /= 10;
    DecimalBits d = {(value < 0 ? DECIMAL_SIGN : 0) | scale << DECIMAL_SCALE_SHIFT, 0,
                     n};
    memcpy(managed, &d, sizeof d);
    return true;
}
#define conv_free_currency nothing_to_free

/* -- by kind ------------------------------------------------------------------- */

static const struct {
    bool (*to)(const Conv *conv, const void *managed, void *native);
    bool (*from)(const Conv *conv, const void *native, void *managed);
    void (*release)(const Conv *conv, void *native);
} converters[CONV_COUNT] = {
#define CONV(name) [CONV_##name] = {conv_to_##name, conv_from_##name, conv_free_##name},
#include "loader/interop/conv.def"
#undef CONV
};

bool conv_to_native(const Conv *conv, const void *managed, void *native)
{
    return converters[conv->kind].to(conv, managed, native);
}

bool conv_from_native(const Conv *conv, const void *native, void *managed)
{
    return converters[conv->kind].from(conv, native, managed);
}

void conv_release(const Conv *conv, void *native)
{
    converters[conv->kind].release(conv, native);
}

/* -- which conversion ---------------------------------------------------------- */

static ffi_type *ffi_of_bits(const Type *type)
{
    switch (type->element) {
    case ELEMENT_BOOLEAN:
    case ELEMENT_U1:
        return &ffi_type_uint8;
    case ELEMENT_I1:
        return &ffi_type_sint8;
    case ELEMENT_CHAR:
    case ELEMENT_U2:
        return &ffi_type_uint16;
    case ELEMENT_I2:
        return &ffi_type_sint16;
    case ELEMENT_I4:
        return &ffi_type_sint32;
    case ELEMENT_U4:
        return &ffi_type_uint32;
    case ELEMENT_I8:
        return &ffi_type_sint64;
    case ELEMENT_U8:
        return &ffi_type_uint64;
    case ELEMENT_R4:
        return &ffi_type_float;
    case ELEMENT_R8:
        return &ffi_type_double;
    case ELEMENT_I:
    case ELEMENT_U:
    case ELEMENT_PTR:
    case ELEMENT_FNPTR:
    case ELEMENT_BYREF:
        return &ffi_type_pointer;
    default:
        return NULL;
    }
}

static bool conv_set(Conv *conv, ConvKind kind, ffi_type *ffi)
{
    conv->kind = kind;
    conv->ffi = ffi;
    conv->size = (uint32_t)ffi->size;
    conv->align = ffi->alignment;
    return true;
}

enum { MAX_COUNT = 1 << 20 }; /* of a fixed string or array */

static bool conv_of_string(Conv *conv, MarshalAs as, bool utf16)
{
    if (as.native == NATIVE_FIXED_STRING) {
        if (!as.count || as.count > MAX_COUNT)
            return marshal_unsupported(conv->type, "it needs a size");
        conv_set(conv, utf16 ? CONV_fixed_str16 : CONV_fixed_str,
                 utf16 ? &ffi_type_uint16 : &ffi_type_uint8);
        conv->count = as.count;
        conv->size *= as.count;
        return true;
    }
    if (as.native == NATIVE_BSTR || as.native == NATIVE_TBSTR)
        return conv_set(conv, CONV_bstr, &ffi_type_pointer);
    if (as.native == NATIVE_ANSI_BSTR)
        return conv_set(conv, CONV_ansi_bstr, &ffi_type_pointer);
    if (as.native == NATIVE_LPSTR || as.native == NATIVE_LPUTF8STR)
        utf16 = false;
    if (as.native == NATIVE_LPWSTR ||
        (as.native == NATIVE_LPTSTR && marshal_is_strict()))
        utf16 = true;
    return conv_set(conv, utf16 ? CONV_str16 : CONV_str8, &ffi_type_pointer);
}

static bool conv_of_bool(Conv *conv, MarshalAs as)
{
    bool byte = as.native == NATIVE_I1 || as.native == NATIVE_U1;
    return conv_set(conv, CONV_bool,
                    byte                               ? &ffi_type_uint8
                    : as.native == NATIVE_VARIANT_BOOL ? &ffi_type_sint16
                                                       : &ffi_type_sint32);
}

static bool conv_of_array(Conv *conv, MarshalAs as, bool utf16)
{
    if (as.native != NATIVE_FIXED_ARRAY || !as.count || as.count > MAX_COUNT)
        return marshal_unsupported(conv->type,
                                   "arrays in structures need a fixed size");
    Conv *elem = mem_new(Conv); /* kept by a layout, which is kept */
    conv->elem = elem;
    conv->count = as.count;
    MarshalAs elem_as = {.native = as.elem, .place = PLACE_ELEMENT};
    if (!conv_of(conv->type->elem, elem_as, utf16, elem)) {
        free(elem);
        return false;
    }
    conv->kind = CONV_fixed_array;
    conv->ffi = elem->ffi;
    conv->align = elem->align;
    if ((uint64_t)elem->size * as.count > INT32_MAX)
        return marshal_unsupported(conv->type, "it is too large");
    conv->size = elem->size * as.count;
    return true;
}

/* kind: unless the bytes are the same. */
static bool conv_of_struct(Conv *conv, MarshalAs as, ConvKind kind)
{
    const Type *type = conv->type;
    if (type == known_handle_ref())
        return conv_set(conv, CONV_handle_ref, &ffi_type_pointer);
    if (type == known_date_time())
        return conv_set(conv, CONV_date, &ffi_type_double);
    if (type == known_decimal() && as.native == NATIVE_CURRENCY)
        return conv_set(conv, CONV_currency, &ffi_type_sint64);
    const NativeLayout *layout = native_layout(conv->type);
    if (!layout)
        return false;
    bool same = layout->same_bits && kind == CONV_struct;
    conv->kind = same ? CONV_bits : kind;
    conv->layout = layout;
    conv->ffi = (ffi_type *)&layout->result;
    conv->size = layout->size;
    conv->align = layout->align;
    return true;
}

bool conv_of_builder(Type *type, bool utf16, Conv *conv)
{
    *conv = (Conv){.type = type, .managed_size = sizeof(Object *), .utf16 = utf16};
    return conv_set(conv, CONV_builder, &ffi_type_pointer);
}

bool conv_of_class(Type *type, Conv *conv)
{
    *conv = (Conv){.type = type, .managed_size = sizeof(Object *)};
    conv->layout = native_layout(type);
    return conv->layout && conv_set(conv, CONV_class, &ffi_type_pointer);
}

/* Numbers, and structures of such, where the assembly has no marshalling. */
static bool conv_as_it_is(Conv *conv)
{
    Type *type = type_underlying(conv->type);
    ffi_type *ffi = type->element == ELEMENT_BYREF ? NULL : ffi_of_bits(type);
    if (ffi)
        return conv_set(conv, CONV_bits, ffi);
    if (!type_is_valuetype(type) || type->bits & TYPE_BIT_HAS_REFS)
        return marshal_unsupported(type, "Cannot marshal managed types when the "
                                         "runtime marshalling system is disabled");
    const NativeLayout *layout = native_layout_as_it_is(type);
    if (!layout)
        return false;
    conv->kind = CONV_bits;
    conv->layout = layout;
    conv->ffi = (ffi_type *)&layout->result;
    conv->size = layout->size;
    conv->align = layout->align;
    return true;
}

bool conv_of(Type *type, MarshalAs as, bool utf16, Conv *conv)
{
    Err err = ERR_INIT;
    *conv = (Conv){.type = type};
    if (!type_load(type, LEVEL_LAYOUT, &err))
        return exception_set_err(&err);
    conv->managed_size = type_value_size(type);
    if (as.as_it_is)
        return conv_as_it_is(conv);
    const char *why = marshal_refusal(type, &as);
    if (why)
        return marshal_unsupported(type, why);
    if (as.native == NATIVE_CUSTOM && as.from && type_is_reference(type)) {
        conv->marshaler = marshaler_of(&as);
        return conv_set(conv, CONV_custom, &ffi_type_pointer);
    }
    if (type->element == ELEMENT_STRING || type == vm.world->known.string)
        return conv_of_string(conv, as, utf16);
    if (type->element == ELEMENT_BOOLEAN)
        return conv_of_bool(conv, as);
    if (type->element == ELEMENT_CHAR && (as.native ? as.native <= NATIVE_U1 : !utf16))
        return conv_set(conv, CONV_char8, &ffi_type_uint8);
    ffi_type *ffi = ffi_of_bits(type_underlying(type));
    if (ffi)
        return conv_set(conv, CONV_bits, ffi);
    if (type->element == ELEMENT_SZARRAY)
        return conv_of_array(conv, as, utf16);
    if (type_is_valuetype(type))
        return conv_of_struct(conv, as, CONV_struct);
    if (marshal_is_delegate(type))
        return conv_set(conv, CONV_delegate, &ffi_type_pointer);
    if (marshal_is_safe_handle(type))
        return conv_set(conv, CONV_safe_handle, &ffi_type_pointer);
    if (marshal_is_handle(type))
        return conv_set(conv, CONV_critical_handle, &ffi_type_pointer);
    if (type->element == ELEMENT_CLASS && type->flags & TYPE_LAYOUT_MASK)
        return conv_of_struct(conv, as, CONV_embedded);
    return type == vm.world->known.object
               ? marshal_unsupported(type, "it has no native form")
               : marshal_no_layout(type);
}
