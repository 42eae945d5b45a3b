#include "format/jitproto.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAGIC = 0x4a434443, DIRS_MAX = 4096 };

typedef struct Head {
    uint32_t magic, kind, id, size;
} Head;

/* -- messages ------------------------------------------------------------------ */

static bool write_all(int socket, const void *data, size_t size, Err *err)
{
    const char *at = data;
    while (size) {
        ssize_t n = send(socket, at, size, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return err_set(err, ERR_IO, "the JIT's peer: %s", strerror(errno));
        at += n;
        size -= (size_t)n;
    }
    return true;
}

/* The head goes alone, so that a descriptor rides on its first byte. */
static bool send_head(int socket, const Head *head, int fd, Err *err)
{
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(sizeof(int))];
    } control = {.room = {0}};
    struct iovec part = {(void *)head, sizeof *head};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    if (fd >= 0) {
        message.msg_control = control.room;
        message.msg_controllen = sizeof control.room;
        struct cmsghdr *c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    ssize_t n;
    do
        n = sendmsg(socket, &message, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return err_set(err, ERR_IO, "the JIT's peer: %s", strerror(errno));
    return write_all(socket, (const char *)head + n, sizeof *head - (size_t)n, err);
}

bool jit_send(int socket, JitKind kind, uint32_t id, Bytes payload, int fd, Err *err)
{
    Head head = {MAGIC, kind, id, (uint32_t)payload.size};
    if (payload.size > JIT_PAYLOAD_MAX)
        return err_set(err, ERR_UNSUPPORTED, "a JIT message of %zu bytes",
                       payload.size);
    return send_head(socket, &head, fd, err) &&
           write_all(socket, payload.data, payload.size, err);
}

static bool receive_failed(ssize_t n, Err *err)
{
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return err_set(err, ERR_UNSUPPORTED, "the JIT's peer gave no answer in time");
    return err_set(err, ERR_IO, "the JIT's peer: %s",
                   n ? strerror(errno) : "it has gone");
}

static bool read_all(int socket, void *data, size_t size, Err *err)
{
    char *at = data;
    while (size) {
        ssize_t n = recv(socket, at, size, 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return receive_failed(n, err);
        at += n;
        size -= (size_t)n;
    }
    return true;
}

static bool receive_head(int socket, Head *head, int *fd, Err *err)
{
    union {
        struct cmsghdr align;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct iovec part = {head, sizeof *head};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = control.room,
                             .msg_controllen = sizeof control.room};
    ssize_t n;
    do
        n = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return receive_failed(n, err);
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&message); c; c = CMSG_NXTHDR(&message, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS &&
            c->cmsg_len == CMSG_LEN(sizeof *fd))
            memcpy(fd, CMSG_DATA(c), sizeof *fd);
    return read_all(socket, (char *)head + n, sizeof *head - (size_t)n, err);
}

static bool receive_payload(int socket, uint32_t size, Buffer *out, Err *err)
{
    char chunk[16384];
    while (size) {
        size_t n = size < sizeof chunk ? size : sizeof chunk;
        if (!read_all(socket, chunk, n, err))
            return false;
        buffer_put(out, chunk, n);
        size -= (uint32_t)n;
    }
    return true;
}

bool jit_receive(int socket, JitMessage *out, Err *err)
{
    Head head = {0, 0, 0, 0};
    *out = (JitMessage){.fd = -1, .payload = BUFFER_INIT};
    bool ok = receive_head(socket, &head, &out->fd, err);
    if (ok && (head.magic != MAGIC || head.size > JIT_PAYLOAD_MAX))
        ok = err_set(err, ERR_BAD_IMAGE, "the JIT's peer sent a malformed message");
    ok = ok && receive_payload(socket, head.size, &out->payload, err);
    out->kind = (JitKind)head.kind;
    out->id = head.id;
    if (!ok)
        jit_message_free(out);
    return ok;
}

void jit_message_free(JitMessage *message)
{
    if (message->fd >= 0)
        close(message->fd);
    buffer_free(&message->payload);
    message->fd = -1;
}

/* -- payloads ------------------------------------------------------------------ */

static const char *read_string(Cursor *c, Arena *arena)
{
    return arena_strdup(arena, cursor_cstr(c));
}

void jit_hello_write(Buffer *out, const JitHello *hello)
{
    buffer_u32(out, JIT_VERSION);
    buffer_cstr(out, hello->isa);
    buffer_cstr(out, hello->library);
    buffer_cstr(out, hello->library_dir);
    buffer_cstr(out, hello->trusted ? hello->trusted : "");
    buffer_u32(out, hello->n_dirs);
    for (uint32_t i = 0; i < hello->n_dirs; i++)
        buffer_cstr(out, hello->dirs[i]);
}

bool jit_hello_read(Bytes payload, JitHello *out, Arena *arena, Err *err)
{
    Cursor c = cursor_open(payload);
    uint32_t version = cursor_u32(&c);
    out->isa = read_string(&c, arena);
    out->library = read_string(&c, arena);
    out->library_dir = read_string(&c, arena);
    out->trusted = read_string(&c, arena);
    if (!*out->trusted)
        out->trusted = NULL;
    out->n_dirs = cursor_u32(&c);
    if (version != JIT_VERSION)
        return err_set(err, ERR_UNSUPPORTED, "JIT protocol %u, not %u", version,
                       JIT_VERSION);
    if (out->n_dirs > DIRS_MAX)
        return err_set(err, ERR_BAD_IMAGE, "malformed JIT greeting");
    out->dirs = arena_array(arena, const char *, out->n_dirs);
    for (uint32_t i = 0; i < out->n_dirs; i++)
        out->dirs[i] = read_string(&c, arena);
    return !c.failed || err_set(err, ERR_BAD_IMAGE, "malformed JIT greeting");
}

static void put_bytes(Buffer *out, Bytes part)
{
    buffer_u32(out, (uint32_t)part.size);
    buffer_put(out, part.data, part.size);
}

/* opt level, { path }* of the deps, deps, names, subjects, { subject, osr, osr_il }*.
 */
void jit_request_write(Buffer *out, World *world, const JitRequest *request)
{
    SubjectWriter writer;
    Buffer items = BUFFER_INIT, deps = BUFFER_INIT;
    subject_writer_open(&writer, world, request->home);
    for (uint32_t i = 0; i < request->n; i++) {
        buffer_u32(&items, subject_write_method(&writer, request->items[i].method));
        buffer_u32(&items, request->items[i].osr);
        buffer_u32(&items, request->items[i].osr_il);
    }
    buffer_u32(out, request->opt_level);
    buffer_u32(out, (uint32_t)writer.deps.n);
    for (size_t i = 0; i < writer.deps.n; i++)
        buffer_cstr(out, writer.deps.at[i]->image->path);
    subject_write_deps(&writer, &deps);
    put_bytes(out, buffer_bytes(&deps));
    put_bytes(out, buffer_bytes(&writer.names));
    put_bytes(out, buffer_bytes(&writer.blob));
    buffer_u32(out, request->n);
    buffer_put(out, items.data, items.size);
    buffer_free(&items);
    buffer_free(&deps);
    subject_writer_close(&writer);
}

static bool read_assemblies(Cursor *c, World *world, Assembly **home, Err *err)
{
    uint32_t n = cursor_u32(c);
    for (uint32_t i = 0; i < n && !c->failed; i++) {
        const char *path = cursor_cstr(c);
        Assembly *assembly = c->failed ? NULL : world_load_file(world, path, err);
        if (!assembly && !c->failed)
            return false;
        if (i == 0)
            *home = assembly;
    }
    return (n > 0 && !c->failed) ||
           err_set(err, ERR_BAD_IMAGE, "malformed JIT request");
}

static Bytes read_part(Cursor *c)
{
    uint32_t size = cursor_u32(c);
    return cursor_bytes(c, size);
}

static void read_item(Cursor *c, const SubjectReader *reader, Arena *arena,
                      JitItem *item)
{
    Err err = ERR_INIT;
    uint32_t subject = cursor_u32(c);
    item->osr = cursor_u32(c) != 0;
    item->osr_il = cursor_u32(c);
    item->method = subject_read_method(reader, subject, &err);
    if (!item->method)
        item->reason = arena_strdup(arena, err.text);
}

bool jit_request_read(Bytes payload, World *world, JitRequest *out, Arena *arena,
                      Err *err)
{
    Cursor c = cursor_open(payload);
    SubjectReader reader;
    *out = (JitRequest){.opt_level = cursor_u32(&c)};
    if (!read_assemblies(&c, world, &out->home, err))
        return false;
    Bytes deps = read_part(&c), names = read_part(&c), blob = read_part(&c);
    out->n = cursor_u32(&c);
    if (c.failed || out->n > JIT_ITEMS_MAX ||
        !subject_reader_open(&reader, deps, names, blob))
        return err_set(err, ERR_BAD_IMAGE, "malformed JIT request");
    subject_reader_bind(&reader, world, out->home);
    out->items = arena_array(arena, JitItem, out->n);
    for (uint32_t i = 0; i < out->n; i++)
        read_item(&c, &reader, arena, &out->items[i]);
    subject_reader_close(&reader);
    return !c.failed || err_set(err, ERR_BAD_IMAGE, "malformed JIT request");
}

void jit_answer_write(Buffer *out, const JitFailure *failures, uint32_t n)
{
    buffer_u32(out, n);
    for (uint32_t i = 0; i < n; i++) {
        buffer_u32(out, failures[i].item);
        buffer_cstr(out, failures[i].reason);
    }
}

bool jit_answer_read(Bytes payload, JitFailure **failures, uint32_t *n, Arena *arena,
                     Err *err)
{
    Cursor c = cursor_open(payload);
    *n = cursor_u32(&c);
    if (c.failed || *n > JIT_ITEMS_MAX)
        return err_set(err, ERR_BAD_IMAGE, "malformed JIT answer");
    *failures = arena_array(arena, JitFailure, *n);
    for (uint32_t i = 0; i < *n; i++) {
        (*failures)[i].item = cursor_u32(&c);
        (*failures)[i].reason = read_string(&c, arena);
    }
    return !c.failed || err_set(err, ERR_BAD_IMAGE, "malformed JIT answer");
}

void jit_tidy_write(Buffer *out, const JitTidy *tidy)
{
    buffer_u32(out, tidy->n);
    buffer_cstr(out, tidy->root);
    for (uint32_t i = 0; i < tidy->n; i++) {
        buffer_cstr(out, tidy->dirs[i].dir);
        buffer_cstr(out, tidy->dirs[i].assembly);
        put_bytes(out, tidy->dirs[i].learn);
    }
}

bool jit_tidy_read(Bytes payload, JitTidy *out, Arena *arena, Err *err)
{
    Cursor c = cursor_open(payload);
    out->n = cursor_u32(&c);
    out->root = read_string(&c, arena);
    if (c.failed || out->n > DIRS_MAX)
        return err_set(err, ERR_BAD_IMAGE, "malformed JIT message");
    out->dirs = arena_array(arena, JitTidyDir, out->n);
    for (uint32_t i = 0; i < out->n; i++) {
        out->dirs[i].dir = read_string(&c, arena);
        out->dirs[i].assembly = read_string(&c, arena);
        out->dirs[i].learn = read_part(&c);
    }
    return !c.failed || err_set(err, ERR_BAD_IMAGE, "malformed JIT message");
}
