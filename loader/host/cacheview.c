/* cacheview.c - see cacheview.h. */
#include "loader/host/cacheview.h"

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
#include "common/base/mem.h"
#include "common/base/vec.h"
#include "format/jitcache.h"
#include "format/sidecar.h"

enum { PATH_ROOM = 4096, NAME_MIN = 30 };

/* What a directory of the cache holds. */
typedef struct Kept {
    char *name; /* of the directory, owned */
    uint32_t images, methods;
    uint64_t bytes;
    time_t used;
    JitRefused refused;
} Kept;

typedef VEC(Kept) AllKept;

/* -- Reading ----------------------------------------------------------------------- */

static void keep_image(Kept *kept, int dir, const char *name)
{
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    struct stat st;
    int fd = dir_open_file(dir, name);
    if (fd < 0)
        return;
    if (!fstat(fd, &st))
        kept->bytes += (uint64_t)st.st_blocks * 512;
    Sidecar *image = sidecar_open_fd(fd, name, 0, &verdict);
    if (image) {
        kept->images++;
        kept->methods += image->n_rows;
        sidecar_close(image);
    }
    verdict_free(&verdict);
}

static void keep_dir(void *user, int root, const char *name)
{
    AllKept *all = user;
    const struct dirent *entry;
    struct stat st;
    Err ignored = ERR_INIT;
    int at = dir_open_own(root, name, &ignored);
    DIR *list = at < 0 ? NULL : dir_list(at);
    if (list) {
        Kept *kept = vec_push(all);
        *kept = (Kept){.name = mem_strdup(name)};
        if (!fstat(at, &st))
            kept->used = st.st_mtime;
        while ((entry = readdir(list)))
            if (jitcache_is_image(entry->d_name))
                keep_image(kept, at, entry->d_name);
        jitcache_refused_read(at, &kept->refused);
        closedir(list);
    }
    if (at >= 0)
        close(at);
}

/* Visits the names of the directories. */
static void each_dir(int root, void (*visit)(void *user, int root, const char *name),
                     void *user)
{
    const struct dirent *entry;
    DIR *list = dir_list(root);
    while (list && (entry = readdir(list)))
        if (*entry->d_name != '.')
            visit(user, root, entry->d_name);
    if (list)
        closedir(list);
}

static int compare_kept(const void *a, const void *b)
{
    const Kept *x = a, *y = b;
    return strcmp(x->name, y->name);
}

/* -- Showing ----------------------------------------------------------------------- */

/* The directory is NAME-MVID-CONTENT-LEVEL-COMPILER; a name may have dashes, too. */
static int name_length(const char *directory)
{
    const char *at = directory;
    while ((at = strchr(at + 1, '-')))
        if (strspn(at + 1, "0123456789abcdef") == 32 && at[33] == '-')
            return (int)(at - directory);
    return (int)strlen(directory);
}

static void show_kept(const Kept *kept)
{
    char used[20] = "";
    struct tm tm;
    if (localtime_r(&kept->used, &tm))
        strftime(used, sizeof used, "%Y-%m-%d %H:%M", &tm);
    printf("%-*.*s %8u %8u %7u %9.1f  %s\n", NAME_MIN, name_length(kept->name),
           kept->name, kept->methods, kept->refused.n, kept->images,
           (double)kept->bytes / 1024, used);
}

static void show_refused(const Kept *kept)
{
    for (uint32_t i = 0; i < kept->refused.n; i++) {
        const char *line = kept->refused.lines[i], *tab = strchr(line, '\t');
        printf("refused: %.*s: %s\n", (int)(tab - line), line, tab + 1);
    }
}

/* Without a worker the file has what went wrong last. */
static void show_worker(int root)
{
    char text[500];
    int pending = jitcache_open_lock(root, JITCACHE_PENDING);
    bool busy = pending >= 0 && flock(pending, LOCK_EX | LOCK_NB);
    int worker = dir_open_file(root, JITCACHE_WORKER);
    ssize_t n = worker < 0 ? 0 : read(worker, text, sizeof text - 1);
    text[n > 0 ? n : 0] = '\0';
    if (busy)
        printf("worker: %s\n", *text ? text : "starts");
    else if (*text)
        printf("worker: none; the last one ended: %s\n", text);
    else
        printf("worker: none\n");
    if (pending >= 0)
        close(pending);
    if (worker >= 0)
        close(worker);
}

static void show(int root, const char *path)
{
    AllKept all = {0};
    each_dir(root, keep_dir, &all);
    if (all.n)
        qsort(all.at, all.n, sizeof *all.at, compare_kept);
    printf("%s\n%-*s %8s %8s %7s %9s  %s\n", path, NAME_MIN, "assembly", "methods",
           "refused", "images", "KiB", "used");
    for (size_t i = 0; i < all.n; i++)
        show_kept(&all.at[i]);
    for (size_t i = 0; i < all.n; i++) {
        show_refused(&all.at[i]);
        jitcache_refused_free(&all.at[i].refused);
        free(all.at[i].name);
    }
    vec_free(&all);
    show_worker(root);
}

/* -- Waiting, clearing ------------------------------------------------------------- */

static bool wait_idle(int root, Err *err)
{
    int pending = jitcache_open_lock(root, JITCACHE_PENDING);
    bool ok = pending >= 0;
    while (ok && flock(pending, LOCK_EX))
        ok = errno == EINTR;
    if (!ok)
        err_set(err, ERR_IO, "%s: %s", JITCACHE_PENDING, strerror(errno));
    if (pending >= 0)
        close(pending);
    return ok;
}

static void clear_dir(void *user, int root, const char *name)
{
    const struct dirent *entry;
    Err ignored = ERR_INIT;
    int at = dir_open_own(root, name, &ignored);
    DIR *list = at < 0 ? NULL : dir_list(at);
    (void)user;
    while (list && (entry = readdir(list)))
        if (jitcache_is_image(entry->d_name) ||
            !strcmp(entry->d_name, JITCACHE_REFUSED))
            unlinkat(at, entry->d_name, 0);
    if (list)
        closedir(list);
    if (at >= 0)
        close(at);
    unlinkat(root, name, AT_REMOVEDIR);
}

bool cacheview_run(CacheTask task, Err *err)
{
    char path[PATH_ROOM];
    if (!jitcache_root(path, sizeof path))
        return err_set(err, ERR_IO,
                       "there is no cache: neither CODICIL_CACHE, XDG_CACHE_HOME nor "
                       "HOME says where");
    int root = dir_open_own(AT_FDCWD, path, err);
    if (root < 0) {
        if (!err->kind && task == CACHE_SHOW)
            printf("%s: nothing is kept\n", path);
        return !err->kind;
    }
    bool ok = true;
    if (task == CACHE_SHOW)
        show(root, path);
    else if (task == CACHE_WAIT)
        ok = wait_idle(root, err);
    else
        each_dir(root, clear_dir, NULL);
    close(root);
    return ok;
}
