/* members.c - where Mono's class library has what the runtime reaches by name. */
#include "common/library/mono/members.h"

#define KNOWN_DEF "common/library/mono/known.def"
#define MEMBERS_DEF "common/library/mono/members.def"
#define N_TYPES KNOWN_MONO
#define N_MEMBERS MEMBER_MONO
#include "common/library/member_tables.h"

const LibraryMembers mono_members = {types, members};
