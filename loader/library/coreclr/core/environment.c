/* environment.c - System.Environment. */
#include <ctype.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/cgroup.h"
#include "loader/library/coreclr/table.h"
#include "loader/vm/thread.h"
#include "loader/vm/shutdown.h"
#include "loader/vm/vm.h"

/* -- processors ---------------------------------------------------------------- */

static int32_t count_allowed(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set)
               ? (int32_t)sysconf(_SC_NPROCESSORS_ONLN)
               : CPU_COUNT(&set);
}

static int32_t count_by_group(void)
{
    double limit = cgroup_cpus("");
    int32_t whole = (int32_t)limit;
    return whole < limit ? whole + 1 : whole;
}

static int32_t processor_count(void)
{
    enum { MOST = 0xffff };
    const char *wanted = secure_getenv("DOTNET_PROCESSOR_COUNT");
    if (wanted && isdigit((unsigned char)*wanted)) {
        char *end;
        unsigned long n = strtoul(wanted, &end, 10);
        if (!*end && n > 0 && n <= MOST)
            return (int32_t)n;
    }
    int32_t allowed = count_allowed(), limit = count_by_group();
    return limit > 0 && limit < allowed ? limit : allowed;
}

/* -- the end ------------------------------------------------------------------- */

static int32_t get_exit_code(void)
{
    return vm.exit_code;
}

static void set_exit_code(int32_t code)
{
    vm.exit_code = code;
}

/* Handlers of ProcessExit may change it once more. */
static void leave(int32_t code)
{
    vm.exit_code = code;
    vm_shutdown();
    vm_exit(vm.exit_code);
}

static int32_t current_thread_id(void)
{
    return thread_self()->managed_id;
}

const FcallRow fcalls_environment[] = {
    FCALL("get_CurrentManagedThreadId", NULL, current_thread_id),
    FCALL("get_ExitCode", NULL, get_exit_code),
    FCALL("set_ExitCode", NULL, set_exit_code),
    FCALLS_END,
};

const QcallRow qcalls_environment[] = {
    QCALL(Environment_Exit, leave),
    QCALL(Environment_GetProcessorCount, processor_count),
    QCALLS_END,
};
