/* rules.c - which types have a native form, and which MarshalAs each may have, where
 * the class library is strict (library.h). Others take what makes no sense as if it
 * were not there.
 *
 * A value is a parameter or result, a field, or the element of an array; the pairs are
 * those of .NET's reference on UnmanagedType. Reasons are its words, without the dot.
 */
#include <string.h>

#include "loader/interop/native_private.h"
#include "loader/vm/exception.h"
#include "loader/vm/member.h"
#include "loader/vm/vm.h"

#define PAIR(what) "Invalid managed/unmanaged type combination (" what ")"

static const char GENERICS[] = "Non-blittable generic types cannot be marshaled";
static const char NO_COM_VARIANT[] =
    PAIR("Marshaling to and from COM VARIANTs isn't supported");
static const char NO_COM_INTERFACE[] =
    PAIR("Marshaling to and from COM interface pointers isn't supported");
static const char NO_SUPPORT[] = "Signature is not Interop compatible";
static const char AUTOMATIC[] =
    "Structures marked with [StructLayout(LayoutKind.Auto)] cannot be marshaled";

bool marshal_is_strict(void)
{
    return vm.world->library->strict_marshalling;
}

/* -- numbers ------------------------------------------------------------------- */

enum { MAX_NATIVES = 4 };

typedef struct Pairing {
    uint8_t first, last; /* ELEMENT_* */
    uint8_t natives[MAX_NATIVES];
    const char *text;
} Pairing;

static const Pairing pairings[] = {
    {ELEMENT_BOOLEAN,
     ELEMENT_BOOLEAN,
     {NATIVE_BOOLEAN, NATIVE_I1, NATIVE_U1},
     PAIR("booleans must be paired with I1, U1, or Bool")},
    {ELEMENT_CHAR,
     ELEMENT_CHAR,
     {NATIVE_I1, NATIVE_U1, NATIVE_I2, NATIVE_U2},
     PAIR("chars must be paired with I1, I2, U1, or U2")},
    {ELEMENT_I1,
     ELEMENT_U1,
     {NATIVE_I1, NATIVE_U1},
     PAIR("Byte/SByte must be paired with I1 or U1")},
    {ELEMENT_I2,
     ELEMENT_U2,
     {NATIVE_I2, NATIVE_U2},
     PAIR("Int16/UInt16 must be paired with I2 or U2")},
    {ELEMENT_I4,
     ELEMENT_U4,
     {NATIVE_I4, NATIVE_U4, NATIVE_ERROR},
     PAIR("Int32/UInt32 must be paired with I4 or U4")},
    {ELEMENT_I8,
     ELEMENT_U8,
     {NATIVE_I8, NATIVE_U8},
     PAIR("Int64/UInt64 must be paired with I8 or U8")},
    {ELEMENT_R4, ELEMENT_R4, {NATIVE_R4}, PAIR("Single must be paired with R4")},
    {ELEMENT_R8, ELEMENT_R8, {NATIVE_R8}, PAIR("Double must be paired with R8")},
    {ELEMENT_I,
     ELEMENT_U,
     {NATIVE_INT, NATIVE_UINT},
     PAIR("Int/UInt must be paired with SysInt or SysUInt")},
    {ELEMENT_PTR,
     ELEMENT_PTR,
     {0},
     PAIR("pointers must not have a MarshalAs attribute set")},
    {ELEMENT_FNPTR,
     ELEMENT_FNPTR,
     {NATIVE_FUNC},
     PAIR("function pointers must be paired with FunctionPtr")},
};

static bool is_one_of(uint8_t native, const uint8_t *natives, size_t n)
{
    return !native || memchr(natives, native, n);
}

#define FITS(as, ...)                                                                  \
    is_one_of((as)->native, (const uint8_t[]){__VA_ARGS__},                            \
              sizeof((const uint8_t[]){__VA_ARGS__}))

/* False: it is no number. What an array's elements are told is ignored. */
static bool is_number(const Type *type, const MarshalAs *as, const char **why)
{
    for (size_t i = 0; i < sizeof pairings / sizeof *pairings; i++) {
        const Pairing *p = &pairings[i];
        if (type->element < p->first || type->element > p->last)
            continue;
        bool fits = as->place == PLACE_ELEMENT ||
                    is_one_of(as->native, p->natives, MAX_NATIVES);
        *why = fits ? NULL : p->text;
        return true;
    }
    return false;
}

/* -- classes ------------------------------------------------------------------- */

