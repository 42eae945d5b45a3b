/* search.c - see search.h. */
#include "crossgen/search.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/mem.h"
#include "common/framework/framework.h"
#include "common/types/choose.h"
#include "common/types/probing.h"

enum { PATH_SIZE = 4096 };

/* -- Directories --------------------------------------------------------------- */

/* The core assembly's directory if this is what is compiled, the first that is named
 * and has it, where the .NET host says, or the class library's own. */
static bool set_library(World *world, const Options *options, const char *path,
                        Err *err)
{
    char dir[PATH_SIZE], file[PATH_SIZE], name[PATH_SIZE];
    snprintf(name, sizeof name, "%s.dll", world->library->core);
    if (world_is_core_file(world, path)) {
        file_dir(dir, sizeof dir, path);
        world_set_library_dir(world, dir);
        return true;
    }
    for (size_t i = 0; i < options->dirs.n; i++)
        if (file_join(file, sizeof file, options->dirs.at[i], name) &&
            file_exists(file)) {
            world_set_library_dir(world, options->dirs.at[i]);
            return true;
        }
    return !world->library->search.framework ||
           framework_for_assembly(world, path, err);
}

/* Packages are often older than what they run on: a library that no class library
 * claims is for the one that lies beside it, or that the program there runs on. */
static const Library *library_for(const char *path)
{
    Err ignored = ERR_INIT;
    char dir[PATH_SIZE];
    Image *image = image_open(path, &ignored);
    bool claimed = image && library_claiming(library_list, image);
    bool is_part = image && !claimed && !image->entry_token;
    image_close(image);
    if (!is_part)
        return library_of_file(path);
    file_dir(dir, sizeof dir, path);
    const Library *library = library_of_dir(library_list, dir);
    if (!library && framework_is_beside(path))
        library = library_hosted();
    return library ? library : library_of_file(path);
}

World *search_open(const Options *options, const char *path, Err *err)
{
    char dir[PATH_SIZE];
    World *world = world_open();
    world_set_library(world, library_for(path));
    for (size_t i = 0; i < options->dirs.n; i++)
        world_add_search_dir(world, options->dirs.at[i]);
    probing_add_dirs(world, path);
    for (size_t i = 0; options->out_is_dir && i < options->assemblies.n; i++) {
        file_dir(dir, sizeof dir, options->assemblies.at[i]);
        world_add_search_dir(world, dir);
    }
    if (set_library(world, options, path, err))
        return world;
    world_close(world);
    return NULL;
}

/* -- References ---------------------------------------------------------------- */

void search_references(Assembly *assembly, References *references)
{
    const Image *image = assembly->image;
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_AssemblyRef); rid++) {
        Err err = ERR_INIT;
        char name[PATH_SIZE];
        uint32_t part[4];
        for (int i = 0; i < 4; i++)
            part[i] = image_get(image, TABLE_AssemblyRef, rid,
                                COL_AssemblyRef_MajorVersion + i);
        snprintf(name, sizeof name, "%s, Version=%u.%u.%u.%u",
                 image_get_string(image, TABLE_AssemblyRef, rid, COL_AssemblyRef_Name),
                 part[0], part[1], part[2], part[3]);
        const Assembly *found = assembly_ref(assembly, rid, &err);
        Reference *reference = vec_push(references);
        *reference = (Reference){.name = mem_strdup(name)};
        if (found)
            reference->path = mem_strdup(found->image->path);
    }
}

/* The words are those of assembly_ref. */
void search_count_missing(References *references, const char *reason)
{
    static const char words[] = "Could not load file or assembly '";
    const char *name = strstr(reason, words);
    if (!name)
        return;
    name += sizeof words - 1;
    size_t n = strcspn(name, "'");
    for (size_t i = 0; i < references->n; i++) {
        Reference *reference = &references->at[i];
        if (strlen(reference->name) != n || strncmp(reference->name, name, n) != 0)
            continue;
        reference->methods++;
        return;
    }
    *vec_push(references) = (Reference){.name = mem_strndup(name, n), .methods = 1};
}

void search_free(References *references)
{
    for (size_t i = 0; i < references->n; i++) {
        free(references->at[i].name);
        free(references->at[i].path);
    }
    vec_free(references);
}

/* -- Paths as they were written ------------------------------------------------ */

/* dir/NAME where that is the file at path; NULL: it is not. */
static char *in_dir(const char *dir, const char *path)
{
    char file[PATH_SIZE], *real, *found = NULL;
    const char *name = file_name(path);
    if (!strcmp(dir, "."))
        snprintf(file, sizeof file, "%s", name);
    else if (!file_join(file, sizeof file, dir, name))
        return NULL;
    real = realpath(file, NULL);
    if (real && !strcmp(real, path))
        found = mem_strdup(file);
    free(real);
    return found;
}

char *search_as_given(const World *world, const char *home, const char *path)
{
    char *real = realpath(home, NULL), *found = NULL;
    if (real && !strcmp(real, path))
        found = mem_strdup(home);
    free(real);
    for (size_t i = 0; !found && i < world->search_dirs.n; i++)
        found = in_dir(world->search_dirs.at[i], path);
    return found ? found : mem_strdup(path);
}
