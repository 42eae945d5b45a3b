/* test_metadata.c - the image reader on real, small made-up and malformed files. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "common/metadata/image.h"
#include "tests/run.h"
#include "tests/unit/image_builder.h"

#define MSCORLIB "/usr/lib/mono/4.5/mscorlib.dll"
#define SMALL_EXE "/usr/lib/mono/4.5/mcs.exe"
#define TEXT(s) ((Bytes){(const uint8_t *)(s), sizeof(s) - 1})

Suite *suite_metadata(void);

static Image *mscorlib;

static void mscorlib_open(void)
{
    Err err = ERR_INIT;
    mscorlib = image_open(MSCORLIB, &err);
    ck_assert_msg(mscorlib, "%s", err.text);
}

static void mscorlib_close(void)
{
    image_close(mscorlib);
}

/* -- mscorlib -------------------------------------------------------------------- */

START_TEST(mscorlib_has_its_rows_and_names)
{
    ck_assert_uint_eq(image_rows(mscorlib, TABLE_TypeDef), 2931);
    ck_assert_uint_eq(image_rows(mscorlib, TABLE_MethodDef), 27261);
    ck_assert_str_eq(mscorlib->name, "mscorlib");
    ck_assert_str_eq(mscorlib->runtime_version, "v4.0.30319");
    ck_assert_uint_eq(mscorlib->entry_token, 0);
    ck_assert(memcmp(mscorlib->mvid, (uint8_t[16]){0}, 16));
}
END_TEST

START_TEST(every_method_belongs_to_the_type_that_lists_it)
{
    uint32_t next = 1, wrong = 0;
    for (uint32_t type = 1; type <= image_rows(mscorlib, TABLE_TypeDef); type++) {
        uint32_t first, end;
        image_list(mscorlib, TABLE_TypeDef, type, COL_TypeDef_MethodList,
                   TABLE_MethodDef, &first, &end);
        wrong += first != next;
        for (next = first; next < end; next++)
            wrong += image_list_owner(mscorlib, TABLE_TypeDef, COL_TypeDef_MethodList,
                                      TABLE_MethodDef, next) != type;
    }
    ck_assert_uint_eq(wrong, 0);
    ck_assert_uint_eq(next, 27262);
}
END_TEST

/* Each row lies in the run that is found for its cell. */
static void check_search(TableId table, int column)
{
    uint32_t n = image_rows(mscorlib, table), first, end, wrong = 0;
    ck_assert_uint_gt(n, 0);
    for (uint32_t rid = 1; rid <= n; rid++) {
        uint32_t value = image_get(mscorlib, table, rid, column);
        bool found = image_find_rows(mscorlib, table, column, value, &first, &end);
        wrong += !found || rid < first || rid >= end;
    }
    ck_assert_msg(!wrong, "table %#x: %u rows not found", (unsigned)table, wrong);
}

START_TEST(rows_of_sorted_tables_are_found)
{
    check_search(TABLE_CustomAttribute, COL_CustomAttribute_Parent);
    check_search(TABLE_Constant, COL_Constant_Parent);
    check_search(TABLE_GenericParam, COL_GenericParam_Owner);
    check_search(TABLE_InterfaceImpl, COL_InterfaceImpl_Class);
    check_search(TABLE_NestedClass, COL_NestedClass_NestedClass);
    check_search(TABLE_MethodSemantics, COL_MethodSemantics_Association);
    check_search(TABLE_PropertyMap, COL_PropertyMap_Parent);
}
END_TEST

START_TEST(nested_types_know_their_enclosing_type)
{
    uint32_t n = image_rows(mscorlib, TABLE_TypeDef), nested = 0, wrong = 0;
    for (uint32_t rid = 1; rid <= n; rid++) {
        uint32_t flags = image_get(mscorlib, TABLE_TypeDef, rid, COL_TypeDef_Flags);
        bool is_nested = (flags & 7) >= 2; /* visibility: nested ... */
        wrong += (image_enclosing(mscorlib, rid) != 0) != is_nested;
        nested += is_nested;
    }
    ck_assert_uint_eq(wrong, 0);
    ck_assert_uint_eq(nested, image_rows(mscorlib, TABLE_NestedClass));
}
END_TEST

