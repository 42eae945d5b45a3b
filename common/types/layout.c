/* layout.c - the layout of instances (ECMA-335 II.10.7, II.22.8, II.22.16).
 *
 * Classes whose layout is automatic: references first, then by falling alignment, in
 * metadata order where equal. Structures likewise; where the library has free
 * references the structures in them come last, though, and the size is one that
 * machines copy well: (byte, byte, byte) has 4 bytes, (int, int, int) 16. Sequential:
 * in metadata order, as C lays out structs. Explicit: as said. The only field of an
 * InlineArray stands in it as often as its attribute says. The layout depends on
 * nothing but the metadata, and is the same for all instantiations over references. A
 * few classes of the class library lie over what the runtime lays out; their rows say
 * where (overlays.def). */
#include <assert.h>
#include <string.h>

#include "common/base/check.h"
#include "common/metadata/attribute.h"
#include "common/types/rules_private.h"
#include "common/types/types_private.h"

/* A word that the collector has to look at: also interior pointers. */
bool type_has_reference(const Type *type)
{
    switch (type->element) {
    case ELEMENT_VAR: /* open types are laid out as over references */
    case ELEMENT_MVAR:
    case ELEMENT_BYREF:
        return true;
    case ELEMENT_VALUETYPE:
    case ELEMENT_TYPEDBYREF:
        return (type->bits & TYPE_BIT_HAS_REFS) != 0;
    default:
        return type_is_reference(type);
    }
}

/* Primitives have their size from the start; common/types itself asks under way. */
static bool value_is_laid_out(const Type *type)
{
    return !type_is_valuetype(type) || type->size || type_level(type) >= LEVEL_LAYOUT ||
           type->phases & PHASE_INSTANCE;
}

uint32_t type_value_size(const Type *type)
{
    if (type->element == ELEMENT_VOID)
        return 0;
    check_that(value_is_laid_out(type));
    return type_is_valuetype(type) ? type->size : 8;
}

uint32_t type_value_align(const Type *type)
{
    check_that(value_is_laid_out(type));
    return type_is_valuetype(type) ? type->align : 8;
}

bool value_size_known(Type *type, Err *err)
{
    if (!type_is_valuetype(type) || (type->size && type->element != ELEMENT_VALUETYPE &&
                                     type->element != ELEMENT_TYPEDBYREF))
        return true;
    return type_load(type, LEVEL_PARENTS, err) && type_do(type, PHASE_INSTANCE, err);
}

static void map_set(uint64_t *map, uint32_t word)
{
    map[word / 64] |= 1ull << (word % 64);
}

static bool map_test(const uint64_t *map, uint32_t word)
{
    return map[word / 64] >> (word % 64) & 1;
}

void map_add_references(uint64_t *map, uint32_t offset, const Type *type)
{
    if (!type_has_reference(type))
        return;
    if (!type_is_valuetype(type)) {
        map_set(map, offset / 8);
        return;
    }
    for (uint32_t i = 0; i < type->ref_words; i++)
        if (map_test(type->ref_map, i))
            map_set(map, offset / 8 + i);
}

typedef struct Layout {
    Type *type;
    uint32_t start; /* where own fields begin: end of the parent's */
    uint64_t end;   /* end of what is placed so far */
    uint32_t align; /* of the whole */
    uint32_t pack;  /* 0: none */
    uint32_t class_size;
    uint32_t repeat; /* of the only field */
    bool has_refs;
} Layout;

static bool is_instance_field(const Field *field)
{
    return !(field->flags & (FIELD_STATIC | FIELD_LITERAL));
}

static bool place(Layout *l, Field *field, uint64_t offset, uint32_t align, Err *err)
{
    uint32_t size = type_value_size(field->type);
    if (offset > MAX_INSTANCE_SIZE || size > MAX_INSTANCE_SIZE)
        return rule_broken(l->type, RULE_SIZE, field->name, err);
    field->offset = (uint32_t)offset;
    l->end = offset + size > l->end ? offset + size : l->end;
    l->align = align > l->align ? align : l->align;
    l->has_refs |= type_has_reference(field->type);
    return true;
}

/* The collector aligns objects to 16 bytes. */
static bool place_next(Layout *l, Field *field, uint32_t align, Err *err)
{
    if (!type_is_valuetype(l->type) && align > 16)
        align = 16;
    return place(l, field, (l->end + align - 1) & ~(uint64_t)(align - 1), align, err);
}

