/* test_crossgen.c - what is planned, and how a batch becomes objects and records. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "crossgen/compile.h"
#include "crossgen/plan.h"
#include "crossgen/seeds.h"
#include "tests/run.h"

Suite *suite_crossgen(void);

#define CLASS_LIBRARY "/usr/lib/mono/4.5"

static struct {
    World *world;
    Type *list, *dictionary;
    Profile profile;
    char dir[100];
} fx;

static Type *find(const char *ns, const char *name)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(fx.world->corlib, ns, name, &err);
    ck_assert_msg(type != NULL, "%s: %s", name, err.text);
    return type;
}

static void setup(void)
{
    Err err = ERR_INIT;
    fx.world = world_open();
    world_set_library_dir(fx.world, CLASS_LIBRARY);
    ck_assert_msg(world_load_corlib(fx.world, &err), "%s", err.text);
    fx.list = find("System.Collections.Generic", "List`1");
    fx.dictionary = find("System.Collections.Generic", "Dictionary`2");
    snprintf(fx.dir, sizeof fx.dir, "/tmp/test-crossgen-XXXXXX");
    ck_assert(mkdtemp(fx.dir) != NULL);
}

static void teardown(void)
{
    world_close(fx.world);
    profile_free(&fx.profile);
    fx.profile = (Profile){.n = 0};
    rmdir(fx.dir);
}

static Type *instance(Type *def, Type *a, Type *b)
{
    Err err = ERR_INIT;
    Type *args[] = {a, b};
    Type *type = type_instance(def, args, b ? 2 : 1, &err);
    ck_assert_msg(type != NULL, "%s", err.text);
    return type;
}

/* -- Plans --------------------------------------------------------------------- */

static Assembly *load(const char *name)
{
    Err err = ERR_INIT;
    Assembly *assembly = world_load_name(fx.world, name, fx.world->corlib, &err);
    ck_assert_msg(assembly != NULL, "%s", err.text);
    return assembly;
}

static bool read_profile(const char *text, Err *err)
{
    char path[200];
    snprintf(path, sizeof path, "%s/profile", fx.dir);
    ck_assert(
        file_write(path, (Bytes){(const uint8_t *)text, strlen(text)}, 0644, err));
    bool ok = profile_read(&fx.profile, path, err);
    unlink(path);
    return ok;
}

/* Exact names, shared code by any of its instances; overloads are told apart. */
START_TEST(methods_of_a_profile_are_planned_first)
{
    static const char *const first[] = {
        "System.Linq.Enumerable:Count<System.__Canon> "
        "(System.Collections.Generic.IEnumerable`1<System.__Canon>)",
        "System.Linq.Enumerable:Sum (System.Collections.Generic.IEnumerable`1<int>)"};
    Plan plan;
    Arena scratch = ARENA_INIT;
    Err err = ERR_INIT;
    ck_assert_msg(
        read_profile("precompiled\tSystem.Core\tSystem.Linq.Enumerable:Count<string> "
                     "(System.Collections.Generic.IEnumerable`1<string>)\n"
                     "\n"
                     "interpreted\tother\tSystem.Linq.Enumerable:Empty<string> ()\n"
                     "ran\tSystem.Core\tSystem.Linq.Enumerable:Range\n"
                     "interpreted\tSystem.Core\tSystem.Linq.Enumerable:Sum "
                     "(System.Collections.Generic.IEnumerable`1<int>)",
                     &err),
        "%s", err.text);
    plan_open(&plan, load("System.Core"), &fx.profile);
    uint32_t n = 0;
    while (plan.items.at[n].rank != PROFILE_NONE)
        n++;
    for (size_t i = n; i < plan.items.n; i++)
        ck_assert_uint_eq(plan.items.at[i].rank, PROFILE_NONE);
    ck_assert_uint_ge(n, 3);
    ck_assert(!strncmp(method_name(&scratch, plan.items.at[1].method),
                       "System.Linq.Enumerable:Range ", 29) ||
              plan.items.at[1].rank == 0);
    ck_assert_str_eq(method_name(&scratch, plan.items.at[0].method), first[0]);
    ck_assert_str_eq(method_name(&scratch, plan.items.at[n - 1].method), first[1]);
    arena_free(&scratch);
    plan_close(&plan);
}
END_TEST

START_TEST(a_file_that_is_no_profile_is_refused_by_its_line)
{
    Err err = ERR_INIT;
    ck_assert(!read_profile("jitted\ta\tb:c ()\nanything\tb\n", &err));
    ck_assert_msg(strstr(err.text, "profile:2: ") != NULL, "%s", err.text);
}
END_TEST

START_TEST(every_method_with_a_body_is_planned_once)
{
    Plan plan;
    uint32_t bodies = 0, counted = 0;
    Assembly *home = load("System.Core");
    for (uint32_t rid = 1; rid <= image_rows(home->image, TABLE_MethodDef); rid++)
        bodies += image_get(home->image, TABLE_MethodDef, rid, COL_MethodDef_RVA) != 0;
    plan_open(&plan, home, &fx.profile);
    for (size_t i = 0; i < plan.items.n; i++)
        counted += plan.items.at[i].counted;
    ck_assert_uint_eq(counted, bodies);
    plan_close(&plan);
}
END_TEST

