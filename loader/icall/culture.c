/* culture.c - System.Globalization: the invariant culture is what this runtime knows;
 * the class library then works without culture tables. Other names are refused, which
 * managed code reports as CultureNotFoundException. */
#include "loader/icall/table.h"
#include "loader/vm/vm.h"

static int32_t refuse(void)
{
    return 0;
}

static String *no_locale(void)
{
    return NULL; /* the invariant culture */
}

static Array *cultures(int32_t neutral, int32_t specific, int32_t installed)
{
    (void)neutral, (void)specific, (void)installed;
    return array_new_of(
        method_find("System.Globalization.CultureInfo", ".ctor", -1)->type, 0);
}

/* Ordinal order: what LC_ALL=C's collation is. Used only when managed collation is off.
 */
static int32_t compare(const uint16_t *a, int32_t a_length, const uint16_t *b,
                       int32_t b_length, int32_t options)
{
    (void)options;
    for (int32_t i = 0; i < a_length && i < b_length; i++)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return a_length < b_length ? -1 : a_length > b_length;
}

const IcallRow icalls_culture_info[] = {
    ICALL("construct_internal_locale_from_lcid", NULL, refuse),
    ICALL("construct_internal_locale_from_name", NULL, refuse),
    ICALL("get_current_locale_name", NULL, no_locale),
    ICALL("internal_get_cultures", NULL, cultures),
    ICALLS_END,
};

const IcallRow icalls_region_info[] = {
    ICALL("construct_internal_region_from_name", NULL, refuse),
    ICALLS_END,
};

const IcallRow icalls_calendar_data[] = {
    ICALL("fill_calendar_data", NULL, refuse),
    ICALLS_END,
};

const IcallRow icalls_culture_data[] = {
    ICALLS_END,
};

const IcallRow icalls_compare_info[] = {
    ICALL("internal_compare_icall", NULL, compare),
    ICALLS_END,
};
