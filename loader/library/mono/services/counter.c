/* counter.c - the performance counters of this process. */
#include "loader/library/mono/services/counter.h"

#include <string.h>

struct Counter {
    const char *category, *name;
    int64_t value; /* atomic */
};

static Counter counters[] = {
    {"ASP.NET", "Requests Total", 0},
    {"ASP.NET", "Requests Queued", 0},
};

Counter *counter_find(const char *category, const char *name)
{
    for (size_t i = 0; i < sizeof counters / sizeof *counters; i++)
        if (!strcmp(counters[i].category, category) && !strcmp(counters[i].name, name))
            return &counters[i];
    return NULL;
}

int64_t counter_get(const Counter *counter)
{
    return __atomic_load_n(&counter->value, __ATOMIC_RELAXED);
}

void counter_set(Counter *counter, int64_t value)
{
    __atomic_store_n(&counter->value, value, __ATOMIC_RELAXED);
}

int64_t counter_add(Counter *counter, int64_t step)
{
    return __atomic_add_fetch(&counter->value, step, __ATOMIC_RELAXED);
}
