/* test_search.c - binary search. */
#include <check.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/search.h"
#include "tests/run.h"

Suite *suite_search(void);

/* With every number of rows: each place there is before, between, in and behind them.
 */
START_TEST(the_first_that_is_not_before_is_found)
{
    static const int rows[] = {1, 3, 3, 3, 5, 7, 9, 9};
    enum { ALL = sizeof rows / sizeof *rows };
    for (uint32_t n = 0; n <= ALL; n++)
        for (int wanted = 0; wanted <= 10; wanted++) {
            uint32_t linear = 0;
            while (linear < n && rows[linear] < wanted)
                linear++;
            ck_assert_uint_eq(search_first(i, 0, n, rows[i] < wanted), linear);
        }
}
END_TEST

START_TEST(rows_may_begin_anywhere)
{
    const uint32_t end = UINT32_MAX;
    ck_assert_uint_eq(search_first(i, end - 1, end, i < end), end);
    ck_assert_uint_eq(search_first(i, 7, end, i < end - 1), end - 1);
    ck_assert_uint_eq(search_first(i, 7, end, i < 7), 7);
}
END_TEST

Suite *suite_search(void)
{
    Suite *suite = suite_create("search");
    TCase *all = tcase_create("all");
    tcase_add_test(all, the_first_that_is_not_before_is_found);
    tcase_add_test(all, rows_may_begin_anywhere);
    suite_add_tcase(suite, all);
    return suite;
}
