/* test_slots.c - words that the collector keeps right, and what becomes ready when. */
#include <check.h>
#include <stdlib.h>

#include "loader/gc/gc.h"
#include "loader/host/startup.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/vm.h"
#include "tests/run.h"

Suite *suite_slots(void);

enum { MANY = 1000, NEARLY_ALL = MANY * 9 / 10 };

static void start(void)
{
    Err err = ERR_INIT;
    vm.mode = VM_INTERP;
    vm.no_cache = true;
    ck_assert_msg(vm_start(&err), "%s", err.text);
}

static Object *number(int32_t n)
{
    return object_box(vm.world->known.i4, &n);
}

static int count_cleared(Object **const *slots)
{
    int cleared = 0;
    for (int i = 0; i < MANY; i++)
        cleared += *slots[i] == NULL;
    return cleared;
}

static __attribute__((noinline)) void fill(Object ***slots, GcSlotKind kind)
{
    for (int i = 0; i < MANY; i++)
        slots[i] = gc_slot_new(number(i), kind);
}

START_TEST(weak_slots_lose_their_objects_and_others_do_not)
{
    Object **slots[MANY];
    fill(slots, (GcSlotKind)_i);
    gc_collect();
    gc_collect();
    bool weak = _i == GC_SLOT_WEAK || _i == GC_SLOT_LONG;
    ck_assert(weak ? count_cleared(slots) > NEARLY_ALL : count_cleared(slots) == 0);
    for (int i = 0; i < MANY; i++)
        gc_slot_free(slots[i]);
}
END_TEST

START_TEST(an_address_that_is_no_slot_is_told)
{
    Object **slot = gc_slot_new(number(1), GC_SLOT_NORMAL);
    Object *other = number(2);
    ck_assert(gc_slot_is(slot, false));
    ck_assert(!gc_slot_is(slot, true));
    ck_assert(!gc_slot_is((Object **)((char *)slot + 1), false));
    ck_assert(!gc_slot_is(&other, false));
    ck_assert(!gc_slot_is(NULL, false));
    ck_assert(!gc_slot_is((Object **)(intptr_t)-8, false));
    gc_slot_free(slot);
    ck_assert(!gc_slot_is(slot, false));
    gc_slot_free(slot); /* once more does nothing */
    Object **first = gc_slot_new(other, GC_SLOT_NORMAL);
    ck_assert_ptr_ne(gc_slot_new(other, GC_SLOT_NORMAL), first);
}
END_TEST

static __attribute__((noinline)) void fill_pairs(Object ***slots, Array *keys)
{
    for (int i = 0; i < MANY; i++) {
        Object *key = number(i);
        slots[i] = gc_pair_new(key, number(-i));
        if (i % 2)
            array_set(keys, (size_t)i, key);
    }
}

START_TEST(a_value_lives_as_long_as_its_key)
{
    Object **slots[MANY];
    Array *keys = array_new_of(vm.world->known.object, MANY);
    fill_pairs(slots, keys);
    gc_collect();
    gc_collect();
    int dead = 0;
    for (int i = 0; i < MANY; i++) {
        if (i % 2)
            ck_assert_int_eq(*(int32_t *)object_value(slots[i][1]), -i);
        dead += !slots[i][0] && !slots[i][1];
    }
    ck_assert_int_gt(dead, MANY / 2 * 9 / 10);
    ck_assert_ptr_nonnull(ARRAY_AT(keys, Object *, 1));
}
END_TEST

static Array *wide_array(void)
{
    enum { WIDE = 1500000 }; /* more than are followed at a time */
    Array *wide = array_new_of(vm.world->known.object, WIDE);
    for (int i = 0; i < WIDE; i++)
        array_set(wide, (size_t)i, number(i));
    return wide;
}

START_TEST(a_value_may_hold_very_much)
{
    Object *key = number(0);
    Object **slot = gc_pair_new(key, (Object *)wide_array());
    gc_collect();
    number(-1);
    gc_collect();
    Array *wide = (Array *)slot[1];
    for (uint32_t i = 0; i < wide->length; i++)
        ck_assert_int_eq(*(int32_t *)object_value(ARRAY_AT(wide, Object *, i)),
                         (int32_t)i);
    ck_assert_ptr_eq(slot[0], key);
}
END_TEST

START_TEST(what_a_thread_allocates_is_counted)
{
    uint64_t before = gc_allocated_here();
    array_new_of(vm.world->known.u1, 10000);
    ck_assert_uint_eq(gc_allocated_here() - before, 10000 + ARRAY_DATA_OFFSET);
    before = gc_allocated_here();
    number(1);
    ck_assert_uint_eq(gc_allocated_here() - before, 24);
}
END_TEST

START_TEST(a_region_has_no_collections_until_it_is_used_up)
{
    gc_collect();
    uint64_t collections = gc_collections();
    ck_assert(gc_region_start(1 << 20));
    ck_assert(!gc_region_start(1));
    gc_collect();
    ck_assert_uint_eq(gc_collections(), collections);
    for (int i = 0; i < 120; i++)
        array_new_of(vm.world->known.u1, 1 << 16);
    ck_assert(!gc_in_region());
    ck_assert(!gc_region_end());
    gc_collect();
    ck_assert_uint_gt(gc_collections(), collections);
}
END_TEST

Suite *suite_slots(void)
{
    Suite *suite = suite_create("slots");
    TCase *tcase = tcase_create("slots");
    tcase_set_tags(tcase, "collector");
    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, start, NULL);
    tcase_add_loop_test(tcase, weak_slots_lose_their_objects_and_others_do_not,
                        GC_SLOT_WEAK, GC_SLOT_PAIR);
    tcase_add_test(tcase, an_address_that_is_no_slot_is_told);
    tcase_add_test(tcase, a_value_lives_as_long_as_its_key);
    tcase_add_test(tcase, a_value_may_hold_very_much);
    tcase_add_test(tcase, what_a_thread_allocates_is_counted);
    tcase_add_test(tcase, a_region_has_no_collections_until_it_is_used_up);
    suite_add_tcase(suite, tcase);
    return suite;
}
