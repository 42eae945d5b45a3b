/* culture.c - System.Globalization: what managed code asks of cultures and regions.
 * Unknown names are refused, which it reports as CultureNotFoundException; the
 * invariant culture needs nothing from here. */
#include "loader/library/mono/services/culture.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "loader/library/mono/reflection/reflection.h"
#include "loader/library/mono/table.h"

/* -- objects ----------------------------------------------------------------- */

static void set_text(Object *object, const char *field, Words text)
{
    FIELD(object, field_of(object_type(object), field), String *) =
        string_from_utf8n(text.text, text.size);
}

static void set_int(Object *object, const char *field, int value)
{
    FIELD(object, field_of(object_type(object), field), int32_t) = value;
}

static void set_bool(Object *object, const char *field)
{
    FIELD(object, field_of(object_type(object), field), uint8_t) = 1;
}

static void set_list(Object *object, const char *field, Words list)
{
    uint32_t n = 1;
    for (size_t i = 0; i < list.size; i++)
        n += list.text[i] == '|';
    Array *array = array_new_of(vm.world->known.string, n);
    for (uint32_t i = 0; array && i < n; i++) {
        Words item = words_split(&list);
        ARRAY_AT(array, String *, i) = string_from_utf8n(item.text, item.size);
    }
    FIELD(object, field_of(object_type(object), field), Array *) = array;
}

/* Which field of an object takes which value of a culture. */
typedef struct FieldRow {
    char field[28]; /* no pointer: no relocation */
    CultureKey key;
    enum { TEXT, LIST, INT } kind;
} FieldRow;

static void set_fields(Object *object, const Culture *culture, const FieldRow *rows,
                       size_t n)
{
    for (const FieldRow *row = rows; row < rows + n; row++)
        if (row->kind == INT)
            set_int(object, row->field, culture_int(culture, row->key));
        else if (row->kind == LIST)
            set_list(object, row->field, culture->values[row->key]);
        else
            set_text(object, row->field, culture->values[row->key]);
}

#define SET_FIELDS(object, culture, rows)                                              \
    set_fields(object, culture, rows, sizeof(rows) / sizeof *(rows))

static const FieldRow info_fields[] = {
    {"cultureID", CULTURE_LCID, INT},
    {"parent_lcid", CULTURE_PARENT, INT},
    {"default_calendar_type", CULTURE_CALENDAR_TYPE, INT},
    {"englishname", CULTURE_ENGLISH, TEXT},
    {"nativename", CULTURE_NATIVE, TEXT},
    {"iso3lang", CULTURE_ISO3, TEXT},
    {"iso2lang", CULTURE_ISO2, TEXT},
    {"win3lang", CULTURE_WIN3, TEXT},
    {"native_calendar_names", CULTURE_CALENDARS, LIST},
};

static int32_t culture_fill(Object *info, const Culture *culture)
{
    if (!culture)
        return 0;
    SET_FIELDS(info, culture, info_fields);
    set_text(info, "m_name", culture->name);
    if (!culture_is_neutral(culture))
        set_text(info, "territory", culture->values[CULTURE_TERRITORY]);
    set_int(info, "datetime_index", culture->id);
    set_int(info, "number_index", culture->id);
    FIELD(info, field_of(object_type(info), "textinfo_data"), const struct TextData *) =
        &culture->text_data;
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
    static Type *type;
    Type *t = reflection_known(&type, "System.Globalization", "CultureInfo");
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
        set_bool(info, "constructed");
        set_bool(info, "m_useUserOverride");
        ARRAY_AT(array, Object *, k++) = info;
    }
    return array;
}

/* -- formats ----------------------------------------------------------------- */

static const FieldRow time_fields[] = {
    {"sAM1159", CULTURE_AM, TEXT},
    {"sPM2359", CULTURE_PM, TEXT},
    {"sTimeSeparator", CULTURE_TIME_SEPARATOR, TEXT},
    {"saLongTimes", CULTURE_LONG_TIMES, LIST},
    {"saShortTimes", CULTURE_SHORT_TIMES, LIST},
    {"iFirstDayOfWeek", CULTURE_FIRST_DAY, INT},
    {"iFirstWeekOfYear", CULTURE_WEEK_RULE, INT},
};

static void fill_culture(Object *data, int32_t id)
{
    const Culture *culture = culture_of_id(id);
    if (culture)
        SET_FIELDS(data, culture, time_fields);
}

static const FieldRow calendar_fields[] = {
    {"sNativeName", CULTURE_CALENDAR, TEXT},
    {"sMonthDay", CULTURE_MONTH_DAY, TEXT},
    {"saShortDates", CULTURE_SHORT_DATES, LIST},
    {"saLongDates", CULTURE_LONG_DATES, LIST},
    {"saYearMonths", CULTURE_YEAR_MONTHS, LIST},
    {"saDayNames", CULTURE_DAYS, LIST},
    {"saAbbrevDayNames", CULTURE_SHORT_DAYS, LIST},
    {"saSuperShortDayNames", CULTURE_SHORTEST_DAYS, LIST},
    {"saMonthNames", CULTURE_MONTHS, LIST},
    {"saAbbrevMonthNames", CULTURE_SHORT_MONTHS, LIST},
    {"saMonthGenitiveNames", CULTURE_GENITIVE_MONTHS, LIST},
    {"saAbbrevMonthGenitiveNames", CULTURE_SHORT_GENITIVE_MONTHS, LIST},
};

static int32_t fill_calendar(Object *data, String *name, int32_t calendar)
{
    (void)calendar; /* all have the culture's names */
    const Culture *culture = culture_of_string(name);
    if (!culture)
        return 0;
    SET_FIELDS(data, culture, calendar_fields);
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

/* -- regions and comparison -------------------------------------------------- */

static int32_t fill_region(Object *info, String *name)
{
    static const char texts[N_REGION_FIELDS][20] = {
        "iso2Name",
        "",
        "iso3Name",
        "win3Name",
        "englishName",
        "nativeName",
        "currencySymbol",
        "isoCurrencySymbol",
        "currencyEnglishName",
        "currencyNativeName",
    };
    Words fields[N_REGION_FIELDS];
    char *text = string_to_utf8(name);
    bool found = text && region_of_name(text, fields);
    free(text);
    if (!found)
        return 0;
    for (int i = 0; i < N_REGION_FIELDS; i++)
        if (*texts[i])
            set_text(info, texts[i], fields[i]);
        else
            set_int(info, "regionId", words_int(fields[i]));
    return 1;
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

const IcallRow icalls_compare_info[] = {
    ICALL("internal_compare_icall", NULL, compare),
    ICALLS_END,
};
