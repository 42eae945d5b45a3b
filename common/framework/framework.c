#include "common/framework/framework.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/framework/answer.h"
#include "common/framework/hostfxr.h"

/* File systems have the time of this clock. */
static struct timespec coarse_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return now;
}

static bool ask(const Question *question, const char *cache, HostProperties *out,
                Err *err)
{
    Err problem = ERR_INIT;
    struct timespec asked = coarse_now();
    if (!hostfxr_ask(question->root, question->app, out, err))
        return false;
    if (cache && !answer_store(cache, question, out, asked, &problem))
        log_line(LOG_INFO, "the host's answer is not kept: %s", problem.text);
    return true;
}

/* Where the host of the program at that path is: with it, or installed. */
static bool find_root(const char *app, char root[HOSTFXR_PATH], Err *err)
{
    file_dir(root, HOSTFXR_PATH, app);
    return hostfxr_is_own(root) || hostfxr_find_root(root, err);
}

bool framework_find(const char *app, const char *cache, HostProperties *out, Err *err)
{
    char root[HOSTFXR_PATH];
    Question question;
    *out = (HostProperties){.n = 0};
    char *real = realpath(app, NULL);
    if (!find_root(real ? real : app, root, err)) {
        free(real);
        return err_context(err, "%s", app);
    }
    bool watched = question_open(&question, real ? real : app, root);
    const char *kept = watched ? cache : NULL;
    out->kept = kept && answer_load(kept, &question, out);
    bool ok = out->kept || ask(&question, kept, out, err);
    question_close(&question);
    free(real);
    return ok;
}

void world_use_framework(World *world, const HostProperties *properties)
{
    world_set_trusted(world, properties_get(properties, PROPERTY_TRUSTED),
                      properties_get(properties, PROPERTY_APP_PATHS),
                      properties_get(properties, PROPERTY_RESOURCES));
}

/* -- Assemblies that nobody runs ------------------------------------------------------
 */

enum { PATH_SIZE = 4096 };

#define CONFIG ".runtimeconfig.json"

/* The program of that configuration; false: it is not there. */
static bool program_of(char program[PATH_SIZE], const char *dir, const char *config)
{
    int stem = (int)(strlen(config) - (sizeof CONFIG - 1));
    int n = snprintf(program, PATH_SIZE, "%s/%.*s.dll", dir, stem, config);
    return n < PATH_SIZE && file_exists(program);
}

static bool is_config(const char *name)
{
    size_t n = strlen(name), end = sizeof CONFIG - 1;
    return n > end && !strcmp(name + n - end, CONFIG);
}

/* The program at path, or the first by name beside it. */
static bool find_program(char program[PATH_SIZE], const char *path)
{
    char dir[PATH_SIZE], config[PATH_SIZE], best[256] = "";
    const struct dirent *entry;
    if (file_sibling(config, sizeof config, path, CONFIG) && file_exists(config))
        return snprintf(program, PATH_SIZE, "%s", path) < PATH_SIZE;
    file_dir(dir, sizeof dir, path);
    DIR *list = opendir(dir);
    while (list && (entry = readdir(list)))
        if (is_config(entry->d_name) && (!*best || strcmp(entry->d_name, best) < 0) &&
            program_of(program, dir, entry->d_name))
            snprintf(best, sizeof best, "%s", entry->d_name);
    if (list)
        closedir(list);
    return *best && program_of(program, dir, best);
}

bool framework_newest(const char *name, unsigned min_major, char dir[4096], Err *err)
{
    char root[HOSTFXR_PATH], parent[PATH_SIZE], version[256];
    if (!hostfxr_find_root(root, err))
        return false;
    int n = snprintf(parent, sizeof parent, "%s/shared/%s", root, name);
    if (n < PATH_SIZE && hostfxr_newest(parent, min_major, version) &&
        file_join(dir, PATH_SIZE, parent, version))
        return true;
    return err_set(err, ERR_IO,
                   "no framework %s of version %u in %s; install it "
                   "(https://aka.ms/dotnet/download) or set DOTNET_ROOT",
                   name, min_major, root);
}

/* Those that stand on the library's own, ASP.NET's for one. */
static void add_others(World *world, const char *own)
{
    char shared[PATH_SIZE], dir[PATH_SIZE], version[256];
    const struct dirent *entry;
    file_dir(dir, sizeof dir, own);
    file_dir(shared, sizeof shared, dir);
    DIR *list = opendir(shared);
    while (list && (entry = readdir(list)))
        if (*entry->d_name != '.' &&
            file_join(dir, sizeof dir, shared, entry->d_name) &&
            hostfxr_newest(dir, world->library->build.major, version)) {
            char found[PATH_SIZE + 300];
            snprintf(found, sizeof found, "%s/%s", dir, version);
            if (strcmp(found, own) != 0)
                world_add_search_dir(world, found);
        }
    if (list)
        closedir(list);
}

static bool use_newest(World *world, Err *err)
{
    char dir[PATH_SIZE];
    if (!framework_newest(world->library->search.framework, world->library->build.major,
                          dir, err))
        return false;
    world_set_library_dir(world, dir);
    add_others(world, dir);
    return true;
}

/* Is the class library beside it: of a program with a runtime of its own? Nothing of
 * that is run only to look. */
static bool is_with_core(const World *world, const char *dir)
{
    char name[256], core[PATH_SIZE];
    return snprintf(name, sizeof name, "%s.dll", world->library->core) <
               (int)sizeof name &&
           file_join(core, sizeof core, dir, name) && file_exists(core);
}

bool framework_for_assembly(World *world, const char *path, Err *err)
{
    char program[PATH_SIZE], dir[PATH_SIZE];
    file_dir(dir, sizeof dir, path);
    if (is_with_core(world, dir)) {
        world_set_library_dir(world, dir);
        return true;
    }
    if (!find_program(program, path))
        return use_newest(world, err);
    HostProperties properties;
    bool ok = framework_find(program, NULL, &properties, err);
    if (ok)
        world_use_framework(world, &properties);
    properties_free(&properties);
    return ok;
}

bool framework_is_beside(const char *path)
{
    char program[PATH_SIZE];
    return find_program(program, path);
}

bool framework_images_name(const char *path, char name[512])
{
    const char *at = path + strlen(path);
    const char *part[4]; /* "shared", NAME, VERSION, FILE */
    for (int i = 3; i >= 0; i--) {
        while (at > path && at[-1] != '/')
            at--;
        part[i] = at;
        if (i && at-- == path)
            return false;
    }
    int n = (int)(part[2] - part[1] - 1), v = (int)(part[3] - part[2] - 1);
    return !strncmp(part[0], "shared/", 7) &&
           snprintf(name, 512, "%.*s-%.*s", n, part[1], v, part[2]) < 512;
}
