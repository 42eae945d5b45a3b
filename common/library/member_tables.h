/* member_tables.h - where a library has its types and members, as constant arrays: its
 * members.c says how many there are and where the .def files lie, and includes this.
 *
 *     #define KNOWN_DEF "common/library/NAME/known.def"
 *     #define MEMBERS_DEF "common/library/NAME/members.def"
 *     #define N_TYPES KNOWN_NAME
 *     #define N_MEMBERS MEMBER_NAME
 *
 * gives types and members. No guard: it is no header like others.
 */
#include <stddef.h>

#include "common/library/members.h"

static const LibraryType types[N_TYPES] = {
#define STANDARD(tag, ns, name) [KNOWN_##tag] = {NULL, ns, name},
#define OWN(tag)
#include "common/library/known_types.def"
#undef STANDARD
#undef OWN
#define KNOWN(tag, ns, name) [KNOWN_##tag] = {NULL, ns, name},
#define LACKS(tag)
#include KNOWN_DEF
#undef KNOWN
#undef LACKS
#define TYPE_NAME(tag, ns, name) [KNOWN_##tag] = {NULL, ns, name},
#define TYPE(tag, assembly, ns, name) [KNOWN_##tag] = {assembly, ns, name},
#define MEMBER_NAME(tag, type, name)
#define FIELD(type, tag, name, ctype)
#define STATIC(type, tag, name, ctype)
#define METHOD(type, tag, name, signature)
#include MEMBERS_DEF
#undef TYPE_NAME
#undef TYPE
#undef MEMBER_NAME
#undef FIELD
#undef STATIC
#undef METHOD
};

static const LibraryMember members[N_MEMBERS] = {
#define TYPE_NAME(tag, ns, name)
#define TYPE(tag, assembly, ns, name)
#define MEMBER_NAME(tag, type, name) [MEMBER_##tag] = {name, KNOWN_##type},
#define OWN(type, tag, name) [MEMBER_##type##_##tag] = {name, KNOWN_##type},
#define FIELD(type, tag, name, ctype) OWN(type, tag, name)
#define STATIC(type, tag, name, ctype) OWN(type, tag, name)
#define METHOD(type, tag, name, signature) OWN(type, tag, name)
#include MEMBERS_DEF
#undef OWN
#undef TYPE_NAME
#undef TYPE
#undef MEMBER_NAME
#undef FIELD
#undef STATIC
#undef METHOD
};
