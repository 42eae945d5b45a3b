/* main.c - the `codicil` program: options, then the runtime, then Main. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/version.h"
#include "common/framework/bundle.h"
#include "format/fingerprint.h"
#include "loader/exec/bind.h"
#include "loader/host/cacheview.h"
#include "loader/host/startup.h"
#include "loader/host/stats.h"
#include "loader/vm/shutdown.h"
#include "loader/exec/bind_images.h"
#include "loader/vm/vm.h"

enum { EXIT_CODICIL = 125 };

typedef struct Options {
    const char *stats, *list;
    const char *program;
    bool done; /* --help or --version said all */
} Options;

static Options options;

static const char usage[] =
    "usage: codicil [OPTION]... PROGRAM [ARGUMENT]...\n"
    "       codicil --cache[=wait|clear]\n"
    "Runs a .NET program (app.exe; app.dll, or app for it): its precompiled native "
    "code\n"
    "where that fits this machine, else code compiled while it runs.\n"
    "\n"
    "  --mode=mixed       interpret cold code, compile warm code in the background "
    "(default)\n"
    "  --mode=aot         compile at its first call what has no precompiled code\n"
    "  --mode=jit         compile everything at its first call\n"
    "  --mode=interp      only interpret\n"
    "  --stats=FILE       write what ran, and why, as JSON when the program ends\n"
    "  --list-methods=FILE  write a line for each method: how it ran (precompiled, "
    "cached,\n"
    "                     jitted, interpreted, rejected), its assembly, its name\n"
    "  --require-native   refuse to run unless the native code of all assemblies and "
    "of\n"
    "                     each of their methods fits\n"
    "  --no-cache         neither use nor fill the per-user cache of compiled code\n"
    "  --cache            show what is in that cache, what could not be compiled and "
    "why,\n"
    "                     and what the worker that fills it does (=wait: wait for it; "
    "=clear:\n"
    "                     empty the cache)\n"
    "  --verify=full      check the whole content of native images, not only what is "
    "used\n"
    "  -h, --help, --version\n"
    "\n"
    "Environment: CODICIL_IMAGES (directories of native images), CODICIL_CACHE (the\n"
    "directory of the cache), CODICIL_LEARN (no: compile nothing after a program has "
    "ended;\n"
    "always: even after short ones), CODICIL_LOG (error, warn, info, debug), "
    "CODICIL_CPU and\n"
    "CODICIL_OS (what the host is taken for).\n"
    "Exit code: the program's; 1 after an unhandled exception (255 on a thread of the "
    "pool or in\na finalizer); 125 when codicil itself fails, or as --require-native "
    "asks.\n";

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

enum {
    OPT_MODE = 256,
    OPT_STATS,
    OPT_LIST_METHODS,
    OPT_REQUIRE_NATIVE,
    OPT_NO_CACHE,
    OPT_CACHE,
    OPT_VERIFY,
    OPT_VERSION
};

