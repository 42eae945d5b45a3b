/* r2rinspect.c - the program: commands, options, what they share. */
#include "format/r2rinspect.h"

#include <errno.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/version.h"
#include "format/version.h"

static const char help[] =
    "usage: r2rinspect COMMAND [options] FILE...\n"
    "Says what images of compiled code hold, and why they would or would not be used.\n"
    "FILE is an image (app.exe.r2r) or the assembly beside it (app.exe).\n"
    "\n"
    "  show FILE              the facts of an image and its native sections\n"
    "  explain FILE           would the loader use it and each of its methods here, "
    "and\n"
    "                         if not, why\n"
    "  methods FILE           its methods: level, size, verdict, what they depend on\n"
    "  disasm FILE [METHOD]   the code of methods whose names contain METHOD\n"
    "  diff FILE FILE         what two images do not have in common\n"
    "  host                   what this host offers\n"
    "\n"
    "      --json             the same as JSON (not disasm)\n"
    "      --against FILE     explain, methods: judge for the host that FILE "
    "describes\n"
    "                         (made by r2rinspect host --json)\n"
    "      --assembly FILE    explain, methods: the assembly, if it does not lie "
    "beside\n"
    "                         the image\n"
    "      --verify           explain, methods: hash the whole content, count facts "
    "again\n"
    "      --isa LEVEL        methods, disasm, diff: this native section only\n"
    "  -h, --help, --version\n"
    "\n"
    "Exit status: 0 usable with all its methods (diff: equal), 1 not, 2 malformed or\n"
    "misused.\n";

typedef struct Command {
    const char *name;
    int (*run)(const Inspect *in);
    int min_args, max_args;
} Command;

static const Command commands[] = {
    {"show", inspect_show, 1, 1},       {"explain", inspect_explain, 1, 1},
    {"methods", inspect_methods, 1, 1}, {"disasm", inspect_disasm, 1, 2},
    {"diff", inspect_diff, 2, 2},       {"host", inspect_host, 0, 0},
};

int inspect_fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fprintf(stderr, "r2rinspect: ");
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    return INSPECT_BAD;
}

bool inspect_image_path(char *out, size_t size, const char *arg)
{
    size_t n = strlen(arg);
    bool image = n > 4 && !strcmp(arg + n - 4, ".r2r");
    int length = snprintf(out, size, "%s%s", arg, image ? "" : ".r2r");
    return length > 0 && (size_t)length < size;
}

Sidecar *inspect_open(const char *arg)
{
    char path[4096];
    Verdict verdict;
    if (!inspect_image_path(path, sizeof path, arg)) {
        inspect_fail("%s: the path is too long", arg);
        return NULL;
    }
    Sidecar *s = sidecar_open(path, SIDECAR_ANY_OWNER, &verdict);
    for (size_t i = 0; !s && i < verdict.reasons.n; i++)
        inspect_fail("%s: %s", path, verdict.reasons.at[i].text);
    verdict_free(&verdict);
    if (s && s->facts.at[FP_FORMAT].number != image_format_version()) {
        inspect_fail("%s: made for format version %llx, this is %llx", path,
                     (unsigned long long)s->facts.at[FP_FORMAT].number,
                     (unsigned long long)image_format_version());
        sidecar_close(s);
        return NULL;
    }
    return s;
}

void inspect_print_json(json_t *json)
{
    json_dumpf(json, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(json);
}

const char *inspect_features(Arena *arena, uint64_t features)
{
    Buffer out = BUFFER_INIT;
    cpu_features_print(&out, features);
    const char *text = arena_strndup(arena, (char *)out.data, out.size);
    buffer_free(&out);
    return text;
}

bool inspect_wants(const Inspect *in, const SidecarMethod *method)
{
    const Sidecar *s = method->unit->sidecar;
    return !in->isa || (method->unit->set < s->n_sets &&
                        s->sets[method->unit->set].level == cpu_level_parse(in->isa));
}

int inspect_host(const Inspect *in)
{
    HostFacts host;
    Err err = ERR_INIT;
    if (!host_detect(&host, &err))
        return inspect_fail("%s", err.text);
    json_t *json = host_json(&host);
    const char *name;
    json_t *value;
    if (in->json) {
        inspect_print_json(json);
        return INSPECT_OK;
    }
    json_object_foreach(json, name, value)
    {
        printf("%-20s ", name);
        if (json_is_string(value))
            printf("%s", json_string_value(value));
        else if (json_is_integer(value))
            printf("%lld", (long long)json_integer_value(value));
        else if (json_is_boolean(value))
            printf("%s", json_is_true(value) ? "yes" : "no");
        for (size_t i = 0; i < json_array_size(value); i++)
            printf("%s%s", i ? " " : "", json_string_value(json_array_get(value, i)));
        putchar('\n');
    }
    json_decref(json);
    return INSPECT_OK;
}

enum { OPT_JSON = 256, OPT_AGAINST, OPT_ASSEMBLY, OPT_VERIFY, OPT_ISA, OPT_VERSION };

static const struct option long_options[] = {
    {"json", no_argument, NULL, OPT_JSON},
    {"against", required_argument, NULL, OPT_AGAINST},
    {"assembly", required_argument, NULL, OPT_ASSEMBLY},
    {"verify", no_argument, NULL, OPT_VERIFY},
    {"isa", required_argument, NULL, OPT_ISA},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, OPT_VERSION},
    {NULL, 0, NULL, 0},
};

static bool parse_option(Inspect *in, int option)
{
    switch (option) {
    case OPT_JSON:
        in->json = true;
        return true;
    case OPT_AGAINST:
        in->against = optarg;
        return true;
    case OPT_ASSEMBLY:
        in->assembly = optarg;
        return true;
    case OPT_VERIFY:
        in->verify = true;
        return true;
    case OPT_ISA:
        in->isa = optarg;
        return cpu_level_parse(optarg) || (inspect_fail("no level %s", optarg), false);
    case 'h':
        fputs(help, stdout);
        exit(INSPECT_OK);
    case OPT_VERSION:
        puts("r2rinspect (Codicil) " CODICIL_VERSION);
        exit(INSPECT_OK);
    default:
        return false;
    }
}

/* An answer that could not be written is none. */
static int finish(int status)
{
    bool written = !fflush(stdout) && !ferror(stdout);
    return written ? status : inspect_fail("standard output: %s", strerror(errno));
}

int main(int argc, char **argv)
{
    Inspect in = {.json = false};
    int option;
    LogLevel level;
    file_keep_standard();
    log_set_program("r2rinspect");
    if (log_level_parse(
            secure_getenv("CODICIL_LOG") ? secure_getenv("CODICIL_LOG") : "", &level))
        log_set_level(level);
    while ((option = getopt_long(argc, argv, "h", long_options, NULL)) != -1)
        if (!parse_option(&in, option))
            return INSPECT_BAD;
    if (optind >= argc)
        return inspect_fail("no command given; try r2rinspect --help");
    in.args = argv + optind + 1;
    in.n_args = argc - optind - 1;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        const Command *command = &commands[i];
        if (strcmp(argv[optind], command->name) != 0)
            continue;
        if (in.n_args < command->min_args || in.n_args > command->max_args)
            return inspect_fail("%s: wrong number of files; try r2rinspect --help",
                                command->name);
        return finish(command->run(&in));
    }
    return inspect_fail("no command %s; try r2rinspect --help", argv[optind]);
}
