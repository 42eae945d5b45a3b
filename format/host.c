/* host.c - what this machine is: the CPU as glibc sees it, the operating system, the C
 * library. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/platform/x86.h>
#include <unistd.h>

#include "format/fingerprint.h"
#include "format/grammar.h"
#include "format/layout.h"

typedef struct FeatureRow {
    const char *name;
    unsigned glibc;
    uint8_t level;
} FeatureRow;

static const FeatureRow features[CPU_FEATURE_COUNT] = {
#define FEATURE(NAME, name, level, glibc) [CPU_##NAME] = {name, x86_cpu_##glibc, level},
#include "format/features.def"
#undef FEATURE
};

static const char *const level_names[CPU_LEVELS + 1] = {"?", "x86-64", "x86-64-v2",
                                                        "x86-64-v3", "x86-64-v4"};

/* -- Features and levels ------------------------------------------------------- */

const char *cpu_feature_name(CpuFeature feature)
{
    return features[feature].name;
}

uint64_t cpu_level_features(uint32_t level)
{
    uint64_t bits = 0;
    for (int i = 0; i < CPU_FEATURE_COUNT; i++)
        if (features[i].level <= level)
            bits |= 1ull << i;
    return bits;
}

uint32_t cpu_level_of(uint64_t bits)
{
    uint32_t level = 0;
    while (level < CPU_LEVELS && !(cpu_level_features(level + 1) & ~bits))
        level++;
    return level;
}

const char *cpu_level_name(uint32_t level)
{
    return level_names[level <= CPU_LEVELS ? level : 0];
}

uint32_t cpu_level_parse(const char *name)
{
    for (uint32_t i = 1; i <= CPU_LEVELS; i++)
        if (!strcmp(name, level_names[i]) ||
            (i > 1 && !strcmp(name, level_names[i] + 7)))
            return i;
    return !strcmp(name, "v1") || !strcmp(name, "x86-64-v1");
}

void cpu_features_print(Buffer *out, uint64_t bits)
{
    uint32_t level = cpu_level_of(bits);
    uint64_t base = cpu_level_features(level);
    buffer_printf(out, "%s", level ? cpu_level_name(level) : bits ? "" : "none");
    for (int i = 0; i < CPU_FEATURE_COUNT; i++)
        if ((bits & ~base) >> i & 1)
            buffer_printf(out, " +%s", features[i].name);
}

/* Active: the CPU has it and the operating system lets it be used. */
static uint64_t cpu_detect(void)
{
    uint64_t bits = 0;
    for (int i = 0; i < CPU_FEATURE_COUNT; i++)
        if (x86_cpu_active(features[i].glibc))
            bits |= 1ull << i;
    return bits;
}

/* -- Overrides ----------------------------------------------------------------- */

/* The longest level name that text starts with. */
static uint32_t parse_level(const char **text)
{
    uint32_t level = 0;
    size_t length = 0;
    for (uint32_t i = 1; i <= CPU_LEVELS; i++) {
        size_t n = strlen(level_names[i]);
        if (n > length && !strncmp(*text, level_names[i], n))
            level = i, length = n;
    }
    *text += length;
    return level;
}

static int parse_feature(const char *text, size_t n)
{
    for (int i = 0; i < CPU_FEATURE_COUNT; i++)
        if (strlen(features[i].name) == n && !strncmp(features[i].name, text, n))
            return i;
    return -1;
}

/* "x86-64-v3 -avx2 +popcnt", with blanks, commas or nothing between. */
static bool parse_cpu(const char *text, uint64_t *bits, Err *err)
{
    const char *at = text;
    uint32_t level = parse_level(&at);
    if (!level)
        return err_set(err, ERR_ARGUMENT,
                       "CODICIL_CPU=%s: starts with no level (x86-64, x86-64-v2, "
                       "x86-64-v3, x86-64-v4)",
                       text);
    *bits = cpu_level_features(level);
    while (*(at += strspn(at, " ,"))) {
        char sign = *at++;
        size_t n = strcspn(at, " ,+-");
        int feature = parse_feature(at, n);
        if ((sign != '+' && sign != '-') || feature < 0)
            return err_set(err, ERR_ARGUMENT, "CODICIL_CPU=%s: no feature %c%.*s", text,
                           sign, (int)n, at);
        *bits = sign == '+' ? *bits | 1ull << feature : *bits & ~(1ull << feature);
        at += n;
    }
    return true;
}

static bool override_cpu(HostFacts *host, const char *text, Err *err)
{
    uint64_t bits = 0;
    if (!parse_cpu(text, &bits, err))
        return false;
    if (bits & ~host->features) {
        int i = __builtin_ctzll(bits & ~host->features);
        return err_set(err, ERR_ARGUMENT, "CODICIL_CPU=%s: this CPU has no %s", text,
                       features[i].name);
    }
    host->features = bits;
    host->overridden = true;
    return true;
}

