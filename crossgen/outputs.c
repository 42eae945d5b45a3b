/* outputs.c - see outputs.h. */
#include "crossgen/outputs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/framework/framework.h"

enum { PATH_ROOM = 4096 };

/* -- Files that are the same --------------------------------------------------- */

/* A file that is read or written, known by its place and by what lies there. */
typedef struct Place {
    const char *path; /* as the user knows it; borrowed */
    const char *role;
    char *real; /* without links, also of a file that does not exist yet */
    bool there, written;
    struct stat stat;
} Place;

typedef struct Places {
    VEC(Place) all;
} Places;

static char *real_path(const char *path)
{
    char dir[PATH_ROOM], joined[PATH_ROOM * 2];
    char *real = realpath(path, NULL);
    if (real)
        return real;
    const char *name = file_name(path);
    if (name == path + 1)
        return mem_strdup(path);
    bool fits = file_dir(dir, sizeof dir, path);
    char *parent = fits && strcmp(dir, path) ? real_path(dir) : NULL;
    file_join(joined, sizeof joined, parent ? parent : dir, name);
    free(parent);
    return mem_strdup(joined);
}

static Place *places_add(Places *places, const char *path, const char *role)
{
    Place *place = vec_push(&places->all);
    *place = (Place){.path = path, .role = role, .real = real_path(path)};
    place->there = !stat(path, &place->stat);
    return place;
}

static bool place_same(const Place *a, const Place *b)
{
    return !strcmp(a->real, b->real) ||
           (a->there && b->there && a->stat.st_dev == b->stat.st_dev &&
            a->stat.st_ino == b->stat.st_ino);
}

/* Into a device or a pipe everybody may write. */
static bool place_is_stream(const Place *place)
{
    return place->there && !S_ISREG(place->stat.st_mode) &&
           !S_ISDIR(place->stat.st_mode);
}

static bool is_assembly(const char *path)
{
    char magic[2] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t n = fd < 0 ? 0 : read(fd, magic, sizeof magic);
    if (fd >= 0)
        close(fd);
    return n == 2 && magic[0] == 'M' && magic[1] == 'Z';
}

static bool refuse(const Place *place, const char *what, const char *other, Err *err)
{
    return err_set(err, ERR_ARGUMENT, "%s %s would overwrite %s%s%s", place->role,
                   place->path, what, *other ? " " : "", other);
}

/* An output may be none of the places before it. */
static bool places_add_output(Places *places, const char *path, const char *role,
                              bool may_be_assembly, Err *err)
{
    Place *added = places_add(places, path, role);
    added->written = true;
    if (place_is_stream(added))
        return true;
    if (added->there && S_ISDIR(added->stat.st_mode))
        return err_set(err, ERR_ARGUMENT, "%s %s is a directory", role, path);
    for (size_t i = 0; i + 1 < places->all.n; i++)
        if (place_same(&places->all.at[i], added))
            return refuse(added, places->all.at[i].role, places->all.at[i].path, err);
    return may_be_assembly || !is_assembly(path) ||
           refuse(added, "an assembly", "", err);
}

static void places_free(Places *places)
{
    for (size_t i = 0; i < places->all.n; i++)
        free(places->all.at[i].real);
    vec_free(&places->all);
}

/* -- The plan ------------------------------------------------------------------ */

static char *joined(const char *a, const char *between, const char *b)
{
    size_t n = strlen(a) + strlen(between) + strlen(b) + 1;
    char *path = mem_alloc(n);
    snprintf(path, n, "%s%s%s", a, between, b);
    return path;
}

