/* members.h - tags of the types and members of Mono's class library that only its own
 * part of the runtime reaches: members.def. */
#ifndef COMMON_LIBRARY_MONO_MEMBERS_H
#define COMMON_LIBRARY_MONO_MEMBERS_H

#include "common/library/members.h"

#define TYPE_NAME(tag, ns, name)
#define MEMBER_NAME(tag, type, name)

enum {
    KNOWN_MONO_FIRST = KNOWN_COMMON - 1,
#define TYPE(tag, assembly, ns, name) KNOWN_##tag,
#define FIELD(type, tag, name, ctype)
#define STATIC(type, tag, name, ctype)
#define METHOD(type, tag, name, signature)
#include "common/library/mono/members.def"
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD
    KNOWN_MONO
};

enum {
    MEMBER_MONO_FIRST = MEMBER_COMMON - 1,
#define TYPE(tag, assembly, ns, name)
#define FIELD(type, tag, name, ctype) MEMBER_##type##_##tag,
#define STATIC(type, tag, name, ctype) MEMBER_##type##_##tag,
#define METHOD(type, tag, name, signature) MEMBER_##type##_##tag,
#include "common/library/mono/members.def"
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD
    MEMBER_MONO
};

#undef TYPE_NAME
#undef MEMBER_NAME

_Static_assert((int)KNOWN_MONO <= KNOWN_MAX && (int)MEMBER_MONO <= MEMBER_MAX,
               "members.h");

extern const LibraryMembers mono_members;

#endif
