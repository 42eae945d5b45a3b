/* test_fingerprint.c - facts, hosts and verdicts; the mutations come from fp.def. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "format/fingerprint.h"
#include "format/version.h"
#include "format/writer.h"
#include "tests/run.h"

Suite *suite_fingerprint(void);

static const uint8_t some_mvid[16] = {1, 2, 3, 4, 5, 6, 7, 8};

/* An image's facts with a value for every row, and a host that they match. */
static void matching_facts(FpFacts *image, FpFacts *host)
{
    memset(image, 0, sizeof *image);
    for (uint32_t i = 0; i < fp_row_count; i++) {
        const FpRow *row = &fp_rows[i];
        FpValue *value = &image->at[row->id];
        if (!row->is_fact)
            continue;
        *value = (FpValue){.present = true, .number = 0xf0, .text = row->name};
        memcpy(value->mvid, some_mvid, sizeof some_mvid);
    }
    *host = *image;
    host->at[FP_CPU_ABSENT].number = 0x0f;
}

/* Another value, such that the row's rule does not hold. */
static void break_fact(const FpRow *row, FpValue *host)
{
    if (row->type == FP_TEXT)
        host->text = "something else";
    else if (row->type == FP_MVID)
        host->mvid[3] ^= 1;
    else if (row->rule == FP_SUPERSET)
        host->number = 0x70;
    else if (row->rule == FP_ABSENT)
        host->number = 0x10;
    else
        host->number = 0xf1;
}

START_TEST(matching_facts_are_accepted)
{
    FpFacts image, host;
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    matching_facts(&image, &host);
    ck_assert(verdict_check(&verdict, &image, &host));
    ck_assert_uint_eq(verdict.reasons.n, 0);
    verdict_free(&verdict);
}
END_TEST

START_TEST(a_changed_fact_is_the_one_reason)
{
    const FpRow *row = &fp_rows[_i];
    FpFacts image, host;
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    if (!row->is_fact)
        return;
    matching_facts(&image, &host);
    break_fact(row, &host.at[row->id]);
    bool ok = verdict_check(&verdict, &image, &host);
    ck_assert_int_eq(ok, row->rule == FP_IGNORE);
    ck_assert_uint_eq(verdict.reasons.n, row->rule != FP_IGNORE);
    if (verdict.reasons.n) {
        const Reason *reason = &verdict.reasons.at[0];
        ck_assert_str_eq(reason->row->name, row->name);
        ck_assert_str_ne(reason->wanted, reason->found);
    }
    verdict_free(&verdict);
}
END_TEST

START_TEST(all_mismatches_are_reported)
{
    FpFacts image, host;
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    size_t expected = 0;
    matching_facts(&image, &host);
    for (uint32_t i = 0; i < fp_row_count; i++)
        if (fp_rows[i].is_fact) {
            break_fact(&fp_rows[i], &host.at[fp_rows[i].id]);
            expected += fp_rows[i].rule != FP_IGNORE;
        }
    ck_assert(!verdict_check(&verdict, &image, &host));
    ck_assert_uint_eq(verdict.reasons.n, expected);
    verdict_free(&verdict);
}
END_TEST

START_TEST(a_missing_fact_is_the_one_reason)
{
    const FpRow *row = &fp_rows[_i];
    FpFacts image, host;
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    bool needed = row->is_fact && row->rule != FP_IGNORE && row->type != FP_FEATURES;
    matching_facts(&image, &host);
    image.at[row->id].present = false;
    ck_assert_int_eq(verdict_check_complete(&verdict, &image, &host), !needed);
    ck_assert_uint_eq(verdict.reasons.n, needed);
    if (needed) {
        ck_assert_str_eq(verdict.reasons.at[0].row->name, "fact.missing");
        ck_assert_str_eq(verdict.reasons.at[0].found, row->name);
    }
    host.at[row->id].present = false; /* nothing to compare with */
    verdict_free(&verdict);
    verdict = (Verdict){.kind = VERDICT_ACCEPTED};
    ck_assert(verdict_check_complete(&verdict, &image, &host));
    verdict_free(&verdict);
}
END_TEST

