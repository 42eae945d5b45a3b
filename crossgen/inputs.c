/* inputs.c - see inputs.h. */
#include "crossgen/inputs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/mem.h"
#include "common/framework/framework.h"
#include "common/metadata/image.h"

enum { PATH_SIZE = 4096, MAX_DEPTH = 16 };

static int compare_paths(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* -- Folders ------------------------------------------------------------------------
 */

static bool may_be_assembly(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && (!strcmp(name + n - 4, ".dll") || !strcmp(name + n - 4, ".exe"));
}

static bool is_dir(const char *path)
{
    struct stat st;
    return !lstat(path, &st) && S_ISDIR(st.st_mode);
}

static bool list_files(Paths *files, const char *dir, int depth, Err *err)
{
    const struct dirent *entry;
    char path[PATH_SIZE];
    bool ok = true;
    DIR *list = opendir(dir);
    if (!list)
        return err_set(err, ERR_IO, "%s: %s", dir, strerror(errno));
    while (ok && (entry = readdir(list))) {
        if (*entry->d_name == '.' || !file_join(path, sizeof path, dir, entry->d_name))
            continue;
        if (is_dir(path))
            ok = depth >= MAX_DEPTH || list_files(files, path, depth + 1, err);
        else if (may_be_assembly(path))
            *vec_push(files) = mem_strdup(path);
    }
    closedir(list);
    return ok;
}

/* Takes the path over. Resources of cultures have no code, and are no news. */
static bool add_file(Options *options, char *path)
{
    Err err = ERR_INIT;
    Image *image = image_open(path, &err);
    const char *culture =
        image ? image_get_string(image, TABLE_Assembly, 1, COL_Assembly_Culture) : "";
    if (image && !*culture) {
        *vec_push(&options->assemblies) = path;
    } else if (image) {
        free(path);
    } else {
        const char *reason = strncmp(err.text, path, strlen(path))
                                 ? err.text
                                 : err.text + strlen(path) + 2;
        *vec_push(&options->others) = (OtherFile){path, mem_strdup(reason)};
    }
    image_close(image);
    return image;
}

static bool add_folder(Options *options, const char *dir, Err *err)
{
    Paths files = {0};
    size_t before = options->assemblies.n;
    char trimmed[PATH_SIZE];
    snprintf(trimmed, sizeof trimmed, "%s", dir);
    for (size_t n = strlen(trimmed); n > 1 && trimmed[n - 1] == '/'; n--)
        trimmed[n - 1] = '\0';
    bool ok = list_files(&files, trimmed, 0, err);
    if (files.n)
        qsort(files.at, files.n, sizeof *files.at, compare_paths);
    for (size_t i = 0; i < files.n; i++)
        add_file(options, files.at[i]);
    vec_free(&files);
    return ok && (options->assemblies.n > before ||
                  err_set(err, ERR_IO, "%s: no assembly is in it", dir));
}

/* -- The framework ----------------------------------------------------------------- */

static const Library *framework_library(void)
{
    const Library *const *library = library_list;
    while (*library && !(*library)->search.framework)
        library++;
    return *library;
}

static bool file_of(char path[PATH_SIZE], const char *dir, const char *name)
{
    size_t n = strlen(name);
    bool whole = n > 4 && !strcmp(name + n - 4, ".dll");
    return snprintf(path, PATH_SIZE, "%s/%s%s", dir, name, whole ? "" : ".dll") <
               PATH_SIZE &&
           file_exists(path);
}

/* DIR/shared/OTHER/VERSION/NAME.dll of the frameworks beside this one. */
static bool file_of_others(char path[PATH_SIZE], const char *dir, const char *name)
{
    const struct dirent *entry;
    char shared[PATH_SIZE], other[PATH_SIZE];
    const char *version = strrchr(dir, '/');
    bool found = false;
    if (snprintf(shared, sizeof shared, "%s/../..", dir) >= PATH_SIZE)
        return false;
    char *real = realpath(shared, NULL);
    DIR *list = real ? opendir(real) : NULL;
    while (list && !found && (entry = readdir(list)))
        found = *entry->d_name != '.' &&
                snprintf(other, sizeof other, "%s/%s%s", real, entry->d_name, version) <
                    PATH_SIZE &&
                file_of(path, other, name);
    if (list)
        closedir(list);
    free(real);
    return found;
}

static bool add_named(Options *options, const Paths *names, const char *dir, Err *err)
{
    char path[PATH_SIZE];
    for (size_t i = 0; i < names->n; i++) {
        const char *name = names->at[i];
        if (!file_of(path, dir, name) && !file_of_others(path, dir, name))
            return err_set(err, ERR_IO, "--framework: no %s in %s", name, dir);
        if (!add_file(options, mem_strdup(path)))
            return err_set(err, ERR_BAD_IMAGE, "--framework: %s is no assembly", path);
    }
    return true;
}

/* build/bin/crossgen -> build/images; bin/crossgen -> lib/codicil/images. */
static char *images_dir(void)
{
    char exe[PATH_SIZE], dir[PATH_SIZE + 40];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    exe[n > 0 ? n : 0] = '\0';
    char *slash = strrchr(exe, '/');
    *(slash ? slash : exe) = '\0';
    snprintf(dir, sizeof dir, "%s/../images", exe);
    if (access(dir, X_OK))
        snprintf(dir, sizeof dir, "%s/../lib/codicil/images", exe);
    return mem_strdup(dir);
}

static bool add_framework(Options *options, const Paths *names, Err *err)
{
    char dir[PATH_SIZE];
    const Library *library = framework_library();
    if (options->framework_dir)
        snprintf(dir, sizeof dir, "%s", options->framework_dir);
    else if (!framework_newest(library->search.framework, library->build.major, dir,
                               err))
        return false;
    options->images = options->out ? mem_strdup(options->out) : images_dir();
    options->out = options->images;
    return names->n ? add_named(options, names, dir, err)
                    : add_folder(options, dir, err);
}

/* -- Both -----------------------------------------------------------------------------
 */

bool inputs_expand(Options *options, Err *err)
{
    Paths given = options->assemblies;
    bool ok = true;
    options->assemblies = (Paths){0};
    if (options->framework) {
        ok = add_framework(options, &given, err);
    } else {
        for (size_t i = 0; ok && i < given.n; i++) {
            struct stat st;
            bool folder = !stat(given.at[i], &st) && S_ISDIR(st.st_mode);
            if (folder)
                ok = add_folder(options, given.at[i], err);
            else
                *vec_push(&options->assemblies) = mem_strdup(given.at[i]);
        }
    }
    vec_free(&given);
    return ok;
}

void inputs_free(Options *options)
{
    for (size_t i = 0; i < options->assemblies.n; i++)
        free(options->assemblies.at[i]);
    for (size_t i = 0; i < options->others.n; i++) {
        free(options->others.at[i].path);
        free(options->others.at[i].reason);
    }
    vec_free(&options->assemblies);
    vec_free(&options->others);
    free(options->images);
}
