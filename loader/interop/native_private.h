/* native_private.h - how values look in native code. */
#ifndef LOADER_INTEROP_NATIVE_PRIVATE_H
#define LOADER_INTEROP_NATIVE_PRIVATE_H

#include <ffi.h>

#include "common/metadata/marshal.h"
#include "loader/interop/interop.h"
#include "loader/gc/object.h"

/* What a MarshalAs stands at. */
typedef enum MarshalPlace { PLACE_PARAM, PLACE_FIELD, PLACE_ELEMENT } MarshalPlace;

/* MarshalAs (ECMA-335 II.23.4) of a parameter or field. */
typedef struct MarshalAs {
    uint8_t native; /* NATIVE_*; 0: none */
    uint8_t elem;
    uint8_t place;     /* MarshalPlace */
    bool by_reference; /* the parameter is */
    bool as_it_is;     /* the assembly has no marshalling: the managed bytes go */
    uint32_t count;    /* of elements; 0: none given */
    int16_t param;     /* LPArray: the parameter that has (the rest of) the count; -1 */
    Assembly *from;    /* has the names */
    Bytes type, cookie; /* of a custom marshaler */
} MarshalAs;

typedef enum ConvKind {
#define CONV(name) CONV_##name,
#include "loader/interop/conv.def"
#undef CONV
    CONV_COUNT,
} ConvKind;

typedef struct NativeLayout NativeLayout;
typedef struct Marshaler Marshaler; /* an ICustomMarshaler (marshaler.c) */

/* One value: managed bytes on one side, native bytes on the other. */
typedef struct Conv {
    ConvKind kind;
    Type *type;
    uint32_t size, align; /* native */
    uint32_t managed_size;
    uint32_t count; /* fixed strings and arrays */
    ffi_type *ffi;
    const NativeLayout *layout; /* STRUCT, CLASS */
    const struct Conv *elem;    /* FIXED_ARRAY */
    Marshaler *marshaler;       /* CUSTOM */
    bool utf16;                 /* BUILDER */
} Conv;

typedef struct NativeField {
    Conv conv;
    uint32_t managed, native; /* offsets; managed ones from the value's start */
    const Field *field;
} NativeField;

/* The kinds of the bytes of a structure of at most 16: a bit each. */
typedef struct NativeBytes {
    uint16_t integer, sse;
    uint8_t align;     /* of the largest scalar */
    uint8_t last, end; /* of the last scalar */
    bool unaligned;    /* a scalar is: goes in memory */
} NativeBytes;

struct NativeLayout {
    Type *type;
    uint32_t size, align;
    bool same_bits; /* equal to the managed layout */
    uint32_t n;
    NativeField *fields;
    /* -- by value (classify.c) -- */
    NativeBytes bytes;
    uint32_t n_words; /* registers that it takes; 0: it goes in memory */
    ffi_type *words[3];
    ffi_type in_memory; /* as an argument */
    ffi_type result;
};

/* -- classify.c: structures by value ------------------------------------------- */
/* Fills in the second half of a layout. */
void native_classify(NativeLayout *layout);

/* -- marshaler.c: custom marshalers -------------------------------------------- */
/* Of that MarshalAs; kept. The object is asked for when it is first used. */
Marshaler *marshaler_of(const MarshalAs *as);
/* What ICustomMarshaler has. Null stays null, and is not cleaned. False: pending. */
bool marshaler_to_native(Marshaler *m, Object *managed, void **native);
bool marshaler_to_managed(Marshaler *m, void *native, Object **managed);
bool marshaler_clean_native(Marshaler *m, void *native);
bool marshaler_clean_managed(Marshaler *m, Object *managed);

/* -- builder.c ----------------------------------------------------------------- */
/* A copy of the text with room for the builder's capacity; malloc. NULL for NULL. */
bool builder_to_native(Object *builder, bool utf16, void **native);
/* Puts the text into the builder, or into a new one. */
bool builder_from_native(Object *builder, bool utf16, const void *native);
bool builder_new(Type *type, bool utf16, const void *native, Object **out);

/* -- rules.c: what a class library refuses ------------------------------------- */
bool marshal_is_strict(void);
bool marshal_is_delegate(const Type *type);
/* Why a value of the type (at LEVEL_LAYOUT) can't be marshalled so; NULL: it can. */
const char *marshal_refusal(Type *type, const MarshalAs *as);

MarshalAs marshal_as_of(const MarshalBlob *blob, Assembly *from);
/* The blob of a parameter or field token. */
MarshalAs marshal_as(Assembly *assembly, uint32_t token);
/* How to convert a value of type; utf16: strings and chars without MarshalAs are
 * UTF-16. False: MarshalDirectiveException is pending. */
