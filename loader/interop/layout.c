/* layout.c - structures and classes in native layout, and MarshalAs (ECMA-335
 * II.10.1.2, II.23.4). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/lock.h"
#include "common/base/mem.h"
#include "loader/interop/native_private.h"
#include "loader/vm/exception.h"

static Lock lock = LOCK_INIT(LOCK_LEAF);
static Map layouts = MAP_INIT; /* Type * -> NativeLayout * */
static Map layouts_as_they_are = MAP_INIT;

MarshalAs marshal_as_of(const MarshalBlob *blob, Assembly *from)
{
    bool has_param = blob->has_param && blob->param <= INT16_MAX;
    return (MarshalAs){.native = blob->native == NATIVE_MAX ? 0 : blob->native,
                       .elem = blob->elem == NATIVE_MAX ? 0 : blob->elem,
                       .count = blob->count,
                       .param = has_param ? (int16_t)blob->param : -1,
                       .from = from,
                       .type = blob->type,
                       .cookie = blob->cookie};
}

MarshalAs marshal_as(Assembly *assembly, uint32_t token)
{
    MarshalBlob blob = {0};
    if (token)
        marshal_blob_of(assembly->image, token, &blob);
    return marshal_as_of(&blob, assembly);
}

/* -- placing fields ------------------------------------------------------------ */

enum { MAX_NATIVE_SIZE = 1 << 27, MAX_NATIVE_ALIGN = 64 };

typedef struct Layouter {
    NativeLayout *layout;
    VEC(NativeField) fields;
    uint32_t pack;
    bool is_explicit;
    bool utf16;
    bool as_it_is;
} Layouter;

static uint32_t align_up(uint32_t n, uint32_t align)
{
    return align ? (n + align - 1) / align * align : n;
}

/* Offset of an explicit field from the FieldLayout table. */
static uint32_t explicit_offset(const Field *field)
{
    const Image *image = field->owner->assembly->image;
    uint32_t row, end;
    if (!image_find_rows(image, TABLE_FieldLayout, COL_FieldLayout_Field,
                         TOKEN_RID(field->token), &row, &end))
        return 0;
    return image_get(image, TABLE_FieldLayout, row, COL_FieldLayout_Offset);
}

/* number: of an element of an inline array. */
static bool layout_field(Layouter *l, const Field *field, uint32_t number)
{
    NativeField f = {.field = field};
    MarshalAs as = marshal_as(field->owner->assembly, field->token);
    as.place = PLACE_FIELD;
    as.as_it_is = l->as_it_is;
    const Field *outer = marshal_speak_of_field(field);
    bool ok = conv_of(field->type, as, l->utf16, &f.conv);
    marshal_speak_of_field(outer);
    if (!ok)
        return false;
    uint32_t align = f.conv.align < l->pack ? f.conv.align : l->pack;
    uint32_t base = type_is_valuetype(field->owner) ? 0 : OBJECT_HEADER_SIZE;
    NativeLayout *layout = l->layout;
    f.managed = field->offset - base + number * type_value_size(field->type);
    f.native = l->as_it_is      ? f.managed
               : l->is_explicit ? explicit_offset(field)
                                : align_up(layout->size, align);
    if ((uint64_t)f.native + f.conv.size > MAX_NATIVE_SIZE)
        return marshal_unsupported(field->owner, "it is too large");
    if (f.native + f.conv.size > layout->size)
        layout->size = f.native + f.conv.size;
    if (align > layout->align)
        layout->align = align;
    if (f.conv.kind != CONV_bits || f.native != f.managed)
        layout->same_bits = false;
    *vec_push(&l->fields) = f;
    return true;
}

static uint32_t class_layout(const Type *type, int column)
{
    const Image *image = type->assembly->image;
    uint32_t row, end;
    if (!image_find_rows(image, TABLE_ClassLayout, COL_ClassLayout_Parent,
                         TOKEN_RID(type->token), &row, &end))
        return 0;
    return image_get(image, TABLE_ClassLayout, row, column);
}

