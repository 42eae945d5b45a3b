#include "format/jitcache.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/dir.h"
#include "common/base/hash.h"
#include "common/base/mem.h"

enum { REFUSED_MAX = 4 << 20 }; /* bytes */

bool jitcache_root(char *out, size_t size)
{
    const char *own = secure_getenv("CODICIL_CACHE");
    const char *xdg = secure_getenv("XDG_CACHE_HOME"), *home = secure_getenv("HOME");
    int n = -1;
    if (own && *own)
        n = snprintf(out, size, "%s", own);
    else if (xdg && *xdg == '/')
        n = snprintf(out, size, "%s/codicil", xdg);
    else if (home && *home == '/')
        n = snprintf(out, size, "%s/.cache/codicil", home);
    if (n <= 0 || (size_t)n >= size)
        return false;
    while (n > 1 && out[n - 1] == '/') /* a slash at the end would follow a link */
        out[--n] = '\0';
    return true;
}

bool jitcache_is_image(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && !strcmp(name + length - 4, ".r2r");
}

bool jitcache_write(int dir, Bytes image, char name[JITCACHE_NAME], Err *err)
{
    snprintf(name, JITCACHE_NAME, "%016llx.r2r",
             (unsigned long long)hash_bytes(image.data, image.size));
    return dir_write(dir, name, image, 0600, err);
}

int jitcache_open_lock(int root, const char *name)
{
    return openat(root, name, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                  0600);
}

/* -- What was refused -------------------------------------------------------------- */

static char *read_text(int dir, const char *name)
{
    struct stat st;
    int fd = dir_open_file(dir, name);
    char *text = NULL;
    if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0 &&
        st.st_size <= REFUSED_MAX) {
        text = mem_alloc((size_t)st.st_size + 1);
        ssize_t n = read(fd, text, (size_t)st.st_size);
        text[n > 0 ? n : 0] = '\0';
    }
    if (fd >= 0)
        close(fd);
    return text;
}

static bool line_read(char *line, uint64_t *key, char **rest)
{
    char *end;
    *key = strtoull(line, &end, 16);
    *rest = end + 1;
    return end == line + 16 && *end == '\t' && strchr(end + 1, '\t');
}

void jitcache_refused_read(int dir, JitRefused *out)
{
    *out = (JitRefused){.text = read_text(dir, JITCACHE_REFUSED)};
    if (!out->text)
        return;
    size_t lines = 1;
    for (const char *at = out->text; *at; at++)
        lines += *at == '\n';
    out->keys = mem_array(lines, sizeof *out->keys);
    out->lines = mem_array(lines, sizeof *out->lines);
    char *text = out->text, *line;
    while ((line = strsep(&text, "\n")))
        if (line_read(line, &out->keys[out->n], &out->lines[out->n]))
            out->n++;
}

bool jitcache_refused_has(const JitRefused *refused, uint64_t key)
{
    for (uint32_t i = 0; i < refused->n; i++)
        if (refused->keys[i] == key)
            return true;
    return false;
}

void jitcache_refused_free(JitRefused *refused)
{
    free(refused->text);
    free(refused->keys);
    free(refused->lines);
    *refused = (JitRefused){.text = NULL};
}

bool jitcache_refused_add(int dir, const JitRefused *old, Bytes more, Err *err)
{
    Buffer text = BUFFER_INIT;
    for (uint32_t i = 0; i < old->n; i++)
        buffer_printf(&text, "%016llx\t%s\n", (unsigned long long)old->keys[i],
                      old->lines[i]);
    buffer_put(&text, more.data, more.size);
    bool ok = text.size <= REFUSED_MAX
                  ? dir_write(dir, JITCACHE_REFUSED, buffer_bytes(&text), 0600, err)
                  : err_set(err, ERR_UNSUPPORTED, "too many methods are refused");
    buffer_free(&text);
    return ok;
}