START_TEST(a_fact_that_is_there_twice_is_malformed)
{
    FpFacts image, host, read = {0};
    Buffer once = BUFFER_INIT, twice = BUFFER_INIT;
    uint32_t unknown;
    matching_facts(&image, &host);
    fp_write(&once, &image);
    buffer_put(&twice, once.data, once.size);
    buffer_put(&twice, once.data, once.size);
    ck_assert(!fp_read(buffer_bytes(&twice), &read, &unknown));
    buffer_free(&once);
    buffer_free(&twice);
}
END_TEST

START_TEST(facts_survive_writing_and_reading)
{
    FpFacts image, host, back = {.at = {{.present = false}}};
    Buffer bytes = BUFFER_INIT;
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    uint32_t unknown;
    matching_facts(&image, &host);
    fp_write(&bytes, &image);
    ck_assert(fp_read(buffer_bytes(&bytes), &back, &unknown));
    ck_assert_uint_eq(unknown, 0);
    for (uint32_t i = 0; i < fp_row_count; i++)
        ck_assert_int_eq(back.at[fp_rows[i].id].present, fp_rows[i].is_fact);
    ck_assert(verdict_check(&verdict, &back, &host));
    verdict_free(&verdict);
    buffer_free(&bytes);
}
END_TEST

START_TEST(facts_that_are_cut_off_are_malformed)
{
    FpFacts image, host, back = {.at = {{.present = false}}};
    Buffer bytes = BUFFER_INIT;
    uint32_t unknown;
    matching_facts(&image, &host);
    fp_write(&bytes, &image);
    for (size_t n = 1; n < 40; n++)
        if (n % 4)
            ck_assert(!fp_read((Bytes){bytes.data, n}, &back, &unknown));
    buffer_free(&bytes);
}
END_TEST

START_TEST(an_unknown_fact_counts_only_if_critical)
{
    FpFacts back = {.at = {{.present = false}}};
    Buffer bytes = BUFFER_INIT;
    uint32_t unknown;
    buffer_u16(&bytes, 999);
    buffer_u8(&bytes, 0);
    buffer_u8(&bytes, (uint8_t)_i);
    buffer_u32(&bytes, 4);
    buffer_u32(&bytes, 7);
    ck_assert(fp_read(buffer_bytes(&bytes), &back, &unknown));
    ck_assert_uint_eq(unknown, _i ? 999 : 0);
    buffer_free(&bytes);
}
END_TEST

START_TEST(numbers_and_names_of_facts_are_unique)
{
    for (uint32_t i = 0; i < fp_row_count; i++) {
        ck_assert_uint_lt(fp_rows[i].id, FP_MAX);
        for (uint32_t k = 0; k < i; k++) {
            ck_assert_uint_ne(fp_rows[i].id, fp_rows[k].id);
            ck_assert_str_ne(fp_rows[i].name, fp_rows[k].name);
        }
    }
}
END_TEST

/* -- Hosts --------------------------------------------------------------------- */

static const struct Override {
    const char *name, *value;
    bool ok;
} overrides[] = {
    {"CODICIL_CPU", "x86-64", true},
    {"CODICIL_CPU", "x86-64 -cx8", true},
    {"CODICIL_CPU", "x86-64-cx8-cmov", true},
    {"CODICIL_CPU", "x86-64,-cx8", true},
    {"CODICIL_CPU", "pentium", false},
    {"CODICIL_CPU", "x86-64-v9", false},
    {"CODICIL_CPU", "x86-64 -bogus", false},
    {"CODICIL_CPU", "x86-64 sse2", false},
    {"CODICIL_OS", "freebsd", true},
    {"CODICIL_OS", "linux-musl", true},
    {"CODICIL_OS", "beos", false},
    {"CODICIL_OS", "linux-", false},
};

