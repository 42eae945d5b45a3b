/* seal.c - the hashes of an image (grammar.h): what each covers is said here, once for
 * the writer that puts them in and for the reader that compares them. */
#include <elf.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>

#include "common/base/hash.h"
#include "format/sidecar_private.h"

/* Bytes of a segment: those that are mapped, so that they are paged in only once. */
bool sidecar_loaded(const Sidecar *s, uint64_t rva, uint64_t size, int prot, Bytes *out)
{
    const SidecarSegment *segment = sidecar_segment(s, rva, size, prot);
    if (segment && s->base) {
        *out = (Bytes){s->base + rva, size};
        return true;
    }
    return segment &&
           bytes_slice(s->file.bytes, segment->offset + rva - segment->rva, size, out);
}

static void add(HashStream *stream, Bytes bytes)
{
    hash_stream_add(stream, bytes.data, bytes.size);
}

/* -- The image --------------------------------------------------------------- */

static void add_constants(const Sidecar *s, HashStream *stream)
{
    const SidecarTables *t = s->tables;
    uint64_t frames = t->head.eh_frame_rva, frames_end = frames + t->head.eh_frame_size;
    for (uint32_t i = 0; i < t->n_segments; i++) {
        const SidecarSegment *segment = &t->segments[i];
        Bytes all = {s->file.bytes.data + segment->offset, segment->file_size};
        uint64_t start = segment->rva, end = start + all.size;
        if (segment->prot != PROT_READ)
            continue;
        if (!frames || frames < start || frames_end > end) {
            add(stream, all);
            continue;
        }
        add(stream, (Bytes){all.data, frames - start});
        add(stream, (Bytes){all.data + (frames_end - start), end - frames_end});
    }
}

uint64_t sidecar_seal(const Sidecar *s)
{
    const SidecarTables *t = s->tables;
    const ImageHead *h = &t->head;
    const Bytes tables[] = {t->phdrs, t->facts,   t->sets,  t->units,
                            t->deps,  t->strings, t->hashes};
    ImageHead head = *h;
    HashStream stream;
    Bytes stubs;
    uint32_t stubs_size = h->n_stubs * (uint32_t)IMAGE_STUB_SIZE;
    head.checksum = head.seal = 0;
    hash_stream_start(&stream);
    hash_stream_add(&stream, &head, sizeof head);
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        add(&stream, tables[i]);
    add_constants(s, &stream);
    if (sidecar_loaded(s, h->text_rva + h->text_size - stubs_size, stubs_size,
                       PROT_READ | PROT_EXEC, &stubs))
        add(&stream, stubs);
    return hash_stream_end(&stream);
}

uint64_t sidecar_ranges_hash(const Sidecar *s)
{
    return hash_bytes(s->tables->ranges.data, s->tables->ranges.size);
}

/* -- A method ---------------------------------------------------------------- */

static bool add_frames(const Sidecar *s, const ImageRange *range, HashStream *stream)
{
    Bytes fde, cie;
    if (!range->fde)
        return true;
    if (!sidecar_call_frame(s, range, &fde, &cie))
        return false;
    add(stream, fde);
    add(stream, cie);
    return true;
}

static bool add_part(const Sidecar *s, uint32_t row, uint32_t i, HashStream *stream)
{
    ImageMethod m = sidecar_row(s, row);
    ImageRange range;
    Bytes code;
    if (!sidecar_row_range(s, row, &m, i, &range) ||
        !sidecar_loaded(s, range.rva, range.size, PROT_READ | PROT_EXEC, &code))
        return false;
    hash_stream_add(stream, &range, sizeof range);
    add(stream, code);
    return add_frames(s, &range, stream);
}

static bool add_lines(const Sidecar *s, uint32_t at, HashStream *stream)
{
    Bytes lines = s->tables->lines;
    Cursor c = cursor_open(lines);
    if (at == UINT32_MAX)
        return true;
    cursor_seek(&c, at);
    for (uint32_t n = cursor_compressed(&c); n && !c.failed; n--) {
        cursor_compressed(&c);
        sidecar_skip_frames(&c);
    }
    if (c.failed)
        return false;
    hash_stream_add(stream, lines.data + at, cursor_offset(&c) - at);
    return true;
}

bool sidecar_method_hash(const Sidecar *s, uint32_t row, uint64_t *hash)
{
    ImageMethod m = sidecar_row(s, row);
    HashStream stream;
    bool ok = m.n_parts != 0;
    hash_stream_start(&stream);
    for (uint32_t i = 0; i < m.n_parts && ok; i++)
        ok = add_part(s, row, i, &stream);
    ok = ok && add_lines(s, m.lines, &stream);
    m.hash = 0;
    hash_stream_add(&stream, &row, sizeof row);
    hash_stream_add(&stream, &m, sizeof m);
    *hash = hash_stream_end(&stream);
    return ok;
}

/* -- Writing them ------------------------------------------------------------ */

static bool seal_units(Sidecar *s)
{
    const SidecarTables *t = s->tables;
    for (uint32_t i = 0; i < s->n_units; i++) {
        ImageUnit row;
        Bytes record;
        sidecar_table_row(t->units, i, &row, sizeof row);
        if (!bytes_slice(t->records, row.record, row.record_size, &record))
            return false;
        uint64_t hash = hash_bytes(record.data, record.size);
        memcpy((uint8_t *)t->hashes.data + i * sizeof hash, &hash, sizeof hash);
    }
    return true;
}

/* All of them, even if one leads nowhere. */
static bool seal_methods(Sidecar *s)
{
    bool ok = true;
    for (uint32_t i = 0; i < s->n_rows; i++) {
        uint64_t hash;
        ok = sidecar_method_hash(s, i, &hash) && ok;
        memcpy((uint8_t *)s->tables->methods.data + i * sizeof(ImageMethod) +
                   offsetof(ImageMethod, hash),
               &hash, sizeof hash);
    }
    return ok;
}

bool sidecar_put_hashes(Buffer *image, const char **problem)
{
    Sidecar *s = sidecar_new("(being written)");
    const char *why;
    s->file.bytes = buffer_bytes(image);
    bool ok = sidecar_parse(s, false, &why);
    if (ok && sidecar_version_is_ours(s)) {
        ImageHead *head = &s->tables->head;
        uint8_t *at = image->data + s->tables->head_at;
        ok = seal_units(s);
        ok = seal_methods(s) && ok;
        why = "a row or a unit leads outside its tables";
        head->ranges_hash = sidecar_ranges_hash(s);
        head->seal = sidecar_seal(s);
        head->checksum = 0;
        memcpy(at, head, sizeof *head);
        head->checksum = hash_bytes(image->data, image->size);
        memcpy(at, head, sizeof *head);
    }
    sidecar_close(s);
    if (problem)
        *problem = why;
    return ok;
}
