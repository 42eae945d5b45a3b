/* Tests of common/metadata/growing.c: an image that grows while it is read. */
#include "common/metadata/growing.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "common/metadata/sig.h"

static Image *image;
static Err err;

static void setup(void)
{
    static const uint16_t version[4] = {1, 2, 3, 4};
    err = (Err)ERR_INIT;
    image = growing_open("Grows", version, &err);
    ck_assert_msg(image != NULL, "%s", err.text);
}

static void teardown(void)
{
    image_close(image);
}

static uint32_t string(const char *text)
{
    uint32_t offset;
    ck_assert(growing_string(image, text, &offset, &err));
    return offset;
}

static uint32_t add_type(const char *name)
{
    const uint32_t cells[9] = {TYPE_PUBLIC, string(name), string("N")};
    return growing_add(image, TABLE_TypeDef, cells, &err);
}

static uint32_t add_method(uint32_t type, const char *name)
{
    const uint32_t cells[9] = {
        [COL_MethodDef_Flags] = METHOD_PUBLIC, [COL_MethodDef_Name] = string(name)};
    return growing_add_child(image, TABLE_MethodDef, type, cells, &err);
}

static uint32_t add_attribute(uint32_t parent, uint32_t ctor)
{
    const uint32_t cells[9] = {parent, TOKEN(TABLE_MethodDef, ctor)};
    return growing_add(image, TABLE_CustomAttribute, cells, &err);
}

START_TEST(it_begins_with_module_and_assembly)
{
    ck_assert_uint_eq(image_rows(image, TABLE_TypeDef), 1);
    ck_assert_str_eq(image_get_string(image, TABLE_TypeDef, 1, COL_TypeDef_TypeName),
                     "<Module>");
    ck_assert_str_eq(image->name, "Grows");
    ck_assert_uint_eq(image_get(image, TABLE_Assembly, 1, COL_Assembly_RevisionNumber),
                      4);
}
END_TEST

START_TEST(methods_of_types_made_in_turn_are_lists)
{
    uint32_t types[3], rids[3][10], first, end;
    for (int t = 0; t < 3; t++)
        types[t] = add_type("T");
    for (int m = 0; m < 10; m++)
        for (int t = 0; t < 3; t++)
            rids[t][m] = add_method(types[t], "M");
    ck_assert_uint_eq(image_rows(image, TABLE_MethodDef), 30);
    for (int t = 0; t < 3; t++) {
        image_list(image, TABLE_TypeDef, types[t], COL_TypeDef_MethodList,
                   TABLE_MethodDef, &first, &end);
        ck_assert_uint_eq(end - first, 10);
        for (uint32_t m = 0; m < 10; m++) {
            ck_assert_uint_eq(image_list_row(image, TABLE_MethodDef, first + m),
                              rids[t][m]);
            ck_assert_uint_eq(image_list_owner(image, TABLE_TypeDef,
                                               COL_TypeDef_MethodList, TABLE_MethodDef,
                                               rids[t][m]),
                              types[t]);
        }
    }
}
END_TEST

START_TEST(a_type_without_methods_has_an_empty_list)
{
    uint32_t first, end, other = add_type("A"), none = add_type("B");
    add_method(other, "M");
    image_list(image, TABLE_TypeDef, none, COL_TypeDef_MethodList, TABLE_MethodDef,
               &first, &end);
    ck_assert_uint_eq(first, end);
    ck_assert_uint_eq(image_list_owner(image, TABLE_TypeDef, COL_TypeDef_MethodList,
                                       TABLE_MethodDef, 77),
                      0);
}
END_TEST

/* Rows that were moved are not found twice by who looks through the table. */
START_TEST(attributes_of_members_in_turn_are_found_by_parent)
{
    uint32_t types[2] = {add_type("A"), add_type("B")}, first, end, n = 0;
    uint32_t ctors[20];
    for (int i = 0; i < 20; i++) {
        ctors[i] = add_method(types[0], ".ctor");
        ck_assert(add_attribute(TOKEN(TABLE_TypeDef, types[i % 2]), ctors[i]));
    }
    for (uint32_t t = 0; t < 2; t++) {
        ck_assert(image_find_rows(image, TABLE_CustomAttribute,
                                  COL_CustomAttribute_Parent,
                                  TOKEN(TABLE_TypeDef, types[t]), &first, &end));
        ck_assert_uint_eq(end - first, 10);
        for (uint32_t i = 0; i < 10; i++)
            ck_assert_uint_eq(image_get(image, TABLE_CustomAttribute, first + i,
                                        COL_CustomAttribute_Type),
                              TOKEN(TABLE_MethodDef, ctors[2 * i + t]));
    }
    for (uint32_t i = 1; i <= image_rows(image, TABLE_CustomAttribute); i++)
        n += image_get(image, TABLE_CustomAttribute, i, COL_CustomAttribute_Parent) ==
             TOKEN(TABLE_TypeDef, types[0]);
    ck_assert_uint_eq(n, 10);
    ck_assert(!image_find_rows(image, TABLE_CustomAttribute, COL_CustomAttribute_Parent,
                               TOKEN(TABLE_Assembly, 1), &first, &end));
}
END_TEST