START_TEST(accesses_outside_give_nothing)
{
    Bytes bytes;
    uint32_t first = 7, end = 8;
    ck_assert_uint_eq(image_get(mscorlib, TABLE_TypeDef, 0, 0), 0);
    ck_assert_uint_eq(image_get(mscorlib, TABLE_TypeDef, 2932, 0), 0);
    ck_assert_uint_eq(image_get(mscorlib, TOKEN_UserString, 1, 0), 0);
    ck_assert_uint_eq(image_rows(mscorlib, TOKEN_UserString), 0);
    ck_assert_str_eq(image_string(mscorlib, UINT32_MAX), "");
    ck_assert_uint_eq(image_blob(mscorlib, UINT32_MAX).size, 0);
    ck_assert_uint_eq(image_guid(mscorlib, 0).size, 0);
    ck_assert_uint_eq(image_guid(mscorlib, UINT32_MAX).size, 0);
    ck_assert(!image_user_string(mscorlib, 0xffffff, &bytes));
    ck_assert(!image_rva(mscorlib, 0, 1, &bytes));
    ck_assert(!image_rva(mscorlib, 0x2000, UINT32_MAX, &bytes));
    ck_assert(!image_rva(mscorlib, UINT32_MAX, 1, &bytes));
    image_list(mscorlib, TABLE_TypeDef, 5000, COL_TypeDef_MethodList, TABLE_MethodDef,
               &first, &end);
    ck_assert_uint_eq(first, end);
    ck_assert_uint_eq(image_list_owner(mscorlib, TABLE_TypeDef, COL_TypeDef_MethodList,
                                       TABLE_MethodDef, 30000),
                      0);
    ck_assert(!image_find_rows(mscorlib, TABLE_CustomAttribute,
                               COL_CustomAttribute_Parent, 0, &first, &end));
    ck_assert(!image_find_rows(mscorlib, TABLE_CustomAttribute,
                               COL_CustomAttribute_Parent, 0x70000001, &first, &end));
}
END_TEST

/* -- Small images ---------------------------------------------------------------- */

/* A module with two types; both get their methods and their nesting from the caller. */
static const uint64_t small_mask = 1ull << TABLE_Module | 1ull << TABLE_TypeDef |
                                   1ull << TABLE_MethodPtr | 1ull << TABLE_MethodDef |
                                   1ull << TABLE_NestedClass;

/* MethodPtr lists rows 3, 1, 2: type 1 owns method 3, type 2 owns 1 and 2. NestedClass
 * is not sorted. */
static void small_tables(Buffer *out)
{
    tables_begin(out, small_mask, 0, (uint32_t[]){1, 2, 3, 3, 3});
    CELLS(out, 0, 1, 1, 0, 0);             /* Module "test.dll" */
    CELLS(out, 0, 0, 10, 0, 0, 1, 1);      /* TypeDef "A" */
    CELLS(out, 0, 0, 12, 0, 1 << 2, 1, 2); /* TypeDef "B" : A */
    CELLS(out, 3, 1, 2);
    for (uint16_t i = 0; i < 3; i++)
        CELLS(out, 0x2050, 0, 0, 0x16, 10, 0, 1);
    CELLS(out, 2, 1, 1, 2, 1, 1);
}

