/* table.h - how a file states the C functions that System.Private.CoreLib calls.
 *
 * FCalls are its extern methods ([MethodImpl(InternalCall)]): a file defines
 * `const FcallRow fcalls_TAG[]`, ended by FCALLS_END, for a class that fcalls.def maps
 * to the tag. QCalls are its P/Invokes into "QCall", by entry point: a file defines
 * `const QcallRow qcalls_TAG[]`, ended by QCALLS_END, whose tag stands in qcalls.def.
 *
 * Both take the words of abi.h, as a C function of the same parameter list: objects are
 * pointers (this first), ref and out are pointers, bool and small integers int32_t.
 * Structures of QCalls that hold the address of a local of the caller:
 *
 *     ObjectHandleOnStack  Object **     QCallTypeHandle  Object **, void *handle
 *     StringHandleOnStack  String **     QCallModule      Object **, Assembly *
 *     ByteRefOnStack       void **       QCallAssembly    Object **, Assembly *
 *
 * (the last three are two parameters each). To raise, a function leaves its exception
 * pending (loader/vm/exception.h) and returns anything; its caller raises.
 */
#ifndef LOADER_LIBRARY_CORECLR_TABLE_H
#define LOADER_LIBRARY_CORECLR_TABLE_H

#include "common/types/types.h"

typedef struct FcallRow {
    const char *name;
    const char *sig; /* "(int,int)" as method_name writes it; NULL: any overload */
    void (*function)(void);
} FcallRow;

typedef struct QcallRow {
    const char *entry;
    void (*function)(void);
} QcallRow;

#define FCALL(name, sig, function)                                                     \
    {                                                                                  \
        name, sig, (void (*)(void))(function)                                          \
    }
#define FCALLS_END                                                                     \
    {                                                                                  \
        0, 0, 0                                                                        \
    }
#define QCALL(entry, function)                                                         \
    {                                                                                  \
#entry, (void (*)(void))(function)                                             \
    }
#define QCALLS_END                                                                     \
    {                                                                                  \
        0, 0                                                                           \
    }

#define FCALL_CLASS(type, tag) extern const FcallRow fcalls_##tag[];
#include "loader/library/coreclr/fcalls.def"
#undef FCALL_CLASS
#define QCALL_FILE(tag) extern const QcallRow qcalls_##tag[];
#include "loader/library/coreclr/qcalls.def"
#undef QCALL_FILE

#endif
