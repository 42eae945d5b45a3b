/* security_manager.c - System.Security.SecurityManager, Policy.Evidence: nothing is
 * checked. */
#include <stddef.h>
#include <stdint.h>

#include "loader/library/mono/table.h"

static int32_t no(void)
{
    return 0;
}

static void nothing(void)
{
}

const IcallRow icalls_security_manager[] = {
    ICALL("get_SecurityEnabled", NULL, no),
    ICALL("set_SecurityEnabled", NULL, nothing),
    ICALLS_END,
};

const IcallRow icalls_evidence[] = {
    ICALL("IsAuthenticodePresent", NULL, no),
    ICALLS_END,
};
