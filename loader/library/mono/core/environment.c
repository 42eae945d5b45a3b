/* environment.c - System.Environment, System.IO.Path. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <pwd.h>
#include <unistd.h>

#include "loader/library/mono/table.h"
#include "loader/vm/shutdown.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/exception.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

extern char **environ;

enum { PLATFORM_UNIX = 4 };

static int32_t get_exit_code(void)
{
    return vm.exit_code;
}

static void set_exit_code(int32_t code)
{
    vm.exit_code = code;
}

static int32_t has_shutdown_started(void)
{
    return vm.shutting_down;
}

static String *machine_name(void)
{
    char name[256];
    if (gethostname(name, sizeof name))
        name[0] = '\0';
    name[sizeof name - 1] = '\0';
    return string_from_utf8(name);
}

static String *new_line(void)
{
    return string_from_utf8("\n");
}

static int32_t platform(void)
{
    return PLATFORM_UNIX;
}

static String *os_version(void)
{
    struct utsname name;
    return string_from_utf8(uname(&name) ? "0.0.0.0" : name.release);
}

static int32_t tick_count(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int32_t)(uint32_t)((uint64_t)t.tv_sec * 1000 +
                               (uint64_t)t.tv_nsec / 1000000);
}

static String *user_name(void)
{
    const char *name = secure_getenv("USER");
    const struct passwd *user = name ? NULL : getpwuid(geteuid());
    return string_from_utf8(name ? name : user ? user->pw_name : "?");
}

static void environment_exit(int32_t code)
{
    vm.exit_code = code;
    vm_exit(code);
}

static Array *command_line_args(void)
{
    Array *args = array_new_of(vm.world->known.string, vm.argc + 1);
    if (!args)
        return NULL;
    array_set(args, 0, string_from_utf8(vm.entry->image->path));
    for (int i = 0; i < vm.argc; i++)
        array_set(args, i + 1, string_from_utf8(vm.argv[i]));
    return args;
}

static String *environment_variable(const char *name)
{
    const char *value = name ? getenv(name) : NULL; /* the program decides */
    return value ? string_from_utf8(value) : NULL;
}

static char *utf8_of(const uint16_t *chars, int32_t length)
{
    return string_to_utf8(string_from_utf16(chars, (uint32_t)length));
}

static void set_environment_variable(const uint16_t *name, int32_t name_length,
                                     const uint16_t *value, int32_t value_length)
{
    char *n = utf8_of(name, name_length);
    if (value && value_length && *value) {
        char *v = utf8_of(value, value_length);
        setenv(n, v, 1);
        free(v);
    } else {
        unsetenv(n);
    }
    free(n);
}

static void fail_fast(String *message, Object *exception, String *source)
{
    (void)source;
    char *text = message ? string_to_utf8(message) : NULL;
    fprintf(stderr, "%s\n", text ? text : "Process terminated.");
    if (exception)
        exception_print_unhandled(exception);
    abort();
}

static int32_t is_64bit(void)
{
    return 1;
}

static int32_t processor_count(void)
{
    return (int32_t)sysconf(_SC_NPROCESSORS_ONLN);
}

static int32_t page_size(void)
{
    return (int32_t)sysconf(_SC_PAGESIZE);
}

static String *gac_path(void)
{
    return string_from_utf8("/usr/lib");
}

static String *machine_config_path(void)
{
    return string_from_utf8("/etc/mono/4.5/machine.config");
}

static String *no_string(void)
{
    return NULL;
}

static String *home(void)
{
    const char *value = secure_getenv("HOME");
    return string_from_utf8(value ? value : "/");
}

static Array *logical_drives(void)
{
    Array *drives = array_new_of(vm.world->known.string, 1);
    if (drives)
        array_set(drives, 0, string_from_utf8("/"));
    return drives;
}

static Array *variable_names(void)
{
    int n = 0;
    while (environ[n])
        n++;
    Array *names = array_new_of(vm.world->known.string, n);
    for (int i = 0; names && i < n; i++)
        array_set(names, i, string_from_utf8n(environ[i], strcspn(environ[i], "=")));
    return names;
}

static String *temp_path(void)
{
    const char *dir = secure_getenv("TMPDIR");
    return string_from_utf8(dir && *dir ? dir : "/tmp");
}

const IcallRow icalls_environment[] = {
    ICALL("get_ExitCode", NULL, get_exit_code),
    ICALL("set_ExitCode", NULL, set_exit_code),
    ICALL("get_HasShutdownStarted", NULL, has_shutdown_started),
    ICALL("get_MachineName", NULL, machine_name),
    ICALL("GetNewLine", NULL, new_line),
    ICALL("get_Platform", NULL, platform),
    ICALL("GetOSVersionString", NULL, os_version),
    ICALL("get_TickCount", NULL, tick_count),
    ICALL("get_UserName", NULL, user_name),
    ICALL("Exit", NULL, environment_exit),
    ICALL("GetCommandLineArgs", NULL, command_line_args),
    ICALL("internalGetEnvironmentVariable_native", NULL, environment_variable),
    ICALL("InternalSetEnvironmentVariable", NULL, set_environment_variable),
    ICALL("FailFast", NULL, fail_fast),
    ICALL("GetIs64BitOperatingSystem", NULL, is_64bit),
    ICALL("get_ProcessorCount", NULL, processor_count),
    ICALL("GetPageSize", NULL, page_size),
    ICALL("internalGetGacPath", NULL, gac_path),
    ICALL("GetMachineConfigPath", NULL, machine_config_path),
    ICALL("get_bundled_machine_config", NULL, no_string),
    ICALL("GetWindowsFolderPath", NULL, no_string),
    ICALL("internalGetHome", NULL, home),
    ICALL("GetLogicalDrivesInternal", NULL, logical_drives),
    ICALL("GetEnvironmentVariableNames", NULL, variable_names),
    ICALLS_END,
};

const IcallRow icalls_path[] = {
    ICALL("get_temp_path", NULL, temp_path),
    ICALLS_END,
};
