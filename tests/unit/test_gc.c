/* test_gc.c - what the collector keeps, drops, and tells about it. */
#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/gc/gc.h"
#include "loader/host/startup.h"
#include "loader/vm/thread.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/vm.h"
#include "tests/run.h"

Suite *suite_gc(void);

enum { WEAK = 0, TRACK = 1, NORMAL = 2, MANY = 200 };

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

/* Conservative scanning may keep a few. */
static int count_alive(const uint32_t *handles)
{
    int alive = 0;
    for (int i = 0; i < MANY; i++)
        alive += gc_handle_get(handles[i]) != NULL;
    return alive;
}

static __attribute__((noinline)) void make_handles(uint32_t *handles, int kind)
{
    for (int i = 0; i < MANY; i++)
        handles[i] = gc_handle_new(number(i), kind);
}

START_TEST(weak_handles_are_cleared)
{
    uint32_t handles[MANY];
    make_handles(handles, _i);
    gc_collect();
    gc_collect();
    ck_assert_int_lt(count_alive(handles), MANY / 10);
}
END_TEST

START_TEST(strong_handles_keep_their_objects)
{
    uint32_t handles[MANY];
    make_handles(handles, NORMAL);
    gc_collect();
    for (int i = 0; i < MANY; i++)
        ck_assert_int_eq(*(int32_t *)object_value(gc_handle_get(handles[i])), i);
    gc_handle_free(handles[0]);
    ck_assert_ptr_null(gc_handle_get(handles[0]));
    ck_assert_int_eq(gc_handle_kind(handles[1]), NORMAL);
}
END_TEST

/* Fills what a dead reference would point to with other objects. */
static void churn(void)
{
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 20000; k++)
            number(-1);
        gc_collect();
    }
}

START_TEST(arrays_keep_their_elements)
{
    Array *array = array_new_of(vm.world->known.object, MANY);
    for (int i = 0; i < MANY; i++)
        ARRAY_AT(array, Object *, i) = number(i);
    churn();
    for (int i = 0; i < MANY; i++)
        ck_assert_int_eq(*(int32_t *)object_value(ARRAY_AT(array, Object *, i)), i);
}
END_TEST

START_TEST(structs_in_arrays_keep_their_references)
{
    enum { PAIRS = 5 * MANY };
    Err err = ERR_INIT;
    Type *pair = assembly_find_type(vm.world->corlib, "System.Collections",
                                    "DictionaryEntry", &err);
    ck_assert(pair && type_load(pair, LEVEL_LAYOUT, &err));
    Field *value = type_find_field(pair, "_value");
    ck_assert_ptr_nonnull(value);
    Array *array = array_new_of(pair, PAIRS);
    for (int i = 0; i < PAIRS; i++)
        *(Object **)(void *)(array->data + (size_t)i * pair->size + value->offset) =
            number(i);
    churn();
    for (int i = 0; i < PAIRS; i++) {
        Object *o =
            *(Object **)(void *)(array->data + (size_t)i * pair->size + value->offset);
        ck_assert_int_eq(*(int32_t *)object_value(o), i);
    }
}
END_TEST

static bool freed[MANY];

static void free_block(void *block)
{
    freed[((uintptr_t *)block)[1]] = true;
}

/* Objects and blocks that hold each other; only long weak handles lead to them. */
static __attribute__((noinline)) void make_blocks(uint32_t *handles)
{
    for (int i = 0; i < MANY; i++) {
        Array *array = array_new_of(vm.world->known.object, 1);
        uintptr_t *block = gc_alloc(2 * sizeof *block);
        block[0] = (uintptr_t)array;
        block[1] = (uintptr_t)i;
        ARRAY_AT(array, void *, 0) = block;
        gc_register_block(block, free_block);
        handles[i] = gc_handle_new((Object *)array, TRACK);
    }
}

START_TEST(blocks_are_freed_when_no_weak_handle_leads_to_them)
{
    uint32_t handles[MANY];
    int n_freed = 0;
    make_blocks(handles);
    for (int round = 0; round < 4; round++) {
        gc_collect();
        gc_run_finalizers();
        for (int i = 0; i < MANY; i++)
            ck_assert(!freed[i] || !gc_handle_get(handles[i]));
    }
    for (int i = 0; i < MANY; i++)
        n_freed += freed[i];
    ck_assert_int_gt(n_freed, MANY - MANY / 10);
}
END_TEST