/* The size that a class was given is that of its own fields. */
static bool layout_fields(Layouter *l, Type *type)
{
    Err err = ERR_INIT;
    if (!type_load(type, LEVEL_LAYOUT, &err))
        return exception_set_err(&err);
    if (!type_is_valuetype(type) && type->parent && type->parent->parent &&
        !layout_fields(l, type->parent))
        return false;
    uint64_t end =
        (uint64_t)l->layout->size + class_layout(type, COL_ClassLayout_ClassSize);
    for (uint32_t i = 0; i < type->n_fields; i++)
        for (uint32_t k = 0; k < (type->inline_length ? type->inline_length : 1); k++)
            if (!(type->fields[i].flags & FIELD_STATIC) &&
                !layout_field(l, &type->fields[i], k))
                return false;
    l->layout->size = align_up(l->layout->size, l->layout->align);
    if (end > MAX_NATIVE_SIZE)
        return marshal_unsupported(type, "it is too large");
    if (end > l->layout->size)
        l->layout->size = (uint32_t)end;
    return true;
}

static NativeLayout *layout_make(Type *type, bool as_it_is)
{
    NativeLayout *layout = mem_alloc(sizeof *layout);
    uint32_t pack = class_layout(type, COL_ClassLayout_PackingSize);
    enum { STRING_FORMAT_MASK = 0x30000, STRING_FORMAT_UNICODE = 0x10000 };
    Layouter l = {.layout = layout,
                  .pack = pack ? pack : MAX_NATIVE_ALIGN,
                  .is_explicit = (type->flags & TYPE_LAYOUT_MASK) == TYPE_EXPLICIT,
                  .utf16 = (type->flags & STRING_FORMAT_MASK) == STRING_FORMAT_UNICODE,
                  .as_it_is = as_it_is};
    uint32_t align = type_library_align(type);
    *layout =
        (NativeLayout){.type = type, .align = align ? align : 1, .same_bits = true};
    if (!layout_fields(&l, type)) {
        vec_free(&l.fields);
        free(layout);
        return NULL;
    }
    if (!layout->size)
        layout->size = 1;
    if (as_it_is) {
        layout->size = type->size;
        layout->same_bits = true;
    }
    if (type_is_valuetype(type) && layout->size != type->size)
        layout->same_bits = false;
    layout->n = (uint32_t)l.fields.n;
    layout->fields = l.fields.at;
    native_classify(layout);
    return layout;
}

/* Layouts that the thread makes: each for a field of the one below it. */
typedef struct Making {
    const Type *type;
    struct Making *outer;
} Making;

static NativeLayout *layout_make_once(Type *type, bool as_it_is)
{
    static __thread Making *innermost;
    for (const Making *m = innermost; m; m = m->outer)
        if (m->type == type) {
            marshal_unsupported(type, "it contains itself");
            return NULL;
        }
    Making making = {type, innermost};
    innermost = &making;
    NativeLayout *layout = layout_make(type, as_it_is);
    innermost = making.outer;
    return layout;
}

static const NativeLayout *layout_get(Type *type, bool as_it_is)
{
    Map *map = as_it_is ? &layouts_as_they_are : &layouts;
    lock_acquire(&lock);
    NativeLayout *layout = map_ptr_get(map, type);
    lock_release(&lock);
    if (layout)
        return layout;
    layout = layout_make_once(type, as_it_is);
    if (!layout)
        return NULL;
    lock_acquire(&lock);
    map_ptr_put(map, type, layout); /* of two equal ones the later */
    lock_release(&lock);
    return layout;
}

static bool is_automatic(const Type *type)
{
    return !(type->flags & TYPE_LAYOUT_MASK);
}

