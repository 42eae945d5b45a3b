#include "crossgen/jitserver.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/log.h"
#include "common/types/choose.h"
#include "crossgen/compile.h"
#include "crossgen/tidy.h"
#include "crossgen/workdir.h"
#include "format/fingerprint.h"
#include "format/jitproto.h"

enum { INLINE_LIMIT = 1000, GROWN_BYTES = 1 << 30 };

typedef struct JitServer {
    int socket;
    World *world;
    uint32_t level;
    WorkDir dir;     /* for intermediate files */
    uint32_t serial; /* of unit names, in the process */
} JitServer;

/* -- Compiling ------------------------------------------------------------------- */

/* An unnamed file with the image; -1 when there is none. */
static int job_image(const CompileJob *job, uint32_t level, Err *err)
{
    Buffer image = BUFFER_INIT;
    int fd = -1;
    if (job->units.n && compile_image(job, level, &image, err)) {
        fd = memfd_create("codicil-jit", MFD_CLOEXEC);
        if (fd < 0 || write(fd, image.data, image.size) != (ssize_t)image.size)
            err_set(err, ERR_IO, "the JIT's image: %s", strerror(errno));
    }
    buffer_free(&image);
    return fd;
}

/* items: where in the job each item of the request is; -1: it did not resolve. */
static void job_answer(JitServer *server, const CompileJob *job,
                       const JitRequest *request, const int *items, uint32_t id)
{
    Arena scratch = ARENA_INIT;
    Buffer payload = BUFFER_INIT;
    Err err = ERR_INIT, send_err = ERR_INIT;
    uint32_t n = 0;
    JitFailure *failures = arena_array(&scratch, JitFailure, request->n);
    int fd = job_image(job, server->level, &err);
    for (uint32_t i = 0; i < request->n; i++) {
        const CodegenItem *item = items[i] < 0 ? NULL : &job->items[items[i]];
        if (!item)
            failures[n++] = (JitFailure){i, request->items[i].reason};
        else if (err.kind || !item->compiled)
            failures[n++] = (JitFailure){i, err.kind ? err.text : item->reason};
    }
    jit_answer_write(&payload, failures, n);
    if (!jit_send(server->socket, JIT_ANSWER, id, buffer_bytes(&payload),
                  err.kind ? -1 : fd, &send_err))
        log_line(LOG_INFO, "%s", send_err.text);
    if (fd >= 0)
        close(fd);
    buffer_free(&payload);
    arena_free(&scratch);
}

/* compile_run regroups its items, so they are told apart by what they are. */
static int item_index(const CompileJob *job, const JitItem *wanted)
{
    for (size_t i = 0; i < job->n; i++) {
        const CodegenItem *item = &job->items[i];
        if (item->method == wanted->method && item->osr == wanted->osr &&
            item->osr_il == wanted->osr_il)
            return (int)i;
    }
    return -1;
}

static bool serve_compile(JitServer *server, const JitMessage *message, Err *err)
{
    JitRequest request;
    Arena arena = ARENA_INIT;
    char name[32];
    bool ok = jit_request_read(buffer_bytes(&message->payload), server->world, &request,
                               &arena, err);
    if (ok) {
        snprintf(name, sizeof name, "j%u", server->serial++);
        CompileJob job = {.world = server->world,
                          .home = request.home,
                          .isa = cpu_level_name(server->level),
                          .opt_level = (int)request.opt_level,
                          .fixed_level = true,
                          .hurry = true,
                          .inline_limit = INLINE_LIMIT,
                          .dir = server->dir.path,
                          .name = name,
                          .items = arena_array(&arena, CodegenItem, request.n)};
        int *items = arena_array(&arena, int, request.n);
        for (uint32_t i = 0; i < request.n; i++) {
            const JitItem *item = &request.items[i];
            if (item->method)
                job.items[job.n++] = (CodegenItem){
                    .method = item->method, .osr = item->osr, .osr_il = item->osr_il};
        }
        compile_run(&job);
        for (uint32_t i = 0; i < request.n; i++)
            items[i] = item_index(&job, &request.items[i]);
        job_answer(server, &job, &request, items, message->id);
        compile_free(&job);
    }
    arena_free(&arena);
    return ok;
}