static void allocate_chain(void *arg)
{
    int *failures = arg;
    for (int round = 0; round < 20; round++) {
        Array *head = NULL;
        for (int i = 0; i < 500; i++) {
            Array *link = array_new_of(vm.world->known.object, 2);
            ARRAY_AT(link, Object *, 0) = (Object *)head;
            ARRAY_AT(link, Object *, 1) = number(i);
            head = link;
        }
        for (int i = 499; head; i--) {
            if (*(int32_t *)object_value(ARRAY_AT(head, Object *, 1)) != i)
                __atomic_add_fetch(failures, 1, __ATOMIC_RELAXED);
            head = ARRAY_AT(head, Array *, 0);
        }
    }
    __atomic_add_fetch(failures, 1000000, __ATOMIC_RELAXED);
}

START_TEST(threads_allocate_while_others_collect)
{
    int failures = 0;
    for (int i = 0; i < 3; i++)
        ck_assert(thread_run("allocate", allocate_chain, &failures));
    while (__atomic_load_n(&failures, __ATOMIC_RELAXED) < 3000000)
        gc_collect();
    ck_assert_int_eq(__atomic_load_n(&failures, __ATOMIC_RELAXED), 3000000);
}
END_TEST

static int handling; /* atomic: 1 in the handler, 2 behind the collection */

static void on_user_signal(int signal)
{
    (void)signal;
    __atomic_store_n(&handling, 1, __ATOMIC_RELEASE);
    for (int i = 0; i < 20; i++)
        usleep(5000);
}

/* Its stack alone leads to an object, while it handles a signal on another stack. */
static void be_interrupted(void *data)
{
    static char alternate[64 << 10];
    stack_t stack = {.ss_sp = alternate, .ss_size = sizeof alternate}, before;
    struct sigaction action = {.sa_handler = on_user_signal, .sa_flags = SA_ONSTACK};
    uint32_t *weak = data;
    Object *volatile object = number(7);
    *weak = gc_handle_new(object, WEAK);
    sigaction(SIGUSR1, &action, NULL);
    sigaltstack(&stack, &before);
    pthread_kill(pthread_self(), SIGUSR1);
    while (__atomic_load_n(&handling, __ATOMIC_ACQUIRE) != 2)
        usleep(1000);
    *weak = gc_handle_get(*weak) == object;
    sigaltstack(&before, NULL);
    __atomic_store_n(&handling, 3, __ATOMIC_RELEASE);
}

START_TEST(a_thread_on_its_signal_stack_keeps_what_it_has)
{
    uint32_t was_kept = 0;
    ck_assert(thread_run("interrupted", be_interrupted, &was_kept));
    while (__atomic_load_n(&handling, __ATOMIC_ACQUIRE) != 1)
        usleep(100);
    gc_collect();
    __atomic_store_n(&handling, 2, __ATOMIC_RELEASE);
    while (__atomic_load_n(&handling, __ATOMIC_ACQUIRE) != 3)
        usleep(100);
    ck_assert_uint_eq(was_kept, 1);
}
END_TEST

START_TEST(dead_keys_of_ephemerons_become_the_tombstone)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(vm.world->corlib, "System.Runtime.CompilerServices",
                                    "Ephemeron", &err);
    ck_assert(type && type_load(type, LEVEL_LAYOUT, &err));
    Array *array = array_new_of(type, MANY + 1);
    gc_register_ephemerons(array);
    Object *kept = number(1);
    ARRAY_AT(array, Object *, 2 * MANY) = kept;
    ARRAY_AT(array, Object *, 2 * MANY + 1) = number(2);
    for (int i = 0; i < MANY; i++)
        ARRAY_AT(array, Object *, 2 * i) = number(i);
    churn();
    int dead = 0;
    for (int i = 0; i < MANY; i++)
        dead += ARRAY_AT(array, Object *, 2 * i) == gc_tombstone();
    ck_assert_int_gt(dead, MANY - MANY / 10);
    ck_assert_ptr_eq(ARRAY_AT(array, Object *, 2 * MANY), kept);
    ck_assert_int_eq(*(int32_t *)object_value(ARRAY_AT(array, Object *, 2 * MANY + 1)),
                     2);
}
END_TEST

Suite *suite_gc(void)
{
    Suite *suite = suite_create("gc");
    TCase *tcase = tcase_create("gc");
    tcase_set_tags(tcase, "collector");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, start, NULL);
    tcase_add_loop_test(tcase, weak_handles_are_cleared, WEAK, TRACK + 1);
    tcase_add_test(tcase, strong_handles_keep_their_objects);
    tcase_add_test(tcase, arrays_keep_their_elements);
    tcase_add_test(tcase, structs_in_arrays_keep_their_references);
    tcase_add_test(tcase, blocks_are_freed_when_no_weak_handle_leads_to_them);
    tcase_add_test(tcase, threads_allocate_while_others_collect);
    tcase_add_test(tcase, a_thread_on_its_signal_stack_keeps_what_it_has);
    tcase_add_test(tcase, dead_keys_of_ephemerons_become_the_tombstone);
    suite_add_tcase(suite, tcase);
    return suite;
}
