/* test_embed.c - the public interface, codicil.h. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/codicil.h"
#include "tests/run.h"

Suite *suite_embed(void);

static char dir[64];
static codicil_runtime *runtime;
static codicil_error *error;

static const char source[] =
    "using System;\n"
    "public enum Color : byte { Red = 3 }\n"
    "namespace N { public static class Q {\n"
    "  public static int Add(int a, sbyte b) { return a + b; }\n"
    "  public static string Join(string a, double d) { return a + (d > 1 ? \"big\" : "
    "\"small\"); }\n"
    "  public static float Half(float f) { return f / 2; }\n"
    "  public static Color Echo(Color c) { return c; }\n"
    "  public static void Fail() { throw new InvalidOperationException(\"oops\"); }\n"
    "  public static object Odd() { return null; }\n"
    "  public static int Over(int a) { return 1; }\n"
    "  public static int Over(string a) { return 2; }\n"
    "  public static int Over(short a) { return 3; }\n"
    "  public static int Over(Color a) { return 4; }\n"
    "  public static int Over(int[] a) { return 5; }\n"
    "  public static int Over(int a, float b) { return 6; }\n"
    "  public static int Over(float a, int b) { return 7; }\n"
    "  static int Main(string[] a) { return a.Length == 0 ? 7 : int.Parse(a[0]); } } "
    "}\n";

static void compile_once(void)
{
    char path[128], line[256];
    strcpy(dir, "/tmp/codicil-embed-XXXXXX");
    ck_assert(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/q.cs", dir);
    FILE *file = fopen(path, "w");
    ck_assert(file && fputs(source, file) >= 0 && !fclose(file));
    snprintf(line, sizeof line, "mcs -nologo -out:%s/q.exe %s", dir, path);
    ck_assert_msg(!system(line), "failed: %s", line);
}

static void remove_all(void)
{
    char line[128];
    snprintf(line, sizeof line, "rm -r %s", dir);
    ck_assert(!system(line));
}

static codicil_assembly *start(void)
{
    codicil_options options = {
        .size = sizeof options, .mode = "interp", .no_cache = true};
    runtime = codicil_open(&options, &error);
    ck_assert_msg(runtime, "%s", codicil_error_message(error));
    char path[128];
    snprintf(path, sizeof path, "%s/q.exe", dir);
    codicil_assembly *assembly = codicil_load(runtime, path, &error);
    ck_assert_msg(assembly, "%s", codicil_error_message(error));
    return assembly;
}

static codicil_value call(const char *name, int n, const codicil_value *args)
{
    codicil_value result;
    codicil_method *method = codicil_find_method(start(), "N.Q", name, n, &error);
    ck_assert_msg(method, "%s", codicil_error_message(error));
    ck_assert_msg(codicil_invoke(method, args, &result, &error), "%s",
                  codicil_error_message(error));
    return result;
}

START_TEST(integers_pass_both_ways)
{
    codicil_value args[] = {{CODICIL_INT, {.i = 40}}, {CODICIL_INT, {.i = -2}}};
    codicil_value result = call("Add", 2, args);
    ck_assert_int_eq(result.kind, CODICIL_INT);
    ck_assert_int_eq(result.i, 38);
}
END_TEST

START_TEST(strings_pass_both_ways)
{
    char text[] = "h\xc3\xa9";
    codicil_value args[] = {{CODICIL_STRING, {.s = text}}, {CODICIL_DOUBLE, {.d = 2}}};
    codicil_value result = call("Join", 2, args);
    ck_assert_str_eq(result.s, "h\xc3\xa9"
                               "big");
    codicil_free(result.s);
}
END_TEST

START_TEST(floats_widen)
{
    codicil_value args[] = {{CODICIL_DOUBLE, {.d = 3}}};
    ck_assert_double_eq(call("Half", 1, args).d, 1.5);
}
END_TEST

START_TEST(enums_are_integers)
{
    codicil_value args[] = {{CODICIL_INT, {.i = 3}}};
    ck_assert_int_eq(call("Echo", 1, args).i, 3);
}
END_TEST

START_TEST(arguments_of_another_kind_are_refused)
{
    codicil_method *method = codicil_find_method(start(), "N.Q", "Add", 2, &error);
    codicil_value args[] = {{CODICIL_INT, {.i = 1}}, {CODICIL_DOUBLE, {.d = 2}}};
    ck_assert(!codicil_invoke(method, args, NULL, &error));
    ck_assert_int_eq(codicil_error_get_kind(error), CODICIL_ERROR_USAGE);
    codicil_error_free(error);
}
END_TEST

START_TEST(exceptions_become_errors)
{
    codicil_method *method = codicil_find_method(start(), "N.Q", "Fail", 0, &error);
    ck_assert(!codicil_invoke(method, NULL, NULL, &error));
    ck_assert_int_eq(codicil_error_get_kind(error), CODICIL_ERROR_EXCEPTION);
    ck_assert_ptr_nonnull(
        strstr(codicil_error_message(error), "InvalidOperationException: oops"));
    codicil_error_free(error);
}
END_TEST

START_TEST(what_is_not_there_is_not_found)
{
    codicil_assembly *assembly = start();
    ck_assert_ptr_null(codicil_find_method(assembly, "N.Q", "None", 0, &error));
    ck_assert_int_eq(codicil_error_get_kind(error), CODICIL_ERROR_NOT_FOUND);
    codicil_error_free(error);
    ck_assert_ptr_null(codicil_find_method(assembly, "N.Q", "Odd", 0, NULL));
    ck_assert_ptr_null(codicil_find_method(assembly, "N.X", "Add", 2, NULL));
    ck_assert_ptr_null(codicil_load(runtime, "/etc/passwd", &error));
    ck_assert_int_eq(codicil_error_get_kind(error), CODICIL_ERROR_FILE);
    codicil_error_free(error);
}
END_TEST

START_TEST(an_overload_is_chosen_by_its_parameters)
{
    static const struct {
        const char *name;
        int n, result;
    } rows[] = {{"Over(int)", 1, 1},
                {"Over(System.Int32)", 1, 1},
                {"Over( string )", 1, 2},
                {"Over(short)", 1, 3},
                {"Over(Int16)", 1, 3},
                {"Over(int16)", 1, 3},
                {"Over(Color)", 1, 4},
                {"Over(int, float)", 2, 6},
                {"Over(float,System.Int32)", 2, 7},
                {"Add", 2, 0},
                {"Fail()", 0, 0}};
    codicil_assembly *assembly = start();
    char text[] = "7";
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        codicil_method *method =
            codicil_find_method(assembly, "N.Q", rows[i].name, rows[i].n, &error);
        ck_assert_msg(method, "%s: %s", rows[i].name, codicil_error_message(error));
        if (!rows[i].result)
            continue;
        codicil_value args[2] = {{CODICIL_INT, {.i = 1}}, {CODICIL_DOUBLE, {.d = 1}}};
        codicil_value result;
        if (rows[i].result == 2)
            args[0] = (codicil_value){CODICIL_STRING, {.s = text}};
        if (rows[i].result == 7)
            args[0].kind = CODICIL_DOUBLE, args[1].kind = CODICIL_INT;
        ck_assert(codicil_invoke(method, args, &result, &error));
        ck_assert_int_eq(result.i, rows[i].result);
    }
}
END_TEST

START_TEST(a_name_of_several_methods_is_an_error_that_lists_them)
{
    codicil_assembly *assembly = start();
    ck_assert_ptr_null(codicil_find_method(assembly, "N.Q", "Over", 1, &error));
    ck_assert_int_eq(codicil_error_get_kind(error), CODICIL_ERROR_AMBIGUOUS);
    const char *message = codicil_error_message(error);
    ck_assert_msg(strstr(message, "Over(int)") && strstr(message, "Over(string)") &&
                      strstr(message, "Over(int16)") && strstr(message, "Over(Color)"),
                  "%s", message);
    codicil_error_free(error);
    static const char *const none[] = {"Over(long)", "Over(int",   "Over(int))",
                                       "Over()",     "Over(int,)", "Over(int) "};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        ck_assert_msg(!codicil_find_method(assembly, "N.Q", none[i], 1, &error), "%s",
                      none[i]);
        ck_assert_int_eq(codicil_error_get_kind(error), CODICIL_ERROR_NOT_FOUND);
        codicil_error_free(error);
    }
}
END_TEST

START_TEST(main_runs_with_arguments)
{
    codicil_assembly *assembly = start();
    char number[] = "42", *args[] = {number};
    int code = 0;
    ck_assert(codicil_run_main(assembly, 0, NULL, &code, &error));
    ck_assert_int_eq(code, 7);
    ck_assert(codicil_run_main(assembly, 1, args, &code, &error));
    ck_assert_int_eq(code, 42);
    char *stats = codicil_stats(runtime);
    ck_assert_ptr_nonnull(strstr(stats, "\"interpreted\""));
    codicil_free(stats);
    codicil_close(runtime);
}
END_TEST

START_TEST(the_runtime_opens_once)
{
    start();
    ck_assert_ptr_null(codicil_open(NULL, &error));
    ck_assert_int_eq(codicil_error_get_kind(error), CODICIL_ERROR_USAGE);
    codicil_error_free(error);
}
END_TEST

START_TEST(bad_options_are_refused)
{
    codicil_options options = {.size = sizeof options, .mode = "fast"};
    ck_assert_ptr_null(codicil_open(&options, NULL));
    options = (codicil_options){.size = 4};
    ck_assert_ptr_null(codicil_open(&options, NULL));
}
END_TEST

Suite *suite_embed(void)
{
    Suite *suite = suite_create("embed");
    TCase *tcase = tcase_create("embed");
    tcase_set_timeout(tcase, 60);
    tcase_add_unchecked_fixture(tcase, compile_once, remove_all);
    tcase_add_test(tcase, integers_pass_both_ways);
    tcase_add_test(tcase, strings_pass_both_ways);
    tcase_add_test(tcase, floats_widen);
    tcase_add_test(tcase, enums_are_integers);
    tcase_add_test(tcase, arguments_of_another_kind_are_refused);
    tcase_add_test(tcase, exceptions_become_errors);
    tcase_add_test(tcase, what_is_not_there_is_not_found);
    tcase_add_test(tcase, an_overload_is_chosen_by_its_parameters);
    tcase_add_test(tcase, a_name_of_several_methods_is_an_error_that_lists_them);
    tcase_add_test(tcase, main_runs_with_arguments);
    tcase_add_test(tcase, the_runtime_opens_once);
    tcase_add_test(tcase, bad_options_are_refused);
    suite_add_tcase(suite, tcase);
    return suite;
}
