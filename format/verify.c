/* verify.c - opens images and judges whether they may run here. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/file.h"
#include "common/base/hash.h"
#include "common/base/mem.h"
#include "format/sidecar_private.h"

/* -- Opening ------------------------------------------------------------------- */

Sidecar *sidecar_new(const char *path)
{
    Sidecar *s = mem_alloc(sizeof *s);
    s->path = mem_strdup(path);
    s->file.fd = -1;
    s->tables = mem_alloc(sizeof *s->tables);
    return s;
}

static Sidecar *reject(Sidecar *s, Verdict *verdict)
{
    verdict->kind = VERDICT_REJECTED;
    sidecar_close(s);
    return NULL;
}

static Sidecar *parse_or_reject(Sidecar *s, Verdict *verdict)
{
    const char *problem;
    if (sidecar_parse(s, true, &problem))
        return s;
    verdict->malformed = true;
    verdict_add(verdict, FP_FILE_FORMAT, "", "%s", problem);
    return reject(s, verdict);
}

Sidecar *sidecar_open_bytes(Bytes bytes, const char *path, Verdict *verdict)
{
    Sidecar *s = sidecar_new(path);
    *verdict = (Verdict){.kind = VERDICT_ACCEPTED};
    s->file.bytes = bytes;
    return parse_or_reject(s, verdict);
}

/* Whoever may write an image runs code in our process: root, we ourselves, or the owner
 * of the directory where it lies, and nobody else. */
static bool check_owner(const Sidecar *s, int dir, Verdict *verdict)
{
    const struct stat *st = &s->file.stat;
    struct stat parent;
    bool ok = st->st_uid == 0 || st->st_uid == geteuid();
    if (!ok && dir >= 0 && !fstat(dir, &parent))
        ok = parent.st_uid == st->st_uid;
    if (!ok)
        verdict_add(verdict, FP_FILE_OWNER,
                    dir < 0 ? "root or this user"
                            : "root, this user or the directory's owner",
                    "user %u", (unsigned)st->st_uid);
    if (st->st_mode & (S_IWGRP | S_IWOTH)) {
        verdict_add(verdict, FP_FILE_MODE, "writable by its owner only", "mode %04o",
                    (unsigned)st->st_mode & 07777);
        ok = false;
    }
    return ok;
}

/* dir: where the file was opened, or -1; it stays the caller's. */
static Sidecar *open_in(int dir, int fd, const char *path, unsigned flags,
                        Verdict *verdict)
{
    Sidecar *s = sidecar_new(path);
    struct stat *st = &s->file.stat;
    *verdict = (Verdict){.kind = VERDICT_ACCEPTED};
    s->file.fd = fd;
    if (fstat(fd, st) || !S_ISREG(st->st_mode)) {
        verdict_add(verdict, FP_FILE_ACCESS, "a regular file", "%s", "something else");
        return reject(s, verdict);
    }
    if (!(flags & SIDECAR_ANY_OWNER) && !check_owner(s, dir, verdict))
        return reject(s, verdict);
    if (st->st_size) {
        void *at = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (at == MAP_FAILED) {
            verdict_add(verdict, FP_FILE_ACCESS, "", "%s", strerror(errno));
            return reject(s, verdict);
        }
        s->file.bytes = (Bytes){at, (size_t)st->st_size};
        s->tables->owns_bytes = true;
    }
    return parse_or_reject(s, verdict);
}

Sidecar *sidecar_open_fd(int fd, const char *path, unsigned flags, Verdict *verdict)
{
    return open_in(-1, fd, path, flags, verdict);
}

/* The file is looked for in the very directory whose owner counts. */
Sidecar *sidecar_open(const char *path, unsigned flags, Verdict *verdict)
{
    char parent[4096];
    const char *name = file_name(path);
    file_dir(parent, sizeof parent, path);
    int dir = open(parent, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd =
        dir < 0 ? -1 : openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    int error = errno;
    Sidecar *s = fd < 0 ? NULL : open_in(dir, fd, path, flags, verdict);
    if (dir >= 0)
        close(dir);
    if (fd >= 0)
        return s;
    *verdict = (Verdict){.kind = VERDICT_REJECTED};
    if (error == ENOENT || error == ENOTDIR) {
        verdict->kind = VERDICT_MISSING;
        verdict_add(verdict, FP_FILE_MISSING, "", "%s", path);
    } else
        verdict_add(verdict, FP_FILE_ACCESS, "", "%s", strerror(error));
    return NULL;
}

void sidecar_close(Sidecar *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < s->n_units; i++)
        sidecar_unit_close(&s->units[i]);
    if (s->base)
        munmap(s->base, s->size);
    if (s->tables->owns_bytes)
        munmap((void *)s->file.bytes.data, s->file.bytes.size);
    if (s->file.fd >= 0)
        close(s->file.fd);
    free(s->tables->rows_sets);
    free(s->tables->checked);
    free(s->tables);
    free(s->units);
    free(s->sets);
    free((char *)s->path);
    free(s);
}

/* -- Judging ------------------------------------------------------------------- */