START_TEST(overrides_of_the_host_are_checked)
{
    const struct Override *o = &overrides[_i];
    HostFacts host;
    Err err = ERR_INIT;
    setenv(o->name, o->value, 1);
    bool ok = host_detect(&host, &err);
    unsetenv(o->name);
    ck_assert_int_eq(ok, o->ok);
    ck_assert_int_eq(err.kind != ERR_NONE, !o->ok);
    ck_assert_int_eq(host.overridden, o->ok);
}
END_TEST

START_TEST(an_override_takes_features_away)
{
    HostFacts host;
    Err err = ERR_INIT;
    setenv("CODICIL_CPU", "x86-64 -cmov", 1);
    ck_assert(host_detect(&host, &err));
    unsetenv("CODICIL_CPU");
    ck_assert_uint_eq(host.features, cpu_level_features(1) & ~(1ull << CPU_CMOV));
    ck_assert_uint_eq(cpu_level_of(host.features), 0);
}
END_TEST

START_TEST(levels_are_nested_and_have_names)
{
    for (uint32_t level = 1; level <= CPU_LEVELS; level++) {
        ck_assert_uint_eq(cpu_level_of(cpu_level_features(level)), level);
        ck_assert_uint_eq(cpu_level_parse(cpu_level_name(level)), level);
        ck_assert_uint_eq(cpu_level_features(level - 1) & ~cpu_level_features(level),
                          0);
    }
    ck_assert_uint_eq(cpu_level_parse("i386"), 0);
}
END_TEST

START_TEST(a_host_described_as_json_is_the_same_host)
{
    HostFacts host, back;
    Err err = ERR_INIT;
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    ck_assert(host_detect(&host, &err));
    json_t *json = host_json(&host);
    ck_assert_msg(host_from_json(&back, json, &err), "%s", err.text);
    ck_assert_uint_eq(back.features, host.features);
    ck_assert(verdict_check(&verdict, &host.facts, &back.facts) ||
              verdict.reasons.n == 1); /* cpu.absent names what the CPU has */
    for (uint32_t i = 0; i < fp_row_count; i++)
        ck_assert_int_eq(back.facts.at[fp_rows[i].id].present,
                         host.facts.at[fp_rows[i].id].present);
    verdict_free(&verdict);
    json_decref(json);
}
END_TEST

START_TEST(an_image_made_here_fits_this_host)
{
    HostFacts host;
    Err err = ERR_INIT;
    FpFacts image = {.at = {{.present = false}}};
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    ck_assert(host_detect(&host, &err));
    image_add_facts(&image);
    ck_assert(verdict_check(&verdict, &image, &host.facts));
    verdict_free(&verdict);
}
END_TEST

/* A fact without a value of the host's would always hold; one without a value of the
 * image's could never be compared. */
START_TEST(every_fact_has_a_value_on_both_sides)
{
    const FpRow *row = &fp_rows[_i];
    HostFacts host;
    Err err = ERR_INIT;
    FpFacts made = {.at = {{.present = false}}};
    Image *image = image_open("/usr/lib/mono/4.5/mscorlib.dll", &err);
    if (!image || !row->is_fact || row->rule == FP_IGNORE) {
        if (image)
            image_close(image);
        return;
    }
    ck_assert(host_detect(&host, &err));
    image_add_facts(&made);
    fp_add_image(&made, image, true);
    fp_add_image(&host.facts, image, true);
    /* A native section has these of its own (ImageSet). */
    bool of_section = row->id == FP_CPU_REQUIRED || row->id == FP_CPU_ABSENT;
    ck_assert_msg(host.facts.at[row->id].present, "%s: no host's", row->name);
    ck_assert_msg(made.at[row->id].present != of_section, "%s: no image's", row->name);
    image_close(image);
}
END_TEST

