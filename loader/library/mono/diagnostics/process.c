/* process.c - System.Diagnostics.Process, Microsoft.Win32.NativeMethods. */
#include "loader/library/mono/diagnostics/process.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "loader/library/mono/io/mono_io.h"
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/services/process.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"
#include "loader/vm/waithandle.h"

extern char **environ;

/* A managed program is run by this runtime. */
static bool is_managed(const char *file)
{
    size_t n = strlen(file);
    Err err = ERR_INIT;
    if (n < 4 || strcmp(file + n - 4, ".exe"))
        return false;
    Image *image = image_open(file, &err);
    if (image)
        image_close(image);
    return image != NULL;
}

static bool build_argv(Object *info, ShellWords *argv)
{
    char *file = string_to_utf8(*field_process_start_file(info));
    char *args = string_to_utf8(*field_process_start_args(info));
    bool ok = file && *file;
    if (ok && is_managed(file))
        *vec_push(argv) = mem_strdup("/proc/self/exe");
    if (ok) {
        *vec_push(argv) = file;
        file = NULL;
    }
    if (ok && args)
        shell_words_split(args, argv);
    *vec_push(argv) = NULL;
    argv->n--;
    free(file);
    free(args);
    return ok;
}

static char **build_environment(const Array *variables, ShellWords *out)
{
    if (!variables)
        return environ;
    for (uint32_t i = 0; i < variables->length; i++)
        *vec_push(out) = string_to_utf8(ARRAY_AT(variables, String *, i));
    *vec_push(out) = NULL;
    out->n--;
    return out->at;
}

static void on_end(void *handle)
{
    event_set(handle);
}

static int32_t create_process(Object *info, int64_t in, int64_t out, int64_t err,
                              void *result)
{
    ShellWords argv = {NULL, 0, 0}, variables = {NULL, 0, 0};
    pid_t pid = 0;
    int error = ENOENT;
    char *directory = string_to_utf8(*field_process_start_directory(info));
    const int64_t fds[] = {in, out, err};
    if (build_argv(info, &argv)) {
        Array *list = *field_process_info_variables(result);
        error = process_start(argv.at, build_environment(list, &variables), directory,
                              fds, &pid);
    }
    void *handle = error ? NULL : process_handle(pid, true);
    *field_process_info_handle(result) = handle;
    *field_process_info_pid(result) = handle ? pid : -mono_io_error(error);
    shell_words_free(&argv);
    shell_words_free(&variables);
    free(directory);
    return handle != NULL;
}

/* Documents are not opened: what can't be run is not found. */
static int32_t shell_execute(Object *info, void *result)
{
    return create_process(info, 0, 1, 2, result);
}

void *process_handle(pid_t pid, bool is_child)
{
    char name[48];
    bool created;
    static uint32_t number;
    snprintf(name, sizeof name, "codicil-process-%d-%u", (int)pid,
             __atomic_add_fetch(&number, 1, __ATOMIC_RELAXED));
    void *handle = event_create(true, false, name, &created);
    if (handle)
        process_add(handle, pid, is_child, on_end);
    return handle;
}

/* -- facts --------------------------------------------------------------------- */

static void *get_process(int32_t pid)
{
    return process_exists(pid) ? process_handle(pid, false) : NULL;
}

static Array *get_processes(void)
{
    Pids pids = {NULL, 0, 0};
    process_list(&pids);
    Array *array = array_new_of(vm.world->known.i4, (int64_t)pids.n);
    if (array && pids.n)
        memcpy(array->data, pids.at, pids.n * sizeof *pids.at);
    vec_free(&pids);
    return array;
}

static String *get_name(const void *handle)
{
    ProcessEntry entry;
    char name[64];
    return process_lookup(handle, &entry) && process_name(entry.pid, name, sizeof name)
               ? string_from_utf8(name)
               : NULL;
}

static int64_t process_data(int32_t pid, int32_t what, int32_t *error)
{
    static const char *const keys[] = {
        [0] = "Threads", [4] = "VmRSS",  [5] = "VmHWM", [6] = "VmData",
        [7] = "VmSize",  [8] = "VmPeak", [11] = "PPid", [12] = "VmSwap",
    };
    const char *key = (size_t)what < sizeof keys / sizeof *keys ? keys[what] : NULL;
    int64_t value = key ? process_status(pid, key) : 0;
    *error = value < 0;
    return value < 0 ? 0 : value;
}

/* -- NativeMethods ----------------------------------------------------------- */

static void *current_process(void)
{
    return (void *)-1;
}

static int32_t current_id(void)
{
    return getpid();
}

static int32_t exit_code(const void *handle, int32_t *code)
{
    enum { STILL_ACTIVE = 259 };
    ProcessEntry entry;
    if (!process_lookup(handle, &entry))
        return 0;
    *code = entry.ended ? entry.exit_code : STILL_ACTIVE;
    return 1;
}

static int32_t terminate(const void *handle, int32_t code)
{
    ProcessEntry entry;
    return process_lookup(handle, &entry) &&
           !kill(entry.pid, code == -1 ? SIGKILL : SIGTERM);
}

static int64_t ticks(struct timeval t)
{
    return (int64_t)t.tv_sec * 10000000 + t.tv_usec * 10;
}

static int32_t process_times(const void *handle, int64_t *start, int64_t *end,
                             int64_t *kernel, int64_t *user)
{
    ProcessEntry entry;
    struct rusage usage;
    *start = *end = *kernel = *user = 0;
    if (!process_lookup(handle, &entry))
        return 0;
    *start = entry.start_time;
    *end = entry.end_time;
    if (entry.pid == getpid() && !getrusage(RUSAGE_SELF, &usage)) {
        *kernel = ticks(usage.ru_stime);
        *user = ticks(usage.ru_utime);
    }
    return 1;
}

static int32_t working_set(const void *handle, intptr_t *low, intptr_t *high)
{
    ProcessEntry entry;
    *low = *high = 0;
    if (!process_lookup(handle, &entry))
        return 0;
    *high = (intptr_t)process_status(entry.pid, "VmRSS");
    return 1;
}

static int32_t normal_priority(void)
{
    return 0x20;
}

static int32_t yes(void)
{
    return 1;
}

static int32_t close_process(void *handle)
{
    if (process_remove(handle))
        wait_object_close(handle);
    return 1;
}

const IcallRow icalls_process[] = {
    ICALL("GetModules_icall", NULL, get_modules),
    ICALL("GetProcessData", NULL, process_data),
    ICALL("ProcessName_icall", NULL, get_name),
    ICALL("GetProcess_internal", NULL, get_process),
    ICALL("GetProcesses_internal", NULL, get_processes),
    ICALL("ShellExecuteEx_internal", NULL, shell_execute),
    ICALL("CreateProcess_internal", NULL, create_process),
    ICALLS_END,
};

const IcallRow icalls_native_methods[] = {
    ICALL("GetCurrentProcess", NULL, current_process),
    ICALL("GetCurrentProcessId", NULL, current_id),
    ICALL("GetExitCodeProcess", NULL, exit_code),
    ICALL("TerminateProcess", NULL, terminate),
    ICALL("WaitForInputIdle", NULL, yes),
    ICALL("GetProcessWorkingSetSize", NULL, working_set),
    ICALL("SetProcessWorkingSetSize", NULL, yes),
    ICALL("GetProcessTimes", NULL, process_times),
    ICALL("GetPriorityClass", NULL, normal_priority),
    ICALL("SetPriorityClass", NULL, yes),
    ICALL("CloseProcess", NULL, close_process),
    ICALLS_END,
};
