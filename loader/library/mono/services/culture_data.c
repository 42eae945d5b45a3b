/* culture_data.c - reads the texts of cultures and regions. They are part of the
 * program and trusted; tests/unit/test_culture.c reads all of them. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/mem.h"
#include "loader/library/mono/services/culture.h"

static const char block_head[] = "culture: ", base_head[] = "like: ";

/* -- words ------------------------------------------------------------------- */

Words words_split(Words *list)
{
    const char *bar = memchr(list->text, '|', list->size);
    Words first = {list->text, bar ? (size_t)(bar - list->text) : list->size};
    size_t used = first.size + (bar ? 1 : 0);
    *list = (Words){list->text + used, list->size - used};
    return first;
}

int32_t words_int(Words words)
{
    assert(words.text);
    return (int32_t)strtol(words.text, NULL, 10); /* a blank or a line's end follows */
}

void culture_ints(const Culture *culture, CultureKey key, int32_t *numbers, int n)
{
    Words value = culture->values[key];
    const char *at = value.text, *end = value.text + value.size;
    for (int i = 0; i < n; i++) {
        char *rest = NULL;
        bool more = at && at < end;
        numbers[i] = more ? (int32_t)strtol(at, &rest, 10) : -1;
        at = more ? rest : end;
    }
}

int32_t culture_int(const Culture *culture, CultureKey key)
{
    return words_int(culture->values[key]);
}

bool culture_is_neutral(const Culture *culture)
{
    return culture->values[CULTURE_TERRITORY].size == 0;
}

/* -- the text of cultures: comment, blank line, index, blank line, blocks ---- */

static const char *line_end(const char *at)
{
    return rawmemchr(at, '\n'); /* both texts end with one */
}

/* Behind the next blank line, or the end of the text. */
static const char *part_after(const char *at)
{
    while (at < cultures_text_end && *at != '\n')
        at = line_end(at) + 1;
    return at < cultures_text_end ? at + 1 : at;
}

static const char *index_start(void)
{
    static const char *start;
    const char *known = __atomic_load_n(&start, __ATOMIC_RELAXED);
    if (!known) {
        known = part_after(cultures_text);
        __atomic_store_n(&start, known, __ATOMIC_RELAXED);
    }
    return known;
}

static const char *blocks_start(void)
{
    static const char *start;
    const char *known = __atomic_load_n(&start, __ATOMIC_RELAXED);
    if (!known) {
        known = part_after(index_start());
        __atomic_store_n(&start, known, __ATOMIC_RELAXED);
    }
    return known;
}

static Words block_name(const char *block)
{
    const char *name = block + sizeof block_head - 1;
    return (Words){name, (size_t)(line_end(name) - name)};
}

/* As strcasecmp orders them. */
static int compare_names(Words a, Words b)
{
    int order = strncasecmp(a.text, b.text, a.size < b.size ? a.size : b.size);
    if (order)
        return order;
    return a.size < b.size ? -1 : a.size > b.size;
}

/* The start of the block that `at` is in, the first possible one being at low. */
static const char *block_around(const char *low, const char *at)
{
    while (at > low && !(at[-1] == '\n' && at[-2] == '\n')) {
        const char *end = memrchr(low, '\n', (size_t)(at - low) - 1);
        at = end ? end + 1 : low;
    }
    return at;
}

static const char *find_block(Words name)
{
    const char *low = blocks_start(), *high = cultures_text_end;
    while (low < high) {
        const char *middle = block_around(low, low + (high - low) / 2);
        int order = compare_names(name, block_name(middle));
        if (!order)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = part_after(middle);
    }
    return NULL;
}

/* -- parsing ----------------------------------------------------------------- */

/* Blocks have their keys in the order of the table: it is searched from the last one.
 */
static CultureKey find_key(Words name, CultureKey from)
{
    static const char keys[][24] = {
    /* no pointers: no relocations */
#define KEY(tag, key) key,
#include "loader/library/mono/services/culture_keys.def"
#undef KEY
    };
    while (from < N_CULTURE_KEYS &&
           (strncmp(keys[from], name.text, name.size) || keys[from][name.size]))
        from++;
    return from;
}