static bool check_content(const Sidecar *s, Verdict *verdict)
{
    const ImageHead *head = &s->tables->head;
    Bytes all = s->file.bytes;
    size_t at = s->tables->head_at + offsetof(ImageHead, checksum);
    const uint64_t zero = 0;
    HashStream stream;
    hash_stream_start(&stream);
    hash_stream_add(&stream, all.data, at);
    hash_stream_add(&stream, &zero, sizeof zero);
    hash_stream_add(&stream, all.data + at + sizeof zero, all.size - at - sizeof zero);
    uint64_t hash = hash_stream_end(&stream);
    if (hash == head->checksum)
        return true;
    char wanted[32];
    snprintf(wanted, sizeof wanted, "%016llx", (unsigned long long)head->checksum);
    verdict_add(verdict, FP_FILE_HASH, wanted, "%016llx", (unsigned long long)hash);
    return false;
}

static bool check_sets(Sidecar *s, const HostFacts *host, Verdict *verdict)
{
    const char *isa = NULL;
    for (uint32_t i = 0; i < s->n_sets; i++) {
        SidecarSet *set = &s->sets[i];
        FpFacts facts = {
            .at[FP_CPU_REQUIRED] = {.present = true, .number = set->required},
            .at[FP_CPU_ABSENT] = {.present = true, .number = set->absent}};
        set->usable = verdict_check(verdict, &facts, &host->facts);
        if (set->usable)
            isa = cpu_level_name(set->level);
    }
    verdict->isa = isa;
    return isa != NULL;
}

/* What GCC calls by itself goes through stubs, whose unit is for all methods. */
static bool check_stubs(const Sidecar *s, Verdict *verdict)
{
    const SidecarUnit *unit = s->units;
    bool ok = s->n_units && unit->n_cells == s->tables->head.n_stubs;
    for (uint32_t i = 0; ok && i < unit->n_cells; i++) {
        Err err = ERR_INIT;
        Fixup fixup = {.kind = FIX_UNIT};
        ok = sidecar_cell_resolve(unit, i, NULL, &fixup, &err) &&
             fixup.kind == FIX_HELPER && fixup.helper >= HELPER_memset;
    }
    if (!ok)
        verdict_add(verdict, FP_FILE_STUBS, "", "%s",
                    s->n_units ? unit->name : "no unit");
    return ok;
}

/* A host has several class libraries and names one of them: of the assembly's own it
 * may have another build. */
static bool names_build_of(const FpValue *value, const Library *library)
{
    size_t n = strlen(library->name);
    return value->present && !strncmp(value->text, library->name, n) &&
           value->text[n] == ' ';
}

bool sidecar_verify(Sidecar *s, const HostFacts *host, const Image *image,
                    Assembly *home, unsigned flags, Verdict *verdict)
{
    FpFacts here = host->facts;
    const SidecarTables *t = s->tables;
    bool ok = true, readable = sidecar_version_is_ours(s);
    s->home = home;
    if (!image && home)
        image = home->image;
    if (image)
        fp_add_image(&here, image, flags & SIDECAR_VERIFY_FULL);
    if (home && !names_build_of(&here.at[FP_LIBRARY], home->world->library))
        fp_add_library(&here, home->world->library);
    if (t->unknown_fact) {
        verdict_add(verdict, FP_FACT_UNKNOWN, "a fact that is known", "number %u",
                    t->unknown_fact);
        ok = false;
    }
    if (flags & SIDECAR_VERIFY_FULL && !check_content(s, verdict))
        ok = false;
    ok = verdict_check(verdict, &s->facts, &here) && ok;
    if (readable)
        ok = verdict_check_complete(verdict, &s->facts, &here) && ok;
    if (readable)
        ok = check_sets(s, host, verdict) && check_stubs(s, verdict) && ok;
    verdict->kind = ok && readable ? VERDICT_ACCEPTED : VERDICT_REJECTED;
    if (verdict->kind == VERDICT_REJECTED)
        verdict->isa = NULL;
    return verdict->kind == VERDICT_ACCEPTED;
}

static Sidecar *judge_and_map(Sidecar *s, const HostFacts *host, Assembly *home,
                              unsigned flags, Verdict *verdict)
{
    Err err = ERR_INIT;
    if (!s)
        return NULL;
    if (!sidecar_verify(s, host, NULL, home, flags, verdict))
        return reject(s, verdict);
    if (!sidecar_map(s, &err)) {
        verdict_add(verdict, FP_FILE_MAP, "", "%s", err.text);
        return reject(s, verdict);
    }
    return s;
}

Sidecar *sidecar_load(const char *path, const HostFacts *host, Assembly *home,
                      unsigned flags, Verdict *verdict)
{
    return judge_and_map(sidecar_open(path, flags, verdict), host, home, flags,
                         verdict);
}

Sidecar *sidecar_load_fd(int fd, const char *path, const HostFacts *host,
                         Assembly *home, unsigned flags, Verdict *verdict)
{
    return judge_and_map(sidecar_open_fd(fd, path, flags, verdict), host, home, flags,
                         verdict);
}

bool sidecar_path(char *out, size_t size, const char *assembly_path)
{
    int n = snprintf(out, size, "%s.r2r", assembly_path);
    return n > 0 && (size_t)n < size;
}
