/* gc_config.c - what the environment, or else the program's runtimeconfig.json, says of
 * the heap: DOTNET_GCHeapHardLimit in bytes and DOTNET_GCHeapHardLimitPercent, both
 * hexadecimal; System.GC.HeapHardLimit and System.GC.HeapHardLimitPercent, decimal or
 * with 0x. What is no number is as if it were not there.
 */
#include <errno.h>
#include <stdlib.h>

#include "common/framework/properties.h"
#include "loader/gc/gc.h"
#include "loader/library/coreclr/core/program.h"
#include "loader/vm/vm.h"

/* 0: none. */
static uint64_t number_of(const char *text, int base)
{
    char *end;
    errno = 0;
    uint64_t number = text ? strtoull(text, &end, base) : 0;
    return number && !*end && !errno ? number : 0;
}

static uint64_t setting(const char *variable, const char *property)
{
    uint64_t number = number_of(secure_getenv(variable), 16);
    return number || !vm.properties
               ? number
               : number_of(properties_get(vm.properties, property), 0);
}

void gc_configure(void)
{
    enum { ALL = 100 };
    uint64_t percent =
        setting("DOTNET_GCHeapHardLimitPercent", "System.GC.HeapHardLimitPercent");
    gc_limit(setting("DOTNET_GCHeapHardLimit", "System.GC.HeapHardLimit"),
             percent < ALL ? (unsigned)percent : 0);
}
