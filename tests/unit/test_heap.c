/* test_heap.c - the heap's blocks, holes and large objects. */
#include <check.h>
#include <string.h>

#include "loader/gc/gc_private.h"
#include "loader/gc/markers_private.h"
#include "loader/gc/object.h"
#include "loader/host/startup.h"
#include "loader/vm/array.h"
#include "loader/vm/thread.h"
#include "loader/vm/vm.h"
#include "tests/run.h"

Suite *suite_heap(void);

static void start(void)
{
    Err err = ERR_INIT;
    vm.mode = VM_INTERP;
    vm.no_cache = true;
    ck_assert_msg(vm_start(&err), "%s", err.text);
}

static const uint32_t sizes[] = {1,    8,     40,    480,   500,    600,    8000,
                                 9000, 32000, 33000, 65000, 200000, 3000000};

enum { N_SIZES = sizeof sizes / sizeof *sizes };

static Array *bytes(uint32_t n)
{
    return array_new_of(vm.world->known.u1, n);
}

START_TEST(an_address_in_an_object_leads_to_it)
{
    for (int i = 0; i < N_SIZES; i++) {
        Array *array = bytes(sizes[i]);
        size_t size = 24 + sizes[i];
        ck_assert(heap_is_object(array));
        ck_assert(!heap_is_object((char *)array + 8));
        ck_assert_uint_ge(heap_object_size(array), size);
        for (size_t at = 0; at < size; at += at < 4096 ? 1 : 977)
            ck_assert_ptr_eq(heap_object_around((char *)array + at), array);
        ck_assert_ptr_eq(heap_object_around((char *)array + size - 1), array);
        ck_assert_ptr_ne(heap_object_around((char *)array + heap_object_size(array)),
                         array);
    }
}
END_TEST

START_TEST(other_words_lead_nowhere)
{
    char local;
    ck_assert_ptr_null(heap_object_around(NULL));
    ck_assert_ptr_null(heap_object_around(&local));
    ck_assert_ptr_null(heap_object_around((void *)(uintptr_t)1));
    ck_assert_ptr_null(heap_object_around((void *)UINTPTR_MAX));
    ck_assert_ptr_null(heap_object_around(heap.base - 1));
    ck_assert_ptr_null(heap_object_around(heap.base + heap.size));
    ck_assert_ptr_null(heap_object_around(heap.base + heap.size - 1));
    ck_assert_ptr_null(heap_object_around(gc_thread.small.cursor));
    ck_assert(!heap_is_object(gc_thread.small.cursor));
}
END_TEST

static bool all_zero(const uint8_t *data, uint32_t size)
{
    return !data[0] && !memcmp(data, data + 1, size - 1);
}

static __attribute__((noinline)) void fill(uint32_t size, int n)
{
    while (n--) {
        Array *array = bytes(size);
        ck_assert(all_zero(array->data, size));
        memset(array->data, 0xa5, size);
    }
}

/* All sizes, in what garbage of all sizes left. */
START_TEST(memory_comes_zeroed_and_is_used_again)
{
    for (int round = 0; round < 4; round++)
        for (int i = 0; i < N_SIZES; i++)
            fill(sizes[i], (int)(4000000 / (sizes[i] + 1000)));
    gc_collect();
    size_t size = heap.size;
    for (int round = 0; round < 4; round++)
        for (int i = 0; i < N_SIZES; i++)
            fill(sizes[i], (int)(4000000 / (sizes[i] + 1000)));
    ck_assert_uint_le(heap.size, size + size / 2);
}
END_TEST

/* Every second object lives: what is between them is found. */
START_TEST(holes_are_used)
{
    enum { N = 20000, SIZE = 200 };
    Array *kept = array_new_of(vm.world->known.object, N);
    for (int i = 0; i < N; i++) {
        Array *array = bytes(SIZE);
        array->data[0] = (uint8_t)i;
        ARRAY_AT(kept, Array *, i) = array;
        fill(SIZE, 1);
    }
    gc_collect();
    size_t before = heap.size;
    for (int i = 0; i < N / 2; i++)
        fill(SIZE, 1);
    ck_assert_uint_eq(heap.size, before);
    gc_collect();
    for (int i = 0; i < N; i++) {
        ck_assert_uint_eq(ARRAY_AT(kept, Array *, i)->data[0], (uint8_t)i);
        ck_assert_uint_eq(ARRAY_AT(kept, Array *, i)->data[1], 0);
    }
}
END_TEST

