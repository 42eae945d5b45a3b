#include "loader/exec/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/hash.h"
#include "common/base/log.h"
#include "format/jitproto.h"
#include "loader/exec/bind.h"
#include "loader/exec/worker.h"

enum { PATH_ROOM = 4096, FILES_MAX = 4096, TIDY_FILES = 16, TOUCH_SECONDS = 86400 };

/* What this process has seen and done of an assembly's directory. */
typedef struct CacheDir {
    Assembly *home;
    uint32_t files;
    bool made; /* by this process */
} CacheDir;

static struct {
    pthread_mutex_t lock; /* leaf */
    VEC(CacheDir) dirs;
} cache = {.lock = PTHREAD_MUTEX_INITIALIZER};

static void cache_count(Assembly *home, uint32_t files, bool made)
{
    CacheDir *dir = NULL;
    pthread_mutex_lock(&cache.lock);
    for (size_t i = 0; i < cache.dirs.n && !dir; i++)
        if (cache.dirs.at[i].home == home)
            dir = &cache.dirs.at[i];
    if (!dir) {
        dir = vec_push(&cache.dirs);
        *dir = (CacheDir){home, 0, false};
    }
    dir->files += files;
    dir->made = dir->made || made;
    pthread_mutex_unlock(&cache.lock);
}

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

/* What another build of the compiler made, mistakes included, is not used. */
static uint32_t cache_compiler(void)
{
    static _Atomic uint64_t known; /* with a bit above the identity */
    uint64_t compiler = known;
    if (!compiler)
        known = compiler = (uint64_t)1 << 32 | worker_identity();
    return (uint32_t)compiler;
}

static bool cache_dir(char *out, size_t size, const Assembly *home)
{
    char root[PATH_ROOM], mvid[33];
    if (!cache_root(root, sizeof root))
        return false;
    for (int i = 0; i < 16; i++)
        snprintf(mvid + 2 * i, 3, "%02x", home->image->mvid[i]);
    int n =
        snprintf(out, size, "%s/%s-%s-%016llx-%s-%08x", root, home->name, mvid,
                 (unsigned long long)home->image->content,
                 cpu_level_name(cpu_level_of(bind_host()->features)), cache_compiler());
    return n > 0 && (size_t)n < size && !strchr(home->name, '/');
}

/* Code is run from here: nobody else may be able to write. */
static bool dir_is_ours(const char *path)
{
    struct stat st;
    return !lstat(path, &st) && S_ISDIR(st.st_mode) && st.st_uid == geteuid() &&
           !(st.st_mode & 022);
}

/* The directory that was used longest ago goes first when the cache is too large. */
static void dir_touch(const char *path)
{
    struct stat st;
    if (!stat(path, &st) && time(NULL) - st.st_mtime > TOUCH_SECONDS)
        (void)utimensat(AT_FDCWD, path, NULL, 0);
}

void cache_store(Assembly *home, int fd)
{
    char dir[PATH_ROOM], path[PATH_ROOM + 32];
    struct stat st;
    Err err = ERR_INIT;
    if (!cache_dir(dir, sizeof dir, home))
        return;
    bool made = !file_exists(dir);
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
    else
        cache_count(home, 1, made);
    munmap(bytes, (size_t)st.st_size);
}

void cache_visit(Assembly *home, CacheVisitor *visit, void *user)
{
    char dir[PATH_ROOM], path[PATH_ROOM + 300];
    struct dirent *entry;
    uint32_t n = 0;
    if (!cache_dir(dir, sizeof dir, home) || !dir_is_ours(dir))
        return;
    dir_touch(dir);
    DIR *stream = opendir(dir);
    while (stream && n < FILES_MAX && (entry = readdir(stream))) {
        size_t length = strlen(entry->d_name);
        if (length < 5 || strcmp(entry->d_name + length - 4, ".r2r"))
            continue;
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        visit(user, path);
        n++;
    }
    if (stream)
        closedir(stream);
    cache_count(home, n, false);
}

bool cache_tidy(Buffer *out)
{
    char root[PATH_ROOM], dir[PATH_ROOM];
    Arena scratch = ARENA_INIT;
    bool made = false;
    if (!cache.dirs.n || !cache_root(root, sizeof root))
        return false;
    pthread_mutex_lock(&cache.lock);
    JitTidy tidy = {.root = root,
                    .dirs = arena_array(&scratch, JitTidyDir, cache.dirs.n)};
    for (size_t i = 0; i < cache.dirs.n; i++) {
        const CacheDir *d = &cache.dirs.at[i];
        made = made || d->made;
        if (d->files > TIDY_FILES && cache_dir(dir, sizeof dir, d->home) &&
            dir_is_ours(dir))
            tidy.dirs[tidy.n++] =
                (JitTidyDir){arena_strdup(&scratch, dir), d->home->image->path};
    }
    pthread_mutex_unlock(&cache.lock);
    bool wanted = made || tidy.n;
    if (wanted)
        jit_tidy_write(out, &tidy);
    arena_free(&scratch);
    return wanted;
}
