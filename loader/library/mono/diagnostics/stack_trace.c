/* stack_trace.c - System.Diagnostics.StackTrace, StackFrame. */
#include "loader/reflect/frames.h"
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/exec/bind_addresses.h"
#include "loader/exec/trace.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/vm.h"

static Object *method_object(const FrameInfo *frame)
{
    return reflection_method(reflection_frame_method(frame), NULL);
}

static Object *frame_object(const FrameInfo *info)
{
    Object *frame = object_new(vm.world->known.stack_frame);
    if (!frame)
        return NULL;
    *field_stack_frame_il_offset(frame) = reflection_frame_offset(info);
    *field_stack_frame_native_offset(frame) = (int32_t)info->native_offset;
    field_stack_frame_method_set(frame, method_object(info));
    return frame;
}

/* NULL: the exception was not thrown yet. */
static Array *get_trace(Object *exception, int32_t skip, int32_t file_info)
{
    (void)file_info;
    uint32_t length = reflection_trace_length(exception);
    uint32_t first = skip > 0 ? (uint32_t)skip : 0;
    uint32_t n = length > first ? length - first : 0;
    if (!length)
        return NULL;
    Array *frames = array_new_of(vm.world->known.stack_frame, n);
    for (uint32_t i = 0; frames && i < n; i++) {
        FrameInfo info;
        exec_trace_read(exception, first + i, &info);
        Object *frame = frame_object(&info);
        if (!frame)
            return NULL;
        array_set(frames, i, frame);
    }
    return frames;
}

/* Frame 1 is StackFrame's own constructor, which calls this. */
/* NOLINTNEXTLINE(readability-function-size): the parameters of the internal call */
static int32_t frame_info(int32_t skip, int32_t file_info, Object **method,
                          int32_t *il_offset, int32_t *native_offset, String **file,
                          int32_t *line, int32_t *column)
{
    (void)file_info;
    FrameInfo frame;
    if (!reflection_frame(skip > 1 ? (uint32_t)skip - 1 : 0, &frame))
        return 0;
    gc_store(method, method_object(&frame));
    *il_offset = reflection_frame_offset(&frame);
    *native_offset = (int32_t)frame.native_offset;
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
