#include "common/base/map.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"

void *map_get(const Map *map, uint64_t hash, MapEqual *equal, const void *key)
{
    if (!map->room)
        return NULL;
    for (size_t i = hash & (map->room - 1);; i = (i + 1) & (map->room - 1)) {
        const MapSlot *slot = &map->slots[i];
        if (!slot->value)
            return NULL;
        if (slot->hash == hash && equal(slot->value, key))
            return slot->value;
    }
}

static void map_insert(MapSlot *slots, size_t room, uint64_t hash, void *value)
{
    size_t i = hash & (room - 1);
    while (slots[i].value)
        i = (i + 1) & (room - 1);
    slots[i] = (MapSlot){hash, value};
}

void map_put(Map *map, uint64_t hash, void *value)
{
    if ((map->n + 1) * 4 > map->room * 3) {
        size_t room = map->room ? map->room * 2 : 16;
        MapSlot *slots = mem_array(room, sizeof *slots);
        for (size_t i = 0; i < map->room; i++)
            if (map->slots[i].value)
                map_insert(slots, room, map->slots[i].hash, map->slots[i].value);
        free(map->slots);
        map->slots = slots;
        map->room = room;
    }
    map_insert(map->slots, map->room, hash, value);
    map->n++;
}

void map_free(Map *map)
{
    free(map->slots);
    *map = (Map)MAP_INIT;
}

void map_keyed_free(Map *map)
{
    void *entry;
    for (size_t i = 0; (entry = map_next(map, &i));)
        free(entry);
    map_free(map);
}

typedef struct PtrEntry {
    const void *key;
    void *value;
} PtrEntry;

static bool ptr_equal(const void *value, const void *key)
{
    return ((const PtrEntry *)value)->key == key;
}

void *map_ptr_get(const Map *map, const void *key)
{
    PtrEntry *e = map_get(map, hash_ptr(key), ptr_equal, key);
    return e ? e->value : NULL;
}

void map_ptr_put(Map *map, const void *key, void *value)
{
    PtrEntry *e = map_get(map, hash_ptr(key), ptr_equal, key);
    if (!e) {
        e = mem_alloc(sizeof *e);
        e->key = key;
        map_put(map, hash_ptr(key), e);
    }
    e->value = value;
}

typedef struct StrEntry {
    void *value;
    char key[];
} StrEntry;

static bool str_equal(const void *value, const void *key)
{
    return !strcmp(((const StrEntry *)value)->key, key);
}

void *map_str_get(const Map *map, const char *key)
{
    StrEntry *e = map_get(map, hash_str(key), str_equal, key);
    return e ? e->value : NULL;
}

void map_str_put(Map *map, const char *key, void *value)
{
    StrEntry *e = map_get(map, hash_str(key), str_equal, key);
    if (!e) {
        size_t size = strlen(key) + 1;
        e = mem_alloc(sizeof *e + size);
        memcpy(e->key, key, size);
        map_put(map, hash_str(key), e);
    }
    e->value = value;
}

void *map_next(const Map *map, size_t *i)
{
    while (*i < map->room) {
        void *value = map->slots[(*i)++].value;
        if (value)
            return value;
    }
    return NULL;
}
