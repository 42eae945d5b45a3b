/* test_culture.c - the texts of cultures and regions: all of it is read. */
#include <check.h>
#include <string.h>

#include "loader/library/mono/services/culture.h"

Suite *suite_culture(void);

enum {
    N_CULTURES = 339, /* those of Debian's Mono 6.8, without the invariant one */
    N_NEUTRALS = 132,
    N_REGIONS = 136,
    INVARIANT_LCID = 127,
};

typedef struct ListRow {
    CultureKey key;
    int items;
} ListRow;

static const ListRow lists[] = {
    {CULTURE_CALENDARS, 4},        {CULTURE_DAYS, 7},
    {CULTURE_SHORT_DAYS, 7},       {CULTURE_SHORTEST_DAYS, 7},
    {CULTURE_MONTHS, 13},          {CULTURE_SHORT_MONTHS, 13},
    {CULTURE_GENITIVE_MONTHS, 13}, {CULTURE_SHORT_GENITIVE_MONTHS, 13},
};

static const CultureKey number_texts[] = {
    CULTURE_CURRENCY_SYMBOL,
    CULTURE_CURRENCY_DECIMAL,
    CULTURE_CURRENCY_GROUP,
    CULTURE_NUMBER_DECIMAL,
    CULTURE_NUMBER_GROUP,
    CULTURE_PERCENT,
    CULTURE_PER_MILLE,
    CULTURE_NAN,
    CULTURE_PLUS_INFINITY,
    CULTURE_MINUS_INFINITY,
    CULTURE_PLUS,
    CULTURE_MINUS,
};

static Culture *culture_of_words(Words words)
{
    char name[64] = "";
    ck_assert_uint_lt(words.size, sizeof name);
    memcpy(name, words.text, words.size);
    return culture_of_name(name);
}

static int count_items(Words list)
{
    int n = 1;
    for (size_t i = 0; i < list.size; i++)
        n += list.text[i] == '|';
    return n;
}

START_TEST(all_cultures_are_counted)
{
    int n = 0, neutral = 0, blocks = 0;
    const char *at = NULL;
    for (const Culture *c; (c = culture_next(&at)); n++)
        neutral += culture_is_neutral(c);
    ck_assert_int_eq(n, N_CULTURES);
    ck_assert_int_eq(neutral, N_NEUTRALS);
    for (at = cultures_text;
         (at = memmem(at, (size_t)(cultures_text_end - at), "\n\nculture: ", 11)); at++)
        blocks++;
    ck_assert_int_eq(blocks, N_CULTURES);
}
END_TEST

START_TEST(every_culture_has_every_value)
{
    const char *at = NULL;
    for (const Culture *c; (c = culture_next(&at));)
        for (int key = 0; key < N_CULTURE_KEYS; key++)
            ck_assert_msg(c->values[key].text, "%.10s has no value %d", c->name.text,
                          key);
}
END_TEST

START_TEST(cultures_are_found_by_name_lcid_and_id)
{
    const char *at = NULL;
    for (const Culture *c; (c = culture_next(&at));) {
        ck_assert_ptr_eq(culture_of_words(c->name), c);
        ck_assert_ptr_eq(culture_of_id(c->id), c);
        const Culture *same = culture_of_lcid(culture_int(c, CULTURE_LCID));
        ck_assert_ptr_nonnull(same);
        ck_assert_int_eq(same == c, *at != '(');
    }
    ck_assert_ptr_eq(culture_of_name("DE-de"), culture_of_name("de-DE"));
}
END_TEST

