/* live_private.h - what is live where, in bodies with protected regions. */
#ifndef CROSSGEN_CODEGEN_LIVE_PRIVATE_H
#define CROSSGEN_CODEGEN_LIVE_PRIVATE_H

#include "crossgen/codegen/cg_private.h"

typedef uint64_t *Bits; /* one bit a variable */

struct Live {
    uint32_t n_words;
    Bits *in;        /* per block: live at its start */
    Bits *mentions;  /* per part: read or written in it or in a part inside it */
    Bits *writes;    /* per part: written there */
    Bits *in_memory; /* per part: written where a handler or filter may read it */
    Bits addressed;  /* in memory everywhere */
};

static inline bool bit_test(const uint64_t *bits, uint32_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}
static inline void bit_set(uint64_t *bits, uint32_t i)
{
    bits[i / 64] |= (uint64_t)1 << (i % 64);
}

struct Live *live_compute(const IrMethod *ir, Arena *arena);

#endif
