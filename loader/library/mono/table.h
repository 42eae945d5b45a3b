/* table.h - how a class's file states its internal calls.
 *
 * A file defines `const IcallRow icalls_<tag>[]`, ended by a row with a NULL name, and
 * icalls.def maps the class's full name to the tag.
 */
#ifndef LOADER_LIBRARY_MONO_TABLE_H
#define LOADER_LIBRARY_MONO_TABLE_H

#include "loader/vm/member.h"

typedef struct IcallRow {
    const char *name;
    const char *sig; /* "(int,int)" as method_name writes it; NULL: any overload */
    void (*function)(void);
} IcallRow;

#define ICALL(name, sig, function)                                                     \
    {                                                                                  \
        name, sig, (void (*)(void))(function)                                          \
    }
#define ICALLS_END                                                                     \
    {                                                                                  \
        0, 0, 0                                                                        \
    }

#define ICALL_CLASS(type, tag, file) extern const IcallRow icalls_##tag[];
#include "loader/library/mono/icalls.def"
#undef ICALL_CLASS

#endif
