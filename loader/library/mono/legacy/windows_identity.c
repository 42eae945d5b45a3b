/* windows_identity.c - System.Security.Principal.WindowsIdentity, WindowsPrincipal,
 * WindowsImpersonationContext: users and groups of the system; a token is a number of
 * theirs. */
#include <stdlib.h>
#include <unistd.h>

#include "loader/library/mono/services/user.h"
#include "loader/library/mono/table.h"
#include "loader/vm/vm.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"

static int32_t yes(void)
{
    return 1;
}

static intptr_t current_token(void)
{
    return (intptr_t)getuid();
}

static String *token_name(intptr_t token)
{
    char name[4096];
    return string_from_utf8(user_name((uid_t)token, name, sizeof name) ? name : "");
}

static intptr_t user_token(const String *name)
{
    enum { NO_TOKEN = -2 };
    uid_t user;
    char *text = string_to_utf8(name);
    bool found = text && user_of_name(text, &user);
    free(text);
    return found ? (intptr_t)user : NO_TOKEN;
}

static Array *roles(void)
{
    return array_new_of(vm.world->known.string, 0);
}

static int32_t is_member_of_id(intptr_t user, intptr_t group)
{
    return user_is_member((uid_t)user, (gid_t)group);
}

static int32_t is_member_of_name(intptr_t user, const char *name)
{
    gid_t group;
    return group_of_name(name, &group) && user_is_member((uid_t)user, group);
}

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
