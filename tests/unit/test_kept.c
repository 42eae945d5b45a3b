/* test_kept.c - what the fuzz entries have found: each of the inputs that are kept for
 * one (tests/fuzz/corpus) goes through it. The entries end the process when something
 * is wrong.
 */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "tests/run.h"

Suite *suite_kept(void);

#ifndef FUZZ_ENTRIES /* the build names all of them */
#define FUZZ_ENTRIES ENTRY(world)
#endif

typedef int FuzzEntry(const uint8_t *data, size_t size);
#define ENTRY(name) FuzzEntry fuzz_##name;
FUZZ_ENTRIES
#undef ENTRY

static const struct {
    const char *name;
    FuzzEntry *entry;
} entries[] = {
#define ENTRY(name) {#name, fuzz_##name},
    FUZZ_ENTRIES
#undef ENTRY
};

enum { N_ENTRIES = sizeof entries / sizeof *entries };

/* What an entry starts from that only make builds. */
#define SEALED "build/sidecars/samples/exceptions.exe.r2r"

static void replay(FuzzEntry *entry, const char *path)
{
    File file;
    Err err = ERR_INIT;
    ck_assert_msg(file_open(&file, path, false, &err), "%s", err.text);
    entry(file.bytes.data, file.bytes.size);
    file_close(&file);
}

START_TEST(inputs_that_are_kept_do_no_harm)
{
    char dir[100], path[600];
    struct dirent **found;
    snprintf(dir, sizeof dir, "tests/fuzz/corpus/%s", entries[_i].name);
    if (!strcmp(entries[_i].name, "sealed") && access(SEALED, R_OK)) {
        printf("skipped the inputs of sealed: make sample-sidecars first\n");
        return;
    }
    int n = scandir(dir, &found, NULL, alphasort);
    ck_assert_msg(n >= 0 || errno == ENOENT, "%s", dir);
    for (int i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", dir, found[i]->d_name);
        if (found[i]->d_name[0] != '.')
            replay(entries[_i].entry, path);
        free(found[i]);
    }
}
END_TEST

Suite *suite_kept(void)
{
    Suite *suite = suite_create("kept");
    TCase *all = tcase_create("all");
    tcase_set_timeout(all, 600);
    tcase_add_loop_test(all, inputs_that_are_kept_do_no_harm, 0, N_ENTRIES);
    suite_add_tcase(suite, all);
    return suite;
}
