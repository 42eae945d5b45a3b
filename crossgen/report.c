/* report.c - see report.h. */
#include "crossgen/report.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/mem.h"
#include "format/fingerprint.h"

static json_t *methods_json(const AssemblyReport *const *reports, size_t n)
{
    json_int_t total = 0, compiled = 0, instances = 0;
    json_t *skipped = json_array();
    for (size_t i = 0; i < n; i++) {
        total += reports[i]->total;
        compiled += reports[i]->compiled;
        instances += reports[i]->instances;
        for (size_t k = 0; k < reports[i]->skipped.n; k++) {
            json_t *item = json_object();
            json_object_set_new(item, "method",
                                text_json(reports[i]->skipped.at[k].method));
            json_object_set_new(item, "reason",
                                text_json(reports[i]->skipped.at[k].reason));
            json_array_append_new(skipped, item);
        }
    }
    return json_pack("{sI sI sI so so}", "total", total, "compiled", compiled,
                     "instances", instances, "reasons", reason_counts_json(skipped),
                     "skipped", skipped);
}

static json_t *references_json(const References *references)
{
    json_t *list = json_array();
    for (size_t i = 0; i < references->n; i++) {
        const Reference *reference = &references->at[i];
        json_t *item = json_object();
        json_object_set_new(item, "name", text_json(reference->name));
        json_object_set_new(item, "path",
                            reference->path ? text_json(reference->path) : json_null());
        json_object_set_new(item, "missing", json_boolean(!reference->path));
        if (!reference->path)
            json_object_set_new(item, "skipped_methods",
                                json_integer((json_int_t)reference->methods));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *assembly_json(const AssemblyReport *report)
{
    json_t *json = json_object();
    json_object_set_new(json, "assembly", text_json(report->path));
    if (report->image)
        json_object_set_new(json, "image", text_json(report->image));
    if (report->error)
        json_object_set_new(json, "error", text_json(report->error));
    json_object_set_new(json, "methods", methods_json(&report, 1));
    json_object_set_new(json, "references", references_json(&report->references));
    json_object_set_new(json, "seconds", json_real(report->seconds));
    json_object_set_new(json, "peak_worker_bytes",
                        json_integer((json_int_t)report->peak_worker_bytes));
    json_object_set_new(json, "image_bytes",
                        json_integer((json_int_t)report->image_bytes));
    return json;
}

static json_t *others_json(const Options *options)
{
    json_t *list = json_array();
    for (size_t i = 0; i < options->others.n; i++) {
        json_t *item = json_object();
        json_object_set_new(item, "file", text_json(options->others.at[i].path));
        json_object_set_new(item, "reason", text_json(options->others.at[i].reason));
        json_array_append_new(list, item);
    }
    return list;
}

bool report_write(const Options *options, const AssemblyReport *reports, Err *err)
{
    size_t n = options->assemblies.n;
    const char *path = options->report;
    const AssemblyReport **all = mem_array(n + 1, sizeof *all);
    json_t *root = json_object(), *list = json_array();
    double seconds = 0;
    uint64_t peak = 0, bytes = 0;
    for (size_t i = 0; i < n; i++) {
        all[i] = &reports[i];
        seconds += reports[i].seconds;
        bytes += reports[i].image_bytes;
        if (reports[i].peak_worker_bytes > peak)
            peak = reports[i].peak_worker_bytes;
        json_array_append_new(list, assembly_json(&reports[i]));
    }
    json_object_set_new(root, "methods", methods_json(all, n));
    json_object_set_new(root, "seconds", json_real(seconds));
    json_object_set_new(root, "peak_worker_bytes", json_integer((json_int_t)peak));
    json_object_set_new(root, "image_bytes", json_integer((json_int_t)bytes));
    json_object_set_new(root, "assemblies", list);
    json_object_set_new(root, "skipped_files", others_json(options));
    char *text = json_dumps(root, JSON_INDENT(2));
    Bytes content = {(const uint8_t *)text, text ? strlen(text) : 0};
    bool ok = text ? file_write(path, content, 0644, err)
                   : err_set(err, ERR_IO, "%s: no report could be made", path);
    free(text);
    free(all);
    json_decref(root);
    return ok;
}

/* As GCC does it: backslashes count only before a blank. */
static void put_escaped(Buffer *out, const char *path)
{
    size_t slashes = 0;
    for (; *path; path++) {
        if (strchr(" \t", *path))
            for (slashes++; slashes; slashes--)
                buffer_u8(out, '\\');
        if (strchr("#:", *path))
            buffer_u8(out, '\\');
        if (*path == '$')
            buffer_u8(out, '$');
        slashes = *path == '\\' ? slashes + 1 : 0;
        buffer_u8(out, (uint8_t)*path);
    }
}

bool report_write_depfile(const char *path, const AssemblyReport *reports, size_t n,
                          Err *err)
{
    Buffer out = BUFFER_INIT;
    for (size_t i = 0; i < n; i++) {
        if (!reports[i].image)
            continue;
        put_escaped(&out, reports[i].image);
        buffer_u8(&out, ':');
        for (size_t k = 0; k < reports[i].dependencies.n; k++) {
            buffer_printf(&out, " \\\n  ");
            put_escaped(&out, reports[i].dependencies.at[k]);
        }
        buffer_u8(&out, '\n');
    }
    bool ok = file_write(path, buffer_bytes(&out), 0644, err);
    buffer_free(&out);
    return ok;
}

/* What was not found costs speed only: a warning. */
static void print_missing(const AssemblyReport *report)
{
    for (size_t i = 0; i < report->references.n; i++) {
        const Reference *reference = &report->references.at[i];
        if (!reference->path)
            fprintf(
                stderr,
                "crossgen: warning: %s: the reference %s was not found: %u method%s "
                "no native code (-r DIR says where it is)\n",
                report->path, reference->name, reference->methods,
                reference->methods == 1 ? " gets" : "s get");
    }
}

void report_print_others(const Options *options)
{
    for (size_t i = 0; i < options->others.n; i++)
        printf("%s: skipped: %s\n", options->others.at[i].path,
               options->others.at[i].reason);
}

void report_print(const AssemblyReport *report, bool verbose)
{
    print_missing(report);
    if (report->error) {
        bool named = !strncmp(report->error, report->path, strlen(report->path));
        fprintf(stderr, "crossgen: %s%s%s\n", named ? "" : report->path,
                named ? "" : ": ", report->error);
        return;
    }
    for (size_t i = 0; verbose && i < report->skipped.n; i++)
        printf("skipped %s: %s\n", report->skipped.at[i].method,
               report->skipped.at[i].reason);
    printf("%s: %u of %u methods, %u more, %.1f s, %.1f MB\n", report->image,
           report->compiled, report->total, report->instances, report->seconds,
           (double)report->image_bytes / 1e6);
}
