/* assembly.c - plans, compiles, links and writes the image of one assembly. */
#include "crossgen/assembly.h"

#include <errno.h>
#include <libgccjit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/version.h"
#include "crossgen/plan.h"
#include "crossgen/progress.h"
#include "crossgen/workdir.h"
#include "crossgen/workers.h"
#include "format/sidecar.h"
#include "format/writer.h"

enum { MAX_WAVES = 6, PATH_SIZE = 4096 };

typedef struct Compilation {
    const Options *options;
    const Output *output;
    AssemblyReport *report;
    World *world;
    Assembly *home;
    Profile profile;
    Plan plan;
    Workers workers;
    WorkDir dir;
} Compilation;

/* -- Steps --------------------------------------------------------------------- */

/* It is written last, minutes from now: better known at once. */
static bool check_output(const Compilation *c, Err *err)
{
    char dir[PATH_SIZE];
    const char *path = c->output->image;
    file_dir(dir, sizeof dir, path);
    return !access(dir, W_OK) || err_set(err, ERR_IO, "%s: %s", path, strerror(errno));
}

static bool open_assembly(Compilation *c, Err *err)
{
    c->world = search_open(c->options, c->report->path, err);
    if (!c->world || !world_load_corlib(c->world, err))
        return false;
    c->home = world_load_file(c->world, c->report->path, err);
    if (c->home)
        search_references(c->home, &c->report->references);
    return c->home != NULL;
}

/* Waves of instances follow the definitions, until nothing new turns up. */
static bool run_waves(Compilation *c, Err *err)
{
    uint32_t first = 0;
    size_t looked_at = 0;
    for (uint32_t wave = 0; wave < MAX_WAVES; wave++) {
        uint32_t end = (uint32_t)c->plan.items.n;
        if (first == end)
            break;
        if (!workers_run(&c->workers, first, end, wave, err))
            return false;
        for (; looked_at < c->workers.units.n; looked_at++)
            plan_add_used(&c->plan,
                          buffer_bytes(&c->workers.units.at[looked_at].unit.record));
        plan_sort_new(&c->plan, end);
        first = end;
    }
    /* What the last wave turned up is left to the JIT. */
    c->plan.items.n = first;
    return true;
}

static int compare_units(const void *a, const void *b)
{
    const WorkUnit *x = a, *y = b;
    if (x->set != y->set)
        return x->set < y->set ? -1 : 1;
    return strcmp(x->name, y->name);
}

static void add_compiler_facts(Compilation *c, FpFacts *facts, char *compiler,
                               size_t size, char *options)
{
    snprintf(compiler, size, "crossgen " CODICIL_VERSION ", libgccjit %d.%d.%d",
             gcc_jit_version_major(), gcc_jit_version_minor(),
             gcc_jit_version_patchlevel());
    int n = snprintf(options, size, "-O%d", c->options->opt_level);
    for (uint32_t i = 0; i < c->options->n_levels; i++)
        n += snprintf(options + n, size - (size_t)n, "%s%s", i ? "," : " --isa ",
                      cpu_level_name(c->options->levels[i]));
    facts->at[FP_COMPILER] = (FpValue){.present = true, .text = compiler};
    facts->at[FP_OPTIONS] = (FpValue){.present = true, .text = options};
}

/* What a loader would reject is not written. */
static bool read_back(const Compilation *c, const Buffer *image, Err *err)
{
    Err why = ERR_INIT;
    return sidecar_audit(buffer_bytes(image), c->home, &why) ||
           err_set(err, why.kind, "the image that was made can't be used: %s",
                   why.text);
}

static void list_skipped(const AssemblyReport *report, Buffer *out)
{
    for (size_t i = 0; i < report->skipped.n; i++) {
        const Skipped *skipped = &report->skipped.at[i];
        buffer_put(out, skipped->method, strlen(skipped->method) + 1);
        buffer_put(out, skipped->reason, strlen(skipped->reason) + 1);
    }
}

