/* compare_info.c - System.Globalization.CompareInfo. */
#include <stddef.h>
#include <stdint.h>

#include "loader/library/mono/table.h"

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

const IcallRow icalls_compare_info[] = {
    ICALL("internal_compare_icall", NULL, compare),
    ICALLS_END,
};
