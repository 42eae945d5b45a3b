/* metadata_import.h - rows of metadata as System.Reflection.MetadataImport reads them.
 * Its handle of a scope is the Image. */
#ifndef LOADER_LIBRARY_CORECLR_REFLECTION_METADATA_IMPORT_H
#define LOADER_LIBRARY_CORECLR_REFLECTION_METADATA_IMPORT_H

#include "common/base/vec.h"
#include "common/metadata/image.h"

/* System.Reflection.ConstArray. */
typedef struct ConstArray {
    int32_t size;
    const void *data;
} ConstArray;

enum {
    METADATA_OK = 0,
    METADATA_BAD = (int32_t)0x8007000b, /* COR_E_BADIMAGEFORMAT */
};

typedef VEC(int32_t) TokenList;

/* What the token is a member of; 0: nothing. False: it is of no kind that has one, or
 * there is no such row. */
bool metadata_parent(const Image *image, uint32_t token, uint32_t *parent);
/* -- metadata_enum.c ----------------------------------------------------------- */
/* The rows of a table below `parent`, a token (0: all of them). */
void metadata_list(const Image *image, uint32_t table, uint32_t parent, TokenList *out);

#endif
