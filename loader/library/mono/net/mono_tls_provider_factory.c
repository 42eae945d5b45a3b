/* mono_tls_provider_factory.c - Mono.Net.Security.MonoTlsProviderFactory. */
#include <stddef.h>
#include <stdint.h>

#include "loader/library/mono/table.h"

static int32_t yes(void)
{
    return 1;
}

const IcallRow icalls_tls_provider_factory[] = {
    ICALL("IsBtlsSupported", NULL, yes),
    ICALLS_END,
};
