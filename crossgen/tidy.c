/* tidy.c - see tidy.h. */
#include "crossgen/tidy.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

#include "common/base/dir.h"
#include "common/base/hash.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "crossgen/compile.h"
#include "crossgen/progress.h"
#include "crossgen/workers.h"
#include "format/jitcache.h"
#include "format/sidecar.h"

enum {
    STEP = 1000,         /* methods: what is done of them is kept whatever comes */
    SMALL = 64,          /* rows of an image that is always worth it */
    LEFT_OVER = 60 * 60, /* seconds after which nobody writes that file any more */
    TURN_SECONDS = 120,  /* so long one waits for another worker of the user */
    LEARN_SECONDS = 600, /* for all that one run left; the next one leaves the rest */
};
#define CACHE_BYTES (256ull << 20)
#define ROOM_BYTES (32ull << 20) /* that must be free to begin with */

void tidy_detach(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; null >= 0 && fd <= 2; fd++)
        dup2(null, fd);
    (void)!nice(19);
}

/* -- Who works, and at what -------------------------------------------------------- */

/* What codicil --cache says of it. */
static void state_write(int lock, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void state_write(int lock, const char *format, ...)
{
    char text[500];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    size_t size = n < 0 ? 0 : (size_t)n < sizeof text ? (size_t)n : sizeof text - 1;
    if (!ftruncate(lock, 0))
        (void)!pwrite(lock, text, size, 0);
}

static void on_alarm(int number)
{
    (void)number;
}

/* One worker a user: the others wait for a while. -1: it did not become free. */
static int turn_take(int root)
{
    struct sigaction action = {.sa_handler = on_alarm}; /* interrupts flock */
    int lock = jitcache_open_lock(root, JITCACHE_WORKER);
    sigaction(SIGALRM, &action, NULL);
    alarm(TURN_SECONDS);
    if (lock >= 0 && flock(lock, LOCK_EX)) {
        close(lock);
        lock = -1;
    }
    alarm(0);
    return lock;
}

/* -- One directory: what is in it -------------------------------------------------- */

typedef struct Wanted { /* one method, or the rest of it from a loop on */
    Method *method;
    bool osr;
    uint32_t osr_il; /* IR_NONE: all of it */
} Wanted;

typedef struct Tidy {
    Assembly *home;
    int dir, turn;
    const char *work;
    uint32_t level;
    double deadline;
    HostFacts host;
    VEC(Sidecar *) images; /* the small ones first */
    size_t n_chosen;       /* of them, to be put together */
    Arena arena;
    Map seen; /* Wanted, by method and loop */
    VEC(Wanted *) wanted;
    VEC(char *) out; /* names of the new files */
    JitRefused refused;
    Buffer refused_now;
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

/* What a writer that died left behind. */
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

static void tidy_visit(Tidy *t)
{
    const struct dirent *entry;
    DIR *dir = dir_list(t->dir);
    while (dir && (entry = readdir(dir))) {
        if (*entry->d_name == '.' || !strcmp(entry->d_name, JITCACHE_REFUSED))
            continue;
        if (jitcache_is_image(entry->d_name))
            tidy_open_image(t, entry->d_name);
        else
            tidy_left_over(t, entry->d_name);
    }
    if (dir)
        closedir(dir);
    if (t->images.n)
        qsort(t->images.at, t->images.n, sizeof *t->images.at, compare_images);
    jitcache_refused_read(t->dir, &t->refused);
}

/* -- What shall be in it ----------------------------------------------------------- */

static bool wanted_equal(const void *value, const void *key)
{
    const Wanted *a = value, *b = key;
    return a->method == b->method && a->osr_il == b->osr_il && a->osr == b->osr;
}

/* Does one of the images from `first` on hold it? Not what its IL was before. */
static bool images_have(const Tidy *t, size_t first, const Wanted *wanted)
{
    SidecarMethod found;
    bool has = false;
    for (size_t i = first; i < t->images.n && !has; i++) {
        Verdict verdict = {.kind = VERDICT_ACCEPTED};
        has = sidecar_find(t->images.at[i], wanted->method, wanted->osr_il, &found) &&
              sidecar_check(&found, &verdict);
        verdict_free(&verdict);
    }
    return has;
}

static void tidy_want(Tidy *t, Wanted wanted)
{
    uint64_t hash = hash_mix(hash_ptr(wanted.method), wanted.osr_il);
    if (map_get(&t->seen, hash, wanted_equal, &wanted))
        return;
    Wanted *kept = arena_new(&t->arena, Wanted);
    *kept = wanted;
    map_put(&t->seen, hash, kept);
    *vec_push(&t->wanted) = kept;
}

/* What the run interpreted. */
static void tidy_learn(Tidy *t, Bytes learn)
{
    JitRequest request;
    Err err = ERR_INIT;
    if (!learn.size)
        return;
    if (!jit_request_read(learn, t->home->world, &request, &t->arena, &err) ||
        request.home != t->home)
        return;
    for (uint32_t i = 0; i < request.n; i++) {
        Wanted wanted = {request.items[i].method, false, IR_NONE};
        if (wanted.method && !images_have(t, 0, &wanted))
            tidy_want(t, wanted);
    }
}

/* An image is compiled again only together with smaller ones that hold as much, or with
 * as many new methods: then a method is compiled a few times in all, however often
 * programs leave something behind. */
static void tidy_choose(Tidy *t)
{
    size_t smaller = t->wanted.n;
    for (size_t i = 0; i < t->images.n; i++) {
        uint32_t own = t->images.at[i]->n_rows;
        if (own <= smaller + SMALL)
            t->n_chosen = i + 1;
        smaller += own;
    }
    if (t->n_chosen == 1 && !t->wanted.n)
        t->n_chosen = 0;
}

static void tidy_collect(Tidy *t, Sidecar *image)
{
    for (uint32_t row = 0; row < image->n_rows; row++) {
        SidecarMethod found;
        Err ignored = ERR_INIT;
        if (!sidecar_method(image, row, &found))
            continue;
        bool osr = found.flags & UNIT_METHOD_OSR;
        Wanted wanted = {sidecar_method_subject(&found, &ignored), osr,
                         osr ? found.osr_il : IR_NONE};
        if (wanted.method && !images_have(t, t->n_chosen, &wanted))
            tidy_want(t, wanted);
    }
}

/* -- Having it compiled ------------------------------------------------------------ */

/* An image of the units from `first` on. */
static bool tidy_write(Tidy *t, const Workers *workers, size_t first, Err *err)
{
    Buffer image = BUFFER_INIT;
    char name[JITCACHE_NAME];
    CompileJob job = {.world = t->home->world, .home = t->home, .dir = t->work};
    for (size_t i = first; i < workers->units.n; i++)
        *vec_push(&job.units) = workers->units.at[i].unit;
    bool ok = !job.units.n || (compile_image(&job, t->level, &image, err) &&
                               jitcache_write(t->dir, buffer_bytes(&image), name, err));
    if (ok && job.units.n)
        *vec_push(&t->out) = mem_strdup(name);
    vec_free(&job.units); /* they are the workers' */
    buffer_free(&image);
    return ok;
}

static void tidy_refuse(Tidy *t, const PlanItem *item)
{
    uint64_t key = subject_method_key(item->method);
    if (item->osr || jitcache_refused_has(&t->refused, key))
        return;
    buffer_printf(&t->refused_now, "%016llx\t", (unsigned long long)key);
    size_t from = t->refused_now.size;
    buffer_printf(&t->refused_now, "%.500s\t%.300s",
                  method_name(&t->arena, item->method), item->reason);
    for (uint8_t *at = t->refused_now.data + from, tabs = 0;
         at < t->refused_now.data + t->refused_now.size; at++)
        if (*at < ' ' && !(*at == '\t' && !tabs++))
            *at = '?';
    buffer_u8(&t->refused_now, '\n');
}

static bool tidy_step(Tidy *t, Workers *workers, uint32_t first, uint32_t end,
                      uint32_t step, Err *err)
{
    size_t units = workers->units.n;
    state_write(t->turn, "compiles %u of %zu methods of %s", end, t->wanted.n,
                t->home->name);
    if (!workers_run(workers, first, end, step, err))
        return false;
    for (uint32_t i = first; i < end; i++)
        if (workers->plan->items.at[i].reason)
            tidy_refuse(t, &workers->plan->items.at[i]);
    return tidy_write(t, workers, units, err);
}

/* In processes of their own: a method that takes the compiler with it is refused as any
 * other. False: not all was done. */
static bool tidy_compile(Tidy *t, Err *err)
{
    Plan plan;
    Workers workers;
    Options options = {.levels = {t->level},
                       .n_levels = 1,
                       .opt_level = 2,
                       .jobs = 1,
                       .inline_limit = 10000,
                       .timeout = 60};
    bool ok = true;
    plan_open_empty(&plan, t->home);
    for (size_t i = 0; i < t->wanted.n; i++) {
        const Wanted *wanted = t->wanted.at[i];
        *vec_push(&plan.items) = (PlanItem){.method = wanted->method,
                                            .osr = wanted->osr,
                                            .osr_il = wanted->osr_il,
                                            .rank = PROFILE_NONE};
    }
    workers_open(&workers, &options, &plan, t->work);
    uint32_t n = (uint32_t)plan.items.n, end = 0;
    for (uint32_t step = 0; ok && end < n && progress_now() < t->deadline; step++) {
        uint32_t first = end;
        end = n - first < STEP ? n : first + STEP;
        ok = tidy_step(t, &workers, first, end, step, err);
    }
    workers_close(&workers);
    plan_close(&plan);
    return ok && end == n;
}

static bool is_new(const Tidy *t, const char *name)
{
    for (size_t i = 0; i < t->out.n; i++)
        if (!strcmp(t->out.at[i], name))
            return true;
    return false;
}

static void tidy_merge(Tidy *t, Bytes learn, Err *err)
{
    tidy_visit(t);
    tidy_learn(t, learn);
    tidy_choose(t);
    for (size_t i = 0; i < t->n_chosen; i++)
        tidy_collect(t, t->images.at[i]);
    bool whole = tidy_compile(t, err);
    for (size_t i = 0; i < t->n_chosen && whole; i++)
        if (!is_new(t, t->images.at[i]->path))
            unlinkat(t->dir, t->images.at[i]->path, 0);
    if (t->refused_now.size)
        jitcache_refused_add(t->dir, &t->refused, buffer_bytes(&t->refused_now), err);
}

static void tidy_free(Tidy *t)
{
    for (size_t i = 0; i < t->images.n; i++)
        sidecar_close(t->images.at[i]);
    for (size_t i = 0; i < t->out.n; i++)
        free(t->out.at[i]);
    vec_free(&t->images);
    vec_free(&t->out);
    vec_free(&t->wanted);
    map_free(&t->seen);
    jitcache_refused_free(&t->refused);
    buffer_free(&t->refused_now);
    arena_free(&t->arena);
}

static void tidy_dir(Tidy *t, World *world, int root, const JitTidyDir *what, Err *err)
{
    t->home = world_load_file(world, what->assembly, err);
    if (!t->home || !host_detect(&t->host, err) || strchr(what->dir, '/'))
        return;
    t->dir = dir_open_own(root, what->dir, err);
    if (t->dir < 0)
        return;
    tidy_merge(t, what->learn, err);
    close(t->dir);
}

/* -- The whole --------------------------------------------------------------------- */

typedef struct CacheDir {
    char *name;
    time_t used;
    uint64_t bytes;
} CacheDir;
typedef VEC(CacheDir) CacheDirs;

/* Visits the files of a directory: removes them, or sums up their sizes. */
static uint64_t dir_files(int at, bool remove_them)
{
    const struct dirent *entry;
    uint64_t bytes = 0;
    struct stat st;
    DIR *dir = dir_list(at);
    while (dir && (entry = readdir(dir))) {
        if ((!jitcache_is_image(entry->d_name) &&
             strcmp(entry->d_name, JITCACHE_REFUSED) != 0) ||
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

static void tidy_dirs(World *world, const JitTidy *tidy, int root, int turn,
                      uint32_t level, const char *work)
{
    Err first = ERR_INIT;
    double deadline = progress_now() + LEARN_SECONDS;
    for (uint32_t i = 0; i < tidy->n && progress_now() < deadline; i++) {
        Err err = ERR_INIT;
        Tidy t = {.work = work,
                  .level = level,
                  .turn = turn,
                  .deadline = deadline,
                  .arena = ARENA_INIT};
        tidy_dir(&t, world, root, &tidy->dirs[i], &err);
        tidy_free(&t);
        if (err.kind && !first.kind)
            first = err;
    }
    state_write(turn, "%s", first.kind ? first.text : "");
}

/* Minutes of work that can't be kept would be done again after each run. */
static bool has_room(int root)
{
    struct statvfs st;
    return fstatvfs(root, &st) || (uint64_t)st.f_bavail * st.f_frsize >= ROOM_BYTES;
}

void tidy_cache(World *world, const JitTidy *tidy, uint32_t level, const char *work)
{
    Err err = ERR_INIT;
    int root = dir_open_own(AT_FDCWD, tidy->root, &err);
    int turn = root < 0 ? -1 : turn_take(root);
    if (turn >= 0) {
        if (has_room(root))
            tidy_dirs(world, tidy, root, turn, level, work);
        else
            state_write(turn, "less than 32 MiB are free");
        tidy_size(root);
        close(turn);
    }
    if (root >= 0)
        close(root);
}
