/* test_jitcache.c - where the cache of JITted code is, and the names in it. */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/jitcache.h"
#include "tests/run.h"

Suite *suite_jitcache(void);

static const struct {
    const char *own, *xdg, *home; /* NULL: not set */
    const char *root;             /* NULL: there is none */
} roots[] = {
    {"/c/own", "/x", "/h", "/c/own"},
    {"/c/own//", "/x", "/h", "/c/own"},
    {"own", NULL, NULL, "own"},
    {"", "/x", "/h", "/x/codicil"},
    {NULL, "/x", "/h", "/x/codicil"},
    {NULL, "x", "/h", "/h/.cache/codicil"},
    {NULL, NULL, "/h", "/h/.cache/codicil"},
    {NULL, NULL, "h", NULL},
    {NULL, NULL, NULL, NULL},
};

static void set(const char *name, const char *value)
{
    ck_assert(!(value ? setenv(name, value, 1) : unsetenv(name)));
}

START_TEST(the_root_comes_from_the_environment)
{
    char root[64];
    set("CODICIL_CACHE", roots[_i].own);
    set("XDG_CACHE_HOME", roots[_i].xdg);
    set("HOME", roots[_i].home);
    ck_assert_int_eq(jitcache_root(root, sizeof root), roots[_i].root != NULL);
    if (roots[_i].root)
        ck_assert_str_eq(root, roots[_i].root);
}
END_TEST

START_TEST(a_root_that_does_not_fit_is_none)
{
    char root[8];
    set("CODICIL_CACHE", "/1234567");
    ck_assert(!jitcache_root(root, sizeof root));
}
END_TEST

START_TEST(what_is_written_is_an_image_named_by_its_content)
{
    static const uint8_t text[] = "content";
    char top[] = "/tmp/codicil-jitcache-XXXXXX", first[JITCACHE_NAME],
         again[JITCACHE_NAME];
    Err err = ERR_INIT;
    ck_assert_ptr_nonnull(mkdtemp(top));
    int dir = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ck_assert(jitcache_write(dir, (Bytes){text, sizeof text}, first, &err));
    ck_assert(jitcache_write(dir, (Bytes){text, sizeof text}, again, &err));
    ck_assert_str_eq(first, again);
    ck_assert(jitcache_is_image(first));
    ck_assert(!unlinkat(dir, first, 0));
    ck_assert(jitcache_write(dir, (Bytes){text, 1}, again, &err));
    ck_assert_str_ne(first, again);
    ck_assert(!unlinkat(dir, again, 0));
    ck_assert(!rmdir(top));
    close(dir);
}
END_TEST

START_TEST(locks_and_halves_are_no_images)
{
    ck_assert(!jitcache_is_image(JITCACHE_REFUSED));
    ck_assert(!jitcache_is_image(".r2r"));
    ck_assert(!jitcache_is_image("1234.r2r.tmp"));
}
END_TEST

static const struct {
    const char *text; /* of the file */
    uint32_t n;       /* lines that are whole */
} lists[] = {
    {"0000000000000007\tA:M ()\twhy not\n", 1},
    {"0000000000000007\tA:M ()\twhy\n00000000000000ff\tB:M ()\tso\n", 2},
    {"0000000000000007\tA:M ()\twhy", 1},
    {"0000000000000007\tA:M ()\n", 0},
    {"7\tA:M ()\twhy\n", 0},
    {"000000000000000g\tA:M ()\twhy\n", 0},
    {"\n\n\t\t\n", 0},
    {"no line", 0},
    {"", 0},
};

START_TEST(whole_lines_of_what_was_refused_are_read)
{
    char top[] = "/tmp/codicil-jitcache-XXXXXX";
    JitRefused refused;
    Err err = ERR_INIT;
    const char *text = lists[_i].text;
    ck_assert_ptr_nonnull(mkdtemp(top));
    int dir = open(top, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int fd = openat(dir, JITCACHE_REFUSED, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ck_assert(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    jitcache_refused_read(dir, &refused);
    ck_assert_uint_eq(refused.n, lists[_i].n);
    ck_assert(jitcache_refused_has(&refused, 7) == (refused.n != 0));
    ck_assert(!jitcache_refused_has(&refused, 8));
    static const char more[] = "0000000000000008\tC:M ()\tas well\n";
    ck_assert(jitcache_refused_add(
        dir, &refused, (Bytes){(const uint8_t *)more, sizeof more - 1}, &err));
    jitcache_refused_free(&refused);
    jitcache_refused_read(dir, &refused);
    ck_assert_uint_eq(refused.n, lists[_i].n + 1);
    ck_assert(jitcache_refused_has(&refused, 8));
    ck_assert_str_eq(refused.lines[refused.n - 1], "C:M ()\tas well");
    jitcache_refused_free(&refused);
    ck_assert(!unlinkat(dir, JITCACHE_REFUSED, 0));
    ck_assert(!rmdir(top));
    close(dir);
}
END_TEST

Suite *suite_jitcache(void)
{
    Suite *suite = suite_create("jitcache");
    TCase *all = tcase_create("all");
    tcase_add_loop_test(all, the_root_comes_from_the_environment, 0,
                        sizeof roots / sizeof *roots);
    tcase_add_test(all, a_root_that_does_not_fit_is_none);
    tcase_add_test(all, what_is_written_is_an_image_named_by_its_content);
    tcase_add_test(all, locks_and_halves_are_no_images);
    tcase_add_loop_test(all, whole_lines_of_what_was_refused_are_read, 0,
                        sizeof lists / sizeof *lists);
    suite_add_tcase(suite, all);
    return suite;
}
