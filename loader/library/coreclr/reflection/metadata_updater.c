/* metadata_updater.c - System.Reflection.Metadata.MetadataUpdater: assemblies do not
 * change while they run, which programs ask before they try. */
#include "loader/library/coreclr/table.h"
#include "loader/vm/exception.h"

static int32_t is_supported(void)
{
    return 0;
}

static void apply_update(void)
{
    exception_set("System.InvalidOperationException",
                  "The assembly can not be edited or changed.");
}

const QcallRow qcalls_metadata_updater[] = {
    QCALL(AssemblyNative_ApplyUpdate, apply_update),
    QCALL(AssemblyNative_IsApplyUpdateSupported, is_supported),
    QCALLS_END,
};
