/* members.c - where Mono's class library has what the runtime reaches by name. */
#include "common/library/mono/members.h"

#include <stddef.h>

static const LibraryType types[KNOWN_MONO] = {
#define STANDARD(tag, ns, name) [KNOWN_##tag] = {NULL, ns, name},
#define OWN(tag)
#include "common/library/known_types.def"
#undef STANDARD
#undef OWN
#define KNOWN(tag, ns, name) [KNOWN_##tag] = {NULL, ns, name},
#define LACKS(tag)
#include "common/library/mono/known.def"
#undef KNOWN
#undef LACKS
#define TYPE_NAME(tag, ns, name) [KNOWN_##tag] = {NULL, ns, name},
#define TYPE(tag, assembly, ns, name) [KNOWN_##tag] = {assembly, ns, name},
#define MEMBER_NAME(tag, type, name)
#define FIELD(type, tag, name, ctype)
#define STATIC(type, tag, name, ctype)
#define METHOD(type, tag, name, signature)
#include "common/library/mono/members.def"
#undef TYPE_NAME
#undef TYPE
#undef MEMBER_NAME
#undef FIELD
#undef STATIC
#undef METHOD
};

static const LibraryMember members[MEMBER_MONO] = {
#define TYPE_NAME(tag, ns, name)
#define TYPE(tag, assembly, ns, name)
#define MEMBER_NAME(tag, type, name) [MEMBER_##tag] = {name, KNOWN_##type},
#define OWN(type, tag, name) [MEMBER_##type##_##tag] = {name, KNOWN_##type},
#define FIELD(type, tag, name, ctype) OWN(type, tag, name)
#define STATIC(type, tag, name, ctype) OWN(type, tag, name)
#define METHOD(type, tag, name, signature) OWN(type, tag, name)
#include "common/library/mono/members.def"
#undef OWN
#undef TYPE_NAME
#undef TYPE
#undef MEMBER_NAME
#undef FIELD
#undef STATIC
#undef METHOD
};

const LibraryMembers mono_members = {types, members};
