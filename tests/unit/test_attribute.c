/* test_attribute.c - decoding of custom attributes, well-formed, malformed and real. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "common/metadata/attribute.h"
#include "common/metadata/image.h"
#include "tests/run.h"

#define TEXT(s) ((Bytes){(const uint8_t *)(s), sizeof(s) - 1})

Suite *suite_attribute(void);

static const AttrType type_i4 = {.kind = ELEMENT_I4};
static const AttrType type_object = {.kind = ELEMENT_OBJECT};
static const AttrType type_array = {.kind = ELEMENT_SZARRAY, .element = &type_i4};
static const AttrType type_objects = {.kind = ELEMENT_SZARRAY, .element = &type_object};

typedef struct AttrTest {
    Arena arena;
    Attribute attribute;
    Err err;
    bool ok;
    uint8_t *copy;
} AttrTest;

/* All enums but "Unknown" are of the type in context. */
static bool enum_underlying(void *context, const AttrType *type, ElementType *out,
                            Err *err)
{
    if (type->enum_name && !strcmp(type->enum_name, "Unknown"))
        return err_set(err, ERR_TYPE_LOAD, "no enum Unknown");
    *out = *(const ElementType *)context;
    return true;
}

static void attribute_test(AttrTest *t, Bytes blob, AttrParams params)
{
    ElementType width = ELEMENT_I1;
    const AttrEnums enums = {enum_underlying, &width};
    *t = (AttrTest){.err = ERR_INIT};
    t->copy = malloc(blob.size + 1);
    memcpy(t->copy, blob.data, blob.size);
    t->ok = attribute_read((Bytes){t->copy, blob.size}, params, &enums, &t->arena,
                           &t->attribute, &t->err);
}

static void attribute_test_free(AttrTest *t)
{
    arena_free(&t->arena);
    free(t->copy);
}

static const struct Scalar {
    ElementType kind;
    Bytes value;
    int64_t i;
} scalars[] = {
    {ELEMENT_BOOLEAN, TEXT("\x02"), 1},
    {ELEMENT_CHAR, TEXT("\xff\xff"), 0xffff},
    {ELEMENT_I1, TEXT("\xff"), -1},
    {ELEMENT_U1, TEXT("\xff"), 255},
    {ELEMENT_I2, TEXT("\x00\x80"), INT16_MIN},
    {ELEMENT_U2, TEXT("\x00\x80"), 0x8000},
    {ELEMENT_I4, TEXT("\xfe\xff\xff\xff"), -2},
    {ELEMENT_U4, TEXT("\xfe\xff\xff\xff"), 0xfffffffe},
    {ELEMENT_I8, TEXT("\x00\x00\x00\x00\x00\x00\x00\x80"), INT64_MIN},
    {ELEMENT_U8, TEXT("\x01\x00\x00\x00\x00\x00\x00\x00"), 1},
    {ELEMENT_ATTR_ENUM, TEXT("\xfd"), -3},
};

START_TEST(integers_are_extended_as_their_kind_is)
{
    const struct Scalar *s = &scalars[_i];
    const AttrType type = {.kind = s->kind};
    uint8_t blob[16] = {1, 0};
    memcpy(blob + 2, s->value.data, s->value.size);
    AttrTest t;
    attribute_test(&t, (Bytes){blob, s->value.size + 4}, (AttrParams){&type, 1});
    ck_assert_msg(t.ok, "%s", t.err.text);
    ck_assert_int_eq(t.attribute.fixed[0].type.kind, s->kind);
    ck_assert_int_eq(t.attribute.fixed[0].u.i, s->i);
    ck_assert_uint_eq(t.attribute.n_named, 0);
    attribute_test_free(&t);
}
END_TEST

START_TEST(floating_point_arguments_are_doubles)
{
    const AttrType types[] = {{.kind = ELEMENT_R4}, {.kind = ELEMENT_R8}};
    AttrTest t;
    attribute_test(&t, TEXT("\x01\0\0\0\xc0\x3f\0\0\0\0\0\0\xf8\xbf\0\0"),
                   (AttrParams){types, 2});
    ck_assert_msg(t.ok, "%s", t.err.text);
    ck_assert_double_eq(t.attribute.fixed[0].u.r, 1.5);
    ck_assert_double_eq(t.attribute.fixed[1].u.r, -1.5);
    attribute_test_free(&t);
}
END_TEST

