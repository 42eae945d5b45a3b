/* bind_addresses.h - address of compiled code -> the method it is of. */
#ifndef LOADER_EXEC_BIND_ADDRESSES_H
#define LOADER_EXEC_BIND_ADDRESSES_H

#include <stdbool.h>
#include <stdint.h>

#include "common/types/types.h"

/* What a frame of managed code runs. */
typedef struct FrameInfo {
    Method *method;
    uint32_t il_offset; /* UINT32_MAX: unknown */
    uint32_t native_offset;
    bool outlined;  /* of compiled code: its caller is the method's own frame */
    bool handed_on; /* of an exception: it went on from here to where it was raised next
                     */
} FrameInfo;

bool bind_frame_at(const void *ip, FrameInfo *frame);
/* The same with the methods that were inlined there, innermost first: fills at most
 * room, returns their number, 0: no compiled code. Only the last one may be outlined.
 */
uint32_t bind_frames_at(const void *ip, FrameInfo *out, uint32_t room);
/* For _dl_find_object: the image that holds pc, and the call-frame record of the code
 * there. */
typedef struct BindFrame {
    const void *start, *end; /* of all its code */
    const void *fde;         /* NULL: none */
} BindFrame;
bool bind_find_frame(const void *pc, BindFrame *out);

#endif
