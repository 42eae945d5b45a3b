/* frames.h - frames of the calling thread and of exceptions, as reflection shows them.
 */
#ifndef LOADER_REFLECT_FRAMES_H
#define LOADER_REFLECT_FRAMES_H

#include "loader/exec/bind_addresses.h"
#include "loader/gc/object.h"

/* The method that called the managed method that made this internal call, skipping
 * `skip` frames more; NULL: none. */
Method *reflection_caller(uint32_t skip);
/* A managed frame of the calling thread, 0: the innermost; false: there are fewer. */
bool reflection_frame(uint32_t index, FrameInfo *out);
/* Shared code does not know its arguments: its frame shows the definition. */
Method *reflection_frame_method(const FrameInfo *frame);
int32_t reflection_frame_offset(const FrameInfo *frame); /* in IL; -1: not known */
/* Frames in the trace of an exception; 0: it was not thrown yet. */
uint32_t reflection_trace_length(Object *exception);

#endif
