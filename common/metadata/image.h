/* image.h - one PE/CLI file: its sections, metadata heaps and tables (ECMA-335
 * II.22-25).
 *
 * An Image is read-only once it is open (or grows: growing.h) and lives until
 * image_close; strings and blobs that it returns are borrowed from its mapping. Opening
 * checks the PE and CLI headers, the stream directory and the sizes of all tables;
 * later accessors are bounded: a row or heap offset outside gives zero, "" or an empty
 * blob, never a fault.
 *
 * An MVID alone tells no builds apart: whoever changes a file in place may keep it,
 * with size and times. MVID and content do, but for method bodies (il_body_raw) and
 * what is looked up when it is used: user strings, resources, data of fields.
 */
#ifndef COMMON_METADATA_IMAGE_H
#define COMMON_METADATA_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/err.h"
#include "common/base/file.h"

typedef enum TableId {
#define TABLE(name, number) TABLE_##name = number,
#define COL(table, name, kind)
#include "common/metadata/tables.def"
#undef TABLE
#undef COL
    TABLE_COUNT = 0x2d,
    TOKEN_UserString = 0x70, /* pseudo table of ldstr tokens */
} TableId;

/* Column numbers, from 0 in each table: COL_MethodDef_RVA is 0. */
/* clang-format off */
#define TABLE(name, number)                                                            \
    };                                                                                 \
    enum {
#define COL(table, name, kind) COL_##table##_##name,
enum { COL_DUMMY_BEFORE_TABLES,
#include "common/metadata/tables.def"
};
#undef TABLE
#undef COL
/* clang-format on */

typedef struct ImageTable {
    const uint8_t *rows;
    uint32_t n; /* number of rows; rids run from 1 to n */
    uint8_t row_size;
    uint8_t offset[9]; /* of each column within a row */
    uint8_t width[9];  /* of each column, bytes */
} ImageTable;

typedef struct Image {
    File file;        /* or only .bytes, for image_open_bytes */
    const char *path; /* for messages; owned */
    Bytes metadata;   /* the metadata root */
    Bytes strings, user_strings, blobs, guids;
    ImageTable tables[64];
    uint32_t entry_token; /* CLI header: MethodDef or File token, or 0 */
    uint32_t cli_flags;   /* COMIMAGE_FLAGS_* */
    Bytes resources;      /* CLI header: Resources directory */
    uint8_t mvid[16];
    uint64_t content; /* hash of the metadata but for its user strings */
    const char *name; /* Assembly table name, or module name without extension */
    const char *runtime_version;   /* of the metadata root, "v4.0.30319" */
    struct ImageSection *sections; /* image_private.h */
    uint32_t n_sections;
    bool is_pe32_plus;
    struct ImageIndex *index; /* image_private.h */
    struct Growing *growing;  /* growing.c; NULL: the image stays as it is */
} Image;

#define TOKEN(table, rid) ((uint32_t)(table) << 24 | (rid))
#define TOKEN_TABLE(token) ((token) >> 24)
#define TOKEN_RID(token) ((token)&0xffffff)

/* Opens path. ERR_IO: the file can't be read; ERR_BAD_IMAGE: not a valid CLI file, with
 * path and reason ("not a PE file", "no CLI header (native image)", "truncated ...").
 */
Image *image_open(const char *path, Err *err);
/* The same for bytes that the caller keeps alive; path is used in messages. */
Image *image_open_bytes(Bytes bytes, const char *path, Err *err);
void image_close(Image *image);
static inline bool image_is_file(const Image *image) /* no: bytes from elsewhere */
{
    return image->file.path != NULL;
}

static inline uint32_t image_rows(const Image *image, TableId table)
{
    return (uint32_t)table < 64
               ? __atomic_load_n(&image->tables[table].n, __ATOMIC_ACQUIRE)
               : 0;
}
/* A cell: fixed-size value, heap offset, rid of a simple index, or token of a coded
 * index (0 when the coded index is null or its tag or row is invalid). 0 for a bad row.
 */
uint32_t image_get(const Image *image, TableId table, uint32_t rid, int column);

const char *image_string(const Image *image, uint32_t offset); /* "" when outside */
Bytes image_blob(const Image *image, uint32_t offset);         /* empty when outside */
Bytes image_guid(const Image *image, uint32_t index);          /* 16 bytes or empty */
/* UTF-16LE code units of a #US string, without the final flag byte. */
bool image_user_string(const Image *image, uint32_t offset, Bytes *utf16);
/* The one at *offset, which becomes that of the next; false: there is none. */
bool image_next_user_string(const Image *image, uint32_t *offset, Bytes *utf16);
/* Bytes at an RVA up to the end of its section, at least size of them. */
bool image_rva(const Image *image, uint32_t rva, uint32_t size, Bytes *out);

/* Shorthands: string and blob columns. */
const char *image_get_string(const Image *image, TableId table, uint32_t rid,
                             int column);
Bytes image_get_blob(const Image *image, TableId table, uint32_t rid, int column);

/* Positions [*first, *end) of the child list that row rid of a parent table owns
 * (FieldList, MethodList, ParamList, EventList, PropertyList); clamped to the child
 * table. Positions are rids, except where a file has a Ptr table: see image_list_row.
 */
void image_list(const Image *image, TableId table, uint32_t rid, int column,
                TableId child, uint32_t *first, uint32_t *end);
/* Rid of a child table's row at a list position: the position itself unless the file
 * has a FieldPtr, MethodPtr, ParamPtr, EventPtr or PropertyPtr table (uncompressed "#-"
 * streams of edited modules). 0 outside. */
uint32_t image_list_row(const Image *image, TableId child, uint32_t position);
/* The parent row whose list column holds child rid (TypeDef of a method, ...); 0: none.
 */
uint32_t image_list_owner(const Image *image, TableId table, int column, TableId child,
                          uint32_t rid);
/* Rows [*first, *end) of a table sorted by `column` whose cell equals value (a token
 * for coded columns, a rid for simple ones); false when there are none. Falls back to a
 * linear search where a file did not sort its table; then only the first run is
 * returned. */
bool image_find_rows(const Image *image, TableId table, int column, uint32_t value,
                     uint32_t *first, uint32_t *end);

/* Enclosing TypeDef rid of a nested one, or 0. */
uint32_t image_enclosing(const Image *image, uint32_t typedef_rid);

#endif
