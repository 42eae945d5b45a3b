/* tables.c - layout of the metadata tables (ECMA-335 II.24.2.6) and their cells. */
#include <assert.h>
#include <stdlib.h>

#include "common/base/mem.h"
#include "common/metadata/image_private.h"

enum {
    HEAP_STRINGS_WIDE = 0x01,
    HEAP_GUIDS_WIDE = 0x02,
    HEAP_BLOBS_WIDE = 0x04,
    HEAP_EXTRA_DATA = 0x40, /* one more word after the row counts */
    MAX_ROWS = 0xffffff,    /* what a token can name */
    MAX_TAGS = 32,
};

/* clang-format off */
enum { CODED_NUMBER_NONE,
#define CODED(name, bits) CODED_NUMBER_##name,
#define TAG(table)
#define TAG_NONE()
#include "common/metadata/coded.def"
#undef CODED
#undef TAG
#undef TAG_NONE
};

typedef struct Coded {
    uint8_t bits;
    uint8_t tags[MAX_TAGS]; /* table + 1, or 0 for an invalid tag */
} Coded;

static const Coded coded_indexes[] = {{0, {
#define CODED(name, bits) }}, {bits, {
#define TAG(table) TABLE_##table + 1,
#define TAG_NONE() 0,
#include "common/metadata/coded.def"
#undef CODED
#undef TAG
#undef TAG_NONE
}}};

enum {
#define TABLE(name, number) KIND_IDX_##name = KIND_IDX | (number),
#define COL(table, name, kind)
#include "common/metadata/tables.def"
#undef TABLE
#undef COL
#define CODED(name, bits) KIND_CODED_##name = KIND_CODED | CODED_NUMBER_##name,
#define TAG(table)
#define TAG_NONE()
#include "common/metadata/coded.def"
#undef CODED
#undef TAG
#undef TAG_NONE
};

/* Row 0 is a dummy: table t is row t + 1. */
static const uint8_t column_kinds[][IMAGE_COLUMNS] = {[0] = {
#define TABLE(name, number) }, [(number) + 1] = {
#define COL(table, name, kind) KIND_##kind,
#include "common/metadata/tables.def"
#undef TABLE
#undef COL
}};

static const char *const table_names[] = {
#define TABLE(name, number) [number] = #name,
#define COL(table, name, kind)
#include "common/metadata/tables.def"
#undef TABLE
#undef COL
};
/* clang-format on */

_Static_assert(sizeof column_kinds == (TABLE_COUNT + 1) * IMAGE_COLUMNS,
               "tables.def lists every table");

/* The list columns of parents point into the Ptr table of a child where there is one.
 */
static const struct {
    uint8_t child, pointers;
} pointer_tables[] = {
    {TABLE_Field, TABLE_FieldPtr},       {TABLE_MethodDef, TABLE_MethodPtr},
    {TABLE_Param, TABLE_ParamPtr},       {TABLE_Event, TABLE_EventPtr},
    {TABLE_Property, TABLE_PropertyPtr},
};

enum { N_POINTER_TABLES = sizeof pointer_tables / sizeof *pointer_tables };

/* Columns that hold such lists; those of the Ptr tables themselves do not. */
static bool column_is_list(TableId table, int column)
{
    return (table == TABLE_TypeDef && column >= COL_TypeDef_FieldList) ||
           (table == TABLE_MethodDef && column == COL_MethodDef_ParamList) ||
           (table == TABLE_EventMap && column == COL_EventMap_EventList) ||
           (table == TABLE_PropertyMap && column == COL_PropertyMap_PropertyList);
}

ColumnKind tables_column_kind(TableId table, int column)
{
    return column_kinds[table + 1][column];
}

TableId tables_pointers(TableId child)
{
    for (int i = 0; i < N_POINTER_TABLES; i++)
        if (pointer_tables[i].child == child)
            return pointer_tables[i].pointers;
    return child;
}

TableId tables_list_target(const Image *image, TableId child)
{
    TableId pointers = tables_pointers(child);
    return image_rows(image, pointers) ? pointers : child;
}

static uint8_t coded_width(const Image *image, const Coded *coded)
{
    uint32_t most = 0;
    for (int i = 0; i < 1 << coded->bits; i++) {
        uint32_t n = coded->tags[i] ? image_rows(image, coded->tags[i] - 1) : 0;
        most = n > most ? n : most;
    }
    return most < 1u << (16 - coded->bits) ? 2 : 4;
}

static uint8_t column_width(const Image *image, TableId table, int column, int heaps)
{
    ColumnKind kind = tables_column_kind(table, column);
    if (kind & KIND_CODED)
        return coded_width(image, &coded_indexes[kind & ~KIND_CODED]);
    if (kind & KIND_IDX) {
        TableId target = kind & ~KIND_IDX;
        if (column_is_list(table, column))
            target = tables_list_target(image, target);
        return image_rows(image, target) <= 0xffff ? 2 : 4;
    }
    switch (kind) {
    case KIND_STR:
        return heaps & HEAP_STRINGS_WIDE ? 4 : 2;
    case KIND_GUID:
        return heaps & HEAP_GUIDS_WIDE ? 4 : 2;
    case KIND_BLOB:
        return heaps & HEAP_BLOBS_WIDE ? 4 : 2;
    case KIND_U4:
        return 4;
    default:
        return kind == KIND_U2 ? 2 : 1;
    }
}

