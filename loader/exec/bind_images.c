/* bind_images.c - which images an assembly has.
 *
 * They are looked for once, when the first of the assembly's methods is wanted. For
 * app.exe: app.exe.r2r beside it; while none that is usable was found, app.exe.r2r in
 * each directory of CODICIL_IMAGES; and then in those of the installation (of .NET's
 * shared frameworks in NAME-VERSION/ there). Each file
 * gets a verdict (format/sidecar.h) and stays in the list for --stats, usable or not;
 * of an assembly without any the list says that it is missing. The last one found
 * stands in front, so the usable one, if there is one, is asked first.
 *
 * JIT answers are images, too, and what the cache has is looked at when a method of the
 * assembly is not in its sidecar: both stand in a list of their own, newest first.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/log.h"
#include "common/base/mem.h"
#include "common/framework/framework.h"
#include "loader/exec/bind_images.h"
#include "loader/exec/bind_private.h"
#include "loader/exec/cache.h"
#include "loader/exec/code_map_private.h"
#include "loader/exec/jit.h"
#include "loader/exec/method.h"
#include "loader/vm/vm.h"

#ifndef CODICIL_LIBDIR
#define CODICIL_LIBDIR "/usr/local/lib"
#endif

static void verdict_log(const char *path, const Verdict *verdict)
{
    if (verdict->kind == VERDICT_ACCEPTED) {
        log_line(LOG_INFO, "%s: accepted (%s)", path, verdict->isa);
        return;
    }
    for (size_t i = 0; i < verdict->reasons.n; i++)
        log_line(LOG_INFO, "%s: %s: %s", path, verdict_name(verdict),
                 verdict->reasons.at[i].text);
}

/* The address holds until the next assembly is met. */
static BoundAssembly *assembly_of(const Assembly *assembly)
{
    while (binder.assemblies.n <= assembly->index)
        (void)vec_push(&binder.assemblies);
    return &binder.assemblies.at[assembly->index];
}

static BoundImage *image_new(Assembly *assembly, const char *path)
{
    BoundImage *image = mem_alloc(sizeof *image);
    image->path = mem_strdup(path);
    image->assembly = assembly;
    image->ran = RAN_PRECOMPILED;
    return image;
}

static void image_use(BoundImage *image)
{
    const Sidecar *sidecar = image->sidecar;
    image->rows = mem_array(sidecar->n_rows + 1u, 1);
    image->subjects = mem_array(sidecar->n_rows + 1u, sizeof *image->subjects);
    if (sidecar->n_units) /* 0 serves the stubs of what GCC calls by itself */
        bind_unit(&sidecar->units[0]);
    code_map_add(sidecar->text_start, sidecar->text_end, image);
}

/* Tries one place; true: there is a file, whatever its verdict. */
static bool image_try(Assembly *assembly, const char *path)
{
    unsigned flags = vm.verify_full ? SIDECAR_VERIFY_FULL : 0;
    Verdict verdict;
    Sidecar *sidecar = sidecar_load(path, &binder.host, assembly, flags, &verdict);
    if (verdict.kind == VERDICT_MISSING) {
        verdict_free(&verdict);
        return false;
    }
    BoundImage *image = image_new(assembly, path);
    image->sidecar = sidecar;
    image->verdict = verdict;
    if (sidecar)
        image_use(image);
    if (sidecar && assembly == vm.world->corlib)
        sidecar_populate(sidecar);
    verdict_log(image->path, &image->verdict);
    *vec_push(&binder.images) = image;
    image->next = assembly_of(assembly)->first;
    assembly_of(assembly)->first = image;
    return true;
}

/* Of an assembly of a shared framework in the subdirectory for it and its version. */
static bool image_try_in(Assembly *assembly, const char *dir)
{
    char path[4096], name[1100], framework[512];
    const char *file = file_name(assembly->image->path);
    bool shared = framework_images_name(assembly->image->path, framework);
    if (snprintf(name, sizeof name, "%s%s%s.r2r", shared ? framework : "",
                 shared ? "/" : "", file) >= (int)sizeof name ||
        !file_join(path, sizeof path, dir, name))
        return false;
    return image_try(assembly, path);
}