static void small_build(Buffer *out, const char *stream, bool is_pe32_plus)
{
    Buffer tables = BUFFER_INIT;
    small_tables(&tables);
    ImageParts parts = {
        .code = TEXT("\x0a\x17\x2a\x00"),
        .tables = buffer_bytes(&tables),
        .stream = stream,
        .strings = TEXT("\0test.dll\0A\0B\0"),
        .user_strings = TEXT("\0\x05h\0i\0\0"),
        .blobs = TEXT("\0\x02xy\x7f"),
        .guids = TEXT("0123456789abcdef"),
        .is_pe32_plus = is_pe32_plus,
    };
    image_build(out, &parts);
    buffer_free(&tables);
}

static Image *small_open(Buffer *out, const char *stream, bool is_pe32_plus)
{
    Err err = ERR_INIT;
    small_build(out, stream, is_pe32_plus);
    Image *image = image_open_bytes(buffer_bytes(out), "test.dll", &err);
    ck_assert_msg(image, "%s", err.text);
    return image;
}

START_TEST(pe32_plus_files_open)
{
    Buffer bytes = BUFFER_INIT;
    Image *image = small_open(&bytes, "#~", true);
    ck_assert(image->is_pe32_plus);
    ck_assert_uint_eq(image->entry_token, 0x06000001);
    ck_assert_str_eq(image_get_string(image, TABLE_TypeDef, 2, COL_TypeDef_TypeName),
                     "B");
    ck_assert_uint_eq(image_get(image, TABLE_TypeDef, 2, COL_TypeDef_Extends),
                      0x02000001);
    image_close(image);
    buffer_free(&bytes);
}
END_TEST

START_TEST(module_without_assembly_is_named_after_its_file)
{
    Buffer bytes = BUFFER_INIT;
    Image *image = small_open(&bytes, "#~", false);
    ck_assert_str_eq(image->name, "test");
    ck_assert(!memcmp(image->mvid, "0123456789abcdef", 16));
    image_close(image);
    buffer_free(&bytes);
}
END_TEST

START_TEST(uncompressed_streams_map_lists_through_ptr_tables)
{
    Buffer bytes = BUFFER_INIT;
    Image *image = small_open(&bytes, "#-", false);
    static const uint32_t owners[] = {2, 2, 1};
    uint32_t first, end;
    image_list(image, TABLE_TypeDef, 2, COL_TypeDef_MethodList, TABLE_MethodDef, &first,
               &end);
    ck_assert_uint_eq(end - first, 2);
    ck_assert_uint_eq(image_list_row(image, TABLE_MethodDef, first), 1);
    ck_assert_uint_eq(image_list_row(image, TABLE_MethodDef, first + 1), 2);
    for (uint32_t rid = 1; rid <= 3; rid++)
        ck_assert_uint_eq(image_list_owner(image, TABLE_TypeDef, COL_TypeDef_MethodList,
                                           TABLE_MethodDef, rid),
                          owners[rid - 1]);
    image_close(image);
    buffer_free(&bytes);
}
END_TEST

START_TEST(unsorted_tables_are_searched_to_the_first_run)
{
    Buffer bytes = BUFFER_INIT;
    Image *image = small_open(&bytes, "#~", false);
    uint32_t first, end;
    for (int again = 0; again < 2; again++) {
        ck_assert(image_find_rows(image, TABLE_NestedClass, 0, 2, &first, &end));
        ck_assert_uint_eq(first, 1);
        ck_assert_uint_eq(end, 2);
        ck_assert(image_find_rows(image, TABLE_NestedClass, 0, 1, &first, &end));
        ck_assert_uint_eq(first, 2);
        ck_assert_uint_eq(end, 4);
        ck_assert(!image_find_rows(image, TABLE_NestedClass, 0, 3, &first, &end));
    }
    image_close(image);
    buffer_free(&bytes);
}
END_TEST

