/* irdump - the IR of methods, and a check of the importer on whole assemblies.
 *
 * irdump ASM.dll Namespace.Type Method    prints every overload
 * irdump --all ASM.dll...                 imports and checks every body; prints
 * failures Generic definitions are shown over __Canon. --library DIR, before all else,
 * says where the class library lies.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/log.h"
#include "common/framework/framework.h"
#include "common/ir/ir.h"
#include "common/types/choose.h"

typedef struct Totals {
    uint32_t n, failed, unsupported, throws;
    uint64_t insns, nanoseconds;
} Totals;

static bool over_int; /* arguments are int instead of __Canon */

static bool type_over_canon(Type **type, Err *err)
{
    World *world = (*type)->world;
    Type *args[64];
    if (!(*type)->n_args)
        return true;
    for (uint32_t i = 0; i < (*type)->n_args && i < 64; i++)
        args[i] = over_int ? world->known.i4 : world->canon;
    *type = type_instance(*type, args, (*type)->n_args, err);
    return *type != NULL;
}

static Method *method_over_canon(Method *method, Err *err)
{
    Type *args[64], *type = method->type;
    if (!type_over_canon(&type, err))
        return NULL;
    uint32_t n = method->n_args;
    if (type != method->type && !(method = method_on_type(method, type, err)))
        return NULL;
    for (uint32_t i = 0; i < n && i < 64; i++)
        args[i] = over_int ? type->world->known.i4 : type->world->canon;
    return n ? method_instance(method, args, n, err) : method;
}

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void note_throws(const IrMethod *ir, Totals *totals, const char *name)
{
    for (uint32_t i = 0; i < ir->n_insns; i++)
        if (ir->insns[i].op == IR_THROW_ERR) {
            totals->throws++;
            printf("THROWS %s: IL_%04x: %s\n", name, ir->insns[i].il,
                   ir->insns[i].err->text);
        }
}

static void try_method(Method *def, Totals *totals)
{
    Arena arena = ARENA_INIT;
    Err err = ERR_INIT;
    Method *method = method_over_canon(def, &err);
    uint64_t start = now();
    IrMethod *ir = method ? ir_import(method, &arena, &err) : NULL;
    if (ir)
        ir_layout(ir);
    totals->nanoseconds += now() - start;
    totals->n++;
    char *name = method_name(&arena, def);
    if (!ir || !ir_check(ir, &err)) {
        totals->failed++;
        printf("%s %s: %s\n", ir ? "BROKEN" : "FAILED", name, err.text);
    } else {
        totals->insns += ir->n_insns;
        note_throws(ir, totals, name);
    }
    arena_free(&arena);
}

static bool has_body(const Method *method)
{
    if (method->flags & (METHOD_ABSTRACT | METHOD_PINVOKE))
        return false;
    return !(method->impl_flags & (IMPL_CODE_TYPE_MASK | IMPL_INTERNALCALL));
}

static void try_assembly(Assembly *assembly)
{
    Totals totals = {0};
    uint32_t n = image_rows(assembly->image, TABLE_MethodDef);
    for (uint32_t rid = 1; rid <= n; rid++) {
        Err err = ERR_INIT;
        Method *method = assembly_method(assembly, rid, &err);
        if (!method)
            printf("FAILED method %u: %s\n", rid, err.text);
        else if (has_body(method))
            try_method(method, &totals);
    }
    printf("%s: %u bodies, %u failed, %u throws, %llu insns, %.2f us a method\n",
           assembly->name, totals.n, totals.failed, totals.throws,
           (unsigned long long)totals.insns,
           (double)totals.nanoseconds / 1000 / (totals.n ? totals.n : 1));
}

static int show_method(Assembly *assembly, const char *type_text, const char *name)
{
    char ns[512] = "";
    const char *dot = strrchr(type_text, '.');
    const char *simple = dot ? dot + 1 : type_text;
    snprintf(ns, sizeof ns, "%.*s", dot ? (int)(dot - type_text) : 0, type_text);
    char outer[512];
    snprintf(outer, sizeof outer, "%.*s", (int)strcspn(simple, "/"), simple);
    Err err = ERR_INIT;
    Type *type = assembly_find_type(assembly, ns, outer, &err);
    if (type && strchr(simple, '/'))
        type = type_find_nested(type, strchr(simple, '/') + 1);
    if (!type || !type_load(type, LEVEL_READY, &err)) {
        fprintf(stderr, "irdump: no type %s %s\n", type_text, err.text);
        return 1;
    }
    for (uint32_t i = 0; i < type->n_methods; i++) {
        if (strcmp(type->methods[i]->name, name))
            continue;
        Arena arena = ARENA_INIT;
        Buffer out = BUFFER_INIT;
        err = (Err)ERR_INIT;
        Method *method = method_over_canon(type->methods[i], &err);
        IrMethod *ir = method ? ir_import(method, &arena, &err) : NULL;
        if (ir) {
            ir_layout(ir);
            ir_print(&out, ir);
            ir_check(ir, &err);
        }
        printf("%.*s", (int)out.size, (char *)out.data);
        if (err.kind)
            printf("!! %s\n", err.text);
        buffer_free(&out);
        arena_free(&arena);
    }
    return 0;
}

/* Of the class library that the assembly is written for; dir: where that lies, or NULL.
 */
static World *open_world(const char *path, const char *dir)
{
    Err err = ERR_INIT;
    World *world = world_open();
    world_set_library(world, library_of_file(path));
    if (dir)
        world_set_library_dir(world, dir);
    else if (world->library->search.framework &&
             !framework_for_assembly(world, path, &err))
        log_fatal("%s", err.text);
    if (!world_load_corlib(world, &err))
        log_fatal("%s", err.text);
    return world;
}

int main(int argc, char **argv)
{
    Err err = ERR_INIT;
    const char *dir = NULL;
    if (argc > 2 && !strcmp(argv[1], "--library")) {
        dir = argv[2];
        argv += 2;
        argc -= 2;
    }
    over_int = argc > 2 && !strcmp(argv[1], "--int");
    bool all = argc > 2 && (over_int || !strcmp(argv[1], "--all"));
    if (!all && argc != 4)
        log_fatal("usage: irdump [--library DIR] [--all] ASM.dll Type Method");
    World *world = open_world(argv[all ? 2 : 1], dir);
    int status = 0;
    for (int i = all ? 2 : 1; i < (all ? argc : 2); i++) {
        Assembly *assembly = world_load_file(world, argv[i], &err);
        if (!assembly)
            log_fatal("%s", err.text);
        if (all)
            try_assembly(assembly);
        else
            status = show_method(assembly, argv[2], argv[3]);
    }
    world_close(world);
    return status;
}