enum { MAX_ALIGN = 64, REFERENCES = 2 * MAX_ALIGN };

static bool is_rounded(const Layout *l)
{
    return l->type->world->library->free_references && type_is_valuetype(l->type);
}

static bool holds_structure(const Field *field)
{
    return type_is_valuetype(field->type) && !(field->type->bits & TYPE_BIT_ENUM) &&
           (field->type->element == ELEMENT_VALUETYPE ||
            field->type->element == ELEMENT_TYPEDBYREF);
}

/* To a power of two below a word, to words above, unless structures are all it holds.
 */
static void round_auto(Layout *l)
{
    const Type *type = l->type;
    if (l->end <= 8) {
        for (l->align = 1; l->align < l->end;)
            l->align *= 2;
        return;
    }
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (is_instance_field(&type->fields[i]) && !holds_structure(&type->fields[i]) &&
            l->align < 8)
            l->align = 8;
    if (l->has_refs)
        l->align = 8;
}

static bool place_structures(Layout *l, Err *err)
{
    Type *type = l->type;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        Field *field = &type->fields[i];
        if (is_instance_field(field) && holds_structure(field) &&
            !place_next(l, field, type_value_align(field->type), err))
            return false;
    }
    round_auto(l);
    return true;
}

static bool place_auto(Layout *l, Err *err)
{
    Type *type = l->type;
    for (uint32_t align = REFERENCES; align; align /= 2) {
        for (uint32_t i = 0; i < type->n_fields; i++) {
            Field *field = &type->fields[i];
            if (!is_instance_field(field) || (is_rounded(l) && holds_structure(field)))
                continue;
            bool first =
                type_is_reference(field->type) ||
                (field->type->bits & TYPE_BIT_OPEN && !type_is_valuetype(field->type));
            uint32_t to = type_value_align(field->type);
            if (align == REFERENCES ? !first : first || to != align)
                continue;
            if (!place_next(l, field, to, err))
                return false;
        }
    }
    return !is_rounded(l) || place_structures(l, err);
}

static bool place_sequential(Layout *l, Err *err)
{
    Type *type = l->type;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        Field *field = &type->fields[i];
        if (!is_instance_field(field))
            continue;
        uint32_t align = type_value_align(field->type);
        if (l->pack && l->pack < align && !type_has_reference(field->type))
            align = l->pack;
        if (!place_next(l, field, align, err))
            return false;
    }
    return true;
}

/* Two fields may share a word only if both hold references there, or none. */
static bool overlaps_check(Layout *l, Err *err)
{
    Type *type = l->type;
    Arena scratch = ARENA_INIT;
    uint32_t words = (uint32_t)(l->end + 7) / 8;
    uint64_t *map = arena_array(&scratch, uint64_t, words / 64 + 1);
    uint64_t *own = arena_array(&scratch, uint64_t, words / 64 + 1);
    bool ok = true;
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (is_instance_field(&type->fields[i]))
            map_add_references(map, type->fields[i].offset, type->fields[i].type);
    for (uint32_t i = 0; ok && i < type->n_fields; i++) {
        Field *field = &type->fields[i];
        if (!is_instance_field(field))
            continue;
        uint32_t first = field->offset / 8;
        uint32_t end = (field->offset + type_value_size(field->type) + 7) / 8;
        for (uint32_t w = first; w < end; w++)
            own[w / 64] &= ~(1ull << (w % 64));
        map_add_references(own, field->offset, field->type);
        for (uint32_t w = first; ok && w < end; w++)
            ok = map_test(own, w) == map_test(map, w);
    }
    arena_free(&scratch);
    return ok || type_fail(type, err,
                           "it has an object field that overlaps with a non-object "
                           "field");
}

