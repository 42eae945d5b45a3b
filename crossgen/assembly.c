/* assembly.c - plans, compiles, links and writes the image of one assembly. */
#include "crossgen/assembly.h"

#include <libgccjit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/base/version.h"
#include "crossgen/plan.h"
#include "crossgen/progress.h"
#include "crossgen/workers.h"
#include "format/sidecar.h"
#include "format/writer.h"

#define CLASS_LIBRARY "/usr/lib/mono/4.5"

enum { MAX_WAVES = 6, PATH_SIZE = 4096 };

typedef struct Compilation {
    const Options *options;
    AssemblyReport *report;
    World *world;
    Assembly *home;
    Plan plan;
    Workers workers;
    char dir[PATH_SIZE];
    char out[PATH_SIZE];
} Compilation;

/* -- Files --------------------------------------------------------------------- */

static bool output_path(Compilation *c, Err *err)
{
    const char *path = c->report->path, *out = c->options->out;
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    struct stat st;
    int n;
    if (!out)
        n = snprintf(c->out, sizeof c->out, "%s.r2r", path);
    else if (!stat(out, &st) && S_ISDIR(st.st_mode))
        n = snprintf(c->out, sizeof c->out, "%s/%s.r2r", out, name);
    else
        n = snprintf(c->out, sizeof c->out, "%s", out);
    return n < (int)sizeof c->out ||
           err_set(err, ERR_IO, "the output's path is too long");
}

static bool make_dir(Compilation *c, Err *err)
{
    const char *base = secure_getenv("TMPDIR");
    snprintf(c->dir, sizeof c->dir, "%s/crossgen-XXXXXX",
             base && *base ? base : "/tmp");
    if (mkdtemp(c->dir))
        return true;
    char text[PATH_SIZE];
    snprintf(text, sizeof text, "%s", c->dir);
    c->dir[0] = 0;
    return err_set(err, ERR_IO, "no directory %.200s for intermediate files", text);
}

/* -- Steps --------------------------------------------------------------------- */

/* The directory of a file, into PATH_SIZE bytes. */
static void path_dir(char *dir, const char *path)
{
    snprintf(dir, PATH_SIZE, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash)
        slash[slash == dir] = 0;
    else
        strcpy(dir, ".");
}

/* That of mscorlib.dll if this is what is compiled, one that is named and has it, or
 * the system's. */
static void set_library(World *world, const Options *options, const char *path)
{
    char dir[PATH_SIZE], file[PATH_SIZE];
    path_dir(dir, path);
    const char *library = CLASS_LIBRARY;
    for (size_t i = options->dirs.n; i-- > 0;)
        if (file_join(file, sizeof file, options->dirs.at[i], "mscorlib.dll") &&
            file_exists(file))
            library = options->dirs.at[i];
    const char *slash = strrchr(path, '/');
    if (!strcmp(slash ? slash + 1 : path, "mscorlib.dll"))
        library = dir;
    world_set_library_dir(world, library);
}

static bool open_assembly(Compilation *c, Err *err)
{
    char dir[PATH_SIZE];
    c->world = world_open();
    for (size_t i = 0; i < c->options->dirs.n; i++)
        world_add_search_dir(c->world, c->options->dirs.at[i]);
    path_dir(dir, c->report->path);
    world_add_search_dir(c->world, dir);
    set_library(c->world, c->options, c->report->path);
    if (!world_load_corlib(c->world, err))
        return false;
    c->home = world_load_file(c->world, c->report->path, err);
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
        if (!workers_run(&c->workers, first, end, wave))
            return err_set(err, ERR_IO, "interrupted");
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
           err_set(err, why.kind, "the image that was made can't be used: %s", why.text);
}

static bool build_image(Compilation *c, Err *err)
{
    Workers *w = &c->workers;
    FpFacts facts = {.at = {{.present = false}}};
    char compiler[200], options[200];
    ImageSetInput sets[CPU_LEVELS] = {{0}};
    Buffer image = BUFFER_INIT;
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
    add_compiler_facts(c, &facts, compiler, sizeof compiler, options);
    ImageInput input = {.facts = &facts,
                        .sets = sets,
                        .n_sets = c->options->n_levels,
                        .units = units,
                        .n_units = (uint32_t)w->units.n,
                        .dir = c->dir};
    bool ok = image_build(&input, &image, err) && read_back(c, &image, err) &&
              file_write(c->out, buffer_bytes(&image), 0644, err);
    c->report->image_bytes = image.size;
    buffer_free(&image);
    free(units);
    return ok;
}

/* Methods that have no descriptor are named as far as the tables do. */
static void report_refused(Compilation *c, const PlanRefused *refused)
{
    const Image *image = c->home->image;
    Arena scratch = ARENA_INIT;
    uint32_t owner = image_list_owner(image, TABLE_TypeDef, COL_TypeDef_MethodList,
                                      TABLE_MethodDef, refused->rid);
    Skipped *skipped = vec_push(&c->report->skipped);
    skipped->method = strdup(arena_printf(
        &scratch, "%s:%s",
        image_get_string(image, TABLE_TypeDef, owner, COL_TypeDef_TypeName),
        image_get_string(image, TABLE_MethodDef, refused->rid, COL_MethodDef_Name)));
    skipped->reason = strdup(refused->reason);
    c->report->total++;
    arena_free(&scratch);
}

static void fill_report(Compilation *c)
{
    Arena scratch = ARENA_INIT;
    AssemblyReport *r = c->report;
    for (size_t i = 0; i < c->plan.items.n; i++) {
        const PlanItem *item = &c->plan.items.at[i];
        r->total += item->counted;
        r->compiled += item->counted && item->compiled;
        r->instances += !item->counted && item->compiled;
        if (item->compiled)
            continue;
        Skipped *skipped = vec_push(&r->skipped);
        skipped->method = mem_strdup(method_name(&scratch, item->method));
        skipped->reason = mem_strdup(item->reason ? item->reason : "not compiled");
    }
    for (size_t i = 0; i < c->plan.refused.n; i++)
        report_refused(c, &c->plan.refused.at[i]);
    for (size_t i = 0; i < c->world->assemblies.n; i++)
        *vec_push(&r->dependencies) =
            mem_strdup(c->world->assemblies.at[i]->image->path);
    r->image = mem_strdup(c->out);
    r->peak_worker_bytes = c->workers.peak_bytes;
    arena_free(&scratch);
}

bool assembly_compile(const Options *options, const char *path, AssemblyReport *report)
{
    Compilation c = {.options = options, .report = report};
    Err err = ERR_INIT;
    double start = progress_now();
    *report = (AssemblyReport){.path = path};
    bool ok = output_path(&c, &err) && open_assembly(&c, &err) && make_dir(&c, &err);
    if (ok) {
        plan_open(&c.plan, c.home);
        workers_open(&c.workers, options, &c.plan, c.dir);
        ok = run_waves(&c, &err) && build_image(&c, &err);
        progress_end();
        fill_report(&c);
        workers_close(&c.workers);
        plan_close(&c.plan);
    }
    if (!ok)
        report->error = mem_strdup(err.text);
    report->seconds = progress_now() - start;
    if (*c.dir && !options->keep)
        file_remove_tree(c.dir);
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
    free(report->image);
    free(report->error);
}
