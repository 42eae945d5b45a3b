/* test_slots.c - words that the collector keeps right, and what becomes ready when. */
#include <check.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

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

static GcRegionCall told;
static int32_t n_told;

static void tell(GcCall *call)
{
    ck_assert_ptr_eq(call, &told.call);
    __atomic_add_fetch(&n_told, 1, __ATOMIC_ACQ_REL);
}

static bool told_within(int ms)
{
    for (; ms && !__atomic_load_n(&n_told, __ATOMIC_ACQUIRE); ms--)
        usleep(1000);
    return __atomic_exchange_n(&n_told, 0, __ATOMIC_ACQ_REL) == 1;
}

START_TEST(a_region_tells_once_how_far_it_is_used)
{
    told = (GcRegionCall){.call = {NULL, tell}};
    ck_assert_int_eq(gc_region_call(&told, 1), GC_REGION_NONE);
    ck_assert(gc_region_start(8 << 20));
    ck_assert_int_eq(gc_region_call(&told, 9 << 20), GC_REGION_TOO_SMALL);
    ck_assert_int_eq(gc_region_call(&told, 4 << 20), GC_REGION_CALLS);
    ck_assert_int_eq(gc_region_call(&told, 4 << 20), GC_REGION_HAS_ONE);
    for (int i = 0; i < 40; i++)
        array_new_of(vm.world->known.u1, 1 << 16);
    ck_assert(!told_within(50));
    for (int i = 0; i < 40; i++)
        array_new_of(vm.world->known.u1, 1 << 16);
    ck_assert(told_within(10000) && told.scheduled && !told.abandoned);
    ck_assert_int_eq(gc_region_call(&told, 1 << 20), GC_REGION_TOO_SMALL);
    ck_assert_int_eq(gc_region_call(&told, 8 << 20), GC_REGION_CALLS);
    ck_assert(gc_region_end());
    ck_assert(told_within(10000) && told.abandoned);
}
END_TEST

static void *wait_for_approach(void *unused)
{
    (void)unused;
    return (void *)(intptr_t)gc_notice_wait(GC_NOTICE_APPROACH, -1);
}

static __attribute__((noinline)) void keep_much(GcNotice until)
{
    Array *all = array_new_of(vm.world->known.object, 4096);
    for (uint32_t i = 0; i < 4096 && gc_notice_wait(until, 0) == GC_NOTICE_TIMEOUT; i++)
        array_set(all, i, (Object *)array_new_of(vm.world->known.u1, 1 << 16));
}

START_TEST(a_program_is_told_of_full_collections)
{
    ck_assert_int_eq(gc_notice_wait(GC_NOTICE_COMPLETE, 0), GC_NOTICE_NOT_WANTED);
    gc_notices(true);
    ck_assert_int_eq(gc_notice_wait(GC_NOTICE_APPROACH, 1), GC_NOTICE_TIMEOUT);
    gc_collect();
    ck_assert_int_eq(gc_notice_wait(GC_NOTICE_COMPLETE, 1), GC_NOTICE_TIMEOUT);
    keep_much(GC_NOTICE_APPROACH);
    ck_assert_int_eq(gc_notice_wait(GC_NOTICE_APPROACH, -1), GC_NOTICE_GIVEN);
    ck_assert_int_eq(gc_notice_wait(GC_NOTICE_COMPLETE, 0), GC_NOTICE_TIMEOUT);
    uint64_t full = gc_full_collections();
    keep_much(GC_NOTICE_COMPLETE);
    ck_assert_uint_gt(gc_full_collections(), full);
    ck_assert_int_eq(gc_notice_wait(GC_NOTICE_COMPLETE, -1), GC_NOTICE_GIVEN);
    gc_notices(false);
    gc_notices(true);
    ck_assert_int_eq(gc_notice_wait(GC_NOTICE_COMPLETE, 0), GC_NOTICE_TIMEOUT);
    pthread_t thread;
    void *answer;
    ck_assert(!pthread_create(&thread, NULL, wait_for_approach, NULL));
    usleep(20000);
    gc_notices(false);
    pthread_join(thread, &answer);
    ck_assert((intptr_t)answer == GC_NOTICE_CANCELED ||
              (intptr_t)answer == GC_NOTICE_NOT_WANTED);
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
    tcase_add_test(tcase, a_region_tells_once_how_far_it_is_used);
    tcase_add_test(tcase, a_program_is_told_of_full_collections);
    suite_add_tcase(suite, tcase);
    return suite;
}
