/* date_time.c - System.DateTime. */
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "loader/library/mono/table.h"

static int64_t system_time(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return ((int64_t)t.tv_sec + 11644473600) * 10000000 + t.tv_nsec / 100;
}

const IcallRow icalls_date_time[] = {
    ICALL("GetSystemTimeAsFileTime", NULL, system_time),
    ICALLS_END,
};
