/* user.h - users and groups of the system. */
#ifndef LOADER_LIBRARY_MONO_SERVICES_USER_H
#define LOADER_LIBRARY_MONO_SERVICES_USER_H

#include <stdbool.h>
#include <sys/types.h>

/* False: there is none. */
bool user_name(uid_t user, char *out, size_t room);
bool user_of_name(const char *name, uid_t *out);
bool group_of_name(const char *name, gid_t *out);
bool user_is_member(uid_t user, gid_t group);

#endif
