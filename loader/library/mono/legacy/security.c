/* security.c - System.Security: nothing is checked; random numbers; the user's name
 * and keys. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "loader/library/mono/io/mono_io.h"
#include "loader/library/mono/reflection/reflection.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

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
        if (n < 0 && errno != EINTR)
            return NULL; /* which the class library reports */
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

static intptr_t user_token(const String *name)
{
    enum { NO_TOKEN = -2 };
    struct passwd entry, *found = NULL;
    char buffer[4096], *text = string_to_utf8(name);
    if (!text || getpwnam_r(text, &entry, buffer, sizeof buffer, &found))
        found = NULL;
    free(text);
    return found ? (intptr_t)found->pw_uid : NO_TOKEN;
}

static Array *roles(void)
{
    return array_new_of(vm.world->known.string, 0);
}

static int32_t is_member(intptr_t user, gid_t group)
{
    enum { MAX_GROUPS = 1024 };
    struct passwd entry, *found = NULL;
    char buffer[4096];
    gid_t groups[MAX_GROUPS];
    int n = MAX_GROUPS;
    if (getpwuid_r((uid_t)user, &entry, buffer, sizeof buffer, &found) || !found ||
        getgrouplist(entry.pw_name, entry.pw_gid, groups, &n) < 0)
        return false;
    for (int i = 0; i < n; i++)
        if (groups[i] == group)
            return true;
    return false;
}

static int32_t is_member_of_id(intptr_t user, intptr_t group)
{
    return is_member(user, (gid_t)group);
}

static int32_t is_member_of_name(intptr_t user, const char *group)
{
    struct group entry, *found = NULL;
    char buffer[4096];
    return !getgrnam_r(group, &entry, buffer, sizeof buffer, &found) && found &&
           is_member(user, found->gr_gid);
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
    ICALL("GetUserToken", NULL, user_token),
    ICALLS_END,
};

const IcallRow icalls_windows_impersonation[] = {
    ICALL("CloseToken", NULL, yes),
    ICALL("RevertToSelf", NULL, yes),
    ICALLS_END,
};

const IcallRow icalls_windows_principal[] = {
    ICALL("IsMemberOfGroupId", NULL, is_member_of_id),
    ICALL("IsMemberOfGroupName", NULL, is_member_of_name),
    ICALLS_END,
};

const IcallRow icalls_clr_config[] = {
    ICALL("CheckThrowUnobservedTaskExceptions", NULL, no),
    ICALLS_END,
};

/* -- where key pairs are kept: a folder of the user alone, one that all may read */

static int protection_of(const uint16_t *path, int *mode)
{
    struct stat st;
    char *name = mono_io_path(path);
    int failed = stat(name, &st);
    free(name);
    *mode = failed ? 0 : st.st_mode & ACCESSPERMS;
    return !failed;
}

static int32_t protect(const uint16_t *path, mode_t mode)
{
    char *name = mono_io_path(path);
    int failed = chmod(name, mode);
    free(name);
    return !failed;
}

static int32_t protect_user(const uint16_t *path)
{
    return protect(path, S_IRWXU);
}

static int32_t protect_machine(const uint16_t *path)
{
    return protect(path, S_IRWXU | S_IRGRP | S_IXGRP | S_IROTH | S_IXOTH);
}

static int32_t is_user_protected(const uint16_t *path)
{
    int mode;
    return protection_of(path, &mode) && mode == S_IRWXU;
}

static int32_t is_machine_protected(const uint16_t *path)
{
    int mode;
    return protection_of(path, &mode) && !(mode & (S_IWGRP | S_IWOTH));
}

const IcallRow icalls_key_pairs[] = {
    ICALL("_CanSecure", NULL, yes),
    ICALL("_ProtectUser", NULL, protect_user),
    ICALL("_ProtectMachine", NULL, protect_machine),
    ICALL("_IsUserProtected", NULL, is_user_protected),
    ICALL("_IsMachineProtected", NULL, is_machine_protected),
    ICALLS_END,
};
