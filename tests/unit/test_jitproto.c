/* test_jitproto.c - what loader and JIT worker say to each other, whole and damaged. */
#include <check.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "format/jitproto.h"
#include "tests/run.h"

Suite *suite_jitproto(void);

#define CLASS_LIBRARY "/usr/lib/mono/4.5"

static struct {
    World *world;
    Arena arena;
    int ends[2];
} fx;

static void setup(void)
{
    Err err = ERR_INIT;
    fx.arena = (Arena)ARENA_INIT;
    fx.world = world_open();
    world_set_library_dir(fx.world, CLASS_LIBRARY);
    ck_assert_msg(world_load_corlib(fx.world, &err), "%s", err.text);
    ck_assert(!socketpair(AF_UNIX, SOCK_STREAM, 0, fx.ends));
}

static void teardown(void)
{
    close(fx.ends[0]);
    close(fx.ends[1]);
    arena_free(&fx.arena);
    world_close(fx.world);
}

static Type *find_type(const char *ns, const char *name)
{
    Err err = ERR_INIT;
    Type *type = assembly_find_type(fx.world->corlib, ns, name, &err);
    ck_assert_msg(type && type_load(type, LEVEL_READY, &err), "%s", err.text);
    return type;
}

/* List<int>.Contains and two of its neighbours. */
static JitRequest make_request(JitItem items[3])
{
    Err err = ERR_INIT;
    Type *args[] = {find_type("System", "Int32")};
    Type *list =
        type_instance(find_type("System.Collections.Generic", "List`1"), args, 1, &err);
    ck_assert_msg(list && type_load(list, LEVEL_READY, &err), "%s", err.text);
    items[0] = (JitItem){.method = type_find_method(list, "Contains", 1)};
    items[1] = (JitItem){
        .method = type_find_method(list, "Reverse", 0), .osr = true, .osr_il = 17};
    items[2] =
        (JitItem){.method = type_find_method(find_type("System", "Math"), "Sign", 1)};
    return (JitRequest){fx.world->corlib, 2, 3, items};
}

/* -- Payloads ------------------------------------------------------------------ */

START_TEST(a_greeting_survives)
{
    const char *dirs[] = {"/a", "/b c"};
    JitHello hello = {"x86-64-v3", "mono", "/lib", "/a.dll:/b.dll", 2, dirs}, back;
    Buffer out = BUFFER_INIT;
    Err err = ERR_INIT;
    jit_hello_write(&out, &hello);
    ck_assert(jit_hello_read(buffer_bytes(&out), &back, &fx.arena, &err));
    ck_assert_str_eq(back.isa, hello.isa);
    ck_assert_str_eq(back.library, "mono");
    ck_assert_str_eq(back.library_dir, "/lib");
    ck_assert_str_eq(back.trusted, "/a.dll:/b.dll");
    ck_assert_uint_eq(back.n_dirs, 2);
    ck_assert_str_eq(back.dirs[1], "/b c");
    buffer_free(&out);
}
END_TEST

START_TEST(a_request_survives)
{
    JitItem items[3];
    JitRequest request = make_request(items), back;
    Buffer out = BUFFER_INIT;
    Err err = ERR_INIT;
    jit_request_write(&out, fx.world, &request);
    ck_assert_msg(
        jit_request_read(buffer_bytes(&out), fx.world, &back, &fx.arena, &err), "%s",
        err.text);
    ck_assert_ptr_eq(back.home, fx.world->corlib);
    ck_assert_uint_eq(back.opt_level, 2);
    ck_assert_uint_eq(back.n, 3);
    for (int i = 0; i < 3; i++) {
        ck_assert_ptr_eq(back.items[i].method, items[i].method);
        ck_assert_int_eq(back.items[i].osr, items[i].osr);
        ck_assert_uint_eq(back.items[i].osr_il, items[i].osr_il);
    }
    buffer_free(&out);
}
END_TEST

START_TEST(an_answer_survives)
{
    JitFailure failures[] = {{3, "too large"}, {7, ""}}, *back;
    uint32_t n;
    Buffer out = BUFFER_INIT;
    Err err = ERR_INIT;
    jit_answer_write(&out, failures, 2);
    ck_assert(jit_answer_read(buffer_bytes(&out), &back, &n, &fx.arena, &err));
    ck_assert_uint_eq(n, 2);
    ck_assert_uint_eq(back[0].item, 3);
    ck_assert_str_eq(back[0].reason, "too large");
    ck_assert_str_eq(back[1].reason, "");
    buffer_free(&out);
}
END_TEST

START_TEST(a_tidy_message_survives)
{
    static const uint8_t learn[] = "request";
    JitTidyDir dirs[] = {{"/cache/a", "/a.dll", {learn, sizeof learn}},
                         {"/cache/b", "/b.exe", {NULL, 0}}};
    JitTidy tidy = {"/cache", 2, dirs}, back;
    Buffer out = BUFFER_INIT;
    Err err = ERR_INIT;
    jit_tidy_write(&out, &tidy);
    ck_assert(jit_tidy_read(buffer_bytes(&out), &back, &fx.arena, &err));
    ck_assert_str_eq(back.root, "/cache");
    ck_assert_uint_eq(back.n, 2);
    ck_assert_uint_eq(back.dirs[0].learn.size, sizeof learn);
    ck_assert_str_eq((const char *)back.dirs[0].learn.data, "request");
    ck_assert_uint_eq(back.dirs[1].learn.size, 0);
    ck_assert_str_eq(back.dirs[1].dir, "/cache/b");
    ck_assert_str_eq(back.dirs[1].assembly, "/b.exe");
    buffer_free(&out);
}
END_TEST

