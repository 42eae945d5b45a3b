/* natives.h - methods without IL: the socket for those who know the C functions.
 *
 * The engine calls a C function under the convention of abi.h and raises what it leaves
 * pending. The functions come from above it: P/Invokes from loader/interop, internal
 * calls and a delegate's BeginInvoke and EndInvoke from the class library. Whoever
 * starts the runtime plugs them in before the first method is wanted:
 *
 *     exec_natives[NATIVE_INTERNAL_CALL] = icall_find;
 */
#ifndef LOADER_EXEC_NATIVES_H
#define LOADER_EXEC_NATIVES_H

#include "common/types/types.h"

typedef enum NativeKind {
    NATIVE_INTERNAL_CALL, /* InternalCall */
    NATIVE_PINVOKE,       /* PinvokeImpl */
    NATIVE_RUNTIME,       /* BeginInvoke, EndInvoke (II.14.6.3) */
    NATIVE_KINDS,
} NativeKind;

/* Asked once for a method. NULL: there is none; a pending exception may say why. */
typedef void *NativeFinder(Method *method);
extern NativeFinder *exec_natives[NATIVE_KINDS];

/* Asks the program for assemblies that were missed (common/types/missing.h); called
 * with no lock held. False: nothing was found, and what failed would fail again. NULL:
 * this class library does not ask. */
extern bool (*exec_find_missing)(void);

/* A calli of a native function. */
typedef struct InteropSite {
    const MethodSig *sig;
    const Method *from;       /* whose code has it */
    struct NativeSig *native; /* NULL until it is called */
} InteropSite;

/* What the engine asks of loader/interop besides; interop.h has the contracts. */
typedef struct ExecInterop {
    bool (*call_site)(InteropSite *site, void *function, uint64_t *words, void *result);
    void *(*method_to_native)(Method *method);
    Method *(*native_only_method)(const void *code);
} ExecInterop;
extern const ExecInterop *exec_interop;

#endif