START_TEST(a_host_described_with_a_bad_hash_is_refused)
{
    static const char *const bad[] = {"\"12x4\"", "\"\"", "17", "null", "[]"};
    HostFacts host;
    char text[200];
    Err err = ERR_INIT;
    snprintf(text, sizeof text, "{\"cpu.features\": [], \"runtime.abi\": %s}", bad[_i]);
    json_t *json = json_loads(text, 0, NULL);
    ck_assert(json && !host_from_json(&host, json, &err));
    ck_assert_str_eq(err.text, "host description: runtime.abi is of the wrong type");
    json_decref(json);
}
END_TEST

/* What the versions are hashes of is there, whole. */
START_TEST(the_texts_of_versions_are_embedded)
{
    Bytes format = version_format_text(), abi = version_abi_text();
    ck_assert(format.size > 5000 && abi.size > 5000);
    ck_assert(memmem(format.data, format.size, "typedef struct UnitMethod", 25));
    ck_assert(memmem(format.data, format.size, "ERROR_KIND(TYPE_ACCESS)", 23));
    ck_assert(memmem(abi.data, abi.size, "FIXUP(CALLVIRT, method, CALL)", 29));
    ck_assert(memmem(abi.data, abi.size, "HELPER(rint,", 12));
    ck_assert_uint_ne(image_format_version(), image_runtime_abi());
    ck_assert_uint_eq(image_runtime_abi(), image_runtime_abi());
}
END_TEST

START_TEST(a_reason_names_fact_wanted_found_and_text)
{
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    FpFacts image = {.at[FP_CPU_REQUIRED] = {true, cpu_level_features(3), NULL, {0}}};
    FpFacts host = {.at[FP_CPU_REQUIRED] = {true, cpu_level_features(2), NULL, {0}}};
    ck_assert(!verdict_check(&verdict, &image, &host));
    ck_assert_str_eq(
        verdict.reasons.at[0].text,
        "cpu.required: wanted x86-64-v3, found x86-64-v2 (without avx, avx2, "
        "bmi1, bmi2, f16c, fma, lzcnt, movbe): the CPU lacks features that "
        "the code requires");
    verdict_free(&verdict);
}
END_TEST

Suite *suite_fingerprint(void)
{
    Suite *suite = suite_create("fingerprint");
    TCase *facts = tcase_create("facts"), *hosts = tcase_create("hosts");
    tcase_add_test(facts, matching_facts_are_accepted);
    tcase_add_loop_test(facts, a_changed_fact_is_the_one_reason, 0, (int)fp_row_count);
    tcase_add_test(facts, all_mismatches_are_reported);
    tcase_add_loop_test(facts, a_missing_fact_is_the_one_reason, 0, (int)fp_row_count);
    tcase_add_test(facts, a_fact_that_is_there_twice_is_malformed);
    tcase_add_test(facts, facts_survive_writing_and_reading);
    tcase_add_test(facts, facts_that_are_cut_off_are_malformed);
    tcase_add_loop_test(facts, an_unknown_fact_counts_only_if_critical, 0, 2);
    tcase_add_test(facts, numbers_and_names_of_facts_are_unique);
    tcase_add_loop_test(hosts, overrides_of_the_host_are_checked, 0,
                        (int)(sizeof overrides / sizeof *overrides));
    tcase_add_test(hosts, an_override_takes_features_away);
    tcase_add_test(hosts, levels_are_nested_and_have_names);
    tcase_add_test(hosts, a_host_described_as_json_is_the_same_host);
    tcase_add_test(hosts, an_image_made_here_fits_this_host);
    tcase_add_loop_test(hosts, every_fact_has_a_value_on_both_sides, 0,
                        (int)fp_row_count);
    tcase_add_loop_test(hosts, a_host_described_with_a_bad_hash_is_refused, 0, 5);
    tcase_add_test(hosts, the_texts_of_versions_are_embedded);
    tcase_add_test(hosts, a_reason_names_fact_wanted_found_and_text);
    suite_add_tcase(suite, facts);
    suite_add_tcase(suite, hosts);
    return suite;
}