static bool build_image(Compilation *c, Err *err)
{
    Workers *w = &c->workers;
    FpFacts facts = {.at = {{.present = false}}};
    char compiler[200], options[200];
    ImageSetInput sets[CPU_LEVELS] = {{0}};
    Buffer image = BUFFER_INIT, skipped = BUFFER_INIT;
    list_skipped(c->report, &skipped);
    if (w->units.n)
        qsort(w->units.at, w->units.n, sizeof *w->units.at, compare_units);
    ImageUnitInput *units = mem_array(w->units.n + 1, sizeof *units);
    for (uint32_t i = 0; i < c->options->n_levels; i++)
        sets[i].level = c->options->levels[i];
    for (size_t i = 0; i < w->units.n; i++) {
        const WorkUnit *unit = &w->units.at[i];
        units[i] = (ImageUnitInput){.record = buffer_bytes(&unit->unit.record),
                                    .object = unit->unit.object,
                                    .set = unit->set};
        sets[unit->set].used |= compile_used_features(unit->unit.used);
    }
    fp_add_image(&facts, c->home->image, true);
    fp_add_library(&facts, c->world->library);
    add_compiler_facts(c, &facts, compiler, sizeof compiler, options);
    ImageInput input = {.facts = &facts,
                        .sets = sets,
                        .n_sets = c->options->n_levels,
                        .units = units,
                        .n_units = (uint32_t)w->units.n,
                        .skipped = buffer_bytes(&skipped),
                        .dir = c->dir.path};
    bool ok = image_build(&input, &image, err) && read_back(c, &image, err) &&
              file_write(c->output->image, buffer_bytes(&image), 0644, err);
    c->report->image_bytes = image.size;
    buffer_free(&image);
    buffer_free(&skipped);
    free(units);
    return ok;
}

/* -- The report ---------------------------------------------------------------- */

static void add_dependency(Compilation *c, const char *path)
{
    AssemblyReport *r = c->report;
    for (size_t i = 0; i < r->dependencies.n; i++)
        if (!strcmp(r->dependencies.at[i], path))
            return;
    *vec_push(&r->dependencies) = mem_strdup(path);
}

/* What the plan or a worker has read, profiles, the file that says where to look, and
 * the compiler. */
static void add_dependencies(Compilation *c)
{
    char path[PATH_SIZE];
    const World *world = c->world;
    for (size_t i = 0; i < world->assemblies.n + c->workers.read.n; i++) {
        const char *read = i < world->assemblies.n
                               ? world->assemblies.at[i]->image->path
                               : c->workers.read.at[i - world->assemblies.n];
        char *given = search_as_given(world, c->report->path, read);
        add_dependency(c, given);
        free(given);
    }
    for (size_t i = 0; i < c->options->profiles.n; i++)
        add_dependency(c, c->options->profiles.at[i]);
    int n = snprintf(path, sizeof path, "%s.config", c->report->path);
    if (n < (int)sizeof path && file_exists(path))
        add_dependency(c, path);
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length > 0) {
        path[length] = '\0';
        add_dependency(c, path);
    }
}

/* Methods that have no descriptor are named as far as the tables do. */
static void report_refused(Compilation *c, const PlanRefused *refused)
{
    const Image *image = c->home->image;
    Arena scratch = ARENA_INIT;
    uint32_t owner = image_list_owner(image, TABLE_TypeDef, COL_TypeDef_MethodList,
                                      TABLE_MethodDef, refused->rid);
    Skipped *skipped = vec_push(&c->report->skipped);
    skipped->method = mem_strdup(arena_printf(
        &scratch, "%s:%s",
        image_get_string(image, TABLE_TypeDef, owner, COL_TypeDef_TypeName),
        image_get_string(image, TABLE_MethodDef, refused->rid, COL_MethodDef_Name)));
    skipped->reason = mem_strdup(refused->reason);
    c->report->total++;
    arena_free(&scratch);
}

