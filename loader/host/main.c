/* main.c - the `codicil` program: options, then the runtime, then Main. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/version.h"
#include "format/fingerprint.h"
#include "loader/exec/bind.h"
#include "loader/host/stats.h"
#include "loader/vm/startup.h"

enum { EXIT_CODICIL = 125 };

typedef struct Options {
    const char *stats;
    const char *program;
    bool done; /* --help or --version said all */
} Options;

static Options options;

static const char usage[] =
    "usage: codicil [OPTION]... PROGRAM.exe [ARGUMENT]...\n"
    "Runs a .NET program: its precompiled native code where that fits this machine,\n"
    "else code compiled while it runs.\n"
    "\n"
    "  --mode=mixed       interpret cold code, compile warm code in the background "
    "(default)\n"
    "  --mode=aot         compile at its first call what has no precompiled code\n"
    "  --mode=jit         compile everything at its first call\n"
    "  --mode=interp      only interpret\n"
    "  --stats=FILE       write what ran, and why, as JSON when the program ends\n"
    "  --require-native   refuse to run unless the native code of all assemblies fits\n"
    "  --no-cache         neither use nor fill the per-user cache of compiled code\n"
    "  --verify=full      check the whole content of native images, not only what is "
    "used\n"
    "  --help, --version\n"
    "\n"
    "Environment: CODICIL_IMAGES (directories of native images), CODICIL_CACHE (the\n"
    "directory of the cache), CODICIL_LOG (error, warn, info, debug), CODICIL_CPU and\n"
    "CODICIL_OS (what the host is taken for).\n"
    "Exit code: the program's; 1 after an unhandled exception (255 on a thread of the "
    "pool or in\na finalizer); 125 when codicil itself fails.\n";

static int fail(const char *format, const char *what)
{
    fprintf(stderr, "codicil: ");
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    fprintf(stderr, format, what);
#pragma GCC diagnostic pop
    fputc('\n', stderr);
    return EXIT_CODICIL;
}

/* -- options ------------------------------------------------------------------- */

static bool set_mode(const char *value)
{
    static const char *const names[] = {[VM_MIXED] = "mixed",
                                        [VM_AOT] = "aot",
                                        [VM_JIT] = "jit",
                                        [VM_INTERP] = "interp"};
    for (int i = 0; i < (int)(sizeof names / sizeof *names); i++)
        if (!strcmp(value, names[i])) {
            vm.mode = (VmMode)i;
            return true;
        }
    return false;
}

static bool set_stats(const char *value)
{
    options.stats = value;
    return *value != '\0';
}

static bool set_require_native(const char *value)
{
    (void)value;
    return vm.require_native = true;
}

static bool set_no_cache(const char *value)
{
    (void)value;
    return vm.no_cache = true;
}

static bool set_verify(const char *value)
{
    vm.verify_full = true;
    return !strcmp(value, "full");
}

static bool show_help(const char *value)
{
    (void)value;
    fputs(usage, stdout);
    return options.done = true;
}

static bool show_version(const char *value)
{
    (void)value;
    puts("codicil " CODICIL_VERSION);
    return options.done = true;
}

static const struct {
    const char *name;
    bool has_value;
    bool (*set)(const char *value);
} option_table[] = {
    {"--mode", true, set_mode},
    {"--stats", true, set_stats},
    {"--require-native", false, set_require_native},
    {"--no-cache", false, set_no_cache},
    {"--verify", true, set_verify},
    {"--help", false, show_help},
    {"--version", false, show_version},
};

static bool option_set(const char *arg)
{
    const char *value = strchr(arg, '=');
    size_t length = value ? (size_t)(value - arg) : strlen(arg);
    for (size_t i = 0; i < sizeof option_table / sizeof *option_table; i++) {
        const char *name = option_table[i].name;
        if (strlen(name) == length && !strncmp(name, arg, length))
            return option_table[i].has_value == (value != NULL) &&
                   option_table[i].set(value ? value + 1 : NULL);
    }
    return false;
}

/* 0 or an exit code. */
static int options_read(int argc, char **argv)
{
    int i = 1;
    for (; i < argc && !strncmp(argv[i], "--", 2) && !options.done; i++) {
        if (!strcmp(argv[i], "--")) {
            i++;
            break;
        }
        if (!option_set(argv[i]))
            return fail("bad option '%s' (try --help)", argv[i]);
    }
    if (options.done)
        return 0;
    if (i == argc)
        return fail("no program given%s", " (try --help)");
    options.program = argv[i];
    vm.argc = argc - i - 1;
    vm.argv = argv + i + 1;
    return 0;
}

/* -- --require-native ---------------------------------------------------------- */

/* Everything that the program refers to, directly or not. */
static void search_all(Assembly *program)
{
    bind_search(vm.world->corlib);
    bind_search(program);
    for (uint32_t i = 0; i < vm.world->assemblies.n; i++) {
        Assembly *assembly = vm.world->assemblies.at[i];
        for (uint32_t rid = 1; rid <= image_rows(assembly->image, TABLE_AssemblyRef);
             rid++) {
            Err err = ERR_INIT;
            Assembly *ref = assembly_ref(assembly, rid, &err);
            if (ref)
                bind_search(ref);
        }
    }
}

static void print_reasons(const BindImage *image)
{
    fprintf(stderr, "codicil: %s: native code is %s", image->assembly->image->path,
            verdict_name(image->verdict));
    for (size_t i = 0; i < image->verdict->reasons.n; i++) {
        Buffer text = BUFFER_INIT;
        reason_print(&text, &image->verdict->reasons.at[i]);
        fprintf(stderr, "%s%.*s", i ? "; " : ": ", (int)text.size,
                (const char *)text.data);
        buffer_free(&text);
    }
    fputc('\n', stderr);
}

static bool all_native(Assembly *program)
{
    BindImage image;
    bool ok = true;
    search_all(program);
    for (uint32_t i = 0; bind_image(i, &image); i++)
        if (image.verdict->kind != VERDICT_ACCEPTED) {
            print_reasons(&image);
            ok = false;
        }
    return ok;
}

/* -- main ---------------------------------------------------------------------- */

static void write_stats(void)
{
    Err err = ERR_INIT;
    if (options.stats && !stats_write(options.stats, &err))
        fail("%s", err.text);
}

/* Deep recursion that mono survives shall survive in the interpreter, too, where each
 * call between it and compiled code takes many times as much of the C stack. The kernel
 * keeps at least 128 MB free below that. */
static void stack_extend(void)
{
    const rlim_t wanted = 96 << 20;
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    setrlimit(RLIMIT_STACK, &limit);
}

int main(int argc, char **argv)
{
    vm.start_ns = vm_now_ns();
    stack_extend();
    LogLevel level;
    const char *wanted = getenv("CODICIL_LOG");
    file_keep_standard();
    log_set_program("codicil");
    if (wanted && log_level_parse(wanted, &level))
        log_set_level(level);
    int code = options_read(argc, argv);
    if (code || options.done)
        return code;
    Err err = ERR_INIT;
    if (access(options.program, R_OK))
        return fail("%s: no such file, or it can't be read", options.program);
    if (!vm_start(&err))
        return fail("%s", err.text);
    Assembly *program = vm_open_program(options.program, &err);
    if (!program || !vm_entry_point(program, &err))
        return fail("%s", err.text);
    if (vm.require_native && !all_native(program))
        return EXIT_CODICIL;
    vm_at_exit = write_stats;
    code = vm_run_main(program);
    vm_exit(code);
}
