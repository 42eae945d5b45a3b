/* cgroup.c - see cgroup.h. */
#include "common/base/cgroup.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { PATH_SIZE = 4096 };

/* Is controller one of "name,name"? */
static bool lists(const char *names, const char *controller)
{
    size_t n = strlen(controller);
    for (const char *at = names; *at;) {
        size_t length = strcspn(at, ",");
        if (length == n && !strncmp(at, controller, n))
            return true;
        at += length + (at[length] == ',');
    }
    return false;
}

/* The path of the process's group: of a line "N:controller,...:/path", or "0::/path"
 * for all of version 2 (controller ""). */
static bool own_group(const char *root, const char *controller, char path[PATH_SIZE])
{
    char line[PATH_SIZE + 64];
    bool found = false;
    snprintf(line, sizeof line, "%s/proc/self/cgroup", root);
    FILE *file = fopen(line, "re");
    while (file && !found && fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        char *names = strchr(line, ':'), *group = names ? strchr(names + 1, ':') : NULL;
        if (!group)
            continue;
        *group++ = '\0';
        names++;
        found = (*controller ? lists(names, controller) : !*names) &&
                snprintf(path, PATH_SIZE, "%s", group) < PATH_SIZE;
    }
    if (file)
        fclose(file);
    return found;
}

/* Numbers of a file in a group's directory; how many were read. */
static int read_numbers(const char *dir, const char *name, double *first,
                        double *second)
{
    char path[2 * PATH_SIZE];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "re");
    int n = file ? fscanf(file, "%lf %lf", first, second) : 0;
    if (file)
        fclose(file);
    return n;
}

typedef double Limit(const char *dir); /* what the files in a group's directory say */

/* controller "": version 2. */
static double least(const char *root, const char *controller, Limit *limit_of)
{
    char group[PATH_SIZE], dir[2 * PATH_SIZE];
    double least = 0;
    if (!own_group(root, controller, group))
        return 0;
    for (;;) {
        snprintf(dir, sizeof dir, "%s/sys/fs/cgroup%s%s%s", root,
                 *controller ? "/" : "", controller, group);
        double limit = limit_of(dir);
        if (limit > 0 && (least <= 0 || limit < least))
            least = limit;
        char *slash = strrchr(group, '/');
        if (!slash)
            return least;
        *slash = '\0';
    }
}

/* "quota period" in microseconds, or "max period". */
static double cpus2(const char *dir)
{
    double quota, period;
    bool is = read_numbers(dir, "cpu.max", &quota, &period) == 2;
    return is && quota > 0 && period > 0 ? quota / period : 0;
}

static double cpus1(const char *dir)
{
    double quota, period, none;
    bool is = read_numbers(dir, "cpu.cfs_quota_us", &quota, &none) == 1 &&
              read_numbers(dir, "cpu.cfs_period_us", &period, &none) == 1;
    return is && quota > 0 && period > 0 ? quota / period : 0;
}

double cgroup_cpus(const char *root)
{
    double limit = least(root, "", cpus2);
    return limit > 0 ? limit : least(root, "cpu", cpus1);
}

static double memory2(const char *dir)
{
    double bytes, none;
    return read_numbers(dir, "memory.max", &bytes, &none) == 1 ? bytes : 0;
}

/* No limit is the largest number of pages there. */
static double memory1(const char *dir)
{
    double bytes, none;
    bool is = read_numbers(dir, "memory.limit_in_bytes", &bytes, &none) == 1;
    return is && bytes < 0x1p62 ? bytes : 0;
}

uint64_t cgroup_memory(const char *root)
{
    double limit = least(root, "", memory2);
    return (uint64_t)(limit > 0 ? limit : least(root, "memory", memory1));
}
