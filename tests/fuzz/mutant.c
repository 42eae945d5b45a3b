#include "tests/fuzz/mutant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/log.h"
#include "common/metadata/attribute.h"
#include "common/ir/ir.h"
#include "common/metadata/image_private.h"

#define CLASS_LIBRARY "/usr/lib/mono/4.5"

enum { SIG_BYTES = 6 }; /* of a blob: its head and the first types */

/* -- subjects ------------------------------------------------------------------ */

bool subject_open(Subject *subject, const char *path, Err *err)
{
    File file;
    if (!file_open(&file, path, false, err))
        return false;
    subject->size = file.bytes.size;
    subject->bytes = malloc(subject->size);
    if (!subject->bytes)
        log_fatal("out of memory");
    memcpy(subject->bytes, file.bytes.data, subject->size);
    file_close(&file);
    const char *slash = strrchr(path, '/');
    snprintf(subject->name, sizeof subject->name, "%s", slash ? slash + 1 : path);
    subject->image =
        image_open_bytes((Bytes){subject->bytes, subject->size}, subject->name, err);
    return subject->image != NULL;
}

void subject_close(Subject *subject)
{
    image_close(subject->image);
    free(subject->bytes);
}

/* -- mutations ----------------------------------------------------------------- */

static uint8_t *cell_at(const Subject *subject, const Mutation *m)
{
    const ImageTable *table = &subject->image->tables[m->table];
    size_t offset = (size_t)(table->rows - subject->bytes) +
                    (size_t)(m->rid - 1) * table->row_size + table->offset[m->column];
    return subject->bytes + offset;
}

static uint8_t *blob_at(const Subject *subject, const Mutation *m)
{
    Bytes blob = image_get_blob(subject->image, m->table, m->rid, (int)m->column);
    return subject->bytes + (blob.data - subject->bytes) + m->byte;
}

uint32_t mutation_apply(const Subject *subject, const Mutation *m)
{
    uint32_t old = 0;
    uint32_t width =
        m->byte >= 0 ? 1 : subject->image->tables[m->table].width[m->column];
    uint8_t *at = m->byte >= 0 ? blob_at(subject, m) : cell_at(subject, m);
    memcpy(&old, at, width);
    memcpy(at, &m->value, width);
    return old;
}

void mutation_undo(const Subject *subject, const Mutation *m, uint32_t old)
{
    /* The blob is found by the cell, which is as it was. */
    Mutation undo = *m;
    undo.value = old;
    mutation_apply(subject, &undo);
}

static const char *const table_names[64] = {
#define TABLE(name, number) [number] = #name,
#define COL(table, name, kind)
#include "common/metadata/tables.def"
#undef TABLE
#undef COL
};

void mutation_print(char *out, size_t size, const Mutation *m)
{
    int n = snprintf(out, size, "%s %u column %u", table_names[m->table], m->rid,
                     m->column);
    if (m->byte >= 0 && n > 0 && (size_t)n < size)
        n += snprintf(out + n, size - (size_t)n, " byte %d", m->byte);
    if (n > 0 && (size_t)n < size)
        snprintf(out + n, size - (size_t)n, " = %#x", m->value);
}

typedef struct Maker {
    const Subject *subject;
    Mutations *list;
    Mutation next;      /* all but its value */
    uint32_t old, most; /* most: what the cell's width holds */
} Maker;

static void add_value(Maker *maker, uint32_t value)
{
    Mutations *list = maker->list;
    if (value == maker->old || value > maker->most)
        return;
    for (size_t i = list->n; i-- > 0;) {
        Mutation *m = &list->at[i];
        if (m->table != maker->next.table || m->rid != maker->next.rid ||
            m->column != maker->next.column || m->byte != maker->next.byte)
            break;
        if (m->value == value)
            return;
    }
    if (list->n == list->room) {
        list->room = list->room ? list->room * 2 : 1024;
        list->at = realloc(list->at, list->room * sizeof *list->at);
        if (!list->at)
            log_fatal("out of memory");
    }
    maker->next.value = value;
    list->at[list->n++] = maker->next;
}

static void add_flips(Maker *maker, int bits)
{
    for (int i = 0; i < bits; i++)
        add_value(maker, maker->old ^ 1u << i);
}

static void mutate_blob(Maker *maker)
{
    static const uint8_t bytes[] = {0x00, 0x01, 0x02, 0x0e, 0x10, 0x11, 0x12, 0x13,
                                    0x14, 0x15, 0x16, 0x1c, 0x1d, 0x1e, 0x45, 0xff};
    Bytes blob = image_get_blob(maker->subject->image, maker->next.table,
                                maker->next.rid, (int)maker->next.column);
    maker->most = 0xff;
    for (size_t i = 0; i < blob.size && i < SIG_BYTES; i++) {
        maker->next.byte = (int32_t)i;
        maker->old = blob.data[i];
        add_flips(maker, 8);
        for (size_t k = 0; i && k < sizeof bytes; k++)
            add_value(maker, bytes[k]);
    }
}

