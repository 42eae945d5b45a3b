/* test_dir.c - directories and files that code is run from: who may have written them.
 */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/dir.h"
#include "common/base/file.h"
#include "tests/run.h"

Suite *suite_dir(void);

static char root[64];
static int top;

static void make_root(void)
{
    strcpy(root, "/tmp/codicil-dir-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
    top = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    ck_assert_int_ge(top, 0);
}

static void remove_root(void)
{
    close(top);
    file_remove_tree(root);
}

static void check_refused(const char *name, const char *reason)
{
    Err err = ERR_INIT;
    ck_assert_int_eq(dir_open_own(top, name, &err), -1);
    ck_assert_msg(strstr(err.text, reason), "%s", err.text);
}

START_TEST(a_directory_is_made_for_its_owner)
{
    Err err = ERR_INIT;
    struct stat st;
    bool made = false;
    int fd = dir_make_own(top, "own", &made, &err);
    ck_assert(fd >= 0 && made && !fstat(fd, &st));
    ck_assert_uint_eq(st.st_mode & 07777, 0700);
    close(fd);
    fd = dir_make_own(top, "own", &made, &err);
    ck_assert(fd >= 0 && !made);
    close(fd);
}
END_TEST

START_TEST(nothing_of_the_name_is_no_error)
{
    Err err = ERR_INIT;
    ck_assert_int_eq(dir_open_own(top, "none", &err), -1);
    ck_assert_int_eq(err.kind, ERR_NONE);
}
END_TEST

START_TEST(directories_that_others_can_write_are_refused)
{
    static const mode_t modes[] = {0777, 01777, 0770, 0702};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        Err err = ERR_INIT;
        bool made;
        ck_assert(!mkdirat(top, "open", 0700) && !fchmodat(top, "open", modes[i], 0));
        check_refused("open", "others than its owner can write it");
        ck_assert_int_eq(dir_make_own(top, "open", &made, &err), -1);
        unlinkat(top, "open", AT_REMOVEDIR);
    }
}
END_TEST

START_TEST(links_and_files_are_no_directories)
{
    Err err = ERR_INIT;
    ck_assert(!mkdirat(top, "own", 0700) && !symlinkat("own", top, "link"));
    ck_assert(dir_write(top, "file", (Bytes){(const uint8_t *)"x", 1}, 0600, &err));
    check_refused("link", "a symbolic link");
    check_refused("file", "no directory");
}
END_TEST

START_TEST(directories_of_others_are_refused)
{
    if (geteuid() != 0)
        return; /* only root can give one away */
    ck_assert(!mkdirat(top, "own", 0700) && !fchownat(top, "own", 12345, 12345, 0));
    check_refused("own", "belongs to user 12345");
}
END_TEST

START_TEST(files_are_written_whole_and_links_are_not_opened)
{
    Err err = ERR_INIT;
    struct stat st;
    char text[8] = {0};
    ck_assert(dir_write(top, "file", (Bytes){(const uint8_t *)"first", 5}, 0600, &err));
    ck_assert(dir_write(top, "file", (Bytes){(const uint8_t *)"other", 5}, 0600, &err));
    int fd = dir_open_file(top, "file");
    ck_assert(fd >= 0 && read(fd, text, sizeof text) == 5 && !fstat(fd, &st));
    ck_assert_str_eq(text, "other");
    ck_assert_uint_eq(st.st_mode & 07777, 0600);
    close(fd);
    ck_assert(!symlinkat("file", top, "link"));
    ck_assert_int_eq(dir_open_file(top, "link"), -1);
    uint32_t n = 0;
    DIR *list = dir_list(top);
    for (struct dirent *entry; (entry = readdir(list));)
        n += *entry->d_name != '.';
    closedir(list);
    ck_assert_uint_eq(n, 2); /* nothing is left beside the two */
}
END_TEST

START_TEST(a_file_beside_another_differs_from_it_in_the_ending)
{
    static const char *const rows[][2] = {
        {"app.dll", "app.r2r"},
        {"/a/b.c/app.dll", "/a/b.c/app.r2r"},
        {"/a/b.c/app", "/a/b.c/app.r2r"},
        {"a.b.exe", "a.b.r2r"},
    };
    char path[24];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert(file_sibling(path, sizeof path, rows[i][0], ".r2r"));
        ck_assert_str_eq(path, rows[i][1]);
    }
    ck_assert(!file_sibling(path, 7, "app.dll", ".r2r"));
}
END_TEST

Suite *suite_dir(void)
{
    Suite *suite = suite_create("dir");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, make_root, remove_root);
    tcase_add_test(all, a_directory_is_made_for_its_owner);
    tcase_add_test(all, nothing_of_the_name_is_no_error);
    tcase_add_test(all, directories_that_others_can_write_are_refused);
    tcase_add_test(all, links_and_files_are_no_directories);
    tcase_add_test(all, directories_of_others_are_refused);
    tcase_add_test(all, files_are_written_whole_and_links_are_not_opened);
    tcase_add_test(all, a_file_beside_another_differs_from_it_in_the_ending);
    suite_add_tcase(suite, all);
    return suite;
}
