/* security.c - System.Security: nothing is checked; random numbers; the user's name. */
#include <pwd.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "loader/icall/reflection.h"
#include "loader/icall/table.h"

static int32_t no(void)
{
    return 0;
}

static int32_t yes(void)
{
    return 1;
}

static void nothing(void)
{
}

/* -- random numbers: the handle is any value but 0 ----------------------------- */

static void *rng_initialize(const uint8_t *seed, intptr_t size)
{
    (void)seed, (void)size;
    return (void *)1;
}

static void *rng_bytes(void *handle, uint8_t *out, intptr_t size)
{
    for (intptr_t at = 0; at < size;) {
        ssize_t n = getrandom(out + at, (size_t)(size - at), 0);
        if (n < 0 && !at)
            return NULL;
        at += n > 0 ? n : 0;
    }
    return handle;
}

/* -- identity ------------------------------------------------------------------ */

static intptr_t current_token(void)
{
    return (intptr_t)getuid();
}

static String *token_name(intptr_t token)
{
    struct passwd entry, *found = NULL;
    char buffer[4096];
    if (getpwuid_r((uid_t)token, &entry, buffer, sizeof buffer, &found) || !found)
        return string_from_utf8("");
    return string_from_utf8(entry.pw_name);
}

static Array *roles(void)
{
    return array_new_of(vm.world->known.string, 0);
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

const IcallRow icalls_rng[] = {
    ICALL("RngOpen", NULL, yes), /* one for all threads */
    ICALL("RngInitialize", NULL, rng_initialize),
    ICALL("RngGetBytes", NULL, rng_bytes),
    ICALL("RngClose", NULL, nothing),
    ICALLS_END,
};

const IcallRow icalls_windows_identity[] = {
    ICALL("_GetRoles", NULL, roles),
    ICALL("GetCurrentToken", NULL, current_token),
    ICALL("GetTokenName", NULL, token_name),
    ICALLS_END,
};

const IcallRow icalls_windows_impersonation[] = {
    ICALL("CloseToken", NULL, yes),
    ICALL("RevertToSelf", NULL, yes),
    ICALLS_END,
};

const IcallRow icalls_windows_principal[] = {
    ICALL("IsMemberOfGroupId", NULL, no),
    ICALL("IsMemberOfGroupName", NULL, no),
    ICALLS_END,
};

const IcallRow icalls_clr_config[] = {
    ICALL("CheckThrowUnobservedTaskExceptions", NULL, no),
    ICALLS_END,
};