bool conv_of(Type *type, MarshalAs as, bool utf16, Conv *conv);
/* A class with layout as a pointer to its fields. */
bool conv_of_class(Type *type, Conv *conv);
bool conv_of_builder(Type *type, bool utf16, Conv *conv);
/* Layout of a struct or class with layout; cached. NULL: pending. */
const NativeLayout *native_layout(Type *type);
/* The managed layout of a struct as that of native code. */
const NativeLayout *native_layout_as_it_is(Type *type);

/* Both false: pending exception. `managed` is the address of the value. */
bool conv_to_native(const Conv *conv, const void *managed, void *native);
bool conv_from_native(const Conv *conv, const void *native, void *managed);
/* Frees what conv_to_native allocated for this value. */
void conv_release(const Conv *conv, void *native);

bool marshal_is_safe_handle(const Type *type); /* at LEVEL_PARENTS */
bool marshal_is_handle(const Type *type);      /* or a CriticalHandle */
/* What refusals of the thread speak of until the next call; NULL: the type. */
void marshal_speak_of(const char *place);
/* The same of a field, in a strict class library; returns what was spoken of. */
const Field *marshal_speak_of_field(const Field *field);
bool marshal_unsupported(const Type *type, const char *why);
bool marshal_no_layout(const Type *type); /* the same: it has no StructLayout */
bool string_copy_utf16(const String *string, void *out); /* malloc, to *(char **)out */
/* Zeroed memory for what a program passes; NULL leaves OutOfMemoryException pending. */
void *marshal_alloc(size_t n, size_t size);

/* -- signatures (call.c, callback.c) ------------------------------------------- */
typedef enum ParamKind {
    PARAM_VALUE,
    PARAM_BYREF,
    PARAM_ARRAY,
    PARAM_ARRAY_REF, /* pointer to such a pointer */
    PARAM_BUILDER,
    PARAM_CLASS,    /* a class with layout: pointer to its data */
    PARAM_LPSTRUCT, /* a value type: pointer to it */
    PARAM_ANY,      /* an object: pointer to a copy of what it is (any.c) */
} ParamKind;

typedef struct NativeParam {
    ParamKind kind;
    bool in, out;
    bool utf16;
    uint32_t count; /* ARRAY: as MarshalAs has them */
    int16_t n_param;
    bool is_md; /* ARRAY: of several dimensions */
    Conv conv;  /* of the value, the target of the reference, the element */
    ffi_type *ffi;
    uint32_t n_words; /* arguments that libffi gets for it: eightbytes, or one */
} NativeParam;

typedef struct NativeSig {
    Method *method; /* P/Invoke, or Invoke of a delegate; NULL: a calli's */
    uint32_t n;     /* parameters without this */
    NativeParam *params;
    Conv ret;
    bool returns;
    bool as_it_is; /* no marshalling */
    bool hresult;  /* what native code returns; the result is one more argument */
    uint32_t n_words;
    ffi_type **types; /* n_words of 2 * n + 1 */
    ffi_cif cif;
} NativeSig;

/* Is it an integer, by value or by reference? What native code has for it. */
bool native_is_number(const NativeParam *p);
int64_t native_number(const NativeParam *p, const void *native);

/* Types and cif from params and ret (classify.c). False: libffi refuses them. */
bool native_lower(NativeSig *sig);
/* Of a structure that is returned, NULL for all else. */
const NativeLayout *native_result_layout(const NativeSig *sig);

/* -- any.c --------------------------------------------------------------------- */
/* A native copy, malloc; NULL for NULL. False: pending. */
bool any_to_native(const NativeParam *p, Object *object, void **native);
/* Takes back what p says that it gives, and frees what the copy leads to. */
bool any_from_native(const NativeParam *p, Object *object, void *native);

/* -- closure.c: functions for native callers ----------------------------------- */
/* A signature as words and structures in memory, as classify.c makes them. */
typedef struct NativeSide {
    const ffi_type *ret;
    ffi_type *const *types;
    uint32_t n;
} NativeSide;
void *native_closure_new(NativeSide side, InteropHandler *handler, void *user);
void native_closure_free(void *code);
/* user of the closure at code; NULL: none with that handler. */
void *native_closure_user(const void *code, InteropHandler *handler);

/* perm memory. NULL: pending. */
NativeSig *native_sig_of_delegate(Method *invoke);
NativeSig *native_sig(Method *method, bool utf16);
/* Does the method's assembly say that there is no marshalling? */
bool marshal_is_off(const Method *method);

/* A function under the managed convention (without this) that calls `function` by sig.
 * resolve: asked for the function at each call while function is NULL. raise: failures
 * are raised and not left pending. */
void *native_call_stub(NativeSig *sig, void *function, bool last_error, bool raise);
/* The function behind such a stub at code; NULL: it is none. */
void *native_call_function(const void *code);

#endif