START_TEST(strings_and_type_names_are_null_empty_or_text)
{
    const AttrType types[] = {{.kind = ELEMENT_STRING},
                              {.kind = ELEMENT_STRING},
                              {.kind = ELEMENT_STRING},
                              {.kind = ELEMENT_ATTR_TYPE}};
    AttrTest t;
    attribute_test(&t,
                   TEXT("\x01\0\xff\0\x03"
                        "a\0b"
                        "\x03"
                        "N.T\0\0"),
                   (AttrParams){types, 4});
    ck_assert_msg(t.ok, "%s", t.err.text);
    const AttrValue *v = t.attribute.fixed;
    ck_assert(v[0].is_null && !v[1].is_null);
    ck_assert_uint_eq(v[1].u.text.size, 0);
    ck_assert_uint_eq(v[2].u.text.size, 3);
    ck_assert(!memcmp(v[2].u.text.at, "a\0b", 4));
    ck_assert_int_eq(v[3].type.kind, ELEMENT_ATTR_TYPE);
    ck_assert_str_eq(v[3].u.text.at, "N.T");
    attribute_test_free(&t);
}
END_TEST

START_TEST(arrays_are_null_or_have_items)
{
    const AttrType types[] = {type_array, type_array};
    AttrTest t;
    attribute_test(
        &t, TEXT("\x01\0\xff\xff\xff\xff\x02\0\0\0\x07\0\0\0\xff\xff\xff\xff\0\0"),
        (AttrParams){types, 2});
    ck_assert_msg(t.ok, "%s", t.err.text);
    const AttrValue *v = t.attribute.fixed;
    ck_assert(v[0].is_null && !v[0].u.items.n);
    ck_assert_uint_eq(v[1].u.items.n, 2);
    ck_assert_int_eq(v[1].u.items.at[0].u.i, 7);
    ck_assert_int_eq(v[1].u.items.at[1].u.i, -1);
    attribute_test_free(&t);
}
END_TEST

START_TEST(objects_carry_their_own_type)
{
    AttrTest t;
    attribute_test(&t,
                   TEXT("\x01\0\x03\0\0\0"
                        "\x08\x05\0\0\0"
                        "\x55\x01"
                        "E\xfe"
                        "\x1d\x0e\x01\0\0\0\x01"
                        "s\0\0"),
                   (AttrParams){&type_objects, 1});
    ck_assert_msg(t.ok, "%s", t.err.text);
    const AttrValue *v = t.attribute.fixed[0].u.items.at;
    ck_assert_uint_eq(t.attribute.fixed[0].u.items.n, 3);
    ck_assert(v[0].was_boxed && v[1].was_boxed && v[2].was_boxed);
    ck_assert_int_eq(v[0].type.kind, ELEMENT_I4);
    ck_assert_int_eq(v[0].u.i, 5);
    ck_assert_int_eq(v[1].type.kind, ELEMENT_ATTR_ENUM);
    ck_assert_int_eq(v[1].type.underlying, ELEMENT_I1);
    ck_assert_str_eq(v[1].type.enum_name, "E");
    ck_assert_int_eq(v[1].u.i, -2);
    ck_assert_int_eq(v[2].type.element->kind, ELEMENT_STRING);
    ck_assert_str_eq(v[2].u.items.at[0].u.text.at, "s");
    attribute_test_free(&t);
}
END_TEST

START_TEST(named_arguments_have_kind_type_name_and_value)
{
    AttrTest t;
    attribute_test(&t,
                   TEXT("\x01\0\x03\0"
                        "\x54\x02\x01"
                        "P\x01"
                        "\x53\x55\x01"
                        "E\x01"
                        "F\x04"
                        "\x53\x51\x01"
                        "O\x0e\xff"),
                   (AttrParams){NULL, 0});
    ck_assert_msg(t.ok, "%s", t.err.text);
    const AttrNamed *n = t.attribute.named;
    ck_assert_uint_eq(t.attribute.n_named, 3);
    ck_assert(n[0].is_property && !n[1].is_property);
    ck_assert_str_eq(n[0].name, "P");
    ck_assert_int_eq(n[0].value.u.i, 1);
    ck_assert_str_eq(n[1].type.enum_name, "E");
    ck_assert_int_eq(n[1].value.u.i, 4);
    ck_assert_int_eq(n[2].type.kind, ELEMENT_ATTR_BOXED);
    ck_assert_int_eq(n[2].value.type.kind, ELEMENT_STRING);
    ck_assert(n[2].value.was_boxed && n[2].value.is_null);
    attribute_test_free(&t);
}
END_TEST

