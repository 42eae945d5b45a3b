/* culture_info.c - System.Globalization: what managed code asks of cultures and
 * regions. Unknown names are refused, which it reports as CultureNotFoundException; the
 * invariant culture needs nothing from here. */
#include "loader/library/mono/services/culture.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "loader/library/mono/reflection/objects.h"
#include "loader/library/mono/members.h"
#include "loader/library/mono/table.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/member.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"
#include "loader/vm/vm.h"

/* -- objects ----------------------------------------------------------------- */

static String *text_of(Words text)
{
    return string_from_utf8n(text.text, text.size);
}

static Array *list_of(Words list)
{
    uint32_t n = 1;
    for (size_t i = 0; i < list.size; i++)
        n += list.text[i] == '|';
    Array *array = array_new_of(vm.world->known.string, n);
    for (uint32_t i = 0; array && i < n; i++) {
        Words item = words_split(&list);
        array_set(array, i, text_of(item));
    }
    return array;
}

/* Which field of an object takes which value of a culture. */
typedef struct CultureRow {
    uint16_t member; /* MEMBER_ */
    uint8_t key;     /* CultureKey */
    uint8_t shape;   /* FieldShape: STRING, ARRAY or INT */
} CultureRow;

static void culture_put(Object *object, const Culture *culture, const CultureRow *rows,
                        size_t n)
{
    for (const CultureRow *row = rows; row < rows + n; row++) {
        void *field = member_at(object, row->member, (FieldShape)row->shape);
        if (row->shape == SHAPE_INT)
            *(int32_t *)field = culture_int(culture, (CultureKey)row->key);
        else if (row->shape == SHAPE_ARRAY)
            gc_store(field, list_of(culture->values[row->key]));
        else
            gc_store(field, text_of(culture->values[row->key]));
    }
}

#define CULTURE_PUT(object, culture, rows)                                             \
    culture_put(object, culture, rows, sizeof(rows) / sizeof *(rows))

#define ROW(member, key, shape)                                                        \
    {                                                                                  \
        MEMBER_##member, CULTURE_##key, SHAPE_##shape                                  \
    }

static const CultureRow info_fields[] = {
    ROW(culture_info_lcid, LCID, INT),
    ROW(culture_info_parent, PARENT, INT),
    ROW(culture_info_calendar_type, CALENDAR_TYPE, INT),
    ROW(culture_info_english, ENGLISH, STRING),
    ROW(culture_info_native, NATIVE, STRING),
    ROW(culture_info_iso3, ISO3, STRING),
    ROW(culture_info_iso2, ISO2, STRING),
    ROW(culture_info_win3, WIN3, STRING),
    ROW(culture_info_calendars, CALENDARS, ARRAY),
};

static int32_t culture_fill(Object *info, const Culture *culture)
{
    if (!culture)
        return 0;
    CULTURE_PUT(info, culture, info_fields);
    field_culture_info_name_set(info, text_of(culture->name));
    if (!culture_is_neutral(culture))
        field_culture_info_territory_set(info,
                                         text_of(culture->values[CULTURE_TERRITORY]));
    *field_culture_info_datetime(info) = culture->id;
    *field_culture_info_number(info) = culture->id;
    *field_culture_info_text_data(info) = &culture->text_data;
    return 1;
}

static int32_t from_lcid(Object *info, int32_t lcid)
{
    return culture_fill(info, culture_of_lcid(lcid));
}

static const Culture *culture_of_string(const String *name)
{
    char *text = string_to_utf8(name);
    const Culture *culture = text ? culture_of_name(text) : NULL;
    free(text);
    return culture;
}

static int32_t from_name(Object *info, String *name)
{
    return culture_fill(info, culture_of_string(name));
}

/* "en_US.UTF-8" is en-us; managed code looks for what is like a name that is unknown,
 * and takes the invariant culture at last. */
static String *current_locale(void)
{
    const char *locale = secure_getenv("LC_ALL");
    if (!locale)
        locale = secure_getenv("LANG");
    if (!locale)
        return NULL;
    char *name = mem_strndup(locale, strcspn(locale, ".@"));
    if (!name)
        return NULL;
    for (char *c = name; *c; c++)
        if (*c >= 'A' && *c <= 'Z')
            *c += 'a' - 'A';
    char *underscore = strchr(name, '_');
    if (underscore)
        *underscore = '-';
    /* Known not to be there: nothing need be thrown. */
    bool none = !strcmp(name, "c") || !strcmp(name, "posix");
    String *string = none ? NULL : string_from_utf8(name);
    free(name);
    return string;
}

