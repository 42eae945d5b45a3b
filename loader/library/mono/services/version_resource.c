/* version_resource.c - the version resource of a PE file. */
#include "loader/library/mono/services/version_resource.h"

#include <string.h>

static const char *const text_keys[VERSION_TEXTS] = {
#define TEXT(tag, key) [VERSION_##tag] = key,
#include "loader/library/mono/services/version_texts.def"
#undef TEXT
};

enum { KEY_MOST = 64 };

typedef struct Block {
    char key[KEY_MOST];
    Bytes value, children;
} Block;

static void pad(Cursor *c)
{
    while (cursor_offset(c) % 4 && cursor_left(c) && !c->failed)
        cursor_skip(c, 1);
}

/* The next block of a list; false: no more. */
static bool block_next(Cursor *list, Block *out)
{
    pad(list);
    size_t start = cursor_offset(list);
    uint32_t length = cursor_u16(list), value = cursor_u16(list),
             text = cursor_u16(list);
    size_t n = 0;
    for (uint16_t c; (c = cursor_u16(list)) && !list->failed;)
        if (n < KEY_MOST - 1)
            out->key[n++] = (char)c;
    out->key[n] = 0;
    pad(list);
    out->value = cursor_bytes(list, text ? value * 2 : value);
    pad(list);
    size_t used = cursor_offset(list) - start;
    out->children = cursor_bytes(list, length > used ? length - used : 0);
    return !list->failed && length;
}

/* A number of 64 bits as two of 32, the high one first. */
static void read_number(Cursor *c, uint16_t out[4])
{
    for (int i = 0; i < 4; i += 2) {
        uint32_t part = cursor_u32(c);
        out[i] = (uint16_t)(part >> 16);
        out[i + 1] = (uint16_t)part;
    }
}

static void read_fixed(Bytes fixed, VersionResource *out)
{
    enum { VERSIONS = 8 };
    const uint32_t signature = 0xfeef04bd;
    VersionResource read = *out;
    Cursor c = cursor_open(fixed);
    if (cursor_u32(&c) != signature)
        return;
    cursor_seek(&c, VERSIONS);
    read_number(&c, read.file);
    read_number(&c, read.product);
    read.flags = cursor_u32(&c); /* those that are known */
    read.flags &= cursor_u32(&c);
    if (!c.failed)
        *out = read;
}

/* Up to a NUL. */
static Bytes text_of(Bytes value)
{
    size_t n = 0;
    while (n < VERSION_TEXT_MOST && n < value.size / 2 &&
           (value.data[2 * n] || value.data[2 * n + 1]))
        n++;
    return (Bytes){value.data, 2 * n};
}

static void read_texts(Bytes table, VersionResource *out)
{
    Block text;
    for (Cursor c = cursor_open(table); block_next(&c, &text);)
        for (int i = 0; i < VERSION_TEXTS; i++)
            if (!strcmp(text_keys[i], text.key))
                out->texts[i] = text_of(text.value);
}

static void read_language(Bytes translation, VersionResource *out)
{
    Cursor c = cursor_open(translation);
    uint16_t language = cursor_u16(&c);
    if (!c.failed)
        out->language = language;
}

void version_resource_read(Bytes resource, VersionResource *out)
{
    Block root, part, table;
    Cursor c = cursor_open(resource);
    *out = (VersionResource){.language = -1};
    if (!block_next(&c, &root) || strcmp(root.key, "VS_VERSION_INFO"))
        return;
    read_fixed(root.value, out);
    for (c = cursor_open(root.children); block_next(&c, &part);)
        for (Cursor t = cursor_open(part.children); block_next(&t, &table);)
            if (!strcmp(part.key, "StringFileInfo"))
                read_texts(table.children, out);
            else if (!strcmp(table.key, "Translation"))
                read_language(table.value, out);
}
