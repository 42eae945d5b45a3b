/* main.c - the crossgen program: options, assemblies, exit codes. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/version.h"
#include "crossgen/assembly.h"
#include "crossgen/inputs.h"
#include "crossgen/jitserver.h"
#include "crossgen/outputs.h"
#include "crossgen/progress.h"
#include "crossgen/report.h"
#include "crossgen/workers.h"
#include "format/fingerprint.h"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_INTERRUPTED = 130 };

static const char help[] =
    "usage: crossgen [options] ASSEMBLY|FOLDER...\n"
    "       crossgen [options] --framework[=DIR] [NAME]...\n"
    "Compiles .NET assemblies ahead of time: app.exe gets a sidecar app.exe.r2r. Of a\n"
    "published folder all assemblies.\n"
    "\n"
    "  -r, --reference DIR   search assemblies in DIR, too (may be repeated)\n"
    "  -o, --output OUT      the image, or the directory for images and copies of the\n"
    "                        assemblies (OUT is one, ends in /, or takes several)\n"
    "      --framework[=DIR] compile the installed .NET framework, all of it or the\n"
    "                        named assemblies, to where codicil looks for its images\n"
    "      --isa LEVEL,...   x86-64, x86-64-v2, x86-64-v3, x86-64-v4 or native: a "
    "native\n"
    "                        section for each level (x86-64)\n"
    "  -O N                  optimisation level 0 to 3 (2)\n"
    "  -j, --jobs N          compiler processes (number of CPUs)\n"
    "      --profile FILE    put the methods side by side that FILE names, as codicil\n"
    "                        --list-methods writes them: a quicker start\n"
    "      --report FILE     write a report as JSON\n"
    "      --depfile FILE    write what the images depend on, for make\n"
    "      --inline N        copies of callees to inline in a batch (10000)\n"
    "      --timeout S       seconds that a batch may take (300)\n"
    "      --keep            keep intermediate files\n"
    "  -v, --verbose         name every skipped method\n"
    "      --worker FD       serve a running program on a socket\n"
    "  -h, --help, --version\n"
    "\n"
    "Exit status: 0 done, 1 an assembly could not be compiled, 2 wrong use,\n"
    "130 interrupted.\n";

enum {
    OPT_ISA = 256,
    OPT_PROFILE,
    OPT_REPORT,
    OPT_DEPFILE,
    OPT_INLINE,
    OPT_TIMEOUT,
    OPT_KEEP,
    OPT_WORKER,
    OPT_FRAMEWORK,
    OPT_VERSION
};

static const struct option long_options[] = {
    {"reference", required_argument, NULL, 'r'},
    {"output", required_argument, NULL, 'o'},
    {"framework", optional_argument, NULL, OPT_FRAMEWORK},
    {"isa", required_argument, NULL, OPT_ISA},
    {"jobs", required_argument, NULL, 'j'},
    {"profile", required_argument, NULL, OPT_PROFILE},
    {"report", required_argument, NULL, OPT_REPORT},
    {"depfile", required_argument, NULL, OPT_DEPFILE},
    {"inline", required_argument, NULL, OPT_INLINE},
    {"timeout", required_argument, NULL, OPT_TIMEOUT},
    {"keep", no_argument, NULL, OPT_KEEP},
    {"verbose", no_argument, NULL, 'v'},
    {"worker", required_argument, NULL, OPT_WORKER},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

static void __attribute__((noreturn, format(printf, 1, 2)))
usage(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "crossgen: ");
    vfprintf(stderr, format, args);
    fprintf(stderr, "\nTry crossgen --help.\n");
    va_end(args);
    exit(EXIT_USAGE);
}

static unsigned parse_number(const char *text, unsigned low, unsigned high,
                             const char *name)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (*end || end == text || n < low || n > high)
        usage("%s wants a number from %u to %u, not %s", name, low, high, text);
    return (unsigned)n;
}

static uint32_t parse_level(const char *name)
{
    if (!strcmp(name, "native")) {
        HostFacts host;
        Err err = ERR_INIT;
        if (!host_detect(&host, &err))
            usage("%s", err.text);
        return cpu_level_of(host.features);
    }
    uint32_t level = cpu_level_parse(name);
    if (!level)
        usage("--isa: no level %s (x86-64, x86-64-v2, x86-64-v3, x86-64-v4, native)",
              name);
    return level;
}

static void parse_isa(Options *o, const char *text)
{
    char copy[200];
    bool wanted[CPU_LEVELS + 1] = {false};
    snprintf(copy, sizeof copy, "%s", text);
    o->n_levels = 0;
    char *rest = copy, *name;
    while ((name = strsep(&rest, ",")))
        wanted[parse_level(name)] = true;
    for (uint32_t level = 1; level <= CPU_LEVELS; level++)
        if (wanted[level])
            o->levels[o->n_levels++] = level;
}

static void parse_option(Options *o, int option)
{
    switch (option) {
    case 'r':
        *vec_push(&o->dirs) = optarg;
        break;
    case 'o':
        o->out = optarg;
        break;
    case OPT_ISA:
        parse_isa(o, optarg);
        break;
    case 'O':
        o->opt_level = (int)parse_number(optarg, 0, 3, "-O");
        break;
    case 'j':
        o->jobs = parse_number(optarg, 1, 256, "--jobs");
        break;
    case OPT_PROFILE:
        *vec_push(&o->profiles) = optarg;
        break;
    case OPT_REPORT:
        o->report = optarg;
        break;
    case OPT_DEPFILE:
        o->depfile = optarg;
        break;
    case OPT_INLINE:
        o->inline_limit = parse_number(optarg, 0, 1000000, "--inline");
        break;
    case OPT_TIMEOUT:
        o->timeout = parse_number(optarg, 1, 86400, "--timeout");
        break;
    case OPT_KEEP:
        o->keep = true;
        break;
    case 'v':
        o->verbose = true;
        break;
    case OPT_FRAMEWORK:
        o->framework = true;
        o->framework_dir = optarg;
        break;
    case OPT_WORKER:
        o->worker_fd = (int)parse_number(optarg, 0, 65535, "--worker");
        break;
    case 'h':
        fputs(help, stdout);
        exit(0);
    case OPT_VERSION:
        puts("crossgen (Codicil) " CODICIL_VERSION);
        exit(0);
    default:
        fprintf(stderr, "Try crossgen --help.\n");
        exit(EXIT_USAGE);
    }
}

static void check_dirs(Options *o)
{
    struct stat st;
    for (size_t i = 0; i < o->dirs.n; i++)
        if (stat(o->dirs.at[i], &st))
            usage("--reference %s: %s", o->dirs.at[i], strerror(errno));
        else if (!S_ISDIR(st.st_mode))
            usage("--reference %s is no directory", o->dirs.at[i]);
        else if (access(o->dirs.at[i], R_OK | X_OK))
            usage("--reference %s: %s", o->dirs.at[i], strerror(errno));
    if (!o->out)
        return;
    if (!*o->out)
        usage("--output wants a path");
    bool there = !stat(o->out, &st), is_dir = there && S_ISDIR(st.st_mode);
    if (o->assemblies.n > 1 && there && !is_dir)
        usage("--output %s is no directory, but there are several assemblies", o->out);
    o->out_is_dir = is_dir || o->framework || o->assemblies.n > 1 ||
                    o->out[strlen(o->out) - 1] == '/';
}

static void parse_command_line(Options *o, int argc, char **argv)
{
    int option;
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    *o = (Options){.levels = {1},
                   .n_levels = 1,
                   .opt_level = 2,
                   .jobs = cores > 0 && cores < 256 ? (unsigned)cores : 1,
                   .inline_limit = 10000,
                   .timeout = 300,
                   .worker_fd = -1};
    while ((option = getopt_long(argc, argv, "r:o:O:j:vh", long_options, NULL)) != -1)
        parse_option(o, option);
    for (; optind < argc; optind++)
        *vec_push(&o->assemblies) = argv[optind];
    if (o->worker_fd >= 0)
        return;
    if (!o->assemblies.n && !o->framework)
        usage("no assembly given");
    Err err = ERR_INIT;
    if (!inputs_expand(o, &err)) {
        fprintf(stderr, "crossgen: %s\n", err.text);
        exit(1);
    }
    check_dirs(o);
}

static void on_signal(int signal_number)
{
    (void)signal_number;
    workers_interrupted = 1;
}

/* A nohup stays one. */
static void catch_signals(void)
{
    static const int ignorable[] = {SIGHUP, SIGQUIT};
    for (size_t i = 0; i < sizeof ignorable / sizeof *ignorable; i++)
        if (signal(ignorable[i], on_signal) == SIG_IGN)
            signal(ignorable[i], SIG_IGN);
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    signal(SIGPIPE, SIG_IGN);
}