/* The invariant culture, the first neutral one, is left for managed code to put in. */
static Array *all_cultures(int32_t neutral, int32_t specific, int32_t installed)
{
    Type *t = known_culture_info();
    (void)installed;
    uint32_t n = neutral ? 1 : 0, k = n;
    const char *at = NULL;
    for (const Culture *c; (c = culture_next(&at));)
        n += culture_is_neutral(c) ? neutral != 0 : specific != 0;
    Array *array = array_new_of(t, n);
    at = NULL;
    for (const Culture *c; array && (c = culture_next(&at));) {
        if (!(culture_is_neutral(c) ? neutral : specific))
            continue;
        Object *info = object_new(t);
        if (!info)
            return NULL;
        culture_fill(info, c);
        *field_culture_info_constructed(info) = 1;
        *field_culture_info_overridden(info) = 1;
        array_set(array, k++, info);
    }
    return array;
}

/* -- formats ----------------------------------------------------------------- */

static const CultureRow time_fields[] = {
    ROW(culture_data_am, AM, STRING),
    ROW(culture_data_pm, PM, STRING),
    ROW(culture_data_time_separator, TIME_SEPARATOR, STRING),
    ROW(culture_data_long_times, LONG_TIMES, ARRAY),
    ROW(culture_data_short_times, SHORT_TIMES, ARRAY),
    ROW(culture_data_first_day, FIRST_DAY, INT),
    ROW(culture_data_week_rule, WEEK_RULE, INT),
};

static void fill_culture(Object *data, int32_t id)
{
    const Culture *culture = culture_of_id(id);
    if (culture)
        CULTURE_PUT(data, culture, time_fields);
}

static const CultureRow calendar_fields[] = {
    ROW(calendar_data_name, CALENDAR, STRING),
    ROW(calendar_data_month_day, MONTH_DAY, STRING),
    ROW(calendar_data_short_dates, SHORT_DATES, ARRAY),
    ROW(calendar_data_long_dates, LONG_DATES, ARRAY),
    ROW(calendar_data_year_months, YEAR_MONTHS, ARRAY),
    ROW(calendar_data_days, DAYS, ARRAY),
    ROW(calendar_data_short_days, SHORT_DAYS, ARRAY),
    ROW(calendar_data_shortest_days, SHORTEST_DAYS, ARRAY),
    ROW(calendar_data_months, MONTHS, ARRAY),
    ROW(calendar_data_short_months, SHORT_MONTHS, ARRAY),
    ROW(calendar_data_genitive_months, GENITIVE_MONTHS, ARRAY),
    ROW(calendar_data_short_genitive_months, SHORT_GENITIVE_MONTHS, ARRAY),
};

#undef ROW

static int32_t fill_calendar(Object *data, String *name, int32_t calendar)
{
    (void)calendar; /* all have the culture's names */
    const Culture *culture = culture_of_string(name);
    if (!culture)
        return 0;
    CULTURE_PUT(data, culture, calendar_fields);
    return 1;
}

/* Texts are offsets from the address that the call returns. */
typedef struct NumberEntry { /* CultureData.NumberFormatEntryManaged */
    int32_t currency_digits, currency_decimal, currency_group, currency_sizes[2];
    int32_t currency_negative, currency_positive, currency_symbol;
    int32_t nan, minus_infinity, minus;
    int32_t number_digits, number_decimal, number_group, number_sizes[2];
    int32_t number_negative, per_mille, percent_negative, percent_positive;
    int32_t percent, plus_infinity, plus;
} NumberEntry;

typedef struct NumberRow {
    size_t offset; /* in NumberEntry */
    CultureKey key;
    enum { NUMBER_TEXT, NUMBER_INT, NUMBER_SIZES } kind;
} NumberRow;