/* The directories of CODICIL_IMAGES, in order. */
static bool images_from_environment(Assembly *assembly)
{
    const char *list = secure_getenv("CODICIL_IMAGES");
    bool found = false;
    while (list && *list) {
        size_t n = strcspn(list, ":");
        char dir[4096];
        if (n && n < sizeof dir) {
            memcpy(dir, list, n);
            dir[n] = '\0';
            found = image_try_in(assembly, dir) || found;
        }
        list += n + (list[n] == ':');
    }
    return found;
}

/* build/bin/codicil -> build/images; bin/codicil -> lib/codicil/images. */
static bool images_of_installation(Assembly *assembly)
{
    static const char *const places[] = {"/../images", "/../lib/codicil/images", NULL};
    char exe[4096], dir[4200];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n <= 0)
        return false;
    exe[n] = '\0';
    char *slash = strrchr(exe, '/');
    if (slash)
        *slash = '\0';
    for (int i = 0; places[i]; i++) {
        snprintf(dir, sizeof dir, "%s%s", exe, places[i]);
        if (image_try_in(assembly, dir))
            return true;
    }
    return image_try_in(assembly, CODICIL_LIBDIR "/codicil/images");
}

static bool image_add_cached(void *user, int fd, const char *path)
{
    Verdict verdict = {.kind = VERDICT_ACCEPTED};
    Sidecar *sidecar = sidecar_load_fd(fd, path, &binder.host, user, 0, &verdict);
    if (sidecar)
        bind_add_jitted(sidecar, RAN_CACHED);
    else
        verdict_log(path, &verdict);
    verdict_free(&verdict);
    return sidecar != NULL;
}

static void images_search(Assembly *assembly)
{
    char path[4096];
    if (assembly->context) /* its code is told by names (bind_is_named) */
        return;
    bool found = sidecar_path(path, sizeof path, assembly->image->path) &&
                 image_try(assembly, path);
    bool usable = found && assembly_of(assembly)->first->sidecar;
    if (!usable)
        found = images_from_environment(assembly) || found;
    usable = assembly_of(assembly)->first && assembly_of(assembly)->first->sidecar;
    if (!usable)
        found = images_of_installation(assembly) || found;
    if (found)
        return;
    BoundImage *image = image_new(assembly, path);
    image->verdict = (Verdict){.kind = VERDICT_MISSING};
    verdict_add(&image->verdict, FP_FILE_MISSING, "", "%s", path);
    *vec_push(&binder.images) = image;
    verdict_log(image->path, &image->verdict);
}

BoundImage *bind_jitted_of(Assembly *assembly)
{
    BoundAssembly *bound = assembly_of(assembly);
    if (!bound->cached && !vm.no_cache) {
        bound->cached = true;
        jit_at_exit();
        cache_visit(assembly, image_add_cached, assembly);
    }
    return assembly_of(assembly)->jitted;
}

BoundImage *bind_images_of(Assembly *assembly)
{
    if (!assembly_of(assembly)->searched) {
        assembly_of(assembly)->searched = true;
        images_search(assembly);
    }
    return assembly_of(assembly)->first;
}

bool bind_image(uint32_t number, BindImage *out)
{
    bool ok = false;
    lock_acquire(&binder.lock);
    if (number < binder.images.n) {
        BoundImage *image = binder.images.at[number];
        *out = (BindImage){image->assembly, image->path, &image->verdict};
        ok = true;
    }
    lock_release(&binder.lock);
    return ok;
}

bool bind_search(Assembly *assembly)
{
    lock_acquire(&binder.lock);
    bool usable = false;
    for (BoundImage *i = bind_images_of(assembly); i; i = i->next)
        usable = usable || i->sidecar;
    lock_release(&binder.lock);
    return usable;
}

void bind_add_jitted(Sidecar *sidecar, uint8_t ran)
{
    BoundImage *image = image_new(sidecar->home, sidecar->path);
    image->sidecar = sidecar;
    image->ran = ran;
    lock_acquire(&binder.lock);
    image_use(image);
    image->next = assembly_of(image->assembly)->jitted;
    assembly_of(image->assembly)->jitted = image;
    lock_release(&binder.lock);
}
