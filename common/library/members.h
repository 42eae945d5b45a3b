/* members.h - types and members that the runtime reaches by name: their tags, and where
 * a class library has them.
 *
 * A tag of members.def means the same in every class library. A library's own part of
 * the runtime reaches more: its tags follow (mono/members.h).
 *
 * A method's signature in members.def is its result and its parameters, a letter each,
 * after a dot if it has a `this`: ".B(OI)". V void, S string, A array, O other
 * references, B 8 bits, H 16, I 32, L 64, D 64-bit floating point, P machine words,
 * addresses and structures that are but one of these.
 */
#ifndef COMMON_LIBRARY_MEMBERS_H
#define COMMON_LIBRARY_MEMBERS_H

#include <stdint.h>

#include "common/library/library.h"

/* clang-format off */
enum {
    KNOWN_MEMBERS_FIRST = KNOWN_COUNT - 1, /* those of KnownId come before */
#define TYPE(tag) KNOWN_##tag,
#define FIELD(tag, ctype)
#define STATIC(tag, ctype)
#define METHOD(tag, signature)
#include "common/library/members.def"
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD
    KNOWN_COMMON /* their number */
};

enum {
#define TYPE(tag)
#define FIELD(tag, ctype) MEMBER_##tag,
#define STATIC(tag, ctype) MEMBER_##tag,
#define METHOD(tag, signature) MEMBER_##tag,
#include "common/library/members.def"
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD
    MEMBER_COMMON
};
/* clang-format on */

enum { KNOWN_MAX = 256, MEMBER_MAX = 512 }; /* with a library's own */

typedef struct LibraryType {
    const char *assembly;  /* NULL: the core assembly */
    const char *ns, *name; /* nested ones: "Outer/Inner"; NULL: it has none */
} LibraryType;

typedef struct LibraryMember {
    const char *name; /* NULL: it has none */
    uint16_t type;    /* KNOWN_ */
} LibraryMember;

struct LibraryMembers {
    const LibraryType *types;     /* by KNOWN_ */
    const LibraryMember *members; /* by MEMBER_ */
};

#endif
