#include "tests/unit/image_builder.h"

#include <string.h>

#define TEXT(s) ((Bytes){(const uint8_t *)(s), sizeof(s) - 1})

size_t image_built_metadata(size_t code_size)
{
    return BUILT_CODE + ((code_size + 3) & ~(size_t)3);
}

static void zeros(Buffer *b, size_t to)
{
    while (b->size < to)
        buffer_u8(b, 0);
}

static void metadata_build(Buffer *b, const ImageParts *parts)
{
    const struct {
        const char *name;
        Bytes bytes;
    } streams[] = {
        {parts->stream ? parts->stream : "#~", parts->tables},
        {"#Strings", parts->strings},
        {"#US", parts->user_strings},
        {"#GUID", parts->guids},
        {"#Blob", parts->blobs},
    };
    enum { N = sizeof streams / sizeof *streams, VERSION = 12 };
    uint32_t offset = 16 + VERSION + 4;
    for (int i = 0; i < N; i++)
        offset += 8 + (uint32_t)((strlen(streams[i].name) + 4) & ~(size_t)3);
    buffer_u32(b, 0x424a5342);
    buffer_u16(b, 1);
    buffer_u16(b, 1);
    buffer_u32(b, 0);
    buffer_u32(b, VERSION);
    buffer_put(b, "v4.0.30319\0", VERSION);
    buffer_u16(b, 0);
    buffer_u16(b, N);
    for (int i = 0; i < N; i++) {
        uint32_t size = (uint32_t)(streams[i].bytes.size + 3) & ~3u;
        buffer_u32(b, offset);
        buffer_u32(b, size);
        buffer_cstr(b, streams[i].name);
        buffer_align(b, 4);
        offset += size;
    }
    for (int i = 0; i < N; i++) {
        buffer_put(b, streams[i].bytes.data, streams[i].bytes.size);
        buffer_align(b, 4);
    }
}

static void headers_build(Buffer *b, const ImageParts *parts, uint32_t size)
{
    bool plus = parts->is_pe32_plus;
    buffer_put(b, "MZ", 2);
    zeros(b, 0x3c);
    buffer_u32(b, BUILT_PE);
    zeros(b, BUILT_PE);
    buffer_put(b, "PE\0\0", 4);
    buffer_u16(b, plus ? 0x8664 : 0x14c);
    buffer_u16(b, 1); /* sections */
    zeros(b, BUILT_COFF + 16);
    buffer_u16(b, plus ? 240 : 224);
    buffer_u16(b, 0x2102);
    buffer_u16(b, plus ? 0x20b : 0x10b);
    zeros(b, BUILT_OPTIONAL + (plus ? 108 : 92));
    buffer_u32(b, 16);
    zeros(b, b->size + 14 * 8);
    buffer_u32(b, BUILT_RVA);
    buffer_u32(b, BUILT_CLI_SIZE);
    zeros(b, plus ? BUILT_SECTION_PLUS : BUILT_SECTION);
    buffer_put(b, ".text\0\0", 8);
    buffer_u32(b, size);
    buffer_u32(b, BUILT_RVA);
    buffer_u32(b, size);
    buffer_u32(b, BUILT_RAW);
    zeros(b, BUILT_RAW);
}

void image_build(Buffer *out, const ImageParts *parts)
{
    Buffer metadata = BUFFER_INIT;
    metadata_build(&metadata, parts);
    size_t at = image_built_metadata(parts->code.size);
    headers_build(out, parts, (uint32_t)(at - BUILT_RAW + metadata.size));
    buffer_u32(out, BUILT_CLI_SIZE);
    buffer_u32(out, 2 | 5 << 16);
    buffer_u32(out, (uint32_t)at - BUILT_RAW + BUILT_RVA);
    buffer_u32(out, (uint32_t)metadata.size);
    buffer_u32(out, 1);          /* IL only */
    buffer_u32(out, 0x06000001); /* entry point */
    zeros(out, BUILT_CODE);
    buffer_put(out, parts->code.data, parts->code.size);
    buffer_align(out, 4);
    buffer_put(out, metadata.data, metadata.size);
    buffer_free(&metadata);
}

void tables_begin(Buffer *out, uint64_t mask, uint64_t sorted, const uint32_t *counts)
{
    buffer_u32(out, 0);
    buffer_u8(out, 2);
    buffer_u8(out, 0);
    buffer_u8(out, 0); /* narrow heaps */
    buffer_u8(out, 1);
    buffer_u64(out, mask);
    buffer_u64(out, sorted);
    for (int i = 0; i < __builtin_popcountll(mask); i++)
        // NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): one count a bit of mask
        buffer_u32(out, counts[i]);
}

void cells_put(Buffer *out, int n, const uint16_t *cells)
{
    for (int i = 0; i < n; i++)
        buffer_u16(out, cells[i]);
}

void image_build_code(Buffer *out, Bytes code)
{
    Buffer tables = BUFFER_INIT;
    tables_begin(&tables, 1, 0, (uint32_t[]){1});
    CELLS(&tables, 0, 1, 1, 0, 0);
    ImageParts parts = {
        .code = code,
        .tables = buffer_bytes(&tables),
        .strings = TEXT("\0test.dll\0"),
        .guids = TEXT("0123456789abcdef"),
    };
    image_build(out, &parts);
    buffer_free(&tables);
}
