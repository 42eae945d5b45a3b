/* map.h - open-addressing hash table from a 64-bit hash and a key compare to a pointer.
 *
 * The table stores values; a value knows its key. Not thread-safe: lock outside.
 * Readers without a lock are allowed only where the owner says how (types publish by
 * release).
 */
#ifndef COMMON_BASE_MAP_H
#define COMMON_BASE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct MapSlot {
    uint64_t hash;
    void *value; /* NULL: free */
} MapSlot;

typedef bool MapEqual(const void *value, const void *key);

typedef struct Map {
    MapSlot *slots;
    size_t room, n; /* room: 0 or a power of two */
} Map;

#define MAP_INIT                                                                       \
    {                                                                                  \
        .slots = NULL, .room = 0, .n = 0                                               \
    }

void *map_get(const Map *map, uint64_t hash, MapEqual *equal, const void *key);
void map_put(Map *map, uint64_t hash, void *value); /* the key is not in the map yet */
void map_free(Map *map);                            /* what it points to is others' */

/* Of the two conveniences below; the values stay. */
void map_keyed_free(Map *map);

/* Pointer-keyed convenience: key -> value, at most one value a key. */
void *map_ptr_get(const Map *map, const void *key);
void map_ptr_put(Map *map, const void *key, void *value); /* replaces */

/* String-keyed convenience; the map keeps its own copy of the key. */
void *map_str_get(const Map *map, const char *key);
void map_str_put(Map *map, const char *key, void *value);

/* for (size_t i = 0; (v = map_next(map, &i));) visits every value in table order. */
void *map_next(const Map *map, size_t *i);

#endif
