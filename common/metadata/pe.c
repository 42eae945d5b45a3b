/* pe.c - PE32 and PE32+ headers, sections and the CLI header (ECMA-335 II.25). */
#include <stdlib.h>

#include "common/base/mem.h"
#include "common/metadata/image_private.h"

enum {
    DOS_LFANEW = 0x3c,
    MAGIC_PE32 = 0x10b,
    MAGIC_PE32_PLUS = 0x20b,
    DIRECTORY_CLI = 14,
    CLI_HEADER_SIZE = 72,
    MAX_SECTIONS = 96, /* the limit of the Windows loader */
    CLI_NATIVE_ENTRYPOINT = 0x10,
};

typedef struct Directory {
    uint32_t rva, size;
} Directory;

static Directory directory_read(Cursor *c)
{
    Directory d;
    d.rva = cursor_u32(c);
    d.size = cursor_u32(c);
    return d;
}

static bool optional_header_read(Image *image, Cursor header, Directory *cli, Err *err)
{
    uint16_t magic = cursor_u16(&header);
    if (!header.failed && magic != MAGIC_PE32 && magic != MAGIC_PE32_PLUS)
        return err_set(err, ERR_BAD_IMAGE, "no PE32 or PE32+ optional header");
    image->is_pe32_plus = magic == MAGIC_PE32_PLUS;
    cursor_seek(&header, image->is_pe32_plus ? 108 : 92);
    uint32_t n = cursor_u32(&header);
    if (header.failed)
        return err_set(err, ERR_BAD_IMAGE, "truncated PE optional header");
    if (n <= DIRECTORY_CLI)
        return err_set(err, ERR_BAD_IMAGE, "no CLI header (native image)");
    cursor_skip(&header, DIRECTORY_CLI * 8);
    *cli = directory_read(&header);
    if (header.failed)
        return err_set(err, ERR_BAD_IMAGE, "truncated PE optional header");
    if (!cli->rva)
        return err_set(err, ERR_BAD_IMAGE, "no CLI header (native image)");
    return true;
}

/* A file may lack the padding of its last section, but nothing that is mapped. */
static bool section_read(Image *image, Cursor *c, ImageSection *section, Err *err)
{
    cursor_skip(c, 8);
    uint32_t virtual_size = cursor_u32(c);
    section->rva = cursor_u32(c);
    uint64_t raw_size = cursor_u32(c);
    uint32_t raw = cursor_u32(c);
    cursor_skip(c, 16);
    if (c->failed)
        return err_set(err, ERR_BAD_IMAGE, "truncated section table");
    Bytes file = image->file.bytes;
    uint64_t needed = virtual_size && virtual_size < raw_size ? virtual_size : raw_size;
    if (!raw_size)
        return true;
    if (!bytes_slice(file, raw, needed, &section->bytes))
        return err_set(err, ERR_BAD_IMAGE,
                       "truncated: a section ends at %llu, the file at %zu",
                       (unsigned long long)(raw + needed), file.size);
    uint64_t left = file.size - raw;
    section->bytes.size = (size_t)(raw_size < left ? raw_size : left);
    return true;
}

static bool sections_read(Image *image, Cursor *c, uint32_t n, Err *err)
{
    if (n > MAX_SECTIONS)
        return err_set(err, ERR_BAD_IMAGE, "too many sections (%u)", n);
    image->sections = mem_array(n ? n : 1, sizeof *image->sections);
    for (uint32_t i = 0; i < n; i++) {
        if (!section_read(image, c, &image->sections[i], err))
            return false;
        image->n_sections = i + 1;
    }
    return true;
}

bool image_rva(const Image *image, uint32_t rva, uint32_t size, Bytes *out)
{
    if (image->growing)
        return growing_rva(image, rva, size, out);
    for (uint32_t i = 0; i < image->n_sections; i++) {
        const ImageSection *section = &image->sections[i];
        uint32_t at = rva - section->rva;
        if (rva < section->rva || at >= section->bytes.size)
            continue;
        size_t left = section->bytes.size - at;
        if (left < size)
            return false;
        *out = (Bytes){section->bytes.data + at, left};
        return true;
    }
    return false;
}

static bool directory_bytes(const Image *image, Directory d, Bytes *out)
{
    if (!image_rva(image, d.rva, d.size, out))
        return false;
    out->size = d.size;
    return true;
}

static bool cli_header_read(Image *image, Directory cli, CliHeader *header, Err *err)
{
    Bytes bytes;
    if (!image_rva(image, cli.rva, CLI_HEADER_SIZE, &bytes))
        return err_set(err, ERR_BAD_IMAGE, "CLI header outside all sections");
    Cursor c = cursor_open(bytes);
    if (cursor_u32(&c) < CLI_HEADER_SIZE)
        return err_set(err, ERR_BAD_IMAGE, "CLI header too small");
    cursor_skip(&c, 4); /* required runtime version */
    Directory metadata = directory_read(&c);
    header->flags = cursor_u32(&c);
    header->entry_token = cursor_u32(&c);
    Directory resources = directory_read(&c);
    if (header->flags & CLI_NATIVE_ENTRYPOINT)
        header->entry_token = 0; /* an RVA of native code */
    if (!directory_bytes(image, metadata, &header->metadata))
        return err_set(err, ERR_BAD_IMAGE, "metadata outside all sections");
    /* Programs that never ask for resources must not stop at a bad directory. */
    if (!resources.size || !directory_bytes(image, resources, &header->resources))
        header->resources = (Bytes){NULL, 0};
    return true;
}

bool pe_read(Image *image, CliHeader *header, Err *err)
{
    Cursor c = cursor_open(image->file.bytes);
    if (cursor_u8(&c) != 'M' || cursor_u8(&c) != 'Z')
        return err_set(err, ERR_BAD_IMAGE, "not a PE file");
    cursor_seek(&c, DOS_LFANEW);
    uint32_t lfanew = cursor_u32(&c);
    if (c.failed)
        return err_set(err, ERR_BAD_IMAGE, "truncated DOS header");
    cursor_seek(&c, lfanew);
    Bytes signature = cursor_bytes(&c, 4);
    if (c.failed)
        return err_set(err, ERR_BAD_IMAGE, "truncated before the PE header");
    if (!bytes_equal(signature, (Bytes){(const uint8_t *)"PE\0\0", 4}))
        return err_set(err, ERR_BAD_IMAGE, "not a PE file");
    cursor_skip(&c, 2); /* machine: IL runs on all */
    uint32_t n_sections = cursor_u16(&c);
    cursor_skip(&c, 12);
    uint32_t optional_size = cursor_u16(&c);
    cursor_skip(&c, 2);
    Bytes optional = cursor_bytes(&c, optional_size);
    if (c.failed)
        return err_set(err, ERR_BAD_IMAGE, "truncated PE header");
    Directory cli = {0, 0};
    return optional_header_read(image, cursor_open(optional), &cli, err) &&
           sections_read(image, &c, n_sections, err) &&
           cli_header_read(image, cli, header, err);
}
