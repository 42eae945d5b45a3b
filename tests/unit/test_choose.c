/* test_choose.c - which class library an assembly is written for, by what it refers to.
 */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/types/choose.h"

Suite *suite_choose(void);

#define MONO_LIB "/usr/lib/mono/4.5/"

static const LibraryReference from_5[] = {{"System.Nothing", 1}, {"mscorlib", 5}};
static const LibraryReference from_4[] = {{"System.Nothing", 1}, {"mscorlib", 4}};
static Library second, third;
static const Library *list[4];

static void setup(void)
{
    second = (Library){.name = "second",
                       .core = "Second.Core",
                       .references = from_5,
                       .n_references = 2};
    third = second;
    third.name = "third";
    third.core = "Third.Core";
    list[0] = &second;
    list[1] = &third;
    list[2] = &library_mono;
    list[3] = NULL;
}

static const Library *claiming(const char *path)
{
    Err err = ERR_INIT;
    Image *image = image_open(path, &err);
    ck_assert_msg(image, "%s", err.text);
    const Library *library = library_claiming(list, image);
    image_close(image);
    return library;
}

/* System.dll refers to mscorlib 4.0.0.0. */
START_TEST(a_reference_of_a_lower_version_claims_nothing)
{
    ck_assert_ptr_null(claiming(MONO_LIB "System.dll"));
}
END_TEST

START_TEST(the_version_itself_claims_and_the_first_library_wins)
{
    third.references = from_4;
    ck_assert_ptr_eq(claiming(MONO_LIB "System.dll"), &third);
    second.references = from_4;
    ck_assert_ptr_eq(claiming(MONO_LIB "System.dll"), &second);
    second.n_references = 1;
    ck_assert_ptr_eq(claiming(MONO_LIB "System.dll"), &third);
}
END_TEST

START_TEST(a_core_assembly_is_its_librarys)
{
    ck_assert_ptr_eq(claiming(MONO_LIB "mscorlib.dll"), &library_mono);
    list[2] = NULL;
    ck_assert_ptr_null(claiming(MONO_LIB "mscorlib.dll"));
}
END_TEST

START_TEST(a_directory_is_the_librarys_whose_core_it_has)
{
    ck_assert_ptr_eq(library_of_dir(list, MONO_LIB), &library_mono);
    second.core = "System";
    ck_assert_ptr_eq(library_of_dir(list, MONO_LIB), &second);
    ck_assert_ptr_null(library_of_dir(list, "/usr/lib/mono"));
    ck_assert_ptr_null(library_of_dir(list, "/no/such/directory"));
}
END_TEST

START_TEST(what_nobody_claims_is_the_default_librarys)
{
    ck_assert_ptr_eq(library_of_file(MONO_LIB "System.dll"), LIBRARY_DEFAULT);
    ck_assert_ptr_eq(library_of_file("/dev/null"), LIBRARY_DEFAULT);
    ck_assert_ptr_eq(library_of_file("/no/such/file"), LIBRARY_DEFAULT);
}
END_TEST

START_TEST(libraries_have_names_of_their_own)
{
    for (const Library *const *library = library_list; *library; library++) {
        ck_assert_ptr_eq(library_find((*library)->name), *library);
        ck_assert_ptr_eq(library_of_identity((*library)->identity), *library);
    }
    ck_assert_ptr_null(library_find("nobody's"));
    ck_assert_ptr_null(library_of_identity(""));
}
END_TEST

Suite *suite_choose(void)
{
    Suite *suite = suite_create("choose");
    TCase *tcase = tcase_create("choose");
    tcase_add_checked_fixture(tcase, setup, NULL);
    tcase_add_test(tcase, a_reference_of_a_lower_version_claims_nothing);
    tcase_add_test(tcase, the_version_itself_claims_and_the_first_library_wins);
    tcase_add_test(tcase, a_core_assembly_is_its_librarys);
    tcase_add_test(tcase, a_directory_is_the_librarys_whose_core_it_has);
    tcase_add_test(tcase, what_nobody_claims_is_the_default_librarys);
    tcase_add_test(tcase, libraries_have_names_of_their_own);
    suite_add_tcase(suite, tcase);
    return suite;
}
