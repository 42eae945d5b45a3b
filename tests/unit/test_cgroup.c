/* test_cgroup.c - what control groups allow, from made-up /proc and /sys. */
#include <check.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/cgroup.h"
#include "common/base/file.h"
#include "tests/run.h"

Suite *suite_cgroup(void);

static char root[64];

static void make_root(void)
{
    strcpy(root, "/tmp/codicil-cgroup-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(root));
}

static void remove_root(void)
{
    file_remove_tree(root);
}

static void put(const char *dir, const char *name, const char *text)
{
    char at[256], path[512];
    Err err = ERR_INIT;
    snprintf(at, sizeof at, "%s/%s", root, dir);
    ck_assert_msg(file_make_dirs(at, 0755, &err), "%s", err.text);
    ck_assert(file_join(path, sizeof path, at, name));
    ck_assert(
        file_write(path, (Bytes){(const uint8_t *)text, strlen(text)}, 0644, &err));
}

START_TEST(nothing_to_read_is_no_limit)
{
    ck_assert_uint_eq(cgroup_memory(root), 0);
    ck_assert_double_eq(cgroup_cpus(root), 0);
    put("proc/self", "cgroup", "no group at all\n::\n0:\n");
    ck_assert_uint_eq(cgroup_memory(root), 0);
}
END_TEST

START_TEST(the_least_of_a_group_and_those_around_it_counts)
{
    put("proc/self", "cgroup", "0::/a/b\n");
    put("sys/fs/cgroup/a/b", "memory.max", "max\n");
    put("sys/fs/cgroup/a/b", "cpu.max", "250000 100000\n");
    ck_assert_uint_eq(cgroup_memory(root), 0);
    put("sys/fs/cgroup/a", "memory.max", "104857600\n");
    put("sys/fs/cgroup", "memory.max", "209715200\n");
    put("sys/fs/cgroup/a", "cpu.max", "max 100000\n");
    ck_assert_uint_eq(cgroup_memory(root), 104857600);
    ck_assert_double_eq(cgroup_cpus(root), 2.5);
}
END_TEST

/* Within a container the group's directory is the root of what is mounted. */
START_TEST(controllers_of_version_1_have_directories_of_their_own)
{
    put("proc/self", "cgroup",
        "5:memory:/docker/1\n3:cpuacct,cpu:/docker/1\n1:name=systemd:/x\n0::/\n");
    put("sys/fs/cgroup/memory", "memory.limit_in_bytes", "52428800\n");
    put("sys/fs/cgroup/cpu", "cpu.cfs_quota_us", "50000\n");
    put("sys/fs/cgroup/cpu", "cpu.cfs_period_us", "100000\n");
    ck_assert_uint_eq(cgroup_memory(root), 52428800);
    ck_assert_double_eq(cgroup_cpus(root), 0.5);
    put("sys/fs/cgroup/memory", "memory.limit_in_bytes", "9223372036854771712\n");
    put("sys/fs/cgroup/cpu", "cpu.cfs_quota_us", "-1\n");
    ck_assert_uint_eq(cgroup_memory(root), 0);
    ck_assert_double_eq(cgroup_cpus(root), 0);
}
END_TEST

Suite *suite_cgroup(void)
{
    Suite *suite = suite_create("cgroup");
    TCase *all = tcase_create("all");
    tcase_add_checked_fixture(all, make_root, remove_root);
    tcase_add_test(all, nothing_to_read_is_no_limit);
    tcase_add_test(all, the_least_of_a_group_and_those_around_it_counts);
    tcase_add_test(all, controllers_of_version_1_have_directories_of_their_own);
    suite_add_tcase(suite, all);
    return suite;
}