static bool write_reports(const Options *o, const AssemblyReport *reports, Err *err)
{
    size_t n = o->assemblies.n;
    return (!o->report || report_write(o, reports, err)) &&
           (!o->depfile || report_write_depfile(o->depfile, reports, n, err));
}

static int compile_all(const Options *o, const Output *outputs, AssemblyReport *reports)
{
    size_t n = o->assemblies.n;
    Err err = ERR_INIT;
    int status = 0;
    report_print_others(o);
    for (size_t i = 0; i < n && !workers_interrupted; i++) {
        progress_next(o->assemblies.at[i]);
        if (!assembly_compile(o, o->assemblies.at[i], &outputs[i], &reports[i]))
            status = EXIT_FAILED;
        report_print(&reports[i], o->verbose);
    }
    if (!workers_interrupted && !write_reports(o, reports, &err)) {
        fprintf(stderr, "crossgen: %s\n", err.text);
        status = EXIT_FAILED;
    }
    for (size_t i = 0; i < n; i++)
        assembly_report_free(&reports[i]);
    return status;
}

static int run(const Options *o)
{
    size_t n = o->assemblies.n;
    Output *outputs = mem_array(n, sizeof *outputs);
    AssemblyReport *reports = mem_array(n, sizeof *reports);
    Err err = ERR_INIT;
    int status = EXIT_USAGE;
    catch_signals();
    if (outputs_plan(o, outputs, &err)) {
        progress_start(o->assemblies.at, n);
        status = EXIT_FAILED;
        if (outputs_make_dir(o, outputs, &err))
            status = compile_all(o, outputs, reports);
    }
    if (err.kind)
        fprintf(stderr, "crossgen: %s\n", err.text);
    outputs_free(outputs, n);
    free(outputs);
    free(reports);
    return workers_interrupted ? EXIT_INTERRUPTED : status;
}

int main(int argc, char **argv)
{
    Options options;
    LogLevel level;
    file_keep_standard();
    log_set_program("crossgen");
    if (log_level_parse(
            secure_getenv("CODICIL_LOG") ? secure_getenv("CODICIL_LOG") : "", &level))
        log_set_level(level);
    parse_command_line(&options, argc, argv);
    int status =
        options.worker_fd >= 0 ? jitserver_run(options.worker_fd) : run(&options);
    vec_free(&options.dirs);
    vec_free(&options.profiles);
    inputs_free(&options);
    return status;
}
