/* normalization.h - tables of Unicode's normal forms in the shape of
 * System.Text.Normalization. */
#ifndef LOADER_LIBRARY_MONO_SERVICES_NORMALIZATION_H
#define LOADER_LIBRARY_MONO_SERVICES_NORMALIZATION_H

#include <stdint.h>

enum { /* the first range of places in `mapped` that can lead to a composite */
       NORMALIZATION_PAIRS_START = 0x480,
       NORMALIZATION_PAIRS_END = 0x1080,
};

typedef struct NormalizationPair {
    uint16_t starter, second, composite;
} NormalizationPair;

typedef struct NormalizationTables {
    uint8_t properties[10160], classes[1408];
    int32_t mapped[0x4000]; /* decompositions, a 0 behind each */
    int16_t map_index[8752];
    int16_t starter_index[27296]; /* first pair that begins so */
    uint16_t composite[NORMALIZATION_PAIRS_END -
                       NORMALIZATION_PAIRS_START]; /* by the pair's place in mapped */
    NormalizationPair pairs[1024];
    int32_t n_pairs, n_mapped;
} NormalizationTables;

/* Made when they are first asked for. */
const NormalizationTables *normalization_tables(void);

#endif