/* Sets what isn't set yet; returns the block of the culture that this one is like. */
static const char *parse_block(Culture *culture, const char *block)
{
    const char *base = NULL;
    CultureKey key = 0;
    for (const char *at = line_end(block) + 1; at < cultures_text_end && *at != '\n';) {
        const char *stop = line_end(at), *colon = memchr(at, ':', (size_t)(stop - at));
        const char *text = colon + (colon[1] == ' ' ? 2 : 1);
        Words value = {text, (size_t)(stop - text)};
        if (!strncmp(at, base_head, sizeof base_head - 1)) {
            base = find_block(value);
        } else {
            key = find_key((Words){at, (size_t)(colon - at)}, key);
            assert(key < N_CULTURE_KEYS);
            if (!culture->values[key].text)
                culture->values[key] = value;
        }
        at = stop + 1;
    }
    return base;
}

static void copy_same(Culture *culture, CultureKey key, CultureKey other)
{
    Words value = culture->values[key];
    if (value.size == 1 && *value.text == '=')
        culture->values[key] = culture->values[other];
}

static Culture *parse(const char *block)
{
    Culture *culture = mem_alloc(sizeof *culture);
    if (!culture)
        return NULL;
    culture->id = (int32_t)(block - cultures_text);
    culture->name = block_name(block);
    while (block)
        block = parse_block(culture, block);
    copy_same(culture, CULTURE_CALENDAR, CULTURE_NATIVE);
    copy_same(culture, CULTURE_GENITIVE_MONTHS, CULTURE_MONTHS);
    copy_same(culture, CULTURE_SHORT_GENITIVE_MONTHS, CULTURE_SHORT_MONTHS);
    int32_t pages[4];
    culture_ints(culture, CULTURE_CODE_PAGES, pages, 4);
    culture->text_data = (struct TextData){
        .ansi = pages[0],
        .ebcdic = pages[1],
        .mac = pages[2],
        .oem = pages[3],
        .right_to_left = (uint8_t)culture_int(culture, CULTURE_RIGHT_TO_LEFT),
        .list_separator = (uint8_t)*culture->values[CULTURE_LIST_SEPARATOR].text,
    };
    return culture;
}

/* -- finding ----------------------------------------------------------------- */

Culture *culture_of_id(int32_t id)
{
    static Culture *all; /* two threads may add the same one: no harm */
    Culture *first = __atomic_load_n(&all, __ATOMIC_ACQUIRE);
    for (Culture *c = first; c; c = c->next)
        if (c->id == id)
            return c;
    Culture *culture = parse(cultures_text + id);
    if (!culture)
        return NULL;
    culture->next = first;
    while (!__atomic_compare_exchange_n(&all, &culture->next, culture, false,
                                        __ATOMIC_RELEASE, __ATOMIC_RELAXED))
        ;
    return culture;
}

static Culture *culture_of_words(Words name)
{
    const char *block = find_block(name);
    return block ? culture_of_id((int32_t)(block - cultures_text)) : NULL;
}

Culture *culture_of_name(const char *name)
{
    return culture_of_words((Words){name, strlen(name)});
}

/* The name in a line of the index. */
static Culture *culture_of_line(const char *line)
{
    const char *name = strchr(line, ' ') + 1;
    return culture_of_words((Words){name, (size_t)(line_end(name) - name)});
}

Culture *culture_of_lcid(int32_t lcid)
{
    char start[16];
    int size = snprintf(start, sizeof start, "%d ", lcid);
    for (const char *at = index_start(); *at != '\n'; at = line_end(at) + 1)
        if (!strncmp(at, start, (size_t)size))
            return culture_of_line(at);
    return NULL;
}

Culture *culture_next(const char **at)
{
    *at = *at ? line_end(*at) + 1 : index_start();
    return **at == '\n' ? NULL : culture_of_line(*at);
}

/* The line of a region, among those from `at` on. */
static const char *find_region(const char *at, const char *name)
{
    for (; at < regions_text_end; at = line_end(at) + 1)
        if (!strncmp(at, name, 2) && at[2] == '|')
            return at;
    return NULL;
}

bool region_of_name(const char *name, Words fields[N_REGION_FIELDS])
{
    const char *line = strlen(name) == 2 ? find_region(regions_text, name) : NULL;
    if (!line)
        return false;
    Words rest = {line, (size_t)(line_end(line) - line)};
    for (int i = 0; i < N_REGION_FIELDS; i++)
        fields[i] = words_split(&rest);
    return true;
}
