/* lookup.c - lists, owners and searches in sorted tables (ECMA-335 II.22). */
#include <assert.h>

#include "common/base/search.h"
#include "common/metadata/image_private.h"

/* The columns by which II.24.2.6 wants tables sorted; the mask in a file's table header
 * speaks of these. */
static const struct {
    uint8_t table, column;
} sort_keys[] = {
    {TABLE_InterfaceImpl, COL_InterfaceImpl_Class},
    {TABLE_Constant, COL_Constant_Parent},
    {TABLE_CustomAttribute, COL_CustomAttribute_Parent},
    {TABLE_FieldMarshal, COL_FieldMarshal_Parent},
    {TABLE_DeclSecurity, COL_DeclSecurity_Parent},
    {TABLE_ClassLayout, COL_ClassLayout_Parent},
    {TABLE_FieldLayout, COL_FieldLayout_Field},
    {TABLE_MethodSemantics, COL_MethodSemantics_Association},
    {TABLE_MethodImpl, COL_MethodImpl_Class},
    {TABLE_ImplMap, COL_ImplMap_MemberForwarded},
    {TABLE_FieldRVA, COL_FieldRVA_Field},
    {TABLE_NestedClass, COL_NestedClass_NestedClass},
    {TABLE_GenericParam, COL_GenericParam_Owner},
    {TABLE_GenericParamConstraint, COL_GenericParamConstraint_Owner},
};

/* First row in [1, n + 1] whose raw cell is not below value. The table is sorted. */
static uint32_t rows_lower_bound(const ImageTable *table, int column, uint64_t value)
{
    return search_first(row, 1, table->n + 1, tables_raw(table, row, column) < value);
}

static bool list_start(const Image *image, TableId table, uint32_t rid, int column,
                       uint32_t *start)
{
    if (!rid || rid > image_rows(image, table))
        return false;
    *start = tables_raw(&image->tables[table], rid, column);
    return true;
}

// NOLINTNEXTLINE(readability-function-size): a list is named by table, row and column
void image_list(const Image *image, TableId table, uint32_t rid, int column,
                TableId child, uint32_t *first, uint32_t *end)
{
    if (image->growing) {
        growing_list(image, child, rid, first, end);
        return;
    }
    uint32_t last = image_rows(image, tables_list_target(image, child)) + 1;
    *first = *end = last;
    if (!list_start(image, table, rid, column, first))
        return;
    list_start(image, table, rid + 1, column, end);
    *first = *first < 1 ? 1 : *first > last ? last : *first;
    *end = *end < *first ? *first : *end > last ? last : *end;
}

uint32_t image_list_row(const Image *image, TableId child, uint32_t position)
{
    TableId target = tables_list_target(image, child);
    if (target != child)
        position = image_get(image, target, position, 0);
    return position <= image_rows(image, child) ? position : 0;
}

uint32_t image_list_owner(const Image *image, TableId table, int column, TableId child,
                          uint32_t rid)
{
    if (!rid || rid > image_rows(image, child) || !image_rows(image, table))
        return 0;
    if (image->growing)
        return growing_list_owner(image, child, rid);
    const uint32_t *positions = image->index->positions[child];
    uint32_t at = positions ? positions[rid] : rid;
    /* Of several parents that start here all but the last are empty. */
    uint64_t beyond = (uint64_t)at + 1;
    uint32_t owner = rows_lower_bound(&image->tables[table], column, beyond) - 1;
    uint32_t first, end;
    image_list(image, table, owner, column, child, &first, &end);
    return owner && first <= at && at < end ? owner : 0;
}

static bool rows_are_sorted(const ImageTable *table, int column)
{
    for (uint32_t rid = 2; rid <= table->n; rid++)
        if (tables_raw(table, rid, column) < tables_raw(table, rid - 1, column))
            return false;
    return true;
}

int tables_key_column(TableId table)
{
    for (size_t i = 0; i < sizeof sort_keys / sizeof *sort_keys; i++)
        if (sort_keys[i].table == table)
            return sort_keys[i].column;
    return -1;
}

static bool column_declared_sorted(const Image *image, TableId table, int column)
{
    return image->index->sorted >> table & 1 && tables_key_column(table) == column;
}

/* Threads that meet here at once find the same answer. */
static bool column_is_sorted(const Image *image, TableId table, int column)
{
    if (column_declared_sorted(image, table, column))
        return true;
    if (image->growing)
        return false;
    uint8_t *state = &image->index->state[table][column];
    uint8_t known = __atomic_load_n(state, __ATOMIC_RELAXED);
    if (known == SORT_UNKNOWN) {
        bool sorted = rows_are_sorted(&image->tables[table], column);
        known = sorted ? SORT_SORTED : SORT_UNSORTED;
        __atomic_store_n(state, known, __ATOMIC_RELAXED);
    }
    return known == SORT_SORTED;
}

static uint32_t rows_search(const ImageTable *table, int column, uint32_t raw)
{
    uint32_t rid = 1;
    while (rid <= table->n && tables_raw(table, rid, column) != raw)
        rid++;
    return rid;
}

bool image_find_rows(const Image *image, TableId table, int column, uint32_t value,
                     uint32_t *first, uint32_t *end)
{
    assert(column >= 0 && column < IMAGE_COLUMNS);
    *first = *end = 0;
    uint32_t n = image_rows(image, table), raw;
    if (!n || !value || !tables_encode(tables_column_kind(table, column), value, &raw))
        return false;
    if (image->growing && growing_has_key(table, column))
        return growing_find_rows(image, table, column, raw, first, end);
    const ImageTable *rows = &image->tables[table];
    bool sorted = column_is_sorted(image, table, column);
    uint32_t rid =
        sorted ? rows_lower_bound(rows, column, raw) : rows_search(rows, column, raw);
    if (rid > n || tables_raw(rows, rid, column) != raw)
        return false;
    *first = rid;
    if (sorted)
        *end = rows_lower_bound(rows, column, (uint64_t)raw + 1);
    else
        for (*end = rid; *end <= n && tables_raw(rows, *end, column) == raw;)
            ++*end;
    return true;
}

uint32_t image_enclosing(const Image *image, uint32_t typedef_rid)
{
    uint32_t first, end;
    if (!image_find_rows(image, TABLE_NestedClass, COL_NestedClass_NestedClass,
                         typedef_rid, &first, &end))
        return 0;
    uint32_t enclosing =
        image_get(image, TABLE_NestedClass, first, COL_NestedClass_EnclosingClass);
    return enclosing <= image_rows(image, TABLE_TypeDef) ? enclosing : 0;
}
