/* test_code_map.c - addresses are found whatever the order, and while images come. */
#include <check.h>
#include <pthread.h>
#include <stdint.h>

#include "loader/exec/code_map_private.h"
#include "tests/run.h"

Suite *suite_code_map(void);

enum { IMAGES = 1000, SIZE = 64, STEP = 100, PRIME = 7919 };

static char space[STEP + IMAGES * STEP];
static int names[IMAGES];

/* Number i in an order that jumps about. */
static int shuffled(int i)
{
    return (int)((long)i * PRIME % IMAGES);
}

/* Nothing lies in front of the first. */
static char *place(int which)
{
    return space + STEP + which * STEP;
}

static void add(int which)
{
    char *start = place(which);
    code_map_add(start, start + SIZE, &names[which]);
}

START_TEST(nothing_is_found_in_an_empty_map)
{
    ck_assert_ptr_null(code_map_find(space));
}
END_TEST

START_TEST(each_address_leads_to_its_image)
{
    for (int i = 0; i < IMAGES; i++)
        add(shuffled(i));
    for (int i = 0; i < IMAGES; i++) {
        ck_assert_ptr_eq(code_map_find(place(i)), &names[i]);
        ck_assert_ptr_eq(code_map_find(place(i) + SIZE - 1), &names[i]);
        ck_assert_ptr_null(code_map_find(place(i) + SIZE));
    }
    ck_assert_ptr_null(code_map_find(space));
}
END_TEST

static int done;

/* The first image is there from the start: it must never be missed. */
static void *look(void *arg)
{
    intptr_t missed = 0;
    int first = *(int *)arg;
    while (!__atomic_load_n(&done, __ATOMIC_ACQUIRE))
        missed += code_map_find(place(first)) != &names[first];
    return (void *)missed;
}

START_TEST(an_image_is_found_while_others_are_added)
{
    pthread_t thread;
    void *missed;
    int first = shuffled(0);
    add(first);
    ck_assert(!pthread_create(&thread, NULL, look, &first));
    for (int i = 1; i < IMAGES; i++)
        add(shuffled(i));
    __atomic_store_n(&done, 1, __ATOMIC_RELEASE);
    pthread_join(thread, &missed);
    ck_assert_ptr_null(missed);
}
END_TEST

Suite *suite_code_map(void)
{
    Suite *suite = suite_create("code_map");
    TCase *all = tcase_create("all");
    tcase_add_test(all, nothing_is_found_in_an_empty_map);
    tcase_add_test(all, each_address_leads_to_its_image);
    tcase_add_test(all, an_image_is_found_while_others_are_added);
    suite_add_tcase(suite, all);
    return suite;
}
