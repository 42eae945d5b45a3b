/* native_entry.h - what native code gets as the address of managed code. */
#ifndef LOADER_EXEC_NATIVE_ENTRY_H
#define LOADER_EXEC_NATIVE_ENTRY_H

#include "common/types/types.h"

/* method_ftn for native code: under the same convention, which for plain words is C's,
 * on any thread. */
void *method_native_address(Method *method);

/* What native code calls, by the registers of its call (glue.h); the runtime knows its
 * thread by then. The stub is a function pointer for C, freed or kept for ever. */
typedef struct NativeEntry NativeEntry;
struct CallRegs;
struct NativeEntry {
    void (*enter)(NativeEntry *entry, struct CallRegs *regs);
};
void *native_stub_new(NativeEntry *entry);
void native_stub_free(void *code);
NativeEntry *native_stub_entry(const void *code); /* NULL: no such stub */

#endif
