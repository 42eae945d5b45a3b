/* classify.c - where structures by value go: registers or memory (SysV ABI 3.2.3).
 *
 * The class is that of the bytes of the layout: all fields at their offsets, those that
 * overlap merged. libffi is given no structure to classify: its own idea of a layout
 * knows no offsets, and a pair of an integer and a float in the last integer register
 * overwrites the first float (3.4.4). It gets the eightbytes as single words, and a
 * structure only where that goes to memory.
 */
#include <string.h>

#include "loader/interop/native_private.h"

enum { EIGHTBYTE = 8, MAX_IN_REGISTERS = 16, INTEGERS = 6, FLOATS = 8 };

static bool is_float(const ffi_type *type)
{
    return type->type == FFI_TYPE_FLOAT || type->type == FFI_TYPE_DOUBLE;
}

/* Adds what lies in size bytes from offset on. */
static void note_bytes(NativeBytes *b, uint32_t offset, uint32_t size,
                       const NativeBytes *add)
{
    if (offset % add->align || offset + size > MAX_IN_REGISTERS)
        b->unaligned = true;
    b->unaligned |= add->unaligned;
    if (b->unaligned)
        return;
    b->integer |= (uint16_t)(add->integer << offset);
    b->sse |= (uint16_t)(add->sse << offset);
    if (add->align > b->align)
        b->align = add->align;
    if (offset + add->last >= b->last && add->end) {
        b->last = (uint8_t)(offset + add->last);
        b->end = (uint8_t)(offset + add->end);
    }
}

static void note_value(NativeBytes *b, const Conv *conv, uint32_t offset)
{
    bool inside = conv->kind == CONV_bits || conv->kind == CONV_struct ||
                  conv->kind == CONV_embedded;
    if (conv->layout && inside) {
        note_bytes(b, offset, conv->size, &conv->layout->bytes);
    } else if (conv->kind == CONV_fixed_array) {
        for (uint32_t i = 0; i < conv->count; i++)
            note_value(b, conv->elem, offset + i * conv->elem->size);
    } else { /* scalars: one, or the characters of a fixed string */
        uint32_t size = (uint32_t)conv->ffi->size;
        uint16_t mask = (uint16_t)((1u << size) - 1);
        NativeBytes scalar = {.align = (uint8_t)size, .end = (uint8_t)size};
        *(is_float(conv->ffi) ? &scalar.sse : &scalar.integer) = mask;
        for (uint32_t at = 0; at < conv->size; at += size)
            note_bytes(b, offset + at, size, &scalar);
    }
}

/* The only field of a larger structure stands for as many as have room: a fixed buffer,
 * or what .NET cannot tell from one. */
static uint32_t repeats(const NativeLayout *layout)
{
    const NativeField *f = layout->fields;
    bool whole = layout->n == 1 && !f->native && !(layout->size % f->conv.size);
    return whole ? layout->size / f->conv.size : 1;
}

static NativeBytes layout_bytes(const NativeLayout *layout)
{
    NativeBytes bytes = {.align = 1};
    for (uint32_t i = 0; i < layout->n; i++) {
        const NativeField *f = &layout->fields[i];
        for (uint32_t k = 0; k < repeats(layout); k++)
            note_value(&bytes, &f->conv, f->native + k * f->conv.size);
    }
    return bytes;
}

/* A structure that libffi passes and returns in memory whatever its size is: one that
 * has a member of more than four eightbytes. */
static void make_memory_type(ffi_type *type, size_t size)
{
    static ffi_type *bytes[] = {&ffi_type_uint8, NULL};
    static ffi_type large = {
        .size = 64, .alignment = 1, .type = FFI_TYPE_STRUCT, .elements = bytes};
    static ffi_type *elements[] = {&large, NULL};
    *type = (ffi_type){.size = size,
                       .alignment = EIGHTBYTE,
                       .type = FFI_TYPE_STRUCT,
                       .elements = elements};
}

