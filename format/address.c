/* address.c - from an address to the method whose code it is of, its call frame and
 * what was inlined there.
 *
 * Only code of methods that were checked runs, so only their ranges count. The table of
 * ranges serves all methods: it is searched if it is in order, and it is no more than a
 * list otherwise.
 */
#include <string.h>
#include <sys/mman.h>

#include "common/base/search.h"
#include "format/sidecar_private.h"

static ImageRange range_row(const Sidecar *s, uint32_t i)
{
    ImageRange range;
    sidecar_table_row(s->tables->ranges, i, &range, sizeof range);
    return range;
}

/* By rising address, and no two overlap, but for functions that are one. */
static bool ranges_in_order(const Sidecar *s)
{
    ImageRange last = {0};
    for (uint32_t i = 0; i < s->tables->head.n_ranges; i++) {
        ImageRange range = range_row(s, i);
        bool same = range.rva == last.rva && range.size == last.size;
        if (i && !same && (range.rva < last.rva || range.rva - last.rva < last.size))
            return false;
        last = range;
    }
    return true;
}

static bool ranges_good(Sidecar *s)
{
    uint8_t *place = &s->tables->ranges_state;
    uint8_t state = __atomic_load_n(place, __ATOMIC_RELAXED);
    if (!state) {
        bool good =
            sidecar_ranges_hash(s) == s->tables->head.ranges_hash && ranges_in_order(s);
        state = good ? RANGES_GOOD : RANGES_BAD;
        __atomic_store_n(place, state, __ATOMIC_RELAXED);
    }
    return state == RANGES_GOOD;
}

static bool row_checked(const Sidecar *s, uint32_t row)
{
    return row < s->n_rows &&
           __atomic_load_n(&s->tables->checked[row], __ATOMIC_ACQUIRE);
}

/* Is a range one of those that were checked with its method? */
static bool range_checked(const Sidecar *s, uint32_t i, ImageRange *range)
{
    *range = range_row(s, i);
    if (!row_checked(s, range->method))
        return false;
    ImageMethod m = sidecar_row(s, range->method);
    for (uint32_t k = 0; k < m.n_parts; k++) {
        uint32_t part;
        sidecar_table_row(s->tables->parts, m.first_part + k, &part, sizeof part);
        if (part == i)
            return true;
    }
    return false;
}

/* In a damaged table the ranges of the methods that run are still right, since a hash
 * of theirs covers them. */
static bool find_among_rows(const Sidecar *s, uint32_t rva, ImageRange *range)
{
    for (uint32_t row = 0; row < s->n_rows; row++) {
        if (!row_checked(s, row))
            continue;
        ImageMethod m = sidecar_row(s, row);
        for (uint32_t i = 0; sidecar_row_range(s, row, &m, i, range); i++)
            if (rva - range->rva < range->size)
                return true;
    }
    return false;
}

static bool find_range(Sidecar *s, const uint8_t *at, ImageRange *range)
{
    if (!s->base || at < s->text_start || at >= s->text_end)
        return false;
    uint32_t rva = (uint32_t)(at - s->base);
    if (!ranges_good(s))
        return find_among_rows(s, rva, range);
    uint32_t behind =
        search_first(i, 0, s->tables->head.n_ranges, range_row(s, i).rva <= rva);
    for (; behind; behind--) {
        if (range_checked(s, behind - 1, range))
            return rva - range->rva < range->size;
        if (rva - range->rva >= range->size)
            return false;
    }
    return false;
}

bool sidecar_find_address(Sidecar *s, const void *address, SidecarMethod *out,
                          uint32_t *offset)
{
    const uint8_t *at = address;
    ImageRange range;
    if (!find_range(s, address, &range) || !sidecar_method(s, range.method, out))
        return false;
    if (offset)
        *offset = (uint32_t)(at - s->base) - range.rva;
    return true;
}

