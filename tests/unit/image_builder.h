/* image_builder.h - small CLI images made in memory, for tests of what reads them.
 *
 * An image has one section at RVA BUILT_RVA, whose bytes start at file offset
 * BUILT_RAW: the CLI header, then the method bodies, then the metadata.
 */
#ifndef TESTS_UNIT_IMAGE_BUILDER_H
#define TESTS_UNIT_IMAGE_BUILDER_H

#include "common/base/bytes.h"

enum {
    BUILT_PE = 0x80, /* offset of "PE\0\0" */
    BUILT_COFF = BUILT_PE + 4,
    BUILT_OPTIONAL = BUILT_COFF + 20,
    BUILT_SECTION = BUILT_OPTIONAL + 224, /* PE32 */
    BUILT_SECTION_PLUS = BUILT_OPTIONAL + 240,
    BUILT_RAW = 0x200,
    BUILT_RVA = 0x2000,
    BUILT_CLI_SIZE = 72,
    BUILT_CODE = BUILT_RAW + BUILT_CLI_SIZE, /* offset of the method bodies */
    BUILT_CODE_RVA = BUILT_RVA + BUILT_CLI_SIZE,
};

typedef struct ImageParts {
    Bytes code;         /* method bodies, at BUILT_CODE_RVA */
    Bytes tables;       /* the whole #~ stream */
    const char *stream; /* its name when it is not "#~" */
    Bytes strings, user_strings, blobs, guids;
    bool is_pe32_plus;
} ImageParts;

/* Offset in the file of the metadata of an image with that many bytes of code. */
size_t image_built_metadata(size_t code_size);

/* Appends an image to an empty buffer. */
void image_build(Buffer *out, const ImageParts *parts);

/* Starts a #~ stream: n row counts for the tables in mask, in order. The rows follow.
 */
void tables_begin(Buffer *out, uint64_t mask, uint64_t sorted, const uint32_t *counts);
/* Appends n cells of two bytes. */
void cells_put(Buffer *out, int n, const uint16_t *cells);
#define CELLS(out, ...)                                                                \
    cells_put(out, sizeof((uint16_t[]){__VA_ARGS__}) / 2, (uint16_t[]){__VA_ARGS__})

/* An image with one Module row and the code given; what tests of bodies need. */
void image_build_code(Buffer *out, Bytes code);

#endif
