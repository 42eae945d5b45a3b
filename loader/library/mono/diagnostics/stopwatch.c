/* stopwatch.c - System.Diagnostics.Stopwatch. */
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "loader/library/mono/table.h"

static int64_t timestamp(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 10000000 + t.tv_nsec / 100;
}

const IcallRow icalls_stopwatch[] = {
    ICALL("GetTimestamp", NULL, timestamp),
    ICALLS_END,
};