static const char *string_why(const MarshalAs *as)
{
    bool text = FITS(as, NATIVE_LPSTR, NATIVE_LPWSTR, NATIVE_LPTSTR, NATIVE_BSTR);
    switch ((MarshalPlace)as->place) {
    case PLACE_ELEMENT:
        return text ? NULL
                    : PAIR("String[] must be paired with an ArraySubType of LPStr, "
                           "LPWStr, or LPTStr");
    case PLACE_FIELD:
        text = text || as->native == NATIVE_FIXED_STRING;
        break;
    case PLACE_PARAM:
        if (as->native == NATIVE_FIXED_STRING)
            return "Invalid managed/unmanaged type combination";
        break;
    }
    if (text || FITS(as, NATIVE_LPUTF8STR, NATIVE_ANSI_BSTR, NATIVE_TBSTR))
        return NULL;
    return as->place == PLACE_FIELD
               ? PAIR("String fields must be paired with LPStr, LPWStr, LPTStr, or "
                      "ByValTStr")
               : PAIR("String parameters and return types must be paired with LPStr, "
                      "LPWStr, or LPTStr");
}

static const char *builder_why(const MarshalAs *as)
{
    if (as->place == PLACE_FIELD)
        return "Struct or class fields cannot be of type StringBuilder. The same "
               "effect can usually be achieved by using a String field and "
               "preinitializing it to a string with length matching the length of the "
               "appropriate buffer";
    return FITS(as, NATIVE_LPSTR, NATIVE_LPWSTR, NATIVE_LPTSTR, NATIVE_LPUTF8STR)
               ? NULL
               : PAIR("StringBuilders must be paired with LPStr, LPWStr, or LPTStr");
}

static const char *object_why(const MarshalAs *as)
{
    if (as->place == PLACE_ELEMENT)
        return NO_SUPPORT;
    if (FITS(as, NATIVE_STRUCT))
        return NO_COM_VARIANT;
    if (FITS(as, NATIVE_INTERFACE, NATIVE_IUNKNOWN, NATIVE_IDISPATCH))
        return NO_COM_INTERFACE;
    if (as->native == NATIVE_ANY && as->place == PLACE_PARAM)
        return NULL;
    return as->place == PLACE_FIELD
               ? PAIR("the Object class must be paired with Interface, IUnknown, "
                      "IDispatch, or Struct")
               : PAIR("the Object class must be paired with Interface, IUnknown, "
                      "IDispatch, AsAny, or Struct");
}

static const char *handle_why(const Type *type, const MarshalAs *as)
{
    bool safe = marshal_is_safe_handle(type);
    if (as->place == PLACE_ELEMENT)
        return safe ? PAIR("Arrays of SafeHandles are not supported")
                    : PAIR("Arrays of CriticalHandles are not supported");
    if (!as->native)
        return NULL;
    return safe ? PAIR("SafeHandles must not have a MarshalAs attribute set and cannot "
                       "be used in arrays")
                : PAIR("CriticalHandles must not have a MarshalAs attribute set and "
                       "cannot be used in arrays");
}

static const char *layout_class_why(const MarshalAs *as)
{
    if (as->place == PLACE_FIELD)
        return FITS(as, NATIVE_STRUCT)
                   ? NULL
                   : "Invalid managed/unmanaged type combination  (Classes with layout "
                     "fields must be paired with Struct or Interface)";
    return FITS(as, NATIVE_LPSTRUCT)
               ? NULL
               : PAIR("this type must be paired with LPStruct or Interface");
}

/* A strict library takes the bases of all delegates for such, too. */
bool marshal_is_delegate(const Type *type)
{
    const Type *base = vm.world->known.multicast_delegate;
    return type->bits & TYPE_BIT_DELEGATE ||
           (marshal_is_strict() && base && (type == base || type == base->parent));
}

static const char *class_why(const Type *type, const MarshalAs *as)
{
    if (type->n_args)
        return GENERICS;
    if (type == vm.world->known.object)
        return object_why(as);
    if (marshal_is_handle(type))
        return handle_why(type, as);
    if (as->place == PLACE_ELEMENT)
        return NO_SUPPORT;
    if (type == known_string_builder())
        return builder_why(as);
    if (marshal_is_delegate(type))
        return FITS(as, NATIVE_FUNC)
                   ? NULL
                   : PAIR("Delegates must be paired with FunctionPtr or IDispatch");
    if (type->flags & TYPE_LAYOUT_MASK)
        return layout_class_why(as);
    return FITS(as, NATIVE_INTERFACE)
               ? NO_COM_INTERFACE
               : PAIR("this type must be paired with LPStruct or Interface");
}