START_TEST(an_empty_blob_has_no_arguments)
{
    AttrTest t;
    attribute_test(&t, TEXT(""), (AttrParams){NULL, 0});
    ck_assert(t.ok);
    ck_assert_uint_eq(t.attribute.n_fixed + t.attribute.n_named, 0);
    attribute_test_free(&t);
}
END_TEST

static const AttrType type_enum = {.kind = ELEMENT_ATTR_ENUM};
static const AttrType type_r4_enum = {.kind = ELEMENT_ATTR_ENUM,
                                      .underlying = ELEMENT_R4};
static const AttrType type_class = {.kind = ELEMENT_CLASS};
static const AttrType type_string = {.kind = ELEMENT_STRING};
static const AttrType type_arrays = {.kind = ELEMENT_SZARRAY, .element = &type_array};

static const struct BadBlob {
    Bytes blob;
    const AttrType *param; /* or NULL */
    const char *text;
} bad_blobs[] = {
    {TEXT("\x02\0\0\0"), NULL, "no prolog"},
    {TEXT("\x01"), NULL, "no prolog"},
    {TEXT("\x01\0\x01"), NULL, "truncated named arguments"},
    {TEXT(""), &type_i4, "no prolog"},
    {TEXT("\x01\0\0\0\0"), &type_i4, "truncated value"},
    {TEXT("\x01\0"), &type_enum, "truncated value"},
    {TEXT("\x01\0\0\0\0\0\0\0"), &type_r4_enum, "enum of no integral type"},
    {TEXT("\x01\0\0\0\0\0\0\0"), &type_class, "parameter that no attribute can have"},
    {TEXT("\x01\0\x05"
          "abcd"),
     &type_string, "truncated string"},
    {TEXT("\x01\0\xe0"), &type_string, "truncated string"},
    {TEXT("\x01\0\xfe\xff\xff\xff\0\0"), &type_array, "bad array"},
    {TEXT("\x01\0\x01\0\0\0\0\0"), &type_arrays, "bad array"},
    {TEXT("\x01\0\x51\x08\0\0\0\0\0\0"), &type_object, "object in an object"},
    {TEXT("\x01\0\x1d\x1d\x08\0\0\0\0\0\0"), &type_object, "unknown type"},
    {TEXT("\x01\0\x12\0\0"), &type_object, "unknown type"},
    {TEXT("\x01\0"), &type_object, "truncated type"},
    {TEXT("\x01\0\x55\xff\0\0"), &type_object, "bad name"},
    {TEXT("\x01\0\x55\x07Unknown\0\0\0"), &type_object, "no enum Unknown"},
    {TEXT("\x01\0\xff\xff\0\0\0\0"), NULL, "truncated named arguments"},
    {TEXT("\x01\0\x01\0\x52\x02\x01P\x01"), NULL, "named argument of unknown kind"},
    {TEXT("\x01\0\x01\0\x54\x02\xff\x01"), NULL, "bad name"},
    {TEXT("\x01\0\x01\0\x54\x08\x01P\x01"), NULL, "truncated value"},
};

START_TEST(bad_blobs_are_rejected_with_a_reason)
{
    const struct BadBlob *b = &bad_blobs[_i];
    AttrTest t;
    attribute_test(&t, b->blob, (AttrParams){b->param, b->param ? 1 : 0});
    ck_assert(!t.ok);
    ck_assert_msg(strstr(t.err.text, b->text), "wanted \"%s\", found \"%s\"", b->text,
                  t.err.text);
    attribute_test_free(&t);
}
END_TEST

