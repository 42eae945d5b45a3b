/* test_vm.c - objects, strings, types, exceptions, locks and waits of the runtime. */
#include <stdio.h>
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/host/startup.h"
#include "loader/vm/exception.h"
#include "loader/vm/monitor.h"
#include "loader/vm/pair_cache.h"
#include "loader/vm/thread.h"
#include "loader/vm/waithandle.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/typert.h"
#include "loader/vm/vm.h"
#include "tests/run.h"

Suite *suite_vm(void);

static void start(void)
{
    Err err = ERR_INIT;
    vm.mode = VM_INTERP;
    vm.no_cache = true;
    ck_assert_msg(vm_start(&err), "%s", err.text);
}

/* -- strings ------------------------------------------------------------------- */

static const struct {
    const char *utf8, *back; /* back NULL: the same */
    int32_t length;
} texts[] = {
    {"", NULL, 0},
    {"plain", NULL, 5},
    {"\xc3\xa9\xe2\x82\xac", NULL, 2},
    {"\xf0\x9f\x98\x80", NULL, 2}, /* a surrogate pair */
    {"a\xff"
     "b",
     "a\xef\xbf\xbd"
     "b",
     3},                                                         /* not UTF-8 */
    {"\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd", 2},                 /* overlong */
    {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", 3}, /* a lone surrogate */
    {"cut\xe2\x82", "cut\xef\xbf\xbd\xef\xbf\xbd", 5},
};

START_TEST(utf8_becomes_utf16_and_back)
{
    String *string = string_from_utf8(texts[_i].utf8);
    ck_assert_int_eq(string->length, texts[_i].length);
    ck_assert_uint_eq(string->chars[string->length], 0);
    char *back = string_to_utf8(string);
    ck_assert_str_eq(back, texts[_i].back ? texts[_i].back : texts[_i].utf8);
    free(back);
}
END_TEST

START_TEST(equal_strings_intern_to_one)
{
    String *a = string_from_utf8("same"), *b = string_from_utf8("same");
    ck_assert_ptr_ne(a, b);
    ck_assert_ptr_null(string_is_interned(a));
    ck_assert_ptr_eq(string_intern(a), a);
    ck_assert_ptr_eq(string_intern(b), a);
    for (int i = 0; i < 3000; i++) { /* the table grows */
        char text[16];
        snprintf(text, sizeof text, "s%d", i);
        string_intern(string_from_utf8(text));
    }
    ck_assert_ptr_eq(string_is_interned(b), a);
}
END_TEST

/* -- objects and arrays -------------------------------------------------------- */

START_TEST(arrays_know_their_bounds)
{
    int32_t lengths[] = {2, 3}, lower[] = {-1, 5};
    Array *array = array_new_md(type_array(vm.world->known.i4, 2), lengths, lower);
    ck_assert_uint_eq(array->length, 6);
    ck_assert_int_eq(array_lengths(array)[1], 3);
    ck_assert_int_eq(array_lower_bounds(array)[0], -1);
    ck_assert_ptr_eq(array_data(array), array_lower_bounds(array) + 2);
    ((int32_t *)(void *)array_data(array))[5] = 42;
    Array *copy = (Array *)object_clone(&array->object);
    ck_assert_int_eq(array_lengths(copy)[0], 2);
    ck_assert_int_eq(array_lower_bounds(copy)[1], 5);
    ck_assert_int_eq(((int32_t *)(void *)array_data(copy))[5], 42);
}
END_TEST

START_TEST(bad_lengths_raise)
{
    ck_assert_ptr_null(array_new_of(vm.world->known.i4, -1));
    ck_assert_str_eq(object_type(exception_take())->name, "OverflowException");
    ck_assert_ptr_null(array_new_of(vm.world->known.i8, INT64_C(1) << 40));
    ck_assert_ptr_eq(exception_take(), vm.out_of_memory);
    int32_t lengths[] = {1 << 20, 1 << 20};
    ck_assert_ptr_null(array_new_md(type_array(vm.world->known.u1, 2), lengths, NULL));
    ck_assert_ptr_eq(exception_take(), vm.out_of_memory);
}
END_TEST

START_TEST(nullable_boxes_to_its_value_or_null)
{
    Err err = ERR_INIT;
    Type *nullable =
        type_instance(vm.world->known.nullable, &vm.world->known.i4, 1, &err);
    ck_assert(nullable && type_load(nullable, LEVEL_LAYOUT, &err));
    uint64_t value = 0;
    ck_assert_ptr_null(object_box(nullable, &value));
    int32_t seven = 7;
    Object *boxed = object_box(vm.world->known.i4, &seven);
    object_unbox_nullable(nullable, boxed, &value);
    Object *again = object_box(nullable, &value);
    ck_assert_ptr_eq(object_type(again), vm.world->known.i4);
    ck_assert_int_eq(*(int32_t *)object_value(again), 7);
}
END_TEST

START_TEST(a_type_has_one_type_object)
{
    Object *object = type_object(vm.world->known.string);
    ck_assert_ptr_eq(type_object(vm.world->known.string), object);
    ck_assert_ptr_eq(type_of_object(object), vm.world->known.string);
}
END_TEST

START_TEST(casts_answer_the_same_twice)
{
    Type *string = vm.world->known.string, *object = vm.world->known.object;
    for (int i = 0; i < 2; i++) {
        ck_assert(type_castable(string, object));
        ck_assert(!type_castable(object, string));
        ck_assert(type_castable(type_szarray(string), type_szarray(object)));
        ck_assert(!type_castable(type_szarray(object), type_szarray(string)));
    }
}
END_TEST

START_TEST(pair_cache_forgets_but_never_lies)
{
    static PairCache cache;
    static char keys[20000], value;
    for (int i = 0; i + 1 < 20000; i += 2)
        pair_cache_put(&cache, &keys[i], &keys[i + 1], &keys[i]);
    for (int i = 0; i + 1 < 20000; i += 2) {
        void *found = pair_cache_get(&cache, &keys[i], &keys[i + 1]);
        ck_assert(!found || found == &keys[i]);
    }
    ck_assert_ptr_null(pair_cache_get(&cache, &value, &value));
}
END_TEST

/* -- exceptions ---------------------------------------------------------------- */

static const struct {
    ErrKind kind;
    const char *name;
} err_names[] = {
    {ERR_IO, "FileNotFoundException"},
    {ERR_BAD_IMAGE, "BadImageFormatException"},
    {ERR_TYPE_LOAD, "TypeLoadException"},
    {ERR_MISSING_METHOD, "MissingMethodException"},
    {ERR_MISSING_FIELD, "MissingFieldException"},
    {ERR_INVALID_PROGRAM, "InvalidProgramException"},
    {ERR_UNSUPPORTED, "NotSupportedException"},
    {ERR_DLL_NOT_FOUND, "DllNotFoundException"},
};

START_TEST(failures_become_exceptions_of_their_kind)
{
    Err err = ERR_INIT;
    err_set(&err, err_names[_i].kind, "what happened");
    ck_assert(!exception_set_err(&err));
    Object *exception = exception_take();
    ck_assert_str_eq(object_type(exception)->name, err_names[_i].name);
    char *text = exception_describe(exception);
    ck_assert_ptr_nonnull(strstr(text, "what happened"));
    free(text);
}
END_TEST

START_TEST(argument_exceptions_name_the_parameter)
{
    exception_argument("System.ArgumentException", "param", "message");
    char *text = exception_describe(exception_take());
    ck_assert_ptr_nonnull(strstr(text, "ArgumentException: message"));
    ck_assert_ptr_nonnull(strstr(text, "param"));
    free(text);
    exception_argument("System.ArgumentOutOfRangeException", "param", "message");
    text = exception_describe(exception_take());
    ck_assert_ptr_nonnull(strstr(text, "ArgumentOutOfRangeException: message"));
    free(text);
}
END_TEST

/* -- locks and waits ----------------------------------------------------------- */

START_TEST(monitors_recurse_and_refuse_strangers)
{
    Object *object = object_new(vm.world->known.object);
    ck_assert(!monitor_exit(object));
    ck_assert_str_eq(object_type(exception_take())->name,
                     "SynchronizationLockException");
    ck_assert(monitor_enter(object) && monitor_enter(object));
    ck_assert(monitor_is_owned(object));
    ck_assert(monitor_exit(object) && monitor_is_owned(object));
    bool signaled;
    ck_assert(monitor_wait(object, 1, &signaled) && !signaled);
    ck_assert(monitor_is_owned(object) && monitor_exit(object));
    ck_assert(!monitor_is_locked(object));
}
END_TEST

typedef struct Contest {
    Object *gate;
    int counter, ended;
} Contest;

static void contend(void *arg)
{
    Contest *contest = arg;
    for (int i = 0; i < 10000; i++) {
        monitor_enter(contest->gate);
        contest->counter++;
        monitor_exit(contest->gate);
    }
    monitor_enter(contest->gate);
    contest->ended++;
    monitor_pulse_all(contest->gate);
    monitor_exit(contest->gate);
}

START_TEST(monitors_exclude_and_wake)
{
    Contest contest = {.gate = object_new(vm.world->known.object)};
    bool signaled;
    for (int i = 0; i < 4; i++)
        ck_assert(thread_run("contend", contend, &contest));
    monitor_enter(contest.gate);
    while (contest.ended < 4)
        ck_assert(monitor_wait(contest.gate, 20000, &signaled) && signaled);
    monitor_exit(contest.gate);
    ck_assert_int_eq(contest.counter, 40000);
}
END_TEST

START_TEST(auto_events_let_one_wait_through)
{
    bool created;
    WaitObject *event = event_create(false, true, NULL, &created);
    ck_assert_int_eq(wait_objects(&event, 1, false, 0), WAIT_SIGNALED);
    ck_assert_int_eq(wait_objects(&event, 1, false, 5), WAIT_TIMED_OUT);
    event_set(event);
    ck_assert_int_eq(wait_objects(&event, 1, false, 0), WAIT_SIGNALED);
    wait_object_close(event);
}
END_TEST

START_TEST(waiting_for_all_takes_all_or_nothing)
{
    bool created;
    int32_t previous;
    WaitObject *both[] = {semaphore_create(1, 2, NULL, &created),
                          event_create(true, false, NULL, &created)};
    ck_assert_int_eq(wait_objects(both, 2, true, 1), WAIT_TIMED_OUT);
    event_set(both[1]);
    ck_assert_int_eq(wait_objects(both, 2, true, 0), WAIT_SIGNALED);
    ck_assert_int_eq(wait_objects(both, 2, false, 0), WAIT_SIGNALED + 1);
    ck_assert(semaphore_release(both[0], 2, &previous) && previous == 0);
    ck_assert(!semaphore_release(both[0], 1, &previous));
}
END_TEST

static void take_and_end(void *arg)
{
    WaitObject *mutex = arg;
    wait_objects(&mutex, 1, false, -1);
}

START_TEST(mutexes_of_ended_threads_are_abandoned)
{
    bool created;
    WaitObject *mutex = mutex_create(false, "name", &created);
    ck_assert(created);
    ck_assert(thread_run("owner", take_and_end, mutex));
    usleep(50000);
    ck_assert_int_eq(wait_objects(&mutex, 1, false, 5000), WAIT_ABANDONED);
    ck_assert_ptr_eq(wait_object_open('m', "name"), mutex);
    ck_assert(mutex_release(mutex) && !mutex_release(mutex));
}
END_TEST

Suite *suite_vm(void)
{
    Suite *suite = suite_create("vm");
    TCase *tcase = tcase_create("vm");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, start, NULL);
    tcase_add_loop_test(tcase, utf8_becomes_utf16_and_back, 0,
                        (int)(sizeof texts / sizeof *texts));
    tcase_add_test(tcase, equal_strings_intern_to_one);
    tcase_add_test(tcase, arrays_know_their_bounds);
    tcase_add_test(tcase, bad_lengths_raise);
    tcase_add_test(tcase, nullable_boxes_to_its_value_or_null);
    tcase_add_test(tcase, a_type_has_one_type_object);
    tcase_add_test(tcase, casts_answer_the_same_twice);
    tcase_add_test(tcase, pair_cache_forgets_but_never_lies);
    tcase_add_loop_test(tcase, failures_become_exceptions_of_their_kind, 0,
                        (int)(sizeof err_names / sizeof *err_names));
    tcase_add_test(tcase, argument_exceptions_name_the_parameter);
    tcase_add_test(tcase, monitors_recurse_and_refuse_strangers);
    tcase_add_test(tcase, monitors_exclude_and_wake);
    tcase_add_test(tcase, auto_events_let_one_wait_through);
    tcase_add_test(tcase, waiting_for_all_takes_all_or_nothing);
    tcase_add_test(tcase, mutexes_of_ended_threads_are_abandoned);
    suite_add_tcase(suite, tcase);
    return suite;
}