static const NumberRow number_rows[] = {
#define ROW(field, key, kind)                                                          \
    {                                                                                  \
        offsetof(NumberEntry, field), CULTURE_##key, NUMBER_##kind                     \
    }
    ROW(currency_digits, CURRENCY_DIGITS, INT),
    ROW(currency_decimal, CURRENCY_DECIMAL, TEXT),
    ROW(currency_group, CURRENCY_GROUP, TEXT),
    ROW(currency_sizes, CURRENCY_SIZES, SIZES),
    ROW(currency_negative, CURRENCY_NEGATIVE, INT),
    ROW(currency_positive, CURRENCY_POSITIVE, INT),
    ROW(currency_symbol, CURRENCY_SYMBOL, TEXT),
    ROW(nan, NAN, TEXT),
    ROW(minus_infinity, MINUS_INFINITY, TEXT),
    ROW(minus, MINUS, TEXT),
    ROW(number_digits, NUMBER_DIGITS, INT),
    ROW(number_decimal, NUMBER_DECIMAL, TEXT),
    ROW(number_group, NUMBER_GROUP, TEXT),
    ROW(number_sizes, NUMBER_SIZES, SIZES),
    ROW(number_negative, NUMBER_NEGATIVE, INT),
    ROW(per_mille, PER_MILLE, TEXT),
    ROW(percent_negative, PERCENT_NEGATIVE, INT),
    ROW(percent_positive, PERCENT_POSITIVE, INT),
    ROW(percent, PERCENT, TEXT),
    ROW(plus_infinity, PLUS_INFINITY, TEXT),
    ROW(plus, PLUS, TEXT),
#undef ROW
};

static const char *fill_number(int32_t id, NumberEntry *out)
{
    Culture *culture = culture_of_id(id);
    size_t at = 0;
    *out = (NumberEntry){0};
    if (!culture)
        return "";
    for (size_t i = 0; i < sizeof number_rows / sizeof *number_rows; i++) {
        const NumberRow *row = &number_rows[i];
        int32_t *place = (int32_t *)((char *)out + row->offset);
        Words value = culture->values[row->key];
        if (row->kind == NUMBER_SIZES) {
            culture_ints(culture, row->key, place, 2);
        } else if (row->kind == NUMBER_INT) {
            *place = culture_int(culture, row->key);
        } else {
            assert(at + value.size < sizeof culture->numbers);
            memcpy(culture->numbers + at, value.text, value.size); /* ends are zero */
            *place = (int32_t)at;
            at += value.size + 1;
        }
    }
    return culture->numbers;
}

/* -- regions ------------------------------------------------------------------ */

static int32_t fill_region(Object *info, String *name)
{
    static const uint16_t texts[N_REGION_FIELDS] = {
        /* MEMBER_; 0: the number */
        MEMBER_region_info_iso2,
        0,
        MEMBER_region_info_iso3,
        MEMBER_region_info_win3,
        MEMBER_region_info_english,
        MEMBER_region_info_native,
        MEMBER_region_info_symbol,
        MEMBER_region_info_iso_symbol,
        MEMBER_region_info_english_currency,
        MEMBER_region_info_native_currency,
    };
    Words fields[N_REGION_FIELDS];
    char *text = string_to_utf8(name);
    bool found = text && region_of_name(text, fields);
    free(text);
    if (!found)
        return 0;
    for (int i = 0; i < N_REGION_FIELDS; i++)
        if (texts[i])
            gc_store(member_at(info, texts[i], SHAPE_STRING), text_of(fields[i]));
        else
            *field_region_info_id(info) = words_int(fields[i]);
    return 1;
}

const IcallRow icalls_culture_info[] = {
    ICALL("construct_internal_locale_from_lcid", NULL, from_lcid),
    ICALL("construct_internal_locale_from_name", NULL, from_name),
    ICALL("get_current_locale_name", NULL, current_locale),
    ICALL("internal_get_cultures", NULL, all_cultures),
    ICALLS_END,
};

const IcallRow icalls_region_info[] = {
    ICALL("construct_internal_region_from_name", NULL, fill_region),
    ICALLS_END,
};

const IcallRow icalls_calendar_data[] = {
    ICALL("fill_calendar_data", NULL, fill_calendar),
    ICALLS_END,
};

const IcallRow icalls_culture_data[] = {
    ICALL("fill_culture_data", NULL, fill_culture),
    ICALL("fill_number_data", NULL, fill_number),
    ICALLS_END,
};
