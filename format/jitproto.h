/* jitproto.h - between the loader and its JIT worker, `crossgen --worker FD`.
 *
 * A stream socket carries messages: { u32 magic, u32 kind, u32 id, u32 size, payload }.
 * An answer passes the descriptor of its image along (SCM_RIGHTS). Both sides bound
 * what they read: a broken peer costs the JIT, not the process.
 *
 *   READY    worker -> loader, first: its private directory, NUL. Whoever ends the
 *            worker by force removes it.
 *   HELLO    loader -> worker, once: u32 version, ISA level NUL, name of the class
 *            library NUL, its directory NUL, its trusted assemblies NUL, u32 n,
 *            { search dir NUL }* n
 *   COMPILE  loader -> worker: a JitRequest; id numbers the request
 *   ANSWER   worker -> loader: u32 n, { u32 item, reason NUL }* n of the items that
 *            were not compiled; descriptor: the image of the others (none: nothing was
 *            compiled)
 *   TIDY     loader -> worker, last, without answer: a JitTidy. The worker lets go of
 *            the program, compiles what the run interpreted and puts the JIT cache in
 *            order. It may pass a descriptor, which is kept open as long as that takes.
 *
 * After an answer the worker may end by itself, when it has grown too large.
 */
#ifndef FORMAT_JITPROTO_H
#define FORMAT_JITPROTO_H

#include "format/subject.h"

enum { JIT_VERSION = 6, JIT_PAYLOAD_MAX = 64 << 20, JIT_ITEMS_MAX = 16384 };

typedef enum JitKind {
    JIT_HELLO = 1,
    JIT_COMPILE,
    JIT_ANSWER,
    JIT_READY,
    JIT_TIDY
} JitKind;

typedef struct JitMessage {
    JitKind kind;
    uint32_t id;
    Buffer payload;
    int fd; /* -1: none; the receiver owns it */
} JitMessage;

/* fd -1: passes none. ERR_IO: the peer has gone; ERR_UNSUPPORTED: the message is too
 * large, or nothing came before the socket's time was over; ERR_BAD_IMAGE: malformed.
 */
bool jit_send(int socket, JitKind kind, uint32_t id, Bytes payload, int fd, Err *err);
bool jit_receive(int socket, JitMessage *out, Err *err);
void jit_message_free(JitMessage *message); /* closes fd, too */

typedef struct JitHello {
    const char *isa;
    const char *library;     /* the class library's name */
    const char *library_dir; /* where it lies */
    const char *trusted;     /* world_trusted; NULL: "" in the message */
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

/* The JIT cache: u32 n, root NUL, { directory NUL, assembly NUL, u32 size, learn }* n.
 */
typedef struct JitTidyDir {
    const char *dir, *assembly; /* a name in root, a path */
    Bytes learn; /* a JitRequest of what shall be compiled, the hottest first, or empty;
                    borrowed */
} JitTidyDir;

typedef struct JitTidy {
    const char *root;
    uint32_t n;
    JitTidyDir *dirs;
} JitTidy;

void jit_tidy_write(Buffer *out, const JitTidy *tidy);
bool jit_tidy_read(Bytes payload, JitTidy *out, Arena *arena, Err *err);

#endif
