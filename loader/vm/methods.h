/* methods.h - running methods, as this floor sees it.
 *
 * The execution engine lies above and says at its start (exec_start) how it does it.
 * Whoever lies above the engine calls loader/exec/method.h and invoke.h directly.
 */
#ifndef LOADER_VM_METHODS_H
#define LOADER_VM_METHODS_H

#include <stdbool.h>

#include "common/types/types.h"

typedef struct VmMethods {
    void *(*entry)(Method *method); /* method_entry */
    void *(*ftn)(Method *method);   /* method_ftn */
    Method *(*from_entry)(const void *code);
    bool (*invoke)(Method *method, void **args, void *result); /* method_invoke */
    void (*thread_starts)(void);                               /* on the new thread */
    void (*thread_ends)(void);
    bool (*find_missing)(void); /* exec_find_missing, false where it is NULL */
} VmMethods;

extern const VmMethods *vm_methods;

#endif