static void mutate_cell(Maker *maker)
{
    Mutation *m = &maker->next;
    const ImageTable *table = &maker->subject->image->tables[m->table];
    ColumnKind kind = tables_column_kind(m->table, (int)m->column);
    int width = table->width[m->column];
    maker->most = width == 4 ? UINT32_MAX : width == 2 ? 0xffff : 0xff;
    maker->old = tables_raw(table, m->rid, (int)m->column);
    m->byte = -1;
    add_value(maker, 0);
    add_value(maker, 1);
    add_value(maker, maker->old + 1);
    add_value(maker, maker->old - 1);
    add_value(maker, maker->most);
    for (uint32_t rid = 1; rid <= table->n; rid = rid * 2 + 1)
        add_value(maker, tables_raw(table, rid, (int)m->column));
    if (kind == KIND_U1 || kind == KIND_U2 || kind == KIND_U4)
        add_flips(maker, width == 4 ? 32 : 8 * width);
    if (kind & KIND_CODED)
        add_flips(maker, 5);
    if (kind & KIND_IDX) {
        uint32_t last = image_rows(maker->subject->image, (TableId)(kind & ~KIND_IDX));
        add_value(maker, last);
        add_value(maker, last + 1);
        add_value(maker, m->rid);
    }
    if (kind == KIND_BLOB)
        mutate_blob(maker);
}

Mutations subject_mutations(const Subject *subject, uint32_t rows)
{
    Mutations list = {0};
    Maker maker = {.subject = subject, .list = &list};
    for (TableId table = 0; table < TABLE_COUNT; table++) {
        uint32_t n = image_rows(subject->image, table);
        uint32_t step = n > rows ? n / rows : 1;
        for (uint32_t rid = 1; rid <= n; rid += step)
            for (int c = 0; c < IMAGE_COLUMNS && tables_column_kind(table, c); c++) {
                maker.next =
                    (Mutation){.table = table, .rid = rid, .column = (uint32_t)c};
                mutate_cell(&maker);
            }
    }
    return list;
}

/* -- walking ------------------------------------------------------------------- */

Method *walk_over_canon(Method *def, Err *err)
{
    Type *canon = def->type->world->canon, *args[8];
    Type *type = def->type;
    if (type->n_args > 8 || def->n_args > 8)
        return NULL;
    for (uint32_t i = 0; i < 8; i++)
        args[i] = canon;
    if (type->n_args && !(type = type_instance(type, args, type->n_args, err)))
        return NULL;
    Method *method = method_on_type(def, type, err);
    return method && method->n_args ? method_instance(method, args, method->n_args, err)
                                    : method;
}

static void walk_method(Method *def, WalkTotals *totals)
{
    Arena arena = ARENA_INIT;
    Err err = ERR_INIT;
    totals->bodies++;
    Method *method = walk_over_canon(def, &err);
    IrMethod *ir = NULL;
    if (method && type_load(method->type, LEVEL_READY, &err))
        ir = ir_import(method, &arena, &err);
    if (ir) {
        Err broken = ERR_INIT;
        ir_layout(ir);
        if (!ir_check(ir, &broken))
            log_fatal("%s: %s", method_name(&arena, method), broken.text);
    } else {
        totals->bad_bodies++;
    }
    arena_free(&arena);
}

static void walk_type(Type *type, WalkTotals *totals)
{
    Err err = ERR_INIT;
    Arena arena = ARENA_INIT;
    totals->types++;
    if (!type_load(type, LEVEL_READY, &err))
        totals->bad_types++;
    type_name(&arena, type);
    arena_free(&arena);
}

static void walk_references(Assembly *assembly)
{
    const Image *image = assembly->image;
    static const TableId tables[] = {TABLE_TypeRef, TABLE_TypeSpec, TABLE_MemberRef,
                                     TABLE_MethodSpec, TABLE_Field};
    for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
        for (uint32_t rid = 1; rid <= image_rows(image, tables[t]); rid++) {
            uint32_t token = TOKEN(tables[t], rid);
            Err errs[4] = {ERR_INIT, ERR_INIT, ERR_INIT, ERR_INIT};
            Type *type =
                t < 2 ? type_from_token(assembly, token, NULL, &errs[0]) : NULL;
            if (type && type_load(type, LEVEL_READY, &errs[1]))
                type_check_constraints(type, &errs[1]);
            if (t == 2 || t == 3)
                method_from_token(assembly, token, NULL, NULL, &errs[2]);
            if (t == 2 || t == 4)
                field_from_token(assembly, token, NULL, &errs[3]);
        }
}

static void walk_attributes(Assembly *assembly)
{
    static const AttrType object = {.kind = ELEMENT_ATTR_BOXED};
    const Image *image = assembly->image;
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_CustomAttribute); rid++) {
        Arena arena = ARENA_INIT;
        Err err = ERR_INIT;
        Attribute attribute;
        AttrParams params = {&object, 1};
        attribute_read(image_get_blob(image, TABLE_CustomAttribute, rid,
                                      COL_CustomAttribute_Value),
                       params, NULL, &arena, &attribute, &err);
        arena_free(&arena);
    }
}

void walk_assembly(Assembly *assembly, WalkTotals *totals)
{
    const Image *image = assembly->image;
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_TypeDef); rid++)
        walk_type(assembly_type(assembly, rid), totals);
    walk_references(assembly);
    walk_attributes(assembly);
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_MethodDef); rid++) {
        Err err = ERR_INIT;
        Method *method = assembly_method(assembly, rid, &err);
        if (method)
            walk_method(method, totals);
    }
}

World *walk_world(void)
{
    Err err = ERR_INIT;
    World *world = world_open();
    world_set_library_dir(world, CLASS_LIBRARY);
    if (!world_load_corlib(world, &err))
        log_fatal("%s", err.text);
    return world;
}

bool walk_subject(const Subject *subject, WalkTotals *totals)
{
    Err err = ERR_INIT;
    World *world = walk_world();
    Image *image =
        image_open_bytes((Bytes){subject->bytes, subject->size}, subject->name, &err);
    Assembly *assembly = image ? world_add_image(world, image, &err) : NULL;
    if (assembly)
        walk_assembly(assembly, totals);
    world_close(world);
    return assembly != NULL;
}