START_TEST(equal_rows_and_heap_items_are_kept_once)
{
    const uint32_t a[9] = {0, string("Name"), string("Space")};
    const uint32_t b[9] = {0, string("Other"), string("Space")};
    uint32_t rid = growing_add_once(image, TABLE_TypeRef, a, &err);
    ck_assert_uint_eq(growing_add_once(image, TABLE_TypeRef, a, &err), rid);
    ck_assert_uint_ne(growing_add_once(image, TABLE_TypeRef, b, &err), rid);
    ck_assert_uint_eq(string("Name"), a[1]);
    ck_assert_uint_eq(string(""), 0);
    uint32_t first, second;
    static const uint8_t text[] = {'h', 0, 'i', 0};
    ck_assert(growing_user_string(image, (Bytes){text, 4}, &first, &err));
    ck_assert(growing_user_string(image, (Bytes){text, 4}, &second, &err));
    ck_assert_uint_eq(first, second);
    Bytes read;
    ck_assert(image_user_string(image, first, &read));
    ck_assert(bytes_equal(read, (Bytes){text, 4}));
}
END_TEST

START_TEST(a_cell_is_changed_in_place)
{
    uint32_t type = add_type("A"), parent = add_type("P");
    ck_assert(growing_set(image, TABLE_TypeDef, type, COL_TypeDef_Extends,
                          TOKEN(TABLE_TypeDef, parent), &err));
    ck_assert_uint_eq(image_get(image, TABLE_TypeDef, type, COL_TypeDef_Extends),
                      TOKEN(TABLE_TypeDef, parent));
    ck_assert(!growing_set(image, TABLE_TypeDef, type, COL_TypeDef_Extends,
                           TOKEN(TABLE_Param, 1), &err));
    ck_assert_int_eq(err.kind, ERR_ARGUMENT);
}
END_TEST

START_TEST(a_row_that_is_not_there_is_not_changed)
{
    ck_assert(!growing_set(image, TABLE_TypeDef, 9, COL_TypeDef_Flags, 1, &err));
    ck_assert_int_eq(err.kind, ERR_ARGUMENT);
}
END_TEST

START_TEST(a_token_of_no_fitting_table_is_refused)
{
    ck_assert_uint_eq(add_attribute(TOKEN(TOKEN_UserString, 1), 1), 0);
    ck_assert_int_eq(err.kind, ERR_ARGUMENT);
    ck_assert_uint_eq(image_rows(image, TABLE_CustomAttribute), 0);
}
END_TEST

START_TEST(data_is_found_by_its_rva)
{
    uint8_t bytes[40];
    uint32_t rvas[3];
    Bytes out;
    for (int i = 0; i < 3; i++) {
        memset(bytes, i + 1, sizeof bytes);
        ck_assert(growing_data(image, (Bytes){bytes, 10u + (size_t)i}, &rvas[i], &err));
        ck_assert_uint_eq(rvas[i] % 8, 0);
    }
    for (int i = 0; i < 3; i++) {
        ck_assert(image_rva(image, rvas[i] + 2, 8, &out));
        ck_assert_uint_eq(out.size, 8u + (size_t)i);
        ck_assert_uint_eq(out.data[7], (uint8_t)(i + 1));
        ck_assert(!image_rva(image, rvas[i], 40, &out));
    }
    ck_assert(!image_rva(image, 4, 1, &out));
    ck_assert(!image_rva(image, rvas[2] + 4096, 1, &out));
}
END_TEST

/* -- readers ------------------------------------------------------------------- */

enum { MANY = 3000 };

static void *read_all(void *done)
{
    uint32_t seen = 0;
    while (!__atomic_load_n((bool *)done, __ATOMIC_ACQUIRE) || seen < MANY) {
        uint32_t n = image_rows(image, TABLE_TypeDef), first, end;
        for (uint32_t rid = 2; rid <= n; rid += 97) {
            const char *name =
                image_get_string(image, TABLE_TypeDef, rid, COL_TypeDef_TypeName);
            if (*name != 'T')
                return (void *)"a name is torn";
            image_list(image, TABLE_TypeDef, rid, COL_TypeDef_MethodList,
                       TABLE_MethodDef, &first, &end);
            for (; first < end; first++)
                if (!image_list_row(image, TABLE_MethodDef, first))
                    return (void *)"a list has a hole";
        }
        seen = n;
    }
    return NULL;
}

START_TEST(readers_see_whole_rows_while_it_grows)
{
    pthread_t reader;
    bool done = false;
    void *complaint;
    char name[16];
    pthread_create(&reader, NULL, read_all, &done);
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "T%u", i);
        ck_assert(add_type(name));
        ck_assert(add_method(2 + i / 3, "M"));
    }
    __atomic_store_n(&done, true, __ATOMIC_RELEASE);
    pthread_join(reader, &complaint);
    ck_assert_msg(!complaint, "%s", (const char *)complaint);
}
END_TEST

Suite *suite_growing(void);
Suite *suite_growing(void)
{
    Suite *suite = suite_create("growing");
    TCase *tc = tcase_create("growing");
    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_test(tc, it_begins_with_module_and_assembly);
    tcase_add_test(tc, methods_of_types_made_in_turn_are_lists);
    tcase_add_test(tc, a_type_without_methods_has_an_empty_list);
    tcase_add_test(tc, attributes_of_members_in_turn_are_found_by_parent);
    tcase_add_test(tc, equal_rows_and_heap_items_are_kept_once);
    tcase_add_test(tc, a_cell_is_changed_in_place);
    tcase_add_test(tc, a_row_that_is_not_there_is_not_changed);
    tcase_add_test(tc, a_token_of_no_fitting_table_is_refused);
    tcase_add_test(tc, data_is_found_by_its_rva);
    tcase_add_test(tc, readers_see_whole_rows_while_it_grows);
    suite_add_tcase(suite, tc);
    return suite;
}
