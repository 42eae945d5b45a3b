/* culture.h - what is known of a culture. Private to loader/icall. */
#ifndef LOADER_ICALL_CULTURE_H
#define LOADER_ICALL_CULTURE_H

#include <stdbool.h>
#include <stdint.h>

typedef struct CultureNumber {
    int digits, negative_pattern, positive_pattern;
    const char *symbol, *decimal_separator, *group_separator;
    int group_sizes[2]; /* -1: none */
} CultureNumber;

typedef struct CultureRegion {
    int id;
    const char *iso2, *iso3, *win3, *english, *native;
    const char *currency_symbol, *iso_currency, *currency_english, *currency_native;
} CultureRegion;

/* Texts are UTF-8; lists are separated by '|'. */
typedef struct Culture {
    const char *name, *english, *native, *iso2, *iso3, *win3;
    int lcid, parent_lcid, calendar_type;
    const char *territory;
    char list_separator;
    int code_pages[4]; /* ANSI, EBCDIC, Mac, OEM */
    bool right_to_left;
    const char *am, *pm, *time_separator;
    int first_day, week_rule;
    const char *long_times, *short_times;
    const char *calendar, *month_day, *short_dates, *long_dates, *year_months;
    const char *days, *short_days, *shortest_days;
    const char *months, *short_months, *genitive_months, *short_genitive_months;
    CultureNumber currency, number, percent;
    const char *per_mille, *nan, *plus_infinity, *minus_infinity, *plus, *minus;
    CultureRegion region;
} Culture;

#endif
