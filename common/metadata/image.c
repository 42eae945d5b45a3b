/* image.c - opening and closing images; the metadata root, its streams and heaps. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/metadata/image_private.h"

enum { METADATA_MAGIC = 0x424a5342, GUID_SIZE = 16, MAX_VERSION = 255 };

typedef struct Streams {
    Bytes tables, strings, user_strings, blobs, guids;
    Bytes head; /* the root and the headers of the streams */
} Streams;

static const struct {
    const char *name;
    size_t offset;
} stream_names[] = {
    {"#~", offsetof(Streams, tables)},        {"#-", offsetof(Streams, tables)},
    {"#Strings", offsetof(Streams, strings)}, {"#US", offsetof(Streams, user_strings)},
    {"#Blob", offsetof(Streams, blobs)},      {"#GUID", offsetof(Streams, guids)},
};

static char *copy_text(const char *text, size_t size)
{
    char *copy = mem_strndup(text, size);
    return copy;
}

/* Unknown streams are skipped (II.24.2.2); the first of two with one name counts. */
static bool stream_read(Bytes metadata, Cursor *c, Streams *streams, Err *err)
{
    uint32_t offset = cursor_u32(c), size = cursor_u32(c);
    const char *name = cursor_cstr(c);
    cursor_seek(c, (cursor_offset(c) + 3) & ~(size_t)3);
    if (c->failed)
        return err_set(err, ERR_BAD_IMAGE, "truncated stream headers");
    for (size_t i = 0; i < sizeof stream_names / sizeof *stream_names; i++) {
        Bytes *slot = (Bytes *)((char *)streams + stream_names[i].offset);
        if (slot->data || strcmp(name, stream_names[i].name))
            continue;
        if (!bytes_slice(metadata, offset, size, slot))
            return err_set(err, ERR_BAD_IMAGE, "stream %s lies outside the metadata",
                           name);
    }
    return true;
}

static bool root_read(Image *image, Streams *streams, Err *err)
{
    Cursor c = cursor_open(image->metadata);
    if (cursor_u32(&c) != METADATA_MAGIC)
        return err_set(err, ERR_BAD_IMAGE, "no metadata signature");
    cursor_skip(&c, 8); /* version of the root and a reserved word */
    uint32_t length = cursor_u32(&c);
    Bytes version = cursor_bytes(&c, length);
    cursor_skip(&c, 2);
    uint32_t n = cursor_u16(&c);
    if (c.failed || length > MAX_VERSION + 1)
        return err_set(err, ERR_BAD_IMAGE, "truncated metadata root");
    image->runtime_version = copy_text((const char *)version.data, version.size);
    for (uint32_t i = 0; i < n; i++)
        if (!stream_read(image->metadata, &c, streams, err))
            return false;
    streams->head = (Bytes){image->metadata.data, cursor_offset(&c)};
    if (!streams->tables.data)
        return err_set(err, ERR_BAD_IMAGE, "no metadata tables (stream #~)");
    return true;
}

/* Every string that starts inside the heap must end there. */
static Bytes strings_trim(Bytes heap)
{
    while (heap.size && heap.data[heap.size - 1])
        heap.size--;
    return heap;
}

static void image_read_names(Image *image)
{
    uint32_t mvid = image_get(image, TABLE_Module, 1, COL_Module_Mvid);
    Bytes guid = image_guid(image, mvid);
    if (guid.size)
        memcpy(image->mvid, guid.data, GUID_SIZE);
    const char *name = image_get_string(image, TABLE_Assembly, 1, COL_Assembly_Name);
    size_t size = strlen(name);
    if (!size) {
        name = image_get_string(image, TABLE_Module, 1, COL_Module_Name);
        const char *dot = strrchr(name, '.');
        size = dot ? (size_t)(dot - name) : strlen(name);
    }
    image->name = copy_text(name, size);
}

/* -- What the content is --------------------------------------------------------- */

/* A file is read here instead of touched where it is mapped: a first touch of each page
 * costs twice as much as its copy. */
static void content_add(const Image *image, HashStream *stream, Bytes part)
{
    uint8_t chunk[32768];
    while (part.size) {
        size_t size = part.size < sizeof chunk ? part.size : sizeof chunk;
        off_t at = part.data - image->file.bytes.data;
        ssize_t n = image->file.fd < 0 ? -1 : pread(image->file.fd, chunk, size, at);
        if (n > 0)
            hash_stream_add(stream, chunk, size = (size_t)n);
        else
            hash_stream_add(stream, part.data, size);
        part.data += size;
        part.size -= size;
    }
}

