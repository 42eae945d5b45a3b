/* environment.c - System.Environment. */
#include <ctype.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* The group of control that the process is in ("0::/path"). */
static bool own_group(char *path, size_t size)
{
    FILE *file = fopen("/proc/self/cgroup", "re");
    bool found = false;
    char line[4096];
    while (file && !found && fgets(line, sizeof line, file))
        if (!strncmp(line, "0::", 3)) {
            line[strcspn(line, "\n")] = '\0';
            found = (size_t)snprintf(path, size, "%s", line + 3) < size;
        }
    if (file)
        fclose(file);
    return found;
}

/* "quota period" in microseconds, or "max period". 0: no limit. */
static double group_limit(const char *group)
{
    char path[4200];
    double quota, period;
    snprintf(path, sizeof path, "/sys/fs/cgroup%s/cpu.max", group);
    FILE *file = fopen(path, "re");
    bool ok = file && fscanf(file, "%lf %lf", &quota, &period) == 2 && quota > 0 &&
              period > 0;
    if (file)
        fclose(file);
    return ok ? quota / period : 0;
}

/* The least that the group or one around it allows, rounded up. 0: no limit. */
static int32_t count_by_group(void)
{
    char group[4096];
    double least = 0;
    if (!own_group(group, sizeof group))
        return 0;
    for (;;) {
        double limit = group_limit(group);
        if (limit > 0 && (least <= 0 || limit < least))
            least = limit;
        char *slash = strrchr(group, '/');
        if (!slash)
            break;
        *slash = '\0';
    }
    int32_t whole = (int32_t)least;
    return whole < least ? whole + 1 : whole;
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
