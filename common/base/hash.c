#include "common/base/hash.h"

#include <string.h>

#define XXH_STATIC_LINKING_ONLY /* the size of XXH3_state_t */
#include <xxhash.h>

_Static_assert(sizeof(XXH3_state_t) <= sizeof(HashStream), "xxhash.h");

uint64_t hash_bytes(const void *data, size_t size)
{
    return XXH3_64bits(data, size);
}

uint64_t hash_str(const char *text)
{
    return XXH3_64bits(text, strlen(text));
}

void hash_stream_start(HashStream *stream)
{
    XXH3_64bits_reset((XXH3_state_t *)stream);
}

void hash_stream_add(HashStream *stream, const void *data, size_t size)
{
    XXH3_64bits_update((XXH3_state_t *)stream, data, size);
}

uint64_t hash_stream_end(const HashStream *stream)
{
    return XXH3_64bits_digest((const XXH3_state_t *)stream);
}
