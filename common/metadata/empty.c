/* empty.c - see empty.h. The file in its order: DOS and PE headers, one section with
 * the CLI header, the metadata root, and the streams #~, #Strings, #GUID, #Blob. */
#include "common/metadata/empty.h"

#include <assert.h>
#include <string.h>
#include <sys/random.h>

enum {
    PE_OFFSET = 0x80,
    FILE_ALIGN = 0x200,
    SECTION_RVA = 0x2000,
    CLI_SIZE = 72,
    N_STREAMS = 4,
    ASSEMBLY_BIT = 0x20, /* the table's number */
};

static void zeros(Buffer *b, size_t to)
{
    while (b->size < to)
        buffer_u8(b, 0);
}

static void write_tables(Buffer *b, uint16_t name, const uint16_t version[4])
{
    uint64_t valid = 1u << 0 | 1u << 2 | 1ull << ASSEMBLY_BIT;
    buffer_u32(b, 0);
    buffer_u8(b, 2); /* 2.0, small heaps */
    buffer_u8(b, 0);
    buffer_u8(b, 0);
    buffer_u8(b, 1);
    buffer_put(b, &valid, sizeof valid);
    buffer_u32(b, 0); /* sorted: none needs to be */
    buffer_u32(b, 0);
    for (int i = 0; i < 3; i++)
        buffer_u32(b, 1);
    buffer_u16(b, 0); /* Module: generation, name, MVID, no edits */
    buffer_u16(b, name);
    buffer_u16(b, 1);
    buffer_u16(b, 0);
    buffer_u16(b, 0);
    buffer_u32(b, 0); /* TypeDef <Module>: flags, name, namespace, no parent, lists */
    buffer_u16(b, 1);
    buffer_u16(b, 0);
    buffer_u16(b, 0);
    buffer_u16(b, 1);
    buffer_u16(b, 1);
    buffer_u32(b,
               0x8004); /* Assembly: SHA1, version, flags, no key, name, no culture */
    for (int i = 0; i < 4; i++)
        buffer_u16(b, version[i]);
    buffer_u32(b, 0);
    buffer_u16(b, 0);
    buffer_u16(b, name);
    buffer_u16(b, 0);
    buffer_align(b, 4);
}

static void write_metadata(Buffer *b, const char *name, const uint16_t version[4])
{
    static const char module[] = "<Module>", text[12] = "v4.0.30319";
    static const char *const names[N_STREAMS] = {"#~", "#Strings", "#GUID", "#Blob"};
    Buffer streams[N_STREAMS] = {BUFFER_INIT, BUFFER_INIT, BUFFER_INIT, BUFFER_INIT};
    uint8_t mvid[16];
    if (getrandom(mvid, sizeof mvid, 0) != sizeof mvid)
        memset(mvid, 1, sizeof mvid);
    write_tables(&streams[0], 1 + sizeof module, version);
    buffer_u8(&streams[1], 0);
    buffer_put(&streams[1], module, sizeof module);
    buffer_put(&streams[1], name, strlen(name) + 1);
    buffer_align(&streams[1], 4);
    buffer_put(&streams[2], mvid, sizeof mvid);
    buffer_u32(&streams[3], 0);
    uint32_t offset = 16 + sizeof text + 4;
    for (int i = 0; i < N_STREAMS; i++)
        offset += 8 + (uint32_t)((strlen(names[i]) + 4) & ~(size_t)3);
    buffer_u32(b, 0x424a5342); /* BSJB */
    buffer_u16(b, 1);
    buffer_u16(b, 1);
    buffer_u32(b, 0);
    buffer_u32(b, sizeof text);
    buffer_put(b, text, sizeof text);
    buffer_u16(b, 0);
    buffer_u16(b, N_STREAMS);
    for (int i = 0; i < N_STREAMS; i++) {
        buffer_u32(b, offset);
        buffer_u32(b, (uint32_t)streams[i].size);
        buffer_cstr(b, names[i]);
        buffer_align(b, 4);
        offset += (uint32_t)streams[i].size;
    }
    for (int i = 0; i < N_STREAMS; i++) {
        buffer_put(b, streams[i].data, streams[i].size);
        buffer_free(&streams[i]);
    }
}

/* II.25.2: a PE32 file for any processor, a library. */
static void write_headers(Buffer *b, uint32_t size)
{
    uint32_t raw = (size + FILE_ALIGN - 1) & ~(uint32_t)(FILE_ALIGN - 1);
    buffer_put(b, "MZ", 2);
    zeros(b, 0x3c);
    buffer_u32(b, PE_OFFSET);
    zeros(b, PE_OFFSET);
    buffer_put(b, "PE\0\0", 4);
    buffer_u16(b, 0x14c);
    buffer_u16(b, 1); /* sections */
    zeros(b, b->size + 12);
    buffer_u16(b, 224); /* size of what follows */
    buffer_u16(b, 0x2102);
    size_t optional = b->size;
    buffer_u16(b, 0x10b);
    zeros(b, optional + 28);
    buffer_u32(b, 0x400000);
    buffer_u32(b, SECTION_RVA);
    buffer_u32(b, FILE_ALIGN);
    buffer_u16(b, 4);
    zeros(b, optional + 48);
    buffer_u16(b, 4);
    zeros(b, optional + 56);
    buffer_u32(b,
               SECTION_RVA + ((raw + SECTION_RVA - 1) & ~(uint32_t)(SECTION_RVA - 1)));
    buffer_u32(b, FILE_ALIGN);
    zeros(b, optional + 68);
    buffer_u16(b, 3);
    zeros(b, optional + 92);
    buffer_u32(b, 16); /* directories, of which the CLI's is the 15th */
    zeros(b, optional + 96 + 14 * 8);
    buffer_u32(b, SECTION_RVA);
    buffer_u32(b, CLI_SIZE);
    zeros(b, optional + 224);
    buffer_put(b, ".text\0\0\0", 8);
    buffer_u32(b, size);
    buffer_u32(b, SECTION_RVA);
    buffer_u32(b, raw);
    buffer_u32(b, FILE_ALIGN);
    zeros(b, b->size + 12);
    buffer_u32(b, 0x60000020);
    zeros(b, FILE_ALIGN);
}

void image_write_empty(Buffer *out, const char *name, const uint16_t version[4])
{
    assert(strlen(name) <= EMPTY_NAME_MAX);
    Buffer metadata = BUFFER_INIT;
    write_metadata(&metadata, name, version);
    uint32_t size = CLI_SIZE + (uint32_t)metadata.size;
    write_headers(out, size);
    size_t start = out->size;
    buffer_u32(out, CLI_SIZE);
    buffer_u16(out, 2);
    buffer_u16(out, 5);
    buffer_u32(out, SECTION_RVA + CLI_SIZE);
    buffer_u32(out, (uint32_t)metadata.size);
    buffer_u32(out, 1); /* IL only */
    zeros(out, start + CLI_SIZE);
    buffer_put(out, metadata.data, metadata.size);
    buffer_align(out, FILE_ALIGN);
    buffer_free(&metadata);
}
