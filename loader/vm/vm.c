#include "loader/vm/library.h"
#include "loader/vm/vm.h"

#include <time.h>

Vm vm;
const VmLibrary *vm_library_hooks;

uint64_t vm_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}
