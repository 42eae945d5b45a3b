/* gc_frame.c - System.Runtime.GCFrameRegistration: references in memory of a frame that
 * nothing else names. The collector scans stacks as they are. */
#include "loader/library/coreclr/table.h"

static void nothing(void *frame)
{
    (void)frame;
}

const FcallRow fcalls_gc_frame[] = {
    FCALL("RegisterForGCReporting", NULL, nothing),
    FCALL("UnregisterForGCReporting", NULL, nothing),
    FCALLS_END,
};
