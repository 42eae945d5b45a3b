/* image_private.h - what the files of the metadata reader share. */
#ifndef COMMON_METADATA_IMAGE_PRIVATE_H
#define COMMON_METADATA_IMAGE_PRIVATE_H

#include "common/metadata/image.h"

enum { IMAGE_COLUMNS = 9 };

typedef struct ImageSection {
    uint32_t rva;
    Bytes bytes; /* what the file holds of it */
} ImageSection;

/* What the CLI header says, before the metadata is read. */
typedef struct CliHeader {
    Bytes metadata;
    uint32_t flags, entry_token;
    Bytes resources;
} CliHeader;

typedef enum SortState {
    SORT_UNKNOWN,
    SORT_SORTED,
    SORT_UNSORTED,
} SortState;

typedef struct ImageIndex {
    uint64_t sorted; /* bit mask of the tables that the file declares sorted */
    /* SortState of each column that the mask says nothing about; found at the first
     * search, by whichever thread comes first. */
    uint8_t state[64][IMAGE_COLUMNS];
    /* For a child table with a Ptr table: rid -> list position; owned. */
    uint32_t *positions[64];
} ImageIndex;

/* What a column holds. */
typedef enum ColumnKind {
    KIND_U1 = 1,
    KIND_U2,
    KIND_U4,
    KIND_STR,
    KIND_GUID,
    KIND_BLOB,
    KIND_IDX = 0x40,   /* | table */
    KIND_CODED = 0x80, /* | number of the coded index */
} ColumnKind;

/* Reads PE and CLI headers of image->file.bytes and fills in image->sections. */
bool pe_read(Image *image, CliHeader *header, Err *err);

/* Reads the header of a "#~" or "#-" stream and lays out all tables. */
bool tables_read(Image *image, Bytes stream, Err *err);
void tables_close(Image *image);
ColumnKind tables_column_kind(TableId table, int column);
/* The file's encoding of a token in a coded index column, or of a rid in a simple one.
 */
bool tables_encode(ColumnKind kind, uint32_t value, uint32_t *raw);
/* The Ptr table of a child table when this file has one, or the child table itself. */
TableId tables_list_target(const Image *image, TableId child);
/* The Ptr table that there is for a child table, or the child table itself. */
TableId tables_pointers(TableId child);

/* lookup.c: the column that II.24.2.6 wants a table sorted by; -1: none. */
int tables_key_column(TableId table);

/* growing.c: the answers of lookup.c and pe.c for an image that grows. */
void growing_list(const Image *image, TableId child, uint32_t parent, uint32_t *first,
                  uint32_t *end);
uint32_t growing_list_owner(const Image *image, TableId child, uint32_t rid);
bool growing_has_key(TableId table, int column);
bool growing_find_rows(const Image *image, TableId table, int column, uint32_t raw,
                       uint32_t *first, uint32_t *end);
bool growing_rva(const Image *image, uint32_t rva, uint32_t size, Bytes *out);
void growing_close(Image *image);

/* The bytes of a cell, without interpretation. rid and column must be valid. */
static inline uint32_t tables_raw(const ImageTable *table, uint32_t rid, int column)
{
    const uint8_t *rows = __atomic_load_n(&table->rows, __ATOMIC_ACQUIRE);
    const uint8_t *at =
        rows + (size_t)(rid - 1) * table->row_size + table->offset[column];
    if (table->width[column] == 2)
        return (uint32_t)(at[0] | at[1] << 8);
    if (table->width[column] == 4) {
        uint32_t v;
        __builtin_memcpy(&v, at, sizeof v);
        return v;
    }
    return table->width[column] ? *at : 0;
}

#endif
