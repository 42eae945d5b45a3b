/* probing.c - see probing.h. */
#include "common/types/probing.h"

#include <expat.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/mem.h"

enum { PATH_ROOM = 4096, MAX_CONFIG = 1 << 24 };

typedef struct Probing {
    unsigned runtime, binding; /* how many of those elements are open */
    char *found;
} Probing;

/* Names come with their namespace, "urn:schemas-microsoft-com:asm.v1 probing". */
static bool is_element(const char *name, const char *wanted)
{
    const char *space = strrchr(name, ' ');
    return !strcmp(space ? space + 1 : name, wanted);
}

/* The last one counts. */
static void XMLCALL on_start(void *user, const char *name, const char **attributes)
{
    Probing *p = user;
    if (is_element(name, "runtime"))
        p->runtime++;
    else if (is_element(name, "assemblyBinding"))
        p->binding++;
    else if (p->runtime == 1 && p->binding == 1 && is_element(name, "probing"))
        for (; *attributes; attributes += 2)
            if (!strcmp(attributes[0], "privatePath")) {
                free(p->found);
                p->found = mem_strdup(attributes[1]);
            }
}

static void XMLCALL on_end(void *user, const char *name)
{
    Probing *p = user;
    if (is_element(name, "runtime"))
        p->runtime--;
    else if (is_element(name, "assemblyBinding"))
        p->binding--;
}

char *probing_read(const char *config)
{
    File file;
    Err ignored = ERR_INIT;
    Probing probing = {.found = NULL};
    if (!file_exists(config) || !file_open(&file, config, false, &ignored))
        return NULL;
    XML_Parser parser =
        file.bytes.size < MAX_CONFIG ? XML_ParserCreateNS(NULL, ' ') : NULL;
    if (parser) {
        XML_SetUserData(parser, &probing);
        XML_SetElementHandler(parser, on_start, on_end);
        (void)XML_Parse(parser, (const char *)file.bytes.data, (int)file.bytes.size, 1);
        XML_ParserFree(parser);
    }
    file_close(&file);
    return probing.found;
}

static void add_private(World *world, const char *dir, char *list)
{
    char path[PATH_ROOM], *rest = list, *part;
    while ((part = strsep(&rest, ";:"))) {
        part += strspn(part, " \t\r\n");
        size_t n = strlen(part);
        while (n && strchr(" \t\r\n/\\", part[n - 1]))
            part[--n] = '\0';
        for (char *at = part; (at = strchr(at, '\\'));)
            *at = '/';
        if (*part == '/')
            world_add_search_dir(world, part);
        else if (*part && file_join(path, sizeof path, dir, part))
            world_add_search_dir(world, path);
    }
}

void probing_add_dirs(World *world, const char *path)
{
    char dir[PATH_ROOM], config[PATH_ROOM];
    if (!file_dir(dir, sizeof dir, path))
        return;
    world_add_search_dir(world, dir);
    int n = snprintf(config, sizeof config, "%s.config", path);
    char *list = n < (int)sizeof config ? probing_read(config) : NULL;
    if (list)
        add_private(world, dir, list);
    free(list);
}
