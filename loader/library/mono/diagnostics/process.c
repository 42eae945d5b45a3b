/* process.c - System.Diagnostics.Process, Microsoft.Win32.NativeMethods. */
#include "loader/library/mono/diagnostics/process.h"

#include <stdio.h>
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/vec.h"
#include "loader/library/mono/io/mono_io.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/reflection/reflection.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

extern char **environ;

typedef VEC(char *) Words;

static void words_free(Words *words)
{
    for (size_t i = 0; i < words->n; i++)
        free(words->at[i]);
    vec_free(words);
}

/* Splits as a shell would: quotes and backslashes, nothing else. */
static void words_split(const char *text, Words *out)
{
    while (*text) {
        while (isspace((unsigned char)*text))
            text++;
        if (!*text)
            break;
        Buffer word = BUFFER_INIT;
        char quote = 0;
        for (; *text && (quote || !isspace((unsigned char)*text)); text++) {
            if (quote ? *text == quote : (*text == '"' || *text == '\''))
                quote = quote ? 0 : *text;
            else if (*text == '\\' && text[1] && quote != '\'' &&
                     (!quote || text[1] == '"' || text[1] == '\\'))
                buffer_u8(&word, (uint8_t) * ++text);
            else
                buffer_u8(&word, (uint8_t)*text);
        }
        buffer_u8(&word, 0);
        *vec_push(out) = (char *)word.data;
    }
}

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

static bool build_argv(Object *info, Words *argv)
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
        words_split(args, argv);
    *vec_push(argv) = NULL;
    argv->n--;
    free(file);
    free(args);
    return ok;
}

static char **build_environment(const Array *variables, Words *out)
{
    if (!variables)
        return environ;
    for (uint32_t i = 0; i < variables->length; i++)
        *vec_push(out) = string_to_utf8(ARRAY_AT(variables, String *, i));
    *vec_push(out) = NULL;
    out->n--;
    return out->at;
}

/* 0 or an errno. */
static int spawn(char **argv, char **variables, const char *directory,
                 const int64_t *fds, pid_t *pid)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t none, defaults;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGXFSZ);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    for (int i = 0; i < 3; i++)
        if (fds[i] != i)
            posix_spawn_file_actions_adddup2(&actions, (int)fds[i], i);
    if (directory && *directory)
        posix_spawn_file_actions_addchdir_np(&actions, directory);
    int error = posix_spawnp(pid, argv[0], &actions, &attr, argv, variables);
    struct stat st;
    if (error == EACCES && !stat(argv[0], &st) && S_ISDIR(st.st_mode))
        error = ENOENT;
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attr);
    return error;
}

static int32_t create_process(Object *info, int64_t in, int64_t out, int64_t err,
                              void *result)
{
    Words argv = {NULL, 0, 0}, variables = {NULL, 0, 0};
    pid_t pid = 0;
    int error = ENOENT;
    char *directory = string_to_utf8(*field_process_start_directory(info));
    const int64_t fds[] = {in, out, err};
    if (build_argv(info, &argv)) {
        Array *list = *field_process_info_variables(result);
        error =
            spawn(argv.at, build_environment(list, &variables), directory, fds, &pid);
    }
    void *handle = error ? NULL : process_handle(pid, true);
    *field_process_info_handle(result) = handle;
    *field_process_info_pid(result) = handle ? pid : -mono_io_error(error);
    words_free(&argv);
    words_free(&variables);
    free(directory);
    return handle != NULL;
}

/* Documents are not opened: what can't be run is not found. */
static int32_t shell_execute(Object *info, void *result)
{
    return create_process(info, 0, 1, 2, result);
}

/* -- facts --------------------------------------------------------------------- */

static void *get_process(int32_t pid)
{
    return pid > 0 && (!kill(pid, 0) || errno == EPERM) ? process_handle(pid, false)
                                                        : NULL;
}

static Array *get_processes(void)
{
    VEC(int32_t) pids = {NULL, 0, 0};
    DIR *dir = opendir("/proc");
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (isdigit((unsigned char)e->d_name[0]))
            *vec_push(&pids) = atoi(e->d_name);
    if (dir)
        closedir(dir);
    Array *array = array_new_of(vm.world->known.i4, (int64_t)pids.n);
    if (array && pids.n)
        memcpy(array->data, pids.at, pids.n * sizeof *pids.at);
    vec_free(&pids);
    return array;
}

static String *process_name(const void *handle)
{
    ProcessEntry entry;
    char path[64], name[64] = "";
    if (!process_lookup(handle, &entry))
        return NULL;
    snprintf(path, sizeof path, "/proc/%d/comm", (int)entry.pid);
    FILE *file = fopen(path, "re");
    if (file && fgets(name, sizeof name, file))
        name[strcspn(name, "\n")] = 0;
    if (file)
        fclose(file);
    return *name ? string_from_utf8(name) : NULL;
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
    process_close(handle);
    return 1;
}

const IcallRow icalls_process[] = {
    ICALL("GetModules_icall", NULL, process_modules),
    ICALL("GetProcessData", NULL, process_data),
    ICALL("ProcessName_icall", NULL, process_name),
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