START_TEST(heaps_are_bounded)
{
    Buffer bytes = BUFFER_INIT;
    Image *image = small_open(&bytes, "#~", false);
    Bytes out;
    ck_assert(bytes_equal(image_blob(image, 1), TEXT("xy")));
    ck_assert_uint_eq(image_blob(image, 4).size, 0); /* says 127 bytes */
    ck_assert(image_user_string(image, 1, &out));
    ck_assert(bytes_equal(out, TEXT("h\0i\0")));
    ck_assert_str_eq(image_string(image, 12), "B");
    ck_assert_uint_eq(image_guid(image, 1).size, 16);
    ck_assert_uint_eq(image_guid(image, 2).size, 0);
    image_close(image);
    buffer_free(&bytes);
}
END_TEST

/* A copy with one byte changed; what the builds are then. */
static bool is_same_build(const Image *image, Bytes bytes, size_t at)
{
    Err err = ERR_INIT;
    uint8_t *copy = malloc(bytes.size);
    memcpy(copy, bytes.data, bytes.size);
    copy[at] ^= 1;
    Image *other = image_open_bytes((Bytes){copy, bytes.size}, "test.dll", &err);
    ck_assert_msg(other, "%s", err.text);
    bool same = other->content == image->content;
    image_close(other);
    free(copy);
    return same;
}

START_TEST(builds_differ_where_something_decides)
{
    Buffer bytes = BUFFER_INIT;
    Image *image = small_open(&bytes, "#~", false);
    Bytes all = buffer_bytes(&bytes);
    ck_assert(image->content);
    ck_assert(
        !is_same_build(image, all, (size_t)(image->strings.data - all.data) + 10));
    ck_assert(!is_same_build(image, all, (size_t)(image->blobs.data - all.data) + 2));
    ck_assert(!is_same_build(image, all, (size_t)(image->guids.data - all.data)));
    const ImageTable *methods = &image->tables[TABLE_MethodDef];
    ck_assert(!is_same_build(image, all, (size_t)(methods->rows - all.data)));
    ck_assert(
        is_same_build(image, all, (size_t)(image->user_strings.data - all.data) + 2));
    ck_assert(is_same_build(image, all, BUILT_CODE + 1));
    image_close(image);
    buffer_free(&bytes);
}
END_TEST

/* A file is read, bytes are looked at where they are: it is the same build. */
START_TEST(a_file_and_its_bytes_are_one_build)
{
    Err err = ERR_INIT;
    Image *file = image_open("/usr/lib/mono/4.5/mscorlib.dll", &err);
    Image *bytes = image_open_bytes(file->file.bytes, "mscorlib.dll", &err);
    ck_assert(file->content == bytes->content);
    image_close(bytes);
    image_close(file);
}
END_TEST

/* -- Malformed files ------------------------------------------------------------- */

/* Copies so that reads beyond the end are seen by the sanitizers. */
static void check_rejected(Bytes bytes, ErrKind kind, const char *text)
{
    Err err = ERR_INIT;
    void *copy = malloc(bytes.size ? bytes.size : 1);
    if (bytes.size)
        memcpy(copy, bytes.data, bytes.size);
    Image *image = image_open_bytes((Bytes){copy, bytes.size}, "bad.dll", &err);
    if (image || err.kind != kind || strncmp(err.text, "bad.dll: ", 9) ||
        !strstr(err.text, text))
        ck_abort_msg("wanted \"%s\", found \"%s\"", text, err.text);
    free(copy);
}

/* Offsets from the start of the metadata of the small image. */
enum {
    IN_METADATA = 0x10000,
    ROOT_VERSION_LENGTH = IN_METADATA + 12,
    ROOT_STREAMS = IN_METADATA + 30,
    FIRST_STREAM_OFFSET = IN_METADATA + 32,
    FIRST_STREAM_SIZE = IN_METADATA + 36,
    FIRST_STREAM_NAME = IN_METADATA + 40,
    TABLES = IN_METADATA + 108,
    TABLES_VERSION = TABLES + 4,
    TABLES_HEAPS = TABLES + 6,
    TABLES_VALID = TABLES + 8,
    TABLES_ROWS = TABLES + 24,
};

