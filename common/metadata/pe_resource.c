/* pe_resource.c - resources of Windows in a file. What is malformed is as if it were
 * missing. */
#include "common/metadata/pe_resource.h"

static uint32_t resource_root(const Image *image)
{
    enum { PE_OFFSET = 0x3c, OPTIONAL = 24, DIRECTORIES = 96, PLUS = 16, ENTRY = 8 };
    Cursor c = cursor_open(image->file.bytes);
    cursor_seek(&c, PE_OFFSET);
    size_t at = cursor_u32(&c);
    at += OPTIONAL + DIRECTORIES + (image->is_pe32_plus ? PLUS : 0) + 2 * ENTRY;
    cursor_seek(&c, at);
    uint32_t root = cursor_u32(&c);
    return c.failed ? 0 : root;
}

/* The offset in the entry of a directory with that number, -1: the first. 0: none. */
static uint32_t resource_entry(Bytes tree, uint32_t directory, int64_t number)
{
    enum { HEADER = 12, SUBDIRECTORY = 0x7fffffff };
    Cursor c = cursor_open(tree);
    cursor_seek(&c, directory + HEADER);
    uint32_t n = cursor_u16(&c);
    n += cursor_u16(&c);
    for (uint32_t i = 0; i < n && !c.failed; i++) {
        uint32_t id = cursor_u32(&c), offset = cursor_u32(&c);
        if (!c.failed && (number < 0 || id == number))
            return offset & SUBDIRECTORY;
    }
    return 0;
}

bool pe_resource_find(const Image *image, uint32_t type, Bytes *out)
{
    Bytes tree;
    uint32_t root = resource_root(image);
    if (!root || !image_rva(image, root, 1, &tree))
        return false;
    uint32_t names = resource_entry(tree, 0, type);
    uint32_t languages = names ? resource_entry(tree, names, -1) : 0;
    uint32_t data = languages ? resource_entry(tree, languages, -1) : 0;
    Cursor c = cursor_open(tree);
    cursor_seek(&c, data);
    uint32_t rva = cursor_u32(&c), size = cursor_u32(&c);
    if (!data || c.failed || !image_rva(image, rva, size, out))
        return false;
    out->size = size;
    return true;
}
