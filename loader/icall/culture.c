/* culture.c - System.Globalization: cultures from cultures.def. Other names are
 * refused, which managed code reports as CultureNotFoundException; the invariant
 * culture needs nothing from here. */
#include "loader/icall/culture.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "loader/icall/reflection.h"
#include "loader/icall/table.h"

static const Culture cultures[] = {
#define CULTURE(...) {__VA_ARGS__},
#define NEUTRAL(name, english, native, lcid, parent, specific)
#include "loader/icall/cultures.def"
#undef CULTURE
#undef NEUTRAL
};

typedef struct Neutral {
    const char *name, *english, *native;
    int lcid, parent_lcid;
    const char *specific;
} Neutral;

static const Neutral neutrals[] = {
#define CULTURE(...)
#define NEUTRAL(name, english, native, lcid, parent, specific)                         \
    {name, english, native, lcid, parent, specific},
#include "loader/icall/cultures.def"
#undef CULTURE
#undef NEUTRAL
};

enum {
    N_CULTURES = sizeof cultures / sizeof *cultures,
    N_NEUTRALS = sizeof neutrals / sizeof *neutrals,
};

static int specific_index(const char *name)
{
    for (int i = 0; i < N_CULTURES; i++)
        if (!strcasecmp(cultures[i].name, name))
            return i;
    return -1;
}

/* A number for specific cultures, then neutral ones; -1: unknown. */
static int culture_index(const char *name)
{
    for (int i = 0; i < N_NEUTRALS; i++)
        if (!strcasecmp(neutrals[i].name, name))
            return N_CULTURES + i;
    return specific_index(name);
}

static int culture_of_lcid(int lcid)
{
    for (int i = 0; i < N_CULTURES; i++)
        if (cultures[i].lcid == lcid)
            return i;
    for (int i = 0; i < N_NEUTRALS; i++)
        if (neutrals[i].lcid == lcid)
            return N_CULTURES + i;
    return -1;
}

/* Where the formats are. */
static int data_index(int index)
{
    return index < N_CULTURES ? index
                              : specific_index(neutrals[index - N_CULTURES].specific);
}

/* -- objects ------------------------------------------------------------------- */

static void set_text(Object *object, const char *field, const char *text)
{
    FIELD(object, field_of(object_type(object), field), String *) =
        text ? string_from_utf8(text) : NULL;
}

static void set_int(Object *object, const char *field, int value)
{
    FIELD(object, field_of(object_type(object), field), int32_t) = value;
}

static void set_list(Object *object, const char *field, const char *list)
{
    uint32_t n = 1;
    for (const char *c = list; *c; c++)
        n += *c == '|';
    Array *array = array_new_of(vm.world->known.string, n);
    for (uint32_t i = 0; array && i < n; i++) {
        size_t size = strcspn(list, "|");
        ARRAY_AT(array, String *, i) = string_from_utf8n(list, size);
        list += size + 1;
    }
    FIELD(object, field_of(object_type(object), field), Array *) = array;
}

typedef struct TextData { /* System.Globalization.CultureInfo.Data */
    int32_t ansi, ebcdic, mac, oem;
    uint8_t right_to_left, list_separator;
} TextData;

static const TextData *text_data(int index)
{
    static TextData all[N_CULTURES];
    const Culture *c = &cultures[index];
    all[index] =
        (TextData){c->code_pages[0], c->code_pages[1], c->code_pages[2],
                   c->code_pages[3], c->right_to_left, (uint8_t)c->list_separator};
    return &all[index];
}

static int32_t culture_fill(Object *info, int index)
{
    if (index < 0)
        return 0;
    int data = data_index(index);
    const Culture *c = &cultures[data];
    const Neutral *n = index < N_CULTURES ? NULL : &neutrals[index - N_CULTURES];
    set_int(info, "cultureID", n ? n->lcid : c->lcid);
    set_int(info, "parent_lcid", n ? n->parent_lcid : c->parent_lcid);
    set_int(info, "datetime_index", data);
    set_int(info, "number_index", data);
    set_int(info, "default_calendar_type", c->calendar_type);
    set_text(info, "m_name", n ? n->name : c->name);
    set_text(info, "englishname", n ? n->english : c->english);
    set_text(info, "nativename", n ? n->native : c->native);
    set_text(info, "iso3lang", c->iso3);
    set_text(info, "iso2lang", c->iso2);
    set_text(info, "win3lang", c->win3);
    set_text(info, "territory", n ? NULL : c->territory);
    set_list(info, "native_calendar_names", n ? n->native : c->calendar);
    FIELD(info, field_of(object_type(info), "textinfo_data"), const TextData *) =
        text_data(data);
    return 1;
}

static int32_t from_lcid(Object *info, int32_t lcid)
{
    return culture_fill(info, culture_of_lcid(lcid));
}

static int32_t from_name(Object *info, String *name)
{
    char *text = string_to_utf8(name);
    int index = culture_index(text);
    free(text);
    return culture_fill(info, index);
}

/* "en_US.UTF-8" is en-US; "C", "POSIX" and unknown ones are the invariant culture. */
static String *current_locale(void)
{
    const char *locale = getenv("LC_ALL");
    char name[32];
    if (!locale || !*locale)
        locale = getenv("LANG");
    if (!locale || strlen(locale) >= sizeof name)
        return NULL;
    strcpy(name, locale);
    name[strcspn(name, ".@")] = 0;
    char *underscore = strchr(name, '_');
    if (underscore)
        *underscore = '-';
    return culture_index(name) < 0 ? NULL : string_from_utf8(name);
}