static const struct Malformed {
    const char *what;
    uint32_t offset, size, value;
    const char *text;
} malformed[] = {
    {"no MZ", 0, 2, 0, "not a PE file"},
    {"PE header outside", 0x3c, 4, 0x7fffffff, "truncated before the PE header"},
    {"PE signature", BUILT_PE, 4, 0x454e, "not a PE file"},
    {"optional header beyond the end", BUILT_COFF + 16, 2, 0xffff,
     "truncated PE header"},
    {"short optional header", BUILT_COFF + 16, 2, 90, "truncated PE optional header"},
    {"short directories", BUILT_COFF + 16, 2, 200, "truncated PE optional header"},
    {"magic", BUILT_OPTIONAL, 2, 0x107, "no PE32 or PE32+ optional header"},
    {"few directories", BUILT_OPTIONAL + 92, 4, 14, "no CLI header (native image)"},
    {"no CLI directory", BUILT_OPTIONAL + 208, 4, 0, "no CLI header (native image)"},
    {"CLI directory outside", BUILT_OPTIONAL + 208, 4, 0x900000,
     "CLI header outside all sections"},
    {"many sections", BUILT_COFF + 2, 2, 97, "too many sections"},
    {"sections beyond the end", BUILT_COFF + 2, 2, 96, "truncated"},
    {"no sections", BUILT_COFF + 2, 2, 0, "CLI header outside all sections"},
    {"section beyond the end", BUILT_SECTION + 20, 4, 0xfffffff0,
     "truncated: a section"},
    {"CLI header size", BUILT_RAW, 4, 71, "CLI header too small"},
    {"metadata outside", BUILT_RAW + 8, 4, 0x1000, "metadata outside all sections"},
    {"metadata too large", BUILT_RAW + 12, 4, 0x7fffffff,
     "metadata outside all sections"},
    {"metadata empty", BUILT_RAW + 12, 4, 0, "no metadata signature"},
    {"metadata cut", BUILT_RAW + 12, 4, 40, "truncated stream headers"},
    {"metadata signature", IN_METADATA, 4, 0, "no metadata signature"},
    {"version length", ROOT_VERSION_LENGTH, 4, 0xfffffff0, "truncated metadata root"},
    {"no streams", ROOT_STREAMS, 2, 0, "no metadata tables"},
    {"many streams", ROOT_STREAMS, 2, 0xffff, "truncated stream headers"},
    {"stream offset", FIRST_STREAM_OFFSET, 4, 0xffffff00, "stream #~ lies outside"},
    {"stream size", FIRST_STREAM_SIZE, 4, 0xffffff00, "stream #~ lies outside"},
    {"no table stream", FIRST_STREAM_NAME, 2, 0x4141, "no metadata tables"},
    {"short table stream", FIRST_STREAM_SIZE, 4, 20,
     "truncated header of the metadata"},
    {"no row counts", FIRST_STREAM_SIZE, 4, 24, "truncated table Module"},
    {"table version", TABLES_VERSION, 1, 3, "unknown version 3.0"},
    {"wide heaps", TABLES_HEAPS, 1, 7, "truncated table"},
    {"unknown tables", TABLES_VALID + 7, 1, 1, "unknown metadata tables"},
    {"too many rows", TABLES_ROWS + 4, 4, 0x1000000,
     "table TypeDef has too many rows (16777216)"},
    {"rows beyond the end", TABLES_ROWS + 4, 4, 0xffffff, "truncated table TypeDef"},
};

START_TEST(malformed_files_are_rejected_with_a_reason)
{
    const struct Malformed *m = &malformed[_i];
    Buffer bytes = BUFFER_INIT;
    small_build(&bytes, "#~", false);
    uint32_t offset = m->offset < IN_METADATA
                          ? m->offset
                          : m->offset - IN_METADATA + (uint32_t)image_built_metadata(4);
    ck_assert_uint_le(offset + m->size, bytes.size);
    memcpy(bytes.data + offset, &m->value, m->size);
    check_rejected(buffer_bytes(&bytes), ERR_BAD_IMAGE, m->text);
    buffer_free(&bytes);
}
END_TEST

