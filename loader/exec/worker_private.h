/* worker_private.h - the JIT's process, `crossgen --worker`.
 *
 * It is started by the first request and started again when it has ended; its end costs
 * a request only if it was that request's doing. One caller at a time, but for
 * worker_kill.
 */
#ifndef LOADER_EXEC_WORKER_PRIVATE_H
#define LOADER_EXEC_WORKER_PRIVATE_H

#include "format/jitproto.h"

/* Tells one build of the worker's program from another; 0: there is none. Any thread.
 */
uint32_t worker_identity(void);
/* Has a JIT_COMPILE request answered. False: it can't be, err says why and *started
 * whether there was a worker at all. The caller frees the answer. */
bool worker_ask(Bytes request, JitMessage *answer, bool *started, Err *err);
/* Sends the last message, starting a worker for it if need be, and lets the worker go.
 * fd: goes along; -1: none. */
void worker_tell(JitKind kind, Bytes payload, int fd);
/* Lets an idle worker go: it ends by itself. */
void worker_close(void);
/* Any thread, at the end of the process: ends a worker that is busy. */
void worker_kill(void);

#endif