/* -- structures ---------------------------------------------------------------- */

static const char *refused_by_library(const Type *type, const MarshalAs *as)
{
    const Library *library = vm.world->library;
    for (uint32_t i = 0; i < library->n_refusals; i++) {
        const LibraryRefusal *r = &library->refusals[i];
        if (!(r->by_value && as->by_reference) && !strcmp(type->name, r->name) &&
            !strcmp(type->name_space, r->name_space))
            return r->by_value ? r->by_value : GENERICS;
    }
    return NULL;
}

static bool is_blittable(Type *type)
{
    const NativeLayout *layout =
        type->flags & TYPE_LAYOUT_MASK ? native_layout(type) : NULL;
    if (exception_pending())
        exception_take();
    return layout && layout->same_bits;
}

static bool fits_struct(const MarshalAs *as, bool by_pointer)
{
    return FITS(as, NATIVE_STRUCT) ||
           (by_pointer && as->native == NATIVE_LPSTRUCT && as->place == PLACE_PARAM);
}

static const char *decimal_why(const MarshalAs *as)
{
    if (as->native == NATIVE_CURRENCY && as->place != PLACE_ELEMENT)
        return NULL;
    if (fits_struct(as, true))
        return NULL;
    switch ((MarshalPlace)as->place) {
    case PLACE_ELEMENT:
        return PAIR("Decimal[] must be paired with an ArraySubType of Struct");
    case PLACE_FIELD:
        return PAIR("Decimal fields must be paired with Struct");
    case PLACE_PARAM:
        break;
    }
    return PAIR("Decimal parameters and return types must be paired with Struct, "
                "LPStruct, or Currency");
}

static const char *date_why(const MarshalAs *as)
{
    if (fits_struct(as, false))
        return NULL;
    return as->place == PLACE_ELEMENT
               ? PAIR("DateTime[] must be paired with an ArraySubType of Struct")
               : PAIR("the DateTime class must be paired with Struct");
}

static const char *struct_why(Type *type, const MarshalAs *as)
{
    if (type == known_decimal())
        return decimal_why(as);
    if (type == known_date_time())
        return date_why(as);
    if (type == known_handle_ref())
        return as->native || as->place != PLACE_PARAM
                   ? "Invalid managed/unmanaged type combination"
                   : NULL;
    const char *why = as->place == PLACE_PARAM ? refused_by_library(type, as) : NULL;
    if (why)
        return why;
    if (type->n_args && as->place != PLACE_FIELD && !is_blittable(type))
        return GENERICS;
    if (as->place == PLACE_ELEMENT)
        return NULL;
    if (!(type->flags & TYPE_LAYOUT_MASK))
        return AUTOMATIC;
    if (type == known_guid())
        return fits_struct(as, true)
                   ? NULL
                   : PAIR("the Guid class must be paired with Struct or LPStruct");
    return fits_struct(as, false) ? NULL
                                  : PAIR("this value type must be paired with Struct");
}

/* -- all ----------------------------------------------------------------------- */

static const char *array_why(const Type *type, const MarshalAs *as)
{
    bool is_field = as->place == PLACE_FIELD;
    if (as->place == PLACE_ELEMENT)
        return "There is no marshaling support for nested arrays";
    if (is_field && as->native != NATIVE_FIXED_ARRAY)
        return PAIR("Array fields must be paired with ByValArray");
    if (!is_field && !FITS(as, NATIVE_ARRAY))
        return PAIR("Arrays can only be marshaled as LPArray or ByValArray");
    return type->elem->element == ELEMENT_SZARRAY ||
                   type->elem->element == ELEMENT_ARRAY
               ? "There is no marshaling support for nested arrays"
               : NULL;
}

static const char *custom_why(const Type *type, const MarshalAs *as)
{
    if (as->place == PLACE_FIELD)
        return "Custom marshalers cannot be used on fields of structures";
    return type_is_reference(type)
               ? NULL
               : "Custom marshalers are only allowed on classes, strings, arrays, and "
                 "boxed value types";
}

const char *marshal_refusal(Type *type, const MarshalAs *as)
{
    const char *why;
    if (!marshal_is_strict())
        return NULL;
    if (as->native == NATIVE_CUSTOM && as->place != PLACE_ELEMENT)
        return custom_why(type, as);
    if (is_number(type_underlying(type), as, &why))
        return why;
    if (type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY)
        return array_why(type, as);
    if (type->element == ELEMENT_STRING || type == vm.world->known.string)
        return string_why(as);
    return type_is_valuetype(type) ? struct_why(type, as) : class_why(type, as);
}