/* Where objects died one by one others go, before the heap grows. */
START_TEST(the_smallest_holes_are_used)
{
    enum { N = 1500000, SIZE = 24 };
    Array *volatile kept = array_new_of(vm.world->known.object, N);
    for (int i = 0; i < N; i++) {
        gc_writes(&ARRAY_AT(kept, Array *, i));
        ARRAY_AT(kept, Array *, i) = bytes(SIZE);
    }
    for (int i = 0; i < N; i++)
        if (i % 3)
            ARRAY_AT(kept, Array *, i) = NULL;
    gc_collect();
    size_t before = heap.size;
    for (int i = 1; i < N; i += 3) {
        gc_writes(&ARRAY_AT(kept, Array *, i));
        ARRAY_AT(kept, Array *, i) = bytes(SIZE);
    }
    ck_assert_uint_le(heap.size, before + before / 8);
}
END_TEST

/* Of a block: the bits of granules in which objects lie, as the bytes of gc_meta say.
 * open: one goes on from the block before, then into the next. False: an object begins
 * in another one, or one ends that did not begin. */
static bool occupied_by_bytes(size_t block, uint64_t *occupied, bool *open)
{
    const uint8_t *meta = meta_of(block_start(block));
    for (size_t i = 0; i < BLOCK_GRANULES; i++) {
        bool starts = meta[i] & META_START, ends = meta[i] & META_END;
        if ((starts && *open) || (ends && !starts && !*open))
            return false;
        *open = (*open || starts) && !ends;
        if (starts || ends || *open)
            occupied[i / 64] |= (uint64_t)1 << i % 64;
    }
    return true;
}

static void check_blocks(void)
{
    bool open = false;
    for (size_t i = 0; i < heap.size >> BLOCK_SHIFT; i++) {
        const Block *block = &heap.blocks[i];
        uint64_t occupied[BLOCK_GRANULES / 64] = {0};
        if (block->kind == BLOCK_SMALL)
            ck_assert_int_eq(open, (block->flags & BLOCK_CROSSED) != 0);
        else
            ck_assert(!open);
        if (block->kind != BLOCK_SMALL)
            continue;
        ck_assert(occupied_by_bytes(i, occupied, &open));
        if (!(block->flags & BLOCK_OWNED))
            ck_assert_mem_eq(occupied, heap.occupied + i * (BLOCK_GRANULES / 64),
                             sizeof occupied);
    }
}

/* Some live, wherever they lie in a line of granules, and the others leave nothing. */
START_TEST(what_is_swept_is_as_the_objects_are)
{
    enum { N = 30000 };
    Array *kept = array_new_of(vm.world->known.object, N);
    uint32_t random = 1;
    for (int round = 0; round < 12; round++) {
        for (int i = 0; i < N; i++) {
            random = random * 1664525 + 1013904223;
            Array *array = bytes(random >> 8 & (random >> 30 ? 127 : 2047));
            if ((random >> 24) % 16u < (unsigned)round) {
                gc_writes(&ARRAY_AT(kept, Array *, i));
                ARRAY_AT(kept, Array *, i) = array;
            }
        }
        if (round % 3)
            gc_collect_young();
        else
            gc_collect();
        holes_drop(&gc_thread);
        if (!(round % 3))
            check_blocks();
    }
}
END_TEST

/* In blocks of their own they would take nearly twice as much. */
START_TEST(large_objects_leave_no_blocks_half_empty)
{
    enum { N = 1000, SIZE = 34000 };
    Array *volatile kept = array_new_of(vm.world->known.object, N);
    gc_collect();
    size_t before = heap.live;
    for (int i = 0; i < N; i++)
        array_set(kept, i, (Object *)bytes(SIZE));
    gc_collect();
    ck_assert_uint_le(heap.live - before, (size_t)N * (SIZE + 1000));
    ck_assert_uint_le(heap.size, before + (size_t)N * SIZE * 4 / 3 + (32 << 20));
    holes_drop(&gc_thread);
    check_blocks();
}
END_TEST

static void check_filled(Array *array, unsigned with)
{
    if (!array)
        return;
    ck_assert_uint_eq(array->data[0], with);
    ck_assert(!memcmp(array->data, array->data + 1, array->length - 1));
    ck_assert_ptr_eq(heap_object_around(array->data + array->length / 2), array);
    ck_assert_ptr_eq(heap_object_around(array->data + array->length - 1), array);
    ck_assert_uint_ge(heap_object_size(array), array->length + ARRAY_DATA_OFFSET);
}

/* Of all sizes from small ones to those with blocks of their own, young and old, in
 * blocks that threads allocate in and in others; swept by one thread, or by all. */