START_TEST(objects_nest_to_a_limit)
{
    Buffer blob = BUFFER_INIT;
    buffer_u16(&blob, 1);
    for (int i = 0; i < 1000; i++) {
        buffer_u8(&blob, ELEMENT_SZARRAY);
        buffer_u8(&blob, ELEMENT_ATTR_BOXED);
        buffer_u32(&blob, 1);
    }
    AttrTest t;
    attribute_test(&t, buffer_bytes(&blob), (AttrParams){&type_object, 1});
    ck_assert(!t.ok);
    ck_assert_msg(strstr(t.err.text, "too deeply"), "%s", t.err.text);
    attribute_test_free(&t);
    buffer_free(&blob);
}
END_TEST

/* -- mscorlib ---------------------------------------------------------------------- */

/* The parameters of a constructor; false for those that are classes or arrays. */
static bool params_read(const Image *image, uint32_t ctor, AttrType *types, uint32_t *n)
{
    Cursor c = cursor_open(image_get_blob(image, TABLE_MethodDef, TOKEN_RID(ctor),
                                          COL_MethodDef_Signature));
    cursor_skip(&c, 1);
    *n = cursor_compressed(&c);
    if (cursor_u8(&c) != ELEMENT_VOID || *n > 8)
        return false;
    for (uint32_t i = 0; i < *n; i++) {
        types[i] = (AttrType){.kind = (ElementType)cursor_u8(&c)};
        if (types[i].kind == ELEMENT_VALUETYPE) {
            types[i] = (AttrType){.kind = ELEMENT_ATTR_ENUM, .underlying = ELEMENT_I4};
            cursor_compressed(&c);
        } else if (types[i].kind > ELEMENT_STRING && types[i].kind != ELEMENT_OBJECT) {
            return false;
        }
    }
    return !c.failed;
}

START_TEST(attributes_of_mscorlib_decode)
{
    Err err = ERR_INIT;
    Arena arena = ARENA_INIT;
    Image *image = image_open("/usr/lib/mono/4.5/mscorlib.dll", &err);
    ElementType width = ELEMENT_I4;
    const AttrEnums enums = {enum_underlying, &width};
    uint32_t decoded = 0, failed = 0;
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_CustomAttribute); rid++) {
        AttrType types[8];
        uint32_t n;
        Attribute attribute;
        uint32_t ctor =
            image_get(image, TABLE_CustomAttribute, rid, COL_CustomAttribute_Type);
        if (TOKEN_TABLE(ctor) != TABLE_MethodDef ||
            !params_read(image, ctor, types, &n))
            continue;
        Bytes blob = image_get_blob(image, TABLE_CustomAttribute, rid,
                                    COL_CustomAttribute_Value);
        failed += !attribute_read(blob, (AttrParams){types, n}, &enums, &arena,
                                  &attribute, &err);
        decoded++;
    }
    ck_assert_msg(!failed, "%u of %u: %s", failed, decoded, err.text);
    ck_assert_uint_gt(decoded, 4000);
    arena_free(&arena);
    image_close(image);
}
END_TEST

#define COUNT(array) ((int)(sizeof(array) / sizeof *(array)))

Suite *suite_attribute(void)
{
    Suite *suite = suite_create("attribute");
    TCase *good = tcase_create("decode");
    tcase_add_loop_test(good, integers_are_extended_as_their_kind_is, 0,
                        COUNT(scalars));
    tcase_add_test(good, floating_point_arguments_are_doubles);
    tcase_add_test(good, strings_and_type_names_are_null_empty_or_text);
    tcase_add_test(good, arrays_are_null_or_have_items);
    tcase_add_test(good, objects_carry_their_own_type);
    tcase_add_test(good, named_arguments_have_kind_type_name_and_value);
    tcase_add_test(good, an_empty_blob_has_no_arguments);
    tcase_add_test(good, attributes_of_mscorlib_decode);
    suite_add_tcase(suite, good);
    TCase *bad = tcase_create("malformed");
    tcase_add_loop_test(bad, bad_blobs_are_rejected_with_a_reason, 0, COUNT(bad_blobs));
    tcase_add_test(bad, objects_nest_to_a_limit);
    suite_add_tcase(suite, bad);
    return suite;
}
