/* stats.c - the numbers of --stats. */
#include "loader/host/stats.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/ir/synth.h"
#include "format/fingerprint.h"
#include "loader/exec/bind.h"
#include "loader/exec/cache.h"
#include "loader/gc/gc.h"
#include "loader/host/startup.h"
#include "loader/exec/bind_images.h"
#include "loader/exec/jit.h"
#include "loader/exec/method.h"
#include "loader/vm/vm.h"

static const struct {
    const char *name;
    uint8_t ran;
} counters[] = {
    {"precompiled", RAN_PRECOMPILED}, {"jitted", RAN_JITTED},
    {"interpreted", RAN_INTERPRETED}, {"rejected", RAN_REJECTED},
    {"cached", RAN_CACHED},
};
enum { N_COUNTERS = sizeof counters / sizeof *counters };

static void count_method(void *user, MethodRt *rt)
{
    json_int_t *counts = user;
    for (int i = 0; i < N_COUNTERS; i++)
        counts[i] += (rt->ran & counters[i].ran) != 0;
}

static json_t *stats_methods(void)
{
    json_int_t counts[N_COUNTERS] = {0};
    method_rt_each(count_method, counts);
    json_t *methods = json_object();
    for (int i = 0; i < N_COUNTERS; i++)
        json_object_set_new(methods, counters[i].name, json_integer(counts[i]));
    return methods;
}

static json_t *stats_images(void)
{
    json_t *images = json_array();
    BindImage image;
    for (uint32_t i = 0; bind_image(i, &image); i++) {
        json_t *row = verdict_json(image.verdict);
        json_object_set_new(row, "assembly", text_json(image.assembly->name));
        json_object_set_new(row, "path",
                            image.path ? text_json(image.path) : json_null());
        json_array_append_new(images, row);
    }
    return images;
}

static json_t *stats_rejected(void)
{
    json_t *list = json_array();
    BindRejected rejected;
    for (uint32_t i = 0; bind_rejected(i, &rejected); i++) {
        json_t *row = json_object();
        json_object_set_new(row, "name", text_json(rejected.method));
        json_object_set_new(row, "assembly", text_json(rejected.assembly->name));
        json_object_set_new(row, "image", text_json(rejected.path));
        json_object_set_new(row, "reason",
                            rejected.verdict->reasons.n
                                ? json_string(rejected.verdict->reasons.at[0].row->name)
                                : json_null());
        json_object_set_new(row, "reasons", verdict_reasons_json(rejected.verdict));
        json_array_append_new(list, row);
    }
    return list;
}

/* -- What was interpreted ------------------------------------------------------ */

enum { HOTTEST = 100 };

typedef struct Interpreted {
    VEC(MethodRt *) methods;
} Interpreted;

static uint64_t heat(const MethodRt *rt)
{
    return (uint64_t)rt->calls + rt->loops;
}

static void note_interpreted(void *user, MethodRt *rt)
{
    Interpreted *all = user;
    if (rt->ran & RAN_INTERPRETED &&
        __atomic_load_n(&rt->how, __ATOMIC_ACQUIRE) != HOW_CODE)
        *vec_push(&all->methods) = rt;
}

static int compare_heat(const void *a, const void *b)
{
    uint64_t x = heat(*(MethodRt *const *)a), y = heat(*(MethodRt *const *)b);
    return x < y ? 1 : x > y ? -1 : 0;
}

/* The hottest methods that have no compiled code at the end, and why. */
static json_t *stats_interpreted(void)
{
    Interpreted all = {.methods = {0}};
    Arena scratch = ARENA_INIT;
    json_t *list = json_array();
    method_rt_each(note_interpreted, &all);
    if (all.methods.n)
        qsort(all.methods.at, all.methods.n, sizeof *all.methods.at, compare_heat);
    for (size_t i = 0; i < all.methods.n && i < HOTTEST; i++) {
        MethodRt *rt = all.methods.at[i];
        const Assembly *assembly = synth_base(rt->method)->type->assembly;
        json_array_append_new(
            list, json_pack("{s:o, s:o, s:I, s:I, s:o}", "name",
                            text_json(method_name(&scratch, rt->method)), "assembly",
                            text_json(assembly ? assembly->name : "-"), "calls",
                            (json_int_t)rt->calls, "loops", (json_int_t)rt->loops,
                            "why", text_json(jit_why_not(rt->method))));
    }
    vec_free(&all.methods);
    arena_free(&scratch);
    return list;
}

