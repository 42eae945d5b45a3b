#include "format/jitcache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/dir.h"
#include "common/base/hash.h"

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
