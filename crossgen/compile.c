/* compile.c - groups, compiles, splits. */
#include "crossgen/compile.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "crossgen/assembler.h"
#include "format/fingerprint.h"
#include "format/link.h"
#include "format/writer.h"

enum { LEVELS = 4 };

static void set_reason(CodegenItem *item, ErrKind why, const char *text)
{
    item->compiled = false;
    item->why = why;
    if (snprintf(item->reason, sizeof item->reason, "%s", text) < 0)
        item->reason[0] = '\0'; /* too long a text is cut off */
}

/* What does not resolve here may do so where the code runs: a library comes in another
 * build, or comes at all. The processor's instructions do not. */
static const IrError *find_error(const IrMethod *ir)
{
    for (uint32_t i = 0; i < ir->n_insns; i++)
        if (ir->insns[i].op == IR_THROW_ERR && ir->insns[i].err->kind != ERR_PLATFORM)
            return ir->insns[i].err;
    return NULL;
}

/* The optimisation level for a method; -1: it can't be imported, and says why. */
static int level_of(const CompileJob *job, CodegenItem *item)
{
    Arena scratch = ARENA_INIT;
    Err err = ERR_INIT;
    int level = -1;
    IrMethod *ir = ir_import(item->method, &scratch, &err);
    const IrError *error = ir ? find_error(ir) : NULL;
    if (error)
        set_reason(item, error->kind, error->text);
    else if (ir) {
        CodegenCost cost = codegen_cost(ir);
        int wanted = job->opt_level;
        if (wanted == 2 && cost.loops && !job->fixed_level)
            wanted = 3;
        level = codegen_level(cost, wanted);
    } else
        set_reason(item, err.kind, err.kind ? err.text : "it has no body");
    arena_free(&scratch);
    return level < LEVELS ? level : LEVELS - 1;
}

typedef struct Group {
    CodegenItem *items;
    size_t n;
    int level;
    const char *name; /* of its unit */
} Group;

static bool write_object(const CompileJob *job, const Group *group, UnitBuilder *unit,
                         const char *path, Err *err)
{
    Assembler as;
    Err ignored = ERR_INIT;
    CodegenOptions options = {.opt_level = group->level,
                              .isa = job->isa,
                              .debug_info = true,
                              .inline_limit = job->inline_limit};
    bool early = job->hurry && assembler_start(&as, path, &ignored);
    if (early)
        options.asm_path = as.input;
    bool ok = codegen_compile(&options, unit, group->items, group->n, path, err);
    if (early)
        ok = assembler_finish(&as, err) && ok;
    return ok;
}

static bool try_unit(CompileJob *job, const Group *group, CompiledUnit *out, Err *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.o", job->dir, group->name);
    UnitBuilder *unit = unit_open(job->world, job->home, group->name);
    bool ok = write_object(job, group, unit, path, err) &&
              link_check_object(path, group->name, &out->used, err) &&
              unit_write(unit, &out->record, err);
    unit_close(unit);
    if (ok)
        out->object = mem_strdup(path);
    else {
        unlink(path);
        buffer_free(&out->record);
    }
    return ok;
}

bool compile_check(const char *dir, Err *err)
{
    enum { ROOM = 1 << 20 };
    char path[4096];
    Err failure = ERR_INIT;
    uint32_t used;
    snprintf(path, sizeof path, "%s/check%d.o", dir, (int)getpid());
    bool ok = codegen_check(path, &failure) &&
              link_check_object(path, "check", &used, &failure);
    int fd = ok ? open(path, O_WRONLY | O_CLOEXEC) : -1;
    if (ok && (fd < 0 || posix_fallocate(fd, 0, ROOM)))
        ok = err_set(&failure, ERR_IO, "no room");
    if (fd >= 0)
        close(fd);
    unlink(path);
    return ok || err_set(err, ERR_IO,
                         "the assembler does not work here (%s): see that as (Debian's "
                         "binutils) is in /usr/bin and runs, and that there is room in "
                         "%.100s",
                         failure.text, dir);
}

static bool any_compiled(const CodegenItem *items, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (items[i].compiled)
            return true;
    return false;
}

/* Compiles items of one level; halves them while their context fails. */
static void compile_group(CompileJob *job, const Group *group)
{
    CodegenItem *items = group->items;
    size_t n = group->n;
    Err err = ERR_INIT;
    CompiledUnit unit = {.object = NULL};
    char half[200];
    if (try_unit(job, group, &unit, &err)) {
        if (any_compiled(items, n))
            *vec_push(&job->units) = unit;
        else {
            unlink(unit.object);
            free(unit.object);
            buffer_free(&unit.record);
        }
        return;
    }
    if (job->broken.kind)
        return;
    if (n == 1) {
        if (!compile_check(job->dir, &job->broken))
            return;
        if (items->compiled || !*items->reason)
            set_reason(items, err.kind, err.text);
        return;
    }
    snprintf(half, sizeof half, "%s_a", group->name);
    compile_group(job, &(Group){items, n / 2, group->level, half});
    snprintf(half, sizeof half, "%s_b", group->name);
    compile_group(job, &(Group){items + n / 2, n - n / 2, group->level, half});
}

void compile_run(CompileJob *job)
{
    int *levels = mem_array(job->n + 1, sizeof *levels);
    CodegenItem *group = mem_array(job->n + 1, sizeof *group);
    for (size_t i = 0; i < job->n; i++)
        levels[i] = level_of(job, &job->items[i]);
    for (int level = 0; level < LEVELS; level++) {
        char name[200];
        size_t n = 0;
        for (size_t i = 0; i < job->n; i++)
            if (levels[i] == level)
                group[n++] = job->items[i];
        if (!n || job->broken.kind)
            continue;
        snprintf(name, sizeof name, "%s_O%d", job->name, level);
        compile_group(job, &(Group){group, n, level, name});
        n = 0;
        for (size_t i = 0; i < job->n; i++)
            if (levels[i] == level)
                job->items[i] = group[n++];
    }
    free(levels);
    free(group);
}

void compile_free(CompileJob *job)
{
    for (size_t i = 0; i < job->units.n; i++) {
        unlink(job->units.at[i].object);
        free(job->units.at[i].object);
        buffer_free(&job->units.at[i].record);
    }
    vec_free(&job->units);
}

bool compile_image(const CompileJob *job, uint32_t level, Buffer *image, Err *err)
{
    FpFacts facts = {.at = {{.present = false}}};
    ImageSetInput set = {.level = level};
    ImageUnitInput *units = mem_array(job->units.n + 1, sizeof *units);
    for (size_t i = 0; i < job->units.n; i++) {
        units[i] = (ImageUnitInput){buffer_bytes(&job->units.at[i].record),
                                    job->units.at[i].object, 0};
        set.used |= compile_used_features(job->units.at[i].used);
    }
    fp_add_image(&facts, job->home->image, false);
    fp_add_library(&facts, job->home->world->library);
    image_add_facts(&facts);
    ImageInput input = {.facts = &facts,
                        .sets = &set,
                        .n_sets = 1,
                        .units = units,
                        .n_units = (uint32_t)job->units.n,
                        .dir = job->dir};
    bool ok = image_build(&input, image, err);
    free(units);
    return ok;
}

uint64_t compile_used_features(uint32_t used)
{
    uint32_t level = used ? 32 - (uint32_t)__builtin_clz(used) : 0;
    return level ? cpu_level_features(level) : 0;
}