START_TEST(large_objects_die_and_others_take_their_places)
{
    enum { N = 300, ROUNDS = 40 };
    markers_from = _i ? 0 : SIZE_MAX;
    Array *volatile kept = array_new_of(vm.world->known.object, N);
    uint32_t random = 1;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < N; i++) {
            random = random * 1664525 + 1013904223;
            uint32_t kind = random >> 28, at = (random >> 8) % N;
            Array *array = bytes(kind < 8    ? 20000 + (random >> 4) % 60000
                                 : kind < 10 ? 60000 + (random >> 4) % 240000
                                             : (random >> 4) % 9000 + 1);
            ck_assert(all_zero(array->data, array->length));
            memset(array->data, (int)at, array->length);
            if (random >> 7 & 1)
                array_set(kept, at, (Object *)array);
        }
        if (round % 4)
            gc_collect_young();
        else
            gc_collect();
        if (round % 3 == 0) {
            holes_drop(&gc_thread);
            holes_forget_spares();
        }
        if (round % 4 == 0)
            check_blocks();
        for (uint32_t i = 0; i < N; i++)
            check_filled(ARRAY_AT(kept, Array *, i), i & 0xff);
    }
}
END_TEST

/* Where address space is short; the roots are many, and so are the elements. */
START_TEST(a_stack_that_is_too_small_loses_nothing)
{
    enum { N = 8 * LEAST_STACK };
    static Object *roots[N];
    gc_root(roots, sizeof roots);
    markers_room = LEAST_STACK;
    markers[0].stack = NULL;
    Array *kept = array_new_of(vm.world->known.object, N);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < N; i++) {
            gc_writes(&ARRAY_AT(kept, Object *, i));
            ARRAY_AT(kept, Object *, i) = &bytes(8)->object;
            roots[i] = &bytes(8)->object;
            ARRAY_AT((Array *)roots[i], uint32_t, 0) = i;
            ARRAY_AT((Array *)ARRAY_AT(kept, Object *, i), uint32_t, 0) = i;
        }
        if (round)
            gc_collect_young();
        else
            gc_collect();
        fill(8, N);
        for (uint32_t i = 0; i < N; i++) {
            ck_assert_uint_eq(ARRAY_AT((Array *)roots[i], uint32_t, 0), i);
            ck_assert_uint_eq(
                ARRAY_AT((Array *)ARRAY_AT(kept, Object *, i), uint32_t, 0), i);
        }
    }
    ck_assert_uint_eq(markers[0].room, LEAST_STACK);
}
END_TEST

/* Arrays that lead to the next one by their last element: the others wait meanwhile. */
START_TEST(what_waits_on_a_full_stack_is_found_again)
{
    enum { LINKS = 100, ELEMENTS = 500 };
    markers_room = LEAST_STACK;
    markers[0].stack = NULL;
    for (int round = 0; round < 2; round++) {
        Array *volatile first = NULL;
        for (uint32_t i = 0; i < LINKS; i++) {
            Array *link = array_new_of(vm.world->known.object, ELEMENTS);
            for (uint32_t k = 0; k < ELEMENTS; k++) {
                Array *number = bytes(8);
                ARRAY_AT(number, uint32_t, 0) = i * ELEMENTS + k;
                ARRAY_AT(link, Array *, k) = number;
            }
            ARRAY_AT(link, Array *, ELEMENTS - 1) = first;
            first = link;
        }
        if (round)
            gc_collect_young();
        else
            gc_collect();
        fill(8, LINKS * ELEMENTS);
        uint32_t i = LINKS;
        for (Array *link = first; link; link = ARRAY_AT(link, Array *, ELEMENTS - 1)) {
            i--;
            for (uint32_t k = 0; k < ELEMENTS - 1; k++)
                ck_assert_uint_eq(ARRAY_AT(ARRAY_AT(link, Array *, k), uint32_t, 0),
                                  i * ELEMENTS + k);
        }
        ck_assert_uint_eq(i, 0);
    }
    ck_assert_uint_eq(markers[0].room, LEAST_STACK);
}
END_TEST

START_TEST(long_arrays_are_followed_to_their_ends)
{
    enum { N = 100000 };
    Array *volatile kept = array_new_of(vm.world->known.object, N);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < N; i++) {
            Array *number = bytes(8);
            ARRAY_AT(number, uint32_t, 0) = i;
            gc_writes(&ARRAY_AT(kept, Array *, i));
            ARRAY_AT(kept, Array *, i) = number;
        }
        if (round)
            gc_collect_young();
        else
            gc_collect();
        fill(8, N);
        for (uint32_t i = 0; i < N; i++)
            ck_assert_uint_eq(ARRAY_AT(ARRAY_AT(kept, Array *, i), uint32_t, 0), i);
    }
}
END_TEST

