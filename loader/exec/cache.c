#include "loader/exec/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/dir.h"
#include "common/base/file.h"
#include "common/base/log.h"
#include "format/jitproto.h"
#include "loader/exec/bind.h"
#include "loader/exec/worker_private.h"

enum {
    PATH_ROOM = 4096,
    NAME_ROOM = 256, /* of a file */
    FILES_MAX = 4096,
    TIDY_FILES = 16,
    TOUCH_SECONDS = 86400
};

/* What this process has seen and done of an assembly's directory. */
typedef struct CacheDir {
    Assembly *home;
    uint32_t files;
    bool made; /* by this process */
} CacheDir;

static struct {
    Lock lock; /* leaf */
    VEC(CacheDir) dirs;
    char problem[400]; /* the first reason not to use it, or a part of it */
} cache = {.lock = LOCK_INIT(LOCK_LEAF)};

static void cache_count(Assembly *home, uint32_t files, bool made)
{
    CacheDir *dir = NULL;
    lock_acquire(&cache.lock);
    for (size_t i = 0; i < cache.dirs.n && !dir; i++)
        if (cache.dirs.at[i].home == home)
            dir = &cache.dirs.at[i];
    if (!dir) {
        dir = vec_push(&cache.dirs);
        *dir = (CacheDir){home, 0, false};
    }
    dir->files += files;
    dir->made = dir->made || made;
    lock_release(&cache.lock);
}

/* The first reason stays for --stats. */
static void cache_problem(const char *where, const Err *err)
{
    char text[sizeof cache.problem];
    int n = snprintf(text, sizeof text, "%.200s%s%.*s", where, *where ? "/" : "",
                     *where ? 190 : 390, err->text);
    log_line(LOG_INFO, "JIT cache: not used: %s", text);
    lock_acquire(&cache.lock);
    if (!*cache.problem && n > 0)
        memcpy(cache.problem, text, sizeof text);
    lock_release(&cache.lock);
}

