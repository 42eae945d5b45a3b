/* growing.h - an image that grows while others read it: the module of an assembly that
 * is made at run time. growing.c says how.
 *
 * It is read as any image is. Who adds to it says cells as image_get gives them:
 * values, rids, tokens in coded columns, offsets in heaps. Adding a row makes it
 * visible to readers at once; a cell may be changed later. ERR_ARGUMENT: a heap or a
 * table is full, or a token is of a table that the column can't name.
 */
#ifndef COMMON_METADATA_GROWING_H
#define COMMON_METADATA_GROWING_H

#include "common/metadata/image.h"

/* With the types <Module> alone. name: UTF-8, no longer than EMPTY_NAME_MAX. */
Image *growing_open(const char *name, const uint16_t version[4], Err *err);

static inline bool image_is_growing(const Image *image)
{
    return image->growing != NULL;
}

/* The new row's rid; 0 with err set. A row of a table that ECMA-335 wants sorted is
 * found by its key at once. */
uint32_t growing_add(Image *image, TableId table, const uint32_t *cells, Err *err);
/* The same where a row of these cells may be there already: that one, then. */
uint32_t growing_add_once(Image *image, TableId table, const uint32_t *cells, Err *err);
/* At the end of the list that row `parent` has: a Field or MethodDef of a TypeDef, a
 * Param of a MethodDef, an Event or Property of its map. */
uint32_t growing_add_child(Image *image, TableId child, uint32_t parent,
                           const uint32_t *cells, Err *err);
/* No column by which rows are found. False with err set. */
bool growing_set(Image *image, TableId table, uint32_t rid, int column, uint32_t value,
                 Err *err);

/* Offsets in the heaps; those of what is there already, if it is. */
bool growing_string(Image *image, const char *text, uint32_t *offset, Err *err);
bool growing_blob(Image *image, Bytes blob, uint32_t *offset, Err *err);
/* utf16: code units without the final flag byte. */
bool growing_user_string(Image *image, Bytes utf16, uint32_t *offset, Err *err);
/* The RVA of a copy of the bytes, which begins at a multiple of 8. */
bool growing_data(Image *image, Bytes bytes, uint32_t *rva, Err *err);

#endif
