/* tidy.c - see tidy.h. */
#include "crossgen/tidy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "common/base/dir.h"
#include "common/base/hash.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "crossgen/compile.h"
#include "format/jitcache.h"
#include "format/sidecar.h"

enum {
    INLINE_LIMIT = 10000,
    OPT_LEVEL = 2,
    BATCH = 300,         /* methods in a context */
    SMALL = 64,          /* rows of an image that is always worth it */
    LEFT_OVER = 60 * 60, /* seconds after which nobody writes that file any more */
};
#define CACHE_BYTES (256ull << 20)

void tidy_detach(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; null >= 0 && fd <= 2; fd++)
        dup2(null, fd);
    (void)!nice(19);
}

/* -- One directory ----------------------------------------------------------------- */

typedef struct Tidy {
    Assembly *home;
    int dir;
    const char *work;
    uint32_t level;
    HostFacts host;
    VEC(Sidecar *) images; /* the small ones first */
    size_t n_chosen;       /* of them, to be put together */
    Arena arena;
    Map seen; /* CodegenItem by method and loop */
    CodegenItem *items;
    size_t n_items;
    char out[JITCACHE_NAME]; /* the new file */
} Tidy;

static void tidy_open_image(Tidy *t, const char *name)
{
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    int fd = dir_open_file(t->dir, name);
    Sidecar *image = fd < 0 ? NULL : sidecar_open_fd(fd, name, 0, &verdict);
    if (image && sidecar_verify(image, &t->host, NULL, t->home, 0, &verdict)) {
        *vec_push(&t->images) = image;
    } else {
        unlinkat(t->dir, name, 0);
        if (image)
            sidecar_close(image);
    }
    verdict_free(&verdict);
}

