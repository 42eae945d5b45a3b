/* explain.c - what the .NET host says of a program that it refuses, in one line. */
#include "common/framework/hostfxr.h"

#include <stdio.h>
#include <string.h>

#include "common/base/bytes.h"

typedef enum Keep { KEEP_NONE, KEEP_FIRST, KEEP_ALL, KEEP_MISSING } Keep;

static const struct Failure {
    unsigned code;
    const char *what;
    Keep keep;
    const char *help;
} failures[] = {
#define HOST_FAILURE(code, what, keep, help) {code, what, KEEP_##keep, help},
#include "common/framework/hostfxr.def"
#undef HOST_FAILURE
};

/* The line at *text without the spaces around it; *text becomes the next. */
static const char *next_line(const char **text, size_t *n)
{
    const char *line = *text;
    size_t length = strcspn(line, "\n");
    *text = line + length + (line[length] == '\n');
    while (length && strchr(" \t\r", line[length - 1]))
        length--;
    size_t skipped = strspn(line, " \t");
    skipped = skipped < length ? skipped : length;
    *n = length - skipped;
    return line + skipped;
}

/* "Error:" says nothing that the line does not. */
static void keep_lines(Buffer *out, const char *text, bool all)
{
    size_t n, start = out->size;
    while (*text && (all || out->size == start)) {
        const char *line = next_line(&text, &n);
        bool heading = n == 6 && !strncmp(line, "Error:", 6);
        if (n && !heading)
            buffer_printf(out, "%s%.*s", out->size > start ? " " : "", (int)n, line);
    }
}

/* Framework: 'NAME', version 'VERSION' (x64)
 * .NET location: ROOT
 *
 * The following frameworks were found:
 *   VERSION at [DIRECTORY] */
static void keep_missing(Buffer *out, const char *text)
{
    char name[100] = "?", version[100] = "?", root[200] = "?";
    Buffer found = BUFFER_INIT;
    size_t n;
    while (*text) {
        char line[300], one[100];
        const char *start = next_line(&text, &n);
        snprintf(line, sizeof line, "%.*s", (int)n, start);
        if (sscanf(line, ".NET location: %199s", root) == 1 ||
            sscanf(line, "Framework: '%99[^']', version '%99[^']'", name, version) == 2)
            continue;
        if (sscanf(line, "%99[0-9A-Za-z.-] at [", one) == 1 && strstr(line, " at ["))
            buffer_printf(&found, "%s%s", found.size ? ", " : "", one);
    }
    buffer_printf(out, "%s %s in %s (found: %.*s)", name, version, root,
                  found.size ? (int)found.size : 4,
                  found.size ? (const char *)found.data : "none");
    buffer_free(&found);
}

static void keep_words(Buffer *out, Keep keep, const char *text)
{
    if (keep == KEEP_MISSING)
        keep_missing(out, text);
    else if (keep != KEEP_NONE)
        keep_lines(out, text, keep == KEEP_ALL);
}

void hostfxr_explain(int code, const char *words, const char *app, Err *err)
{
    Buffer text = BUFFER_INIT;
    const struct Failure *failure = NULL;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (failures[i].code == (unsigned)code)
            failure = &failures[i];
    if (failure) {
        buffer_printf(&text, "%s", failure->what);
        keep_words(&text, failure->keep, words);
    } else {
        buffer_printf(&text, "the .NET host refuses it (0x%08x): ", (unsigned)code);
        keep_lines(&text, words, true);
    }
    /* What helps is not what is cut off. */
    const char *help = failure ? failure->help : NULL;
    int room = 470 - (int)strlen(app) - (help ? (int)strlen(help) : 0);
    int n = (int)text.size < room ? (int)text.size : room > 0 ? room : 0;
    err_set(err, ERR_UNSUPPORTED, "%s: %.*s%s%s%s", app, n, (const char *)text.data,
            n < (int)text.size ? "..." : "", help ? "; " : "", help ? help : "");
    buffer_free(&text);
}
