/* members.h - accessors of the types and members of .NET's class library that only this
 * folder reaches: see loader/vm/member.h. */
#ifndef LOADER_LIBRARY_CORECLR_MEMBERS_H
#define LOADER_LIBRARY_CORECLR_MEMBERS_H

#include "common/library/coreclr/members.h"
#include "loader/vm/member.h"

#define TYPE_NAME(tag, ns, name)
#define MEMBER_NAME(tag, type, name)
#define TYPE(tag, assembly, ns, name) MEMBER_TYPE(tag)
#define FIELD(type, tag, name, ctype) MEMBER_FIELD(type##_##tag, ctype)
#define STATIC(type, tag, name, ctype) MEMBER_STATIC(type##_##tag, ctype)
#define METHOD(type, tag, name, signature) MEMBER_METHOD(type##_##tag, signature)
#include "common/library/coreclr/members.def"
#undef TYPE_NAME
#undef MEMBER_NAME
#undef TYPE
#undef FIELD
#undef STATIC
#undef METHOD

#endif