static bool place_explicit(Layout *l, Err *err)
{
    Type *type = l->type;
    const Image *image = type->assembly->image;
    for (uint32_t i = 0; i < type->n_fields; i++) {
        Field *field = &type->fields[i];
        uint32_t first, end;
        if (!is_instance_field(field))
            continue;
        if (!image_find_rows(image, TABLE_FieldLayout, COL_FieldLayout_Field,
                             TOKEN_RID(field->token), &first, &end))
            return type_fail(type, err, "a field without the offset that it must have");
        uint64_t offset =
            image_get(image, TABLE_FieldLayout, first, COL_FieldLayout_Offset);
        offset += l->start;
        uint32_t align = type_value_align(field->type);
        if (l->pack && l->pack < align)
            align = l->pack;
        if (type_has_reference(field->type) && offset % 8)
            return type_fail(type, err, "an object field at an odd offset");
        if (!place(l, field, offset, type_has_reference(field->type) ? 8 : align, err))
            return false;
    }
    return !l->has_refs || overlaps_check(l, err);
}

static bool read_class_layout(Layout *l, Err *err)
{
    const Image *image = l->type->assembly->image;
    uint32_t row, end;
    if (!image_find_rows(image, TABLE_ClassLayout, COL_ClassLayout_Parent,
                         TOKEN_RID(l->type->token), &row, &end))
        return true;
    uint32_t pack =
        image_get(image, TABLE_ClassLayout, row, COL_ClassLayout_PackingSize);
    uint32_t size = image_get(image, TABLE_ClassLayout, row, COL_ClassLayout_ClassSize);
    bool pack_is_bad = pack & (pack - 1) || pack > 128;
    if (pack_is_bad || size > MAX_INSTANCE_SIZE)
        return !(l->type->flags &
                 TYPE_LAYOUT_MASK) || /* auto: no matter what is asked */
               rule_broken(l->type, pack_is_bad ? RULE_PACKING : RULE_SIZE, NULL, err);
    l->pack = pack;
    l->class_size = size;
    return true;
}

/* -- Inline arrays ------------------------------------------------------------- */

static bool inline_array_bad(const Layout *l, const char *what, Err *err)
{
    Arena scratch = ARENA_INIT;
    type_fail(l->type, err, arena_printf(&scratch, "InlineArrayAttribute %s", what));
    arena_free(&scratch);
    return false;
}

static bool check_inline_array(const Layout *l, int32_t length, Err *err)
{
    const Type *type = l->type;
    uint32_t n = 0;
    for (uint32_t i = 0; i < type->n_fields; i++)
        n += is_instance_field(&type->fields[i]);
    if ((type->flags & TYPE_LAYOUT_MASK) == TYPE_EXPLICIT)
        return inline_array_bad(l, "cannot be applied to a type with explicit layout",
                                err);
    if (l->class_size)
        return inline_array_bad(l, "cannot be applied to a type with explicit size",
                                err);
    if (length <= 0)
        return inline_array_bad(
            l, "requires that the length argument is greater than 0", err);
    return n == 1 ||
           inline_array_bad(
               l, "requires that the target type has a single instance field", err);
}

static bool read_inline_array(Layout *l, Err *err)
{
    const Image *image = l->type->assembly->image;
    uint32_t row = type_is_valuetype(l->type)
                       ? image_find_attribute(image, l->type->token,
                                              "System.Runtime.CompilerServices",
                                              "InlineArrayAttribute")
                       : 0;
    l->repeat = 1;
    if (!row)
        return true;
    static const AttrType number = {.kind = ELEMENT_I4};
    Arena scratch = ARENA_INIT;
    Attribute attribute;
    Bytes blob =
        image_get_blob(image, TABLE_CustomAttribute, row, COL_CustomAttribute_Value);
    bool ok =
        attribute_read(blob, (AttrParams){&number, 1}, NULL, &scratch, &attribute, err);
    if (ok) {
        int32_t length = (int32_t)attribute.fixed[0].u.i;
        ok = check_inline_array(l, length, err);
        l->repeat = l->type->inline_length = (uint32_t)length;
    }
    arena_free(&scratch);
    return ok;
}

static void repeat_field(Layout *l)
{
    if (l->repeat > 1)
        l->end = (l->end - l->start) * l->repeat + l->start;
}

static uint32_t repeated_size(const Type *type, const Field *field)
{
    return type->inline_length ? type_value_size(field->type) : 0;
}

/* -- The whole ----------------------------------------------------------------- */

static void map_field(Type *type, const Field *field)
{
    uint32_t n = type->inline_length ? type->inline_length : 1;
    if (!type_has_reference(field->type))
        return;
    for (uint32_t k = 0; k < n; k++)
        map_add_references(type->ref_map,
                           field->offset + k * repeated_size(type, field), field->type);
}

