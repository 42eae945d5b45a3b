/* culture.h - what is known of cultures and regions: two texts that are linked in
 * (cultures.txt and regions.txt, whose heads say how they are read). A culture is
 * parsed when it is first asked for. */
#ifndef LOADER_LIBRARY_MONO_SERVICES_CULTURE_H
#define LOADER_LIBRARY_MONO_SERVICES_CULTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The texts, cultures.S. */
extern const char cultures_text[], cultures_text_end[];
extern const char regions_text[], regions_text_end[];

typedef enum CultureKey {
#define KEY(tag, key) CULTURE_##tag,
#include "loader/library/mono/services/culture_keys.def"
#undef KEY
    N_CULTURE_KEYS
} CultureKey;

typedef struct Words { /* UTF-8, not terminated */
    const char *text;
    size_t size;
} Words;

typedef struct Culture {
    struct Culture *next;
    int32_t id; /* what managed code keeps of it */
    Words name, values[N_CULTURE_KEYS];
    struct TextData { /* System.Globalization.CultureInfo.Data */
        int32_t ansi, ebcdic, mac, oem;
        uint8_t right_to_left, list_separator;
    } text_data;
    char numbers[256]; /* the texts of number formats, terminated */
} Culture;

enum {
    N_REGION_FIELDS = 10, /* of a line of regions.txt */
};

/* Cultures live forever. NULL: unknown. Names are compared without case. */
Culture *culture_of_name(const char *name);
Culture *culture_of_lcid(int32_t lcid);
Culture *culture_of_id(int32_t id);
/* By LCID, the next after *at, which is NULL at first. */
Culture *culture_next(const char **at);

/* Up to n numbers of a value; the others become -1. */
void culture_ints(const Culture *culture, CultureKey key, int32_t *numbers, int n);
int32_t culture_int(const Culture *culture, CultureKey key);
bool culture_is_neutral(const Culture *culture);

/* The first of a list that is separated by |, which becomes the rest of it. */
Words words_split(Words *list);
int32_t words_int(Words words);

/* The fields of a region, whose name is two capital letters; false: unknown. */
bool region_of_name(const char *name, Words fields[N_REGION_FIELDS]);

#endif
