/* process_module.c - System.Diagnostics.ProcessModule: the files that a process has
 * mapped, its program first. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "common/base/vec.h"
#include "loader/library/mono/diagnostics/process.h"
#include "loader/library/mono/members.h"
#include "loader/gc/object.h"
#include "loader/vm/array.h"
#include "loader/vm/object.h"
#include "loader/vm/string.h"

typedef struct Module {
    char *path;
    uint64_t start, size; /* of its first mapping */
} Module;

typedef VEC(Module) Modules;

static void modules_free(Modules *modules)
{
    for (size_t i = 0; i < modules->n; i++)
        free(modules->at[i].path);
    vec_free(modules);
}

static void module_add(Modules *modules, const char *path, uint64_t start, uint64_t end)
{
    for (size_t i = 0; i < modules->n; i++)
        if (!strcmp(modules->at[i].path, path))
            return;
    *vec_push(modules) = (Module){mem_strdup(path), start, end - start};
}

/* Lines of /proc/PID/maps: "start-end rights offset device inode path". */
static void modules_read(pid_t pid, Modules *modules)
{
    char name[64], *line = NULL;
    size_t room = 0;
    snprintf(name, sizeof name, "/proc/%d/maps", (int)pid);
    FILE *file = fopen(name, "re");
    while (file && getline(&line, &room, file) > 0) {
        unsigned long start, end;
        char *path = strchr(line, '/');
        if (!path || sscanf(line, "%lx-%lx", &start, &end) != 2)
            continue;
        path[strcspn(path, "\n")] = 0;
        module_add(modules, path, start, end);
    }
    free(line);
    if (file)
        fclose(file);
}

static void program_first(pid_t pid, Modules *modules)
{
    char name[64], program[4096];
    snprintf(name, sizeof name, "/proc/%d/exe", (int)pid);
    ssize_t n = readlink(name, program, sizeof program - 1);
    program[n > 0 ? n : 0] = 0;
    for (size_t i = 0; i < modules->n; i++)
        if (!strcmp(modules->at[i].path, program)) {
            Module found = modules->at[i];
            memmove(modules->at + 1, modules->at, i * sizeof found);
            modules->at[0] = found;
        }
}

static Object *module_object(const Module *module)
{
    Object *object = object_new(known_process_module());
    if (!object)
        return NULL;
    *field_process_module_version(object) = object_new(known_file_version());
    const char *slash = strrchr(module->path, '/');
    *field_process_module_start(object) = (void *)module->start;
    *field_process_module_size(object) = (int32_t)module->size;
    *field_process_module_file(object) = string_from_utf8(module->path);
    *field_process_module_name(object) = string_from_utf8(slash + 1);
    return object;
}

Array *process_modules(Object *process, const void *handle)
{
    ProcessEntry entry;
    Modules modules = {NULL, 0, 0};
    (void)process;
    if (process_lookup(handle, &entry)) {
        modules_read(entry.pid, &modules);
        program_first(entry.pid, &modules);
    }
    Array *array = array_new_of(known_process_module(), (int64_t)modules.n);
    for (size_t i = 0; array && i < modules.n; i++)
        ARRAY_AT(array, Object *, i) = module_object(&modules.at[i]);
    modules_free(&modules);
    return array;
}