/* "linux", "freebsd", ... or with the C library: "linux-musl". */
static bool override_os(HostFacts *host, const char *text, Err *err)
{
    static const char *const systems[] = {"linux", "freebsd", "darwin", "windows",
                                          NULL};
    size_t n = strcspn(text, "-");
    for (int i = 0; systems[i]; i++) {
        if (strlen(systems[i]) != n || strncmp(systems[i], text, n) != 0)
            continue;
        if (text[n] && (!text[n + 1] || strlen(text + n + 1) >= sizeof host->libc))
            break;
        snprintf(host->os, sizeof host->os, "%s", systems[i]);
        if (text[n])
            snprintf(host->libc, sizeof host->libc, "%s", text + n + 1);
        host->overridden = true;
        return true;
    }
    return err_set(err, ERR_ARGUMENT,
                   "CODICIL_OS=%s: no system (linux, freebsd, darwin, windows) with or "
                   "without -LIBC",
                   text);
}

/* -- Facts --------------------------------------------------------------------- */

static void set_number(HostFacts *host, FpId id, uint64_t number)
{
    host->facts.at[id] = (FpValue){.present = true, .number = number};
}

static void set_text(HostFacts *host, FpId id, const char *text)
{
    host->facts.at[id] = (FpValue){.present = true, .text = text};
}

bool host_detect(HostFacts *host, Err *err)
{
    bool ok = true;
    const char *cpu = secure_getenv("CODICIL_CPU"), *os = secure_getenv("CODICIL_OS");
    *host = (HostFacts){.features = cpu_detect()};
    snprintf(host->os, sizeof host->os, "linux");
    snprintf(host->libc, sizeof host->libc, "glibc");
    if (cpu && *cpu)
        ok = override_cpu(host, cpu, err);
    if (os && *os)
        ok = override_os(host, os, err) && ok;
    set_number(host, FP_FORMAT, IMAGE_FORMAT_VERSION);
    set_number(host, FP_ABI, CODICIL_RUNTIME_ABI);
    set_text(host, FP_GC, IMAGE_GC);
    set_text(host, FP_EH, IMAGE_EH);
    set_text(host, FP_ARCH, "x86-64");
    set_text(host, FP_OS, host->os);
    set_text(host, FP_LIBC, host->libc);
    fp_add_library(&host->facts, LIBRARY_DEFAULT);
    set_number(host, FP_POINTER, sizeof(void *));
    set_text(host, FP_ENDIAN, "little");
    set_number(host, FP_PAGE, (uint64_t)sysconf(_SC_PAGESIZE));
    set_number(host, FP_CPU_REQUIRED, host->features);
    set_number(host, FP_CPU_ABSENT, host->features);
    return ok;
}

/* -- JSON ---------------------------------------------------------------------- */

static json_t *features_json(uint64_t bits)
{
    json_t *list = json_array();
    for (int i = 0; i < CPU_FEATURE_COUNT; i++)
        if (bits >> i & 1)
            json_array_append_new(list, json_string(features[i].name));
    return list;
}

json_t *host_json(const HostFacts *host)
{
    json_t *json = json_object();
    for (uint32_t i = 0; i < fp_row_count; i++) {
        const FpRow *row = &fp_rows[i];
        const FpValue *value = &host->facts.at[row->id];
        if (!row->is_fact || !value->present || row->type == FP_FEATURES)
            continue;
        json_object_set_new(json, row->name,
                            row->type == FP_TEXT
                                ? json_string(value->text)
                                : json_integer((json_int_t)value->number));
    }
    json_object_set_new(json, "cpu.level",
                        json_string(cpu_level_name(cpu_level_of(host->features))));
    json_object_set_new(json, "cpu.features", features_json(host->features));
    json_object_set_new(json, "overridden", json_boolean(host->overridden));
    return json;
}

static bool fact_from_json(HostFacts *host, const FpRow *row, const json_t *item,
                           Err *err)
{
    if (row->type == FP_TEXT ? !json_is_string(item) : !json_is_integer(item))
        return err_set(err, ERR_ARGUMENT, "host description: %s is of the wrong type",
                       row->name);
    if (row->type == FP_TEXT)
        set_text(host, row->id, json_string_value(item));
    else
        set_number(host, row->id, (uint64_t)json_integer_value(item));
    return true;
}

bool host_from_json(HostFacts *host, const json_t *json, Err *err)
{
    size_t i;
    const json_t *item, *list = json_object_get(json, "cpu.features");
    *host = (HostFacts){.overridden = true};
    if (!json_is_object(json) || !json_is_array(list))
        return err_set(err, ERR_ARGUMENT,
                       "host description: no list cpu.features (r2rinspect host --json "
                       "makes one)");
    json_array_foreach(list, i, item)
    {
        const char *name = json_is_string(item) ? json_string_value(item) : "";
        int feature = parse_feature(name, strlen(name));
        if (feature >= 0)
            host->features |= 1ull << feature;
    }
    for (uint32_t k = 0; k < fp_row_count; k++) {
        item = json_object_get(json, fp_rows[k].name);
        if (item && fp_rows[k].is_fact && !fact_from_json(host, &fp_rows[k], item, err))
            return false;
    }
    set_number(host, FP_CPU_REQUIRED, host->features);
    set_number(host, FP_CPU_ABSENT, host->features);
    return true;
}
