/* r2rinspect_explain.c - would the loader use an image and its methods, and if not,
 * why.
 */
#include <stdio.h>
#include <string.h>

#include "common/base/file.h"
#include "common/framework/framework.h"
#include "common/types/choose.h"
#include "format/r2rinspect.h"

/* -- What is judged ------------------------------------------------------------ */

static bool find_host(const Inspect *in, Judged *judged, Err *err)
{
    json_error_t problem;
    if (!in->against)
        return host_detect(&judged->host, err);
    judged->description = json_load_file(in->against, 0, &problem);
    if (!judged->description)
        return err_set(err, ERR_IO, "%s:%d: %s", in->against, problem.line,
                       problem.text);
    return host_from_json(&judged->host, judged->description, err) ||
           err_context(err, "%s", in->against);
}

/* As the loader does it for a program: its own directory, then the class library. */
static bool open_world(Judged *judged, const char *path)
{
    char dir[4096];
    Err ignored = ERR_INIT;
    file_dir(dir, sizeof dir, path);
    judged->world = world_open();
    world_set_library(judged->world, library_of_file(path));
    world_add_search_dir(judged->world, dir);
    if (judged->world->library->search.framework)
        framework_for_assembly(judged->world, path, &ignored);
    else if (world_is_core_file(judged->world, path))
        world_set_library_dir(judged->world, dir);
    return world_load_corlib(judged->world, &ignored);
}

static bool load_assembly(Judged *judged, const char *path, Err *err)
{
    if (open_world(judged, path))
        judged->home = world_load_file(judged->world, path, err);
    else
        judged->image = image_open(path, err);
    return judged->home || judged->image;
}

/* The assembly: --assembly, or the image's path without ".r2r" if that is a file, or
 * the class library's of this name, whose images lie elsewhere. */
static bool find_assembly(const Inspect *in, Judged *judged, Err *err)
{
    char path[4096];
    Err ignored = ERR_INIT;
    if (in->assembly)
        return load_assembly(judged, in->assembly, err);
    snprintf(path, sizeof path, "%.*s", (int)strlen(judged->path) - 4, judged->path);
    if (file_exists(path))
        return load_assembly(judged, path, err);
    const FpValue *name =
        judged->sidecar ? &judged->sidecar->facts.at[FP_ASM_NAME] : NULL;
    if (!name || !name->present)
        return true;
    const FpValue *wanted = &judged->sidecar->facts.at[FP_LIBRARY];
    const Library *library = wanted->present ? library_of_identity(wanted->text) : NULL;
    judged->world = world_open();
    if (library)
        world_set_library(judged->world, library);
    if (library && library->search.framework)
        framework_for_assembly(judged->world, judged->path, &ignored);
    if (world_load_corlib(judged->world, &ignored))
        judged->home = world_load_name(judged->world, name->text, NULL, &ignored);
    return true;
}

bool inspect_judge(const Inspect *in, const char *arg, Judged *judged)
{
    Err err = ERR_INIT;
    *judged = (Judged){.verdict = {.kind = VERDICT_MISSING}, .verify = in->verify};
    if (!inspect_image_path(judged->path, sizeof judged->path, arg)) {
        inspect_fail("%s: the path is too long", arg);
        return false;
    }
    judged->sidecar = sidecar_open(judged->path, 0, &judged->verdict);
    if (!find_host(in, judged, &err) || !find_assembly(in, judged, &err)) {
        inspect_fail("%s", err.text);
        return false;
    }
    if (judged->sidecar)
        sidecar_verify(judged->sidecar, &judged->host, judged->image, judged->home,
                       in->verify ? SIDECAR_VERIFY_FULL : 0, &judged->verdict);
    return true;
}

void inspect_judged_close(Judged *judged)
{
    sidecar_close(judged->sidecar);
    world_close(judged->world);
    if (judged->image)
        image_close(judged->image);
    verdict_free(&judged->verdict);
    json_decref(judged->description);
}

/* -- explain ------------------------------------------------------------------- */

/* What became of the methods: of those that the loader may want here. */
typedef struct Count {
    uint32_t total, usable;
    json_t *rejected; /* {method, reasons[]}[] */
    json_t *skipped;  /* {method, reason}[]: have no code */
} Count;

/* Without an assembly only the code itself can be looked at. */
SidecarUse inspect_judge_row(const Judged *judged, uint32_t row, SidecarMethod *m,
                             Verdict *verdict)
{
    if (judged->home) {
        SidecarUse use = sidecar_judge(judged->sidecar, row, m, verdict);
        bool said = use != SIDECAR_USED || !judged->verify ||
                    sidecar_check_reliance(m, verdict);
        return said ? use : SIDECAR_REJECTED;
    }
    if (sidecar_method(judged->sidecar, row, m))
        return sidecar_check(m, verdict) ? SIDECAR_USED : SIDECAR_REJECTED;
    verdict_add(verdict, FP_METHOD_SUBJECT, "", "row %u is damaged", row);
    m->unit = NULL;
    return SIDECAR_REJECTED;
}

