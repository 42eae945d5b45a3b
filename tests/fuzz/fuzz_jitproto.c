/* fuzz_jitproto.c - any bytes as a message between loader and JIT worker: through a
 * socket, and as the payload of each kind. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "format/jitproto.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { WORLD_INPUTS = 20000, SOCKET_BYTES = 4096 };

static volatile size_t sink;

/* It keeps all types, so it is made anew now and then. */
static World *world_fresh(void)
{
    static World *world;
    static unsigned inputs;
    Err err = ERR_INIT;
    if (world && inputs++ % WORLD_INPUTS)
        return world;
    if (world)
        world_close(world);
    world = world_open();
    world_set_library_dir(world, "/usr/lib/mono/4.5");
    if (!world_load_corlib(world, &err))
        abort();
    return world;
}

static void read_socket(Bytes bytes)
{
    int pair[2];
    JitMessage message;
    Err err = ERR_INIT;
    if (bytes.size > SOCKET_BYTES || socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
        return;
    if (write(pair[1], bytes.data, bytes.size) == (ssize_t)bytes.size) {
        close(pair[1]);
        if (jit_receive(pair[0], &message, &err)) {
            sink += message.payload.size;
            jit_message_free(&message);
        } else if (err.kind == ERR_NONE)
            abort();
    } else
        close(pair[1]);
    close(pair[0]);
}

static void read_request(Bytes bytes, Arena *arena)
{
    JitRequest request;
    Err err = ERR_INIT;
    if (!jit_request_read(bytes, world_fresh(), &request, arena, &err)) {
        if (err.kind == ERR_NONE)
            abort();
        return;
    }
    for (uint32_t i = 0; i < request.n; i++)
        if (!request.items[i].method)
            sink += strlen(request.items[i].reason);
        else
            sink += strlen(method_name(arena, request.items[i].method));
}

static void read_others(Bytes bytes, Arena *arena)
{
    JitHello hello;
    JitTidy tidy;
    JitFailure *failures;
    uint32_t n;
    Err err = ERR_INIT;
    if (jit_hello_read(bytes, &hello, arena, &err))
        for (uint32_t i = 0; i < hello.n_dirs; i++)
            sink += strlen(hello.dirs[i]) + strlen(hello.isa) + strlen(hello.library);
    if (jit_answer_read(bytes, &failures, &n, arena, &err))
        for (uint32_t i = 0; i < n; i++)
            sink += strlen(failures[i].reason);
    if (jit_tidy_read(bytes, &tidy, arena, &err))
        for (uint32_t i = 0; i < tidy.n; i++)
            sink += strlen(tidy.dirs[i].dir) + strlen(tidy.dirs[i].assembly) +
                    tidy.dirs[i].learn.size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena arena = ARENA_INIT;
    Bytes bytes = {data, size};
    read_socket(bytes);
    read_others(bytes, &arena);
    read_request(bytes, &arena);
    arena_free(&arena);
    return 0;
}