void cache_describe(char path[4096], char problem[400])
{
    if (!jitcache_root(path, PATH_ROOM))
        *path = '\0';
    lock_acquire(&cache.lock);
    snprintf(problem, sizeof cache.problem, "%s", cache.problem);
    lock_release(&cache.lock);
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

static bool cache_name(char *out, size_t size, const Assembly *home)
{
    char mvid[33];
    for (int i = 0; i < 16; i++)
        snprintf(mvid + 2 * i, 3, "%02x", home->image->mvid[i]);
    int n =
        snprintf(out, size, "%s-%s-%016llx-%s-%08x", home->name, mvid,
                 (unsigned long long)home->image->content,
                 cpu_level_name(cpu_level_of(bind_host()->features)), cache_compiler());
    return n > 0 && (size_t)n < size && !strchr(home->name, '/');
}

static bool make_parents(const char *root, Err *err)
{
    char parent[PATH_ROOM];
    const char *slash = strrchr(root, '/');
    if (!slash || slash == root)
        return true;
    snprintf(parent, sizeof parent, "%.*s", (int)(slash - root), root);
    return file_make_dirs(parent, 0700, err);
}

/* Opens root and, in it, the assembly's directory; -1. make: makes them, and *made says
 * whether the assembly's is new. */
static int cache_open(const Assembly *home, bool make, bool *made)
{
    char root[PATH_ROOM], name[NAME_ROOM];
    Err err = ERR_INIT;
    int at = -1, dir = -1;
    if (!jitcache_root(root, sizeof root) || !cache_name(name, sizeof name, home))
        return -1;
    if (!make)
        at = dir_open_own(AT_FDCWD, root, &err);
    else if (make_parents(root, &err))
        at = dir_make_own(AT_FDCWD, root, made, &err);
    if (err.kind)
        cache_problem("", &err);
    if (at < 0)
        return -1;
    dir = make ? dir_make_own(at, name, made, &err) : dir_open_own(at, name, &err);
    if (err.kind)
        cache_problem(root, &err);
    close(at);
    return dir;
}

/* The directory that was used longest ago goes first when the cache is too large. */
static void dir_touch(int dir)
{
    struct stat st;
    if (!fstat(dir, &st) && time(NULL) - st.st_mtime > TOUCH_SECONDS)
        (void)futimens(dir, NULL);
}

void cache_store(Assembly *home, int fd)
{
    char name[JITCACHE_NAME];
    struct stat st;
    bool made = false;
    Err err = ERR_INIT;
    if (fstat(fd, &st) || !st.st_size)
        return;
    int dir = cache_open(home, true, &made);
    if (dir < 0)
        return;
    void *bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (bytes != MAP_FAILED) {
        if (!jitcache_write(dir, (Bytes){bytes, (size_t)st.st_size}, name, &err))
            log_line(LOG_INFO, "JIT cache: %s", err.text);
        else
            cache_count(home, 1, made);
        munmap(bytes, (size_t)st.st_size);
    }
    close(dir);
}

static void visit_file(int dir, const char *path, CacheVisitor *visit, void *user)
{
    const char *name = strrchr(path, '/') + 1;
    int fd = dir_open_file(dir, name);
    if (fd < 0 || !visit(user, fd, path))
        unlinkat(dir, name, 0);
}

void cache_visit(Assembly *home, CacheVisitor *visit, void *user)
{
    char root[PATH_ROOM], name[NAME_ROOM], path[PATH_ROOM + NAME_ROOM + 300];
    struct dirent *entry;
    uint32_t n = 0;
    int dir = cache_open(home, false, NULL);
    if (dir < 0 || !jitcache_root(root, sizeof root) ||
        !cache_name(name, sizeof name, home))
        return;
    dir_touch(dir);
    DIR *stream = dir_list(dir);
    while (stream && n < FILES_MAX && (entry = readdir(stream))) {
        if (!jitcache_is_image(entry->d_name))
            continue;
        snprintf(path, sizeof path, "%s/%s/%s", root, name, entry->d_name);
        visit_file(dir, path, visit, user);
        n++;
    }
    if (stream)
        closedir(stream);
    close(dir);
    cache_count(home, n, false);
}

void cache_refused(const Assembly *home, JitRefused *out)
{
    int dir = cache_open(home, false, NULL);
    *out = (JitRefused){.text = NULL};
    if (dir < 0)
        return;
    jitcache_refused_read(dir, out);
    close(dir);
}

int cache_pending(void)
{
    char root[PATH_ROOM];
    Err ignored = ERR_INIT;
    int at =
        jitcache_root(root, sizeof root) ? dir_open_own(AT_FDCWD, root, &ignored) : -1;
    int lock = at < 0 ? -1 : jitcache_open_lock(at, JITCACHE_PENDING);
    if (at >= 0)
        close(at);
    if (lock >= 0 && flock(lock, LOCK_SH | LOCK_NB)) {
        close(lock);
        lock = -1;
    }
    return lock;
}

/* Places for what will be compiled. */
static void make_dirs(const Learned *learned)
{
    for (size_t i = 0; i < learned->n; i++) {
        bool made = false;
        int dir = cache_open(learned->at[i].home, true, &made);
        if (dir < 0)
            continue;
        cache_count(learned->at[i].home, 0, made);
        close(dir);
    }
}

static Bytes learned_of(const Learned *learned, const Assembly *home)
{
    for (size_t i = 0; i < learned->n; i++)
        if (learned->at[i].home == home)
            return buffer_bytes(&learned->at[i].request);
    return (Bytes){NULL, 0};
}

bool cache_tidy(const Learned *learned, Buffer *out)
{
    char root[PATH_ROOM], name[NAME_ROOM];
    Arena scratch = ARENA_INIT;
    bool made = false;
    make_dirs(learned);
    if (!cache.dirs.n || !jitcache_root(root, sizeof root))
        return false;
    lock_acquire(&cache.lock);
    JitTidy tidy = {.root = root,
                    .dirs = arena_array(&scratch, JitTidyDir, cache.dirs.n)};
    for (size_t i = 0; i < cache.dirs.n; i++) {
        const CacheDir *d = &cache.dirs.at[i];
        Bytes learn = learned_of(learned, d->home);
        made = made || d->made;
        if ((d->files > TIDY_FILES || learn.size) &&
            cache_name(name, sizeof name, d->home))
            tidy.dirs[tidy.n++] =
                (JitTidyDir){arena_strdup(&scratch, name), d->home->image->path, learn};
    }
    lock_release(&cache.lock);
    bool wanted = made || tidy.n;
    if (wanted)
        jit_tidy_write(out, &tidy);
    arena_free(&scratch);
    return wanted;
}