/* The invariant culture, the first neutral one, is left for managed code to put in. */
static Array *all_cultures(int32_t neutral, int32_t specific, int32_t installed)
{
    static Type *type;
    Type *t = reflection_known(&type, "System.Globalization", "CultureInfo");
    (void)installed;
    uint32_t n = (neutral ? 1 + N_NEUTRALS : 0) + (specific ? N_CULTURES : 0), k = 0;
    Array *array = array_new_of(t, n);
    if (neutral)
        k++;
    for (int i = 0; array && i < N_CULTURES + N_NEUTRALS; i++) {
        if (i < N_CULTURES ? !specific : !neutral)
            continue;
        Object *info = object_new(t);
        if (!info)
            return NULL;
        culture_fill(info, i);
        ARRAY_AT(array, Object *, k++) = info;
    }
    return array;
}

/* -- formats ------------------------------------------------------------------- */

static void fill_culture(Object *data, int32_t index)
{
    const Culture *c = &cultures[index];
    set_text(data, "sAM1159", c->am);
    set_text(data, "sPM2359", c->pm);
    set_text(data, "sTimeSeparator", c->time_separator);
    set_list(data, "saLongTimes", c->long_times);
    set_list(data, "saShortTimes", c->short_times);
    set_int(data, "iFirstDayOfWeek", c->first_day);
    set_int(data, "iFirstWeekOfYear", c->week_rule);
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

typedef struct TextBlock {
    char bytes[256];
    size_t size;
} TextBlock;

static int32_t block_put(TextBlock *block, const char *text)
{
    size_t at = block->size, n = strlen(text) + 1;
    if (at + n > sizeof block->bytes)
        return 0; /* the empty text in front */
    memcpy(block->bytes + at, text, n);
    block->size += n;
    return (int32_t)at;
}

static const char *fill_number(int32_t index, NumberEntry *out)
{
    static TextBlock blocks[N_CULTURES]; /* the same bytes whoever fills them */
    const Culture *c = &cultures[index];
    TextBlock block = {.bytes = "", .size = 1};
    const CultureNumber *m = &c->currency, *n = &c->number;
    *out = (NumberEntry){
        .currency_digits = m->digits,
        .currency_decimal = block_put(&block, m->decimal_separator),
        .currency_group = block_put(&block, m->group_separator),
        .currency_sizes = {m->group_sizes[0], m->group_sizes[1]},
        .currency_negative = m->negative_pattern,
        .currency_positive = m->positive_pattern,
        .currency_symbol = block_put(&block, m->symbol),
        .nan = block_put(&block, c->nan),
        .minus_infinity = block_put(&block, c->minus_infinity),
        .minus = block_put(&block, c->minus),
        .number_digits = n->digits,
        .number_decimal = block_put(&block, n->decimal_separator),
        .number_group = block_put(&block, n->group_separator),
        .number_sizes = {n->group_sizes[0], n->group_sizes[1]},
        .number_negative = n->negative_pattern,
        .per_mille = block_put(&block, c->per_mille),
        .percent_negative = c->percent.negative_pattern,
        .percent_positive = c->percent.positive_pattern,
        .percent = block_put(&block, c->percent.symbol),
        .plus_infinity = block_put(&block, c->plus_infinity),
        .plus = block_put(&block, c->plus),
    };
    memcpy(blocks[index].bytes, block.bytes, sizeof block.bytes);
    return blocks[index].bytes;
}

static int32_t fill_calendar(Object *data, String *name, int32_t calendar)
{
    (void)calendar;
    char *text = string_to_utf8(name);
    int index = culture_index(text);
    free(text);
    if (index < 0)
        return 0;
    const Culture *c = &cultures[data_index(index)];
    set_text(data, "sNativeName", c->calendar);
    set_text(data, "sMonthDay", c->month_day);
    set_list(data, "saShortDates", c->short_dates);
    set_list(data, "saLongDates", c->long_dates);
    set_list(data, "saYearMonths", c->year_months);
    set_list(data, "saDayNames", c->days);
    set_list(data, "saAbbrevDayNames", c->short_days);
    set_list(data, "saSuperShortDayNames", c->shortest_days);
    set_list(data, "saMonthNames", c->months);
    set_list(data, "saAbbrevMonthNames", c->short_months);
    set_list(data, "saMonthGenitiveNames", c->genitive_months);
    set_list(data, "saAbbrevMonthGenitiveNames", c->short_genitive_months);
    return 1;
}

/* -- regions and comparison ---------------------------------------------------- */

static int32_t fill_region(Object *info, String *name)
{
    char *text = string_to_utf8(name);
    const CultureRegion *r = NULL;
    for (int i = 0; i < N_CULTURES && !r; i++)
        if (!strcasecmp(cultures[i].name, text) ||
            !strcasecmp(cultures[i].region.iso2, text))
            r = &cultures[i].region;
    free(text);
    if (!r)
        return 0;
    set_int(info, "regionId", r->id);
    set_text(info, "iso2Name", r->iso2);
    set_text(info, "iso3Name", r->iso3);
    set_text(info, "win3Name", r->win3);
    set_text(info, "englishName", r->english);
    set_text(info, "nativeName", r->native);
    set_text(info, "currencySymbol", r->currency_symbol);
    set_text(info, "isoCurrencySymbol", r->iso_currency);
    set_text(info, "currencyEnglishName", r->currency_english);
    set_text(info, "currencyNativeName", r->currency_native);
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
