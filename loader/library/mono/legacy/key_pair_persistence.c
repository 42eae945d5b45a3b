/* key_pair_persistence.c - Mono.Security.Cryptography.KeyPairPersistence: where key
 * pairs are kept, a folder of the user alone and one that all may read. */
#include <stdlib.h>
#include <sys/stat.h>

#include "loader/library/mono/io/mono_io.h"
#include "loader/library/mono/table.h"

static int32_t yes(void)
{
    return 1;
}

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
