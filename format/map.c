/* map.c - maps the segments of an image from its checked descriptor. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "format/sidecar_private.h"

static size_t page_up(uint64_t n)
{
    return (size_t)((n + IMAGE_ALIGN - 1) & ~(uint64_t)(IMAGE_ALIGN - 1));
}

/* Code and constants come from the file; the cells are fresh memory, so no page of
 * theirs is read from the file first. */
static bool map_segment(Sidecar *s, const SidecarSegment *segment)
{
    uint32_t skew = segment->rva % IMAGE_ALIGN;
    uint8_t *at = s->base + segment->rva - skew;
    size_t size = page_up((uint64_t)skew + segment->memory_size);
    if (segment->prot & PROT_WRITE) {
        if (mprotect(at, size, PROT_READ | PROT_WRITE))
            return false;
        memcpy(at + skew, s->file.bytes.data + segment->offset, segment->file_size);
        return true;
    }
    return mmap(at, size, segment->prot, MAP_PRIVATE | MAP_FIXED, s->file.fd,
                segment->offset - skew) != MAP_FAILED;
}

bool sidecar_map(Sidecar *s, Err *err)
{
    SidecarTables *t = s->tables;
    const SidecarSegment *last = &t->segments[t->n_segments - 1];
    s->size = page_up((uint64_t)last->rva + last->memory_size);
    void *base = mmap(NULL, s->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED)
        return err_set(err, ERR_IO, "no address space: %s", strerror(errno));
    s->base = base;
    for (uint32_t i = 0; i < t->n_segments; i++)
        if (!map_segment(s, &t->segments[i]))
            return err_set(err, ERR_IO, "mmap: %s", strerror(errno));
    close(s->file.fd);
    s->file.fd = -1;
    s->text_start = s->base + t->head.text_rva;
    s->text_end = s->text_start + t->head.text_size;
    for (uint32_t i = 0; i < s->n_units; i++) {
        ImageUnit row;
        sidecar_table_row(t->units, i, &row, sizeof row);
        if (row.n_cells)
            s->units[i].cells = (void **)(s->base + row.cells_rva);
    }
    return true;
}
