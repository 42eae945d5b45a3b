/* members.c - where .NET's class library has what the runtime reaches by name. */
#include "common/library/coreclr/members.h"

#include <stddef.h>

static const LibraryType types[KNOWN_CORECLR] = {
#define STANDARD(tag, ns, name) [KNOWN_##tag] = {NULL, ns, name},
#define OWN(tag)
#include "common/library/known_types.def"
#undef STANDARD
#undef OWN
#define KNOWN(tag, ns, name) [KNOWN_##tag] = {NULL, ns, name},
#define LACKS(tag)
#include "common/library/coreclr/known.def"
#undef KNOWN
#undef LACKS
#define TYPE_NAME(tag, ns, name) [KNOWN_##tag] = {NULL, ns, name},
#define TYPE(tag, assembly, ns, name) [KNOWN_##tag] = {assembly, ns, name},
#define MEMBER_NAME(tag, type, name)
#define FIELD(type, tag, name, ctype)
#define STATIC(type, tag, name, ctype)
#define METHOD(type, tag, name, signature)
#include "common/library/coreclr/members.def"
#undef TYPE_NAME
#undef TYPE
#undef MEMBER_NAME
#undef FIELD
#undef STATIC
#undef METHOD
};

static const LibraryMember members[MEMBER_CORECLR] = {
#define TYPE_NAME(tag, ns, name)
#define TYPE(tag, assembly, ns, name)
#define MEMBER_NAME(tag, type, name) [MEMBER_##tag] = {name, KNOWN_##type},
#define OWN(type, tag, name) [MEMBER_##type##_##tag] = {name, KNOWN_##type},
#define FIELD(type, tag, name, ctype) OWN(type, tag, name)
#define STATIC(type, tag, name, ctype) OWN(type, tag, name)
#define METHOD(type, tag, name, signature) OWN(type, tag, name)
#include "common/library/coreclr/members.def"
#undef OWN
#undef TYPE_NAME
#undef TYPE
#undef MEMBER_NAME
#undef FIELD
#undef STATIC
#undef METHOD
};

const LibraryMembers coreclr_members = {types, members};