/* Results: libffi's classes of these elements are those of the eightbytes. */
static void make_register_type(ffi_type *type, size_t size, ffi_type **words)
{
    *type = (ffi_type){.size = size,
                       .alignment = EIGHTBYTE,
                       .type = FFI_TYPE_STRUCT,
                       .elements = words};
}

/* An eightbyte of padding alone has no class in the ABI, and C has no such structure.
 * As .NET: what follows the last scalar has its class, what comes before is an integer.
 */
static void extend_last(NativeBytes *bytes)
{
    uint16_t behind = (uint16_t)(0xffffu << bytes->end);
    *(bytes->integer >> bytes->last & 1 || !bytes->end ? &bytes->integer
                                                       : &bytes->sse) |= behind;
}

void native_classify(NativeLayout *layout)
{
    if (layout->size <= MAX_IN_REGISTERS)
        layout->bytes = layout_bytes(layout);
    make_memory_type(&layout->in_memory, layout->size);
    layout->result = layout->in_memory;
    if (layout->size > MAX_IN_REGISTERS || layout->bytes.unaligned)
        return;
    NativeBytes bytes = layout->bytes;
    extend_last(&bytes);
    layout->n_words = layout->size > EIGHTBYTE ? 2 : 1;
    for (uint32_t i = 0; i < layout->n_words; i++) {
        uint32_t mask = 0xffu << i * EIGHTBYTE;
        bool sse = bytes.sse & mask && !(bytes.integer & mask);
        layout->words[i] = sse ? &ffi_type_double : &ffi_type_uint64;
    }
    make_register_type(&layout->result, layout->size, layout->words);
}

/* -- signatures ---------------------------------------------------------------- */

typedef struct Registers {
    uint32_t integers, floats; /* in use */
} Registers;

static void use_register(Registers *used, const ffi_type *type)
{
    ++*(is_float(type) ? &used->floats : &used->integers);
}

/* All eightbytes of a structure, or none, go into registers. */
static bool fits(const Registers *used, const NativeLayout *layout)
{
    Registers more = {0};
    for (uint32_t i = 0; i < layout->n_words; i++)
        use_register(&more, layout->words[i]);
    return layout->n_words &&
           (!more.integers || used->integers + more.integers <= INTEGERS) &&
           (!more.floats || used->floats + more.floats <= FLOATS);
}

static const NativeLayout *passed_layout(const NativeParam *p)
{
    bool is_struct = p->kind == PARAM_VALUE && p->ffi->type == FFI_TYPE_STRUCT;
    return is_struct ? p->conv.layout : NULL;
}

bool native_lower(NativeSig *sig)
{
    const NativeLayout *ret = native_result_layout(sig);
    Registers used = {.integers = ret && !ret->n_words};
    uint32_t n = 0;
    for (uint32_t i = 0; i < sig->n; i++) {
        NativeParam *p = &sig->params[i];
        const NativeLayout *layout = passed_layout(p);
        p->n_words = 1;
        sig->types[n] = p->ffi;
        if (layout && fits(&used, layout)) {
            p->n_words = layout->n_words;
            memcpy(&sig->types[n], layout->words, p->n_words * sizeof *sig->types);
        } else if (layout) {
            sig->types[n] = (ffi_type *)&layout->in_memory;
        }
        for (uint32_t k = 0; k < p->n_words; k++)
            if (sig->types[n + k]->type != FFI_TYPE_STRUCT)
                use_register(&used, sig->types[n + k]);
        n += p->n_words;
    }
    if (sig->hresult && sig->returns)
        sig->types[n++] = &ffi_type_pointer;
    sig->n_words = n;
    ffi_type *result = sig->hresult   ? &ffi_type_sint32
                       : sig->returns ? sig->ret.ffi
                                      : &ffi_type_void;
    return ffi_prep_cif(&sig->cif, FFI_DEFAULT_ABI, n, result, sig->types) == FFI_OK;
}

const NativeLayout *native_result_layout(const NativeSig *sig)
{
    bool is_struct =
        sig->returns && !sig->hresult && sig->ret.ffi->type == FFI_TYPE_STRUCT;
    return is_struct ? sig->ret.layout : NULL;
}
