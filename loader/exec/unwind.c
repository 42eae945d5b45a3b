/* unwind.c - lets our unwinder see images that we map ourselves.
 *
 * The unwinder asks unwind_find_object for the tables of a pc where libgcc's own asks
 * glibc's _dl_find_object (2.35). Ours answers for images, and passes the rest on. The
 * answer names the one record that serves the pc: the hash of its method covers it, and
 * a search table for all methods would have to be checked first.
 */
#include "loader/exec/unwind_private.h"
#include "loader/exec/bind_addresses.h"

#include <dlfcn.h>

/* A .eh_frame_hdr without a search table: the unwinder reads from `frame` on, and finds
 * what it looks for at once. */
typedef struct __attribute__((packed)) FrameHeader {
    uint8_t version;
    uint8_t frame_encoding; /* DW_EH_PE_absptr */
    uint8_t count_encoding, table_encoding;
    const void *frame;
} FrameHeader;

enum { ABSOLUTE = 0, OMITTED = 0xff };

static int find_frame(const BindFrame *frame, struct dl_find_object *found)
{
    static __thread FrameHeader header;
    if (!frame->fde)
        return -1;
    header = (FrameHeader){1, ABSOLUTE, OMITTED, OMITTED, frame->fde};
    *found = (struct dl_find_object){.dlfo_map_start = (void *)frame->start,
                                     .dlfo_map_end = (char *)frame->end - 1,
                                     .dlfo_eh_frame = &header};
    return 0;
}

int unwind_find_object(void *pc, struct dl_find_object *found)
{
    BindFrame frame;
    if (bind_find_frame(pc, &frame))
        return find_frame(&frame, found);
    return _dl_find_object(pc, found);
}