typedef bool ReadPayload(Bytes payload, Err *err);

/* Strings are there and end in the arena. */
static void look_at(const char *text)
{
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_lt(strlen(text), JIT_PAYLOAD_MAX);
}

static bool read_hello(Bytes payload, Err *err)
{
    JitHello out;
    if (!jit_hello_read(payload, &out, &fx.arena, err))
        return false;
    look_at(out.isa);
    look_at(out.library);
    for (uint32_t i = 0; i < out.n_dirs; i++)
        look_at(out.dirs[i]);
    return true;
}

static bool read_request(Bytes payload, Err *err)
{
    JitRequest out;
    if (!jit_request_read(payload, fx.world, &out, &fx.arena, err))
        return false;
    ck_assert_ptr_nonnull(out.home);
    ck_assert_uint_le(out.n, JIT_ITEMS_MAX);
    for (uint32_t i = 0; i < out.n; i++)
        if (!out.items[i].method)
            look_at(out.items[i].reason);
    return true;
}

static bool read_answer(Bytes payload, Err *err)
{
    JitFailure *failures;
    uint32_t n;
    if (!jit_answer_read(payload, &failures, &n, &fx.arena, err))
        return false;
    ck_assert_uint_le(n, JIT_ITEMS_MAX);
    for (uint32_t i = 0; i < n; i++)
        look_at(failures[i].reason);
    return true;
}

static bool read_tidy(Bytes payload, Err *err)
{
    JitTidy out;
    if (!jit_tidy_read(payload, &out, &fx.arena, err))
        return false;
    look_at(out.root);
    for (uint32_t i = 0; i < out.n; i++) {
        look_at(out.dirs[i].dir);
        look_at(out.dirs[i].assembly);
    }
    return true;
}

static void write_hello(Buffer *out)
{
    const char *dirs[] = {"/a"};
    jit_hello_write(out, &(JitHello){"x86-64", "mono", "/lib", NULL, 1, dirs});
}

static void write_request(Buffer *out)
{
    JitItem items[3];
    JitRequest request = make_request(items);
    jit_request_write(out, fx.world, &request);
}

static void write_answer(Buffer *out)
{
    jit_answer_write(out, &(JitFailure){1, "why"}, 1);
}

static void write_tidy(Buffer *out)
{
    jit_tidy_write(out,
                   &(JitTidy){"/c", 1, &(JitTidyDir){"/c/a", "/a.exe", {NULL, 0}}});
}

/* count: where the number of things lies. */
static const struct {
    void (*write)(Buffer *out);
    ReadPayload *read;
    int count;
} payloads[] = {
    {write_hello, read_hello, 22},
    {write_request, read_request, -1},
    {write_answer, read_answer, 0},
    {write_tidy, read_tidy, 0},
};
enum { N_PAYLOADS = sizeof payloads / sizeof *payloads };

START_TEST(a_payload_that_is_cut_off_is_refused)
{
    Buffer out = BUFFER_INIT;
    payloads[_i].write(&out);
    for (size_t size = 0; size < out.size; size++) {
        Err err = ERR_INIT;
        uint8_t *copy = malloc(size + 1); /* its end is where a sanitizer sees it */
        memcpy(copy, out.data, size);
        ck_assert_msg(!payloads[_i].read((Bytes){copy, size}, &err), "%zu", size);
        ck_assert(err.kind != ERR_NONE);
        free(copy);
    }
    buffer_free(&out);
}
END_TEST

START_TEST(a_payload_of_too_many_things_is_refused)
{
    Buffer out = BUFFER_INIT;
    Err err = ERR_INIT;
    payloads[_i].write(&out);
    if (payloads[_i].count >= 0) {
        memset(out.data + payloads[_i].count, 0xff, 4);
        ck_assert(!payloads[_i].read(buffer_bytes(&out), &err));
        ck_assert_int_eq(err.kind, ERR_BAD_IMAGE);
    }
    buffer_free(&out);
}
END_TEST

/* Whatever a byte becomes, either the payload is refused, with words, or what was read
 * is whole: the readers above look at all of it. */
START_TEST(a_damaged_payload_does_no_harm)
{
    Buffer out = BUFFER_INIT;
    size_t refused = 0;
    Err err = ERR_INIT;
    payloads[_i].write(&out);
    uint8_t *copy = malloc(out.size); /* its end is where a sanitizer sees it */
    memcpy(copy, out.data, out.size);
    for (size_t at = 0; at < out.size; at++) {
        copy[at] ^= 0xff;
        bool good = payloads[_i].read((Bytes){copy, out.size}, &err);
        ck_assert_msg(good == (err.kind == ERR_NONE), "byte %zu", at);
        ck_assert_msg(good || *err.text, "byte %zu", at);
        refused += !good;
        copy[at] ^= 0xff;
        err = (Err)ERR_INIT;
    }
    ck_assert_uint_gt(refused, 0);
    ck_assert_msg(payloads[_i].read((Bytes){copy, out.size}, &err), "%s", err.text);
    free(copy);
    buffer_free(&out);
}
END_TEST

