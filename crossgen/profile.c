/* profile.c - see profile.h. */
#include "crossgen/profile.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/file.h"
#include "common/base/mem.h"
#include "common/ir/synth.h"
#include "common/library/library.h"

/* -- Names ----------------------------------------------------------------------- */

/* Generic arguments follow a name: those of <Main>$ or <Get>g__Local|0_1 follow none.
 */
static bool opens_arguments(const char *text, const char *at)
{
    return at > text && (isalnum((unsigned char)at[-1]) || at[-1] == '_');
}

/* The name without generic arguments and parameters, owned; *any: it has arguments. */
static char *without_arguments(const char *name, bool *any)
{
    char *out = mem_strdup(name), *to = out;
    int depth = 0;
    *any = false;
    for (const char *at = name; *at; at++) {
        if (!depth && at[0] == ' ' && at[1] == '(')
            break;
        if (*at == '<' && (depth || opens_arguments(name, at))) {
            depth++;
            *any = true;
        }
        if (!depth)
            *to++ = *at;
        if (*at == '>' && depth)
            depth--;
    }
    *to = '\0';
    return out;
}

/* -- Lines ----------------------------------------------------------------------- */

static void add_once(Map *map, const char *name, uint32_t rank)
{
    if (!map_str_get(map, name))
        map_str_put(map, name, (void *)(uintptr_t)rank);
}

static void add_name(Profile *profile, const char *name)
{
    bool instance;
    char *plain = without_arguments(name, &instance);
    uint32_t rank = ++profile->n;
    add_once(&profile->exact, name, rank);
    if (instance)
        add_once(&profile->shared, plain, rank);
    else if (!strcmp(plain, name))
        add_once(&profile->all, plain, rank);
    free(plain);
}

/* Cuts the text into lines. False: *line, from 1, is none of a profile. */
static bool add_lines(Profile *profile, char *text, uint32_t *line)
{
    char *at;
    for (*line = 1; (at = strsep(&text, "\n")); ++*line) {
        char *name = strchr(at, '\t');
        if (!*at)
            continue;
        if (!name || !strchr(name + 1, '\t'))
            return false;
        add_name(profile, name + 1);
    }
    return true;
}

bool profile_add(Profile *profile, Bytes content, const char *path, Err *err)
{
    uint32_t line;
    char *text = mem_strndup((const char *)content.data, content.size);
    bool ok = add_lines(profile, text, &line) ||
              err_set(err, ERR_BAD_IMAGE,
                      "%s:%u: no line as codicil --list-methods writes them (how, "
                      "assembly, method, with tabs between)",
                      path, line);
    free(text);
    return ok;
}

bool profile_read(Profile *profile, const char *path, Err *err)
{
    File file;
    if (!file_open(&file, path, false, err))
        return false;
    bool ok = profile_add(profile, file.bytes, path, err);
    file_close(&file);
    return ok;
}

void profile_add_library(Profile *profile, const Library *library)
{
    uint32_t line;
    char *text = mem_strdup(library->start);
    add_lines(profile, text, &line);
    free(text);
}

void profile_free(Profile *profile)
{
    map_keyed_free(&profile->exact);
    map_keyed_free(&profile->shared);
    map_keyed_free(&profile->all);
}

/* -- Methods --------------------------------------------------------------------- */

uint32_t profile_rank(const Profile *profile, Method *method)
{
    Arena scratch = ARENA_INIT;
    bool ignored;
    if (!profile->n)
        return PROFILE_NONE;
    const Assembly *assembly = synth_base(method)->type->assembly;
    char *name = arena_printf(&scratch, "%s\t%s", assembly ? assembly->name : "-",
                              method_name(&scratch, method));
    char *plain = without_arguments(name, &ignored);
    uintptr_t rank = (uintptr_t)map_str_get(&profile->exact, name);
    if (!rank && method_is_shared(method))
        rank = (uintptr_t)map_str_get(&profile->shared, plain);
    if (!rank)
        rank = (uintptr_t)map_str_get(&profile->all, plain);
    arena_free(&scratch);
    free(plain);
    return rank ? (uint32_t)rank - 1 : PROFILE_NONE;
}
