/* fields.c - the fields of a type and the blocks of its static ones. */
#include <stdlib.h>
#include <string.h>

#include "common/base/check.h"
#include "common/types/rules_private.h"
#include "common/types/types_private.h"

static uint32_t field_rva(const Image *image, uint32_t rid)
{
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_FieldRVA, COL_FieldRVA_Field, rid, &first, &end))
        return 0;
    return image_get(image, TABLE_FieldRVA, first, COL_FieldRVA_RVA);
}

/* Does a signature of a field say that it holds a reference? */
static bool is_of_class(Cursor sig)
{
    uint8_t element = cursor_u8(&sig);
    for (; element == ELEMENT_CMOD_REQD || element == ELEMENT_CMOD_OPT;
         element = cursor_u8(&sig))
        cursor_compressed(&sig);
    if (element == ELEMENT_GENERICINST)
        return cursor_u8(&sig) == ELEMENT_CLASS;
    return element == ELEMENT_CLASS || element == ELEMENT_SZARRAY ||
           element == ELEMENT_ARRAY;
}

static Cursor field_signature(const Field *field)
{
    return cursor_open(image_get_blob(field->owner->assembly->image, TABLE_Field,
                                      TOKEN_RID(field->token), COL_Field_Signature));
}

static Type *field_type(Field *field, Cursor *c, Err *err)
{
    GenericContext ctx = type_context(field->owner);
    ctx.method_args = (Type **)no_types; /* an MVAR is an error */
    return sig_read_field(field->owner->assembly, c, &ctx, &field->mods, err);
}

/* Where the library asks for the class of a field when it is used, and not before, a
 * reference is known without it. */
static bool do_without_class(Field *field, Cursor sig, Err *err)
{
    World *world = field->owner->world;
    if (!world->library->lazy_fields || !is_of_class(sig) ||
        (err->kind != ERR_IO && err->kind != ERR_TYPE_LOAD))
        return false;
    *err = (Err)ERR_INIT;
    field->type = world->known.object;
    field->is_missing = true;
    return true;
}

bool field_find_type(Field *field, Err *err)
{
    if (!__atomic_load_n(&field->is_missing, __ATOMIC_ACQUIRE))
        return true;
    Cursor c = field_signature(field);
    cursor_u8(&c);
    Field found = *field;
    Type *type = field_type(&found, &c, err);
    if (!type)
        return false;
    if (!type_is_reference(type))
        return type_fail(field->owner, err, "a field of a value type as of a class");
    __atomic_store_n(&field->type, type, __ATOMIC_RELAXED);
    __atomic_store_n(&field->is_missing, false, __ATOMIC_RELEASE);
    return true;
}

static bool field_read(Type *type, Field *field, uint32_t rid, Err *err)
{
    const Image *image = type->assembly->image;
    field->owner = type;
    field->def = field;
    field->token = TOKEN(TABLE_Field, rid);
    field->flags = (uint16_t)image_get(image, TABLE_Field, rid, COL_Field_Flags);
    if (field->flags & FIELD_LITERAL) /* II.22.15 says so: it is in no object */
        field->flags |= FIELD_STATIC;
    field->name = image_get_string(image, TABLE_Field, rid, COL_Field_Name);
    Cursor c = field_signature(field);
    if ((cursor_u8(&c) & SIG_KIND_MASK) != SIG_FIELD)
        return type_fail(type, err, "a field without a field signature");
    Cursor whole = c;
    field->type = field_type(field, &c, err);
    if (!field->type && !do_without_class(field, whole, err))
        return false;
    if (field->type->element == ELEMENT_VOID)
        return type_fail(type, err, "a field of type void");
    if (field->flags & FIELD_HASRVA)
        field->rva = field_rva(image, rid);
    if ((field->flags & (FIELD_STATIC | FIELD_LITERAL)) == FIELD_STATIC)
        field->is_thread_static =
            image_has_attribute(image, field->token, "System", "ThreadStaticAttribute");
    return rules_check_field(field, err);
}

static bool fields_of_def(Type *type, Err *err)
{
    const Image *image = type->assembly->image;
    uint32_t first, end;
    image_list(image, TABLE_TypeDef, TOKEN_RID(type->token), COL_TypeDef_FieldList,
               TABLE_Field, &first, &end);
    uint32_t n = end > first ? end - first : 0;
    Field *fields = arena_array(&type->world->perm, Field, n);
    for (uint32_t i = 0; i < n; i++)
        if (!field_read(type, &fields[i], image_list_row(image, TABLE_Field, first + i),
                        err))
            return false;
    type->fields = fields;
    type->n_fields = n;
    return true;
}

static bool fields_of_instance(Type *type, Err *err)
{
    Type *def = type->def;
    GenericContext ctx = type_context(type);
    if (!type_do(def, PHASE_FIELDS, err))
        return false;
    Field *fields = arena_array(&type->world->perm, Field, def->n_fields);
    for (uint32_t i = 0; i < def->n_fields; i++) {
        fields[i] = def->fields[i];
        fields[i].owner = type;
        fields[i].offset = 0;
        fields[i].rt = NULL;
        fields[i].type = type_substitute(def->fields[i].type, &ctx, err);
        if (!fields[i].type)
            return false;
    }
    type->fields = fields;
    type->n_fields = def->n_fields;
    return true;
}

bool fields_do(Type *type, Err *err)
{
    if (!type->token)
        return true;
    return type->def == type ? fields_of_def(type, err) : fields_of_instance(type, err);
}