static void count_methods(const Judged *judged, Count *count)
{
    SidecarMethod m;
    Arena scratch = ARENA_INIT;
    for (uint32_t i = 0; i < judged->sidecar->n_rows; i++) {
        Verdict verdict = {.kind = VERDICT_ACCEPTED};
        SidecarUse use = inspect_judge_row(judged, i, &m, &verdict);
        count->total += use != SIDECAR_UNUSED;
        count->usable += use == SIDECAR_USED;
        if (use == SIDECAR_REJECTED) {
            json_t *item = json_object();
            const char *name = m.unit ? sidecar_method_name(&m, &scratch) : "?";
            json_object_set_new(item, "method", text_json(name));
            json_object_set_new(item, "reasons", verdict_reasons_json(&verdict));
            json_array_append_new(count->rejected, item);
        }
        verdict_free(&verdict);
    }
    arena_free(&scratch);
}

static void list_skipped(const Judged *judged, Count *count)
{
    size_t at = 0;
    const char *method, *reason;
    while (sidecar_next_skipped(judged->sidecar, &at, &method, &reason)) {
        json_t *item = json_object();
        json_object_set_new(item, "method", text_json(method));
        json_object_set_new(item, "reason", text_json(reason));
        json_array_append_new(count->skipped, item);
    }
}

static void print_reasons(const Verdict *verdict)
{
    for (size_t i = 0; i < verdict->reasons.n; i++)
        printf("  %s\n", verdict->reasons.at[i].text);
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text ? text : "";
}

static void print_rejected(const json_t *rejected)
{
    size_t i, k;
    const json_t *item, *reason;
    json_array_foreach(rejected, i, item)
    {
        json_array_foreach(json_object_get(item, "reasons"), k, reason)
        {
            const char *wanted = text_of(reason, "wanted");
            printf("  %s: %s: %s%s%s%s: %s\n", text_of(item, "method"),
                   text_of(reason, "id"), *wanted ? "wanted " : "", wanted,
                   *wanted ? ", found " : "", text_of(reason, "found"),
                   text_of(reason, "text"));
        }
    }
}

static void print_skipped(const json_t *skipped)
{
    const char *reason;
    json_t *counts = reason_counts_json(skipped), *n;
    json_object_foreach(counts, reason, n)
    {
        bool one = json_integer_value(n) == 1;
        printf("  %d %s not compiled: %s\n", (int)json_integer_value(n),
               one ? "method was" : "methods were", reason);
    }
    json_decref(counts);
}

static void print_verdict(const Judged *judged, const Count *count)
{
    const Verdict *verdict = &judged->verdict;
    printf("%s: %s", judged->path,
           verdict->malformed ? "malformed" : verdict_name(verdict));
    if (verdict->kind == VERDICT_ACCEPTED)
        printf(", %s, %u of %u methods usable", verdict->isa, count->usable,
               count->total);
    printf("%s\n", judged->home ? ""
                   : judged->image
                       ? " (no class library was found to compare them with)"
                       : " (its assembly was not found and not compared)");
    print_reasons(verdict);
    print_rejected(count->rejected);
    print_skipped(count->skipped);
}

static json_t *explain_json(const Judged *judged, const Count *count)
{
    json_t *json = verdict_json(&judged->verdict);
    json_object_set_new(json, "path", text_json(judged->path));
    json_object_set_new(json, "malformed", json_boolean(judged->verdict.malformed));
    json_object_set_new(json, "assembly",
                        judged->home ? text_json(judged->home->image->path)
                                     : json_null());
    json_object_set_new(
        json, "methods",
        json_pack("{si si}", "total", (int)count->total, "usable", (int)count->usable));
    json_object_set(json, "rejected", count->rejected);
    json_object_set(json, "skipped", count->skipped);
    return json;
}

int inspect_explain(const Inspect *in)
{
    Judged judged;
    Count count = {.rejected = json_array(), .skipped = json_array()};
    int status = INSPECT_BAD;
    if (inspect_judge(in, in->args[0], &judged)) {
        const Verdict *verdict = &judged.verdict;
        bool accepted = judged.sidecar && verdict->kind == VERDICT_ACCEPTED;
        if (accepted)
            count_methods(&judged, &count);
        if (judged.sidecar)
            list_skipped(&judged, &count);
        if (in->json)
            inspect_print_json(explain_json(&judged, &count));
        else
            print_verdict(&judged, &count);
        status = verdict->malformed                        ? INSPECT_BAD
                 : accepted && count.usable == count.total ? INSPECT_OK
                                                           : INSPECT_NOT;
    }
    json_decref(count.rejected);
    json_decref(count.skipped);
    inspect_judged_close(&judged);
    return status;
}