static void map_instance(Layout *l)
{
    Type *type = l->type;
    const Type *parent = type_is_valuetype(type) ? NULL : type->parent;
    type->ref_words = (type->size + 7) / 8;
    type->ref_map =
        arena_array(&type->world->perm, uint64_t, (type->ref_words + 63) / 64 + 1);
    for (uint32_t i = 0; parent && i < parent->ref_words; i++)
        if (map_test(parent->ref_map, i))
            map_set(type->ref_map, i);
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (is_instance_field(&type->fields[i]))
            map_field(type, &type->fields[i]);
    if (type->def == type->world->known.byreference && type->n_fields &&
        is_instance_field(&type->fields[0])) {
        map_set(type->ref_map, type->fields[0].offset / 8);
        l->has_refs = true;
    }
    if (l->has_refs || (parent && parent->bits & TYPE_BIT_HAS_REFS))
        type->bits |= TYPE_BIT_HAS_REFS;
}

static bool field_is_blittable(const Field *field)
{
    switch (field->type->element) {
    case ELEMENT_PTR:
    case ELEMENT_FNPTR:
        return true;
    default:
        return type_is_valuetype(field->type) && field->type->bits & TYPE_BIT_BLITTABLE;
    }
}

static void find_blittable(Type *type)
{
    bool is_auto = !(type->flags & TYPE_LAYOUT_MASK);
    bool ok = type->bits & TYPE_BIT_ENUM || !is_auto;
    if (!type_is_valuetype(type) && type->parent != type->world->known.object)
        ok = ok && type->parent && type->parent->bits & TYPE_BIT_BLITTABLE;
    for (uint32_t i = 0; ok && i < type->n_fields; i++)
        if (is_instance_field(&type->fields[i]))
            ok = field_is_blittable(&type->fields[i]);
    if (ok)
        type->bits |= TYPE_BIT_BLITTABLE;
}

static bool find_underlying(Type *type, Err *err)
{
    for (uint32_t i = 0; i < type->n_fields; i++) {
        if (!is_instance_field(&type->fields[i]))
            continue;
        if (type->elem)
            return type_fail(type, err, "an enum with two values");
        type->elem = type->fields[i].type;
        if (type->elem->bits & TYPE_BIT_ENUM)
            type->elem = type->elem->elem;
    }
    if (!type->elem || type->elem->element < ELEMENT_BOOLEAN ||
        (type->elem->element > ELEMENT_R8 && type->elem->element != ELEMENT_I &&
         type->elem->element != ELEMENT_U)) {
        type->elem = NULL;
        return type_fail(type, err, "an enum that is not of a primitive type");
    }
    return true;
}

/* Where the class library leaves order and size to the runtime once there are
 * references. */
static bool is_free(const Layout *l)
{
    const Type *type = l->type;
    if (!type->world->library->free_references || !type_is_valuetype(type) ||
        type->bits &
            TYPE_BIT_NULLABLE) /* boxed by managed code that wants the flag first */
        return false;
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (is_instance_field(&type->fields[i]) &&
            type_has_reference(type->fields[i].type))
            return true;
    return false;
}

/* A size that is given with explicit offsets is no multiple of the alignment, unless
 * the references in it need that. */
static bool size_is_exact(const Layout *l)
{
    return l->class_size && type_is_valuetype(l->type) && !l->has_refs &&
           (l->type->world->library->free_references ||
            (l->type->flags & TYPE_LAYOUT_MASK) == TYPE_EXPLICIT);
}

uint32_t type_library_align(const Type *type)
{
    const Library *library = type->world->library;
    if (type->assembly != type->world->corlib || type->declaring)
        return 0;
    for (uint32_t i = 0; i < library->n_alignments; i++)
        if (!strcmp(type->name, library->alignments[i].name) &&
            !strcmp(type->name_space, library->alignments[i].name_space))
            return library->alignments[i].align;
    return 0;
}