START_TEST(generic_definitions_are_planned_in_canonical_form)
{
    Plan plan;
    plan_open(&plan, load("System.Core"), &fx.profile);
    for (size_t i = 0; i < plan.items.n; i++) {
        Method *method = plan.items.at[i].method;
        if (!plan.items.at[i].reason)
            ck_assert_ptr_eq(method_canonical(method), method);
        else
            ck_assert(!plan.items.at[i].compiled);
    }
    plan_close(&plan);
}
END_TEST

/* Adds what a unit with one ENTRY cell uses; returns how many items that makes. */
static size_t add_entry(Plan *plan, Method *method)
{
    Err err = ERR_INIT;
    Buffer record = BUFFER_INIT;
    size_t before = plan->items.n;
    Fixup fixup = {.kind = FIX_ENTRY, .method = method};
    UnitBuilder *unit = unit_open(fx.world, plan->home, "u");
    unit_cell(unit, &fixup);
    ck_assert(unit_write(unit, &record, &err));
    plan_add_used(plan, buffer_bytes(&record));
    unit_close(unit);
    buffer_free(&record);
    return plan->items.n - before;
}

static Method *add_of(Type *list)
{
    Err err = ERR_INIT;
    ck_assert(type_load(list, LEVEL_READY, &err));
    return type_find_method(list, "Add", 1);
}

START_TEST(instances_over_own_value_types_are_added_once)
{
    Plan plan;
    Type *guid = find("System", "Guid");
    plan_open(&plan, load("System.Core"), &fx.profile);
    ck_assert_uint_eq(add_entry(&plan, add_of(instance(fx.list, guid, NULL))), 1);
    ck_assert_uint_eq(add_entry(&plan, add_of(instance(fx.list, guid, NULL))), 0);
    plan_close(&plan);
}
END_TEST

START_TEST(what_the_class_library_has_is_not_added)
{
    Plan plan;
    Err err = ERR_INIT;
    Type *string = fx.world->known.string, *i4 = fx.world->known.i4;
    ck_assert(type_load(string, LEVEL_READY, &err));
    plan_open(&plan, load("System.Core"), &fx.profile);
    ck_assert_uint_eq(add_entry(&plan, add_of(instance(fx.list, string, NULL))), 0);
    ck_assert_uint_eq(add_entry(&plan, add_of(instance(fx.list, i4, NULL))), 0);
    ck_assert_uint_eq(add_entry(&plan, type_find_method(string, "get_Length", 0)), 0);
    plan_close(&plan);
}
END_TEST

START_TEST(seeds_are_instances_over_primitives)
{
    const KnownTypes *known = &fx.world->known;
    Type *guid = find("System", "Guid");
    ck_assert(seeds_have(instance(fx.list, known->i4, NULL)));
    ck_assert(seeds_have(instance(fx.dictionary, known->string, known->boolean)));
    ck_assert(!seeds_have(instance(fx.list, guid, NULL)));
    ck_assert(!seeds_have(instance(fx.dictionary, guid, known->i4)));
    ck_assert(!seeds_have(fx.list));
    ck_assert(!seeds_have(known->string));
}
END_TEST

static void check_seed(void *user, Type *type)
{
    ck_assert(seeds_have(type));
    ck_assert_int_eq(type_level(type), LEVEL_READY);
    ++*(uint32_t *)user;
}

START_TEST(every_seed_exists)
{
    uint32_t n = 0;
    seeds_visit(fx.world, check_seed, &n);
    ck_assert_uint_gt(n, 200);
}
END_TEST

/* -- Batches ------------------------------------------------------------------- */

START_TEST(a_batch_gives_objects_and_says_why_not)
{
    Err err = ERR_INIT;
    Type *string = fx.world->known.string;
    ck_assert(type_load(string, LEVEL_READY, &err));
    CodegenItem items[] = {{.method = type_find_method(string, "get_Length", 0)},
                           {.method = type_find_method(string, "IsNullOrEmpty", 1)},
                           {.method = type_find_method(string, "TrimEnd", 0)}};
    ck_assert(!(items[0].method->flags & METHOD_ABSTRACT));
    CompileJob job = {.world = fx.world,
                      .home = fx.world->corlib,
                      .isa = "x86-64",
                      .opt_level = 1,
                      .dir = fx.dir,
                      .name = "t",
                      .items = items,
                      .n = 3};
    compile_run(&job);
    ck_assert_uint_ge(job.units.n, 1);
    ck_assert(items[1].compiled && items[2].compiled);
    ck_assert(items[0].compiled || *items[0].reason);
    for (size_t i = 0; i < job.units.n; i++)
        ck_assert(file_exists(job.units.at[i].object));
    compile_free(&job);
}
END_TEST

Suite *suite_crossgen(void)
{
    Suite *suite = suite_create("crossgen");
    TCase *plans = tcase_create("plans");
    tcase_add_checked_fixture(plans, setup, teardown);
    tcase_set_timeout(plans, 120);
    tcase_add_test(plans, methods_of_a_profile_are_planned_first);
    tcase_add_test(plans, a_file_that_is_no_profile_is_refused_by_its_line);
    tcase_add_test(plans, every_method_with_a_body_is_planned_once);
    tcase_add_test(plans, generic_definitions_are_planned_in_canonical_form);
    tcase_add_test(plans, instances_over_own_value_types_are_added_once);
    tcase_add_test(plans, what_the_class_library_has_is_not_added);
    tcase_add_test(plans, seeds_are_instances_over_primitives);
    tcase_add_test(plans, every_seed_exists);
    tcase_add_test(plans, a_batch_gives_objects_and_says_why_not);
    suite_add_tcase(suite, plans);
    return suite;
}
