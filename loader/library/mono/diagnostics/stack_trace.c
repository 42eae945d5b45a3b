/* stack_trace.c - System.Diagnostics.StackTrace, StackFrame. */
#include "loader/library/mono/members.h"
#include "loader/library/mono/reflection/reflection.h"
#include "loader/library/mono/table.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/trace.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/vm.h"

static int32_t offset_of(uint32_t il_offset)
{
    return il_offset == UINT32_MAX ? -1 : (int32_t)il_offset;
}

/* Shared code does not know its arguments: its frame shows the definition. */
static Object *method_object(Method *method)
{
    return reflection_method(method_is_shared(method) ? method->def : method, NULL);
}

static Object *frame_object(const FrameInfo *info)
{
    Object *frame = object_new(vm.world->known.stack_frame);
    if (!frame)
        return NULL;
    *field_stack_frame_il_offset(frame) = offset_of(info->il_offset);
    *field_stack_frame_native_offset(frame) = (int32_t)info->native_offset;
    *field_stack_frame_method(frame) = method_object(info->method);
    return frame;
}

/* NULL: the exception was not thrown yet. */
static Array *get_trace(Object *exception, int32_t skip, int32_t file_info)
{
    (void)file_info;
    FrameInfo info;
    uint32_t n = 0, first = skip > 0 ? (uint32_t)skip : 0;
    if (!exec_trace_read(exception, 0, &info))
        return NULL;
    while (exec_trace_read(exception, first + n, &info))
        n++;
    Array *frames = array_new_of(vm.world->known.stack_frame, n);
    for (uint32_t i = 0; frames && i < n; i++) {
        exec_trace_read(exception, first + i, &info);
        Object *frame = frame_object(&info);
        if (!frame)
            return NULL;
        ARRAY_AT(frames, Object *, i) = frame;
    }
    return frames;
}

typedef struct FrameWalk {
    int32_t skip;
    bool found;
    FrameInfo info;
} FrameWalk;

static bool visit(void *user, const FrameInfo *frame)
{
    FrameWalk *walk = user;
    if (walk->skip-- > 0)
        return true;
    walk->info = *frame;
    walk->found = true;
    return false;
}

/* Frame 1 is StackFrame's own constructor, which calls this. */
/* NOLINTNEXTLINE(readability-function-size): the parameters of the internal call */
static int32_t frame_info(int32_t skip, int32_t file_info, Object **method,
                          int32_t *il_offset, int32_t *native_offset, String **file,
                          int32_t *line, int32_t *column)
{
    (void)file_info;
    FrameWalk walk = {.skip = skip - 1};
    exec_walk(visit, &walk);
    if (!walk.found)
        return 0;
    *method = method_object(walk.info.method);
    *il_offset = offset_of(walk.info.il_offset);
    *native_offset = (int32_t)walk.info.native_offset;
    *file = NULL;
    *line = *column = 0;
    return *method != NULL;
}

const IcallRow icalls_stack_trace[] = {
    ICALL("get_trace", NULL, get_trace),
    ICALLS_END,
};

const IcallRow icalls_stack_frame[] = {
    ICALL("get_frame_info", NULL, frame_info),
    ICALLS_END,
};