START_TEST(large_ones_go_back)
{
    for (int i = 0; i < 200; i++)
        fill(5000000, 1);
    ck_assert_uint_lt(heap.size, 200 << 20);
    ck_assert_ptr_null(gc_alloc(SIZE_MAX));
    ck_assert_ptr_null(gc_alloc(heap.room + 1));
}
END_TEST

static void *short_thread(void *unused)
{
    ck_assert(thread_attach_foreign());
    ck_assert_ptr_nonnull(bytes(100));
    ck_assert_ptr_nonnull(bytes(10000));
    thread_detach();
    return unused;
}

START_TEST(short_threads_hand_on_what_they_leave)
{
    enum { THREADS = 500, LITTLE = 24 << 20 };
    size_t before = heap.size;
    for (int i = 0; i < THREADS; i++) {
        pthread_t thread;
        ck_assert_int_eq(pthread_create(&thread, NULL, short_thread, NULL), 0);
        ck_assert_int_eq(pthread_join(thread, NULL), 0);
    }
    ck_assert_uint_le(heap.size, before + LITTLE);
}
END_TEST

START_TEST(what_a_thread_allocated_is_counted_to_the_byte)
{
    uint64_t before = gc_allocated_here();
    for (int i = 0; i < N_SIZES; i++) {
        bytes(sizes[i]);
        before += (24 + sizes[i] + 7) & ~7u;
        ck_assert_uint_eq(gc_allocated_here(), before);
    }
}
END_TEST

/* In memory it has other bits, so that it is found in a register alone. */
static volatile uint64_t hidden = 0x123456789abcdef0;
static bool was_seen;

/* All of the stack, so also what sanitizers want nobody to read. */
__attribute__((no_sanitize("address"))) static void look(void *low, void *high)
{
    for (uint64_t *at = low; at < (uint64_t *)high; at++)
        was_seen = was_seen || *at == ~hidden;
}

#define IN_REGISTER(name)                                                              \
    static __attribute__((noinline)) void visit_with_##name(void)                      \
    {                                                                                  \
        register uint64_t value __asm__(#name) = ~hidden;                              \
        __asm__ volatile("" : "+r"(value));                                            \
        stacks_visit(look);                                                            \
        __asm__ volatile("" : "+r"(value));                                            \
    }
IN_REGISTER(rbx)
IN_REGISTER(r12)
IN_REGISTER(r13)
IN_REGISTER(r14)
IN_REGISTER(r15)

START_TEST(registers_of_the_thread_that_collects_are_seen)
{
    void (*const visit[])(void) = {visit_with_rbx, visit_with_r12, visit_with_r13,
                                   visit_with_r14, visit_with_r15};
    was_seen = false;
    visit[_i]();
    ck_assert(was_seen);
}
END_TEST

Suite *suite_heap(void)
{
    Suite *suite = suite_create("heap");
    TCase *tcase = tcase_create("heap");
    tcase_set_tags(tcase, "collector");
    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, start, NULL);
    tcase_add_test(tcase, an_address_in_an_object_leads_to_it);
    tcase_add_test(tcase, other_words_lead_nowhere);
    tcase_add_test(tcase, memory_comes_zeroed_and_is_used_again);
    tcase_add_test(tcase, holes_are_used);
    tcase_add_test(tcase, the_smallest_holes_are_used);
    tcase_add_test(tcase, what_is_swept_is_as_the_objects_are);
    tcase_add_test(tcase, large_objects_leave_no_blocks_half_empty);
    tcase_add_loop_test(tcase, large_objects_die_and_others_take_their_places, 0, 2);
    tcase_add_test(tcase, a_stack_that_is_too_small_loses_nothing);
    tcase_add_test(tcase, what_waits_on_a_full_stack_is_found_again);
    tcase_add_test(tcase, long_arrays_are_followed_to_their_ends);
    tcase_add_test(tcase, large_ones_go_back);
    tcase_add_test(tcase, short_threads_hand_on_what_they_leave);
    tcase_add_test(tcase, what_a_thread_allocated_is_counted_to_the_byte);
    tcase_add_loop_test(tcase, registers_of_the_thread_that_collects_are_seen, 0, 5);
    suite_add_tcase(suite, tcase);
    return suite;
}
