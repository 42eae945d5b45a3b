#include "crossgen/jitserver.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/log.h"
#include "crossgen/codegen/codegen.h"
#include "format/jitproto.h"
#include "format/writer.h"

enum { INLINE_LIMIT = 200, PATH_ROOM = 256 };

typedef struct JitUnit {
    Buffer record;
    char object[PATH_ROOM];
} JitUnit;

typedef struct JitServer {
    int socket;
    World *world;
    uint32_t level;
    char dir[64];    /* private, for intermediate files */
    uint32_t serial; /* of unit names, in the process */
} JitServer;

/* The request under way. */
typedef struct JitJob {
    JitServer *server;
    JitRequest request;
    CodegenItem *items;
    VEC(JitUnit) units;
    Arena arena;
} JitJob;

static void job_compile(JitJob *job, uint32_t first, uint32_t n);

/* The whole context failed: halves, until the guilty one is alone. */
static void job_split(JitJob *job, uint32_t first, uint32_t n, const Err *err)
{
    if (n == 1) {
        job->items[first].compiled = false;
        char *reason = job->items[first].reason;
        if (snprintf(reason, sizeof job->items[first].reason, "%s", err->text) < 0)
            reason[0] = '\0'; /* too long a text is cut off */
        return;
    }
    job_compile(job, first, n / 2);
    job_compile(job, first + n / 2, n - n / 2);
}

static bool any_compiled(const CodegenItem *items, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (items[i].compiled)
            return true;
    return false;
}

static void job_compile(JitJob *job, uint32_t first, uint32_t n)
{
    JitServer *server = job->server;
    CodegenOptions options = {.opt_level = (int)job->request.opt_level,
                              .isa = cpu_level_name(server->level),
                              .debug_info = true,
                              .inline_limit = INLINE_LIMIT};
    JitUnit unit = {.record = BUFFER_INIT};
    char name[32];
    Err err = ERR_INIT;
    snprintf(name, sizeof name, "j%u", server->serial++);
    snprintf(unit.object, sizeof unit.object, "%s/%s.o", server->dir, name);
    UnitBuilder *builder = unit_open(server->world, job->request.home, name);
    bool ok =
        codegen_compile(&options, builder, job->items + first, n, unit.object, &err);
    if (!ok)
        job_split(job, first, n, &err);
    else if (any_compiled(job->items + first, n) &&
             unit_write(builder, &unit.record, &err))
        *vec_push(&job->units) = unit;
    unit_close(builder);
}

/* An unnamed file with the image; -1 when there is none. */
static int job_image(JitJob *job, Err *err)
{
    FpFacts facts;
    Buffer image = BUFFER_INIT;
    ImageSetInput set = {.level = job->server->level};
    if (!job->units.n)
        return -1;
    ImageUnitInput *inputs = arena_array(&job->arena, ImageUnitInput, job->units.n);
    for (size_t i = 0; i < job->units.n; i++)
        inputs[i] = (ImageUnitInput){buffer_bytes(&job->units.at[i].record),
                                     job->units.at[i].object, 0};
    memset(&facts, 0, sizeof facts);
    fp_add_image(&facts, job->request.home->image, false);
    image_add_facts(&facts);
    ImageInput input = {.facts = &facts,
                        .sets = &set,
                        .n_sets = 1,
                        .units = inputs,
                        .n_units = (uint32_t)job->units.n,
                        .dir = job->server->dir};
    int fd = -1;
    if (image_build(&input, &image, err)) {
        fd = memfd_create("codicil-jit", MFD_CLOEXEC);
        if (fd < 0 || write(fd, image.data, image.size) != (ssize_t)image.size)
            err_set(err, ERR_IO, "the JIT's image: %s", strerror(errno));
    }
    buffer_free(&image);
    return fd;
}

