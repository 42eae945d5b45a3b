/* vm.h - the state of the one runtime in a process.
 *
 * Lock order: see ARCHITECTURE.md. Managed code is never called with a lock held.
 */
#ifndef LOADER_VM_VM_H
#define LOADER_VM_VM_H

#include <pthread.h>
#include <stdbool.h>

#include "common/base/lock.h"
#include "common/framework/properties.h"
#include "common/types/types.h"
#include "loader/gc/object.h"

typedef enum VmMode { VM_MIXED, VM_AOT, VM_JIT, VM_INTERP } VmMode;

typedef struct Vm {
    World *world;
    Lock lock; /* recursive; slow paths: vtables, method state */
    VmMode mode;
    bool require_native, no_cache, verify_full;
    Assembly *entry; /* the program's assembly */
    int argc;
    char **argv;                      /* program's arguments, without its own name */
    const HostProperties *properties; /* what the .NET host says; NULL: not asked */
    uint64_t start_ns;                /* CLOCK_MONOTONIC at process start */
    Object *domain;                   /* the one AppDomain object */
    Object *out_of_memory, *stack_overflow, *null_reference; /* preallocated */
    int exit_code;                                           /* Environment.ExitCode */
    bool shutting_down;
    uint64_t jit_wait_ns; /* time the program waited for compilation; atomic */
} Vm;

extern Vm vm;

uint64_t vm_now_ns(void); /* CLOCK_MONOTONIC */

#endif
