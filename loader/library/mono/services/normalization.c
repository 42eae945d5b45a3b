/* normalization.c - makes the tables of what libunistring says. The managed side finds
 * its place in a table through ranges of characters that it has written down
 * (NormalizationTableUtil); the ranges here are the same. Place 0 stands for all that
 * has none, and holds 0.
 */
#include "loader/library/mono/services/normalization.h"

#include <pthread.h>
#include <stdlib.h>
#include <unictype.h>
#include <uninorm.h>

#include "common/base/log.h"

typedef struct Range {
    int32_t start, end; /* the end is the first behind it */
} Range;

static const Range property_ranges[] = {
    {0, 0x6e0},       {0x910, 0x1200},  {0x1b00, 0x2330},  {0x2460, 0x2600},
    {0x2980, 0x2ae0}, {0x2c70, 0x2c80}, {0x2d60, 0x2d70},  {0x2e90, 0x3400},
    {0xa770, 0xa780}, {0xa7f0, 0xa800}, {0xf900, 0x10000}, {0, 0}};
static const Range map_ranges[] = {{0x90, 0x6e0},     {0x920, 0x1100},
                                   {0x1d20, 0x2330},  {0x2460, 0x24a0},
                                   {0x24a0, 0x24f0},  {0x2a00, 0x2ae0},
                                   {0x2d60, 0x2d70},  {0x2e90, 0x3400},
                                   {0xf900, 0x10000}, {0, 0}};
static const Range class_ranges[] = {{0x2f0, 0x360},
                                     {0x480, 0x490},
                                     {0x590, 0x750},
                                     {0x930, 0x960},
                                     {0x9b0, 0x9d0},
                                     {0xa30, 0xa50},
                                     {0xab0, 0xad0},
                                     {0xb30, 0xb50},
                                     {0xbc0, 0xbd0},
                                     {0xc40, 0xc60},
                                     {0xcb0, 0xcd0},
                                     {0xd40, 0xd50},
                                     {0xdc0, 0xdd0},
                                     {0xe30, 0xe50},
                                     {0xeb0, 0xed0},
                                     {0xf00, 0xfd0},
                                     {0x1030, 0x1040},
                                     {0x1350, 0x1360},
                                     {0x1710, 0x1740},
                                     {0x17d0, 0x17e0},
                                     {0x18a0, 0x18b0},
                                     {0x1930, 0x1940},
                                     {0x1a10, 0x1a20},
                                     {0x1dc0, 0x1dd0},
                                     {0x20d0, 0x20f0},
                                     {0x3020, 0x3030},
                                     {0x3090, 0x30a0},
                                     {0xa800, 0xa810},
                                     {0xfb10, 0xfb20},
                                     {0xfe20, 0xfe30},
                                     {0, 0}};
static const Range starter_ranges[] = {{0, 0x700},       {0x900, 0x1200},
                                       {0x1d00, 0x2300}, {0x2500, 0x2600},
                                       {0x3000, 0x3160}, {0x3b90, 0x3ba0},
                                       {0x4010, 0x4030}, {0x4e00, 0xa000},
                                       {0xfb40, 0xfb50}, {0, 0}};

enum { /* System.Text.Normalization's constants */
       NO_NFD = 1,
       NO_NFKD = 2,
       NO_NFC = 4,
       MAYBE_NFC = 8,
       NO_NFKC = 16,
       MAYBE_NFKC = 32,
       FULL_EXCLUSION = 64,
};

/* Characters that Unicode got after the class library's version of it, 5.1: they stand
 * for themselves there. */
static const Range later_ranges[] = {{0x2095, 0x209d}, {0x2150, 0x2153},
                                     {0x2189, 0x218a}, {0x3244, 0x3248},
                                     {0x32ff, 0x3300}, {0, 0}};

/* Kinds of decompositions: canonical; one that is never composed again; compatible. */
typedef enum MapKind { MAP_CANONICAL, MAP_EXCLUDED, MAP_COMPATIBLE } MapKind;

static NormalizationTables tables;

/* The place of a character; 0: it has none. */
static int32_t place(const Range *ranges, int32_t character)
{
    int32_t before = 0;
    for (; ranges->end; ranges++) {
        if (character < ranges->start)
            return 0;
        if (character < ranges->end)
            return before + character - ranges->start;
        before += ranges->end - ranges->start;
    }
    return 0;
}

static void property_add(int32_t character, int flags)
{
    int32_t at = place(property_ranges, character);
    if (at)
        tables.properties[at] |= (uint8_t)flags;
}

static const int32_t *decomposition(int32_t character)
{
    return &tables.mapped[tables.map_index[place(map_ranges, character)]];
}

typedef struct Row {
    uint16_t character;
    MapKind kind;
    int n;
    ucs4_t text[UC_DECOMPOSITION_MAX_LENGTH];
} Row;
typedef void RowFunction(const Row *row);

static bool in_ranges(const Range *ranges, int32_t character)
{
    for (; ranges->end; ranges++)
        if (character >= ranges->start && character < ranges->end)
            return true;
    return false;
}

