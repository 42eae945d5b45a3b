#include "common/base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"

Cursor cursor_of(const void *data, size_t size)
{
    static const uint8_t nothing[1];
    const uint8_t *p = data ? data : nothing;
    return (Cursor){p, p, p + (data ? size : 0), false};
}

Cursor cursor_open(Bytes bytes)
{
    return cursor_of(bytes.data, bytes.size);
}

static const uint8_t *cursor_take(Cursor *c, size_t size)
{
    const uint8_t *p = c->at;
    if (c->failed || cursor_left(c) < size) {
        c->failed = true;
        return NULL;
    }
    c->at += size;
    return p;
}

uint8_t cursor_u8(Cursor *c)
{
    const uint8_t *p = cursor_take(c, 1);
    return p ? *p : 0;
}

uint16_t cursor_u16(Cursor *c)
{
    uint16_t v = 0;
    const uint8_t *p = cursor_take(c, sizeof v);
    if (p)
        memcpy(&v, p, sizeof v);
    return v;
}

uint32_t cursor_u32(Cursor *c)
{
    uint32_t v = 0;
    const uint8_t *p = cursor_take(c, sizeof v);
    if (p)
        memcpy(&v, p, sizeof v);
    return v;
}

uint64_t cursor_u64(Cursor *c)
{
    uint64_t v = 0;
    const uint8_t *p = cursor_take(c, sizeof v);
    if (p)
        memcpy(&v, p, sizeof v);
    return v;
}

Bytes cursor_bytes(Cursor *c, size_t size)
{
    const uint8_t *p = cursor_take(c, size);
    return (Bytes){p, p ? size : 0};
}

void cursor_skip(Cursor *c, size_t size)
{
    cursor_take(c, size);
}

void cursor_seek(Cursor *c, size_t offset)
{
    if (c->failed || offset > (size_t)(c->end - c->start))
        c->failed = true;
    else
        c->at = c->start + offset;
}

uint32_t cursor_compressed(Cursor *c)
{
    uint32_t first = cursor_u8(c);
    if (!(first & 0x80))
        return first;
    if (!(first & 0x40))
        return (first & 0x3f) << 8 | cursor_u8(c);
    if (first & 0x20) {
        c->failed = true;
        return 0;
    }
    uint32_t v = (first & 0x1f) << 24;
    v |= (uint32_t)cursor_u8(c) << 16;
    v |= (uint32_t)cursor_u8(c) << 8;
    v |= cursor_u8(c);
    return c->failed ? 0 : v;
}

int32_t cursor_compressed_signed(Cursor *c)
{
    const uint8_t *from = c->at;
    uint32_t v = cursor_compressed(c);
    if (c->failed)
        return 0;
    size_t width = (size_t)(c->at - from);
    int32_t magnitude = (int32_t)(v >> 1);
    if (!(v & 1))
        return magnitude;
    return magnitude - (width == 1 ? 1 << 6 : width == 2 ? 1 << 13 : 1 << 28);
}

const char *cursor_cstr(Cursor *c)
{
    const uint8_t *p = c->at;
    const uint8_t *nul = c->failed ? NULL : memchr(p, 0, cursor_left(c));
    if (!nul) {
        c->failed = true;
        return "";
    }
    c->at = nul + 1;
    return (const char *)p;
}

bool bytes_slice(Bytes bytes, uint64_t offset, uint64_t size, Bytes *out)
{
    if (offset > bytes.size || size > bytes.size - offset)
        return false;
    *out = (Bytes){bytes.data + offset, size};
    return true;
}

static void buffer_reserve(Buffer *b, size_t more)
{
    if (b->room - b->size >= more)
        return;
    size_t room = b->room ? b->room * 2 : 256;
    while (room - b->size < more)
        room *= 2;
    b->data = mem_resize(b->data, room, 1);
    b->room = room;
}

void buffer_put(Buffer *b, const void *data, size_t size)
{
    if (!size)
        return;
    buffer_reserve(b, size);
    memcpy(b->data + b->size, data, size);
    b->size += size;
}

void buffer_u8(Buffer *b, uint8_t v)
{
    buffer_put(b, &v, sizeof v);
}

void buffer_u16(Buffer *b, uint16_t v)
{
    buffer_put(b, &v, sizeof v);
}

void buffer_u32(Buffer *b, uint32_t v)
{
    buffer_put(b, &v, sizeof v);
}

void buffer_u64(Buffer *b, uint64_t v)
{
    buffer_put(b, &v, sizeof v);
}

void buffer_compressed(Buffer *b, uint32_t v)
{
    if (v < 0x80) {
        buffer_u8(b, (uint8_t)v);
    } else if (v < 0x4000) {
        buffer_u8(b, (uint8_t)(0x80 | v >> 8));
        buffer_u8(b, (uint8_t)v);
    } else {
        buffer_u8(b, (uint8_t)(0xc0 | v >> 24));
        buffer_u8(b, (uint8_t)(v >> 16));
        buffer_u8(b, (uint8_t)(v >> 8));
        buffer_u8(b, (uint8_t)v);
    }
}

void buffer_cstr(Buffer *b, const char *text)
{
    buffer_put(b, text, strlen(text) + 1);
}

void buffer_printf(Buffer *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    if (n > 0) {
        buffer_reserve(b, (size_t)n + 1);
        vsnprintf((char *)b->data + b->size, (size_t)n + 1, format, again);
        b->size += (size_t)n;
    }
    va_end(again);
    va_end(args);
}

void buffer_align(Buffer *b, size_t align)
{
    while (b->size % align)
        buffer_u8(b, 0);
}

void buffer_free(Buffer *b)
{
    free(b->data);
    *b = (Buffer)BUFFER_INIT;
}
