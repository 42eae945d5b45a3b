#include "loader/exec/cache.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/hash.h"
#include "common/base/log.h"
#include "loader/exec/bind.h"

enum { PATH_ROOM = 4096, FILES_MAX = 4096 };

static bool cache_root(char *out, size_t size)
{
    const char *own = getenv("CODICIL_CACHE"), *xdg = getenv("XDG_CACHE_HOME");
    const char *home = getenv("HOME");
    int n = -1;
    if (own && *own)
        n = snprintf(out, size, "%s", own);
    else if (xdg && *xdg == '/')
        n = snprintf(out, size, "%s/codicil", xdg);
    else if (home && *home == '/')
        n = snprintf(out, size, "%s/.cache/codicil", home);
    return n > 0 && (size_t)n < size;
}

static bool cache_dir(char *out, size_t size, const Assembly *home)
{
    char root[PATH_ROOM], mvid[33];
    if (!cache_root(root, sizeof root))
        return false;
    for (int i = 0; i < 16; i++)
        snprintf(mvid + 2 * i, 3, "%02x", home->image->mvid[i]);
    int n = snprintf(out, size, "%s/%s-%s-%s", root, home->name, mvid,
                     cpu_level_name(cpu_level_of(bind_host()->features)));
    return n > 0 && (size_t)n < size && !strchr(home->name, '/');
}

/* Code is run from here: nobody else may be able to write. */
static bool dir_is_ours(const char *path)
{
    struct stat st;
    return !lstat(path, &st) && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           !(st.st_mode & 022);
}

void cache_store(Assembly *home, int fd)
{
    char dir[PATH_ROOM], path[PATH_ROOM + 32];
    struct stat st;
    Err err = ERR_INIT;
    if (!cache_dir(dir, sizeof dir, home))
        return;
    if (!file_make_dirs(dir, 0700, &err) || !dir_is_ours(dir)) {
        log_line(LOG_INFO, "JIT cache: %s",
                 err.kind ? err.text : "the directory is open to others");
        return;
    }
    if (fstat(fd, &st) || !st.st_size)
        return;
    void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes == MAP_FAILED)
        return;
    snprintf(path, sizeof path, "%s/%016llx.r2r", dir,
             (unsigned long long)hash_bytes(bytes, (size_t)st.st_size));
    if (!file_write(path, (Bytes){bytes, (size_t)st.st_size}, 0600, &err))
        log_line(LOG_INFO, "JIT cache: %s", err.text);
    munmap(bytes, (size_t)st.st_size);
}

void cache_visit(Assembly *home, CacheVisitor *visit, void *user)
{
    char dir[PATH_ROOM], path[PATH_ROOM + 300];
    struct dirent *entry;
    if (!cache_dir(dir, sizeof dir, home) || !dir_is_ours(dir))
        return;
    DIR *stream = opendir(dir);
    for (int n = 0; stream && n < FILES_MAX && (entry = readdir(stream));) {
        size_t length = strlen(entry->d_name);
        if (length < 5 || strcmp(entry->d_name + length - 4, ".r2r"))
            continue;
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        visit(user, path);
        n++;
    }
    if (stream)
        closedir(stream);
}
