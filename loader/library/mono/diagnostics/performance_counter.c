/* performance_counter.c - System.Diagnostics.PerformanceCounter and its categories.
 * Counters that are not this process's own are unknown, read as 0 and can't be set. */
#include <stdlib.h>
#include <string.h>

#include "loader/library/mono/services/counter.h"
#include "loader/library/mono/table.h"
#include "loader/vm/vm.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/string.h"

enum { NUMBER_OF_ITEMS_64 = 0x10100 }; /* PerformanceCounterType */

/* NOLINTNEXTLINE(readability-function-size): the parameters of the internal call */
static Counter *counter_open(const uint16_t *category, int32_t category_length,
                             const uint16_t *name, int32_t name_length,
                             const uint16_t *instance, int32_t instance_length,
                             int32_t *type, uint8_t *custom)
{
    (void)instance, (void)instance_length;
    char *texts[] = {
        string_to_utf8(string_from_utf16(category, (uint32_t)category_length)),
        string_to_utf8(string_from_utf16(name, (uint32_t)name_length))};
    Counter *counter = texts[0] && texts[1] ? counter_find(texts[0], texts[1]) : NULL;
    free(texts[0]);
    free(texts[1]);
    *type = counter ? NUMBER_OF_ITEMS_64 : 0;
    *custom = counter != NULL;
    return counter;
}

/* System.Diagnostics.CounterSample */
typedef struct Sample {
    int64_t raw, base, counter_frequency, system_frequency, stamp, stamp_100ns,
        counter_stamp;
    int32_t type;
} Sample;

static int32_t counter_sample(Counter *counter, int32_t only_value, Sample *out)
{
    (void)only_value;
    memset(out, 0, sizeof *out);
    if (counter) {
        out->raw = counter_get(counter);
        out->type = NUMBER_OF_ITEMS_64;
    }
    return counter != NULL;
}

static int64_t counter_update(Counter *counter, int32_t increment, int64_t value)
{
    if (!counter)
        return 0;
    if (increment)
        return counter_add(counter, value);
    counter_set(counter, value);
    return value;
}

static void counter_close(Counter *counter)
{
    (void)counter;
}

static int32_t no(void)
{
    return 0;
}

static Array *no_names(void)
{
    return array_new_of(vm.world->known.string, 0);
}

const IcallRow icalls_performance_counter[] = {
    ICALL("GetImpl_icall", NULL, counter_open),
    ICALL("GetSample", NULL, counter_sample),
    ICALL("UpdateValue", NULL, counter_update),
    ICALL("FreeData", NULL, counter_close),
    ICALLS_END,
};

const IcallRow icalls_counter_category[] = {
    ICALL("CategoryDelete_icall", NULL, no),
    ICALL("CounterCategoryExists_icall", NULL, no),
    ICALL("Create_icall", NULL, no),
    ICALL("InstanceExistsInternal_icall", NULL, no),
    ICALL("GetCategoryNames", NULL, no_names),
    ICALL("GetCounterNames_icall", NULL, no_names),
    ICALL("GetInstanceNames_icall", NULL, no_names),
    ICALLS_END,
};