/* Why compiled code is not kept, if it is not. */
static json_t *stats_cache(void)
{
    char path[4096], problem[400];
    json_t *json = json_object();
    cache_describe(path, problem);
    json_object_set_new(json, "path",
                        vm.no_cache || !*path ? json_null() : text_json(path));
    json_object_set_new(json, "problem", *problem ? text_json(problem) : json_null());
    return json;
}

json_t *stats_collect(void)
{
    double startup = vm_main_ns ? (double)(vm_main_ns - vm.start_ns) / 1e6 : 0;
    double jit = (double)__atomic_load_n(&vm.jit_wait_ns, __ATOMIC_RELAXED) / 1e6;
    const char *given_up = jit_given_up();
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:f, s:f, s:o, s:{s:I, s:I}}",
                     "methods", stats_methods(), "images", stats_images(), "rejected",
                     stats_rejected(), "interpreted", stats_interpreted(), "cache",
                     stats_cache(), "startup_ms", startup, "jit_ms", jit,
                     "jit_given_up", given_up ? text_json(given_up) : json_null(), "gc",
                     "collections", (json_int_t)gc_collections(), "heap_bytes",
                     (json_int_t)gc_heap_bytes());
}

bool stats_write(const char *path, Err *err)
{
    json_t *stats = stats_collect();
    char *text = json_dumps(stats, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    json_decref(stats);
    if (!text)
        return err_set(err, ERR_IO, "%s: no memory for the statistics", path);
    bool ok = file_write(path, (Bytes){(const uint8_t *)text, strlen(text)}, 0644, err);
    free(text);
    return ok;
}

/* -- the methods, one by one ------------------------------------------------------ */

typedef struct Listing {
    VEC(char *) lines; /* "assembly TAB method TAB how", for sorting */
    Arena scratch;
} Listing;

/* Obfuscated names may hold anything: a line stays a line. */
static void put_name(Buffer *out, const char *name)
{
    for (; *name; name++)
        buffer_u8(out, (uint8_t)*name < ' ' ? '?' : (uint8_t)*name);
    buffer_u8(out, '\t');
}

static void list_method(void *user, MethodRt *rt)
{
    Listing *listing = user;
    Buffer line = BUFFER_INIT;
    const Assembly *assembly = synth_base(rt->method)->type->assembly;
    bool first = true;
    uint8_t ran = __atomic_load_n(&rt->ran, __ATOMIC_RELAXED);
    if (!ran)
        return;
    put_name(&line, assembly ? assembly->name : "-");
    put_name(&line, method_name(&listing->scratch, rt->method));
    for (int i = 0; i < N_COUNTERS; i++)
        if (ran & counters[i].ran) {
            buffer_printf(&line, "%s%s", first ? "" : ",", counters[i].name);
            first = false;
        }
    buffer_u8(&line, 0);
    *vec_push(&listing->lines) = (char *)line.data;
}

static int compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool stats_write_methods(const char *path, Err *err)
{
    Listing listing = {.scratch = ARENA_INIT};
    Buffer text = BUFFER_INIT;
    method_rt_each(list_method, &listing);
    if (listing.lines.n)
        qsort(listing.lines.at, listing.lines.n, sizeof(char *), compare_lines);
    for (size_t i = 0; i < listing.lines.n; i++) {
        char *line = listing.lines.at[i], *how = strrchr(line, '\t');
        buffer_printf(&text, "%s\t%.*s\n", how + 1, (int)(how - line), line);
        free(line);
    }
    bool ok = file_write(path, buffer_bytes(&text), 0644, err);
    buffer_free(&text);
    vec_free(&listing.lines);
    arena_free(&listing.scratch);
    return ok;
}
