/* fuzz_world.c - any bytes as an assembly beside the real class library: all of its
 * types are laid out and get their slots, all bodies are imported. seeds: build/samples
 * build/golden options: -max_len=16384 */
#include "tests/fuzz/mutant.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MAX_ROWS = 2000 }; /* keeps one run short: rows may be of few bytes */

static bool is_small(const uint8_t *data, size_t size)
{
    Err err = ERR_INIT;
    Image *image = image_open_bytes((Bytes){data, size}, "fuzz.dll", &err);
    bool small = image != NULL;
    for (TableId table = 0; small && table < TABLE_COUNT; table++)
        small = image_rows(image, table) <= MAX_ROWS;
    image_close(image);
    return small;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    WalkTotals totals = {0};
    Subject subject = {.bytes = (uint8_t *)data, .size = size, .name = "fuzz.dll"};
    if (is_small(data, size))
        walk_subject(&subject, &totals);
    return 0;
}
