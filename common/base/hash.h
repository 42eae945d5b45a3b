/* hash.h - xxHash's XXH3 for content and tables. */
#ifndef COMMON_BASE_HASH_H
#define COMMON_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t hash_bytes(const void *data, size_t size);
uint64_t hash_str(const char *text);

/* The hash_bytes of bytes that come in pieces. */
typedef struct HashStream {
    _Alignas(64) unsigned char state[576]; /* XXH3_state_t */
} HashStream;

void hash_stream_start(HashStream *stream);
void hash_stream_add(HashStream *stream, const void *data, size_t size);
uint64_t hash_stream_end(const HashStream *stream);

static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    uint64_t h = (a ^ (b + 0x9e3779b97f4a7c15u + (a << 6) + (a >> 2)));
    h ^= h >> 32;
    h *= 0xd6e8feb86659fd93u;
    return h ^ h >> 32;
}
static inline uint64_t hash_ptr(const void *p)
{
    return hash_mix((uintptr_t)p >> 3, 0x51);
}

#endif
