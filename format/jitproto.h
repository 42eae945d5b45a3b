/* jitproto.h - between the loader and its JIT worker, `crossgen --worker FD`.
 *
 * A stream socket carries messages: { u32 magic, u32 kind, u32 id, u32 size, payload }.
 * An answer passes the descriptor of its image along (SCM_RIGHTS). Both sides bound
 * what they read: a broken peer costs the JIT, not the process.
 *
 *   HELLO    loader -> worker, once:  u32 version, ISA level NUL, u32 n, { search dir
 * NUL }* COMPILE  loader -> worker:        a JitRequest (below); id numbers the request
 *   ANSWER   worker -> loader:        u32 n, { u32 item, reason NUL }* n of the items
 * that were not compiled; descriptor: the image of the others (none: nothing was
 * compiled)
 */
#ifndef FORMAT_JITPROTO_H
#define FORMAT_JITPROTO_H

#include "format/subject.h"

enum { JIT_VERSION = 1, JIT_PAYLOAD_MAX = 64 << 20, JIT_ITEMS_MAX = 4096 };

typedef enum JitKind { JIT_HELLO = 1, JIT_COMPILE, JIT_ANSWER } JitKind;

typedef struct JitMessage {
    JitKind kind;
    uint32_t id;
    Buffer payload;
    int fd; /* -1: none; the receiver owns it */
} JitMessage;

/* fd -1: passes none. ERR_IO: the peer has gone. */
bool jit_send(int socket, JitKind kind, uint32_t id, Bytes payload, int fd, Err *err);
bool jit_receive(int socket, JitMessage *out, Err *err);
void jit_message_free(JitMessage *message); /* closes fd, too */

typedef struct JitHello {
    const char *isa;
    uint32_t n_dirs;
    const char **dirs;
} JitHello;

void jit_hello_write(Buffer *out, const JitHello *hello);
bool jit_hello_read(Bytes payload, JitHello *out, Arena *arena, Err *err);

/* One method to compile; all of a request have one home assembly. */
typedef struct JitItem {
    Method *method; /* reading: NULL when it does not resolve, then reason is set */
    bool osr;
    uint32_t osr_il;
    const char *reason;
} JitItem;

typedef struct JitRequest {
    Assembly *home;
    uint32_t opt_level;
    uint32_t n;
    JitItem *items;
} JitRequest;

void jit_request_write(Buffer *out, World *world, const JitRequest *request);
/* Loads the assemblies that the request names by path and resolves its methods. */
bool jit_request_read(Bytes payload, World *world, JitRequest *out, Arena *arena,
                      Err *err);

typedef struct JitFailure {
    uint32_t item;
    const char *reason;
} JitFailure;

void jit_answer_write(Buffer *out, const JitFailure *failures, uint32_t n);
bool jit_answer_read(Bytes payload, JitFailure **failures, uint32_t *n, Arena *arena,
                     Err *err);

#endif
