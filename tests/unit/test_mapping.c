/* test_mapping.c - mapped files and named memory: what is refused, who shares it. */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "loader/library/mono/services/mapping.h"
#include "tests/run.h"

Suite *suite_mapping(void);

enum { /* FileMode, MemoryMappedFileAccess */
       CREATE_NEW = 1,
       OPEN = 3,
       TRUNCATE = 5,
       READ_WRITE = 0,
       COPY_ON_WRITE = 3,
       LAST_ACCESS = 5,
};

static char path[64];

static void make_file(void)
{
    strcpy(path, "/tmp/codicil-mapping-XXXXXX");
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, "hello", 5), 5);
    close(fd);
}

static void remove_file(void)
{
    unlink(path);
}

typedef struct FileCase {
    int32_t mode, access;
    int64_t capacity;
    MappingError error;
} FileCase;

static const FileCase file_cases[] = {
    {OPEN, READ_WRITE, 0, MAPPING_OK},
    {OPEN, LAST_ACCESS, 10, MAPPING_OK},
    {OPEN, READ_WRITE, 4, MAPPING_FILE_IS_LARGER},
    {CREATE_NEW, READ_WRITE, 10, MAPPING_EXISTS},
    {CREATE_NEW - 1, READ_WRITE, 0, MAPPING_BAD_MODE},
    {TRUNCATE + 1, READ_WRITE, 0, MAPPING_BAD_MODE},
    {OPEN, LAST_ACCESS + 1, 0, MAPPING_NOT_OPENED},
    {OPEN, INT32_MIN, 0, MAPPING_NOT_OPENED},
};

START_TEST(a_file_is_opened_as_it_may_be)
{
    const FileCase *c = &file_cases[_i];
    int64_t capacity = c->capacity;
    Mapping *m;
    ck_assert_int_eq(mapping_open_file(path, c->mode, c->access, NULL, &capacity, &m),
                     c->error);
    ck_assert(!m == (c->error != MAPPING_OK));
    if (m) {
        ck_assert_int_eq(capacity, c->capacity ? c->capacity : 5);
        mapping_close(m);
    }
}
END_TEST

START_TEST(a_missing_file_is_not_found)
{
    int64_t capacity = 0;
    Mapping *m;
    ck_assert_int_eq(
        mapping_open_file("/tmp/codicil/none", OPEN, READ_WRITE, NULL, &capacity, &m),
        MAPPING_NOT_FOUND);
    ck_assert_ptr_null(m);
}
END_TEST

START_TEST(an_empty_file_needs_a_capacity)
{
    int64_t capacity = 0;
    Mapping *m;
    int fd = open(path, O_RDWR | O_TRUNC);
    ck_assert_int_eq(mapping_open_descriptor(fd, NULL, &capacity, &m),
                     MAPPING_EMPTY_FILE);
    capacity = 3;
    ck_assert_int_eq(mapping_open_descriptor(fd, NULL, &capacity, &m), MAPPING_OK);
    close(fd);
    mapping_close(m);
}
END_TEST

typedef struct ViewCase {
    int64_t offset, size;
    int32_t access;
    MappingError error;
} ViewCase;

static const ViewCase view_cases[] = {
    {0, 0, READ_WRITE, MAPPING_OK},
    {4097, 3, READ_WRITE, MAPPING_OK},
    {0, 5001, READ_WRITE, MAPPING_DENIED},
    {-1, 1, READ_WRITE, MAPPING_NOT_MAPPED},
    {2, -1, READ_WRITE, MAPPING_NOT_MAPPED},
    {0, 0, LAST_ACCESS + 1, MAPPING_NOT_MAPPED},
    {0, 0, INT32_MAX, MAPPING_NOT_MAPPED},
    {0, 0, -1, MAPPING_NOT_MAPPED},
};

START_TEST(a_view_lies_inside)
{
    enum { CAPACITY = 5000, PAGES = 8192 };
    const ViewCase *c = &view_cases[_i];
    int64_t size = c->size;
    Mapping *m;
    MappingView view;
    ck_assert_int_eq(mapping_open_memory(OPEN + 1, NULL, CAPACITY, &m), MAPPING_OK);
    ck_assert_int_eq(mapping_view_open(m, c->offset, &size, c->access, &view),
                     c->error);
    if (!c->error) {
        ck_assert_int_eq(size, c->size ? c->size : PAGES);
        memset(view.base, 1, (size_t)size);
        ck_assert(mapping_view_close(&view));
    }
    mapping_close(m);
}
END_TEST

START_TEST(who_copies_on_write_is_alone)
{
    int64_t size = 1;
    Mapping *m;
    MappingView shared, copy;
    ck_assert_int_eq(mapping_open_memory(CREATE_NEW, NULL, 1, &m), MAPPING_OK);
    ck_assert(!mapping_view_open(m, 0, &size, READ_WRITE, &shared) &&
              !mapping_view_open(m, 0, &size, COPY_ON_WRITE, &copy));
    *copy.base = 1;
    ck_assert_int_eq(*shared.base, 0);
    ck_assert(mapping_view_close(&shared) && mapping_view_close(&copy));
    mapping_close(m);
}
END_TEST

START_TEST(named_memory_is_shared_until_all_have_closed_it)
{
    Mapping *first, *second;
    ck_assert_int_eq(mapping_open_memory(OPEN, "x", 1, &first), MAPPING_NOT_FOUND);
    ck_assert_int_eq(mapping_open_memory(CREATE_NEW, "x", 0, &first),
                     MAPPING_NO_CAPACITY);
    ck_assert_int_eq(mapping_open_memory(CREATE_NEW, "x", 1, &first), MAPPING_OK);
    ck_assert_int_eq(mapping_open_memory(CREATE_NEW, "x", 1, &second), MAPPING_EXISTS);
    ck_assert_int_eq(mapping_open_memory(OPEN, "x", 0, &second), MAPPING_OK);
    ck_assert_ptr_eq(first, second);
    mapping_close(first);
    ck_assert_int_eq(mapping_open_memory(OPEN, "x", 0, &first), MAPPING_OK);
    mapping_close(first);
    mapping_close(second);
    ck_assert_int_eq(mapping_open_memory(OPEN, "x", 0, &first), MAPPING_NOT_FOUND);
}
END_TEST

Suite *suite_mapping(void)
{
    Suite *s = suite_create("mapping");
    TCase *files = tcase_create("files"), *memory = tcase_create("memory");
    tcase_add_checked_fixture(files, make_file, remove_file);
    tcase_add_loop_test(files, a_file_is_opened_as_it_may_be, 0,
                        sizeof file_cases / sizeof *file_cases);
    tcase_add_test(files, a_missing_file_is_not_found);
    tcase_add_test(files, an_empty_file_needs_a_capacity);
    tcase_add_loop_test(memory, a_view_lies_inside, 0,
                        sizeof view_cases / sizeof *view_cases);
    tcase_add_test(memory, who_copies_on_write_is_alone);
    tcase_add_test(memory, named_memory_is_shared_until_all_have_closed_it);
    suite_add_tcase(s, files);
    suite_add_tcase(s, memory);
    return s;
}