const void *sidecar_find_frame(Sidecar *s, const void *address)
{
    ImageRange range;
    return find_range(s, address, &range) && range.fde ? s->base + range.fde : NULL;
}

/* Where an address lies when all parts of its method are put behind each other. */
static uint32_t place_of(const SidecarMethod *method, uint32_t rva)
{
    uint32_t place = 0, start;
    Bytes code;
    for (uint32_t i = 0; sidecar_range(method, i, &start, &code); i++) {
        if (rva - start < code.size)
            return place + (rva - start);
        place += (uint32_t)code.size;
    }
    return UINT32_MAX;
}

/* The next frame of a row, the outermost first; false: there is no more. */
typedef struct FrameReader {
    Cursor *c;
    uint32_t copy; /* of the frame that comes next */
    bool more;
} FrameReader;

static bool next_frame(FrameReader *reader, SidecarFrame *out)
{
    if (!reader->more || reader->c->failed)
        return false;
    uint32_t word = cursor_compressed(reader->c);
    *out = (SidecarFrame){reader->copy, (word >> 1) - 1u};
    reader->more = word & 1;
    reader->copy = reader->more ? cursor_compressed(reader->c) : 0;
    return !reader->c->failed;
}

void sidecar_skip_frames(Cursor *c)
{
    FrameReader reader = {.c = c, .more = true};
    SidecarFrame ignored;
    while (next_frame(&reader, &ignored))
        ;
}

/* The row of the line table that holds at a place: *c stands before its frames. */
static bool find_line(const SidecarMethod *method, uint32_t place, Cursor *c)
{
    const Sidecar *s = method->unit->sidecar;
    ImageMethod m = sidecar_row(s, method->row);
    bool found = false;
    uint32_t at = 0;
    Cursor walk = cursor_open(s->tables->lines);
    if (m.lines == UINT32_MAX || place == UINT32_MAX)
        return false;
    cursor_seek(&walk, m.lines);
    for (uint32_t rows = cursor_compressed(&walk); rows && !walk.failed; rows--) {
        at += cursor_compressed(&walk);
        if (at > place || walk.failed)
            break;
        *c = walk;
        found = true;
        sidecar_skip_frames(&walk);
    }
    return found;
}

uint32_t sidecar_frames(const SidecarMethod *method, const void *address,
                        SidecarFrame *out, uint32_t room)
{
    const Sidecar *s = method->unit->sidecar;
    uint32_t place = place_of(method, (uint32_t)((const uint8_t *)address - s->base));
    Cursor c;
    SidecarFrame frame = {0, IR_NONE};
    uint32_t n = 0, filled = 0;
    if (find_line(method, place, &c)) {
        Cursor again = c;
        FrameReader reader = {.c = &again, .more = true};
        while (next_frame(&reader, &frame))
            n++;
    }
    if (!n) {
        if (room)
            *out = (SidecarFrame){0, IR_NONE};
        return 1;
    }
    /* They are kept outermost first, and wanted the other way round. */
    FrameReader reader = {.c = &c, .more = true};
    for (uint32_t i = 0; i < n && next_frame(&reader, &frame); i++) {
        if (!i && n > 1 && frame.il == IR_NONE)
            continue;
        if (n - 1 - i < room)
            out[n - 1 - i] = frame;
        filled++;
    }
    return filled;
}

Method *sidecar_copy(const SidecarMethod *method, uint32_t copy, Err *err)
{
    UnitReader *reader = sidecar_unit_reader(method->unit);
    Cursor c = sidecar_uses_of(method, USES_COPIES);
    uint32_t n = cursor_compressed(&c), subject = 0;
    if (reader && copy <= n)
        for (uint32_t i = 0; i < copy; i++)
            subject = cursor_compressed(&c);
    if (!subject || c.failed) {
        err_set(err, ERR_BAD_IMAGE, "a damaged row of copies");
        return NULL;
    }
    return subject_read_method(&reader->subjects, subject, err);
}