/* False: it stands for itself, or for what is not one UTF-16 unit, which the tables
 * can't say. */
static bool row_read(int32_t character, Row *row)
{
    int tag = 0;
    row->character = (uint16_t)character;
    row->n = uc_decomposition((ucs4_t)character, &tag, row->text);
    for (int i = 0; i < row->n; i++)
        if (row->text[i] > 0xffff)
            return false;
    row->kind = MAP_COMPATIBLE;
    if (tag == UC_DECOMP_CANONICAL)
        row->kind = row->n == 2 && uc_composition(row->text[0], row->text[1]) ==
                                       (ucs4_t)character
                        ? MAP_CANONICAL
                        : MAP_EXCLUDED;
    return row->n > 0;
}

static void rows_visit(RowFunction *function)
{
    for (const Range *range = map_ranges; range->end; range++)
        for (int32_t c = range->start; c < range->end; c++) {
            Row row;
            if (!in_ranges(later_ranges, c) && row_read(c, &row))
                function(&row);
        }
}

static void mapped_put(uint16_t character, int n, const ucs4_t *text)
{
    tables.map_index[place(map_ranges, character)] = (int16_t)tables.n_mapped;
    for (int i = 0; i < n; i++)
        tables.mapped[tables.n_mapped++] = (int32_t)text[i];
    tables.mapped[tables.n_mapped++] = 0;
}

static void row_collect_pair(const Row *row)
{
    if (row->kind == MAP_CANONICAL)
        tables.pairs[tables.n_pairs++] = (NormalizationPair){
            (uint16_t)row->text[0], (uint16_t)row->text[1], row->character};
}

static int pair_compare(const void *a, const void *b)
{
    const NormalizationPair *p = a, *q = b;
    return p->starter != q->starter ? p->starter - q->starter : p->second - q->second;
}

/* Pairs of one starter follow each other. */
static void pairs_put(void)
{
    qsort(tables.pairs, (size_t)tables.n_pairs, sizeof *tables.pairs, pair_compare);
    tables.n_mapped =
        NORMALIZATION_PAIRS_START + 1; /* its first place is that of what has none */
    for (int32_t i = 0; i < tables.n_pairs; i++) {
        const NormalizationPair *p = &tables.pairs[i];
        int16_t *first = &tables.starter_index[place(starter_ranges, p->starter)];
        tables.composite[tables.n_mapped - NORMALIZATION_PAIRS_START] = p->composite;
        if (!*first)
            *first = (int16_t)tables.n_mapped;
        mapped_put(p->composite, 2, (const ucs4_t[]){p->starter, p->second});
        property_add(p->second, MAYBE_NFC | MAYBE_NFKC);
    }
    if (tables.n_mapped > NORMALIZATION_PAIRS_END)
        log_fatal("the table of composed characters is too large");
}

static void row_put_other(const Row *row)
{
    if (row->kind == MAP_CANONICAL)
        return;
    mapped_put(row->character, row->n, row->text);
    if (row->kind == MAP_COMPATIBLE)
        property_add(row->character, NO_NFKD | NO_NFKC);
    else
        property_add(row->character, NO_NFC | NO_NFKC | FULL_EXCLUSION);
}

/* Whether a compatibility decomposition is part of the character's. */
static bool is_compatible(int32_t character)
{
    int flags = tables.properties[place(property_ranges, character)];
    if (flags & NO_NFKC)
        return true;
    for (const int32_t *c = decomposition(character); *c; c++)
        if (is_compatible(*c))
            return true;
    return false;
}

static void row_put_properties(const Row *row)
{
    if (row->kind == MAP_COMPATIBLE)
        return;
    property_add(row->character, NO_NFD | NO_NFKD);
    if (is_compatible(row->character))
        property_add(row->character, NO_NFKC);
}

static void tables_make(void)
{
    enum { VOWEL_FIRST = 0x1161, VOWEL_LAST = 0x1175 };
    enum { FINAL_FIRST = 0x11a8, FINAL_LAST = 0x11c2 };
    rows_visit(row_collect_pair);
    pairs_put();
    tables.n_mapped = NORMALIZATION_PAIRS_END;
    rows_visit(row_put_other);
    rows_visit(row_put_properties);
    for (int32_t c = VOWEL_FIRST; c <= FINAL_LAST; c++) /* of Hangul syllables */
        if (c <= VOWEL_LAST || c >= FINAL_FIRST)
            property_add(c, MAYBE_NFC | MAYBE_NFKC);
    for (const Range *range = class_ranges; range->end; range++)
        for (int32_t c = range->start; c < range->end; c++)
            tables.classes[place(class_ranges, c)] =
                (uint8_t)uc_combining_class((ucs4_t)c);
    if (tables.n_mapped > (int32_t)(sizeof tables.mapped / sizeof *tables.mapped))
        log_fatal("the table of decomposed characters is too large");
}

const NormalizationTables *normalization_tables(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, tables_make);
    return &tables;
}