bool marshal_no_layout(const Type *type)
{
    Arena scratch = ARENA_INIT;
    exception_set("System.Runtime.InteropServices.MarshalDirectiveException",
                  "Type %s which is passed to unmanaged code must have a StructLayout "
                  "attribute.",
                  type_short_name(&scratch, type));
    arena_free(&scratch);
    return false;
}

const NativeLayout *native_layout(Type *type)
{
    if (is_automatic(type) && !type_is_valuetype(type)) {
        marshal_no_layout(type);
        return NULL;
    }
    if (type->bits & TYPE_BIT_OPEN || !type->token) {
        marshal_unsupported(type, "open types have no native form");
        return NULL;
    }
    return layout_get(type, false);
}

const NativeLayout *native_layout_as_it_is(Type *type)
{
    if (!is_automatic(type))
        return layout_get(type, true);
    marshal_unsupported(type, "Structures marked with [StructLayout(LayoutKind.Auto)] "
                              "cannot be marshaled");
    return NULL;
}

/* -- System.Runtime.InteropServices.Marshal ------------------------------------ */

static bool type_conv(Type *type, Conv *conv)
{
    if (type_is_valuetype(type))
        return conv_of(type, (MarshalAs){.place = PLACE_FIELD}, false, conv);
    const NativeLayout *layout = native_layout(type);
    if (!layout)
        return false;
    *conv = (Conv){.kind = layout->same_bits ? CONV_bits : CONV_struct,
                   .type = type,
                   .size = layout->size,
                   .align = layout->align,
                   .layout = layout,
                   .ffi = (ffi_type *)&layout->result};
    return true;
}

int32_t marshal_size(Type *type)
{
    Conv conv;
    if (type->element == ELEMENT_PTR || type->element == ELEMENT_FNPTR)
        return sizeof(void *);
    if (is_automatic(type) || type->bits & (TYPE_BIT_ENUM | TYPE_BIT_OPEN)) {
        char text[512];
        bool is_array = type->element == ELEMENT_SZARRAY;
        snprintf(text, sizeof text,
                 "Type %s%s cannot be marshaled as an unmanaged structure.",
                 is_array ? type->elem->name : type->name, is_array ? "[]" : "");
        exception_argument("System.ArgumentException", "t", text);
        return -1;
    }
    return type_conv(type, &conv) ? (int32_t)conv.size : -1;
}

bool marshal_is_blittable(Type *type)
{
    Conv conv;
    return type_conv(type, &conv) && conv.kind == CONV_bits;
}

static bool has_field(Type *type, const char *name)
{
    for (; type; type = type->parent)
        for (uint32_t i = 0; i < type->n_fields; i++)
            if (!(type->fields[i].flags & FIELD_STATIC) &&
                !strcmp(type->fields[i].name, name))
                return true;
    return false;
}

int32_t marshal_offset(Type *type, const char *field)
{
    Err err = ERR_INIT;
    if (!type_load(type, LEVEL_LAYOUT, &err)) {
        exception_set_err(&err);
        return -1;
    }
    const NativeLayout *layout =
        has_field(type, field) ? layout_get(type, false) : NULL;
    for (uint32_t i = 0; layout && i < layout->n; i++)
        if (!strcmp(layout->fields[i].field->name, field))
            return (int32_t)layout->fields[i].native;
    if (!exception_pending()) {
        char text[512];
        snprintf(text, sizeof text,
                 "Field passed in is not a marshaled member of the type %s",
                 type->name);
        exception_argument("System.ArgumentException", "fieldName", text);
    }
    return -1;
}

bool marshal_struct_to_native(Type *type, const void *value, void *native)
{
    Conv conv;
    return type_conv(type, &conv) && conv_to_native(&conv, value, native);
}

bool marshal_struct_from_native(Type *type, const void *native, void *value)
{
    Conv conv;
    return type_conv(type, &conv) && conv_from_native(&conv, native, value);
}

void marshal_struct_destroy(Type *type, void *native)
{
    Conv conv;
    if (type_conv(type, &conv))
        conv_release(&conv, native);
    else
        exception_take();
}