static bool is_there_already(const char *path, const char *copy)
{
    struct stat a, b;
    return !stat(path, &a) && !stat(copy, &b) && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

/* NULL: the file is in that directory. */
static char *copy_path(const char *dir, const char *path)
{
    size_t n = strlen(dir);
    char *copy = joined(dir, n && dir[n - 1] == '/' ? "" : "/", file_name(path));
    if (!is_there_already(path, copy))
        return copy;
    free(copy);
    return NULL;
}

/* Where loaders look for a framework's images: by its name and version. */
static char *framework_image(const Options *options, const char *path)
{
    char name[512];
    bool shared = framework_images_name(path, name);
    char *dir = joined(options->images, shared ? "/" : "", shared ? name : "");
    char *file = joined(dir, "/", file_name(path)), *image = joined(file, "", ".r2r");
    free(dir);
    free(file);
    return image;
}

static void plan_one(const Options *options, const char *path, Output *output)
{
    if (!options->out || !options->out_is_dir) {
        output->image =
            options->out ? mem_strdup(options->out) : joined(path, "", ".r2r");
        return;
    }
    if (options->images) {
        output->image = framework_image(options, path);
        return;
    }
    size_t n = strlen(options->out);
    char *image = joined(file_name(path), "", ".r2r");
    output->image =
        joined(options->out, n && options->out[n - 1] == '/' ? "" : "/", image);
    free(image);
    output->copy = copy_path(options->out, path);
    output->config = joined(path, "", ".config");
    if (file_exists(output->config))
        output->config_copy = copy_path(options->out, output->config);
}

static bool add_outputs(const Options *options, const Output *output, Places *places,
                        Err *err)
{
    return places_add_output(places, output->image,
                             options->out ? "--output" : "the image", false, err) &&
           (!output->copy ||
            places_add_output(places, output->copy, "the copy", true, err)) &&
           (!output->config_copy ||
            places_add_output(places, output->config_copy, "the copy", false, err));
}

bool outputs_plan(const Options *options, Output *outputs, Err *err)
{
    Places places = {.all = {0}};
    char **configs = mem_array(options->assemblies.n + 1, sizeof *configs);
    bool ok = true;
    places_add(&places, "/proc/self/exe", "this program:");
    for (size_t i = 0; i < options->assemblies.n; i++) {
        const char *path = options->assemblies.at[i];
        places_add(&places, path, "the assembly");
        configs[i] = joined(path, "", ".config");
        places_add(&places, configs[i], "the configuration file");
    }
    for (size_t i = 0; ok && i < options->assemblies.n; i++) {
        plan_one(options, options->assemblies.at[i], &outputs[i]);
        ok = add_outputs(options, &outputs[i], &places, err);
    }
    ok = ok && (!options->report ||
                places_add_output(&places, options->report, "--report", false, err));
    ok = ok && (!options->depfile ||
                places_add_output(&places, options->depfile, "--depfile", false, err));
    places_free(&places);
    for (size_t i = 0; i < options->assemblies.n; i++)
        free(configs[i]);
    free(configs);
    return ok;
}

void outputs_free(Output *outputs, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(outputs[i].image);
        free(outputs[i].copy);
        free(outputs[i].config);
        free(outputs[i].config_copy);
    }
}

/* -- Directories and copies ---------------------------------------------------- */

static bool make_parents(const Output *outputs, size_t n, Err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        char *dir = mem_strdup(outputs[i].image);
        *strrchr(dir, '/') = '\0';
        ok = file_make_dirs(dir, 0777, err);
        free(dir);
    }
    return ok;
}

bool outputs_make_dir(const Options *options, const Output *outputs, Err *err)
{
    if (options->images)
        return make_parents(outputs, options->assemblies.n, err);
    return !options->out_is_dir || !*options->out ||
           file_make_dirs(options->out, 0777, err);
}

static bool copy_file(const char *from, const char *to, Err *err)
{
    File source, there;
    Err ignored = ERR_INIT;
    if (!file_open(&source, from, false, err))
        return false;
    bool same = file_open(&there, to, false, &ignored);
    if (same) {
        same = bytes_equal(source.bytes, there.bytes);
        file_close(&there);
    }
    bool ok = same || file_write(to, source.bytes, source.stat.st_mode & 0777, err);
    if (ok && !same) {
        struct timespec times[] = {source.stat.st_atim, source.stat.st_mtim};
        (void)utimensat(AT_FDCWD, to, times, 0);
    }
    file_close(&source);
    return ok;
}

bool outputs_copy(const Output *output, const char *assembly, Err *err)
{
    return (!output->copy || copy_file(assembly, output->copy, err)) &&
           (!output->config_copy ||
            copy_file(output->config, output->config_copy, err));
}
