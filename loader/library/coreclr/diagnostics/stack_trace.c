/* stack_trace.c - System.Diagnostics.StackTrace and StackFrame.
 *
 * CoreLib hands a StackFrameHelper and gets its arrays, an element a frame, innermost
 * first. Where file and line are wanted, it is told where each frame's assembly is: its
 * own reader of portable PDBs, in System.Diagnostics.StackTrace, does the rest.
 */
#include "common/base/vec.h"
#include "loader/exec/method.h"
#include "loader/exec/trace.h"
#include "loader/library/coreclr/members.h"
#include "loader/library/coreclr/reflection/objects.h"
#include "loader/library/coreclr/table.h"
#include "loader/reflect/frames.h"
#include "loader/reflect/reflect.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

typedef VEC(FrameInfo) Frames;

static bool add_frame(void *user, const FrameInfo *frame)
{
    FrameInfo *at = vec_push((Frames *)user);
    *at = *frame;
    at->handed_on = false; /* that says something of an exception's alone */
    return true;
}

static void frames_of_exception(Object *exception, Frames *frames)
{
    FrameInfo frame;
    for (uint32_t i = 0; exec_trace_read(exception, i, &frame); i++)
        *vec_push(frames) = frame;
}

/* -- the helper's arrays ------------------------------------------------------- */

typedef void SetArray(const void *helper, Array *value);

static bool new_array(Object *helper, SetArray *set, Type *elem, size_t n)
{
    Array *array = array_new_of(elem, (int64_t)n);
    set(helper, array);
    return array != NULL;
}

static bool make_arrays(Object *helper, size_t n)
{
    const World *world = vm.world;
    Type *word = world->known.i, *number = world->known.i4,
         *flag = world->known.boolean;
    return new_array(helper, field_frame_helper_method_set, word, n) &&
           new_array(helper, field_frame_helper_offset_set, number, n) &&
           new_array(helper, field_frame_helper_il_offset_set, number, n) &&
           new_array(helper, field_frame_helper_path_set, world->known.string, n) &&
           new_array(helper, field_frame_helper_assembly_set,
                     known_reflection_assembly(), n) &&
           new_array(helper, field_frame_helper_pe_set, word, n) &&
           new_array(helper, field_frame_helper_pe_size_set, number, n) &&
           new_array(helper, field_frame_helper_flat_set, flag, n) &&
           new_array(helper, field_frame_helper_pdb_set, word, n) &&
           new_array(helper, field_frame_helper_pdb_size_set, number, n) &&
           new_array(helper, field_frame_helper_token_set, number, n) &&
           new_array(helper, field_frame_helper_file_set, world->known.string, n) &&
           new_array(helper, field_frame_helper_line_set, number, n) &&
           new_array(helper, field_frame_helper_column_set, number, n);
}

static bool has_kept_frame(const Frames *frames)
{
    for (size_t i = 0; i < frames->n; i++)
        if (frames->at[i].handed_on)
            return true;
    return false;
}

/* Where the frame's assembly is; its token says that its lines are to be looked for. */
static bool put_source(Object *helper, size_t i, Method *method)
{
    Assembly *assembly = method->type->assembly;
    const Image *image = assembly->image;
    String *path = string_from_utf8(image->path);
    Object *shown = path ? assembly_object(assembly) : NULL;
    if (!shown)
        return false;
    array_set(*field_frame_helper_assembly(helper), i, shown);
    array_set(*field_frame_helper_path(helper), i, path);
    ARRAY_AT(*field_frame_helper_pe(helper), const void *, i) = image->file.bytes.data;
    ARRAY_AT(*field_frame_helper_pe_size(helper), int32_t, i) =
        (int32_t)image->file.bytes.size;
    ARRAY_AT(*field_frame_helper_flat(helper), uint8_t, i) = true;
    ARRAY_AT(*field_frame_helper_token(helper), int32_t, i) = (int32_t)method->token;
    return true;
}

static bool put_frame(Object *helper, size_t i, const FrameInfo *frame, bool source)
{
    Method *method = reflection_frame_method(frame);
    ARRAY_AT(*field_frame_helper_method(helper), void *, i) = method;
    ARRAY_AT(*field_frame_helper_offset(helper), int32_t, i) =
        (int32_t)frame->native_offset;
    ARRAY_AT(*field_frame_helper_il_offset(helper), int32_t, i) =
        reflection_frame_offset(frame);
    if (*field_frame_helper_foreign(helper))
        ARRAY_AT(*field_frame_helper_foreign(helper), uint8_t, i) = frame->handed_on;
    return !source || method_dynamic(method) || put_source(helper, i, method);
}

/* What keeps dynamic methods: their handles stand in an array that is not scanned. */
static bool keep_dynamic(Object *helper, const Frames *frames)
{
    bool any = false;
    for (size_t i = 0; i < frames->n; i++)
        any |= method_dynamic(frames->at[i].method) != NULL;
    if (!any)
        return true;
    Array *kept = array_new_scanned(vm.world->known.i, (uint32_t)frames->n);
    for (size_t i = 0; kept && i < frames->n; i++)
        ARRAY_AT(kept, void *, i) = frames->at[i].method;
    field_frame_helper_dynamic_set(helper, (Object *)kept);
    return kept != NULL;
}

static bool fill(Object *helper, const Frames *frames, bool source)
{
    if (!make_arrays(helper, frames->n) || !keep_dynamic(helper, frames))
        return false;
    if (has_kept_frame(frames) && !new_array(helper, field_frame_helper_foreign_set,
                                             vm.world->known.boolean, frames->n))
        return false;
    for (size_t i = 0; i < frames->n; i++)
        if (!put_frame(helper, i, &frames->at[i], source))
            return false;
    *field_frame_helper_count(helper) = (int32_t)frames->n;
    return true;
}

static void get_stack_frames(Object **helper, int32_t source, Object **exception)
{
    Frames frames = {NULL, 0, 0};
    if (*exception)
        frames_of_exception(*exception, &frames);
    else
        exec_walk(add_frame, &frames);
    *field_frame_helper_count(*helper) = 0;
    if (frames.n)
        fill(*helper, &frames, source != 0);
    vec_free(&frames);
}

static Method *method_from_native_ip(const void *ip)
{
    FrameInfo frame;
    return bind_frame_at(ip, &frame) ? frame.method : NULL;
}

const QcallRow qcalls_stack_trace[] = {
    QCALL(StackFrame_GetMethodDescFromNativeIP, method_from_native_ip),
    QCALL(StackTrace_GetStackFramesInternal, get_stack_frames),
    QCALLS_END,
};
