/* world.c - the loaded assemblies and where others are looked for. */
#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/lock.h"
#include "common/base/mem.h"
#include "common/types/types_private.h"
#include "common/types/words.h"

enum { PATH_SIZE = 4096 };

World *world_open(void)
{
    World *world = mem_alloc(sizeof *world);
    lock_init(&world->lock, LOCK_WORLD);
    world_set_library(world, LIBRARY_DEFAULT);
    return world;
}

void world_close(World *world)
{
    if (!world)
        return;
    for (size_t i = 0; i < world->assemblies.n; i++) {
        names_free(world->assemblies.at[i]->names);
        image_close(world->assemblies.at[i]->image);
    }
    for (size_t i = 0; i < world->search_dirs.n; i++)
        free(world->search_dirs.at[i]);
    free(world->library_dir);
    trusted_free(world->trusted);
    vec_free(&world->assemblies);
    vec_free(&world->search_dirs);
    map_free(&world->types);
    map_free(&world->methods);
    map_free(&world->synths);
    arena_free(&world->perm);
    lock_destroy(&world->lock);
    free(world);
}

static char *copy_of(const char *text)
{
    char *copy = mem_strdup(text);
    return copy;
}

void world_add_search_dir(World *world, const char *dir)
{
    world_lock(world);
    *vec_push(&world->search_dirs) = copy_of(dir);
    world_unlock(world);
}

void world_set_library(World *world, const Library *library)
{
    assert(!world->corlib);
    world->library = library;
    world_set_library_dir(world, library->search.dir);
}

void world_set_library_dir(World *world, const char *dir)
{
    world_lock(world);
    free(world->library_dir);
    world->library_dir = copy_of(dir);
    world_unlock(world);
}

Assembly *world_add_image_into(World *world, Image *image, void *context, Err *err)
{
    if (!image_rows(image, TABLE_TypeDef)) {
        err_set(err, ERR_BAD_IMAGE, "%s: no types, not even <Module>", image->path);
        image_close(image);
        return NULL;
    }
    world_lock(world);
    Arena *perm = &world->perm;
    Assembly *assembly = arena_new(perm, Assembly);
    assembly->world = world;
    assembly->image = image;
    assembly->index = (uint32_t)world->assemblies.n;
    assembly->name = image->name;
    assembly->context = context;
    if (context || image->growing)
        __atomic_store_n(&world->has_contexts, true, __ATOMIC_RELEASE);
    assembly->refs =
        arena_array(perm, Assembly *, image_rows(image, TABLE_AssemblyRef));
    assembly->typedefs = arena_array(perm, Type *, image_rows(image, TABLE_TypeDef));
    assembly->typerefs = arena_array(perm, Type *, image_rows(image, TABLE_TypeRef));
    assembly->methoddefs =
        arena_array(perm, Method *, image_rows(image, TABLE_MethodDef));
    assembly->room[EMITTED_TYPEDEFS] = image_rows(image, TABLE_TypeDef);
    *vec_push(&world->assemblies) = assembly;
    world_unlock(world);
    return assembly;
}

Assembly *world_add_image(World *world, Image *image, Err *err)
{
    return world_add_image_into(world, image, NULL, err);
}

static Assembly *find_loaded(const World *world, const char *path, const void *context)
{
    for (size_t i = 0; i < world->assemblies.n; i++)
        if (world->assemblies.at[i]->context == context &&
            !assembly_is_emitted(world->assemblies.at[i]) &&
            !strcmp(world->assemblies.at[i]->image->path, path))
            return world->assemblies.at[i];
    return NULL;
}

static Assembly *load_real_path(World *world, const char *path, void *context, Err *err)
{
    Assembly *loaded = find_loaded(world, path, context);
    Image *image = loaded ? NULL : image_open(path, err);
    return image ? world_add_image_into(world, image, context, err) : loaded;
}

Assembly *world_load_file_into(World *world, const char *path, void *context, Err *err)
{
    char *real = realpath(path, NULL);
    world_lock(world);
    Assembly *assembly = load_real_path(world, real ? real : path, context, err);
    world_unlock(world);
    free(real);
    return assembly;
}

Assembly *world_load_file(World *world, const char *path, Err *err)
{
    return world_load_file_into(world, path, NULL, err);
}

Assembly *world_load_image(World *world, Image *image, Err *err)
{
    world_lock(world);
    Assembly *assembly = find_loaded(world, image->path, NULL);
    if (assembly)
        image_close(image);
    else
        assembly = world_add_image(world, image, err);
    world_unlock(world);
    return assembly;
}

/* DIR/NAME.dll or DIR/NAME.exe. */
static bool find_in_dir(char *path, const char *dir, const char *name)
{
    static const char *const extensions[] = {".dll", ".exe"};
    for (int i = 0; i < 2; i++) {
        int n = snprintf(path, PATH_SIZE, "%s/%s%s", dir, name, extensions[i]);
        if (n > 0 && n < PATH_SIZE && file_exists(path))
            return true;
    }
    return false;
}