static const struct option long_options[] = {
    {"mode", required_argument, NULL, OPT_MODE},
    {"stats", required_argument, NULL, OPT_STATS},
    {"list-methods", required_argument, NULL, OPT_LIST_METHODS},
    {"require-native", no_argument, NULL, OPT_REQUIRE_NATIVE},
    {"no-cache", no_argument, NULL, OPT_NO_CACHE},
    {"cache", optional_argument, NULL, OPT_CACHE},
    {"verify", required_argument, NULL, OPT_VERIFY},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

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

static int cache_task(const char *value)
{
    CacheTask task = CACHE_SHOW;
    Err err = ERR_INIT;
    if (value && !strcmp(value, "wait"))
        task = CACHE_WAIT;
    else if (value && !strcmp(value, "clear"))
        task = CACHE_CLEAR;
    else if (value && strcmp(value, "show") != 0)
        return fail("--cache: show, wait or clear, no '%s'", value);
    options.done = true;
    return cacheview_run(task, &err) ? 0 : fail("%s", err.text);
}

static int show(const char *text)
{
    fputs(text, stdout);
    options.done = true;
    return 0;
}

/* 0 or an exit code. */
static int option_set(int option)
{
    switch (option) {
    case OPT_MODE:
        return set_mode(optarg)
                   ? 0
                   : fail("--mode: no mode '%s' (mixed, aot, jit, interp)", optarg);
    case OPT_STATS:
        options.stats = optarg;
        return *optarg ? 0 : fail("--stats wants a file%s", "");
    case OPT_LIST_METHODS:
        options.list = optarg;
        return *optarg ? 0 : fail("--list-methods wants a file%s", "");
    case OPT_REQUIRE_NATIVE:
        vm.require_native = true;
        return 0;
    case OPT_NO_CACHE:
        vm.no_cache = true;
        return 0;
    case OPT_CACHE:
        return cache_task(optarg);
    case OPT_VERIFY:
        vm.verify_full = true;
        return !strcmp(optarg, "full") ? 0
                                       : fail("--verify: only 'full', no '%s'", optarg);
    case 'h':
        return show(usage);
    case OPT_VERSION:
        return show("codicil " CODICIL_VERSION "\n");
    default:
        return -1;
    }
}

/* What getopt_long found wrong with the option before optind. */
static int option_fail(int why, char **argv)
{
    char letter[3] = {'-', (char)optopt, '\0'};
    bool is_letter = optopt > 0 && optopt < OPT_MODE;
    const char *text =
        is_letter && argv[optind - 1][1] != '-' ? letter : argv[optind - 1];
    if (why == ':')
        return fail("option '%s' wants a value (try --help)", text);
    return fail("bad option '%s' (try --help)", text);
}

/* Options end at the program's name: what follows is the program's. 0 or an exit code.
 */
static int options_read(int argc, char **argv)
{
    int option, code = 0;
    opterr = 0;
    while (!options.done && !code &&
           (option = getopt_long(argc, argv, "+:h", long_options, NULL)) != -1) {
        code = option_set(option);
        if (code < 0)
            code = option_fail(option, argv);
    }
    if (options.done || code)
        return code;
    if (optind == argc)
        return fail("no program given%s", " (try --help)");
    options.program = argv[optind];
    vm.argc = argc - optind - 1;
    vm.argv = argv + optind + 1;
    return 0;
}

/* -- The program's file ------------------------------------------------------------ */

static bool is_elf(const char *path)
{
    char magic[4];
    FILE *file = fopen(path, "re");
    bool elf = file && fread(magic, 1, 4, file) == 4 && !memcmp(magic, "\177ELF", 4);
    if (file)
        fclose(file);
    return elf;
}

/* "app" stands for app.dll: where there is nothing of that name, or the executable that
 * starts app.dll on .NET. */
static void find_program(void)
{
    static char path[4096];
    bool there = !access(options.program, F_OK);
    int n = snprintf(path, sizeof path, "%s.dll", options.program);
    if (n < (int)sizeof path && (!there || is_elf(options.program)) &&
        file_exists(path))
        options.program = path;
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
    for (size_t i = 0; i < image->verdict->reasons.n; i++)
        fprintf(stderr, "%s%s", i ? "; " : ": ", image->verdict->reasons.at[i].text);
    fputc('\n', stderr);
}

/* One line: how many methods are refused, which is the first, and why. */
static bool all_methods_native(void)
{
    BindRejected first;
    uint32_t total = bind_check_all(), n = 0;
    for (BindRejected other; bind_rejected(n, &other);)
        n++;
    if (!n)
        return true;
    bind_rejected(0, &first);
    fprintf(stderr,
            "codicil: native code of %u of %u methods is rejected, the first: %s: %s: "
            "%s\n",
            n, total, first.path, first.method, first.verdict->reasons.at[0].text);
    return false;
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
    return ok && all_methods_native();
}

/* -- main ---------------------------------------------------------------------- */

static void write_stats(void)
{
    Err err = ERR_INIT;
    if (options.stats && !stats_write(options.stats, &err))
        fail("%s", err.text);
    err = (Err)ERR_INIT;
    if (options.list && !stats_write_methods(options.list, &err))
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
    enum { START_HEAP = 600 << 10 }; /* what hello uses of the C heap */
    vm.start_ns = vm_now_ns();
    stack_extend();
    mem_populate_heap(START_HEAP);
    LogLevel level;
    const char *wanted = secure_getenv("CODICIL_LOG");
    file_keep_standard();
    log_set_program("codicil");
    if (wanted && log_level_parse(wanted, &level))
        log_set_level(level);
    int code = options_read(argc, argv);
    if (code || options.done)
        return code;
    Err err = ERR_INIT;
    find_program();
    if (access(options.program, R_OK))
        return fail("%s: no such file, or it can't be read", options.program);
    if (is_elf(options.program) && bundle_is(options.program))
        return fail(
            "%s: a single file with all assemblies in it, which only its own host "
            "reads: publish the program without PublishSingleFile and run its .dll",
            options.program);
    if (!vm_choose_library(options.program, &err) || !vm_start(&err))
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