START_TEST(unknown_cultures_are_refused)
{
    static const char *const names[] = {"", "a", "d", "dee", "zz", "de-", "iv", "~"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        ck_assert_ptr_null(culture_of_name(names[i]));
    ck_assert_ptr_null(culture_of_lcid(0));
    ck_assert_ptr_null(culture_of_lcid(-4));
    ck_assert_ptr_null(culture_of_lcid(INVARIANT_LCID));
}
END_TEST

START_TEST(parents_are_known)
{
    const char *at = NULL;
    for (const Culture *c; (c = culture_next(&at));) {
        int32_t parent = culture_int(c, CULTURE_PARENT);
        ck_assert(parent == INVARIANT_LCID || culture_of_lcid(parent));
    }
}
END_TEST

START_TEST(lists_have_their_lengths)
{
    const char *at = NULL;
    for (const Culture *c; (c = culture_next(&at));)
        for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
            ck_assert_int_eq(count_items(c->values[lists[i].key]), lists[i].items);
}
END_TEST

START_TEST(number_texts_have_room)
{
    const char *at = NULL;
    for (const Culture *c; (c = culture_next(&at));) {
        size_t size = 0;
        for (size_t i = 0; i < sizeof number_texts / sizeof *number_texts; i++)
            size += c->values[number_texts[i]].size + 1;
        ck_assert_uint_le(size, sizeof c->numbers);
        ck_assert_uint_eq(c->values[CULTURE_LIST_SEPARATOR].size, 1);
    }
}
END_TEST

START_TEST(values_come_from_the_culture_itself_first)
{
    const Culture *c = culture_of_name("de-at");
    int32_t sizes[2];
    ck_assert(!strncmp(c->values[CULTURE_MONTHS].text, "Jänner|", 8));
    ck_assert(!strncmp(c->values[CULTURE_GENITIVE_MONTHS].text, "Jänner|", 8));
    ck_assert(!strncmp(c->values[CULTURE_DAYS].text, "Sonntag|", 8));
    ck_assert_int_eq(culture_int(c, CULTURE_LCID), 3079);
    culture_ints(c, CULTURE_NUMBER_SIZES, sizes, 2);
    ck_assert_int_eq(sizes[0], 3);
    ck_assert_int_eq(sizes[1], -1);
}
END_TEST

START_TEST(every_territory_has_a_region)
{
    const char *at = NULL;
    Words fields[N_REGION_FIELDS];
    for (const Culture *c; (c = culture_next(&at));) {
        Words territory = c->values[CULTURE_TERRITORY];
        if (!territory.size)
            continue;
        ck_assert_uint_eq(territory.size, 2);
        char name[] = {territory.text[0], territory.text[1], 0};
        ck_assert_msg(region_of_name(name, fields), "there is no region %s", name);
    }
}
END_TEST

START_TEST(every_region_has_every_field)
{
    int n = 0;
    for (int i = 0; i < 26 * 26; i++) {
        char name[] = {(char)('A' + i / 26), (char)('A' + i % 26), 0};
        Words fields[N_REGION_FIELDS];
        if (!region_of_name(name, fields))
            continue;
        n++;
        for (int k = 0; k < N_REGION_FIELDS; k++) {
            bool native = k == 5 || k == 9; /* which are unknown of some */
            ck_assert_msg(fields[k].size || native, "%s has no field %d", name, k);
        }
        ck_assert_int_gt(words_int(fields[1]), 0);
    }
    ck_assert_int_eq(n, N_REGIONS);
    ck_assert(!region_of_name("de", (Words[N_REGION_FIELDS]){{0}}));
    ck_assert(!region_of_name("DE|94", (Words[N_REGION_FIELDS]){{0}}));
}
END_TEST

Suite *suite_culture(void)
{
    Suite *suite = suite_create("culture");
    TCase *tcase = tcase_create("texts");
    tcase_add_test(tcase, all_cultures_are_counted);
    tcase_add_test(tcase, every_culture_has_every_value);
    tcase_add_test(tcase, cultures_are_found_by_name_lcid_and_id);
    tcase_add_test(tcase, unknown_cultures_are_refused);
    tcase_add_test(tcase, parents_are_known);
    tcase_add_test(tcase, lists_have_their_lengths);
    tcase_add_test(tcase, number_texts_have_room);
    tcase_add_test(tcase, values_come_from_the_culture_itself_first);
    tcase_add_test(tcase, every_territory_has_a_region);
    tcase_add_test(tcase, every_region_has_every_field);
    suite_add_tcase(suite, tcase);
    return suite;
}