/* The definitions that have code here for some instance. */
static void find_instantiated(const Plan *plan, Map *definitions)
{
    for (size_t i = 0; i < plan->items.n; i++) {
        const PlanItem *item = &plan->items.at[i];
        if (item->compiled && !item->counted && !item->method->synth)
            map_ptr_put(definitions, item->method->def, item->method);
    }
}

/* A body that is generic over value types only has no code but that of its instances.
 */
static void fill_report(Compilation *c)
{
    Arena scratch = ARENA_INIT;
    Map instantiated = MAP_INIT;
    AssemblyReport *r = c->report;
    find_instantiated(&c->plan, &instantiated);
    for (size_t i = 0; i < c->plan.items.n; i++) {
        const PlanItem *item = &c->plan.items.at[i];
        bool compiled =
            item->compiled ||
            (item->elsewhere && map_ptr_get(&instantiated, item->method->def));
        r->total += item->counted;
        r->compiled += item->counted && compiled;
        r->instances += !item->counted && item->compiled;
        if (compiled)
            continue;
        Skipped *skipped = vec_push(&r->skipped);
        skipped->method = mem_strdup(method_name(&scratch, item->method));
        skipped->reason = mem_strdup(item->reason ? item->reason : "not compiled");
        search_count_missing(&r->references, skipped->reason);
    }
    for (size_t i = 0; i < c->plan.refused.n; i++)
        report_refused(c, &c->plan.refused.at[i]);
    add_dependencies(c);
    r->peak_worker_bytes = c->workers.peak_bytes;
    map_free(&instantiated);
    arena_free(&scratch);
}

/* An image without code would look like success. */
static bool check_some(const Compilation *c, Err *err)
{
    const PlanItem *first = NULL;
    for (size_t i = 0; i < c->plan.items.n; i++) {
        const PlanItem *item = &c->plan.items.at[i];
        if (item->compiled)
            return true;
        if (!first && item->counted && !item->elsewhere)
            first = item;
    }
    return !first || err_set(err, ERR_UNSUPPORTED, "no method could be compiled: %s",
                             first->reason ? first->reason : "not compiled");
}

static bool read_profiles(Compilation *c, Err *err)
{
    for (size_t i = 0; i < c->options->profiles.n; i++)
        if (!profile_read(&c->profile, c->options->profiles.at[i], err))
            return false;
    profile_add_library(&c->profile, c->world->library);
    return true;
}

static bool compile(Compilation *c, Err *err)
{
    plan_open(&c->plan, c->home, &c->profile);
    workers_open(&c->workers, c->options, &c->plan, c->dir.path);
    bool ok = run_waves(c, err);
    if (ok) {
        fill_report(c);
        ok = check_some(c, err) && build_image(c, err) &&
             outputs_copy(c->output, c->report->path, err);
    }
    workers_close(&c->workers);
    plan_close(&c->plan);
    return ok;
}

bool assembly_compile(const Options *options, const char *path, const Output *output,
                      AssemblyReport *report)
{
    Compilation c = {
        .options = options, .output = output, .report = report, .dir = {.path = ""}};
    Err err = ERR_INIT;
    double start = progress_now();
    *report = (AssemblyReport){.path = path};
    bool ok =
        check_output(&c, &err) && open_assembly(&c, &err) && read_profiles(&c, &err) &&
        workdir_open(&c.dir, NULL, "codicil-crossgen-", &err) && compile(&c, &err);
    progress_end();
    if (ok)
        report->image = mem_strdup(output->image);
    else
        report->error = mem_strdup(err.text);
    report->seconds = progress_now() - start;
    workdir_close(&c.dir, options->keep);
    profile_free(&c.profile);
    if (c.world)
        world_close(c.world);
    return ok;
}

void assembly_report_free(AssemblyReport *report)
{
    for (size_t i = 0; i < report->skipped.n; i++) {
        free(report->skipped.at[i].method);
        free(report->skipped.at[i].reason);
    }
    for (size_t i = 0; i < report->dependencies.n; i++)
        free(report->dependencies.at[i]);
    vec_free(&report->skipped);
    vec_free(&report->dependencies);
    search_free(&report->references);
    free(report->image);
    free(report->error);
}
