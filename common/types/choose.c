/* choose.c - see choose.h. */
#include "common/types/choose.h"

#include <stdio.h>
#include <string.h>

static bool refers_to(const Image *image, const LibraryReference *wanted)
{
    for (uint32_t rid = 1; rid <= image_rows(image, TABLE_AssemblyRef); rid++) {
        const char *name =
            image_get_string(image, TABLE_AssemblyRef, rid, COL_AssemblyRef_Name);
        uint32_t major =
            image_get(image, TABLE_AssemblyRef, rid, COL_AssemblyRef_MajorVersion);
        if (major >= wanted->min_major && !strcmp(name, wanted->assembly))
            return true;
    }
    return false;
}

static bool claims(const Library *library, const Image *image)
{
    for (uint32_t i = 0; i < library->n_references; i++)
        if (refers_to(image, &library->references[i]))
            return true;
    return false;
}

const Library *library_claiming(const Library *const *list, const Image *image)
{
    for (const Library *const *library = list; *library; library++)
        if (claims(*library, image))
            return *library;
    for (const Library *const *library = list; *library; library++)
        if (!strcmp(image->name, (*library)->core))
            return *library;
    return NULL;
}

/* app.dll has app.runtimeconfig.json beside it, which tells a host of a framework. */
static bool has_config(const Image *image)
{
    char config[4096];
    return image_is_file(image) &&
           file_sibling(config, sizeof config, image->path, ".runtimeconfig.json") &&
           file_exists(config);
}

const Library *library_hosted(void)
{
    const Library *const *hosted = library_list;
    while (*hosted && !(*hosted)->search.framework)
        hosted++;
    return *hosted ? *hosted : LIBRARY_DEFAULT;
}

const Library *library_of_references(const Image *image)
{
    const Library *library = library_claiming(library_list, image);
    if (library || !has_config(image))
        return library ? library : LIBRARY_DEFAULT;
    return library_hosted();
}

const Library *library_of_file(const char *path)
{
    Err ignored = ERR_INIT;
    Image *image = image_open(path, &ignored);
    const Library *library = image ? library_of_references(image) : LIBRARY_DEFAULT;
    image_close(image);
    return library;
}

const Library *library_of_dir(const Library *const *list, const char *dir)
{
    char name[256], path[4096];
    for (; *list; list++)
        if (snprintf(name, sizeof name, "%s.dll", (*list)->core) < (int)sizeof name &&
            file_join(path, sizeof path, dir, name) && file_exists(path))
            return *list;
    return NULL;
}

const Library *library_find(const char *name)
{
    const Library *const *library = library_list;
    while (*library && strcmp((*library)->name, name) != 0)
        library++;
    return *library;
}

const Library *library_of_identity(const char *identity)
{
    const Library *const *library = library_list;
    while (*library && strcmp((*library)->identity, identity) != 0)
        library++;
    return *library;
}
