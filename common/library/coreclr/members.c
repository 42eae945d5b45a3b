/* members.c - where .NET's class library has what the runtime reaches by name. */
#include "common/library/coreclr/members.h"

#define KNOWN_DEF "common/library/coreclr/known.def"
#define MEMBERS_DEF "common/library/coreclr/members.def"
#define N_TYPES KNOWN_CORECLR
#define N_MEMBERS MEMBER_CORECLR
#include "common/library/member_tables.h"

const LibraryMembers coreclr_members = {types, members};
