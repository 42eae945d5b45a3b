/* reseal.h - images whose tables lie, under hashes that are right: what readers must
 * survive behind the seal.
 *
 * A script changes an image: 8 bytes a step (reseal.c), any bytes are a script. Then
 * its hashes are put in again.
 */
#ifndef TESTS_FUZZ_RESEAL_H
#define TESTS_FUZZ_RESEAL_H

#include "format/sidecar.h"

enum { RESEAL_STEP = 8, RESEAL_STEPS = 16 };

/* Tables that a script may change, as bits. */
enum {
#define RESEAL(NAME, name, row_size) RESEAL_AT_##NAME,
#include "tests/fuzz/reseal.def"
#undef RESEAL
    RESEAL_TABLES
};
enum { RESEAL_ALL = (1 << RESEAL_TABLES) - 1 };

uint32_t reseal_table(const char *name); /* its bit; 0: unknown */
/* Applies a script and seals; false: it is no image. */
bool reseal(Buffer *image, Bytes script, uint32_t tables);
/* A script for a number; of 1 to RESEAL_STEPS steps. */
void reseal_script(Buffer *out, uint64_t seed);
/* Reads all of a resealed image: loads it for home, finds, checks and names every row,
 * resolves every cell, asks for addresses in all of its code. Aborts where an answer
 * leads outside the image. */
void reseal_read(Bytes image, const HostFacts *host, Assembly *home);

#endif