static bool table_lay_out(Image *image, TableId id, int heaps, Cursor *rows, Err *err)
{
    ImageTable *table = &image->tables[id];
    for (int i = 0; i < IMAGE_COLUMNS && tables_column_kind(id, i); i++) {
        table->offset[i] = table->row_size;
        table->width[i] = column_width(image, id, i, heaps);
        table->row_size += table->width[i];
    }
    Bytes bytes = cursor_bytes(rows, (size_t)table->n * table->row_size);
    if (rows->failed) {
        table->n = 0;
        return err_set(err, ERR_BAD_IMAGE, "truncated table %s", table_names[id]);
    }
    table->rows = bytes.data;
    return true;
}

static bool row_counts_read(Image *image, Cursor *c, uint64_t valid, Err *err)
{
    if (valid >> TABLE_COUNT)
        return err_set(err, ERR_BAD_IMAGE, "unknown metadata tables (mask %#llx)",
                       (unsigned long long)(valid >> TABLE_COUNT << TABLE_COUNT));
    for (TableId id = 0; id < TABLE_COUNT; id++) {
        uint32_t n = valid >> id & 1 ? cursor_u32(c) : 0;
        if (n > MAX_ROWS)
            return err_set(err, ERR_BAD_IMAGE, "table %s has too many rows (%u)",
                           table_names[id], n);
        image->tables[id].n = n;
    }
    return true;
}

/* Inverts the Ptr tables: owners of a child are looked up by list position. */
static void positions_build(Image *image)
{
    for (int i = 0; i < N_POINTER_TABLES; i++) {
        const ImageTable *pointers = &image->tables[pointer_tables[i].pointers];
        uint32_t n = image_rows(image, pointer_tables[i].child);
        if (!pointers->n || !n)
            continue;
        uint32_t *positions = mem_array(n + 1, sizeof *positions);
        for (uint32_t at = pointers->n; at; at--) {
            uint32_t rid = tables_raw(pointers, at, 0);
            if (rid && rid <= n)
                positions[rid] = at;
        }
        image->index->positions[pointer_tables[i].child] = positions;
    }
}

/* II.22.37: the runs of fields and methods that types own follow one another. A member
 * that two types own would have a layout and a `this` of both. */
static bool lists_check(const Image *image, Err *err)
{
    const ImageTable *types = &image->tables[TABLE_TypeDef];
    for (int column = COL_TypeDef_FieldList; column <= COL_TypeDef_MethodList; column++)
        for (uint32_t rid = 2; rid <= types->n; rid++)
            if (tables_raw(types, rid, column) < tables_raw(types, rid - 1, column))
                return err_set(
                    err, ERR_BAD_IMAGE,
                    "%s of TypeDef %u begins before that of the row above "
                    "(ECMA-335 II.22.37)",
                    column == COL_TypeDef_FieldList ? "FieldList" : "MethodList", rid);
    return true;
}

bool tables_read(Image *image, Bytes stream, Err *err)
{
    Cursor c = cursor_open(stream);
    cursor_skip(&c, 4);
    unsigned major = cursor_u8(&c), minor = cursor_u8(&c), heaps = cursor_u8(&c);
    cursor_skip(&c, 1);
    uint64_t valid = cursor_u64(&c), sorted = cursor_u64(&c);
    if (c.failed)
        return err_set(err, ERR_BAD_IMAGE, "truncated header of the metadata tables");
    if (major != 1 && major != 2)
        return err_set(err, ERR_BAD_IMAGE, "metadata tables of unknown version %u.%u",
                       major, minor);
    image->index = mem_alloc(sizeof *image->index);
    image->index->sorted = sorted;
    if (!row_counts_read(image, &c, valid, err))
        return false;
    if (heaps & HEAP_EXTRA_DATA)
        cursor_skip(&c, 4);
    for (TableId id = 0; id < TABLE_COUNT; id++)
        if (!table_lay_out(image, id, (int)heaps, &c, err))
            return false;
    positions_build(image);
    return lists_check(image, err);
}

void tables_close(Image *image)
{
    if (!image->index)
        return;
    for (int i = 0; i < 64; i++)
        free(image->index->positions[i]);
    free(image->index);
    image->index = NULL;
}

static uint32_t coded_token(const Image *image, const Coded *coded, uint32_t raw)
{
    uint32_t tag = raw & ((1u << coded->bits) - 1), rid = raw >> coded->bits;
    if (!rid || !coded->tags[tag])
        return 0;
    TableId table = coded->tags[tag] - 1;
    return rid <= image_rows(image, table) ? TOKEN(table, rid) : 0;
}

uint32_t image_get(const Image *image, TableId table, uint32_t rid, int column)
{
    assert(column >= 0 && column < IMAGE_COLUMNS);
    if (!rid || rid > image_rows(image, table))
        return 0;
    uint32_t raw = tables_raw(&image->tables[table], rid, column);
    ColumnKind kind = tables_column_kind(table, column);
    if (kind & KIND_CODED)
        return coded_token(image, &coded_indexes[kind & ~KIND_CODED], raw);
    return raw;
}

bool tables_encode(ColumnKind kind, uint32_t value, uint32_t *raw)
{
    *raw = value;
    if (!(kind & KIND_CODED))
        return true;
    const Coded *coded = &coded_indexes[kind & ~KIND_CODED];
    for (uint32_t tag = 0; tag < 1u << coded->bits; tag++) {
        if (coded->tags[tag] != TOKEN_TABLE(value) + 1)
            continue;
        *raw = TOKEN_RID(value) << coded->bits | tag;
        return TOKEN_RID(value) != 0;
    }
    return false;
}