START_TEST(another_version_is_refused)
{
    Buffer out = BUFFER_INIT;
    Err err = ERR_INIT;
    write_hello(&out);
    out.data[0]++;
    ck_assert(!read_hello(buffer_bytes(&out), &err));
    ck_assert_int_eq(err.kind, ERR_UNSUPPORTED);
    buffer_free(&out);
}
END_TEST

/* -- Messages ------------------------------------------------------------------ */

START_TEST(a_message_carries_payload_and_descriptor)
{
    Err err = ERR_INIT;
    JitMessage message;
    int null = open("/dev/null", O_RDONLY);
    ck_assert(jit_send(fx.ends[0], JIT_ANSWER, 42, (Bytes){(const uint8_t *)"abc", 3},
                       null, &err));
    ck_assert(jit_receive(fx.ends[1], &message, &err));
    ck_assert_int_eq(message.kind, JIT_ANSWER);
    ck_assert_uint_eq(message.id, 42);
    ck_assert_uint_eq(message.payload.size, 3);
    ck_assert_mem_eq(message.payload.data, "abc", 3);
    ck_assert_int_ge(message.fd, 0);
    ck_assert_int_ne(message.fd, null);
    ck_assert(fcntl(message.fd, F_GETFD) & FD_CLOEXEC);
    jit_message_free(&message);
    close(null);
}
END_TEST

/* What a peer may send instead of a message. */
static const uint32_t heads[][4] = {
    {0, JIT_ANSWER, 1, 0},                            /* no magic */
    {0x4a434443, JIT_ANSWER, 1, JIT_PAYLOAD_MAX + 1}, /* too large */
    {0x4a434443, JIT_ANSWER, 1, 100},                 /* ends before its payload */
};

START_TEST(a_malformed_message_is_refused)
{
    Err err = ERR_INIT;
    JitMessage message;
    ck_assert_int_eq(send(fx.ends[0], heads[_i], sizeof heads[_i], 0),
                     sizeof heads[_i]);
    shutdown(fx.ends[0], SHUT_WR);
    ck_assert(!jit_receive(fx.ends[1], &message, &err));
    ck_assert_int_eq(err.kind, _i == 2 ? ERR_IO : ERR_BAD_IMAGE);
}
END_TEST

START_TEST(a_peer_that_has_gone_is_an_error)
{
    Err err = ERR_INIT, send_err = ERR_INIT;
    JitMessage message;
    shutdown(fx.ends[0], SHUT_RDWR);
    ck_assert(!jit_receive(fx.ends[1], &message, &err));
    ck_assert_int_eq(err.kind, ERR_IO);
    ck_assert(!jit_send(fx.ends[1], JIT_HELLO, 0, (Bytes){NULL, 0}, -1, &send_err));
    ck_assert_int_eq(send_err.kind, ERR_IO);
}
END_TEST

START_TEST(a_silent_peer_is_told_from_one_that_has_gone)
{
    Err err = ERR_INIT;
    JitMessage message;
    struct timeval soon = {.tv_usec = 1000};
    setsockopt(fx.ends[1], SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
    ck_assert(!jit_receive(fx.ends[1], &message, &err));
    ck_assert_int_eq(err.kind, ERR_UNSUPPORTED);
}
END_TEST

Suite *suite_jitproto(void)
{
    Suite *suite = suite_create("jitproto");
    TCase *parts = tcase_create("payloads"), *messages = tcase_create("messages");
    tcase_add_checked_fixture(parts, setup, teardown);
    tcase_add_checked_fixture(messages, setup, teardown);
    tcase_add_test(parts, a_greeting_survives);
    tcase_add_test(parts, a_request_survives);
    tcase_add_test(parts, an_answer_survives);
    tcase_add_test(parts, a_tidy_message_survives);
    tcase_add_loop_test(parts, a_payload_that_is_cut_off_is_refused, 0, N_PAYLOADS);
    tcase_add_loop_test(parts, a_payload_of_too_many_things_is_refused, 0, N_PAYLOADS);
    tcase_add_loop_test(parts, a_damaged_payload_does_no_harm, 0, N_PAYLOADS);
    tcase_add_test(parts, another_version_is_refused);
    tcase_add_test(messages, a_message_carries_payload_and_descriptor);
    tcase_add_loop_test(messages, a_malformed_message_is_refused, 0,
                        (int)(sizeof heads / sizeof *heads));
    tcase_add_test(messages, a_peer_that_has_gone_is_an_error);
    tcase_add_test(messages, a_silent_peer_is_told_from_one_that_has_gone);
    suite_add_tcase(suite, parts);
    suite_add_tcase(suite, messages);
    return suite;
}