/* libgccjit keeps some memory of every context. */
static bool server_grown(void)
{
    unsigned long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "re");
    bool read = file && fscanf(file, "%lu %lu", &pages, &resident) == 2;
    if (file)
        fclose(file);
    return read && resident * (unsigned long)sysconf(_SC_PAGESIZE) > GROWN_BYTES;
}

/* -- Serving --------------------------------------------------------------------- */

static bool server_open(JitServer *server, const JitHello *hello, Err *err)
{
    const Library *library = library_find(hello->library);
    server->level = cpu_level_parse(hello->isa);
    if (!server->level)
        return err_set(err, ERR_UNSUPPORTED, "ISA level %s", hello->isa);
    if (!library)
        return err_set(err, ERR_UNSUPPORTED, "class library %.100s", hello->library);
    server->world = world_open();
    world_set_library(server->world, library);
    world_set_library_dir(server->world, hello->library_dir);
    if (hello->trusted)
        world_set_trusted(server->world, hello->trusted, NULL, NULL);
    for (uint32_t i = 0; i < hello->n_dirs; i++)
        world_add_search_dir(server->world, hello->dirs[i]);
    return world_load_corlib(server->world, err);
}

static bool serve_hello(JitServer *server, const JitMessage *message, Err *err)
{
    JitHello hello;
    Arena scratch = ARENA_INIT;
    bool ok = message->kind == JIT_HELLO ||
              err_set(err, ERR_BAD_IMAGE, "the loader did not greet");
    ok = ok && jit_hello_read(buffer_bytes(&message->payload), &hello, &scratch, err);
    ok = ok && server_open(server, &hello, err);
    arena_free(&scratch);
    return ok;
}

static void serve_tidy(JitServer *server, const JitMessage *message)
{
    Arena scratch = ARENA_INIT;
    JitTidy tidy;
    Err err = ERR_INIT;
    if (jit_tidy_read(buffer_bytes(&message->payload), &tidy, &scratch, &err)) {
        tidy_detach();
        tidy_cache(server->world, &tidy, server->level, server->dir.path);
    }
    arena_free(&scratch);
}

/* One request; false: there will be no more. */
static bool serve_next(JitServer *server, Err *err)
{
    JitMessage message;
    Err gone = ERR_INIT;
    if (!jit_receive(server->socket, &message, &gone))
        return false;
    bool more = message.kind == JIT_COMPILE;
    if (more)
        more = serve_compile(server, &message, err) && !server_grown();
    else if (message.kind == JIT_TIDY)
        serve_tidy(server, &message);
    else
        err_set(err, ERR_BAD_IMAGE, "unknown request");
    jit_message_free(&message);
    return more;
}

static bool serve(JitServer *server, Err *err)
{
    JitMessage message;
    const char *path = server->dir.path;
    Bytes dir = {(const uint8_t *)path, strlen(path) + 1};
    Err ignored = ERR_INIT; /* one that only wants its cache tidied does not listen */
    (void)jit_send(server->socket, JIT_READY, 0, dir, -1, &ignored);
    bool ok = jit_receive(server->socket, &message, err);
    if (ok) {
        ok = serve_hello(server, &message, err);
        jit_message_free(&message);
    }
    while (ok && serve_next(server, err))
        ;
    return !err->kind;
}

int jitserver_run(int socket)
{
    JitServer server = {.socket = socket};
    Err err = ERR_INIT;
    signal(SIGPIPE, SIG_IGN);
    if (!workdir_open(&server.dir, "/tmp", "codicil-jit-", &err)) {
        log_line(LOG_ERROR, "%s", err.text);
        return 1;
    }
    setenv("TMPDIR", server.dir.path, 1); /* libgccjit's files go the same way */
    bool ok = serve(&server, &err);
    workdir_close(&server.dir, false);
    if (!ok) /* that the program ended while it waited is no news */
        log_line(err.kind == ERR_IO ? LOG_INFO : LOG_WARN, "JIT worker: %s", err.text);
    return ok ? 0 : 1;
}
