/* test_body_hash.c - what a body means changes with what it says, and with nothing
 * else. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/types/types.h"
#include "format/facts.h"
#include "tests/run.h"

#define MONO_LIB "/usr/lib/mono/4.5"
#define SOURCE "tests/unit/format/body.il"
#define COUNT(array) (sizeof(array) / sizeof *(array))

Suite *suite_body_hash(void);

static char directory[] = "/tmp/codicil-body-XXXXXX";

/* -- Fixtures ---------------------------------------------------------------------- */

static void setup(void)
{
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void teardown(void)
{
    rmdir(directory);
}

/* The source, with the first `from` replaced. */
static void write_source(const char *path, const char *from, const char *to)
{
    Buffer out = BUFFER_INIT;
    Err err = ERR_INIT;
    File file;
    ck_assert_msg(file_open(&file, SOURCE, false, &err), "%s", err.text);
    const char *text = (const char *)file.bytes.data;
    const char *end = text + file.bytes.size;
    const char *at = memmem(text, file.bytes.size, from, strlen(from));
    ck_assert_msg(at, "there is no %s", from);
    buffer_put(&out, text, (size_t)(at - text));
    buffer_put(&out, to, strlen(to));
    at += strlen(from);
    buffer_put(&out, at, (size_t)(end - at));
    ck_assert(file_write(path, buffer_bytes(&out), 0600, &err));
    buffer_free(&out);
    file_close(&file);
}

static Assembly *assemble(World *world, const char *from, const char *to)
{
    char source[128], path[128], line[512];
    Err err = ERR_INIT;
    File file;
    snprintf(source, sizeof source, "%s/body.il", directory);
    snprintf(path, sizeof path, "%s/body.dll", directory);
    write_source(source, from, to);
    snprintf(line, sizeof line, "ilasm /quiet /dll /output:%s %s >/dev/null 2>&1", path,
             source);
    ck_assert_msg(!system(line), "%s -> %s: failed: %s", from, to, line);
    ck_assert_msg(file_open(&file, path, false, &err), "%s", err.text);
    Bytes copy = {arena_copy(&world->perm, file.bytes.data, file.bytes.size),
                  file.bytes.size};
    file_close(&file);
    unlink(path);
    unlink(source);
    Image *image = image_open_bytes(copy, "body.dll", &err);
    ck_assert_msg(image, "%s", err.text);
    return world_add_image(world, image, &err);
}

/* The hash of Body.All in the source with that change. */
static uint64_t hash_with(const char *from, const char *to)
{
    Err err = ERR_INIT;
    uint64_t hash = 0;
    World *world = world_open();
    world_set_library_dir(world, MONO_LIB);
    ck_assert_msg(world_load_corlib(world, &err), "%s", err.text);
    Type *type = assembly_find_type(assemble(world, from, to), "", "Body", &err);
    ck_assert_msg(type && type_load(type, LEVEL_READY, &err), "%s", err.text);
    Method *method = type_find_method(type, "All", -1);
    ck_assert_ptr_nonnull(method);
    hash = fact_body_hash(method, &err);
    ck_assert_msg(err.kind == ERR_NONE, "%s", err.text);
    world_close(world);
    return hash;
}

/* -- Tests ------------------------------------------------------------------------- */

#define CLASS                                                                          \
    ".class public Unrelated extends [mscorlib]System.Object { .field int32 f "        \
    ".method public static void M() cil managed { .locals init (float64 a) "           \
    "ldstr \"unrelated\" call void [mscorlib]System.Console::WriteLine(string) "       \
    "ldtoken class [mscorlib]System.Collections.Generic.Stack`1<int32[]> pop ret } }"

static const struct {
    const char *from, *to;
} unrelated[] = {
    {"/*first*/", CLASS},
    {"/*middle*/", CLASS},
    {"/*last*/", CLASS},
    {"/*member*/", ".field public static string s .method static int32 F(int32 n) cil "
                   "managed { .locals init (int64 a) ldstr \"s\" pop ldarg.0 ret }"},
    {"ldstr \"before\"", "ldstr \"before this there was another\""},
    {".assembly extern System {", ".assembly extern System.Xml { } .assembly extern "
                                  "System {"},
    {".maxstack 8", ".maxstack 20"},
};

START_TEST(what_is_unrelated_changes_nothing)
{
    ck_assert_uint_eq(hash_with("/*first*/", ""),
                      hash_with(unrelated[_i].from, unrelated[_i].to));
}
END_TEST

static const struct {
    const char *from, *to;
} related[] = {
    {"\"text\"", "\"Text\""},
    {"ldc.i4.7", "ldc.i4.6"},
    {"call void Other::A(int32)", "call void Other::B(int32)"},
    {"Other::x\n", "Other::y\n"},
    {"newarr Value", "newarr Other"},
    {"Of<string>(", "Of<object>("},
    {"ldtoken Other", "ldtoken Value"},
    {"ldtoken Other", "ldtoken method void Other::A(int32)"},
    {"calli void(int32)", "calli void(class Other)"},
    {"(ONE, TWO)", "(TWO, ONE)"},
    {"brfalse.s TWO", "brtrue.s TWO"},
    {"brfalse.s TWO", "brfalse.s ONE"},
    {".locals init (int32 a, class Other b", ".locals init (int32 a, class Body b"},
    {".locals init (int32 a, class", ".locals init (int64 a, class"},
    {".locals init", ".locals"},
    {"List`1<class Other> d", "List`1<class Body> d"},
    {"System.FormatException", "System.Exception"},
    {"catch [mscorlib]System.FormatException", "finally"},
    {".class public sequential sealed Value extends [mscorlib]System.ValueType",
     ".class public Value extends [mscorlib]System.Object"},
    {".method public static int32 All(int32 n)",
     ".method private static int32 All(int32 n)"},
    {"/*last*/", ".method static specialname rtspecialname void .cctor() cil managed { "
                 "ret }"},
    {"/*member*/", ".method static specialname rtspecialname void .cctor() cil managed "
                   "{ ret }"},
};

START_TEST(what_is_related_changes_the_number)
{
    ck_assert_msg(hash_with("/*first*/", "") !=
                      hash_with(related[_i].from, related[_i].to),
                  "%s -> %s", related[_i].from, related[_i].to);
}
END_TEST

Suite *suite_body_hash(void)
{
    Suite *suite = suite_create("body_hash");
    TCase *bodies = tcase_create("bodies");
    tcase_add_checked_fixture(bodies, setup, teardown);
    tcase_set_timeout(bodies, 120);
    tcase_add_loop_test(bodies, what_is_unrelated_changes_nothing, 0,
                        (int)COUNT(unrelated));
    tcase_add_loop_test(bodies, what_is_related_changes_the_number, 0,
                        (int)COUNT(related));
    suite_add_tcase(suite, bodies);
    return suite;
}
