/* clr_config.c - System.CLRConfig. */
#include <stddef.h>
#include <stdint.h>

#include "loader/library/mono/table.h"

static int32_t no(void)
{
    return 0;
}

const IcallRow icalls_clr_config[] = {
    ICALL("CheckThrowUnobservedTaskExceptions", NULL, no),
    ICALLS_END,
};
