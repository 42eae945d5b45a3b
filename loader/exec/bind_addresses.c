/* bind_addresses.c - from an address in compiled code to what runs there.
 *
 * An address leads to its image (code_map.c), there to the row whose code holds it, and
 * the row to its method, which is looked up once and kept. For a trace through Main, in
 * which Inner was inlined: the return address lies in Main's code, the lines of that
 * row
 * (.r2r.lines) say that a copy of Inner runs there, called at IL offset 12 of Main, and
 * bind_frames_at gives the two frames, Inner first. The unwinder asks for the
 * call-frame record in the same way.
 *
 * Signal handlers ask, too: what is not yet known takes binder.lock, which is
 * recursive.
 */
#include <stdlib.h>

#include "common/base/mem.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/bind_private.h"
#include "loader/exec/code_map_private.h"

/* The descriptor that a row stands for, looked up once. */
static Method *row_subject(BoundImage *image, const SidecarMethod *found)
{
    Method **place = &image->subjects[found->row];
    Method *method = __atomic_load_n(place, __ATOMIC_ACQUIRE);
    Err err = ERR_INIT;
    if (method)
        return method;
    lock_acquire(&binder.lock);
    method = sidecar_method_subject(found, &err);
    lock_release(&binder.lock);
    __atomic_store_n(place, method, __ATOMIC_RELEASE);
    return method;
}

/* What is inlined is looked up each time: traces are rare, copies many. */
static Method *copy_subject(const SidecarMethod *found, uint32_t copy)
{
    Err err = ERR_INIT;
    lock_acquire(&binder.lock);
    Method *method = sidecar_copy(found, copy, &err);
    lock_release(&binder.lock);
    return method;
}

static bool code_at(const void *ip, BoundImage **image, SidecarMethod *method,
                    uint32_t *offset)
{
    *image = code_map_find(ip);
    return *image && sidecar_find_address((*image)->sidecar, ip, method, offset);
}

bool bind_frame_at(const void *ip, FrameInfo *frame)
{
    SidecarMethod method;
    BoundImage *image;
    if (!code_at(ip, &image, &method, &frame->native_offset))
        return false;
    frame->method = row_subject(image, &method);
    frame->outlined = (char *)ip - frame->native_offset != (char *)method.entry;
    frame->il_offset = UINT32_MAX;
    return frame->method != NULL;
}

/* Frame of one that runs at ip; false: its method is not there. */
static bool frame_of(BoundImage *image, const SidecarMethod *method, SidecarFrame at,
                     FrameInfo *out)
{
    out->il_offset = at.il;
    out->method = at.copy ? copy_subject(method, at.copy) : row_subject(image, method);
    return out->method != NULL;
}

uint32_t bind_frames_at(const void *ip, FrameInfo *out, uint32_t room)
{
    enum { FEW = 16 };
    SidecarFrame few[FEW], *frames = few;
    SidecarMethod method;
    BoundImage *image;
    uint32_t offset, n = 0;
    if (!code_at(ip, &image, &method, &offset))
        return 0;
    uint32_t found = sidecar_frames(&method, ip, frames, FEW);
    if (found > FEW) {
        frames = mem_array(found, sizeof *frames);
        sidecar_frames(&method, ip, frames, found);
    }
    for (uint32_t i = 0; i < found; i++) {
        FrameInfo frame = {.native_offset = offset};
        frame.outlined = !frames[i].copy && (char *)ip - offset != (char *)method.entry;
        if (!frame_of(image, &method, frames[i], &frame))
            continue;
        if (n < room)
            out[n] = frame;
        n++;
    }
    if (frames != few)
        free(frames);
    return n;
}

bool bind_find_frame(const void *pc, BindFrame *out)
{
    const BoundImage *image = code_map_find(pc);
    if (!image)
        return false;
    *out = (BindFrame){image->sidecar->text_start, image->sidecar->text_end,
                       sidecar_find_frame(image->sidecar, pc)};
    return true;
}
