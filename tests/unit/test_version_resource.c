/* test_version_resource.c - version resources: what is read, what is malformed. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "loader/library/mono/services/version_resource.h"
#include "tests/run.h"

Suite *suite_version_resource(void);

enum { SIGNATURE_AT = 40, N_FIXED = 13 };

static Buffer resource;

static void put_text(const char *text)
{
    do
        buffer_u16(&resource, (uint8_t)*text);
    while (*text++);
}

/* Where its length is to be put when its children are there. */
static size_t block_begin(const char *key, size_t n_value, bool is_text)
{
    buffer_align(&resource, 4);
    size_t start = resource.size;
    buffer_u16(&resource, 0);
    buffer_u16(&resource, (uint16_t)n_value);
    buffer_u16(&resource, is_text);
    put_text(key);
    buffer_align(&resource, 4);
    return start;
}

static void block_end(size_t start)
{
    uint16_t size = (uint16_t)(resource.size - start);
    memcpy(resource.data + start, &size, sizeof size);
}

static void put_string(const char *key, const char *value)
{
    size_t block = block_begin(key, strlen(value) + 1, true);
    put_text(value);
    block_end(block);
}

static void put_fixed(void)
{
    static const uint32_t fixed[N_FIXED] = {0xfeef04bd, 0x10000,          0x10002,
                                            0x30004,    0x50006,          0x70008,
                                            0x3f,       0x1 | 0x20 | 0x80};
    for (size_t i = 0; i < N_FIXED; i++)
        buffer_u32(&resource, fixed[i]);
}

static void build(void)
{
    size_t root = block_begin("VS_VERSION_INFO", N_FIXED * sizeof(uint32_t), false);
    put_fixed();
    size_t texts = block_begin("StringFileInfo", 0, true);
    size_t table = block_begin("007f04b0", 0, true);
    put_string("ProductName", "first");
    put_string("Unknown", "x");
    put_string("ProductName", "second");
    put_string("Comments", "");
    put_string("A key that is longer than any that has a meaning to anybody, by far",
               "x");
    block_end(table);
    block_end(texts);
    size_t others = block_begin("VarFileInfo", 0, true);
    size_t translation = block_begin("Translation", 4, false);
    buffer_u32(&resource, 0x04b0007f);
    block_end(translation);
    block_end(others);
    block_end(root);
}

static void drop(void)
{
    buffer_free(&resource);
}

static bool text_is(const VersionResource *version, VersionText text,
                    const char *wanted)
{
    Bytes chars = version->texts[text];
    for (size_t i = 0; i < chars.size; i++)
        if (chars.data[i] != (i % 2 ? 0 : (uint8_t)wanted[i / 2]))
            return false;
    return chars.data && chars.size == 2 * strlen(wanted);
}

START_TEST(everything_is_read)
{
    VersionResource version;
    version_resource_read(buffer_bytes(&resource), &version);
    for (uint16_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(version.file[i], i + 1);
        ck_assert_uint_eq(version.product[i], i + 5);
    }
    ck_assert_uint_eq(version.flags, VERSION_IS_DEBUG | VERSION_IS_SPECIAL);
    ck_assert_int_eq(version.language, 0x7f);
    ck_assert(text_is(&version, VERSION_PRODUCT, "second"));
    ck_assert(text_is(&version, VERSION_COMMENTS, ""));
    ck_assert_ptr_null(version.texts[VERSION_COMPANY].data);
}
END_TEST

START_TEST(without_its_signature_the_fixed_part_is_missing)
{
    VersionResource version;
    ck_assert_uint_eq(resource.data[SIGNATURE_AT], 0xbd);
    resource.data[SIGNATURE_AT]++;
    version_resource_read(buffer_bytes(&resource), &version);
    ck_assert_uint_eq(version.file[0] | version.product[0] | version.flags, 0);
    ck_assert(text_is(&version, VERSION_PRODUCT, "second"));
}
END_TEST

START_TEST(another_root_is_no_version)
{
    enum { KEY_AT = 6 };
    VersionResource version;
    resource.data[KEY_AT]++;
    version_resource_read(buffer_bytes(&resource), &version);
    ck_assert_uint_eq(version.file[0], 0);
    ck_assert_int_eq(version.language, -1);
    ck_assert_ptr_null(version.texts[VERSION_PRODUCT].data);
}
END_TEST

START_TEST(a_long_text_is_cut)
{
    char text[VERSION_TEXT_MOST + 3];
    VersionResource version;
    memset(text, 'x', sizeof text);
    text[sizeof text - 1] = 0;
    drop();
    size_t root = block_begin("VS_VERSION_INFO", 0, false);
    size_t texts = block_begin("StringFileInfo", 0, true);
    size_t table = block_begin("000004b0", 0, true);
    put_string("SpecialBuild", text);
    block_end(table);
    block_end(texts);
    block_end(root);
    version_resource_read(buffer_bytes(&resource), &version);
    text[VERSION_TEXT_MOST] = 0;
    ck_assert(text_is(&version, VERSION_SPECIAL, text));
}
END_TEST

/* The root says more than there is, so none of its parts is believed. */
START_TEST(a_truncated_resource_is_missing)
{
    for (size_t n = 0; n < resource.size; n++) {
        VersionResource version;
        uint8_t *copy = malloc(n + !n);
        memcpy(copy, resource.data, n);
        version_resource_read((Bytes){copy, n}, &version);
        ck_assert_uint_eq(version.file[0], 0);
        ck_assert_int_eq(version.language, -1);
        ck_assert_ptr_null(version.texts[VERSION_PRODUCT].data);
        free(copy);
    }
}
END_TEST

Suite *suite_version_resource(void)
{
    Suite *suite = suite_create("version_resource");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, build, drop);
    tcase_add_test(all, everything_is_read);
    tcase_add_test(all, without_its_signature_the_fixed_part_is_missing);
    tcase_add_test(all, another_root_is_no_version);
    tcase_add_test(all, a_long_text_is_cut);
    tcase_add_test(all, a_truncated_resource_is_missing);
    suite_add_tcase(suite, all);
    return suite;
}