Field *type_find_field(Type *type, const char *name)
{
    check_that(type_level(type) >= LEVEL_LAYOUT || type->phases & PHASE_FIELDS);
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (!strcmp(type->fields[i].name, name))
            return &type->fields[i];
    return NULL;
}

/* -- Static blocks ------------------------------------------------------------- */

/* A reference or a value with references has to lie on a word, fields that are data of
 * the image may be read as vectors. */
static uint32_t static_align(const Field *field)
{
    uint32_t align = type_value_align(field->type);
    if (field->flags & FIELD_HASRVA) {
        uint32_t rva_align = type_value_size(field->type) >= 16 ? 16 : 8;
        align = align > rva_align ? align : rva_align;
    }
    return align;
}

typedef struct StaticBlock {
    bool is_thread;
    uint64_t size;
} StaticBlock;

static bool in_block(const Field *field, const StaticBlock *block)
{
    return (field->flags & (FIELD_STATIC | FIELD_LITERAL)) == FIELD_STATIC &&
           field->is_thread_static == block->is_thread;
}

/* Where the data of fields lies in the file. */
typedef struct RvaData {
    Field *field;
    uint64_t start, end;
} RvaData;

static int rva_compare(const void *a, const void *b)
{
    const RvaData *x = a, *y = b;
    if (x->start != y->start)
        return x->start < y->start ? -1 : 1;
    if (x->end != y->end)
        return x->end > y->end ? -1 : 1;
    return x->field < y->field ? -1 : x->field > y->field;
}

static bool has_data(const Type *type, const Field *field, const StaticBlock *block)
{
    return type->world->library->shares_data && field->flags & FIELD_HASRVA &&
           in_block(field, block);
}

static uint32_t count_data(const Type *type, const StaticBlock *block)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < type->n_fields; i++)
        n += has_data(type, &type->fields[i], block);
    return n;
}

/* Per field: one whose data has its own in it, so that who writes to one writes to
 * both; NULL: none. No list at all: of no field. */
static Field **find_holders(Type *type, const StaticBlock *block, Arena *scratch)
{
    uint32_t n = count_data(type, block), filled = 0;
    if (n < 2)
        return NULL;
    Field **holders = arena_array(scratch, Field *, type->n_fields);
    RvaData *data = arena_array(scratch, RvaData, n);
    for (uint32_t i = 0; i < type->n_fields; i++) {
        Field *field = &type->fields[i];
        if (has_data(type, field, block))
            data[filled++] = (RvaData){
                field, field->rva, field->rva + (uint64_t)type_value_size(field->type)};
    }
    qsort(data, n, sizeof *data, rva_compare);
    const RvaData *holder = data;
    for (uint32_t i = 1; i < n; i++)
        if (data[i].end <= holder->end)
            holders[data[i].field - type->fields] = holder->field;
        else
            holder = &data[i];
    return holders;
}

/* References first, then by falling alignment; in metadata order where equal. */
static bool place_owners(Type *type, Field *const *holders, StaticBlock *block,
                         Err *err)
{
    for (uint32_t align = 32; align; align /= 2) {
        for (uint32_t i = 0; i < type->n_fields; i++) {
            Field *field = &type->fields[i];
            bool first = type_has_reference(field->type);
            if (!in_block(field, block) || (holders && holders[i]) ||
                (align == 32 ? !first : first || static_align(field) != align))
                continue;
            uint32_t to = static_align(field);
            block->size = (block->size + to - 1) & ~(uint64_t)(to - 1);
            field->offset = (uint32_t)block->size;
            block->size += type_value_size(field->type);
            if (block->size > MAX_INSTANCE_SIZE)
                return type_fail(type, err, "its static fields are too large");
        }
    }
    block->size = (block->size + 7) & ~(uint64_t)7;
    return true;
}

static bool place_statics(Type *type, StaticBlock *block, Err *err)
{
    Arena scratch = ARENA_INIT;
    Field **holders = find_holders(type, block, &scratch);
    bool ok = place_owners(type, holders, block, err);
    for (uint32_t i = 0; ok && holders && i < type->n_fields; i++)
        if (holders[i])
            type->fields[i].offset =
                holders[i]->offset + (type->fields[i].rva - holders[i]->rva);
    arena_free(&scratch);
    return ok;
}

static uint64_t *map_statics(Type *type, const StaticBlock *block)
{
    if (!block->size)
        return NULL;
    uint64_t *map =
        arena_array(&type->world->perm, uint64_t, (block->size / 8 + 63) / 64);
    for (uint32_t i = 0; i < type->n_fields; i++)
        if (in_block(&type->fields[i], block))
            map_add_references(map, type->fields[i].offset, type->fields[i].type);
    return map;
}

bool statics_do(Type *type, Err *err)
{
    StaticBlock plain = {false, 0}, thread = {true, 0};
    for (uint32_t i = 0; i < type->n_fields; i++) {
        const Field *field = &type->fields[i];
        if ((field->flags & (FIELD_STATIC | FIELD_LITERAL)) == FIELD_STATIC &&
            !value_size_known(field->type, err))
            return false;
    }
    if (!rules_check_rva(type, err) || !place_statics(type, &plain, err) ||
        !place_statics(type, &thread, err))
        return false;
    type->static_ref_map = map_statics(type, &plain);
    type->thread_static_ref_map = map_statics(type, &thread);
    type->static_size = (uint32_t)plain.size;
    type->thread_static_size = (uint32_t)thread.size;
    return true;
}
