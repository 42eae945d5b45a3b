/* cgroup.h - what the control groups that the process is in, a container's say, allow
 * it.
 *
 * Version 2 and, where a controller is mounted by itself, version 1 (cgroups(7)). The
 * least of a group and those around it counts. root: "" or where a test has its own
 * /proc and /sys. What can't be read limits nothing.
 */
#ifndef COMMON_BASE_CGROUP_H
#define COMMON_BASE_CGROUP_H

#include <stdint.h>

double cgroup_cpus(const char *root);     /* processors; 0: no limit */
uint64_t cgroup_memory(const char *root); /* bytes; 0: no limit */

#endif