/* There, or in the subdirectory of its own name. */
static bool find_in_program(char *path, const char *dir, const char *name)
{
    char own[PATH_SIZE];
    return find_in_dir(path, dir, name) ||
           (file_join(own, sizeof own, dir, name) && find_in_dir(path, own, name));
}

typedef struct Version {
    unsigned part[4];
} Version;

static int version_compare(Version a, Version b)
{
    for (int i = 0; i < 4; i++)
        if (a.part[i] != b.part[i])
            return a.part[i] < b.part[i] ? -1 : 1;
    return 0;
}

/* CACHE/NAME/VERSION__TOKEN/NAME.dll: of the wanted version if there is one, else the
 * newest. */
static bool find_in_cache(const World *world, char *path, const char *name,
                          const Version *wanted)
{
    char dir[PATH_SIZE];
    const char *cache = world->library->search.cache;
    if (!cache || !file_join(dir, sizeof dir, cache, name))
        return false;
    DIR *list = opendir(dir);
    if (!list)
        return false;
    Version best = {{0}};
    bool found = false;
    for (struct dirent *e; (e = readdir(list));) {
        Version v;
        char file[PATH_SIZE];
        if (sscanf(e->d_name, "%u.%u.%u.%u_", &v.part[0], &v.part[1], &v.part[2],
                   &v.part[3]) != 4)
            continue;
        int n = snprintf(file, sizeof file, "%s/%s/%s.dll", dir, e->d_name, name);
        bool is_wanted = wanted && !version_compare(v, *wanted);
        if (n < 0 || (size_t)n >= sizeof file ||
            (found && !is_wanted && version_compare(v, best) <= 0) ||
            !file_exists(file))
            continue;
        strcpy(path, file);
        best = v;
        found = true;
        if (is_wanted)
            break;
    }
    closedir(list);
    return found;
}

static bool find_in_search_dirs(const World *world, char *path, const char *name)
{
    for (size_t i = 0; i < world->search_dirs.n; i++)
        if (find_in_program(path, world->search_dirs.at[i], name))
            return true;
    return false;
}

static bool find_in_library(const World *world, char *path, const char *name)
{
    char facades[PATH_SIZE];
    const char *facade = world->library->search.facade;
    return find_in_dir(path, world->library_dir, name) ||
           (facade && file_join(facades, sizeof facades, world->library_dir, facade) &&
            find_in_dir(path, facades, name));
}

char *world_find_in_library(const World *world, const char *name)
{
    char path[PATH_SIZE];
    return find_in_library(world, path, name) ? mem_strdup(path) : NULL;
}

static bool is_of_library(const World *world, const char *name)
{
    for (const char *const *own = world->library->search.own; own && *own; own++)
        if (!strcmp(name, *own))
            return true;
    return false;
}

static bool find_trusted(const World *world, char *path, const char *name)
{
    const char *found = trusted_find(world->trusted, name);
    return found && snprintf(path, PATH_SIZE, "%s", found) < PATH_SIZE;
}

static bool find_file(const World *world, char *path, const char *name,
                      const Version *wanted)
{
    if (!*name || strchr(name, '/'))
        return false;
    if (world->trusted)
        return find_trusted(world, path, name) ||
               find_in_search_dirs(world, path, name);
    return (is_of_library(world, name) && find_in_library(world, path, name)) ||
           find_in_search_dirs(world, path, name) ||
           find_in_library(world, path, name) ||
           find_in_cache(world, path, name, wanted);
}

static Assembly *find_by_name(const World *world, const char *name, const void *context)
{
    for (size_t i = 0; i < world->assemblies.n; i++)
        if (world->assemblies.at[i]->context == context &&
            !assembly_is_emitted(world->assemblies.at[i]) &&
            !strcmp(world->assemblies.at[i]->name, name))
            return world->assemblies.at[i];
    return NULL;
}

Assembly *world_find_loaded(World *world, const char *name, const void *context)
{
    world_lock(world);
    Assembly *assembly = find_by_name(world, name, context);
    world_unlock(world);
    return assembly;
}

bool world_finds_name(World *world, const char *name)
{
    char path[PATH_SIZE];
    world_lock(world);
    bool found = find_by_name(world, name, NULL) || find_file(world, path, name, NULL);
    world_unlock(world);
    return found;
}

static Assembly *load_name(World *world, const char *name, const Version *wanted,
                           Assembly *from, Err *err)
{
    char path[PATH_SIZE];
    if (world->corlib && !strcmp(name, world->library->core))
        return world->corlib;
    Assembly *loaded =
        from && from->context ? find_by_name(world, name, from->context) : NULL;
    if (loaded || (loaded = find_by_name(world, name, NULL)))
        return loaded;
    if (find_file(world, path, name, wanted))
        return world_load_file(world, path, err);
    if (world->resolver) {
        Assembly *assembly = world->resolver(world, name, from, err);
        if (assembly || err->kind != ERR_NONE)
            return assembly;
    }
    err_set(err, ERR_IO, "assembly '%.200s' not found", name);
    return NULL;
}

