/* user.c - users and groups of the system. */
#include "loader/library/mono/services/user.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>

enum { ENTRY_MOST = 4096 };

bool user_name(uid_t user, char *out, size_t room)
{
    struct passwd entry, *found = NULL;
    char buffer[ENTRY_MOST];
    if (getpwuid_r(user, &entry, buffer, sizeof buffer, &found) || !found)
        return false;
    snprintf(out, room, "%s", entry.pw_name);
    return true;
}

bool user_of_name(const char *name, uid_t *out)
{
    struct passwd entry, *found = NULL;
    char buffer[ENTRY_MOST];
    if (getpwnam_r(name, &entry, buffer, sizeof buffer, &found) || !found)
        return false;
    *out = found->pw_uid;
    return true;
}

bool group_of_name(const char *name, gid_t *out)
{
    struct group entry, *found = NULL;
    char buffer[ENTRY_MOST];
    if (getgrnam_r(name, &entry, buffer, sizeof buffer, &found) || !found)
        return false;
    *out = found->gr_gid;
    return true;
}

bool user_is_member(uid_t user, gid_t group)
{
    enum { MAX_GROUPS = 1024 };
    struct passwd entry, *found = NULL;
    char buffer[ENTRY_MOST];
    gid_t groups[MAX_GROUPS];
    int n = MAX_GROUPS;
    if (getpwuid_r(user, &entry, buffer, sizeof buffer, &found) || !found ||
        getgrouplist(entry.pw_name, entry.pw_gid, groups, &n) < 0)
        return false;
    for (int i = 0; i < n; i++)
        if (groups[i] == group)
            return true;
    return false;
}