/* What a writer that died left behind; the lock stays. */
static void tidy_left_over(const Tidy *t, const char *name)
{
    struct stat st;
    if (!fstatat(t->dir, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISREG(st.st_mode) &&
        time(NULL) - st.st_mtime > LEFT_OVER)
        unlinkat(t->dir, name, 0);
}

static int compare_images(const void *a, const void *b)
{
    const Sidecar *x = *(Sidecar *const *)a, *y = *(Sidecar *const *)b;
    if (x->n_rows != y->n_rows)
        return x->n_rows < y->n_rows ? -1 : 1;
    return strcmp(x->path, y->path);
}

/* An image is compiled again only together with smaller ones that hold as much: then a
 * method is compiled a few times in all, however often programs leave something behind.
 */
static void tidy_choose(Tidy *t)
{
    size_t smaller = 0, rows = 0;
    if (t->images.n)
        qsort(t->images.at, t->images.n, sizeof *t->images.at, compare_images);
    for (size_t i = 0; i < t->images.n; i++) {
        uint32_t own = t->images.at[i]->n_rows;
        smaller += own;
        if (own <= smaller - own + SMALL) {
            t->n_chosen = i + 1;
            rows = smaller;
        }
    }
    t->items = arena_array(&t->arena, CodegenItem, rows + 1);
}

static bool item_equal(const void *value, const void *key)
{
    const CodegenItem *a = value, *b = key;
    return a->method == b->method && a->osr_il == b->osr_il && a->osr == b->osr;
}

static bool tidy_has(Tidy *t, const CodegenItem *item)
{
    SidecarMethod found;
    bool has = false;
    for (size_t i = t->n_chosen; i < t->images.n && !has; i++) {
        Verdict verdict = {.kind = VERDICT_ACCEPTED};
        has = sidecar_find(t->images.at[i], item->method, item->osr_il, &found) &&
              sidecar_check(&found, &verdict); /* not what its IL was before */
        verdict_free(&verdict);
    }
    if (has)
        return true;
    return map_get(&t->seen, hash_mix(hash_ptr(item->method), item->osr_il), item_equal,
                   item) != NULL;
}

static void tidy_collect(Tidy *t, Sidecar *image)
{
    for (uint32_t row = 0; row < image->n_rows; row++) {
        SidecarMethod found;
        Err ignored = ERR_INIT;
        if (!sidecar_method(image, row, &found))
            continue;
        bool osr = found.flags & UNIT_METHOD_OSR;
        CodegenItem item = {.method = sidecar_method_subject(&found, &ignored),
                            .osr = osr,
                            .osr_il = osr ? found.osr_il : IR_NONE};
        if (!item.method || tidy_has(t, &item))
            continue;
        CodegenItem *kept = &t->items[t->n_items++];
        *kept = item;
        map_put(&t->seen, hash_mix(hash_ptr(item.method), item.osr_il), kept);
    }
}

static bool tidy_write(Tidy *t, const CompileJob *job, Err *err)
{
    Buffer image = BUFFER_INIT;
    bool ok = compile_image(job, t->level, &image, err);
    ok = ok && jitcache_write(t->dir, buffer_bytes(&image), t->out, err);
    buffer_free(&image);
    return ok;
}

static bool tidy_compile(Tidy *t, Err *err)
{
    char name[32];
    CompileJob job = {.world = t->home->world,
                      .home = t->home,
                      .isa = cpu_level_name(t->level),
                      .opt_level = OPT_LEVEL,
                      .inline_limit = INLINE_LIMIT,
                      .dir = t->work,
                      .name = name};
    for (size_t first = 0; first < t->n_items; first += BATCH) {
        snprintf(name, sizeof name, "c%zu", first / BATCH);
        job.items = t->items + first;
        job.n = t->n_items - first < BATCH ? t->n_items - first : BATCH;
        compile_run(&job);
    }
    bool ok = !job.units.n || tidy_write(t, &job, err);
    compile_free(&job);
    return ok;
}

static void tidy_visit(Tidy *t)
{
    const struct dirent *entry;
    DIR *dir = dir_list(t->dir);
    while (dir && (entry = readdir(dir))) {
        if (*entry->d_name == '.' || !strcmp(entry->d_name, JITCACHE_LOCK))
            continue;
        if (jitcache_is_image(entry->d_name))
            tidy_open_image(t, entry->d_name);
        else
            tidy_left_over(t, entry->d_name);
    }
    if (dir)
        closedir(dir);
}

/* guilty: the one before ended in the middle, so nothing is compiled. */
static void tidy_merge(Tidy *t, bool guilty)
{
    Err err = ERR_INIT;
    tidy_visit(t);
    tidy_choose(t);
    for (size_t i = 0; i < t->n_chosen && !guilty; i++)
        tidy_collect(t, t->images.at[i]);
    if (t->n_chosen > 1 && (guilty || tidy_compile(t, &err)))
        for (size_t i = 0; i < t->n_chosen; i++)
            if (strcmp(t->images.at[i]->path, t->out) != 0)
                unlinkat(t->dir, t->images.at[i]->path, 0);
    if (err.kind)
        log_line(LOG_INFO, "%s: %s", t->home->name, err.text);
    for (size_t i = 0; i < t->images.n; i++)
        sidecar_close(t->images.at[i]);
    vec_free(&t->images);
    map_free(&t->seen);
    arena_free(&t->arena);
}

/* One process at a time. The lock holds a byte while it works: it is still there when
 * the compiler took the process with it. */
static void tidy_locked(Tidy *tidy)
{
    struct stat st;
    const int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    int lock = openat(tidy->dir, JITCACHE_LOCK, flags, 0600);
    if (lock >= 0 && !flock(lock, LOCK_EX | LOCK_NB) && !fstat(lock, &st) &&
        (st.st_size || write(lock, "1", 1) == 1)) {
        tidy_merge(tidy, st.st_size != 0);
        (void)!ftruncate(lock, 0);
    }
    if (lock >= 0)
        close(lock);
}

static void tidy_dir(World *world, int root, const JitTidyDir *what, uint32_t level,
                     const char *work)
{
    Err err = ERR_INIT;
    Tidy tidy = {.work = work, .level = level, .arena = ARENA_INIT};
    tidy.home = world_load_file(world, what->assembly, &err);
    if (!tidy.home || !host_detect(&tidy.host, &err) || strchr(what->dir, '/'))
        return;
    tidy.dir = dir_open_own(root, what->dir, &err);
    if (tidy.dir >= 0) {
        tidy_locked(&tidy);
        close(tidy.dir);
    }
}

/* -- The whole --------------------------------------------------------------------- */

typedef struct CacheDir {
    char *name;
    time_t used;
    uint64_t bytes;
} CacheDir;
typedef VEC(CacheDir) CacheDirs;

/* Visits the images and locks of a directory: removes them, or sums up their sizes. */
static uint64_t dir_files(int at, bool remove_them)
{
    const struct dirent *entry;
    uint64_t bytes = 0;
    struct stat st;
    DIR *dir = dir_list(at);
    while (dir && (entry = readdir(dir))) {
        if ((!jitcache_is_image(entry->d_name) &&
             strcmp(entry->d_name, JITCACHE_LOCK) != 0) ||
            fstatat(at, entry->d_name, &st, AT_SYMLINK_NOFOLLOW))
            continue;
        bytes += (uint64_t)st.st_blocks * 512;
        if (remove_them)
            unlinkat(at, entry->d_name, 0);
    }
    if (dir)
        closedir(dir);
    return bytes;
}

/* Lists the directories of the cache; the sum of their sizes. */
static uint64_t dirs_list(int root, CacheDirs *dirs)
{
    const struct dirent *entry;
    uint64_t bytes = 0;
    DIR *list = dir_list(root);
    while (list && (entry = readdir(list))) {
        struct stat st;
        Err ignored = ERR_INIT;
        int dir =
            *entry->d_name == '.' ? -1 : dir_open_own(root, entry->d_name, &ignored);
        if (dir < 0)
            continue;
        if (!fstat(dir, &st)) {
            uint64_t size = dir_files(dir, false);
            bytes += size;
            *vec_push(dirs) = (CacheDir){mem_strdup(entry->d_name), st.st_mtime, size};
        }
        close(dir);
    }
    if (list)
        closedir(list);
    return bytes;
}

static void dir_remove(int root, const char *name)
{
    Err ignored = ERR_INIT;
    int dir = dir_open_own(root, name, &ignored);
    if (dir < 0)
        return;
    dir_files(dir, true);
    close(dir);
    unlinkat(root, name, AT_REMOVEDIR);
}

static int compare_dirs(const void *a, const void *b)
{
    const CacheDir *x = a, *y = b;
    return x->used < y->used ? -1 : x->used > y->used;
}

/* What was used longest ago goes, until a quarter of the room is free again. */
static void tidy_size(int root)
{
    CacheDirs dirs = {0};
    uint64_t bytes = dirs_list(root, &dirs);
    if (dirs.n)
        qsort(dirs.at, dirs.n, sizeof *dirs.at, compare_dirs);
    bool large = bytes > CACHE_BYTES;
    for (size_t i = 0; i < dirs.n; i++) {
        if (large && bytes > CACHE_BYTES / 4 * 3) {
            dir_remove(root, dirs.at[i].name);
            bytes -= dirs.at[i].bytes;
        }
        free(dirs.at[i].name);
    }
    vec_free(&dirs);
}

void tidy_cache(World *world, const JitTidy *tidy, uint32_t level, const char *work)
{
    Err err = ERR_INIT;
    int root = dir_open_own(AT_FDCWD, tidy->root, &err);
    if (root < 0)
        return;
    for (uint32_t i = 0; i < tidy->n; i++)
        tidy_dir(world, root, &tidy->dirs[i], level, work);
    tidy_size(root);
    close(root);
}
