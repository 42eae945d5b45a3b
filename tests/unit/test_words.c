/* test_words.c - what failures say, in the words of the class library. */
#include <check.h>
#include <string.h>

#include "common/library/library.h"
#include "common/types/words.h"

#define MONO_LIB "/usr/lib/mono/4.5"

Suite *suite_words(void);

static World *world;
static Arena scratch;

/* The style alone is .NET's, over types that both libraries have. */
static void setup_with(const Library *library)
{
    Err err = ERR_INIT;
    static Library styled;
    styled = library_mono;
    styled.words = library->words;
    styled.message_style = library->message_style;
    world = world_open();
    world_set_library(world, &styled);
    world_set_library_dir(world, MONO_LIB);
    ck_assert_msg(world_load_corlib(world, &err), "%s", err.text);
}

static void setup_short(void)
{
    setup_with(&library_mono);
}

static void setup_plain(void)
{
    setup_with(&library_coreclr);
}

static void teardown(void)
{
    world_close(world);
    arena_free(&scratch);
}

static Type *list_of(Type *element)
{
    Err err = ERR_INIT;
    Type *list =
        assembly_find_type(world->corlib, "System.Collections.Generic", "List`1", &err);
    ck_assert_ptr_nonnull(list);
    Type *made = type_instance(list, &element, 1, &err);
    ck_assert_msg(made != NULL, "%s", err.text);
    return made;
}

static Type *nested_type(void)
{
    Err err = ERR_INIT;
    Type *outer = assembly_find_type(world->corlib, "System", "Environment", &err);
    Type *nested = type_find_nested(outer, "SpecialFolder");
    ck_assert_ptr_nonnull(nested);
    return nested;
}

/* -- texts --------------------------------------------------------------------- */

START_TEST(text_has_its_parts_filled_in)
{
    Err err = ERR_INIT;
    const char *const args[WORDS_ARGS] = {"A.B", "C"};
    ck_assert(!err_words(&err, ERR_MISSING_FIELD, world, WORDS_FIELD_NOT_FOUND, args));
    ck_assert_int_eq(err.kind, ERR_MISSING_FIELD);
    ck_assert_str_eq(err.text, "Field not found: 'A.B.C'.");
}
END_TEST

START_TEST(every_text_of_every_library_is_there)
{
    for (const Library *const *library = library_list; *library; library++)
        for (int i = 0; i < WORDS_COUNT; i++)
            ck_assert_msg((*library)->words[i] != NULL, "%s lacks words %d",
                          (*library)->name, i);
}
END_TEST

START_TEST(first_failure_wins)
{
    Err err = ERR_INIT;
    const char *const args[WORDS_ARGS] = {"A", "B"};
    err_set(&err, ERR_IO, "first");
    err_words(&err, ERR_MISSING_FIELD, world, WORDS_FIELD_NOT_FOUND, args);
    ck_assert_str_eq(err.text, "first");
}
END_TEST

/* -- styles -------------------------------------------------------------------- */

static void signature_is(const char *expected)
{
    Type *params[] = {world->known.i4, world->known.string,
                      type_byref(list_of(world->known.i8)),
                      type_szarray(nested_type())};
    MethodSig sig = {.n_params = 4, .params = params, .ret = world->known.void_};
    ck_assert_str_eq(words_signature(&scratch, nested_type(), "M", &sig), expected);
}

START_TEST(short_signature)
{
    signature_is("void System.Environment+SpecialFolder.M(int,string,"
                 "System.Collections.Generic.List`1<long>&,"
                 "System.Environment/SpecialFolder[])");
}
END_TEST

START_TEST(plain_signature)
{
    signature_is("Void System.Environment+SpecialFolder.M(Int32, System.String, "
                 "System.Collections.Generic.List`1<Int64> ByRef, SpecialFolder[])");
}
END_TEST

START_TEST(plain_subject_has_its_own_name_and_its_arguments_in_full)
{
    ck_assert_str_eq(words_type(&scratch, nested_type()), "SpecialFolder");
    ck_assert_str_eq(words_type(&scratch, list_of(nested_type())),
                     "System.Collections.Generic.List`1[System.Environment+"
                     "SpecialFolder]");
    ck_assert_str_eq(words_type(&scratch, type_szarray(world->known.i4)),
                     "System.Int32[]");
}
END_TEST

START_TEST(missing_member_is_named_in_the_style)
{
    Err err = ERR_INIT;
    MethodSig sig = {.ret = world->known.i4};
    const char *const args[WORDS_ARGS] = {
        words_signature(&scratch, world->known.object, "Gone", &sig)};
    err_words(&err, ERR_MISSING_METHOD, world, WORDS_METHOD_NOT_FOUND, args);
    ck_assert_str_eq(err.text, "Method not found: 'Int32 System.Object.Gone()'.");
}
END_TEST

START_TEST(assembly_has_its_version_and_culture)
{
    const char *name = words_assembly(&scratch, world->corlib);
    ck_assert_msg(!strncmp(name, "mscorlib, Version=4.0.0.0, Culture=neutral", 42),
                  "%s", name);
}
END_TEST

Suite *suite_words(void)
{
    Suite *suite = suite_create("words");
    TCase *plain = tcase_create("plain"), *brief = tcase_create("short");
    tcase_add_checked_fixture(plain, setup_plain, teardown);
    tcase_add_checked_fixture(brief, setup_short, teardown);
    tcase_add_test(plain, text_has_its_parts_filled_in);
    tcase_add_test(plain, every_text_of_every_library_is_there);
    tcase_add_test(plain, first_failure_wins);
    tcase_add_test(plain, plain_signature);
    tcase_add_test(plain, plain_subject_has_its_own_name_and_its_arguments_in_full);
    tcase_add_test(plain, missing_member_is_named_in_the_style);
    tcase_add_test(plain, assembly_has_its_version_and_culture);
    tcase_add_test(brief, short_signature);
    suite_add_tcase(suite, plain);
    suite_add_tcase(suite, brief);
    return suite;
}
