/* frames.c - who calls, and what a frame is shown as. */
#include "loader/reflect/frames.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/trace.h"
#include "loader/gc/object.h"

typedef struct CallerWalk {
    uint32_t skip;
    Method *found;
} CallerWalk;

static bool visit_caller(void *user, const FrameInfo *frame)
{
    CallerWalk *walk = user;
    if (!frame->method)
        return true;
    if (walk->skip--)
        return true;
    walk->found = frame->method;
    return false;
}

Method *reflection_caller(uint32_t skip)
{
    CallerWalk walk = {skip, NULL};
    exec_walk(visit_caller, &walk);
    return walk.found;
}

typedef struct FrameWalk {
    uint32_t skip;
    bool found;
    FrameInfo info;
} FrameWalk;

static bool visit_frame(void *user, const FrameInfo *frame)
{
    FrameWalk *walk = user;
    if (walk->skip) {
        walk->skip--;
        return true;
    }
    walk->info = *frame;
    walk->found = true;
    return false;
}

bool reflection_frame(uint32_t index, FrameInfo *out)
{
    FrameWalk walk = {.skip = index};
    exec_walk(visit_frame, &walk);
    *out = walk.info;
    return walk.found;
}

Method *reflection_frame_method(const FrameInfo *frame)
{
    return method_is_shared(frame->method) ? frame->method->def : frame->method;
}

int32_t reflection_frame_offset(const FrameInfo *frame)
{
    return frame->il_offset == UINT32_MAX ? -1 : (int32_t)frame->il_offset;
}

uint32_t reflection_trace_length(Object *exception)
{
    FrameInfo info;
    uint32_t n = 0;
    while (exec_trace_read(exception, n, &info))
        n++;
    return n;
}
