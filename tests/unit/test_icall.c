/* test_icall.c - the table of internal calls against the real class libraries. */
#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "common/types/types.h"
#include "loader/library/mono/table.h"
#include "loader/vm/member.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

Suite *suite_icall(void);

typedef struct IcallClass {
    const char *type;
    const IcallRow *rows;
    const char *tag, *file;
} IcallClass;

static const IcallClass classes[] = {
#define ICALL_CLASS(type, tag, file) {type, icalls_##tag, #tag, file},
#include "loader/library/mono/icalls.def"
#undef ICALL_CLASS
};

static World *world;
static Assembly *libraries[5];

static void setup(void)
{
    static const char *const names[] = {"mscorlib", "System", "System.Core",
                                        "System.Configuration", "System.Web"};
    Err err = ERR_INIT;
    world = world_open();
    world_set_library_dir(world, "/usr/lib/mono/4.5");
    ck_assert_msg(world_load_corlib(world, &err), "%s", err.text);
    for (size_t i = 0; i < COUNT(names); i++) {
        libraries[i] = world_load_name(world, names[i], NULL, &err);
        ck_assert_msg(libraries[i], "%s", err.text);
    }
}

static void teardown(void)
{
    world_close(world);
}

/* "Namespace.Outer/Inner". */
static Type *find_type(Assembly *library, const char *full)
{
    char ns[256], *name = ns;
    Err err = ERR_INIT;
    snprintf(ns, sizeof ns, "%s", full);
    char *nested = strchr(ns, '/');
    if (nested)
        *nested = 0;
    char *dot = strrchr(ns, '.');
    if (dot) {
        *dot = 0;
        name = dot + 1;
    }
    Type *type = assembly_find_type(library, dot ? ns : "", name, &err);
    if (type && nested)
        type = type_find_nested(type, nested + 1);
    return type && type_load(type, LEVEL_READY, &err) ? type : NULL;
}

static bool has_method(const Type *type, const IcallRow *row)
{
    Arena scratch = ARENA_INIT;
    bool found = false;
    for (uint32_t i = 0; i < type->n_methods && !found; i++) {
        Method *m = type->methods[i];
        if (strcmp(m->name, row->name) || !(m->impl_flags & IMPL_INTERNALCALL))
            continue;
        const char *sig = strchr(method_name(&scratch, m), '(');
        found = !row->sig || (sig && !strcmp(sig, row->sig));
    }
    arena_free(&scratch);
    return found;
}

START_TEST(classes_are_sorted)
{
    for (size_t i = 1; i < COUNT(classes); i++)
        ck_assert_msg(strcmp(classes[i - 1].type, classes[i].type) < 0,
                      "%s comes before %s", classes[i - 1].type, classes[i].type);
}
END_TEST

START_TEST(rows_name_internal_calls)
{
    for (size_t i = 0; i < COUNT(classes); i++)
        for (const IcallRow *row = classes[i].rows; row->name; row++) {
            bool found = false;
            for (size_t k = 0; k < COUNT(libraries) && !found; k++) {
                Type *type = find_type(libraries[k], classes[i].type);
                found = type && has_method(type, row);
            }
            ck_assert_msg(found, "there is no internal call %s:%s %s", classes[i].type,
                          row->name, row->sig ? row->sig : "");
        }
}
END_TEST

START_TEST(rows_are_listed_once)
{
    for (size_t i = 0; i < COUNT(classes); i++)
        for (const IcallRow *row = classes[i].rows; row->name; row++)
            for (const IcallRow *other = classes[i].rows; other < row; other++)
                ck_assert_msg(
                    strcmp(row->name, other->name) ||
                        (other->sig && (!row->sig || strcmp(row->sig, other->sig))),
                    "%s:%s is listed twice", classes[i].type, row->name);
}
END_TEST

/* -- files --------------------------------------------------------------------- */

/* "System.Reflection.RuntimeFieldInfo" ends with what "reflection/field_info" is named
 * after. */
static bool is_named_after(const char *file, const char *type)
{
    const char *base = strrchr(file, '/') + 1;
    size_t f = strlen(base), t = strlen(type);
    while (f && t) {
        if (base[f - 1] == '_')
            f--;
        else if (!isalnum((unsigned char)type[t - 1]))
            t--;
        else if (tolower((unsigned char)type[--t]) != base[--f])
            return false;
    }
    return !f;
}

START_TEST(a_file_has_the_name_of_one_of_its_few_classes)
{
    enum { MOST = 4 };
    for (size_t i = 0; i < COUNT(classes); i++) {
        bool named = false;
        int n = 0;
        for (size_t k = 0; k < COUNT(classes); k++)
            if (!strcmp(classes[k].file, classes[i].file)) {
                named |= is_named_after(classes[k].file, classes[k].type);
                n++;
            }
        ck_assert_msg(named, "%s: no class has that name", classes[i].file);
        ck_assert_msg(n <= MOST, "%s: %d classes", classes[i].file, n);
    }
}
END_TEST

START_TEST(a_class_lies_in_the_file_that_is_said)
{
    for (size_t i = 0; i < COUNT(classes); i++) {
        char path[256], rows[128], line[512];
        bool found = false;
        snprintf(path, sizeof path, "loader/library/mono/%s.c", classes[i].file);
        snprintf(rows, sizeof rows, "const IcallRow icalls_%s[]", classes[i].tag);
        FILE *file = fopen(path, "re");
        ck_assert_msg(file, "there is no %s", path);
        while (!found && fgets(line, sizeof line, file))
            found = !strncmp(line, rows, strlen(rows));
        fclose(file);
        ck_assert_msg(found, "%s is not in %s", rows, path);
    }
}
END_TEST

Suite *suite_icall(void)
{
    Suite *suite = suite_create("icall");
    TCase *tcase = tcase_create("table");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, classes_are_sorted);
    tcase_add_test(tcase, rows_name_internal_calls);
    tcase_add_test(tcase, rows_are_listed_once);
    suite_add_tcase(suite, tcase);
    TCase *files = tcase_create("files");
    tcase_add_test(files, a_file_has_the_name_of_one_of_its_few_classes);
    tcase_add_test(files, a_class_lies_in_the_file_that_is_said);
    suite_add_tcase(suite, files);
    return suite;
}
