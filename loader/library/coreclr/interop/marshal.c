/* marshal.c - System.Runtime.InteropServices.Marshal. */
#include "loader/interop/interop.h"
#include "loader/library/coreclr/table.h"

const FcallRow fcalls_marshal[] = {
    FCALL("GetLastPInvokeError", NULL, interop_last_error),
    FCALL("SetLastPInvokeError", NULL, interop_set_last_error),
    FCALLS_END,
};