static bool finish(Layout *l, Err *err)
{
    Type *type = l->type;
    bool is_value = type_is_valuetype(type);
    uint64_t size = l->end;
    if ((uint64_t)l->start + l->class_size > size && type->flags & TYPE_LAYOUT_MASK)
        size = (uint64_t)l->start + l->class_size;
    uint32_t align = is_value ? l->align : 8;
    if (align < type_library_align(type))
        align = type_library_align(type);
    if (!size_is_exact(l))
        size = (size + align - 1) & ~(uint64_t)(align - 1);
    if (is_value && !size)
        size = 1;
    if (size > MAX_INSTANCE_SIZE)
        return rule_broken(type, RULE_SIZE, NULL, err);
    type->size = (uint32_t)size;
    type->align = align;
    map_instance(l);
    find_blittable(type);
    return !(type->bits & TYPE_BIT_ENUM) || find_underlying(type, err);
}

/* Primitives hold a field of their own type. */
static void lay_out_primitive(Type *type)
{
    type->ref_words = 1;
    type->ref_map = arena_new(&type->world->perm, uint64_t);
    if (type->element != ELEMENT_BOOLEAN && type->element != ELEMENT_CHAR)
        type->bits |= TYPE_BIT_BLITTABLE;
}

static bool lay_out_array(Type *type, Err *err)
{
    if (!value_size_known(type->elem, err))
        return false;
    type->size = type_array_data(type);
    type->align = 8;
    type->elem_size = type_value_size(type->elem);
    if (type_has_reference(type->elem))
        type->bits |= TYPE_BIT_HAS_REFS;
    return true;
}

static bool overlay_is_of(const LibraryOverlay *overlay, const Type *type)
{
    const Type *outer = overlay->nested ? type->declaring : type;
    return outer && !strcmp(outer->name, overlay->type) &&
           !strcmp(outer->name_space, overlay->name_space) &&
           (!overlay->nested || !strcmp(type->name, overlay->nested));
}

/* Classes through which managed code looks at what the runtime lays out. */
static void overlay_fields(Type *type)
{
    const Library *library = type->world->library;
    if (type->assembly != type->world->corlib)
        return;
    for (uint32_t i = 0; i < library->n_overlays; i++) {
        const LibraryOverlay *overlay = &library->overlays[i];
        if (!overlay_is_of(overlay, type))
            continue;
        for (uint32_t k = 0; k < type->n_fields; k++) {
            Field *field = &type->fields[k];
            if (strcmp(field->name, overlay->field))
                continue;
            assert(!type_has_reference(field->type)); /* it is no more in the map */
            field->offset = overlay->offset;
        }
    }
}

static bool lay_out_fields(Type *type, Err *err)
{
    Layout l = {.type = type, .align = 1};
    bool is_value = type_is_valuetype(type);
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (is_instance_field(&type->fields[i]) &&
            !value_size_known(type->fields[i].type, err))
            return false;
    if (!is_value && !(type->bits & TYPE_BIT_INTERFACE))
        l.start = type->parent ? type->parent->size : OBJECT_HEADER_SIZE;
    l.end = l.start;
    if (!read_class_layout(&l, err) || !read_inline_array(&l, err))
        return false;
    uint32_t kind = type->flags & TYPE_LAYOUT_MASK;
    if (kind == TYPE_SEQUENTIAL && is_free(&l)) {
        kind = 0;
        l.class_size = l.pack = 0;
    }
    if (kind == TYPE_EXPLICIT && type->n_args) /* II.10.1.2 */
        return type_fail(type, err, "a generic type can't have an explicit layout");
    bool ok = kind == TYPE_EXPLICIT     ? place_explicit(&l, err)
              : kind == TYPE_SEQUENTIAL ? place_sequential(&l, err)
                                        : place_auto(&l, err);
    repeat_field(&l);
    if (!ok || !finish(&l, err))
        return false;
    overlay_fields(type);
    return true;
}

bool instance_do(Type *type, Err *err)
{
    if (type->element == ELEMENT_SZARRAY || type->element == ELEMENT_ARRAY)
        return lay_out_array(type, err);
    if (!type->token && type != type->world->canon) { /* pointers, parameters */
        type->size = type->align = 8;
        return true;
    }
    Type *parent = type->parent;
    if (parent && (!type_load(parent, LEVEL_PARENTS, err) ||
                   !type_do(parent, PHASE_INSTANCE, err)))
        return false;
    if (!type_do(type, PHASE_FIELDS, err))
        return false;
    if (type->size && type_is_valuetype(type)) {
        lay_out_primitive(type);
        return true;
    }
    return lay_out_fields(type, err);
}
