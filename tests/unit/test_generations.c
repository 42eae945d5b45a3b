/* test_generations.c - collections of the young, and the write barrier. */
#include <check.h>
#include <string.h>

#include "loader/gc/gc_private.h"
#include "loader/host/startup.h"
#include "loader/vm/array.h"
#include "loader/vm/vm.h"
#include "tests/run.h"

Suite *suite_generations(void);

enum { N = 20000, FEW = N / 10 };

static void start(void)
{
    Err err = ERR_INIT;
    vm.mode = VM_INTERP;
    vm.no_cache = true;
    ck_assert_msg(vm_start(&err), "%s", err.text);
}

/* An old one of n references, which only the handle leads to. */
static __attribute__((noinline)) uint32_t old_array(uint32_t n)
{
    enum { NORMAL = 2 };
    uint32_t handle =
        gc_handle_new((Object *)array_new_of(vm.world->known.object, n), NORMAL);
    gc_collect_young();
    ck_assert(gc_is_old(gc_handle_get(handle)));
    return handle;
}

static Array *array_of(uint32_t handle)
{
    return (Array *)gc_handle_get(handle);
}

static Object *fresh(uint32_t i)
{
    Array *array = array_new_of(vm.world->known.i4, 4);
    ARRAY_AT(array, uint32_t, 0) = i;
    return (Object *)array;
}

static __attribute__((noinline)) void fill(uint32_t handle, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        array_set(array_of(handle), i, fresh(i));
}

static __attribute__((noinline)) uint32_t n_alive(uint32_t handle, uint32_t n)
{
    uint32_t alive = 0;
    for (uint32_t i = 0; i < n; i++) {
        Array *element = ARRAY_AT(array_of(handle), Array *, i);
        alive += heap_is_object(element) && gc_is_old(&element->object) &&
                 ARRAY_AT(element, uint32_t, 0) == i;
    }
    return alive;
}

static void collect_young(void)
{
    gc_wipe_stack();
    gc_collect_young();
}

START_TEST(what_old_objects_lead_to_lives)
{
    static const uint32_t sizes[] = {1, 7, 63, 64, 65, 4000, N};
    uint32_t n = sizes[_i], handle = old_array(n);
    fill(handle, n);
    collect_young();
    ck_assert_uint_eq(n_alive(handle, n), n);
    collect_young();
    gc_collect();
    ck_assert_uint_eq(n_alive(handle, n), n);
}
END_TEST

/* Else nothing would be gained by a barrier. */
START_TEST(who_stores_without_a_word_loses)
{
    uint32_t handle = old_array(N);
    for (uint32_t i = 0; i < N; i++)
        ARRAY_AT(array_of(handle), Object *, i) = fresh(i);
    collect_young();
    ck_assert_uint_lt(n_alive(handle, N), FEW);
    memset(array_of(handle)->data, 0, N * sizeof(Object *));
}
END_TEST

static __attribute__((noinline)) void fill_small(uint32_t handle)
{
    for (uint32_t i = 0; i < N; i++) {
        Array *pair = array_new_of(vm.world->known.object, 2);
        array_set(array_of(handle), i, pair);
        if (i % 100 == 0)
            gc_collect_young();
        ARRAY_AT(pair, Object *, 1) = fresh(i);
    }
}

/* What a thread has in its hands needs no barrier. */
START_TEST(what_is_being_made_is_kept)
{
    uint32_t handle = old_array(N);
    fill_small(handle);
    collect_young();
    for (uint32_t i = 0; i < N; i++) {
        const Array *pair = ARRAY_AT(array_of(handle), Array *, i);
        const Array *second = ARRAY_AT(pair, Array *, 1);
        ck_assert(heap_is_object(second));
        ck_assert_uint_eq(ARRAY_AT(second, uint32_t, 0), i);
    }
}
END_TEST

START_TEST(ranges_may_be_moved)
{
    uint32_t handle = old_array(N);
    fill(handle, N);
    for (int i = 0; i < 100; i++) {
        Array *array = array_of(handle);
        Object *first = ARRAY_AT(array, Object *, 0);
        gc_move(array->data, array->data + 8, (N - 1) * sizeof(Object *));
        array_set(array, N - 1, first);
        if (i % 10 == 0)
            collect_young();
    }
    collect_young();
    for (uint32_t i = 0; i < N; i++)
        ck_assert_uint_eq(ARRAY_AT(ARRAY_AT(array_of(handle), Array *, i), uint32_t, 0),
                          (i + 100) % N);
}
END_TEST

START_TEST(garbage_goes_young_if_it_is_young)
{
    size_t before, taken;
    uint32_t handle = old_array(N);
    before = heap.live;
    fill(handle, N);
    memset(array_of(handle)->data, 0, N * sizeof(Object *));
    collect_young();
    taken = N * 48;
    ck_assert_uint_lt(heap.live - before, taken / 10);
    fill(handle, N);
    collect_young();
    ck_assert_uint_ge(heap.live - before, N * 40);
    memset(array_of(handle)->data, 0, N * sizeof(Object *));
    collect_young();
    ck_assert_uint_ge(heap.live - before, N * 40);
    gc_wipe_stack();
    gc_collect();
    ck_assert_uint_lt(heap.live, before + taken / 10);
}
END_TEST

START_TEST(blocks_for_c_need_no_barrier)
{
    enum { WORDS = 5000 };
    static void **block;
    gc_root(&block, sizeof block);
    block = gc_alloc(WORDS * sizeof *block);
    for (int round = 0; round < 3; round++) {
        collect_young();
        for (uint32_t i = 0; i < WORDS; i++)
            block[i] = fresh(i);
        collect_young();
        for (uint32_t i = 0; i < WORDS; i++) {
            ck_assert(heap_is_object(block[i]));
            ck_assert_uint_eq(ARRAY_AT((Array *)block[i], uint32_t, 0), i);
        }
    }
}
END_TEST

START_TEST(both_kinds_are_counted)
{
    uint64_t all = gc_collections(), full = gc_full_collections();
    gc_collect_young();
    gc_collect_young();
    gc_collect();
    ck_assert_uint_eq(gc_collections() - all, 3);
    ck_assert_uint_eq(gc_full_collections() - full, 1);
}
END_TEST

Suite *suite_generations(void)
{
    Suite *suite = suite_create("generations");
    TCase *tcase = tcase_create("generations");
    tcase_set_tags(tcase, "collector");
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, start, NULL);
    tcase_add_loop_test(tcase, what_old_objects_lead_to_lives, 0, 7);
    tcase_add_test(tcase, who_stores_without_a_word_loses);
    tcase_add_test(tcase, what_is_being_made_is_kept);
    tcase_add_test(tcase, ranges_may_be_moved);
    tcase_add_test(tcase, garbage_goes_young_if_it_is_young);
    tcase_add_test(tcase, blocks_for_c_need_no_barrier);
    tcase_add_test(tcase, both_kinds_are_counted);
    suite_add_tcase(suite, tcase);
    return suite;
}
