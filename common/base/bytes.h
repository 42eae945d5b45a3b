/* bytes.h - bounded reading and writing of little-endian bytes.
 *
 * A Cursor has a sticky failure bit: read many, test once. After a failure every read
 * returns zero and stays in place.
 */
#ifndef COMMON_BASE_BYTES_H
#define COMMON_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct Bytes {
    const uint8_t *data;
    size_t size;
} Bytes;

typedef struct Cursor {
    const uint8_t *start, *at, *end;
    bool failed;
} Cursor;

Cursor cursor_open(Bytes bytes);
Cursor cursor_of(const void *data, size_t size);
static inline size_t cursor_left(const Cursor *c)
{
    return (size_t)(c->end - c->at);
}
static inline size_t cursor_offset(const Cursor *c)
{
    return (size_t)(c->at - c->start);
}
uint8_t cursor_u8(Cursor *c);
uint16_t cursor_u16(Cursor *c);
uint32_t cursor_u32(Cursor *c);
uint64_t cursor_u64(Cursor *c);
Bytes cursor_bytes(Cursor *c, size_t size); /* borrowed; empty on failure */
void cursor_skip(Cursor *c, size_t size);
void cursor_seek(Cursor *c, size_t offset);  /* from start */
uint32_t cursor_compressed(Cursor *c);       /* ECMA-335 II.23.2 unsigned */
int32_t cursor_compressed_signed(Cursor *c); /* ECMA-335 II.23.2 signed */
const char *cursor_cstr(Cursor *c);          /* NUL-terminated inside; "" on failure */

/* The part [offset, offset + size) of bytes; false when it does not lie inside. */
bool bytes_slice(Bytes bytes, uint64_t offset, uint64_t size, Bytes *out);
static inline bool bytes_equal(Bytes a, Bytes b)
{
    return a.size == b.size && (!a.size || !__builtin_memcmp(a.data, b.data, a.size));
}

/* A growing byte buffer (malloc); writer of what a Cursor reads. */
typedef struct Buffer {
    uint8_t *data;
    size_t size, room;
} Buffer;

#define BUFFER_INIT                                                                    \
    {                                                                                  \
        .data = NULL, .size = 0, .room = 0                                             \
    }

void buffer_put(Buffer *b, const void *data, size_t size);
void buffer_u8(Buffer *b, uint8_t v);
void buffer_u16(Buffer *b, uint16_t v);
void buffer_u32(Buffer *b, uint32_t v);
void buffer_u64(Buffer *b, uint64_t v);
void buffer_compressed(Buffer *b, uint32_t v);         /* v < 2^29 */
void buffer_cstr(Buffer *b, const char *text);         /* with its NUL */
void buffer_printf(Buffer *b, const char *format, ...) /* without NUL */
    __attribute__((format(printf, 2, 3)));
void buffer_align(Buffer *b, size_t align);
void buffer_free(Buffer *b);
static inline Bytes buffer_bytes(const Buffer *b)
{
    return (Bytes){b->data, b->size};
}

#endif
