/* test_lock.c - the order of locks. The checks are those of debug builds in every
 * build: this file alone has them switched on, for locks of its own. */
#ifndef CODICIL_CHECKS
#define CODICIL_CHECKS
#endif
#include "common/base/lock.h"

#include <check.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>

Suite *suite_lock(void);

static Lock world = LOCK_INIT_AGAIN(LOCK_WORLD);
static Lock other_world = LOCK_INIT_AGAIN(LOCK_WORLD);
static Lock leaf = LOCK_INIT(LOCK_LEAF);
static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;

/* The line that a broken order ends with is not for whoever runs the tests. */
static void quiet(void)
{
    ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
}

START_TEST(locks_are_taken_in_order)
{
    for (int i = 0; i < 3; i++) {
        lock_acquire(&world);
        lock_acquire(&leaf);
        lock_release(&world); /* in whatever order they are given back */
        lock_release(&leaf);
    }
    lock_assert_none();
}
END_TEST

START_TEST(a_lock_of_its_rank_may_be_taken_again)
{
    lock_acquire(&world);
    lock_acquire(&world);
    lock_release(&world);
    lock_acquire(&leaf);
    lock_acquire(&world); /* it is held already: nobody waits */
    lock_release(&world);
    lock_release(&leaf);
    lock_release(&world);
    lock_assert_none();
}
END_TEST

static void *hold_leaf(void *turn)
{
    lock_acquire(&leaf);
    pthread_barrier_wait(turn);
    pthread_barrier_wait(turn);
    lock_release(&leaf);
    return NULL;
}

START_TEST(what_another_thread_holds_does_not_count)
{
    pthread_t thread;
    pthread_barrier_t turn;
    pthread_barrier_init(&turn, NULL, 2);
    ck_assert_int_eq(pthread_create(&thread, NULL, hold_leaf, &turn), 0);
    pthread_barrier_wait(&turn);
    ck_assert(!lock_try(&leaf));
    lock_acquire(&world);
    lock_release(&world);
    lock_assert_none();
    pthread_barrier_wait(&turn);
    pthread_join(thread, NULL);
    ck_assert(lock_try(&leaf));
    lock_release(&leaf);
}
END_TEST

START_TEST(waiting_gives_the_lock_back)
{
    struct timespec past = {0};
    lock_acquire(&leaf);
    ck_assert_int_eq(lock_wait(&leaf, &condition, &past), ETIMEDOUT);
    lock_release(&leaf);
    lock_assert_none();
}
END_TEST

START_TEST(dynamic_locks_have_what_their_rank_says)
{
    Lock lock;
    lock_init(&lock, LOCK_VM);
    lock_acquire(&lock);
    lock_acquire(&lock);
    lock_release(&lock);
    lock_release(&lock);
    lock_destroy(&lock);
}
END_TEST

/* -- each of these ends the process ----------------------------------------------- */

static void inversion(void)
{
    lock_acquire(&leaf);
    lock_acquire(&world);
}

static void same_rank(void)
{
    lock_acquire(&world);
    lock_acquire(&other_world);
}

static void twice(void)
{
    lock_acquire(&leaf);
    lock_acquire(&leaf);
}

static void inversion_after_release(void)
{
    lock_acquire(&world);
    lock_acquire(&leaf);
    lock_release(&world);
    lock_acquire(&world);
}

static void inversion_after_try(void)
{
    if (lock_try(&leaf))
        lock_acquire(&world);
}

static void release_of_nothing(void)
{
    lock_release(&world);
}

static void held_where_it_raises(void)
{
    lock_acquire(&world);
    lock_acquire(&world);
    lock_release(&world);
    lock_assert_none();
}

static void wait_with_two(void)
{
    struct timespec past = {0};
    lock_acquire(&world);
    lock_acquire(&leaf);
    lock_wait(&leaf, &condition, &past);
}

static void wait_with_twice_taken(void)
{
    struct timespec past = {0};
    lock_acquire(&world);
    lock_acquire(&world);
    lock_wait(&world, &condition, &past);
}

static void wait_without(void)
{
    struct timespec past = {0};
    lock_wait(&leaf, &condition, &past);
}

static void (*const broken[])(void) = {
    inversion,
    same_rank,
    twice,
    inversion_after_release,
    inversion_after_try,
    release_of_nothing,
    held_where_it_raises,
    wait_with_two,
    wait_with_twice_taken,
    wait_without,
};

START_TEST(a_broken_order_ends_the_process)
{
    broken[_i]();
}
END_TEST

Suite *suite_lock(void)
{
    Suite *suite = suite_create("lock");
    TCase *tcase = tcase_create("lock");
    tcase_add_checked_fixture(tcase, quiet, NULL);
    tcase_add_test(tcase, locks_are_taken_in_order);
    tcase_add_test(tcase, a_lock_of_its_rank_may_be_taken_again);
    tcase_add_test(tcase, what_another_thread_holds_does_not_count);
    tcase_add_test(tcase, waiting_gives_the_lock_back);
    tcase_add_test(tcase, dynamic_locks_have_what_their_rank_says);
    tcase_add_loop_test_raise_signal(tcase, a_broken_order_ends_the_process, SIGABRT, 0,
                                     sizeof broken / sizeof *broken);
    suite_add_tcase(suite, tcase);
    return suite;
}