/* Only trailing padding may be missing. */
START_TEST(a_small_file_cut_anywhere_is_rejected)
{
    Buffer bytes = BUFFER_INIT;
    small_build(&bytes, "#~", false);
    for (size_t size = 0; size < bytes.size; size++)
        check_rejected((Bytes){bytes.data, size}, ERR_BAD_IMAGE, "");
    buffer_free(&bytes);
}
END_TEST

START_TEST(a_real_program_cut_anywhere_is_rejected)
{
    Err err = ERR_INIT;
    File file;
    ck_assert_msg(file_open(&file, SMALL_EXE, false, &err), "%s", err.text);
    for (size_t size = 0; size < 1024; size += 7)
        check_rejected((Bytes){file.bytes.data, size}, ERR_BAD_IMAGE, "");
    for (size_t size = 1024; size < file.bytes.size - 1024; size += 50021)
        check_rejected((Bytes){file.bytes.data, size}, ERR_BAD_IMAGE, "truncated");
    file_close(&file);
}
END_TEST

static const struct Unreadable {
    const char *path;
    ErrKind kind;
    const char *text;
} unreadable[] = {
    {"/nonexistent/a.dll", ERR_IO, "/nonexistent/a.dll: No such file"},
    {"/", ERR_IO, "/: is a directory"},
    {"/proc/self/exe", ERR_BAD_IMAGE, "/proc/self/exe: not a PE file"},
    {"/dev/null", ERR_IO, "/dev/null: not a regular file"},
};

START_TEST(what_is_no_assembly_is_named_with_its_reason)
{
    Err err = ERR_INIT;
    const struct Unreadable *u = &unreadable[_i];
    ck_assert_ptr_null(image_open(u->path, &err));
    ck_assert_int_eq(err.kind, u->kind);
    ck_assert_msg(!strncmp(err.text, u->text, strlen(u->text)), "%s", err.text);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

Suite *suite_metadata(void)
{
    Suite *suite = suite_create("metadata");
    TCase *real = tcase_create("mscorlib");
    tcase_add_unchecked_fixture(real, mscorlib_open, mscorlib_close);
    tcase_add_test(real, mscorlib_has_its_rows_and_names);
    tcase_add_test(real, every_method_belongs_to_the_type_that_lists_it);
    tcase_add_test(real, rows_of_sorted_tables_are_found);
    tcase_add_test(real, nested_types_know_their_enclosing_type);
    tcase_add_test(real, accesses_outside_give_nothing);
    suite_add_tcase(suite, real);
    TCase *small = tcase_create("small");
    tcase_add_test(small, pe32_plus_files_open);
    tcase_add_test(small, module_without_assembly_is_named_after_its_file);
    tcase_add_test(small, uncompressed_streams_map_lists_through_ptr_tables);
    tcase_add_test(small, unsorted_tables_are_searched_to_the_first_run);
    tcase_add_test(small, heaps_are_bounded);
    tcase_add_test(small, builds_differ_where_something_decides);
    tcase_add_test(small, a_file_and_its_bytes_are_one_build);
    suite_add_tcase(suite, small);
    TCase *bad = tcase_create("malformed");
    tcase_add_loop_test(bad, malformed_files_are_rejected_with_a_reason, 0,
                        COUNT(malformed));
    tcase_add_test(bad, a_small_file_cut_anywhere_is_rejected);
    tcase_add_test(bad, a_real_program_cut_anywhere_is_rejected);
    tcase_add_loop_test(bad, what_is_no_assembly_is_named_with_its_reason, 0,
                        COUNT(unreadable));
    suite_add_tcase(suite, bad);
    return suite;
}
