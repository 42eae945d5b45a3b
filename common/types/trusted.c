/* trusted.c - the assemblies of a program that its host has listed: files by name. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/types/missing.h"
#include "common/types/types_private.h"

typedef struct Trusted {
    char *list;  /* as it was given */
    char *paths; /* the same, each ended */
    Map by_name; /* path by simple name; the first of two counts */
    char *resources;
    VEC(const char *) resource_dirs; /* in resources */
    VEC(MissingRef) missing;
    VEC(const Assembly *) answered;
} Trusted;

/* The item of a ':'-joined list that *rest begins with, ended; NULL: there is none. */
static char *next_item(char **rest)
{
    char *item;
    while ((item = strsep(rest, ":")))
        if (*item)
            return item;
    return NULL;
}

/* NAME of DIR/NAME.dll, or .exe, and its length; NULL: no file of an assembly. */
static const char *simple_name(const char *path, size_t *n)
{
    const char *slash = strrchr(path, '/'), *file = slash ? slash + 1 : path;
    size_t length = strlen(file);
    const char *extension = length > 4 ? file + length - 4 : "";
    *n = length - 4;
    return strcmp(extension, ".dll") != 0 && strcmp(extension, ".exe") != 0 ? NULL
                                                                            : file;
}

/* As the framework compares names. */
static uint64_t name_hash(const char *name, size_t n)
{
    char lower[512];
    size_t kept = n < sizeof lower ? n : sizeof lower;
    for (size_t i = 0; i < kept; i++)
        lower[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 32 : name[i]);
    return hash_bytes(lower, kept);
}

static bool has_name(const void *path, const void *name)
{
    size_t n;
    const char *own = simple_name(path, &n);
    return strlen(name) == n && !strncasecmp(own, name, n);
}

static void add_path(Trusted *trusted, char *path)
{
    size_t n;
    const char *name = simple_name(path, &n);
    char *key = name ? mem_strndup(name, n) : NULL;
    if (key && !trusted_find(trusted, key))
        map_put(&trusted->by_name, name_hash(key, n), path);
    free(key);
}

static Trusted *trusted_new(const char *assemblies, const char *resources)
{
    char *item, *rest;
    Trusted *trusted = mem_new(Trusted);
    trusted->list = mem_strdup(assemblies ? assemblies : "");
    rest = trusted->paths = mem_strdup(trusted->list);
    while ((item = next_item(&rest)))
        add_path(trusted, item);
    rest = trusted->resources = mem_strdup(resources ? resources : "");
    while ((item = next_item(&rest)))
        *vec_push(&trusted->resource_dirs) = item;
    return trusted;
}

void trusted_free(Trusted *trusted)
{
    if (!trusted)
        return;
    map_free(&trusted->by_name);
    vec_free(&trusted->resource_dirs);
    vec_free(&trusted->missing);
    vec_free(&trusted->answered);
    free(trusted->list);
    free(trusted->paths);
    free(trusted->resources);
    free(trusted);
}

const char *trusted_find(const Trusted *trusted, const char *name)
{
    return map_get(&trusted->by_name, name_hash(name, strlen(name)), has_name, name);
}

const char *trusted_resources(const Trusted *trusted, size_t i)
{
    return i < trusted->resource_dirs.n ? trusted->resource_dirs.at[i] : NULL;
}

const char *world_trusted(const World *world)
{
    return world->trusted ? world->trusted->list : NULL;
}

const char *world_trusted_file(const World *world, const char *name)
{
    return world->trusted ? trusted_find(world->trusted, name) : NULL;
}

static void set_library_dir(World *world)
{
    const char *core = trusted_find(world->trusted, world->library->core);
    const char *slash = core ? strrchr(core, '/') : NULL;
    char *dir = slash ? mem_strndup(core, (size_t)(slash - core)) : NULL;
    if (dir)
        world_set_library_dir(world, dir);
    free(dir);
}

void world_set_trusted(World *world, const char *assemblies, const char *app_paths,
                       const char *resources)
{
    char *paths = mem_strdup(app_paths ? app_paths : ""), *rest = paths, *item;
    world_lock(world);
    trusted_free(world->trusted);
    world->trusted = trusted_new(assemblies, resources);
    world_unlock(world);
    set_library_dir(world);
    while ((item = next_item(&rest)))
        world_add_search_dir(world, item);
    free(paths);
}

/* -- what is not there --------------------------------------------------------- */

void trusted_miss(Trusted *trusted, Assembly *from, uint32_t rid)
{
    for (size_t i = 0; i < trusted->missing.n; i++)
        if (trusted->missing.at[i].from == from && trusted->missing.at[i].rid == rid)
            return;
    *vec_push(&trusted->missing) = (MissingRef){from, rid};
}

bool world_next_missing(World *world, MissingRef *out)
{
    if (!world->trusted ||
        !__atomic_load_n(&world->trusted->missing.n, __ATOMIC_RELAXED))
        return false;
    world_lock(world);
    size_t n = world->trusted->missing.n;
    if (n)
        *out = world->trusted->missing.at[--world->trusted->missing.n];
    world_unlock(world);
    return n != 0;
}

static bool is_answered(const Trusted *trusted, const Assembly *assembly)
{
    for (size_t i = 0; i < trusted->answered.n; i++)
        if (trusted->answered.at[i] == assembly)
            return true;
    return false;
}

void assembly_set_ref(Assembly *assembly, uint32_t rid, Assembly *target)
{
    Assembly *none = NULL;
    Trusted *trusted = assembly->world->trusted;
    assert(trusted);
    world_lock(assembly->world);
    if (!is_answered(trusted, assembly))
        *vec_push(&trusted->answered) = assembly;
    __atomic_compare_exchange_n(&assembly->refs[rid - 1], &none, target, false,
                                __ATOMIC_RELEASE, __ATOMIC_RELAXED);
    world_unlock(assembly->world);
}

static bool has_answers(const World *world)
{
    return world->trusted &&
           __atomic_load_n(&world->trusted->answered.n, __ATOMIC_RELAXED);
}

bool world_goes_by_names(const World *world)
{
    return !__atomic_load_n(&world->has_contexts, __ATOMIC_ACQUIRE) &&
           !has_answers(world);
}

bool assembly_has_answers(const Assembly *assembly)
{
    World *world = assembly->world;
    if (!has_answers(world))
        return false;
    world_lock(world);
    bool answered = is_answered(world->trusted, assembly);
    world_unlock(world);
    return answered;
}
