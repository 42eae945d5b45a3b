/* writer.h - units of compiled code, put together into an image.
 *
 * The objects are linked once, with their debug information; symbols, unwind and line
 * tables of the result tell where each method lies. The image is the loaded part of the
 * linked file, unchanged, with the .r2r.* sections and a symbol table that has the
 * names of methods behind it. The same input gives the same bytes.
 */
#ifndef FORMAT_WRITER_H
#define FORMAT_WRITER_H

#include "format/fingerprint.h"

typedef struct ImageUnitInput {
    Bytes record;       /* of unit_write */
    const char *object; /* path of its object file */
    uint32_t set;
} ImageUnitInput;

typedef struct ImageSetInput {
    uint32_t level; /* 1..4; sets by rising level */
    uint64_t used;  /* feature bits that the code was seen to use */
} ImageSetInput;

typedef struct ImageInput {
    const FpFacts *facts; /* of the assembly and the compiler; the rest is added */
    const ImageSetInput *sets;
    uint32_t n_sets;
    const ImageUnitInput *units;
    uint32_t n_units;
    Bytes skipped;   /* as .r2r.skipped has it */
    const char *dir; /* private directory for intermediate files */
} ImageInput;

/* Appends the image to out (empty before). */
bool image_build(const ImageInput *input, Buffer *out, Err *err);

/* Facts that are the same for all images of this version. */
void image_add_facts(FpFacts *facts);

#endif
