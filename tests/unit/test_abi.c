/* test_abi.c - signatures as words, by structures of every class. */
#include <check.h>

#include "common/ir/abi.h"
#include "common/ir/synth.h"
#include "tests/run.h"
#include "tests/unit/ir_cases.h"

Suite *suite_abi(void);

typedef struct StructCase {
    const char *name;
    const char *arg; /* words of the argument; "p": by pointer */
    const char *ret; /* words of the result; "m": in memory */
} StructCase;

/* i: I4, l: I8, f: F4, d: F8. */
static const StructCase struct_cases[] = {
    {"Ints", "l", "l"},      {"OneDouble", "d", "d"},     {"OneFloat", "f", "f"},
    {"TwoFloats", "l", "l"}, {"DoubleFloat", "dl", "dl"}, {"LongDouble", "ld", "ld"},
    {"FloatInt", "l", "l"},  {"Big", "p", "m"},           {"Empty", "l", "l"},
    {"Nested", "dl", "dl"},  {"RefInt", "ll", "ll"},      {"Union", "l", "l"},
    {"Packed", "p", "m"},
};

static const char letters[] = {
    [ABI_I4] = 'i', [ABI_I8] = 'l', [ABI_F4] = 'f', [ABI_F8] = 'd'};

static AbiSig *lower(Method *method)
{
    Err err = ERR_INIT;
    AbiSig *sig = abi_of_method(method, &cases_arena, &err);
    ck_assert_msg(sig, "%s", err.text);
    return sig;
}

static void arg_words(char *out, const AbiArg *arg)
{
    if (arg->by_pointer)
        *out++ = 'p';
    else
        for (int i = 0; i < arg->n_words; i++)
            *out++ = letters[arg->words[i]];
    *out = 0;
}

static void ret_words(char *out, const AbiSig *sig)
{
    if (sig->ret == ABI_RET_MEMORY)
        *out++ = 'm';
    if (sig->ret == ABI_RET_WORD || sig->ret == ABI_RET_PAIR)
        *out++ = letters[sig->ret_words[0]];
    if (sig->ret == ABI_RET_PAIR)
        *out++ = letters[sig->ret_words[1]];
    *out = 0;
}

START_TEST(structs_become_words)
{
    const StructCase *c = &struct_cases[_i];
    AbiSig *sig = lower(cases_method("Abi", c->name));
    char words[8];
    ck_assert_uint_eq(sig->n_args, 1);
    arg_words(words, &sig->args[0]);
    ck_assert_str_eq(words, c->arg);
    ret_words(words, sig);
    ck_assert_str_eq(words, c->ret);
}
END_TEST

START_TEST(scalars_are_one_word_each)
{
    AbiSig *sig = lower(cases_method("Abi", "Scalars"));
    const char *wanted = "iilfdlll";
    ck_assert_uint_eq(sig->n_args, 8);
    for (uint32_t i = 0; i < 8; i++) {
        ck_assert_uint_eq(sig->args[i].n_words, 1);
        ck_assert_int_eq(letters[sig->args[i].words[0]], wanted[i]);
    }
    ck_assert_int_eq(sig->ret, ABI_RET_VOID);
}
END_TEST

START_TEST(this_comes_first)
{
    AbiSig *sig = lower(cases_method("Abi", "Instance"));
    ck_assert(sig->has_this && !sig->has_context);
    ck_assert_uint_eq(sig->n_args, 2);
    ck_assert_ptr_null(sig->args[0].type);
    ck_assert_int_eq(sig->args[0].words[0], ABI_I8);
}
END_TEST

START_TEST(this_of_a_value_is_its_address)
{
    Method *method = cases_method("Pair", "ToString");
    Err err = ERR_INIT;
    ck_assert_ptr_eq(lower(method)->args[0].type, type_byref(method->type));
    Method *unbox = synth_method(SYNTH_UNBOX, method, &err);
    ck_assert_ptr_null(lower(unbox)->args[0].type);
}
END_TEST

START_TEST(context_comes_last)
{
    AbiSig *sig = lower(cases_method("Abi", "Generic"));
    ck_assert(sig->has_context);
    ck_assert_uint_eq(sig->n_args, 2);
    ck_assert_int_eq(sig->args[1].words[0], ABI_I8);
}
END_TEST

Suite *suite_abi(void)
{
    Suite *suite = suite_create("abi");
    TCase *tcase = tcase_create("abi");
    tcase_add_unchecked_fixture(tcase, cases_setup, cases_teardown);
    tcase_add_loop_test(tcase, structs_become_words, 0,
                        (int)(sizeof struct_cases / sizeof *struct_cases));
    tcase_add_test(tcase, scalars_are_one_word_each);
    tcase_add_test(tcase, this_comes_first);
    tcase_add_test(tcase, this_of_a_value_is_its_address);
    tcase_add_test(tcase, context_comes_last);
    suite_add_tcase(suite, tcase);
    return suite;
}