Assembly *world_load_name(World *world, const char *name, Assembly *from, Err *err)
{
    world_lock(world);
    Assembly *assembly = load_name(world, name, NULL, from, err);
    world_unlock(world);
    return assembly;
}

/* Directory number i in which cultures are looked for; NULL: there are no more. */
static const char *culture_base(const World *world, size_t i)
{
    size_t n = world->search_dirs.n;
    if (i < n)
        return world->search_dirs.at[i];
    if (world->trusted)
        return trusted_resources(world->trusted, i - n);
    return i == n ? world->library_dir : NULL;
}

Assembly *world_load_satellite(World *world, const char *name, const char *culture,
                               Err *err)
{
    char dir[PATH_SIZE], path[PATH_SIZE];
    Assembly *assembly = NULL;
    bool found = false;
    if (!*name || strchr(name, '/') || strchr(culture, '/')) {
        err_set(err, ERR_IO, "assembly '%.200s' not found", name);
        return NULL;
    }
    world_lock(world);
    const char *base;
    for (size_t i = 0; !found && (base = culture_base(world, i)); i++)
        found = file_join(dir, sizeof dir, base, culture) &&
                find_in_program(path, dir, name);
    if (found)
        assembly = world_load_file(world, path, err);
    else
        err_set(err, ERR_IO, "assembly '%.200s' of culture %.40s not found", name,
                culture);
    world_unlock(world);
    return assembly;
}

/* first: the column of the major version; the others follow. */
static Version image_version(const Image *image, TableId table, uint32_t rid, int first)
{
    Version v;
    for (int i = 0; i < 4; i++)
        v.part[i] = image_get(image, table, rid, first + i);
    return v;
}

Assembly *assembly_ref(Assembly *assembly, uint32_t ref_rid, Err *err)
{
    const Image *image = assembly->image;
    if (!ref_rid || ref_rid > image_rows(image, TABLE_AssemblyRef)) {
        err_set(err, ERR_BAD_IMAGE, "%s: bad AssemblyRef %u", assembly->name, ref_rid);
        return NULL;
    }
    Assembly **slot = &assembly->refs[ref_rid - 1];
    Assembly *found = __atomic_load_n(slot, __ATOMIC_ACQUIRE);
    if (found)
        return found;
    const char *name =
        image_get_string(image, TABLE_AssemblyRef, ref_rid, COL_AssemblyRef_Name);
    Version v =
        image_version(image, TABLE_AssemblyRef, ref_rid, COL_AssemblyRef_MajorVersion);
    world_lock(assembly->world);
    found = load_name(assembly->world, name, &v, assembly, err);
    if (found)
        __atomic_store_n(slot, found, __ATOMIC_RELEASE);
    else if (assembly->world->trusted && err->kind == ERR_IO)
        trusted_miss(assembly->world->trusted, assembly, ref_rid);
    world_unlock(assembly->world);
    if (!found && err->kind == ERR_IO) {
        Arena scratch = ARENA_INIT;
        const char *const args[WORDS_ARGS] = {
            arena_printf(&scratch, "%s, Version=%u.%u.%u.%u", name, v.part[0],
                         v.part[1], v.part[2], v.part[3]),
            words_assembly_ref(&scratch, image, ref_rid)};
        *err = (Err)ERR_INIT;
        err_words(err, ERR_IO, assembly->world, WORDS_ASSEMBLY_NOT_FOUND, args);
        arena_free(&scratch);
    }
    return found;
}

static Bytes public_key(const Image *image)
{
    return image_get_blob(image, TABLE_Assembly, 1, COL_Assembly_PublicKey);
}

/* Same file, or same public key. */
static bool stands_for(const Image *image, const char *path)
{
    Err err = ERR_INIT;
    char *real = realpath(path, NULL);
    bool same = real && !strcmp(real, image->path);
    Image *other = real && !same ? image_open(real, &err) : NULL;
    if (other) {
        Bytes key = public_key(image), wanted = public_key(other);
        same = key.size && key.size == wanted.size &&
               !memcmp(key.data, wanted.data, key.size);
        image_close(other);
    }
    free(real);
    return same;
}

static bool find_of_library(Assembly *assembly)
{
    char path[PATH_SIZE];
    World *world = assembly->world;
    Version v =
        image_version(assembly->image, TABLE_Assembly, 1, COL_Assembly_MajorVersion);
    return (find_in_library(world, path, assembly->name) ||
            find_in_cache(world, path, assembly->name, &v)) &&
           stands_for(assembly->image, path);
}

bool assembly_is_of_library(Assembly *assembly)
{
    if (assembly == assembly->world->corlib)
        return true;
    if (assembly_is_emitted(assembly))
        return false;
    uint8_t known = __atomic_load_n(&assembly->of_library, __ATOMIC_RELAXED);
    if (!known) {
        world_lock(assembly->world);
        known = 1 + find_of_library(assembly);
        world_unlock(assembly->world);
        __atomic_store_n(&assembly->of_library, known, __ATOMIC_RELAXED);
    }
    return known == 2;
}
