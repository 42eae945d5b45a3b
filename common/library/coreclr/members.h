/* members.h - tags of the types and members of .NET's class library that only its own
 * part of the runtime reaches: members.def. */
#ifndef COMMON_LIBRARY_CORECLR_MEMBERS_H
#define COMMON_LIBRARY_CORECLR_MEMBERS_H

#include "common/library/members.h"

#define TYPE_NAME(tag, ns, name)
#define MEMBER_NAME(tag, type, name)

enum {
    KNOWN_CORECLR_FIRST = KNOWN_COMMON - 1,
#define TYPE(tag, assembly, ns, name) KNOWN_##tag,
#define FIELD(type, tag, name, ctype)
#define STATIC(type, tag, name, ctype)
#define METHOD(type, tag, name, signature)
#include "common/library/coreclr/members.def"
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD
    KNOWN_CORECLR
};

enum {
    MEMBER_CORECLR_FIRST = MEMBER_COMMON - 1,
#define TYPE(tag, assembly, ns, name)
#define FIELD(type, tag, name, ctype) MEMBER_##type##_##tag,
#define STATIC(type, tag, name, ctype) MEMBER_##type##_##tag,
#define METHOD(type, tag, name, signature) MEMBER_##type##_##tag,
#include "common/library/coreclr/members.def"
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD
    MEMBER_CORECLR
};

#undef TYPE_NAME
#undef MEMBER_NAME

_Static_assert((int)KNOWN_CORECLR <= KNOWN_MAX && (int)MEMBER_CORECLR <= MEMBER_MAX,
               "members.h");

extern const LibraryMembers coreclr_members;

#endif
