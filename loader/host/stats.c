/* stats.c - the numbers of --stats. */
#include "loader/host/stats.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "format/fingerprint.h"
#include "loader/exec/exec.h"
#include "loader/gc/gc.h"
#include "loader/vm/startup.h"

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

json_t *stats_collect(void)
{
    double startup = vm_main_ns ? (double)(vm_main_ns - vm.start_ns) / 1e6 : 0;
    double jit = (double)__atomic_load_n(&vm.jit_wait_ns, __ATOMIC_RELAXED) / 1e6;
    return json_pack("{s:o, s:o, s:f, s:f, s:{s:I, s:I}}", "methods", stats_methods(),
                     "images", stats_images(), "startup_ms", startup, "jit_ms", jit,
                     "gc", "collections", (json_int_t)gc_collections(), "heap_bytes",
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
