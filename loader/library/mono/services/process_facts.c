/* process_facts.c - what the kernel says of processes (/proc). */
#include "loader/library/mono/services/process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/mem.h"

void process_list(Pids *out)
{
    DIR *dir = opendir("/proc");
    for (struct dirent *e; dir && (e = readdir(dir));)
        if (isdigit((unsigned char)e->d_name[0]))
            *vec_push(out) = atoi(e->d_name);
    if (dir)
        closedir(dir);
}

bool process_exists(pid_t pid)
{
    return pid > 0 && (!kill(pid, 0) || errno == EPERM);
}

bool process_name(pid_t pid, char *out, size_t room)
{
    char path[64];
    *out = 0;
    snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
    FILE *file = fopen(path, "re");
    if (file && fgets(out, (int)room, file))
        out[strcspn(out, "\n")] = 0;
    if (file)
        fclose(file);
    return *out != 0;
}

int64_t process_status(pid_t pid, const char *key)
{
    char path[64], line[256];
    int64_t value = -1;
    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    FILE *file = fopen(path, "re");
    while (file && value < 0 && fgets(line, sizeof line, file)) {
        size_t n = strlen(key);
        if (!strncmp(line, key, n) && line[n] == ':') {
            char *unit;
            value = strtoll(line + n + 1, &unit, 10);
            if (strstr(unit, "kB"))
                value *= 1024;
        }
    }
    if (file)
        fclose(file);
    return value;
}

/* -- modules ------------------------------------------------------------------- */

void modules_free(Modules *modules)
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

void process_modules(pid_t pid, Modules *out)
{
    modules_read(pid, out);
    program_first(pid, out);
}
