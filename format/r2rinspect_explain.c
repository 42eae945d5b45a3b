/* r2rinspect_explain.c - would the loader use an image, and if not, why. */
#include <stdio.h>
#include <string.h>

#include "common/base/file.h"
#include "format/r2rinspect.h"

/* The host to judge for; *holder keeps the texts of a description. */
static bool find_host(const Inspect *in, HostFacts *host, json_t **holder, Err *err)
{
    json_error_t problem;
    *holder = NULL;
    if (!in->against)
        return host_detect(host, err);
    *holder = json_load_file(in->against, 0, &problem);
    if (!*holder)
        return err_set(err, ERR_IO, "%s:%d: %s", in->against, problem.line,
                       problem.text);
    return host_from_json(host, *holder, err) || err_context(err, "%s", in->against);
}

/* The assembly: --assembly, or the image's path without ".r2r" if that is a file. */
static Image *find_assembly(const Inspect *in, const char *image_path, Err *err)
{
    char path[4096];
    if (in->assembly)
        return image_open(in->assembly, err);
    snprintf(path, sizeof path, "%.*s", (int)strlen(image_path) - 4, image_path);
    return file_exists(path) ? image_open(path, err) : NULL;
}

static bool check_methods(Sidecar *s, Verdict *verdict)
{
    SidecarMethod m;
    bool ok = true;
    for (uint32_t i = 0; i < s->n_rows; i++)
        if (sidecar_method(s, i, &m) && !sidecar_check(&m, verdict))
            ok = false;
    return ok;
}

static void judge(const Inspect *in, const char *path, const HostFacts *host,
                  const Image *image, Verdict *verdict)
{
    unsigned flags = in->verify ? SIDECAR_VERIFY_FULL : 0;
    Sidecar *s = sidecar_open(path, 0, verdict);
    if (!s)
        return;
    sidecar_verify(s, host, image, NULL, flags, verdict);
    if (in->verify && verdict->kind == VERDICT_ACCEPTED && !check_methods(s, verdict))
        verdict->kind = VERDICT_REJECTED;
    /* Texts of the verdict that point into the file must outlive it. */
    sidecar_close(s);
}

static void print_verdict(const char *path, const Verdict *verdict, bool with_assembly)
{
    printf("%s: %s", path, verdict->malformed ? "malformed" : verdict_name(verdict));
    if (verdict->isa && verdict->kind == VERDICT_ACCEPTED)
        printf(", %s", verdict->isa);
    printf("%s\n",
           with_assembly ? "" : " (its assembly was not found and not compared)");
    for (size_t i = 0; i < verdict->reasons.n; i++) {
        Buffer text = BUFFER_INIT;
        reason_print(&text, &verdict->reasons.at[i]);
        printf("  %.*s\n", (int)text.size, (char *)text.data);
        buffer_free(&text);
    }
}

int inspect_explain(const Inspect *in)
{
    char path[4096];
    HostFacts host;
    Err err = ERR_INIT;
    json_t *holder = NULL;
    Verdict verdict = {.kind = VERDICT_MISSING};
    if (!inspect_image_path(path, sizeof path, in->args[0]))
        return inspect_fail("%s: the path is too long", in->args[0]);
    if (!find_host(in, &host, &holder, &err)) {
        json_decref(holder);
        return inspect_fail("%s", err.text);
    }
    Image *image = find_assembly(in, path, &err);
    if (err.kind) {
        json_decref(holder);
        return inspect_fail("%s", err.text);
    }
    judge(in, path, &host, image, &verdict);
    if (in->json) {
        json_t *json = verdict_json(&verdict);
        json_object_set_new(json, "path", text_json(path));
        json_object_set_new(json, "malformed", json_boolean(verdict.malformed));
        inspect_print_json(json);
    } else
        print_verdict(path, &verdict, image != NULL);
    int status = verdict.malformed                  ? INSPECT_BAD
                 : verdict.kind == VERDICT_ACCEPTED ? INSPECT_OK
                                                    : INSPECT_NOT;
    if (image)
        image_close(image);
    verdict_free(&verdict);
    json_decref(holder);
    return status;
}