static void image_read_content(Image *image, const Streams *streams)
{
    const Bytes parts[] = {streams->head, streams->tables, streams->strings,
                           streams->blobs, streams->guids};
    HashStream stream;
    hash_stream_start(&stream);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        content_add(image, &stream, parts[i]);
    image->content = hash_stream_end(&stream);
}

static bool image_read(Image *image, Err *err)
{
    CliHeader header = {0};
    Streams streams = {0};
    if (!pe_read(image, &header, err))
        return false;
    image->metadata = header.metadata;
    image->resources = header.resources;
    image->cli_flags = header.flags;
    image->entry_token = header.entry_token;
    if (!root_read(image, &streams, err))
        return false;
    image->strings = strings_trim(streams.strings);
    image->user_strings = streams.user_strings;
    image->blobs = streams.blobs;
    image->guids = streams.guids;
    if (!tables_read(image, streams.tables, err))
        return false;
    image_read_names(image);
    image_read_content(image, &streams);
    return true;
}

/* Takes over image->file. */
static Image *image_open_file(File file, const char *path, Err *err)
{
    Image *image = mem_alloc(sizeof *image);
    image->file = file;
    image->path = copy_text(path, strlen(path));
    bool ok = image_read(image, err);
    if (image->file.fd >= 0)
        close(image->file.fd);
    image->file.fd = -1;
    if (ok)
        return image;
    err_context(err, "%s", path);
    image_close(image);
    return NULL;
}

Image *image_open(const char *path, Err *err)
{
    File file;
    if (!file_open(&file, path, true, err))
        return NULL;
    return image_open_file(file, path, err);
}

Image *image_open_bytes(Bytes bytes, const char *path, Err *err)
{
    File file = {.fd = -1, .bytes = bytes, .path = NULL};
    return image_open_file(file, path, err);
}

void image_close(Image *image)
{
    if (!image)
        return;
    growing_close(image);
    tables_close(image);
    if (image->file.path) /* else the bytes are the caller's */
        file_close(&image->file);
    free(image->sections);
    free((char *)image->path);
    free((char *)image->name);
    free((char *)image->runtime_version);
    free(image);
}

/* Of a heap that grows, memory that has at least so many bytes. */
static Bytes heap_now(const Bytes *heap)
{
    size_t size = __atomic_load_n(&heap->size, __ATOMIC_ACQUIRE);
    return (Bytes){__atomic_load_n(&heap->data, __ATOMIC_ACQUIRE), size};
}

const char *image_string(const Image *image, uint32_t offset)
{
    Bytes heap = heap_now(&image->strings);
    return offset < heap.size ? (const char *)heap.data + offset : "";
}

static bool heap_blob(Bytes heap, uint32_t offset, Bytes *out)
{
    if (offset >= heap.size)
        return false;
    Cursor c = cursor_of(heap.data + offset, heap.size - offset);
    uint32_t size = cursor_compressed(&c);
    *out = cursor_bytes(&c, size);
    return !c.failed;
}

Bytes image_blob(const Image *image, uint32_t offset)
{
    Bytes blob;
    return heap_blob(heap_now(&image->blobs), offset, &blob) ? blob : (Bytes){NULL, 0};
}

Bytes image_guid(const Image *image, uint32_t index)
{
    Bytes guid;
    if (!index ||
        !bytes_slice(image->guids, (uint64_t)(index - 1) * GUID_SIZE, GUID_SIZE, &guid))
        return (Bytes){NULL, 0};
    return guid;
}

bool image_user_string(const Image *image, uint32_t offset, Bytes *utf16)
{
    Bytes blob;
    if (!heap_blob(heap_now(&image->user_strings), offset, &blob))
        return false;
    *utf16 = (Bytes){blob.data, blob.size & ~(size_t)1};
    return true;
}

bool image_next_user_string(const Image *image, uint32_t *offset, Bytes *utf16)
{
    Bytes blob, heap = heap_now(&image->user_strings);
    if (!heap_blob(heap, *offset, &blob))
        return false;
    *offset = (uint32_t)(blob.data + blob.size - heap.data);
    *utf16 = (Bytes){blob.data, blob.size & ~(size_t)1};
    return true;
}

const char *image_get_string(const Image *image, TableId table, uint32_t rid,
                             int column)
{
    return image_string(image, image_get(image, table, rid, column));
}

Bytes image_get_blob(const Image *image, TableId table, uint32_t rid, int column)
{
    return image_blob(image, image_get(image, table, rid, column));
}