static void job_answer(JitJob *job, uint32_t id)
{
    JitFailure *failures = arena_array(&job->arena, JitFailure, job->request.n);
    Buffer payload = BUFFER_INIT;
    Err err = ERR_INIT, send_err = ERR_INIT;
    uint32_t n = 0;
    int fd = job_image(job, &err);
    for (uint32_t i = 0; i < job->request.n; i++)
        if (err.kind || !job->items[i].compiled)
            failures[n++] = (JitFailure){i, err.kind ? err.text : job->items[i].reason};
    jit_answer_write(&payload, failures, n);
    if (!jit_send(job->server->socket, JIT_ANSWER, id, buffer_bytes(&payload),
                  err.kind ? -1 : fd, &send_err))
        log_line(LOG_INFO, "%s", send_err.text);
    if (fd >= 0)
        close(fd);
    buffer_free(&payload);
}

static void job_free(JitJob *job)
{
    for (size_t i = 0; i < job->units.n; i++) {
        unlink(job->units.at[i].object);
        buffer_free(&job->units.at[i].record);
    }
    vec_free(&job->units);
    arena_free(&job->arena);
}

/* Items that did not resolve stay out of the context; the others keep their numbers. */
static bool serve_compile(JitServer *server, const JitMessage *message, Err *err)
{
    JitJob job = {.server = server, .arena = ARENA_INIT};
    if (!jit_request_read(buffer_bytes(&message->payload), server->world, &job.request,
                          &job.arena, err))
        return false;
    job.items = arena_array(&job.arena, CodegenItem, job.request.n);
    uint32_t from = 0;
    for (uint32_t i = 0; i <= job.request.n; i++) {
        bool here = i < job.request.n && job.request.items[i].method;
        if (here)
            job.items[i] = (CodegenItem){.method = job.request.items[i].method,
                                         .osr = job.request.items[i].osr,
                                         .osr_il = job.request.items[i].osr_il};
        else if (i < job.request.n)
            snprintf(job.items[i].reason, sizeof job.items[i].reason, "%s",
                     job.request.items[i].reason);
        if (!here) {
            if (i > from)
                job_compile(&job, from, i - from);
            from = i + 1;
        }
    }
    job_answer(&job, message->id);
    job_free(&job);
    return true;
}

static bool serve_hello(JitServer *server, const JitMessage *message, Err *err)
{
    JitHello hello;
    Arena scratch = ARENA_INIT;
    bool ok = message->kind == JIT_HELLO ||
              err_set(err, ERR_BAD_IMAGE, "the loader did not greet");
    ok = ok && jit_hello_read(buffer_bytes(&message->payload), &hello, &scratch, err);
    if (ok) {
        server->level = cpu_level_parse(hello.isa);
        server->world = world_open();
        for (uint32_t i = 0; i < hello.n_dirs; i++)
            world_add_search_dir(server->world, hello.dirs[i]);
        ok = server->level ? world_load_corlib(server->world, err)
                           : err_set(err, ERR_UNSUPPORTED, "ISA level %s", hello.isa);
    }
    arena_free(&scratch);
    return ok;
}

static void remove_dir(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    while (dir && (entry = readdir(dir)))
        unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(path);
}

static bool serve(JitServer *server, Err *err)
{
    JitMessage message;
    bool ok = jit_receive(server->socket, &message, err);
    if (ok) {
        ok = serve_hello(server, &message, err);
        jit_message_free(&message);
    }
    while (ok) {
        Err gone = ERR_INIT;
        if (!jit_receive(server->socket, &message, &gone))
            return true;
        ok = message.kind == JIT_COMPILE
                 ? serve_compile(server, &message, err)
                 : err_set(err, ERR_BAD_IMAGE, "unknown request");
        jit_message_free(&message);
    }
    return false;
}

int jitserver_run(int socket)
{
    JitServer server = {.socket = socket, .dir = "/tmp/codicil-jit-XXXXXX"};
    Err err = ERR_INIT;
    if (!mkdtemp(server.dir)) {
        log_line(LOG_ERROR, "%s: %s", server.dir, strerror(errno));
        return 1;
    }
    bool ok = serve(&server, &err);
    remove_dir(server.dir);
    if (!ok) /* that the program ended while it waited is no news */
        log_line(err.kind == ERR_IO ? LOG_INFO : LOG_WARN, "JIT worker: %s", err.text);
    return ok ? 0 : 1;
}
